"""The benchmarks compare like with like: the peer is a sound model, and both curves are those of real trainings."""

import numpy as np
import pytest
import torch

from codegen_desktop.config import TrainingOptions
from codegen_desktop.model.records import EpochResult, TrainingJob
from codegen_desktop.model.train import train
from tests.benchmarks.curves import TURNS, Point, our_run, peer_run, seconds_to_reach
from tests.benchmarks.peers.plain_gpt import NO_TARGET, PlainGPT, PlainTraining, Recipe, padded
from tests.benchmarks.starter_job import starter_job

TINY = TrainingOptions(layers=1, width=32, heads=1, feed_forward=96, batch=8, epochs=2)


@pytest.fixture(scope="module")
def job() -> TrainingJob:
    """Forty snippets and a model of one layer."""
    return starter_job(TINY, 40)[0]


def test_the_peer_does_not_see_the_future(job: TrainingJob) -> None:
    model = PlainGPT(job.shape)
    ids = torch.arange(20, 40).view(1, 20)
    changed = ids.clone()
    changed[:, 10:] += 1
    with torch.inference_mode():
        before, after = model(ids), model(changed)
    assert torch.allclose(before[:, :10], after[:, :10], atol=1e-6)
    assert not torch.allclose(before[:, 10:], after[:, 10:], atol=1e-3)


def test_the_peer_has_as_many_weights_as_ours_to_two_hundredths() -> None:
    shape = starter_job(TrainingOptions(), 40)[0].shape
    assert PlainGPT(shape).parameters_counted == pytest.approx(shape.parameters, rel=0.02)


def test_pads_are_no_targets_and_every_real_target_is_one(job: TrainingJob) -> None:
    inputs, targets = padded(job.test, job.shape.context)
    assert inputs.shape == targets.shape == (len(job.test), job.shape.context)
    assert torch.equal(targets[targets != NO_TARGET], torch.from_numpy(job.test.ids).long())
    assert torch.equal(inputs[:, 1:][targets[:, 1:] != NO_TARGET], targets[:, :-1][targets[:, 1:] != NO_TARGET])


def test_the_peer_reads_every_token_once_an_epoch_and_learns(job: TrainingJob) -> None:
    training = PlainTraining(job.shape, job.train, Recipe(learning_rate=0.01, batch=8, warmup=2), 2, seed=1)
    before = training.loss_on(job.test)
    assert before == pytest.approx(np.log(job.shape.vocabulary), rel=0.02)
    assert sum(training.step() for _ in range(training.steps)) == 2 * job.train.tokens
    assert training.loss_on(job.test) < before - 0.5


def test_the_rate_of_the_peer_rises_and_falls_to_a_tenth() -> None:
    rates = [Recipe().rate(step, 1000) for step in range(1000)]
    assert rates.index(max(rates)) == 100
    assert max(rates) == pytest.approx(1e-3)
    assert rates[-1] == pytest.approx(1e-4, rel=0.01)


def test_the_curve_of_ours_ends_where_the_training_itself_ends(job: TrainingJob) -> None:
    points = list(our_run(job, epochs=2, seed=7))
    options = job.options.model_copy(update={"seed": 7})
    told = TrainingJob(options, job.shape, job.train, job.test, job.baselines)
    *_, last = (event for event in train(told) if isinstance(event, EpochResult))
    assert len(points) == TURNS
    assert points[-1].step == 10
    assert points[-1].loss == pytest.approx(last.test_loss, rel=1e-5)
    assert [point.cpu for point in points] == sorted(point.cpu for point in points)
    assert points[-1].loss is not None
    assert points[0].loss is not None
    assert points[-1].loss < points[0].loss


def test_the_peer_has_as_many_turns_and_the_same_losses_beside_another(job: TrainingJob) -> None:
    points = list(peer_run(job, Recipe(batch=8), seed=7))
    assert len(points) == TURNS
    assert points[-1].step == 10
    assert [point.loss is not None for point in points].count(True) == 5
    beside_another = zip(peer_run(job, Recipe(batch=8), seed=7), peer_run(job, Recipe(), seed=8), strict=True)
    assert [point.loss for point, _ in beside_another] == [point.loss for point in points]
    assert points[-1].loss is not None


def test_the_time_to_a_loss_lies_on_the_line_between_two_measured_points() -> None:
    points = [Point(1, 10.0, 0.0, 4.0), Point(2, 15.0, 0.0, None), Point(3, 20.0, 0.0, 2.0), Point(4, 30.0, 0.0, 1.0)]
    assert seconds_to_reach(points, 2.5) == pytest.approx(17.5)
    assert seconds_to_reach(points, 1.0) == pytest.approx(30.0)
    assert seconds_to_reach(points, 5.0) == pytest.approx(10.0)
    assert seconds_to_reach(points, 0.5) is None
