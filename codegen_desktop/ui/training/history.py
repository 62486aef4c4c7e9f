"""What a run has told so far, as growing arrays: the plots, the tables and the sentences all read it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.model.records import Baselines, EpochResult, TrainStep

DEFAULT_SMOOTHING = 0.9
"""How much of the smoothed value stays at each step; 0 shows the raw values."""

RECENT = 100
"""Steps over which speed is measured."""


@dataclass(frozen=True, slots=True)
class Series:
    """A curve: `x` in epochs since the start, `y` in nats or as a share."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]


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
        self._smoothing = smoothing
        self._smooth_loss: list[float] = []
        self._smooth_accuracy: list[float] = []

    def add_step(self, step: TrainStep) -> None:
        """Take one more step; a resumed run tells those after its last checkpoint again, and they take their place."""
        while self.steps and self.steps[-1].step >= step.step:
            for values in (self.steps, self._smooth_loss, self._smooth_accuracy):
                values.pop()
        self.steps.append(step)
        self._smooth_loss.append(self._next(self._smooth_loss, step.loss, "loss"))
        self._smooth_accuracy.append(self._next(self._smooth_accuracy, step.accuracy, "accuracy"))

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
        steps, self.steps, self._smooth_loss, self._smooth_accuracy = self.steps, [], [], []
        for step in steps:
            self.add_step(step)

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
        """The values of every step: `what` is `loss` or `accuracy`."""
        return Series(self._x(), np.array([getattr(step, what) for step in self.steps], np.float64))

    def smoothed(self, what: str) -> Series:
        """The smoothed values of every step, begun at the untrained model where it was measured."""
        values = self._smooth_loss if what == "loss" else self._smooth_accuracy
        start = self.untrained
        x, y = self._x(), np.array(values, np.float64)
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

    def seconds_left(self) -> float | None:
        """Training time of the steps that are left at the recent speed, measuring not counted; None if unknown."""
        recent = self.steps[-RECENT:]
        if not recent:
            return None
        return (recent[-1].steps - recent[-1].step) * sum(step.seconds for step in recent) / len(recent)

    def _x(self) -> NDArray[np.float64]:
        total = self.total_steps
        return np.array([step.step for step in self.steps], np.float64) * (self.epochs / total if total else 0.0)

    def _next(self, so_far: Sequence[float], value: float, what: str) -> float:
        if so_far:
            before = so_far[-1]
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


def number_rows(history: RunHistory | None) -> tuple[NumberRow, ...]:
    """The untrained model and every step, with the measurements beside the steps they followed."""
    if history is None:
        return ()
    results = {result.epoch: result for result in history.results}
    start = (NumberRow(None, results[0]),) if 0 in results else ()
    steps = history.steps
    rows = [
        NumberRow(step, results.get(step.epoch) if after is None or after.epoch != step.epoch else None)
        for step, after in zip(steps, [*steps[1:], None], strict=True)
    ]
    return (*start, *rows)
