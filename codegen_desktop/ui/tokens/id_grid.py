"""The row of ids that the model receives, painted as a grid: one cell a position, the same id in the same colour."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from codegen_desktop.tokenization.tokenizer import END_ID, PAD_ID, START_ID
from codegen_desktop.ui import theme
from codegen_desktop.ui.tokens.facts import Cell

COLUMNS = 10
_CELL_HEIGHT, _GAP, _FONT = 21, 2, 12


class IdGrid(QWidget):
    """Ten cells a line. `pointed` tells the index of the token under mouse or cursor, −1 for a mark or nothing."""

    pointed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: tuple[Cell, ...] = ()
        self._current = -1
        self._cursor = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Row of ids")

    def set_cells(self, cells: tuple[Cell, ...]) -> None:
        """Show another row."""
        self._cells = cells
        self._cursor = min(self._cursor, max(len(cells) - 1, 0))
        self._describe()
        self.updateGeometry()
        self.update()

    def set_current(self, token: int) -> None:
        """Ring the cell of a token of the text; −1 rings none."""
        if token != self._current:
            self._current = token
            self.update()

    @property
    def current(self) -> int:
        """The token that is ringed, −1 for none."""
        return self._current

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The row as shown."""
        return self._cells

    @property
    def lines(self) -> int:
        """How many lines of cells there are."""
        return -(-len(self._cells) // COLUMNS)

    def sizeHint(self) -> QSize:
        """Wide enough for ids of five digits."""
        line = theme.px(_CELL_HEIGHT) + theme.px(_GAP)
        return QSize(theme.px(270), max(self.lines, 1) * line)

    def minimumSizeHint(self) -> QSize:
        """Narrower, but never lower: the width is shared by the cells."""
        return QSize(theme.px(220), self.sizeHint().height())

    def cell_area(self, position: int) -> QRectF:
        """Where a position is painted."""
        gap = theme.px(_GAP)
        width = (self.width() + gap) / COLUMNS - gap
        height = theme.px(_CELL_HEIGHT)
        line, column = divmod(position, COLUMNS)
        return QRectF(column * (width + gap), line * (height + gap), width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint every cell; marks have an outline, pads are pale, the current token a ring of ink."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for position, cell in enumerate(self._cells):
            self._paint_cell(painter, self.cell_area(position), cell)
        if self.hasFocus() and self._cells:
            painter.setPen(QPen(QColor(theme.colours().accent), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.cell_area(self._cursor).adjusted(1, 1, -1, -1), 3, 3)
        painter.end()

    def _paint_cell(self, painter: QPainter, area: QRectF, cell: Cell) -> None:
        colours = theme.colours()
        is_pad = cell.token is None and cell.id == PAD_ID
        is_mark = cell.token is None and cell.id in (START_ID, END_ID)
        fill = QColor(colours.sunken if is_pad else colours.card if is_mark else colours.chip(cell.id))
        painter.setBrush(fill)
        painter.setPen(QPen(QColor(colours.control_edge), 1) if is_mark else Qt.PenStyle.NoPen)
        inset = 0.5 if is_mark else 0.0
        painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), theme.px(3), theme.px(3))
        painter.setPen(QColor(colours.text3 if is_pad else colours.text))
        painter.setFont(_fitting_font(str(cell.id), area.width()))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(cell.id))
        if cell.token is not None and cell.token == self._current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.text), theme.px(2)))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), theme.px(3), theme.px(3))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the token under the mouse."""
        position = self._position_at(event.position().x(), event.position().y())
        self._point(position)

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        self.pointed.emit(-1)
        self.setToolTip("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys, Home and End move the cursor."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -COLUMNS,
            Qt.Key.Key_Down: COLUMNS,
            Qt.Key.Key_Home: -self._cursor,
            Qt.Key.Key_End: len(self._cells) - 1 - self._cursor,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._cells:
            super().keyPressEvent(event)
            return
        self._cursor = min(max(self._cursor + step, 0), len(self._cells) - 1)
        self._point(self._cursor)
        self._describe()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Point at the cell under the cursor."""
        super().focusInEvent(event)
        self._point(self._cursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing any more."""
        super().focusOutEvent(event)
        self.pointed.emit(-1)

    def _position_at(self, x: float, y: float) -> int:
        for position in range(len(self._cells)):
            if self.cell_area(position).contains(x, y):
                return position
        return -1

    def _point(self, position: int) -> None:
        if not 0 <= position < len(self._cells):
            self.setToolTip("")
            self.pointed.emit(-1)
            return
        cell = self._cells[position]
        self.setToolTip(f"{cell.label}  id {cell.id} · position {position + 1}")
        self.pointed.emit(-1 if cell.token is None else cell.token)

    def _describe(self) -> None:
        if not self._cells:
            self.setAccessibleDescription("The row is empty.")
            return
        cell = self._cells[self._cursor]
        self.setAccessibleDescription(
            f"Position {self._cursor + 1} of {len(self._cells)}: {cell.label}, id {cell.id}. "
            "Arrow keys move; the table beside it lists all."
        )


def _fitting_font(text: str, width: float) -> QFont:
    """The font of an id; a long one is set narrower rather than smaller, so that it stays readable."""
    font = theme.font(_FONT, mono=True)
    needed = QFontMetricsF(font).horizontalAdvance(text)
    if needed > width - 1:
        font.setStretch(max(int(100 * (width - 1) / needed), 62))
    return font
