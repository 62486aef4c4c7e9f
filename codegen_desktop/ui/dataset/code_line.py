"""Colours for one line of code inside a table cell."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from codegen_desktop.ui import theme
from codegen_desktop.ui.colours import Colours
from codegen_desktop.ui.widgets.highlight import coloured


@lru_cache(maxsize=4096)
def line_pieces(line: str) -> tuple[tuple[str, str], ...]:
    """The pieces of a line with the colour role of each; together they are the line."""
    pieces: list[tuple[str, str]] = []
    done = 0
    for start, length, role in coloured(line):
        if start > done:
            pieces.append((line[done:start], "text"))
        pieces.append((line[start : start + length], role))
        done = start + length
    if done < len(line):
        pieces.append((line[done:], "text"))
    return tuple(pieces)


def paint_line(painter: QPainter, area: QRectF, line: str, colours: Colours) -> None:
    """Draw a line of code, shortened with an ellipsis where it does not fit."""
    font = theme.font(13, mono=True)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    baseline = area.center().y() + (metrics.ascent() - metrics.descent()) / 2
    fitting = int(area.width() / max(metrics.horizontalAdvance("0"), 1))
    shown = line if len(line) <= fitting else f"{line[: max(fitting - 1, 0)]}…"
    x = area.left()
    for piece, role in line_pieces(shown):
        painter.setPen(QColor(getattr(colours, role)))
        painter.drawText(QPointF(x, baseline), piece)
        x += metrics.horizontalAdvance(piece)
