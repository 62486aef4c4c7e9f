"""The colours of Python code: the same line by line as for the whole, and one line for one letter."""

import inspect

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from codegen_desktop.ui.widgets import highlight
from codegen_desktop.ui.widgets.code_html import Tint, code_html
from codegen_desktop.ui.widgets.highlight import PythonHighlighter, coloured, lex_line

MIXED = '''def f(a):
    """Several
    lines # not a comment, return
    """
    b = r"""raw \\" and
    on""" + f"{a!r} {
    a}" + 'unended
    c = (1,
         2.5e3)  # a comment
    d = 'one \\
    two'
    return not a
@decorated
class C: ...'''


class _Counting(PythonHighlighter):
    """Remembers which lines were coloured."""

    def __init__(self, document: QTextDocument) -> None:
        self.lines: list[int] = []
        super().__init__(document)

    def highlightBlock(self, text: str) -> None:
        self.lines.append(self.currentBlock().blockNumber())
        super().highlightBlock(text)


def opened(code: str, qtbot: QtBot) -> tuple[QPlainTextEdit, _Counting]:
    """Some code in a field, coloured."""
    field = QPlainTextEdit(code)
    qtbot.addWidget(field)
    highlighter = _Counting(field.document())
    qtbot.waitUntil(lambda: len(highlighter.lines) >= field.blockCount(), timeout=5_000)
    return field, highlighter


def by_character(pieces: list[tuple[int, int, str]], length: int) -> list[str | None]:
    roles: list[str | None] = [None] * length
    for start, count, role in pieces:
        roles[start : start + count] = [role] * min(count, length - start)
    return roles


def looks(document: QTextDocument) -> list[list[tuple[int, int, str]]]:
    """What is coloured in every line of a document."""
    blocks = [document.findBlockByNumber(number) for number in range(document.blockCount())]
    return [
        [(one.start, one.length, one.format.foreground().color().name()) for one in block.layout().formats()]
        for block in blocks
    ]


@pytest.mark.parametrize("code", [MIXED, inspect.getsource(highlight)])
def test_line_by_line_gives_the_same_as_the_whole(code: str) -> None:
    whole = by_character(list(coloured(code)), len(code))
    stack: tuple[str, ...] = ("root",)
    at = 0
    for line in code.split("\n"):
        pieces, stack = lex_line(line, stack)
        found, wanted = by_character(pieces, len(line)), whole[at : at + len(line)]
        assert [role for letter, role in zip(line, found, strict=True) if not letter.isspace()] == [
            role for letter, role in zip(line, wanted, strict=True) if not letter.isspace()
        ], line
        at += len(line) + 1


def test_a_letter_colours_its_own_line_only(qtbot: QtBot) -> None:
    field, highlighter = opened("def f():\n    return 1\n" * 500, qtbot)
    highlighter.lines.clear()
    QTextCursor(field.document().findBlockByNumber(400)).insertText("x")
    assert set(highlighter.lines) == {400}


def test_an_open_string_colours_what_follows_until_it_is_closed(qtbot: QtBot) -> None:
    field, _ = opened("a = 1\nreturn 2\nreturn 3\nreturn 4", qtbot)
    document = field.document()
    before = looks(document)
    cursor = QTextCursor(document.findBlockByNumber(0))
    cursor.insertText('"""')
    assert [len(line) for line in looks(document)] == [1, 1, 1, 1], "all of it is one string"
    QTextCursor(document.findBlockByNumber(2)).insertText('"""')
    assert looks(document)[3] == before[3]
    document.undo()
    document.undo()
    assert looks(document) == before


def test_rich_code_in_a_label_draws_every_sign_for_itself(dressed: QApplication, qtbot: QtBot) -> None:
    """A run of its own for each sign cannot join them: that picture is what the plain one has to look like."""
    assert dressed is not None
    pictures, threshold = [], Qt.ImageConversionFlag.MonoOnly | Qt.ImageConversionFlag.ThresholdDither
    for tints in ((), tuple(Tint(place, place + 1, f"#fffff{place}") for place in range(4))):
        shown = QLabel(code_html("==->", tints, design_pixels=24))
        shown.setStyleSheet("background: #ffffff")
        qtbot.addWidget(shown)
        shown.resize(160, 60)
        pictures.append(shown.grab().toImage().convertToFormat(QImage.Format.Format_Mono, threshold))
    assert pictures[0].pixelColor(0, 0) == QColor("white")
    assert pictures[0] == pictures[1]
