"""Training learns, repeats to the bit, resumes to the bit, and stops before it spoils anything."""

import hashlib
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_jobs import rows_of

from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.errors import CheckpointError, TrainingError
from codegen_desktop.model.checkpoint import pack_weights, unpack_state, unpack_weights
from codegen_desktop.model.devices import found_devices
from codegen_desktop.model.measuring import MEASURING_BATCH
from codegen_desktop.model.records import (
    CheckpointTaken,
    EpochResult,
    TrainEvent,
    TrainingJob,
    TrainingState,
    TrainStep,
    Weights,
    Wishes,
)
from codegen_desktop.model.train import train


def fingerprint(weights: Weights) -> str:
    return hashlib.sha256(pack_weights(weights)).hexdigest()


def told(events: list[TrainEvent]) -> list[object]:
    """What must be equal in two equal runs: everything but the seconds."""
    equal: list[object] = []
    for event in events:
        match event:
            case TrainStep() | EpochResult():
                equal.append(replace(event, seconds=0.0))
            case CheckpointTaken(ends_epoch=True):
                equal.append((event.step, event.epoch, fingerprint(event.weights)))
            case _:
                pass
    return equal


def state_of(taken: CheckpointTaken) -> TrainingState:
    return TrainingState(taken.weights, taken.state)


def test_events_come_in_order(job: TrainingJob) -> None:
    events = [event for event in train(job) if isinstance(event, TrainStep | EpochResult | CheckpointTaken)]
    kinds = [type(event).__name__ for event in events]
    one_epoch = ["TrainStep"] * 8 + ["EpochResult", "CheckpointTaken"]
    assert kinds == ["EpochResult", "CheckpointTaken", *one_epoch, *one_epoch]
    steps = [event for event in events if isinstance(event, TrainStep)]
    assert [step.step for step in steps] == list(range(1, 17))
    assert sum(step.tokens for step in steps) == 2 * job.train.tokens
    assert [event.epoch for event in events if isinstance(event, EpochResult)] == [0, 1, 2]


def test_instructions_count_less_in_what_is_learned_but_not_in_what_is_told(job: TrainingJob) -> None:
    asked = replace(job.train, asked=np.minimum(2, job.train.lengths))
    told_losses = []
    for rows, weight in ((asked, 1.0), (asked, 0.1), (job.train, 0.1)):
        options = job.options.model_copy(update={"instruction_weight": weight})
        events = train(replace(job, options=options, train=rows))
        told_losses.append([event.loss for event in events if isinstance(event, TrainStep)])
    alike, less, without = told_losses
    assert alike[0] == less[0] == without[0]
    assert less[1:] != alike[1:]
    assert without == alike


@pytest.mark.parametrize(
    "device", [pytest.param(name, marks=[pytest.mark.accelerator] if name != "cpu" else []) for name in found_devices()]
)
@pytest.mark.parametrize("optimizer", ["muon", "adamw"])
def test_it_learns(job: TrainingJob, device: str, optimizer: str) -> None:
    options = job.options.model_copy(update={"epochs": 8, "optimizer": optimizer, "learning_rate": 0.01})
    results = [event for event in train(replace(job, options=options, device=device)) if isinstance(event, EpochResult)]
    assert results[0].test_loss == pytest.approx(math.log(job.shape.vocabulary), abs=0.3)
    assert results[-1].test_loss < job.baselines.unigram.loss
    assert results[-1].test_accuracy > results[0].test_accuracy


def test_numbers_of_an_epoch_are_those_of_its_steps(job: TrainingJob) -> None:
    events = list(train(job))
    first = [event for event in events if isinstance(event, TrainStep) and event.epoch == 1]
    result = next(event for event in events if isinstance(event, EpochResult) and event.epoch == 1)
    tokens = sum(step.tokens for step in first)
    assert tokens == job.train.tokens
    assert result.train_loss == pytest.approx(sum(step.loss * step.tokens for step in first) / tokens)
    assert result.train_accuracy == pytest.approx(sum(step.accuracy * step.tokens for step in first) / tokens)
    assert result.bits_per_byte == pytest.approx(
        result.test_loss * job.test.tokens / math.log(2) / job.test.text_bytes.sum()
    )


def test_the_same_seed_gives_the_same_run_to_the_bit(job: TrainingJob) -> None:
    assert told(list(train(job))) == told(list(train(job)))
    other = replace(job, options=job.options.model_copy(update={"seed": 8}))
    assert told(list(train(other))) != told(list(train(job)))


@pytest.mark.parametrize("optimizer", ["muon", "adamw"])
@pytest.mark.parametrize("stop_after", [1, 5, 8, 11])
def test_a_stopped_run_goes_on_to_the_bit(job: TrainingJob, optimizer: str, stop_after: int) -> None:
    job = replace(job, options=job.options.model_copy(update={"optimizer": optimizer}))
    whole = list(train(job))
    wishes = Wishes()
    first_half: list[TrainEvent] = []
    for event in train(job, wishes=wishes):
        first_half.append(event)
        wishes.stop = wishes.stop or (isinstance(event, TrainStep) and event.step == stop_after)
    last = first_half[-1]
    assert isinstance(last, CheckpointTaken)
    assert last.step == stop_after
    second_half = list(train(job, state_of(last)))
    assert told(first_half) + told(second_half) == told(whole)


