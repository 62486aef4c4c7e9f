"""The epoch table as plain values: one row an epoch, whether it is done, running or still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from codegen_desktop.model.records import EpochResult
from codegen_desktop.model.reference import REFERENCE_TRACE, ReferenceEpoch
from codegen_desktop.ui.training.history import RunHistory

RowState = Literal["done", "running", "waiting"]


@dataclass(frozen=True, slots=True)
class EpochRow:
    """One line of the table. `loss` in nats and `accuracy` as a share are of the test part once `state` is done.

    In the running epoch they are those of the learning part so far, smoothed; None where nothing is known yet.
    `quoted` is the brief's own line for this epoch, where it has one.
    """

    epoch: int
    state: RowState
    loss: float | None
    accuracy: float | None
    quoted: ReferenceEpoch | None
    observation: str

    @property
    def reference(self) -> str:
        """The brief's loss and accuracy as it wrote them."""
        return f"{self.quoted.loss:.1f} · {self.quoted.accuracy:.2f}" if self.quoted is not None else "–"


def epoch_rows(history: RunHistory | None, epochs: int, running: bool, paused: bool = False) -> tuple[EpochRow, ...]:
    """The rows of a run, or of one that has not begun; `paused` says that a running one waits."""
    results = {result.epoch: result for result in history.results} if history is not None else {}
    numbers = range(0 if 0 in results else 1, max(epochs, max(results, default=0)) + 1)
    verb = "Paused at" if paused else "Running," if running else "Stopped at"
    return tuple(_row(number, results.get(number), history, running, verb) for number in numbers)


def _row(epoch: int, result: EpochResult | None, history: RunHistory | None, running: bool, verb: str) -> EpochRow:
    quoted = REFERENCE_TRACE[epoch - 1] if 1 <= epoch <= len(REFERENCE_TRACE) else None
    if result is not None:
        chosen = history is not None and history.chosen_epoch == epoch
        words = f"In use, chosen on test. {result.observation}" if chosen else result.observation
        return EpochRow(epoch, "done", result.test_loss, result.test_accuracy, quoted, words)
    if history is not None and history.steps and history.steps[-1].epoch == epoch:
        step = history.steps[-1]
        per_epoch = max(1, step.steps // history.epochs)
        done = step.step - (epoch - 1) * per_epoch
        loss, accuracy = float(history.smoothed("loss").y[-1]), float(history.smoothed("accuracy").y[-1])
        state: RowState = "running" if running else "waiting"
        return EpochRow(
            epoch, state, loss, accuracy, quoted, f"{verb} step {done:,} of {per_epoch:,} (train, smoothed)"
        )
    return EpochRow(epoch, "waiting", None, None, quoted, "Not yet")


def highest_loss(rows: Sequence[EpochRow]) -> float:
    """The loss that fills the bar: the highest of the trained epochs, at least the brief's first."""
    return max([REFERENCE_TRACE[0].loss, *(row.loss for row in rows if row.loss is not None and row.epoch > 0)])
