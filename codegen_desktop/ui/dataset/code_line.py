"""Colours for one line of code inside a table cell."""

from functools import lru_cache

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Literal, Name, Operator, Token
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from codegen_desktop.ui import theme
from codegen_desktop.ui.colours import Colours


@lru_cache(maxsize=4096)
def line_spans(line: str) -> tuple[tuple[str, str], ...]:
    """The pieces of a line with the colour role of each; together they are the line."""
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    return tuple((value, _role(kind)) for kind, value in lexer.get_tokens(line) if value)


def _role(kind: object) -> str:
    if kind in Keyword or kind in Operator.Word:
        return "keyword"
    if kind in Name.Function or kind in Name.Class or kind in Name.Decorator:
        return "definition"
    if kind in Comment:
        return "comment"
    return "literal" if kind in Literal and kind is not Token else "text"


def paint_line(painter: QPainter, area: QRectF, line: str, colours: Colours) -> None:
    """Draw a line of code, shortened with an ellipsis where it does not fit."""
    font = theme.font(13, mono=True)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    baseline = area.center().y() + (metrics.ascent() - metrics.descent()) / 2
    fitting = int(area.width() / max(metrics.horizontalAdvance("0"), 1))
    shown = line if len(line) <= fitting else f"{line[: max(fitting - 1, 0)]}…"
    x = area.left()
    for value, role in line_spans(shown):
        painter.setPen(QColor(getattr(colours, role)))
        painter.drawText(int(x), int(baseline), value)
        x += metrics.horizontalAdvance(value)
