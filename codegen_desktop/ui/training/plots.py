"""The figure of the Training tab: loss and accuracy over epochs, side by side on one shared epoch axis.

Redrawn from growing arrays when `refresh` is called (by a timer, at most ten times a second), never once per step.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from codegen_desktop.model.reference import REFERENCE_TRACE
from codegen_desktop.ui import theme
from codegen_desktop.ui.training.history import RunHistory, Series
from codegen_desktop.ui.training.line_labels import LineLabels
from codegen_desktop.ui.training.lines import Line, outline, pen, reference_lines

ROOM_ABOVE = 1.06
"""How far the loss axis reaches beyond the highest reference line."""


@dataclass(slots=True)
class _Curves:
    """The drawn things of one plot."""

    raw: Any
    smooth: Any
    test: Any
    rings: Any
    newest: Any
    ghost: Any
    lines: list[Any] = field(default_factory=list)
    now: Any = None
    cursor: Any = None


class CurvePlot(QWidget):
    """One of the two plots: `what` is `loss` or `accuracy`. Keys move the reading; dragging zooms."""

    cursor_moved = Signal(float)
    x_range_changed = Signal(float, float)

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what = what
        self._plot = pg.PlotWidget(self)
        self.plotItem = self._plot.getPlotItem()
        self.view = self.plotItem.getViewBox()
        self._history: RunHistory | None = None
        self._show_ghost = True
        self._parts = self._make_parts()
        self._grid = pg.GridItem()  # the axes' own grid would cut the words at their ends
        self._grid.setZValue(-10)
        self.plotItem.addItem(self._grid)

        self.labels = LineLabels()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._plot, 1)
        layout.addWidget(self.labels)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setFrameShape(QFrame.Shape.NoFrame)
        self.plotItem.setMenuEnabled(False)
        self.plotItem.hideButtons()
        self.view.setMouseMode(pg.ViewBox.RectMode)
        self.view.setMouseEnabled(x=True, y=False)
        self.plotItem.setClipToView(True)
        self.plotItem.setDownsampling(auto=True, mode="peak")

        self._plot.viewport().installEventFilter(self)
        self.view.sigXRangeChanged.connect(self._draw_ticks)
        self.view.sigXRangeChanged.connect(lambda _view, shown: self.x_range_changed.emit(*shown))
        self.view.sigYRangeChanged.connect(self._place_labels)
        self.view.sigResized.connect(self._place_labels)
        self.apply_theme()
        self.reset_zoom()

    def _make_parts(self) -> _Curves:
        item = self.plotItem
        return _Curves(
            raw=item.plot(),
            smooth=item.plot(),
            test=item.plot(),
            rings=item.plot(pen=None, symbol="o"),
            newest=item.plot(pen=None, symbol="o"),
            ghost=item.plot(symbol="d"),
        )

    def apply_theme(self) -> None:
        """Take the colours and sizes in force."""
        colours = theme.colours()
        size = theme.px(12)
        self._plot.setBackground(colours.card)
        for side in ("left", "bottom"):
            axis = self.plotItem.getAxis(side)
            axis.setPen(QPen(QColor(colours.control_edge), 1))
            axis.setTextPen(QColor(colours.text3))
            axis.setTickFont(theme.font(12))
            axis.setStyle(tickLength=0, tickTextOffset=theme.px(6), hideOverlappingLabels=theme.px(22))
        self.plotItem.getAxis("left").setWidth(theme.px(50 if self.what == "accuracy" else 30))
        self.plotItem.getAxis("bottom").setHeight(theme.px(24))
        self.plotItem.layout.setContentsMargins(0, theme.px(8), 0, 0)  # half of the highest number on the axis
        self._grid.setPen(QPen(QColor(colours.control_edge), 1))
        self._grid.setTextPen(None)
        parts = self._parts
        parts.raw.setPen(pen(colours.train, width=1, opacity=0.28))
        parts.smooth.setPen(pen(colours.train))
        parts.test.setPen(pen(colours.test))
        parts.rings.setSymbolPen(outline(colours.test.colour, 1.75))
        parts.rings.setSymbolBrush(QColor(colours.card))
        parts.rings.setSymbolSize(size * 0.75)
        parts.newest.setSymbolPen(outline(colours.card, 1))
        parts.newest.setSymbolBrush(QColor(colours.train.colour))
        parts.newest.setSymbolSize(size * 0.75)
        parts.ghost.setPen(pen(colours.reference))
        parts.ghost.setSymbolPen(outline(colours.reference.colour, 1.25))
        parts.ghost.setSymbolBrush(QColor(colours.card))
        parts.ghost.setSymbolSize(size * 0.8)
        self.draw_lines()
        self.refresh()

    def set_history(self, history: RunHistory | None) -> None:
        """Show another run, or none."""
        self._history = history
        self._move(None)
        self.draw_lines()
        self.reset_zoom()
        self.refresh()

    def set_ghost_shown(self, shown: bool) -> None:
        """Show or hide the trace quoted from the brief."""
        self._show_ghost = shown
        self.reset_zoom()
        self.refresh()

    def draw_lines(self) -> None:
        """Draw the reference lines of the run's own dataset again."""
        for line in self._parts.lines:
            self.plotItem.removeItem(line)
        lines = reference_lines(self._history, self.what)
        self._parts.lines = [self._line(line) for line in lines]
        self.labels.set_lines(lines)
        self._place_labels()

    def _line(self, line: Line) -> Any:
        made = pg.InfiniteLine(pos=line.at, angle=0, pen=pen(line.pen))
        made.setZValue(-5)
        self.plotItem.addItem(made)
        return made

    def _place_labels(self, *_: object) -> None:
        """Tell the names at the right where their lines are."""
        tops = [self.view.mapViewToScene(QPointF(0, line.value())).y() for line in self._parts.lines]
        self.labels.set_heights(tops)

    def refresh(self) -> None:
        """Draw what has been told since the last time."""
        parts, history = self._parts, self._history
        ghost = _ghost(self.what) if self._show_ghost else _NOTHING
        parts.ghost.setData(ghost.x, ghost.y)
        if history is None:
            for part in (parts.raw, parts.smooth, parts.test, parts.rings, parts.newest):
                part.setData([], [])
            return
        raw, smooth, test = history.raw(self.what), history.smoothed(self.what), history.measured(self.what)
        parts.raw.setData(raw.x, raw.y)
        parts.smooth.setData(smooth.x, smooth.y)
        parts.test.setData(test.x, test.y)
        parts.rings.setData(test.x[test.x > 0], test.y[test.x > 0])
        parts.newest.setData(smooth.x[-1:], smooth.y[-1:])
        self._draw_now(history.position if 0 < history.position < history.epochs else None)

    def _draw_now(self, position: float | None) -> None:
        parts = self._parts
        if parts.now is None:
            parts.now = pg.InfiniteLine(angle=90)
            parts.now.setZValue(-6)
            self.plotItem.addItem(parts.now, ignoreBounds=True)
        colour = QColor(theme.colours().train.colour)
        colour.setAlphaF(0.5)
        parts.now.setPen(pg.mkPen(colour, width=1))
        parts.now.setVisible(position is not None)
        if position is not None:
            parts.now.setPos(position)

    def test_points(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The test curve as it is drawn: places in epochs, and values."""
        x, y = self._parts.test.getOriginalDataset()
        return np.asarray(x, np.float64), np.asarray(y, np.float64)

    def show_x_range(self, low: float, high: float) -> None:
        """Show the same epochs as another plot.

        pyqtgraph's own link lines plots that stand one above the other up by pixels, which cuts the one with the
        wider axis at its start.
        """
        self.view.setXRange(low, high, padding=0)

    def reset_zoom(self) -> None:
        """Show the whole run: x from the start to the last epoch, y from 0 to beyond the highest line."""
        history = self._history
        epochs = history.epochs if history is not None else len(REFERENCE_TRACE)
        self.view.setXRange(-0.01 * epochs, 1.03 * epochs, padding=0)
        if self.what == "accuracy":
            self.view.setYRange(0, 1.02, padding=0)
        else:
            self.view.setYRange(0, self._highest() * ROOM_ABOVE, padding=0)

    def _highest(self) -> float:
        values = [line.at for line in reference_lines(self._history, self.what)]
        if self._show_ghost:
            values += [quoted.loss for quoted in REFERENCE_TRACE]
        if self._history is not None:
            values += [result.test_loss for result in self._history.results]
        return max(values, default=8.0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right move the reading; with Shift they zoom; Home resets."""
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Home:
            self.reset_zoom()
            self._move(None)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and shift:
            self._zoom(0.8 if key == Qt.Key.Key_Right else 1.25)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step_cursor(-1 if key == Qt.Key.Key_Left else 1)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel belongs to the page; a double click shows everything again; a click takes the focus."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.reset_zoom()
            return True
        if event.type() == QEvent.Type.MouseButtonPress:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_parts"):
            self.apply_theme()

    def _draw_ticks(self, *_: object) -> None:
        """Whole epochs, at most ten of them; shares in per cent."""
        (low, high), _ = self.view.viewRange()
        every = max(1, math.ceil((high - low) / 10))
        first = math.ceil(max(low, 0) / every) * every
        epochs = range(first, math.floor(high) + 1, every)
        ticks = [(epoch, str(epoch) if epoch else "start") for epoch in epochs]
        self.plotItem.getAxis("bottom").setTicks([ticks])
        self._grid.setTickSpacing(x=[float(every)], y=[0.2 if self.what == "accuracy" else 1.0])
        if self.what == "accuracy":
            shares = [(share / 100, f"{share} %" if share else "0") for share in range(0, 101, 20)]
            self.plotItem.getAxis("left").setTicks([shares])

    def _zoom(self, factor: float) -> None:
        (low, high), _ = self.view.viewRange()
        centre = self._parts.cursor.value() if self._parts.cursor is not None else (low + high) / 2
        half = (high - low) * factor / 2
        self.view.setXRange(centre - half, centre + half, padding=0)

    def _step_cursor(self, direction: int) -> None:
        if self._history is None or not self._history.steps:
            return
        x = self._history.raw(self.what).x
        at = self._parts.cursor.value() if self._parts.cursor is not None else x[-1]
        hop = max(1, len(x) // 100)
        place = int(np.clip(np.searchsorted(x, at) + direction * hop, 0, len(x) - 1))
        self._move(float(x[place]))
        self.cursor_moved.emit(float(x[place]))

    def _move(self, position: float | None) -> None:
        if position is None:
            if self._parts.cursor is not None:
                self.plotItem.removeItem(self._parts.cursor)
                self._parts.cursor = None
            return
        if self._parts.cursor is None:
            self._parts.cursor = pg.InfiniteLine(angle=90, pen=pg.mkPen(theme.colours().text, width=1))
            self.plotItem.addItem(self._parts.cursor, ignoreBounds=True)
        self._parts.cursor.setPos(position)

    def move_cursor(self, position: float) -> None:
        """Show the reading line at a place, in epochs."""
        self._move(position)


_NOTHING = Series(np.empty(0), np.empty(0))


def _ghost(what: str) -> Series:
    """The brief's trace as a series."""
    x = np.array([quoted.epoch for quoted in REFERENCE_TRACE], np.float64)
    return Series(x, np.array([getattr(quoted, what) for quoted in REFERENCE_TRACE], np.float64))
