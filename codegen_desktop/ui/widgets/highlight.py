"""Colours Python code while it is typed or shown, by Pygments' Python lexer."""

from collections.abc import Iterator

from pygments.lexer import ExtendedRegexLexer, LexerContext
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

_Stack = tuple[str, ...]
"""The names of the lexer's states, the innermost last."""


class _LineLexer(ExtendedRegexLexer, PythonLexer):  # type: ignore[misc]  # Pygments says nothing about its types
    """The same lexer, told in what state to begin, and telling in what state it ended."""


_LINE_LEXER = _LineLexer()
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

    The state of a line is what Pygments' lexer is inside of at its end, such as a string over several lines. Qt colours
    the next line again only where that changed, so that a letter costs one line and not the whole document.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._stacks: list[_Stack] = [("root",)]

    def highlightBlock(self, text: str) -> None:  # Qt's name
        """Colour one line; called by Qt."""
        before = self._stacks[max(self.previousBlockState(), 0)]
        pieces, after = lex_line(text, before)
        for start, length, role in pieces:
            self.setFormat(start, min(length, len(text) - start), _format(role))
        if after not in self._stacks:
            self._stacks.append(after)
        self.setCurrentBlockState(self._stacks.index(after))


def lex_line(text: str, stack: _Stack) -> tuple[list[tuple[int, int, str]], _Stack]:
    """The coloured pieces of one line, and the lexer's stack of states after it; `stack` is the one before."""
    context = LexerContext(text + "\n", 0, list(stack))
    found = [
        (start, len(piece), role_of(kind)) for start, kind, piece in _LINE_LEXER.get_tokens_unprocessed("", context)
    ]
    return [(start, length, role) for start, length, role in found if role is not None], tuple(context.stack)


def _format(role: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(getattr(theme.colours(), role)))
    return made
