"""How long a training takes on this machine: before it starts by a few real steps, while it runs by its own pace."""

import statistics
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import astuple, dataclass, replace
from typing import TypeVar

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Progress
from codegen_desktop.corpus.sampling import part_sizes, sample_dataset
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.fixed_prompts import PromptsCompleted, complete_prompts, fixed_prompts
from codegen_desktop.model import machine
from codegen_desktop.model.records import CheckpointTaken, EpochResult, TrainingJob, TrainStep
from codegen_desktop.pipeline import RunStarted, training_job
from codegen_desktop.tokenization.tokenizer import Tokenizer

T = TypeVar("T")
R = TypeVar("R")

STEPS = 12
"""Real steps that are made for a forecast."""

REPEATS = 4
"""How often a small model's steps are made again."""

ENOUGH_SECONDS = 2.0
"""A measurement that took longer is not repeated."""

UNCOUNTED = 2
"""The first steps are not counted: memory is laid out in them."""

UNTRAINED_ROWS = 512
"""At most so many rows of the learning part are measured before the first step."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds it takes here to read a snippet, to make a step, to measure a row, and to end an epoch."""

    snippet: float
    step: float
    row: float
    epoch: float

    def seconds(self, options: TrainingOptions, train: int, test: int) -> float:
        """How long a whole training on `train` and `test` snippets takes, from Start to the last epoch's prompts."""
        steps = -(-train // options.batch)
        before = self.snippet * (train + test) + self.row * (min(train, UNTRAINED_ROWS) + test) + self.epoch
        return before + options.epochs * (steps * self.step + test * self.row + self.epoch)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds a training takes, and whether they rest on a pace that was measured at an earlier time."""

    seconds: float
    kept: bool


def forecast(
    dataset: Dataset, tokenizer: Tokenizer, options: TrainingOptions, *, afresh: bool = False
) -> Generator[Progress, None, Forecast]:
    """How long a training with these options would take here, from start to end.

    A small training on a sample of the dataset is really made, at the real batch, row length and model, unless its
    pace is kept from before and `afresh` does not ask for another (the machine was perhaps busy then); nothing is
    written to the Lab. Raises what a training would raise.
    """
    from codegen_desktop.model import devices

    train, test = part_sizes(dataset, options.snippets)
    count = -(-options.batch * STEPS * (train + test) // max(train, 1))
    began = time.monotonic()
    sample = sample_dataset(dataset, max(2, min(count, options.snippets)), options.seed)
    job = training_job(sample, tokenizer, options)
    reading = (time.monotonic() - began) / max(1, len(sample.snippets))
    yield Progress(0, STEPS, "Timing a few steps")
    device, threads = yield from devices.choose(options, job.shape)
    job = replace(job, device=device, threads=threads)
    tokens = round(job.train.tokens / len(job.train), -1)
    key = f"{devices.size_key(options, job.shape, machine.processors())} | {device} {threads} | {tokens:.0f} a row"
    pace = None if afresh else _kept(key)
    kept = pace is not None
    if pace is None:
        pace = yield from _measure_undisturbed(sample, tokenizer, job, reading)
        machine.remember("pace", key, astuple(pace))
    return Forecast(pace.seconds(options, train, test), kept)


def _measure_undisturbed(
    sample: Dataset, tokenizer: Tokenizer, job: TrainingJob, reading: float
) -> Generator[Progress, None, Pace]:
    """Measure a quick model several times and take the least of each: something else may work for a moment."""
    began = time.monotonic()
    pace = yield from _measure(sample, tokenizer, job, reading)
    for _ in range(REPEATS):
        if time.monotonic() - began > ENOUGH_SECONDS:
            break
        again = yield from _measure(sample, tokenizer, job, reading)
        pace = Pace(*map(min, astuple(pace), astuple(again)))
    return pace


def _measure(
    sample: Dataset, tokenizer: Tokenizer, job: TrainingJob, reading: float
) -> Generator[Progress, None, Pace]:
    """Train one epoch on the sample and complete the prompts; the caller's time between values is not counted."""
    from codegen_desktop.model.train import train

    options = job.options.model_copy(update={"epochs": 1, "checkpoint_seconds": 0.0})
    prompts = fixed_prompts(sample, options.seed, tokenizer, job.shape.context)
    steps: list[float] = []
    spent = rows = ending = 0.0
    with closing(train(replace(job, options=options))) as events:
        while True:
            began = time.monotonic()
            event = next(events, None)
            if isinstance(event, CheckpointTaken) and event.epoch == 1:
                complete_prompts(Decoder(event.weights, job.shape), tokenizer, prompts, event.epoch)
            spent += time.monotonic() - began
            match event:
                case TrainStep():
                    steps.append(spent)
                    spent = 0.0
                case EpochResult():
                    rows, spent = spent, 0.0
                case CheckpointTaken():
                    ending, spent = spent, 0.0
                case None:
                    break
                case _:
                    yield Progress(len(steps), STEPS, "Timing a few steps")
                    continue
            yield Progress(len(steps), STEPS, "Timing a few steps")
    counted = steps[UNCOUNTED:] or steps
    return Pace(reading, statistics.median(counted), rows / len(job.test), ending)


def _kept(key: str) -> Pace | None:
    numbers = machine.remembered("pace").get(key)
    if isinstance(numbers, list) and len(numbers) == 4 and all(isinstance(one, float) for one in numbers):
        return Pace(*numbers)
    return None


@dataclass(frozen=True, slots=True)
class Aside:
    """Seconds that an epoch took beside its steps' own time: measuring, checkpoint, prompts, recording."""

    epoch: int
    seconds: float


def timed(events: Generator[T, None, R]) -> Generator[T | Aside, None, R]:
    """The events of a training, and after the prompts of every epoch what it took beside its steps.

    Only the time in which the training works is counted, not that in which nobody asks for the next event: a pause
    never counts.
    """
    spent = 0.0
    with closing(events):
        while True:
            began = time.monotonic()
            try:
                event = next(events)
            except StopIteration as stop:
                result: R = stop.value
                return result
            spent += time.monotonic() - began
            yield event
            match event:
                case RunStarted():
                    spent = 0.0
                case TrainStep():
                    spent -= event.seconds
                case PromptsCompleted():
                    yield Aside(event.epoch, spent)
                    spent = 0.0
