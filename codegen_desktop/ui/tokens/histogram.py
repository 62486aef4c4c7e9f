"""How long the snippets are, painted as bars: blue where a snippet is kept whole, hatched where its end is cut."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from codegen_desktop.ui import theme

_BINS = 30
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 22, 36


@dataclass(frozen=True, slots=True)
class Bar:
    """Snippets with `first` to `last` tokens (inclusive; `last` is None for all longer ones)."""

    first: int
    last: int | None
    count: int

    @property
    def name(self) -> str:
        """The range in words."""
        return f"{self.first} and more" if self.last is None else f"{self.first} to {self.last}"


def bars_of(lengths: Sequence[tuple[int, int]], longest: int) -> tuple[Bar, ...]:
    """Count lengths, given as (length, snippets), into equal steps; one border is the longest length that is kept.

    Ten steps lead up to `longest`; the axis goes on to three times that, and the last bar takes the rest.
    """
    step = max((longest + 1) // 10, 1)
    kept_steps = -(-longest // step)
    starts = [max(longest - step * (kept_steps - number) + 1, 1) for number in range(kept_steps)]
    starts += [longest + 1 + step * number for number in range(_BINS - kept_steps)]
    starts[0] = 0
    counts = [0] * len(starts)
    for length, snippets in lengths:
        counts[_step_of(starts, length)] += snippets
    ends = [start - 1 for start in starts[1:]]
    return tuple(Bar(start, end, count) for start, end, count in zip(starts, [*ends, None], counts, strict=True))


def _step_of(starts: Sequence[int], length: int) -> int:
    low, high = 0, len(starts)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if starts[middle] <= length else (low, middle)
    return low


def nice_ceiling(value: int) -> int:
    """The smallest of 1, 2, 3, 4, 6 or 8 times a power of ten (or 4) that is at least `value`."""
    power = 1
    while True:
        for factor in (1, 2, 3, 4, 6, 8):
            if factor * power >= max(value, 4):
                return factor * power
        power *= 10


class LengthHistogram(QWidget):
    """One bar a step of length, and the line beyond which a snippet is cut; `pointed` tells the bar at the cursor."""

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._longest = 0
        self._caption = ("", "")
        self._cursor = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Histogram of snippet lengths")

    def set_bars(self, bars: tuple[Bar, ...], longest: int, caption: tuple[str, str]) -> None:
        """Show other bars; `longest` is the most tokens that are kept, the caption stands at its line."""
        self._bars, self._longest, self._caption = bars, longest, caption
        self._cursor = -1
        self.setAccessibleDescription(" ".join(caption))
        self.update()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def sizeHint(self) -> QSize:
        """A picture of readable size."""
        return QSize(theme.px(420), theme.px(220))

    def minimumSizeHint(self) -> QSize:
        """Small, but with room for the axis."""
        return QSize(theme.px(260), theme.px(140))

    def _plot(self) -> QRectF:
        left, right = theme.px(_LEFT), theme.px(_RIGHT)
        top, bottom = theme.px(_TOP), theme.px(_BOTTOM)
        return QRectF(left, top, max(self.width() - left - right, 1), max(self.height() - top - bottom, 1))

    def _bar_area(self, number: int, plot: QRectF, most: int) -> QRectF:
        width = plot.width() / len(self._bars)
        height = plot.height() * self._bars[number].count / most
        return QRectF(plot.left() + number * width, plot.bottom() - height, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint grid, bars, the line and the axis."""
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setFont(theme.font(12))
        plot = self._plot()
        most = nice_ceiling(max(bar.count for bar in self._bars))
        self._paint_grid(painter, plot, most)
        for number in range(len(self._bars)):
            self._paint_bar(painter, number, self._bar_area(number, plot, most))
        self._paint_limit(painter, plot)
        self._paint_axis(painter, plot)
        painter.end()

    def _paint_grid(self, painter: QPainter, plot: QRectF, most: int) -> None:
        colours = theme.colours()
        for part in range(5 if plot.height() > theme.px(110) else 3):
            share = part / (4 if plot.height() > theme.px(110) else 2)
            y = round(plot.bottom() - share * plot.height()) + 0.5
            painter.setPen(QColor(colours.control_edge if part == 0 else colours.row_line))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(colours.text3))
            label = QRectF(0, y - theme.px(8), plot.left() - theme.px(6), theme.px(16))
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{most * share:,.0f}")

    def _paint_bar(self, painter: QPainter, number: int, area: QRectF) -> None:
        colours = theme.colours()
        inner = area.adjusted(1, 0, -1, 0)
        if self._bars[number].first <= self._longest:
            painter.fillRect(inner, QColor(colours.train.colour))
        elif self._bars[number].count:
            painter.fillRect(inner, QBrush(QColor(colours.text3), Qt.BrushStyle.BDiagPattern))
            painter.setPen(QColor(colours.text3))
            painter.drawRect(inner.adjusted(0.5, 0.5, -0.5, -0.5))
        if number == self._cursor:
            painter.setPen(QPen(QColor(colours.text), theme.px(2)))
            painter.drawRect(inner)

    def _limit_x(self, plot: QRectF) -> float:
        kept = sum(bar.first <= self._longest for bar in self._bars)
        return plot.left() + kept * plot.width() / len(self._bars)

    def _paint_limit(self, painter: QPainter, plot: QRectF) -> None:
        colours = theme.colours()
        x = self._limit_x(plot)
        tip, half = theme.px(8), theme.px(5)
        top = plot.top() - theme.px(12)
        painter.setPen(QPen(QColor(colours.text), 2))
        painter.drawLine(QPointF(x, top + tip), QPointF(x, plot.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.text))
        painter.drawPolygon(QPolygonF([QPointF(x - half, top), QPointF(x + half, top), QPointF(x, top + tip)]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for line, (text, weight) in enumerate(zip(self._caption, (600, 400), strict=True)):
            painter.setFont(theme.font(12, weight))
            painter.setPen(QColor(colours.text if line == 0 else colours.text2))
            area = QRectF(x + theme.px(10), top - theme.px(4) + line * theme.px(17), self.width() - x, theme.px(17))
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_axis(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(theme.font(12))
        painter.setPen(QColor(theme.colours().text3))
        metrics = QFontMetrics(painter.font())
        width = plot.width() / len(self._bars)
        every = 5 if width * 5 > metrics.horizontalAdvance("000") * 1.6 else 10
        for number in (*range(0, len(self._bars), every), len(self._bars) - 1):
            bar = self._bars[number]
            if number == len(self._bars) - 1:
                text, x = f"{bar.first}+", plot.left() + (number + 0.5) * width
            elif len(self._bars) - 1 - number < 3:
                continue
            else:
                text, x = f"{bar.first}", plot.left() + number * width
            area = QRectF(x - theme.px(30), plot.bottom() + theme.px(3), theme.px(60), theme.px(16))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        below = QRectF(plot.left(), plot.bottom() + theme.px(18), plot.width(), theme.px(16))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, "tokens in a snippet")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what the bar under the mouse counts."""
        plot = self._plot()
        number = int((event.position().x() - plot.left()) / plot.width() * max(len(self._bars), 1))
        self._set_cursor(number if 0 <= number < len(self._bars) else -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right move from bar to bar."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._bars:
            super().keyPressEvent(event)
            return
        self._set_cursor(min(max(self._cursor + step, 0), len(self._bars) - 1))

    def _set_cursor(self, number: int) -> None:
        if number == self._cursor:
            return
        self._cursor = number
        bar = self._bars[number] if number >= 0 else None
        if bar is not None:
            noun = "snippet" if bar.count == 1 else "snippets"
            sentence = f"{bar.count:,} {noun} with {bar.name} tokens"
            self.setToolTip(sentence)
            self.setAccessibleDescription(sentence)
        self.pointed.emit(bar)
        self.update()
