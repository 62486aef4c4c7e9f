"""A small plot over epochs: a few lines on a linear or a logarithmic axis, redrawn when it is told to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.colours import Pen
from codegen_desktop.ui.training.lines import outline, pen
from codegen_desktop.ui.widgets.labels import label


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One line: places in epochs, values, and the pen; `faint` is thin and pale, `dots` marks every value."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    pen: Pen
    faint: bool = False
    dots: bool = False


class SmallPlot(QWidget):
    """A title, the newest value at its right, and the plot. `logarithmic` draws powers of ten at equal distances.

    Values of 0 and below have no place on a logarithmic axis and are left out.
    """

    def __init__(self, title: str, *, logarithmic: bool = False, shares: bool = False) -> None:
        super().__init__()
        self._logarithmic, self._shares = logarithmic, shares
        self._title = label(title, "strong")
        self._value = label("", "caption")
        self._plot = pg.PlotWidget(self)
        self._item = self._plot.getPlotItem()
        self._curves: tuple[Curve, ...] = ()
        self._lines: list[pg.PlotDataItem] = []
        self._epochs = 1

        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._value)
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self._plot, 1)
        self.setAccessibleName(title)
        theme.size(self, minimum_width=120, minimum_height=56)

        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setMinimumSize(1, 1)
        self._plot.setFrameShape(QFrame.Shape.NoFrame)
        self._item.setMenuEnabled(False)
        self._item.hideButtons()
        self._item.getViewBox().setMouseEnabled(x=False, y=False)
        self._item.setClipToView(True)
        self._item.setDownsampling(auto=True, mode="peak")
        self._plot.viewport().installEventFilter(self)
        self._dress()

    @property
    def curves(self) -> tuple[Curve, ...]:
        """What is drawn."""
        return self._curves

    def drawn_range(self) -> tuple[float, float]:
        """The ends of the upright axis; powers of ten on a logarithmic one."""
        low, high = self._item.getViewBox().viewRange()[1]
        return float(low), float(high)

    def hide_head(self) -> None:
        """Leave the title and the newest value to what stands above."""
        self._title.hide()
        self._value.hide()

    def show_curves(self, curves: Sequence[Curve], epochs: int, value: str = "") -> None:
        """Draw other lines over `epochs` epochs; `value` is the newest in words."""
        self._curves, self._epochs = tuple(curves), max(1, epochs)
        self._value.setText(value)
        self.setAccessibleDescription(value)
        while len(self._lines) > len(self._curves):
            self._item.removeItem(self._lines.pop())
        while len(self._lines) < len(self._curves):
            self._lines.append(self._item.plot())
        for line, curve in zip(self._lines, self._curves, strict=True):
            self._draw(line, curve)
        self._draw_axes()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """The wheel belongs to the page."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow the theme; whoever gave the lines gives them again in other colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_curves"):
            self._dress()

    def _draw(self, line: pg.PlotDataItem, curve: Curve) -> None:
        x, y = self._placed(curve)
        line.setPen(pen(curve.pen, width=1 if curve.faint else None, opacity=0.35 if curve.faint else 1.0))
        line.setZValue(0 if curve.faint else 1)
        line.setSymbol("o" if curve.dots else None)
        if curve.dots:
            line.setSymbolSize(theme.px(5))
            line.setSymbolPen(outline(curve.pen.colour, 1))
            line.setSymbolBrush(QColor(curve.pen.colour))
        line.setData(x, y)

    def _placed(self, curve: Curve) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if not self._logarithmic:
            return curve.x, curve.y
        seen = curve.y > 0
        return curve.x[seen], np.log10(curve.y[seen])

    def _draw_axes(self) -> None:
        values = [self._placed(curve)[1] for curve in self._curves]
        known = np.concatenate([part[np.isfinite(part)] for part in values]) if values else np.zeros(0)
        low, high, ticks = self._scale(known)
        self._item.getViewBox().setYRange(low, high, padding=0.02)
        self._item.getViewBox().setXRange(0, self._epochs, padding=0.02)
        self._item.getAxis("left").setTicks([ticks])
        every = max(1, math.ceil(self._epochs / 5))
        places = range(0, self._epochs + 1, every)
        self._item.getAxis("bottom").setTicks([[(place, str(place) if place else "start") for place in places]])

    def _scale(self, known: NDArray[np.float64]) -> tuple[float, float, list[tuple[float, str]]]:
        """The ends of the upright axis, and what is written on it."""
        if self._shares:
            return 0.0, 1.0, [(0.0, "0"), (0.5, "50 %"), (1.0, "100 %")]
        if not len(known):
            return 0.0, 1.0, []
        if self._logarithmic:
            low, high = math.floor(known.min()), max(math.ceil(known.max()), math.floor(known.min()) + 1)
            every = max(1, math.ceil((high - low) / 2))
            return low, high, [(power, f"{10.0**power:g}") for power in range(low, high + 1, every)]
        high = float(known.max()) or 1.0
        top = _round_step(high)
        return 0.0, high, [(0.0, "0"), (top, _short(top))]

    def _dress(self) -> None:
        colours = theme.colours()
        self._plot.setBackground(colours.card)
        for side in ("left", "bottom"):
            axis = self._item.getAxis(side)
            axis.setPen(QPen(QColor(colours.control_edge), 1))
            axis.setTextPen(QColor(colours.text3))
            axis.setTickFont(theme.font(12))
            axis.setStyle(tickLength=0, tickTextOffset=theme.px(4), hideOverlappingLabels=theme.px(22))
        self._item.getAxis("left").setWidth(theme.px(48))
        self._item.getAxis("bottom").setHeight(theme.px(20))
        self._item.layout.setContentsMargins(0, theme.px(7), theme.px(8), 0)


def _round_step(longest: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is not above `longest`."""
    power = 10.0 ** math.floor(math.log10(longest))
    return max(power * times for times in (1, 2, 5) if power * times <= longest)


def _short(value: float) -> str:
    """A number in at most five signs."""
    if value >= 10_000:
        return f"{value / 1000:.0f}k"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}" if value else "0"
