"""Colours Python code while it is typed or shown, by Pygments' Python lexer."""

from collections.abc import Iterator

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from codegen_desktop.ui import theme

_ROLES: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "comment"),
    (Keyword.Constant, "literal"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (Name.Function, "definition"),
    (Name.Class, "definition"),
    (Name.Decorator, "definition"),
    (String, "literal"),
    (Number, "literal"),
)

_LEXER = PythonLexer(stripnl=False, stripall=False, ensurenl=False)


def role_of(kind: _TokenType) -> str | None:
    """The colour role of a Pygments token type; None for plain text."""
    for parent, role in _ROLES:
        if kind in parent:
            return role
    return None


def coloured(code: str) -> Iterator[tuple[int, int, str]]:
    """Start, length and colour role of every coloured piece of some code."""
    start = 0
    for kind, text in _LEXER.get_tokens(code):
        role = role_of(kind)
        if role is not None:
            yield start, len(text), role
        start += len(text)


class PythonHighlighter(QSyntaxHighlighter):
    """Colours a document line by line.

    The whole document is cut into tokens once after each change, so that strings over several lines are right.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._text: str | None = None
        self._pieces: dict[int, list[tuple[int, int, str]]] = {}

    def highlightBlock(self, text: str) -> None:  # Qt's name
        """Colour one line; called by Qt."""
        whole = self.document().toPlainText()
        if whole != self._text:
            self._text = whole
            self._pieces = _by_line(whole)
        pieces = tuple(self._pieces.get(self.currentBlock().blockNumber(), ()))
        for start, length, role in pieces:
            self.setFormat(start, min(length, len(text) - start), _format(role))
        self.setCurrentBlockState(hash(pieces) & 0x7FFFFFFF)  # a changed state makes Qt colour the next line too


def _by_line(code: str) -> dict[int, list[tuple[int, int, str]]]:
    lines: dict[int, list[tuple[int, int, str]]] = {}
    starts = [0]
    for text in code.split("\n"):
        starts.append(starts[-1] + len(text) + 1)
    number = 0
    for start, length, role in coloured(code):
        while starts[number + 1] <= start:
            number += 1
        row, at, left = number, start, length
        while left > 0:
            here = min(left, starts[row + 1] - at)
            lines.setdefault(row, []).append((at - starts[row], here, role))
            row, at, left = row + 1, at + here, left - here
    return lines


def _format(role: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(getattr(theme.colours(), role)))
    return made
