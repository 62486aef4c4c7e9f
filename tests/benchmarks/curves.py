"""Loss curves over processor time: the program's own training and the plain peer's, each cut into equal turns."""

import dataclasses
import time
from collections.abc import Iterator, Sequence

import torch

from codegen_desktop.model.measuring import Measured, measure
from codegen_desktop.model.records import CheckpointTaken, TrainingJob, TrainStep, Weights, Wishes
from codegen_desktop.model.rows import Rows
from codegen_desktop.model.train import train
from codegen_desktop.model.transformer import Transformer
from tests.benchmarks.peers.plain_gpt import PlainTraining, Recipe

TURNS = 50
"""Into how many pieces each contender's run is cut; ours is measured after each, the others after every tenth."""


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    """Where a contender stands: steps made, processor and wall seconds in them, and its test loss if measured."""

    step: int
    cpu: float
    wall: float
    loss: float | None


def peer_run(job: TrainingJob, recipe: Recipe, seed: int) -> Iterator[Point]:
    """Train the plain model, stopping TURNS times."""
    training = PlainTraining(job.shape, job.train, recipe, job.options.epochs, seed)
    cpu, wall = 0.0, 0.0
    for turn in range(1, TURNS + 1):
        cpu_start, wall_start = time.process_time(), time.perf_counter()
        while training.done < training.steps * turn // TURNS:
            training.step()
        cpu += time.process_time() - cpu_start
        wall += time.perf_counter() - wall_start
        yield Point(training.done, cpu, wall, training.loss_on(job.test) if turn % (TURNS // 5) == 0 else None)


def our_run(job: TrainingJob, epochs: int, seed: int) -> Iterator[Point]:
    """Train as the program does, stopping TURNS times; only the time of steps counts.

    With fewer epochs than the job's it is the quickest recipe to a low loss over all tokens: instructions count as much
    as code in what is learned, as for the peer, and Muon takes three rounds.
    """
    changes: dict[str, int | float] = {"seed": seed, "epochs": epochs}
    if epochs != job.options.epochs:
        changes |= {"instruction_weight": 1.0, "muon_rounds": 3}
    options = job.options.model_copy(update=changes)
    wishes = Wishes()
    events = train(dataclasses.replace(job, options=options), wishes=wishes)
    model = Transformer(job.shape)
    cpu, wall, step, turn, reached, due = 0.0, 0.0, 0, 1, 0, False
    while True:
        cpu_start, wall_start = time.process_time(), time.perf_counter()
        event = next(events, None)
        if event is None:
            return
        if isinstance(event, TrainStep):
            cpu += time.process_time() - cpu_start
            wall += time.perf_counter() - wall_start
            step = event.step
            reached = step * TURNS // event.steps
            wishes.checkpoint = due = reached >= turn
        elif isinstance(event, CheckpointTaken) and due:
            point = Point(step, cpu, wall, our_loss(model, event.weights, job.test))
            yield from [point] * (reached - turn + 1)  # several where a run has fewer steps than turns
            turn, due = reached + 1, False


def our_loss(model: Transformer, weights: Weights, rows: Rows) -> float:
    """Mean loss in nats over all targets of some rows."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.copy_(torch.from_numpy(weights[name]))
    measuring = measure(model, rows, torch.device("cpu"), "")
    while True:
        try:
            next(measuring)
        except StopIteration as done:
            measured: Measured = done.value
            return measured.loss


def seconds_to_reach(points: Sequence[Point], loss: float) -> float | None:
    """Processor seconds until the measured loss falls to `loss` for the first time; None where it never does.

    Between two measured points the curve is taken for a straight line.
    """
    before: Point | None = None
    before_loss = 0.0
    for point in points:
        if point.loss is None:
            continue
        if point.loss <= loss:
            if before is None:
                return point.cpu
            share = (before_loss - loss) / (before_loss - point.loss)
            return before.cpu + share * (point.cpu - before.cpu)
        before, before_loss = point, point.loss
    return None
