"""The figure of the Training tab: loss and accuracy over epochs, side by side on one shared epoch axis.

Redrawn from growing arrays when `refresh` is called (by a timer, at most ten times a second), never once per step.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.training.content import Content, Shown, content, epoch_ticks, y_range
from codegen_desktop.ui.training.line_labels import LineLabels
from codegen_desktop.ui.training.lines import Line, outline, pen
from codegen_desktop.ui.training.scale import Scale


@dataclass(slots=True)
class _Curves:
    """The drawn things of one plot."""

    raw: Any
    smooth: Any
    test: Any
    rings: Any
    newest: Any
    ghost: Any
    grid: Any
    compared: list[Any] = field(default_factory=list)
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
        self._shown = Shown()
        self._content: Content = content(self._shown, what)
        self._fitted = (0.0, 0.0)
        self._parts = self._make_parts()
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
        self.view.sigXRangeChanged.connect(self._on_view_x_range_changed)
        self.view.sigYRangeChanged.connect(self._draw_ticks)
        self.view.sigYRangeChanged.connect(self._place_labels)
        self.view.sigResized.connect(self._draw_ticks)
        self.view.sigResized.connect(self._place_labels)
        self.apply_theme()
        self.reset_zoom()

    def _make_parts(self) -> _Curves:
        item = self.plotItem
        grid = pg.PlotCurveItem(connect="pairs")  # the axes' own grid would cut the words at their ends
        grid.setZValue(-10)
        self.view.addItem(grid, ignoreBounds=True)  # not to the plot: that would thin out its lines
        return _Curves(
            raw=item.plot(),
            smooth=item.plot(),
            test=item.plot(),
            rings=item.plot(pen=None, symbol="o"),
            newest=item.plot(pen=None, symbol="o"),
            ghost=item.plot(symbol="d"),
            grid=grid,
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
        self.plotItem.getAxis("bottom").setHeight(theme.px(24))
        self.plotItem.layout.setContentsMargins(0, theme.px(8), 0, 0)  # half of the highest number on the axis
        parts = self._parts
        parts.grid.setPen(outline(colours.row_line, 1))
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
        for curve in parts.compared:
            curve.setPen(pen(colours.compared))
        self._draw_lines(())
        self.refresh()

    @property
    def scale(self) -> Scale:
        """The upright axis."""
        return self._content.scale

    def show_all(self, shown: Shown) -> None:
        """Show another run, or the same otherwise, from its start to its end."""
        if shown.history is not self._shown.history:
            self._move(None)
        self._shown = shown
        self.refresh()
        self.reset_zoom()

    def refresh(self) -> None:
        """Draw what has been told since the last time; unless a person zoomed, the ranges follow."""
        follow = not self.is_zoomed
        told = self._content = content(self._shown, self.what)
        parts = self._parts
        test = told.test
        after = test.x > 0
        for part, x, y in (
            (parts.ghost, told.trace.x, told.trace.y),
            (parts.raw, told.raw.x, told.raw.y),
            (parts.smooth, told.smooth.x, told.smooth.y),
            (parts.test, test.x, test.y),
            (parts.rings, test.x[after], test.y[after]),
            (parts.newest, told.smooth.x[-1:], told.smooth.y[-1:]),
        ):
            part.setData(x, y)
        self._draw_compared(told)
        self._draw_lines(told.lines)
        self.labels.set_lines(told.names)
        history = self._shown.history
        going = history is not None and 0 < history.position < history.epochs
        self._draw_now(history.position if history is not None and going else None)
        if follow:
            self._fit()
        else:
            self._fit_height()
        self._place_labels()

    def _draw_compared(self, told: Content) -> None:
        parts = self._parts
        while len(parts.compared) > len(told.compared):
            self.plotItem.removeItem(parts.compared.pop())
        while len(parts.compared) < len(told.compared):
            curve = self.plotItem.plot(pen=pen(theme.colours().compared))
            curve.setZValue(-1)
            parts.compared.append(curve)
        for curve, series in zip(parts.compared, told.compared, strict=True):
            curve.setData(series.x, series.y)

    def _draw_lines(self, lines: tuple[Line, ...]) -> None:
        """Draw the reference lines of the run's own dataset, again only where they changed."""
        drawn = self._parts.lines
        if len(drawn) != len(lines):
            for line in drawn:
                self.plotItem.removeItem(line)
            drawn[:] = [self._line(line) for line in lines]
        for made, line in zip(drawn, lines, strict=True):
            made.setValue(line.at)

    def _line(self, line: Line) -> Any:
        made = pg.InfiniteLine(pos=line.at, angle=0, pen=pen(line.pen))
        made.setZValue(-5)
        self.plotItem.addItem(made, ignoreBounds=True)
        return made

    def _place_labels(self, *_: object) -> None:
        """Tell the names at the right where their lines are."""
        tops = [self.view.mapViewToScene(QPointF(0, line.at)).y() for line in self._content.names]
        self.labels.set_heights(tops)

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

    @property
    def compared_curves(self) -> tuple[Any, ...]:
        """The ghosts of the compared runs as they are drawn."""
        return tuple(self._parts.compared)

    def show_x_range(self, low: float, high: float) -> None:
        """Show the same epochs as another plot.

        pyqtgraph's own link lines plots that stand one above the other up by pixels, which cuts the one with the
        wider axis at its start.
        """
        self.view.setXRange(low, high, padding=0)

    @property
    def is_zoomed(self) -> bool:
        """Whether other epochs are seen than the chosen window's."""
        (low, high), _ = self.view.viewRange()
        near = 1e-6 * max(abs(self._fitted[1] - self._fitted[0]), 1e-9)
        return bool(abs(low - self._fitted[0]) > near or abs(high - self._fitted[1]) > near)

    def reset_zoom(self) -> None:
        """Show what the chosen window shows."""
        self._fit()
        self.x_range_changed.emit(*self._fitted)

    def _fit(self) -> None:
        self._fitted = self._shown.x_range()
        self.view.setXRange(*self._fitted, padding=0)
        self._fit_height()

    def _fit_height(self) -> None:
        """The whole run reaches from nothing to beyond the highest line; a part of it shows its curves closely."""
        whole = self._shown.options.window == "all" and not self.is_zoomed
        x_range = self.view.viewRange()[0]
        self.view.setYRange(*y_range(self._content, (x_range[0], x_range[1]), whole=whole), padding=0)

    def _on_view_x_range_changed(self, _view: object, shown: tuple[float, float]) -> None:
        self._fit_height()
        self._draw_ticks()
        self.x_range_changed.emit(*shown)

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
        """Round numbers on both axes, and the grid that stands on them."""
        (left, right), (bottom, top) = self.view.viewRange()
        epochs = epoch_ticks(left, right)
        most = max(2, round(self.view.height() / theme.px(34)))
        values = self._content.scale.ticks(bottom, top, most)
        self.plotItem.getAxis("bottom").setTicks([list(epochs)])
        axis = self.plotItem.getAxis("left")
        axis.setTicks([list(values)])
        metrics = QFontMetrics(theme.font(12))
        axis.setWidth(max((metrics.horizontalAdvance(words) for _, words in values), default=0) + theme.px(14))
        x = [place for at, _ in epochs for place in (at, at)] + [left, right] * len(values)
        y = [bottom, top] * len(epochs) + [place for at, _ in values for place in (at, at)]
        self._parts.grid.setData(np.array(x, np.float64), np.array(y, np.float64))

    def _zoom(self, factor: float) -> None:
        (low, high), _ = self.view.viewRange()
        centre = self._parts.cursor.value() if self._parts.cursor is not None else (low + high) / 2
        half = (high - low) * factor / 2
        self.view.setXRange(centre - half, centre + half, padding=0)

    def _step_cursor(self, direction: int) -> None:
        history = self._shown.history
        if history is None or not history.steps:
            return
        x = history.raw(self.what).x
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
