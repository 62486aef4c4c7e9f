"""A small table over a tuple of values: the vocabulary, and the table twins of the pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from codegen_desktop.ui import theme

AnyIndex = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column: its title, its value in a row, the width in design pixels (0 shares what is left)."""

    title: str
    value: Callable[[Any], str | int]
    width: int = 0
    is_code: bool = False


class ValueTableModel(QAbstractTableModel):
    """Shows values as rows; numbers stand right with a group mark, code in mono."""

    def __init__(self, columns: Sequence[ValueColumn], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._values: list[Any] = []

    def set_values(self, values: Sequence[Any]) -> None:
        """Show other values."""
        self.beginResetModel()
        self._values = list(values)
        self.endResetModel()

    @property
    def values(self) -> list[Any]:
        """The values in the order shown."""
        return self._values

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """One row a value."""
        return 0 if parent.isValid() else len(self._values)

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        """The columns given."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, alignment and font."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        value = column.value(self._values[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{value:,}" if isinstance(value, int) else value
        if role == Qt.ItemDataRole.TextAlignmentRole and isinstance(value, int):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and column.is_code:
            return theme.font(13, mono=True)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The columns' titles; a column of numbers has its title on the right."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            is_number = bool(self._values) and isinstance(self.columns[section].value(self._values[0]), int)
            side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column."""
        if column < 0:
            return
        self.beginResetModel()
        self._values.sort(key=self.columns[column].value, reverse=order is Qt.SortOrder.DescendingOrder)
        self.endResetModel()


class ValueTable(QTableView):
    """The table on the screen; Ctrl+C copies the chosen rows (all rows where none is) as tab-separated text."""

    def __init__(self, name: str, columns: Sequence[ValueColumn], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values = ValueTableModel(columns, self)
        self.setModel(self.values)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self._measure()

    def set_values(self, values: Sequence[Any]) -> None:
        """Show other values."""
        self.values.set_values(values)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the text scale changed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width."""
        super().resizeEvent(event)
        self._share_width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on Ctrl+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.as_text())
        else:
            super().keyPressEvent(event)

    def as_text(self) -> str:
        """The chosen rows with their titles, tab-separated; all rows where none is chosen."""
        chosen = sorted({index.row() for index in self.selectedIndexes()}) or range(self.values.rowCount())
        lines = ["\t".join(column.title for column in self.values.columns)]
        for row in chosen:
            value = self.values.values[row]
            lines.append("\t".join(str(column.value(value)) for column in self.values.columns))
        return "\n".join(lines)

    def _measure(self) -> None:
        self.verticalHeader().setMinimumSectionSize(theme.px(24))
        self.verticalHeader().setDefaultSectionSize(theme.px(28))
        self.horizontalHeader().setFixedHeight(theme.px(28))
        self._share_width()

    def _share_width(self) -> None:
        columns = self.values.columns
        fixed = sum(theme.px(column.width) for column in columns)
        free = [number for number, column in enumerate(columns) if not column.width]
        share = max((self.viewport().width() - fixed) // max(len(free), 1), theme.px(60))
        for number, column in enumerate(columns):
            self.setColumnWidth(number, share if number in free else theme.px(column.width))
