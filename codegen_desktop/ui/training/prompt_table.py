"""The table *Same five prompts*: what the model of every epoch wrote after each of them, kept side by side."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from codegen_desktop.generation.fixed_prompts import PromptCompletion, PromptsCompleted
from codegen_desktop.ui import icons, theme

AnyIndex = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def one_line(text: str) -> str:
    """Code on one line: line ends as ⏎, the indentation after them dropped."""
    if not text.strip():
        return "(nothing)"
    return " ⏎ ".join(line.strip() for line in text.strip("\n").split("\n"))


class PromptTableModel(QAbstractTableModel):
    """One row a prompt; the first column is the prompt, then one column for each epoch that was completed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[PromptsCompleted, ...] = ()

    def set_columns(self, columns: tuple[PromptsCompleted, ...]) -> None:
        """Show the completions of these epochs, in order."""
        self.beginResetModel()
        self._columns = columns
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """Number of prompts."""
        return 0 if parent.isValid() or not self._columns else len(self._columns[0].completions)

    def columnCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """The prompt's column and one for each epoch."""
        return 0 if parent.isValid() else 1 + len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """`Prompt`, `Untrained`, `Epoch 1`, and so on."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if section == 0:
            return "Prompt"
        epoch = self._columns[section - 1].epoch
        return f"Epoch {epoch}" if epoch else "Untrained"

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell; the PromptCompletion itself is given under UserRole."""
        if not index.isValid():
            return None
        completion = self.completion(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(completion.prompt if index.column() == 0 else completion.text)
        if role == Qt.ItemDataRole.ToolTipRole:
            return completion.prompt if index.column() == 0 else completion.prompt + completion.text
        if role == Qt.ItemDataRole.UserRole:
            return completion
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() > 0:
            verdict = "valid Python" if completion.parses else "not valid Python"
            return f"{completion.text}, {verdict}"
        return None

    def completion(self, index: AnyIndex) -> PromptCompletion:
        """The completion in a cell; for the first column any one of the prompt."""
        return self._columns[max(0, index.column() - 1)].completions[index.row()]


class _PromptDelegate(QStyledItemDelegate):
    """Draws a tick or a cross and the code beside it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one cell."""
        completion: PromptCompletion = index.data(Qt.ItemDataRole.UserRole)
        colours = theme.colours()
        painter.save()
        area = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(area, QColor(colours.selected if chosen else colours.card))
        painter.setPen(QColor(colours.row_line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        inner = area.adjusted(theme.px(8), 0, -theme.px(4), 0)
        ink = colours.text
        if index.column() > 0:
            side = theme.px(13)
            mark = QRectF(inner.left(), inner.center().y() - side / 2, side, side)
            name, role = ("check", colours.ok) if completion.parses else ("x", colours.text3)
            icons.paint(painter, name, role, mark)
            inner.setLeft(inner.left() + theme.px(19))
            ink = colours.text if completion.parses else colours.text2
        elif completion.prompt.startswith("#"):
            ink = colours.comment
        painter.setFont(theme.font(12, mono=True))
        painter.setPen(QColor(ink))
        text = painter.fontMetrics().elidedText(
            index.data(Qt.ItemDataRole.DisplayRole), Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, _LEFT, text)
        painter.restore()


class PromptTable(QTableView):
    """The view; the newest epoch is kept in sight, and the whole completion is in the tooltip."""

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._back = 0
        self._model = PromptTableModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_PromptDelegate(self))
        self.setTabKeyNavigation(False)  # else Tab goes round the cells for ever
        self.setAccessibleName("Same five prompts, after every epoch")
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def set_columns(self, columns: tuple[PromptsCompleted, ...]) -> None:
        """Show the completions of these epochs, the newest in sight."""
        self._model.set_columns(columns)
        self._back = 0
        self.fit()

    @property
    def hidden_before(self) -> int:
        """How many epochs stand left of what is shown."""
        return max(0, self._model.columnCount() - 1 - self._room() - self._back)

    @property
    def hidden_after(self) -> int:
        """How many epochs stand right of what is shown."""
        return self._back

    def move_by(self, epochs: int) -> None:
        """Go through time: show earlier (negative) or later epochs."""
        most = max(0, self._model.columnCount() - 1 - self._room())
        self._back = min(max(0, self._back - epochs), most)
        self.fit()

    def _room(self) -> int:
        """How many epochs fit beside the prompt."""
        return max(1, (self.viewport().width() - self._first_width()) // theme.px(104))

    def _first_width(self) -> int:
        return min(theme.px(170), self.viewport().width() // 3)

    def fit(self) -> None:
        """The prompt stays; beside it as many epochs as fit share the width."""
        count, room = self._model.columnCount() - 1, self._room()
        width = self.viewport().width() - self._first_width()
        last = count - self._back
        self.setColumnWidth(0, self._first_width())
        for column in range(1, count + 1):
            shown = last - room < column <= last
            self.setColumnHidden(column, not shown)
            if shown:
                self.setColumnWidth(column, width // max(1, min(count, room)))
        rows = max(1, self._model.rowCount())
        self.verticalHeader().setMinimumSectionSize(theme.px(24))
        height = min(max(self.viewport().height() // rows, theme.px(26)), theme.px(44))
        self.verticalHeader().setDefaultSectionSize(height)
        self.moved.emit()

    def resizeEvent(self, event: Any) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self.fit()
