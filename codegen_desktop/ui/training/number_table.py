"""The table twin of the plots: every step, with what was measured beside the last of each epoch."""

from codegen_desktop.ui.training.history import NumberRow, RunHistory, number_rows
from codegen_desktop.ui.widgets.table import Column, RowsModel, Table


def _measured(row: NumberRow, name: str) -> str:
    return f"{getattr(row.result, name):.4f}" if row.result is not None else "–"


def _trained(row: NumberRow, name: str) -> str:
    if row.step is not None:
        return f"{getattr(row.step, name):.4f}"
    return f"{getattr(row.result, f'train_{name}'):.4f}"


NUMBER_COLUMNS: tuple[Column[NumberRow], ...] = (
    Column("Step", lambda row: f"{row.step.step:,}" if row.step is not None else "0", "right", width=80),
    Column("Epoch", lambda row: str(row.step.epoch) if row.step is not None else "start", "right", width=80),
    Column("Train loss, nats", lambda row: _trained(row, "loss"), "right", width=120),
    Column("Train accuracy", lambda row: _trained(row, "accuracy"), "right", width=120),
    Column("Test loss, nats", lambda row: _measured(row, "test_loss"), "right", width=120),
    Column("Test accuracy", lambda row: _measured(row, "test_accuracy"), "right", width=120),
    Column("Bits per byte", lambda row: _measured(row, "bits_per_byte"), "right", width=110),
)
"""Losses in nats per token whatever the plots' unit is: a table is for exact numbers."""


class NumberTable(Table):
    """Follows a run while it goes on: only what is new is added, so that 50,000 steps cost no more than fifty."""

    def __init__(self) -> None:
        self._numbers: RowsModel[NumberRow] = RowsModel(NUMBER_COLUMNS)
        super().__init__("Loss and accuracy of every step", self._numbers)
        self._history: RunHistory | None = None
        self._steps = 0

    def follow(self, history: RunHistory | None) -> None:
        """Show the numbers of a run; the last row is written again, as an epoch's measurements come after its step."""
        steps = len(history.steps) if history is not None else 0
        if history is None or history is not self._history or steps < self._steps or self._steps < 2:
            self._numbers.set_rows(number_rows(history))
        else:
            kept = self._steps - 1
            before = len(self._numbers.rows) - self._steps  # the untrained model's row
            self._numbers.replace_from(before + kept, number_rows(history, kept))
        self._history, self._steps = history, steps
