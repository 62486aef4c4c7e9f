"""The table *Epoch by epoch*: a thin Qt model over the rows and a delegate that draws the loss bars."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTextLayout
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from codegen_desktop.ui import theme
from codegen_desktop.ui.training.epoch_rows import EpochRow, highest_loss

AnyIndex = QModelIndex | QPersistentModelIndex

TITLES = ("Epoch", "Loss ↓", "Accuracy ↑", "Reference", "Observation")
EPOCH, LOSS, ACCURACY, REFERENCE, OBSERVATION = range(len(TITLES))

_PADDING = 8
"""Between the edges of a cell and its words in design pixels, as in the headings above them."""

_BARS_FROM = 480
"""From this width on, in design pixels, the losses have bars."""

_NOWHERE = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class EpochTableModel(QAbstractTableModel):
    """Shows epoch rows; the row itself is given under UserRole."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[EpochRow, ...] = ()

    @property
    def rows(self) -> tuple[EpochRow, ...]:
        """What is shown."""
        return self._rows

    def set_rows(self, rows: tuple[EpochRow, ...]) -> None:
        """Show other rows; where their number is the same the view keeps its place."""
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        elif rows != self._rows:
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, OBSERVATION))

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """Number of epochs."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The titles."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in (ACCURACY, REFERENCE) else _LEFT
        if role == Qt.ItemDataRole.ToolTipRole and section == REFERENCE:
            return "Loss and accuracy as the brief quotes them; it does not say how they were measured."
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, index.column())
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if index.column() in (ACCURACY, REFERENCE) else _LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            if index.column() == REFERENCE and row.quoted is not None:
                return f"The brief: “{row.quoted.observation}”"
            return row.observation if index.column() == OBSERVATION else None
        return None


def _text(row: EpochRow, column: int) -> str:
    if column == EPOCH:
        return str(row.epoch) if row.epoch else "start"
    if column == LOSS:
        if row.loss is None:
            return "–"
        return f"{row.loss:.2f}" if row.loss < 100 else f"{row.loss:,.0f}"  # the bar stands beside it
    if column == ACCURACY:
        return f"{row.accuracy:.2f}" if row.accuracy is not None else "–"
    return row.reference if column == REFERENCE else row.observation


class _EpochDelegate(QStyledItemDelegate):
    """Draws values in the ink of their state, and beside the loss a bar: full when measured, hollow while running."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one cell."""
        row: EpochRow = index.data(Qt.ItemDataRole.UserRole)
        colours, column = theme.colours(), index.column()
        painter.save()
        area = option.rect
        state = option.state
        chosen = row.state == "running" or bool(state & QStyle.StateFlag.State_Selected)
        painter.fillRect(area, QColor(colours.selected if chosen else colours.card))
        painter.setPen(QColor(colours.row_line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        strong = column in (LOSS, ACCURACY) and row.state != "waiting"
        painter.setFont(_observation_font() if column == OBSERVATION else theme.font(13, 600 if strong else 400))
        painter.setPen(QColor(_ink(row, column)))
        inner = area.adjusted(theme.px(_PADDING), 0, -theme.px(_PADDING), 0)
        flags = index.data(Qt.ItemDataRole.TextAlignmentRole)
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if column == OBSERVATION:
            flags |= Qt.TextFlag.TextWordWrap
            metrics = painter.fontMetrics()
            text = shortened(
                text, painter.font(), inner.width(), (inner.height() - theme.px(4)) // metrics.lineSpacing()
            )
        painter.drawText(inner, flags, text)
        if column == LOSS and row.loss is not None and area.width() >= theme.px(80):
            self._paint_bar(painter, QRectF(inner), row, index)
        painter.restore()

    def _paint_bar(self, painter: QPainter, area: QRectF, row: EpochRow, index: AnyIndex) -> None:
        model = index.model()
        assert isinstance(model, EpochTableModel)
        assert row.loss is not None
        left = area.left() + theme.px(40)
        share = min(1.0, row.loss / highest_loss(model.rows))
        bar = QRectF(left, area.center().y() - theme.px(3), max(2.0, (area.right() - left) * share), theme.px(6))
        colours = theme.colours()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(colours.test.colour)
        if row.state == "done":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
        else:
            painter.setPen(QPen(QColor(colours.train.colour), 1))
            painter.setBrush(QColor(colours.card))
        painter.drawRoundedRect(bar, theme.px(3), theme.px(3))


def shortened(text: str, font: QFont, width: int, lines: int) -> str:
    """As much of a text as so many lines of a width hold, at least one; what was cut is an ellipsis at its end."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    for _ in range(max(lines, 1)):
        line = layout.createLine()
        if not line.isValid():
            layout.endLayout()
            return text
        line.setLineWidth(width)
        start, after = line.textStart(), line.textStart() + line.textLength()
    layout.endLayout()
    if after >= len(text):
        return text
    return text[:start] + QFontMetrics(font).elidedText(text[start:], Qt.TextElideMode.ElideRight, width)


def row_heights(needed: Sequence[int], room: int, enough: int) -> list[int]:
    """How high each row is: what its words need where all fit, else no more than is `enough`.

    What is left of the room goes to the low rows first, so that no row is higher than it must be before others are;
    up to a limit.
    """
    lowest, highest = theme.px(26), theme.px(44)
    heights = [max(lowest, height) for height in needed]
    if sum(heights) > room:
        heights = [max(lowest, min(height, enough)) for height in needed]
    for level in range(lowest, highest + 1):
        raised = [max(height, level) for height in heights]
        if sum(raised) > room:
            break
        heights = raised
    return heights


def _observation_font() -> QFont:
    return theme.font(12)


def _ink(row: EpochRow, column: int) -> str:
    colours = theme.colours()
    if row.state == "running" and column != REFERENCE:
        return colours.accent
    if row.state == "waiting" or column == REFERENCE:
        return colours.text3
    return colours.text


class EpochTable(QTableView):
    """The view: five rows fill the card, more scroll."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = EpochTableModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_EpochDelegate(self))
        self.setAccessibleName("Epoch by epoch")
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)  # else Tab goes round the cells for ever
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(OBSERVATION, QHeaderView.ResizeMode.Stretch)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    @property
    def rows(self) -> tuple[EpochRow, ...]:
        """What is shown."""
        return self._model.rows

    def set_rows(self, rows: tuple[EpochRow, ...]) -> None:
        """Show other rows; a running epoch is kept in sight."""
        before = [row.observation for row in self._model.rows if row.state == "done"]
        count = len(self._model.rows)
        self._model.set_rows(rows)
        if len(rows) != count or before != [row.observation for row in rows if row.state == "done"]:
            self.fit()
        running = next((place for place, row in enumerate(rows) if row.state == "running"), None)
        if running is not None:
            self.scrollTo(self._model.index(running, 0))

    def fit(self) -> None:
        """Share the room: fixed columns at the text size, rows as high as their observation or two lines of it.

        Qt stretches the last column a moment later, so its width is worked out here.
        """
        bars = self.viewport().width() >= theme.px(_BARS_FROM)
        fixed = {EPOCH: 54, LOSS: 84 if bars else 56, ACCURACY: 90, REFERENCE: 80}
        for column, design_pixels in fixed.items():
            self.setColumnWidth(column, theme.px(design_pixels))
        wide = self.viewport().width() - sum(theme.px(design_pixels) for design_pixels in fixed.values())
        width = wide - 2 * theme.px(_PADDING) - theme.px(4)  # a painter may need a little more
        metrics = QFontMetrics(_observation_font(), self.viewport())
        needed = [
            metrics.boundingRect(0, 0, width, 10_000, Qt.TextFlag.TextWordWrap, row.observation).height() + theme.px(8)
            for row in self._model.rows
        ]
        two_lines = 2 * metrics.lineSpacing() + theme.px(6)
        for row, height in enumerate(row_heights(needed, self.viewport().height(), two_lines)):
            self.setRowHeight(row, height)

    def resizeEvent(self, event: Any) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self.fit()
