"""What a run has told so far, as growing arrays: the plots, the tables and the sentences all read it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.model.records import Baselines, EpochResult, TrainStep

DEFAULT_SMOOTHING = 0.9
"""How much of the smoothed value stays at each step; 0 shows the raw values."""

RECENT = 100
"""Steps over which speed is measured."""


WARMING = 2
"""The first steps of a run are slower and say nothing about the others."""


@dataclass(frozen=True, slots=True)
class Series:
    """A curve: `x` in epochs since the start, `y` in nats or as a share."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]


class _Growing:
    """Numbers that are added one by one and read as one array, without a copy."""

    def __init__(self) -> None:
        self._room = np.empty(256, np.float64)
        self._count = 0

    def append(self, value: float) -> None:
        """One more; the room doubles where it is full."""
        if self._count == len(self._room):
            self._room = np.concatenate([self._room, np.empty_like(self._room)])
        self._room[self._count] = value
        self._count += 1

    def cut(self, count: int) -> None:
        """Keep only the first ones."""
        self._count = count

    @property
    def array(self) -> NDArray[np.float64]:
        """All of them; valid until the next change."""
        return self._room[: self._count]


class RunHistory:
    """The steps and epochs of one run.

    The place of step `s` of `S` on the epoch axis is `s / S × epochs`, so that epoch ends fall on whole numbers.
    """

    def __init__(self, epochs: int, baselines: Baselines | None = None, smoothing: float = DEFAULT_SMOOTHING) -> None:
        self.epochs = epochs
        self.baselines = baselines
        self.steps: list[TrainStep] = []
        self.results: list[EpochResult] = []
        self.failed = False
        self.chosen_epoch: int | None = None  # the one in use where it was chosen by its test loss
        self._smoothing = smoothing
        self._numbers = _Growing()
        self._raw = {"loss": _Growing(), "accuracy": _Growing()}
        self._smooth = {"loss": _Growing(), "accuracy": _Growing()}
        self._asides: dict[int, float] = {}

    def add_step(self, step: TrainStep) -> None:
        """Take one more step; a resumed run tells those after its last checkpoint again, and they take their place."""
        while self.steps and self.steps[-1].step >= step.step:
            self.steps.pop()
            for values in (self._numbers, *self._raw.values(), *self._smooth.values()):
                values.cut(len(self.steps))
        self.steps.append(step)
        self._numbers.append(step.step)
        for what, value in (("loss", step.loss), ("accuracy", step.accuracy)):
            self._raw[what].append(value)
            self._smooth[what].append(self._next(what, value))

    def add_result(self, result: EpochResult) -> None:
        """Take the measurements after an epoch; a resumed run tells each epoch once."""
        if not self.results or result.epoch > self.results[-1].epoch:
            self.results.append(result)

    @property
    def smoothing(self) -> float:
        """The share of the smoothed value that stays at each step."""
        return self._smoothing

    def set_smoothing(self, smoothing: float) -> None:
        """Smooth everything again with another share from 0 (raw) to below 1."""
        self._smoothing = smoothing
        for what, values in self._smooth.items():
            values.cut(0)
            for value in self._raw[what].array.tolist():
                values.append(self._next(what, value))

    @property
    def bits_per_nat(self) -> float | None:
        """Bits per byte of text that one nat per token makes in this run's test part; None before it is known."""
        last = self.last_result
        if last is not None and last.test_loss > 0:
            return last.bits_per_byte / last.test_loss
        score = self.baselines.uniform if self.baselines is not None else None
        return score.bits_per_byte / score.loss if score is not None and score.loss > 0 else None

    @property
    def total_steps(self) -> int:
        """Steps the whole run has; 0 before the first."""
        return self.steps[-1].steps if self.steps else 0

    @property
    def position(self) -> float:
        """How far the run is, in epochs."""
        return self.steps[-1].step / self.steps[-1].steps * self.epochs if self.steps else 0.0

    @property
    def untrained(self) -> EpochResult | None:
        """What the model could do before the first step."""
        return self.results[0] if self.results and self.results[0].epoch == 0 else None

    @property
    def last_result(self) -> EpochResult | None:
        """The newest measurement, the untrained model's included."""
        return self.results[-1] if self.results else None

    def raw(self, what: str) -> Series:
        """The values of every step: `what` is `loss` or `accuracy`. Not a copy: read it before the next step comes."""
        return Series(self._x(), self._raw[what].array)

    def smoothed(self, what: str) -> Series:
        """The smoothed values of every step, begun at the untrained model where it was measured."""
        start = self.untrained
        x, y = self._x(), self._smooth[what].array
        if start is None or not len(x):
            return Series(x, y)
        first = start.train_loss if what == "loss" else start.train_accuracy
        return Series(np.concatenate([[0.0], x]), np.concatenate([[first], y]))

    def measured(self, what: str) -> Series:
        """The test values after every epoch."""
        x = np.array([result.epoch for result in self.results], np.float64)
        return Series(x, np.array([getattr(result, f"test_{what}") for result in self.results], np.float64))

    def tokens_per_second(self) -> float | None:
        """Real tokens (pads not counted) over the last steps' own time; None before the first step."""
        recent = self.steps[-RECENT:]
        seconds = sum(step.seconds for step in recent)
        return sum(step.tokens for step in recent) / seconds if seconds > 0 else None

    def add_aside(self, epoch: int, seconds: float) -> None:
        """Take how long an epoch took beside its steps: measuring, checkpoint, prompts (epoch 0: before the first)."""
        self._asides[epoch] = seconds

    def seconds_left(self) -> float | None:
        """How long the training still works: the steps that are left at the recent pace, and what each epoch that is
        not over takes beside them, as the last one did. None before the first step.
        """
        if not self.steps:
            return None
        last = self.steps[-1]
        recent = self.steps[-RECENT:]
        recent = recent[min(WARMING, len(recent) - 1) :] if len(self.steps) < RECENT else recent
        a_step = sum(step.seconds for step in recent) / len(recent)
        over = max((result.epoch for result in self.results), default=0)
        aside = self._asides[max(self._asides)] if self._asides else 0.0
        return (last.steps - last.step) * a_step + (self.epochs - over) * aside

    def _x(self) -> NDArray[np.float64]:
        total = self.total_steps
        return self._numbers.array * (self.epochs / total if total else 0.0)

    def _next(self, what: str, value: float) -> float:
        """The smoothed value that follows those so far."""
        so_far = self._smooth[what].array
        if len(so_far):
            before = float(so_far[-1])
        elif self.untrained is not None:
            before = getattr(self.untrained, f"train_{what}")
        else:
            return value
        return self._smoothing * before + (1 - self._smoothing) * value


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One line of the plots' table twin: a step, and what was measured after it where an epoch ended there."""

    step: TrainStep | None
    result: EpochResult | None


def number_rows(history: RunHistory | None, first: int = 0) -> tuple[NumberRow, ...]:
    """The untrained model and every step, with the measurements beside the steps they followed.

    With `first` only the steps from that place in `history.steps` on.
    """
    if history is None:
        return ()
    results = {result.epoch: result for result in history.results}
    start = (NumberRow(None, results[0]),) if 0 in results and first == 0 else ()
    steps = history.steps[first:]
    rows = [
        NumberRow(step, results.get(step.epoch) if after is None or after.epoch != step.epoch else None)
        for step, after in zip(steps, [*steps[1:], None], strict=False)  # before the first step there is no row
    ]
    return (*start, *rows)
