"""The dataset table on the screen: code in mono with its colours, a dot for Train and a hollow square for Test."""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QResizeEvent
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
from codegen_desktop.ui.dataset.code_line import paint_line
from codegen_desktop.ui.dataset.rows import Part
from codegen_desktop.ui.dataset.table_model import (
    COLUMNS,
    FILE,
    INSTRUCTION,
    LICENCE,
    LINES,
    NUMBER,
    SNIPPET,
    SPLIT,
    TOKENS,
    DatasetTableModel,
)

_ROW_HEIGHT, _HEADER_HEIGHT, _PADDING = 28, 28, 8
_WIDTHS = {NUMBER: 58, FILE: 104, LINES: 54, TOKENS: 62, LICENCE: 72, SPLIT: 80}
_NARROW = 700
"""Below this width of the table in design pixels, a snippet's file and licence stand in the preview only."""


class DatasetTableView(QTableView):
    """A virtual table with fixed row height; sorting by a click on a column, hover over the whole row."""

    def __init__(self, model: DatasetTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hovered_row = -1
        self.rows = model
        self.setModel(model)
        self.setItemDelegate(_RowDelegate(self))
        self.setAccessibleName("Snippets")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSortIndicatorClearable(True)
        self.setSortingEnabled(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.entered.connect(self._on_entered)
        model.modelReset.connect(self._share_width)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the text scale changed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width between snippet and instruction."""
        super().resizeEvent(event)
        self._share_width()

    def leaveEvent(self, event: QEvent) -> None:
        """No row is hovered any more."""
        super().leaveEvent(event)
        self._hover(-1)

    def _on_entered(self, index: QModelIndex) -> None:
        self._hover(index.row())

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            self.hovered_row = row
            self.viewport().update()

    def _measure(self) -> None:
        self.verticalHeader().setMinimumSectionSize(theme.px(_ROW_HEIGHT))
        self.verticalHeader().setDefaultSectionSize(theme.px(_ROW_HEIGHT))
        self.horizontalHeader().setFixedHeight(theme.px(_HEADER_HEIGHT))
        self.horizontalHeader().setMinimumSectionSize(theme.px(36))
        self._share_width()

    def _share_width(self) -> None:
        is_narrow = self.viewport().width() < theme.px(_NARROW)
        if self.rows.shows_left_out:
            hidden = {TOKENS, LICENCE}
        else:
            hidden = {FILE, LICENCE} if is_narrow else set()
        if not self.rows.has_instructions:
            hidden.add(INSTRUCTION)
        for column in range(len(COLUMNS)):
            self.setColumnHidden(column, column in hidden)
        fixed = {column: theme.px(width) for column, width in _WIDTHS.items() if column not in hidden}
        rest = self.viewport().width() - sum(fixed.values())
        for column, width in fixed.items():
            self.setColumnWidth(column, width)
        share = 1.0 if INSTRUCTION in hidden else 0.55
        self.setColumnWidth(SNIPPET, max(int(rest * share), theme.px(120)))
        self.setColumnWidth(INSTRUCTION, max(rest - self.columnWidth(SNIPPET), theme.px(90)))


class _RowDelegate(QStyledItemDelegate):
    """Paints a cell; the ground of a row says whether it is selected or under the mouse."""

    def __init__(self, view: DatasetTableView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The fixed height of a row."""
        return QSize(theme.px(60), theme.px(_ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Ground, row line, and the cell's own content."""
        colours = theme.colours()
        cell = QRectF(option.rect)
        painter.save()
        painter.setClipRect(cell)
        if QStyle.StateFlag.State_Selected in option.state:
            painter.fillRect(cell, QColor(colours.selected))
        elif index.row() == self._view.hovered_row:
            painter.fillRect(cell, QColor(colours.hover))
        painter.fillRect(QRectF(cell.left(), cell.bottom() - 1, cell.width(), 1), QColor(colours.row_line))
        inner = cell.adjusted(theme.px(_PADDING), 0, -theme.px(_PADDING), 0)
        row = self._view.rows.row_at(index.row())
        if COLUMNS[index.column()].is_code and row.part is not Part.LEFT_OUT:
            paint_line(painter, inner, row.line, colours)
        elif index.column() == SPLIT:
            self._paint_part(painter, inner, row.part)
        else:
            self._paint_text(painter, inner, index)
        painter.restore()

    def _paint_text(self, painter: QPainter, area: QRectF, index: QModelIndex | QPersistentModelIndex) -> None:
        column = COLUMNS[index.column()]
        font = theme.font(13)
        painter.setFont(font)
        faint = index.column() in (NUMBER, INSTRUCTION, FILE, LICENCE)
        painter.setPen(QColor(theme.colours().text2 if faint else theme.colours().text))
        side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
        mode = Qt.TextElideMode.ElideMiddle if index.column() == FILE else Qt.TextElideMode.ElideRight
        text = QFontMetricsF(font).elidedText(str(index.data()), mode, area.width())
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_part(self, painter: QPainter, area: QRectF, part: Part) -> None:
        colours = theme.colours()
        size = theme.px(8)
        mark = QRectF(area.left(), area.center().y() - size / 2, size, size)
        paint_part_mark(painter, mark, part)
        painter.setFont(theme.font(13))
        painter.setPen(QColor(colours.text2 if part is Part.LEFT_OUT else colours.text))
        words = area.adjusted(size + theme.px(6), 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, str(part))


def paint_part_mark(painter: QPainter, area: QRectF, part: Part) -> None:
    """A solid dot for Train, a hollow square for Test, a bar for what was left out."""
    colours = theme.colours()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if part is Part.TRAIN:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(QColor(colours.train.colour)))
        painter.drawEllipse(area)
    elif part is Part.TEST:
        painter.setPen(QPen(QColor(colours.test.colour), max(theme.px(2), 1)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(1, 1, -1, -1))
    else:
        painter.setPen(QPen(QColor(colours.text3), max(theme.px(2), 1)))
        middle = area.center().y()
        painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))
