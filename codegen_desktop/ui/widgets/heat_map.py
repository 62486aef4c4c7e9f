"""Attention and other shares as a grid of nine shades, with a cursor that speaks what a cell says."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.table import Column, RowsModel

SMALLEST_CELL, LARGEST_CELL = 16, 28
LABEL_ANGLE = 60.0
"""Degrees by which the names of the columns lean."""


class HeatMap(QWidget):
    """Values from 0 to 1, shape (rows, columns). In a causal map cells right of the diagonal are dots: not allowed."""

    cell_changed = Signal(int, int)

    def __init__(self, name: str, *, causal: bool = True) -> None:
        super().__init__()
        self._values: NDArray[np.floating] = np.zeros((0, 0))
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._causal = causal
        self._framed_row = -1
        self._cursor = (-1, -1)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme.size(self, minimum_width=220, minimum_height=200)

    def set_values(
        self, values: NDArray[np.floating], rows: Sequence[str], columns: Sequence[str], framed_row: int = -1
    ) -> None:
        """Draw other values; `framed_row` is the query that is spoken of (-1: the last row)."""
        if values.shape != (len(rows), len(columns)):
            raise ValueError(f"{values.shape} values for {len(rows)} rows and {len(columns)} columns")
        self._values, self._rows, self._columns = values, tuple(rows), tuple(columns)
        self._framed_row = framed_row if framed_row >= 0 else len(rows) - 1
        if not (self._cursor[0] < len(rows) and self._cursor[1] < len(columns)):
            self._cursor = (-1, -1)
        self.update()

    @property
    def cursor_cell(self) -> tuple[int, int]:
        """Row and column under the cursor, (-1, -1) for none."""
        return self._cursor

    def sentence(self, row: int, column: int) -> str:
        """What a cell says, as in "`,` to `a`, 42 %"."""
        if self._causal and column > row:
            return f"{self._rows[row]} cannot look at {self._columns[column]}: it comes later"
        return f"{self._rows[row]} to {self._columns[column]}, {self._values[row, column] * 100:.0f} %"

    def move_to(self, row: int, column: int) -> None:
        """Put the cursor on a cell, tell and speak it."""
        if (row, column) == self._cursor or not (0 <= row < len(self._rows) and 0 <= column < len(self._columns)):
            return
        self._cursor = (row, column)
        self.setAccessibleDescription(self.sentence(row, column))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.sentence(row, column)))
        self.update()
        self.cell_changed.emit(row, column)

    def twin_model(self) -> RowsModel[int]:
        """The table that says the same: a row per query, a column per key."""

        def words(column: int, row: int) -> str:
            return "–" if self._causal and column > row else f"{self._values[row, column] * 100:.1f} %"

        return RowsModel(
            (
                Column("From", lambda row: self._rows[row], mono=True, width=110),
                *(
                    Column(name, partial(words, at), "right", width=max(72, 7 * len(name) + 18))
                    for at, name in enumerate(self._columns)
                ),
            ),
            tuple(range(len(self._rows))),
        )

    def sizeHint(self) -> QSize:  # Qt's name
        """Room for middle-sized cells."""
        side = theme.px(22) * max(len(self._rows), 8)
        return QSize(side + theme.px(90), side + theme.px(80))

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow theme and text scale."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # Qt's name
        """Draw cells, names, the framed row and the cursor."""
        if not self._values.size:
            return
        painter = QPainter(self)
        grid, cell = self._grid()
        self._paint_cells(painter, grid, cell)
        self._paint_names(painter, grid, cell)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.colours().text), 2))
        if 0 <= self._framed_row < len(self._rows):
            top = grid.top() + self._framed_row * cell
            painter.drawRect(QRectF(grid.left(), top, grid.width(), cell))
        if self.hasFocus() and self._cursor[0] >= 0:
            painter.setPen(QPen(QColor(theme.colours().accent), 2))
            row, column = self._cursor
            painter.drawRect(QRectF(grid.left() + column * cell, grid.top() + row * cell, cell, cell))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """A click moves the cursor."""
        self.move_to(*self._cell_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """A click ends here, not in what lies below."""
        event.accept()

    def event(self, event: QEvent) -> bool:
        """The tooltip says what the cell under the pointer says."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            row, column = self._cell_at(QPointF(event.pos()))
            if row >= 0:
                QToolTip.showText(event.globalPos(), self.sentence(row, column), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Arrow keys move the cursor."""
        row, column = self._cursor if self._cursor[0] >= 0 else (self._framed_row, 0)
        steps = {
            Qt.Key.Key_Left: (row, column - 1),
            Qt.Key.Key_Right: (row, column + 1),
            Qt.Key.Key_Up: (row - 1, column),
            Qt.Key.Key_Down: (row + 1, column),
            Qt.Key.Key_Home: (row, 0),
        }
        key = Qt.Key(event.key())
        if key in steps and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.move_to(*steps[key])
        else:
            super().keyPressEvent(event)

    def _grid(self) -> tuple[QRectF, float]:
        """The area of the cells and the side of one, in pixels."""
        metrics = QFontMetricsF(theme.font(12, mono=True))
        left = max((metrics.horizontalAdvance(_short(name)) for name in self._rows), default=0) + theme.px(8)
        top = min(max((metrics.horizontalAdvance(_short(name)) for name in self._columns), default=0), theme.px(90))
        top = top * np.sin(np.radians(LABEL_ANGLE)) + theme.px(10)
        room = min((self.width() - left - theme.px(16)) / len(self._columns), (self.height() - top) / len(self._rows))
        cell = float(np.floor(min(max(room, 4.0), theme.px(LARGEST_CELL))))
        return QRectF(left, top, cell * len(self._columns), cell * len(self._rows)), cell

    def _paint_cells(self, painter: QPainter, grid: QRectF, cell: float) -> None:
        colours = theme.colours()
        gap = 1.0 if cell >= theme.px(10) else 0.0
        for row in range(len(self._rows)):
            for column in range(len(self._columns)):
                box = QRectF(grid.left() + column * cell, grid.top() + row * cell, cell - gap, cell - gap)
                if self._causal and column > row:
                    painter.fillRect(
                        QRectF(box.center().x() - 0.5, box.center().y() - 0.5, 1.5, 1.5), QColor(colours.text3)
                    )
                else:
                    painter.fillRect(box, colours.shade(float(self._values[row, column])))

    def _paint_names(self, painter: QPainter, grid: QRectF, cell: float) -> None:
        painter.setFont(theme.font(12, mono=True))
        painter.setPen(QColor(theme.colours().text2))
        for row, name in enumerate(self._rows):
            place = QRectF(0, grid.top() + row * cell, grid.left() - theme.px(6), cell)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _short(name))
        for column, name in enumerate(self._columns):
            painter.save()
            painter.translate(grid.left() + (column + 0.6) * cell, grid.top() - theme.px(4))
            painter.rotate(-LABEL_ANGLE)
            painter.drawText(QPointF(0, 0), _short(name))
            painter.restore()

    def _cell_at(self, point: QPointF) -> tuple[int, int]:
        if not self._values.size:
            return -1, -1
        grid, cell = self._grid()
        if not grid.contains(point):
            return -1, -1
        row, column = int((point.y() - grid.top()) // cell), int((point.x() - grid.left()) // cell)
        return min(row, len(self._rows) - 1), min(column, len(self._columns) - 1)


def _short(name: str) -> str:
    return name if len(name) <= 10 else f"{name[:9]}…"
