"""The last epoch counts; an earlier one is kept only when a person asks, and the run says so."""

import numpy as np
import pytest

from codegen_desktop.errors import TrainingError
from codegen_desktop.lab import Lab
from codegen_desktop.model.choosing import choose_epoch, chosen_on_test
from codegen_desktop.model.recording import recorded
from codegen_desktop.model.records import TrainingJob, TrainStep, Wishes
from codegen_desktop.model.runs import Run, create_run, load_run, load_state, load_weights
from codegen_desktop.model.train import train


@pytest.fixture
def run(lab: Lab, job: TrainingJob) -> Run:
    """A finished run of two epochs."""
    made = create_run(lab, job, dataset_id=1, tokenizer_id=1, dataset_fingerprint="f" * 64)
    for _ in recorded(lab, made.id, train(job)):
        pass
    return load_run(lab, made.id)


def epoch_of(lab: Lab, run: Run) -> int:
    """The epoch whose weights are used where none is named."""
    used = load_weights(lab, run.id)
    for epoch in (0, 1, 2):
        held = load_weights(lab, run.id, epoch)
        if all(np.array_equal(used[name], held[name]) for name in used):
            return epoch
    raise AssertionError("the weights of no epoch")


def test_the_last_epoch_counts_until_a_person_chooses(lab: Lab, run: Run) -> None:
    assert (run.chosen_epoch, chosen_on_test(run), epoch_of(lab, run)) == (None, "", 2)
    chosen = choose_epoch(lab, run.id, 1)
    assert (chosen.chosen_epoch, chosen_on_test(chosen)) == (1, "chosen on test: epoch 1 of 2")
    assert epoch_of(lab, chosen) == 1
    assert choose_epoch(lab, run.id, None).chosen_epoch is None
    assert epoch_of(lab, run) == 2
    choose_epoch(lab, run.id, 1)
    assert choose_epoch(lab, run.id, 2).chosen_epoch is None, "the last epoch needs no choice"


@pytest.mark.parametrize("epoch", [-1, 0, 3])
def test_only_a_whole_epoch_can_be_chosen(lab: Lab, run: Run, epoch: int) -> None:
    with pytest.raises(TrainingError, match="it has the epochs 1 to 2"):
        choose_epoch(lab, run.id, epoch)
    assert load_run(lab, run.id) == run


def test_a_run_that_trains_has_no_choice_and_going_on_undoes_one(lab: Lab, job: TrainingJob) -> None:
    run = create_run(lab, job, dataset_id=1, tokenizer_id=1, dataset_fingerprint="f" * 64)
    with pytest.raises(TrainingError, match="still training"):
        choose_epoch(lab, run.id, 1)
    wishes = Wishes()
    for event in recorded(lab, run.id, train(job, wishes=wishes)):
        wishes.stop = wishes.stop or (isinstance(event, TrainStep) and event.step == 12)
    assert choose_epoch(lab, run.id, 1).chosen_epoch == 1, "not the twelfth step"
    for _ in recorded(lab, run.id, train(job, load_state(lab, run.id))):
        pass
    assert load_run(lab, run.id).chosen_epoch is None
    choose_epoch(lab, run.id, 1)
    for _ in recorded(lab, run.id, train(job, load_state(lab, run.id))):
        pass
    assert load_run(lab, run.id).chosen_epoch is None