@pytest.mark.parametrize("epoch", [1, 2])
def test_a_stop_while_measuring_is_answered_at_once_and_goes_on_to_the_bit(job: TrainingJob, epoch: int) -> None:
    job = replace(job, test=rows_of([[6, 7, 8]] * (3 * MEASURING_BATCH)))
    whole = list(train(job))
    wishes = Wishes()
    first_half: list[TrainEvent] = []
    stopped_at = 0
    for event in train(job, wishes=wishes):
        first_half.append(event)
        steps = sum(isinstance(earlier, TrainStep) for earlier in first_half)
        if isinstance(event, Progress) and steps == 8 * epoch and not wishes.stop:
            wishes.stop, stopped_at = True, len(first_half)
    (last,) = first_half[stopped_at:]
    assert isinstance(last, CheckpointTaken)
    assert (last.step, last.ends_epoch) == (8 * epoch, False)
    assert told(first_half) + told(list(train(job, state_of(last)))) == told(whole)


def test_a_finished_run_has_nothing_to_go_on_with(job: TrainingJob) -> None:
    last = [event for event in train(job) if isinstance(event, CheckpointTaken)][-1]
    assert list(train(job, state_of(last))) == []


def test_a_checkpoint_is_taken_when_wished_and_changes_nothing(job: TrainingJob) -> None:
    whole = told(list(train(job)))
    wishes = Wishes()
    events: list[TrainEvent] = []
    for event in train(job, wishes=wishes):
        events.append(event)
        wishes.checkpoint = wishes.checkpoint or (isinstance(event, TrainStep) and event.step == 3)
    between = [event for event in events if isinstance(event, CheckpointTaken) and not event.ends_epoch]
    assert [taken.step for taken in between] == [3]
    assert unpack_state(between[0].state)[1].position == 3
    assert told(events) == whole


def test_checkpoints_come_after_an_interval(job: TrainingJob) -> None:
    often = replace(job, options=job.options.model_copy(update={"checkpoint_seconds": 1e-9}))
    taken = [event.step for event in train(often) if isinstance(event, CheckpointTaken)]
    assert taken == list(range(17)), "after every step where the interval is shorter than a step"


def test_a_checkpoint_is_a_copy(job: TrainingJob) -> None:
    events = train(job)
    taken = next(event for event in events if isinstance(event, CheckpointTaken))
    before = fingerprint(taken.weights)
    for _ in events:
        pass
    assert fingerprint(taken.weights) == before
    assert unpack_weights(pack_weights(taken.weights), job.shape).keys() == taken.weights.keys()


def test_a_loss_that_is_not_finite_stops_before_the_weights_are_touched(job: TrainingJob) -> None:
    taken = next(event for event in train(job) if isinstance(event, CheckpointTaken))
    enormous = {name: array.copy() for name, array in taken.weights.items()}
    enormous["model.norm.weight"][:] = 3e38  # finite, but its scores are not
    with pytest.raises(TrainingError, match=r"no longer a finite number at step 1\. What was saved before still holds"):
        list(train(job, TrainingState(enormous, taken.state)))


def test_closing_gives_torch_back_as_it_was(job: TrainingJob) -> None:
    before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    events = train(replace(job, threads=2))
    next(event for event in events if isinstance(event, TrainStep))
    assert torch.get_num_threads() == 2
    events.close()
    assert (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()) == before


def test_global_randomness_is_neither_used_nor_disturbed(job: TrainingJob) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    one = told(list(train(job)))
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    assert told(list(train(job))) == one


@pytest.mark.parametrize("part", ["train", "test"])
def test_nothing_to_train_on(job: TrainingJob, part: str) -> None:
    empty = rows_of([])
    with pytest.raises(TrainingError, match="holds no snippet"):
        next(train(replace(job, **{part: empty})))


def test_rows_of_another_tokenizer_are_refused(job: TrainingJob) -> None:
    with pytest.raises(TrainingError, match="uses token 99"):
        next(train(replace(job, test=rows_of([[7, 99]]))))


def test_rows_longer_than_the_model_are_refused(job: TrainingJob) -> None:
    with pytest.raises(TrainingError, match="9 positions"):
        next(train(replace(job, train=rows_of([[7] * 8]))))


def test_heads_must_share_the_width(job: TrainingJob) -> None:
    with pytest.raises(TrainingError, match="3 heads"):
        next(train(replace(job, shape=replace(job.shape, heads=3))))


def test_a_state_of_another_model_is_refused(job: TrainingJob) -> None:
    taken = next(event for event in train(job) if isinstance(event, CheckpointTaken))
    wider = replace(job, shape=replace(job.shape, feed_forward=48))
    with pytest.raises(CheckpointError, match="does not fit the model"):
        next(train(wider, state_of(taken)))


def test_spoiled_weights_are_refused(job: TrainingJob) -> None:
    taken = next(event for event in train(job) if isinstance(event, CheckpointTaken))
    spoiled = {name: array.copy() for name, array in taken.weights.items()}
    spoiled["model.norm.weight"][0] = np.nan
    with pytest.raises(CheckpointError, match="not finite"):
        next(train(job, TrainingState(spoiled, taken.state)))
