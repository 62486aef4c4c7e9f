"""The table twin of the plots: every step, with what was measured beside the last of each epoch."""

from codegen_desktop.ui.training.history import NumberRow
from codegen_desktop.ui.widgets.table import Column


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
