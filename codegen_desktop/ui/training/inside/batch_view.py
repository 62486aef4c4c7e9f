"""*First batch*: what the model saw in its first step, position by position, and what it was to say there."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from codegen_desktop.tokenization.tokenizer import PAD_ID, START_ID
from codegen_desktop.ui import theme
from codegen_desktop.ui.training.inside.facts import FirstBatch
from codegen_desktop.ui.widgets.labels import label

AnyIndex = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()


class BatchModel(QAbstractTableModel):
    """Two rows a snippet, its inputs and its targets; a column a position."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._batch: FirstBatch | None = None

    @property
    def batch(self) -> FirstBatch | None:
        """What is shown."""
        return self._batch

    def set_batch(self, batch: FirstBatch | None) -> None:
        """Show another batch."""
        self.beginResetModel()
        self._batch = batch
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """Twice the snippets."""
        return 0 if parent.isValid() or self._batch is None else 2 * len(self._batch.grid.inputs)

    def columnCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """The positions."""
        return 0 if parent.isValid() or self._batch is None else int(self._batch.grid.inputs.shape[1])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Positions above, `1 input` and `1 target` at the side."""
        if role == Qt.ItemDataRole.DisplayRole:
            if orientation == Qt.Orientation.Horizontal:
                return str(section + 1)
            return f"{section // 2 + 1} target" if section % 2 else f"{section // 2 + 1} input"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        if not index.isValid() or self._batch is None:
            return None
        place, number = (index.row() // 2, index.column()), self.token_id(index)
        real, asked = bool(self._batch.grid.real[place]), bool(self._batch.grid.asked[place])
        target = index.row() % 2 == 1
        if role == Qt.ItemDataRole.DisplayRole:
            return "–" if target and not real else self._batch.words[number]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._told(number, target=target, real=real, asked=asked)
        if role == Qt.ItemDataRole.FontRole:
            return theme.font(12, 600 if number == START_ID else 400, mono=True, italic=target and real and asked)
        colours = theme.colours()
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(colours.accent if number == START_ID else colours.text if real else colours.text3)
        if role == Qt.ItemDataRole.BackgroundRole:
            if not real:
                return QColor(colours.sunken)
            return QColor(colours.warn_soft) if target and asked else None
        return None

    def token_id(self, index: AnyIndex) -> int:
        """The id in a cell."""
        assert self._batch is not None
        grid = self._batch.grid
        shown = grid.targets if index.row() % 2 else grid.inputs
        return int(shown[index.row() // 2, index.column()])

    def _told(self, number: int, *, target: bool, real: bool, asked: bool) -> str:
        assert self._batch is not None
        if not real:
            return "pad: fills the row up" if not target else "no target: nothing is measured or learned here"
        words = f"{self._batch.words[number]}, id {number}"
        if target and asked:
            return f"{words}, part of the instruction: counts {self._batch.instruction_weight:g}"
        return f"{words}, what the model is to say here" if target else words


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
        self.model = BatchModel(self)
        self.grid = QTableView()
        self._key = label("", "caption", wrap=True)
        self.grid.setModel(self.model)
        self.grid.setItemDelegate(_BatchDelegate(self.grid))
        self.grid.setAccessibleName("The first batch: inputs and targets by position")
        self.grid.setShowGrid(False)
        self.grid.setTabKeyNavigation(False)
        self.grid.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.grid.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for header in (self.grid.horizontalHeader(), self.grid.verticalHeader()):
            header.setHighlightSections(False)
        self.grid.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        column = QVBoxLayout(self)
        theme.space(column, (0, 0, 0, 6), 4)
        column.addWidget(self.grid, 1)
        row = QVBoxLayout()
        theme.space(row, (14, 0, 14, 0), 0)
        row.addWidget(self._key)
        theme.size(self._key, minimum_height=16)
        theme.size(self.grid, minimum_height=80)
        column.addLayout(row)
        self._measure()

    def show_batch(self, batch: FirstBatch | None) -> None:
        """Show the batch of another run, or none."""
        if batch is self.model.batch:
            return
        self.model.set_batch(batch)
        weight = batch.instruction_weight if batch is not None else 0.0
        self._key.setText(
            f"start: the mark every row begins with. Slanted on yellow: instruction, counts {weight:g}. "
            "Grey: pads, which have no target."
        )

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow the text scale."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_key"):
            self._measure()

    def _measure(self) -> None:
        self.grid.verticalHeader().setMinimumSectionSize(theme.px(24))
        self.grid.verticalHeader().setDefaultSectionSize(theme.px(24))
        self.grid.horizontalHeader().setDefaultSectionSize(theme.px(72))


def count_positions(batch: FirstBatch) -> tuple[int, int, int, int]:
    """Snippets, positions, real targets, and those of them that belong to an instruction."""
    grid = batch.grid
    assert bool((grid.targets[~grid.real] == PAD_ID).all())
    return len(grid.inputs), grid.inputs.size, int(grid.real.sum()), int((grid.asked & grid.real).sum())
