"""Every broken pipeline changes what it says and nothing else, and its runs are kept apart from the others."""

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from tiny_jobs import tiny_job

from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.snippet import Origin, Snippet
from codegen_desktop.errors import TrainingError, UserError
from codegen_desktop.lab import Lab
from codegen_desktop.model.batches import collate
from codegen_desktop.model.breaking import BROKEN, Broken, broken_named, key_of_code
from codegen_desktop.model.recording import recorded
from codegen_desktop.model.records import TrainingJob
from codegen_desktop.model.runs import Run, create_run, list_runs, load_run, load_trained_run, require_sound
from codegen_desktop.model.train import train
from codegen_desktop.tokenization.tokenizer import START_ID


def small() -> Dataset:
    snippets = tuple(
        Snippet(f"def f{number}():\n    return {number}", Origin("t", "t.py"), "MIT", str(number))
        for number in range(40)
    )
    return Dataset("small", snippets, Split(tuple(range(30)), tuple(range(30, 40)), 1, "test"))


def broken_dataset(key: str) -> Dataset:
    return broken_named(key).snippets(small(), random.Random(1))


def broken_job(key: str) -> TrainingJob:
    return broken_named(key).numbers(tiny_job())


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.key)
def test_both_parts_keep_their_sizes_and_every_text_is_there(broken: Broken) -> None:

    made = broken_dataset(broken.key)
    assert (len(made.train), len(made.test)) == (30, 10)
    for text in (broken.question, broken.done, broken.sign, broken.repair):
        assert text.strip() == text
        assert text[0].isupper()


def test_half_of_the_test_snippets_are_copied_twice() -> None:
    made = broken_dataset("duplicates")
    copies = Counter(snippet.text for snippet in made.train)
    assert sorted(copies[snippet.text] for snippet in made.test) == [0] * 5 + [2] * 5
    assert made.test == small().test


def test_the_learning_part_is_the_test_part() -> None:
    made = broken_dataset("test-part")
    assert made.train == made.test * 3


def test_line_breaks_are_gone_from_both_parts() -> None:
    made = broken_dataset("no-newlines")
    assert made.test[0].text == "def f30(): return 30"
    assert not any("\n" in snippet.text for snippet in made.snippets)


def test_shuffled_labels_are_the_same_tokens_in_other_places() -> None:
    job, healthy = broken_job("shuffled-labels"), tiny_job()
    assert job.train.labels is not None
    assert sorted(job.train.labels) == sorted(healthy.train.ids)
    assert np.mean(job.train.labels == healthy.train.ids) < 0.5
    assert np.array_equal(job.train.ids, healthy.train.ids)
    assert job.test.labels is None


def test_labels_that_are_not_shifted_are_what_the_model_reads() -> None:
    job = broken_job("not-shifted")
    for rows in (job.train, job.test):
        batch = collate(rows, np.arange(7))
        assert np.array_equal(batch.inputs.flatten()[batch.wanted], batch.targets)
        assert batch.targets[0] == START_ID
        first = rows.first(3)
        assert first.labels is not None
        assert len(first.labels) == len(first.ids)


def test_learning_rates_are_changed_and_nothing_else() -> None:
    healthy = tiny_job().options
    for key, factor in (("too-fast", 100.0), ("stuck", 1e-6)):
        options = broken_job(key).options
        assert options.learning_rate == pytest.approx(healthy.learning_rate * factor)
        assert options.matrix_learning_rate == pytest.approx(healthy.matrix_learning_rate * factor)
        same = {"learning_rate": healthy.learning_rate, "matrix_learning_rate": healthy.matrix_learning_rate}
        assert options.model_copy(update=same) == healthy


def test_a_model_that_sees_the_future_is_trained_only_where_that_is_said() -> None:
    assert not broken_job("no-mask").causal
    assert all(broken_job(broken.key).causal for broken in BROKEN if broken.key != "no-mask")
    longer = tiny_job().options.model_copy(update={"epochs": 12, "learning_rate": 0.02})
    losses = []
    for causal in (True, False):
        events = train(replace(tiny_job(), options=longer, causal=causal))
        losses.append(next(e.test_loss for e in reversed(list(events)) if type(e).__name__ == "EpochResult"))
    with_mask, without = losses
    assert without < 0.7 * with_mask


def test_codes_stand_for_every_pipeline_and_always_for_the_same() -> None:
    keys = [key_of_code(code) for code in range(300)]
    assert set(keys) == {broken.key for broken in BROKEN}
    assert max(Counter(keys).values()) < 3 * min(Counter(keys).values())
    assert [key_of_code(code) for code in range(300)] == keys


def test_an_unknown_pipeline_is_told_in_words() -> None:
    with pytest.raises(UserError, match=r"no broken pipeline named gremlins.*"):
        broken_named("gremlins")


def kept(lab: Lab, broken: str) -> Run:
    """A short run in the Lab, with weights."""
    job = tiny_job()
    run = create_run(lab, job, dataset_id=1, tokenizer_id=1, dataset_fingerprint="0", broken=broken)
    for _ in recorded(lab, run.id, train(job)):
        pass
    return load_run(lab, run.id)


def test_a_broken_run_is_marked_and_never_the_one_to_use(lab: Lab) -> None:
    first = kept(lab, "no-mask")
    for load in (load_run, load_trained_run):
        with pytest.raises(TrainingError, match="holds no trained model yet"):
            load(lab)
    sound, second = kept(lab, ""), kept(lab, "stuck")
    assert load_run(lab).id == load_trained_run(lab).id == sound.id
    assert [run.broken for run in list_runs(lab)] == ["no-mask", "", "stuck"]
    assert load_run(lab, first.id).broken == "no-mask"
    require_sound(sound, "be exported")
    with pytest.raises(TrainingError, match=rf"{second.name} is from Break it, .*: it cannot be exported"):
        require_sound(second, "be exported")
