"""Small painted marks of the quiz; right and wrong always differ in shape, never only in colour."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from codegen_desktop.ui import theme

Piece = Literal["full", "half", "none", "open", "answered"]
"""A piece of a bar: full points, half points, no points, not answered; `answered` where points do not matter."""


def tick(painter: QPainter, box: QRectF, colour: str) -> None:
    """A check mark inside a box."""
    _stroke(painter, colour, box.width())
    x, y, size = box.left(), box.top(), box.width()
    points = [QPointF(x + 0.17 * size, y + 0.53 * size), QPointF(x + 0.40 * size, y + 0.76 * size)]
    painter.drawPolyline([*points, QPointF(x + 0.84 * size, y + 0.26 * size)])


def cross(painter: QPainter, box: QRectF, colour: str) -> None:
    """A cross inside a box."""
    _stroke(painter, colour, box.width())
    inner = box.adjusted(*(box.width() * share for share in (0.22, 0.22, -0.22, -0.22)))
    painter.drawLine(inner.topLeft(), inner.bottomRight())
    painter.drawLine(inner.topRight(), inner.bottomLeft())


def bar(painter: QPainter, area: QRectF, pieces: Sequence[Piece]) -> None:
    """A bar of equal pieces: filled, half filled with an outline, grey, or faint."""
    colours = theme.colours()
    gap = theme.px(2)
    width = (area.width() - gap * (len(pieces) - 1)) / max(len(pieces), 1)
    fills = {"full": colours.ok, "answered": colours.accent, "none": colours.control_edge, "open": colours.border}
    for index, piece in enumerate(pieces):
        box = QRectF(area.left() + index * (width + gap), area.top(), width, area.height())
        painter.setPen(Qt.PenStyle.NoPen)
        if piece == "half":
            painter.setPen(QPen(QColor(colours.ok), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -1))
            left = QRectF(box.left(), box.top(), box.width() / 2, box.height())
            painter.fillRect(left, QColor(colours.ok))
            continue
        painter.setBrush(QColor(fills[piece]))
        painter.drawRoundedRect(box, area.height() / 2.5, area.height() / 2.5)


def _stroke(painter: QPainter, colour: str, size: float) -> None:
    pen = QPen(QColor(colour), max(1.5, size * 0.12))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
