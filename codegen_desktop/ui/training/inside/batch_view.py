"""*First batch*: what the model saw in its first step, position by position, and what it was to say there."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from codegen_desktop.tokenization.tokenizer import START_ID
from codegen_desktop.ui import theme
from codegen_desktop.ui.training.inside.facts import FirstBatch
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.widgets.table import Column, RowsModel, Table

AnyIndex = QModelIndex | QPersistentModelIndex

_NAME = 0
"""The column that names a row; in the window the header at the side does, which stays when one scrolls."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """The inputs of a snippet of the batch, or its targets."""

    snippet: int
    target: bool

    @property
    def name(self) -> str:
        """Counts from 1."""
        return f"{self.snippet + 1} {'target' if self.target else 'input'}"


class BatchModel(RowsModel[BatchRow]):
    """Two rows a snippet, its inputs and its targets; behind the names a column a position."""

    def __init__(self, batch: FirstBatch) -> None:
        self.batch = batch
        count, positions = batch.grid.inputs.shape
        cells = [Column(str(at + 1), partial(self._words, at), mono=True, width=72) for at in range(positions)]
        rows = [BatchRow(snippet, target) for snippet in range(count) for target in (False, True)]
        super().__init__((Column("Row", lambda row: row.name, width=90), *cells), rows)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Positions above, names at the side."""
        if orientation == Qt.Orientation.Vertical and role == Qt.ItemDataRole.DisplayRole:
            return self.rows[section].name
        return super().headerData(section, orientation, role)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell; what it is shows in its ground and its letters, and is told in words."""
        if not index.isValid() or index.column() == _NAME:
            return super().data(index, role)
        row, at = self.rows[index.row()], index.column() - 1
        real = bool(self.batch.grid.real[row.snippet, at])
        asked = row.target and real and bool(self.batch.grid.asked[row.snippet, at])
        starts = self.token_id(row, at) == START_ID
        colours = theme.colours()
        match role:
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._told(row, at, real=real, asked=asked)
            case Qt.ItemDataRole.FontRole:
                return theme.font(12, 600 if starts else 400, mono=True, italic=asked)
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(colours.accent if starts else colours.text if real else colours.text3)
            case Qt.ItemDataRole.BackgroundRole:
                return QColor(colours.warn_soft) if asked else None if real else QColor(colours.sunken)
        return super().data(index, role)

    def token_id(self, row: BatchRow, at: int) -> int:
        """The id at a position, counted from 0."""
        shown = self.batch.grid.targets if row.target else self.batch.grid.inputs
        return int(shown[row.snippet, at])

    def _words(self, at: int, row: BatchRow) -> str:
        if row.target and not self.batch.grid.real[row.snippet, at]:
            return "–"
        return self.batch.words[self.token_id(row, at)]

    def _told(self, row: BatchRow, at: int, *, real: bool, asked: bool) -> str:
        if not real:
            return "no target: nothing is measured or learned here" if row.target else "pad: fills the row up"
        words = f"{self._words(at, row)}, id {self.token_id(row, at)}"
        if asked:
            return f"{words}, part of the instruction: counts {self.batch.instruction_weight:g}"
        return f"{words}, what the model is to say here" if row.target else words


class _BatchDelegate(QStyledItemDelegate):
    """Fills a cell first: under a style sheet Qt leaves the ground of an item out."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one cell."""
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if ground is not None:
            painter.fillRect(option.rect, ground)
        super().paint(painter, option, index)


class BatchView(QWidget):
    """The grid, and below it what its marks mean. It is a table already, so it has no twin."""

    def __init__(self) -> None:
        super().__init__()
        self.model: BatchModel | None = None
        self.grid: Table | None = None
        self._key = label("", "caption", wrap=True)
        self._column = QVBoxLayout(self)
        theme.space(self._column, (0, 0, 0, 6), 4)
        row = QVBoxLayout()
        theme.space(row, (14, 0, 14, 0), 0)
        row.addWidget(self._key)
        theme.size(self._key, minimum_height=16)
        self._column.addLayout(row)

    def show_batch(self, batch: FirstBatch | None) -> None:
        """Show the batch of another run, or none. Batches differ in their columns, so each gets a grid of its own."""
        if batch is (self.model.batch if self.model is not None else None):
            return
        if self.grid is not None:
            self.grid.deleteLater()
            self._column.removeWidget(self.grid)
        self.model = self.grid = None
        self._key.setText("")
        if batch is not None:
            self.model = BatchModel(batch)
            self.grid = _grid(self.model)
            self._column.insertWidget(0, self.grid, 1)
            self._key.setText(
                f"start: the mark every row begins with. Slanted on yellow: instruction, counts "
                f"{batch.instruction_weight:g}. Grey: pads, which have no target."
            )


def _grid(model: BatchModel) -> Table:
    made = Table("The first batch, inputs and targets by position", model, row_height=24)
    made.setItemDelegate(_BatchDelegate(made))
    made.setColumnHidden(_NAME, True)
    made.verticalHeader().show()
    theme.size(made, minimum_height=80)
    return made


def count_positions(batch: FirstBatch) -> tuple[int, int, int, int]:
    """Snippets, positions, real targets, and those of them that belong to an instruction."""
    grid = batch.grid
    return len(grid.inputs), grid.inputs.size, int(grid.real.sum()), int((grid.asked & grid.real).sum())
