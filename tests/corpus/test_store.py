"""A dataset kept in a Lab comes back equal, with its ledger; what has changed since is refused."""

import dataclasses
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen_desktop.corpus.dataset import Dataset, Reason, Split, Verdict
from codegen_desktop.corpus.snippet import Origin, Snippet, TestCase
from codegen_desktop.corpus.store import latest_dataset_id, load_dataset, save_dataset
from codegen_desktop.errors import CorpusError, LabError
from codegen_desktop.lab import Lab

stored_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
tests = st.lists(st.builds(TestCase, stored_text, stored_text), max_size=2).map(tuple)
snippets = st.builds(
    Snippet,
    text=stored_text,
    origin=st.builds(Origin, stored_text, stored_text, st.integers(1, 9), st.integers(9, 99)),
    licence=stored_text,
    group=stored_text,
    instruction=st.none() | stored_text,
    tests=tests,
    family=stored_text,
    operations=st.lists(stored_text, max_size=3).map(tuple),
    nats=st.none() | st.floats(0, 1e6),
)
verdicts = st.builds(Verdict, stored_text, stored_text, st.integers(1, 999), st.sampled_from(Reason), stored_text)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """Any dataset: snippets may be in either part or in none."""
    found = tuple(draw(st.lists(snippets, min_size=2, max_size=5)))
    parts = [draw(st.sampled_from(["train", "test", ""])) for _ in found]
    train, test = (tuple(i for i, part in enumerate(parts) if part == name) for name in ("train", "test"))
    split = Split(train, test, draw(st.integers(0, 2**31)), draw(stored_text))
    versions = tuple(draw(st.lists(st.tuples(stored_text, stored_text), max_size=2)))
    return Dataset(draw(stored_text), found, split, tuple(draw(st.lists(verdicts, max_size=3))), versions)


def small() -> Dataset:
    found = tuple(Snippet(f"x = {number}", Origin("s", "p"), "MIT", "g") for number in range(3))
    return Dataset("small", found, Split((0, 2), (1,), 7, "by hand"), (Verdict("s", "q", 1, Reason.NO_CODE),))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dataset=datasets())
def test_any_dataset_comes_back_equal(lab: Lab, dataset: Dataset) -> None:
    dataset_id = save_dataset(lab, dataset)
    assert load_dataset(lab, dataset_id) == load_dataset(lab) == dataset
    assert latest_dataset_id(lab) == dataset_id


def test_an_empty_lab_has_no_dataset(lab: Lab) -> None:
    assert latest_dataset_id(lab) is None
    for wanted in (None, 5):
        with pytest.raises(CorpusError, match="no such dataset"):
            load_dataset(lab, wanted)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE snippet SET text = 'x = 9' WHERE number = 1",
        "UPDATE snippet SET part = 'train' WHERE number = 1",
        "UPDATE snippet SET part = 'other' WHERE number = 1",
        "UPDATE snippet SET tests = '[[' WHERE number = 1",
        "UPDATE verdict SET reason = 'mood'",
        "UPDATE dataset SET body = '{}'",
        "UPDATE dataset SET body = '3'",
        "DELETE FROM snippet WHERE number = 2",
        "UPDATE snippet SET text = CAST(x'ff' AS TEXT) WHERE number = 1",
    ],
)
def test_a_dataset_that_has_changed_is_refused(lab: Lab, change: str) -> None:
    save_dataset(lab, small())
    lab.connection.execute(change)
    with pytest.raises(CorpusError, match="has changed since it was saved"):
        load_dataset(lab)


def test_what_cannot_be_stored_leaves_the_lab_as_it_was(lab: Lab) -> None:
    kept = save_dataset(lab, small())
    broken = dataclasses.replace(small().snippets[0], text="'\ud800'")
    for dataset in (
        dataclasses.replace(small(), snippets=(*small().snippets[:2], broken)),
        dataclasses.replace(small(), name="\ud800"),
    ):
        with pytest.raises(CorpusError, match="surrogate"):
            save_dataset(lab, dataset)
    assert latest_dataset_id(lab) == kept
    assert lab.connection.execute("SELECT count(*) FROM snippet").fetchone() == (3,)


def test_the_order_of_a_split_must_be_that_of_the_snippets(lab: Lab) -> None:
    with pytest.raises(ValueError, match="must rise"):
        save_dataset(lab, dataclasses.replace(small(), split=Split((2, 0), (1,), 7, "")))


def test_a_lab_open_for_reading_takes_no_dataset(lab: Lab) -> None:
    save_dataset(lab, small())
    with Lab.open(lab.path, read_only=True) as reading:
        assert load_dataset(reading) == small()
        with pytest.raises(LabError, match="reading only"):
            save_dataset(reading, small())


def test_deleting_a_dataset_deletes_its_rows(lab: Lab) -> None:
    dataset_id = save_dataset(lab, small())
    lab.connection.execute("DELETE FROM dataset WHERE id = ?", (dataset_id,))
    for table in ("snippet", "verdict"):
        assert lab.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    with pytest.raises(sqlite3.IntegrityError):
        lab.connection.execute("INSERT INTO verdict VALUES (99, 0, '', '', 1, '', '')")
