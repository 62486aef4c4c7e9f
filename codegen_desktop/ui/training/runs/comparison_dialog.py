"""Runs side by side in a table: first the options in which they differ, then what came of each."""

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from codegen_desktop.model.comparison import ComparedRow, Comparison
from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.labels import icon_label, label
from codegen_desktop.ui.widgets.table import Column, RowsModel, Table

ALL_EQUAL = "No option differs."
OTHERS_EQUAL = "All other options are equal."

LONGEST_HEADING = 16
"""Characters of a run's name that fit over a column; the sentence over the table has the whole name."""

_FEW = 3  # runs beside which the names of the rows can take what is left of the width


def _columns(names: tuple[str, ...]) -> list[Column[ComparedRow]]:
    first = 0 if len(names) <= _FEW else 230
    columns: list[Column[ComparedRow]] = [Column("", lambda row: row.name, width=first)]
    for place, name in enumerate(names):
        short = name if len(name) <= LONGEST_HEADING else f"{name[: LONGEST_HEADING - 1]}…"
        columns.append(Column(short, partial(_cell, place), "right", width=130))
    return columns


def _cell(place: int, row: ComparedRow) -> str:
    return row.values[place] if row.values else ""


class ComparisonDialog(QDialog):
    """The table with one sentence over it. Opens without stopping the window; `table` can be copied and saved."""

    def __init__(self, told: Comparison, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Runs side by side")
        self.reading = label(told.reading, "reading", wrap=True, selectable=True)
        self.table = Table("Runs side by side", RowsModel(_columns(told.runs), _rows(told), dim=_is_heading))
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)

        layout = QVBoxLayout(self)
        theme.space(layout, 20, 12)
        layout.addWidget(self.reading)
        for warning in told.warnings:
            row = QHBoxLayout()
            theme.space(row, 0, 8)
            row.addWidget(icon_label("triangle-alert", "warn", 16), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(label(warning, "secondary", wrap=True, selectable=True), 1)
            layout.addLayout(row)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._buttons)

        self._buttons.rejected.connect(self.reject)
        self.setAccessibleDescription(" ".join((told.reading, *told.warnings)))
        wanted = QSize(theme.px(340 + 140 * len(told.runs)), theme.px(560))
        self.resize(wanted.boundedTo(parent.window().size() * 0.94))


def _rows(told: Comparison) -> tuple[ComparedRow, ...]:
    last = ComparedRow(OTHERS_EQUAL if told.differences else ALL_EQUAL, ())
    return (*told.differences, last, *told.results)


def _is_heading(row: ComparedRow) -> bool:
    return not row.values
