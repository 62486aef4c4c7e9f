"""Splits keep groups whole; samples keep every snippet in its part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.sampling import part_sizes, sample_dataset
from codegen_desktop.corpus.snippet import Origin, Snippet
from codegen_desktop.corpus.split import split_by_group
from codegen_desktop.errors import CorpusError


def made(groups: list[str], seed: int = 1) -> Dataset:
    snippets = tuple(Snippet(f"x = {n}", Origin("s", g), "MIT", g) for n, g in enumerate(groups))
    return Dataset("made", snippets, split_by_group(groups, seed, "file"))


@given(groups=st.lists(st.sampled_from("abcdefghij"), min_size=2, max_size=60), seed=st.integers(0, 99))
def test_both_parts_hold_something_and_share_no_group(groups: list[str], seed: int) -> None:
    dataset = made(groups, seed)
    assert sorted([*dataset.split.train, *dataset.split.test]) == list(range(len(groups)))
    assert dataset.train
    assert dataset.test
    if len(set(groups)) > 1:
        assert not {s.group for s in dataset.train} & {s.group for s in dataset.test}
    assert dataset.split == made(groups, seed).split


def test_a_fifth_is_kept_unseen() -> None:
    dataset = made([f"file {number % 400}" for number in range(10_000)])
    assert (len(dataset.train), len(dataset.test)) == (8_000, 2_000)
    assert dataset.split != made([f"file {number % 400}" for number in range(10_000)], 2).split
    assert made(["one"] * 10).split.rule.startswith("by snippet")


def test_one_snippet_cannot_be_parted() -> None:
    with pytest.raises(ValueError, match="at least two"):
        split_by_group(["a"], 1, "file")


def test_a_sample_keeps_parts_proportion_and_order() -> None:
    dataset = made([f"file {number % 400}" for number in range(10_000)])
    sample = sample_dataset(dataset, 2_000, 42)
    assert (len(sample.train), len(sample.test)) == (1_600, 400)
    assert set(sample.train) <= set(dataset.train)
    assert set(sample.test) <= set(dataset.test)
    places = [int(snippet.text.removeprefix("x = ")) for snippet in sample.snippets]
    assert places == sorted(places)
    assert sample == sample_dataset(dataset, 2_000, 42) != sample_dataset(dataset, 2_000, 43)


@given(size=st.integers(2, 40), count=st.integers(2, 45), seed=st.integers(0, 5))
def test_a_sample_of_any_size_has_both_parts(size: int, count: int, seed: int) -> None:
    dataset = made([str(number) for number in range(size)])
    sample = sample_dataset(dataset, count, seed)
    assert len(sample.snippets) == min(size, count) == len(sample.train) + len(sample.test)
    assert part_sizes(dataset, count) == (len(sample.train), len(sample.test))
    assert sample.train
    assert sample.test
    if count >= size:
        assert sample is dataset


def test_a_sample_of_one_is_refused() -> None:
    with pytest.raises(CorpusError, match="cannot be parted"):
        sample_dataset(made(["a", "b"]), 1, 1)
