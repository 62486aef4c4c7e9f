"""The names of a plot's lines and compared runs, in their own column right of it, where no curve can cover them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.training.lines import Line

_LEADER = 12
"""Width in design pixels of the strokes that lead from a line to its name."""

_LINE_HEIGHT = 16


class LineLabels(QWidget):
    """Draws one name beside each line, spread apart where lines are close. The plot says where its lines are.

    A line out of sight has no name beside it, and where there is no room for all the first ones go; the tooltip and
    the accessible name always have all.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[Line, ...] = ()
        self._heights: tuple[float, ...] = ()

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Name other lines; as wide as the longest name."""
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        self.setToolTip("\n".join(line.meaning for line in lines))
        self.setAccessibleName("; ".join(line.meaning for line in lines))
        self.measure()
        self.update()

    def set_heights(self, heights: Sequence[float]) -> None:
        """Where the lines are, in pixels from the top; the plot tells whenever it was drawn otherwise."""
        if tuple(heights) != self._heights:
            self._heights = tuple(heights)
            self.update()

    def measure(self) -> None:
        """Take the room the names need at the text size in force."""
        metrics = QFontMetrics(theme.font(12))
        widest = max((metrics.horizontalAdvance(line.text) for line in self._lines), default=-theme.px(_LEADER + 4))
        self.setFixedWidth(widest + theme.px(_LEADER + 4))

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Another text size needs another width."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.measure()

    @property
    def named(self) -> tuple[int, ...]:
        """Which lines are named: those in sight, without the first ones where there is no room for all."""
        if len(self._heights) != len(self._lines):
            return ()  # the plot has not said where they are
        reach = theme.px(4)
        seen = [place for place, at in enumerate(self._heights) if -reach <= at <= self.height() + reach]
        return tuple(seen[-max(self.height() // theme.px(_LINE_HEIGHT), 1) :])

    def areas(self) -> list[QRectF]:
        """Where the names stand, one after the other in the order of the lines that are named."""
        height, left = theme.px(_LINE_HEIGHT), theme.px(_LEADER + 2)
        wanted = [self._heights[place] for place in self.named]
        middles = spread(wanted, height, height / 2, self.height() - height / 2)
        return [QRectF(left, middle - height / 2, self.width() - left, height) for middle in middles]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the names, and a stroke from each line to its own."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(12))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for place, area in zip(self.named, self.areas(), strict=True):
            line, height = self._lines[place], self._heights[place]
            painter.setPen(QPen(QColor(line.pen.colour), 1))
            painter.drawLine(QPointF(0, height), QPointF(theme.px(_LEADER - 2), area.center().y()))
            painter.setPen(QColor(theme.colours().text2))
            painter.drawText(area, flags, line.text)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near to the wanted ones as they can be with at least `gap` between any two, from `low` to `high`.

    Where there is not room for all, the gaps shrink evenly. The order of the wanted places is kept.
    """
    if not wanted:
        return []
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    gap = min(gap, max(high - low, 0) / max(len(wanted) - 1, 1))
    groups: list[tuple[float, list[int]]] = []  # the middle of neighbours that touch, and which they are
    for index in order:
        groups.append((min(max(wanted[index], low), high), [index]))
        while len(groups) > 1 and _overlap(groups[-2], groups[-1], gap):
            (first, before), (second, after) = groups[-2:]
            together = before + after
            middle = (first * len(before) + second * len(after)) / len(together)
            half = gap * (len(together) - 1) / 2
            groups[-2:] = [(min(max(middle, low + half), high - half), together)]
    places = [0.0] * len(wanted)
    for middle, members in groups:
        for number, index in enumerate(members):
            places[index] = middle + (number - (len(members) - 1) / 2) * gap
    return places


def _overlap(one: tuple[float, list[int]], other: tuple[float, list[int]], gap: float) -> bool:
    return other[0] - one[0] < gap * (len(one[1]) + len(other[1])) / 2 - 1e-9
