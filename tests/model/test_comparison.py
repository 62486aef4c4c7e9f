"""Runs side by side: only what differs, what came of it, and no cause claimed where chance may be one."""

from dataclasses import replace

import pytest

from codegen_desktop.config import TrainingOptions
from codegen_desktop.lab import Lab
from codegen_desktop.model.comparison import compare
from codegen_desktop.model.records import EpochResult, TrainingJob
from codegen_desktop.model.runs import Run, create_run, load_run, save_epoch


def made(lab: Lab, job: TrainingJob, losses: tuple[float, ...], bits: float = 1.0, **changes: object) -> Run:
    """A run with these test losses, the untrained model's first, and options that differ from the job's."""
    options = TrainingOptions(**{**job.options.model_dump(), "epochs": 2, **changes})
    run = create_run(lab, replace(job, options=options), dataset_id=1, tokenizer_id=1, dataset_fingerprint="f" * 64)
    for epoch, loss in enumerate(losses):
        save_epoch(lab, run.id, EpochResult(epoch, loss + 0.1, 0.3, loss, 0.4, bits, 10.0 * min(epoch, 1)))
    return load_run(lab, run.id)


def test_only_what_differs_is_listed(lab: Lab, job: TrainingJob) -> None:
    one, other = made(lab, job, (5.0, 2.0, 1.5)), made(lab, job, (5.0, 2.2, 1.8), width=32, seed=8)
    told = compare([one, other], {other.id: 0.25})
    assert told.runs == ("Run 1", "Run 2")
    assert [(row.name, row.values) for row in told.differences] == [("Seed", ("7", "8")), ("Width", ("16", "32"))]
    results = {row.name: row.values for row in told.results}
    assert results["Test loss, nats per token ↓"] == ("1.500", "1.800")
    assert results["Answers that pass their tests ↑"] == ("not evaluated", "25.0 %")
    assert results["Training time"] == ("20.0 s", "20.0 s")
    assert told.warnings == ()
    assert told.reading.startswith("Run 1 has the lowest test loss, 1.50 nats: 0.30 below Run 2.")
    assert "2 ways" in told.reading


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "All options are equal."),
        ({"seed": 8}, "what chance alone makes"),
        ({"width": 32}, "Only one option differs: width. One run of each cannot tell it from chance."),
    ],
)
def test_a_cause_is_claimed_with_care(lab: Lab, job: TrainingJob, changes: dict[str, object], words: str) -> None:
    told = compare([made(lab, job, (5.0, 2.0, 1.5)), made(lab, job, (5.0, 2.2, 1.8), **changes)])
    assert words in told.reading


def test_numbers_that_cannot_be_compared_are_said_to_be_so(lab: Lab, job: TrainingJob) -> None:
    one, other = made(lab, job, (5.0, 2.0, 1.5), bits=0.9), made(lab, job, (5.0, 2.2, 1.8), bits=0.8)
    elsewhere = compare([one, replace(other, dataset_fingerprint="e" * 64, dataset_id=2)])
    assert elsewhere.warnings[0].startswith("Not comparable")
    assert "lowest" not in elsewhere.reading
    assert elsewhere.differences[0].name == "Dataset"
    otherwise_cut = compare([one, replace(other, tokenizer_id=2)])
    assert "compare bits per byte" in otherwise_cut.warnings[0]
    assert otherwise_cut.reading.startswith("Run 2 has the lowest test loss, 0.80 bits per byte: 0.10 below Run 1.")
    sampled = replace(other, baselines=replace(other.baselines, floor=0.1))
    assert "test parts differ" in compare([one, sampled]).warnings[0]
    equal = compare([one, replace(other, epochs=one.epochs)])
    assert equal.reading.startswith("The test losses are equal to two decimals (1.50 nats).")


def test_what_was_chosen_or_broken_is_said(lab: Lab, job: TrainingJob) -> None:
    one, other = made(lab, job, (5.0, 2.0, 2.5)), made(lab, job, (5.0, 2.2, 2.3))
    chosen = compare([replace(one, chosen_epoch=1), other])
    assert "Run 1 is chosen on test: epoch 1 of 2" in chosen.warnings[0]
    assert chosen.reading.startswith("Run 1 has the lowest test loss, 2.00 nats: 0.30 below Run 2.")
    assert "broken on purpose" in compare([one, replace(other, broken="no mask")]).warnings[0]


def test_runs_that_are_not_finished(lab: Lab, job: TrainingJob) -> None:
    whole, short, none = made(lab, job, (5.0, 2.0, 1.5)), made(lab, job, (5.0, 2.2)), made(lab, job, ())
    told = compare([whole, short])
    assert told.warnings == ("Not all are finished: Run 2 has 1 of 2 epochs.",)
    assert "same number of epochs" in told.reading
    assert compare([whole, none]).reading.startswith("Run 3: no epoch was finished")
    three = compare([whole, short, replace(whole, name="Third", epochs=short.epochs)])
    assert "0.70 below the highest, of " in three.reading
