"""The chosen snippet in full: its code, where it comes from, whether it fits into a row, and its tests."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from codegen_desktop.corpus.dataset import Dataset, Verdict
from codegen_desktop.corpus.snippet import Snippet, TestCase
from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.buttons import icon_button
from codegen_desktop.ui.widgets.code_view import CodeView
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.widgets.table import Column, RowsModel, Table

_DEFINITION = re.compile(r"^\s*(?:async\s+)?def\s+(\w+)", re.MULTILINE)


def function_name(code: str) -> str:
    """The first function that the code defines, which is the one its tests call; `f` where there is none."""
    found = _DEFINITION.search(code)
    return found.group(1) if found else "f"


def origin_words(snippet: Snippet, tokens: int | None, context: int) -> str:
    """Line, licence, tokens and whether they fit into a row of `context` positions."""
    origin = snippet.origin
    place = (
        f"line {origin.first_line}"
        if origin.first_line == origin.last_line
        else (f"lines {origin.first_line} to {origin.last_line}")
    )
    words = [place, snippet.licence]
    if tokens is not None:
        fits = f"fits in {context}" if tokens < context else f"longer than {context}, its end is cut"
        words.append(f"{tokens} tokens, {fits}")
    return " · ".join(words)


class Preview(QWidget):
    """Shows a snippet or a verdict, or says that nothing is chosen."""

    def __init__(self, context: int) -> None:
        super().__init__()
        self._context = context
        self._file = label("Nothing chosen", "strong", selectable=True)
        self._details = label("Choose a line of the table to read its code.", "caption", selectable=True)
        self._copy_button = icon_button("copy", "Copy the code")
        self._code = CodeView("Code of the chosen snippet")
        self._tests_title = label("", "caption")
        self._tests_model = RowsModel[tuple[str, str]](
            (
                Column("Call", lambda row: row[0], mono=True, tooltip=lambda row: row[0]),
                Column("Must give", lambda row: row[1], mono=True, tooltip=lambda row: row[1]),
            )
        )
        self._tests = Table("Tests of the chosen snippet", self._tests_model)
        self._tests_side = QFrame()

        head = QHBoxLayout()
        theme.space(head, (14, 4, 8, 4), 8)
        head.addWidget(self._file)
        head.addWidget(self._details, 1)
        head.addWidget(self._copy_button)
        side = QVBoxLayout(self._tests_side)
        theme.space(side, 0, 0)
        side.addWidget(self._tests)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._code)
        split.addWidget(self._tests_side)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        theme.space(column, 0, 0)
        column.addLayout(head)
        column.addWidget(split, 1)

        self._tests_side.hide()
        self._copy_button.setEnabled(False)
        self._copy_button.clicked.connect(self._on_copy_button_clicked)

    @property
    def code(self) -> str:
        """The code that is shown."""
        return self._code.code

    @property
    def details(self) -> str:
        """What is said about it."""
        return self._details.text()

    @property
    def tests(self) -> tuple[tuple[str, str], ...]:
        """The tests that are shown: call and expected value."""
        return self._tests_model.rows

    def show_snippet(self, snippet: Snippet, tokens: int | None) -> None:
        """Show a snippet with its origin and its tests."""
        name = function_name(snippet.text)
        self._file.setText(snippet.origin.path or snippet.origin.source)
        self._details.setText(origin_words(snippet, tokens, self._context))
        self._code.set_code(snippet.text)
        self._tests_model.set_rows([_test_row(name, test) for test in snippet.tests])
        self._tests_side.setVisible(bool(snippet.tests))
        self._copy_button.setEnabled(True)

    def show_verdict(self, verdict: Verdict) -> None:
        """Show why something was left out."""
        self._file.setText(verdict.path or verdict.source)
        detail = f": {verdict.detail}" if verdict.detail else ""
        self._details.setText(f"line {verdict.line} · left out, {verdict.reason}{detail}")
        self._clear_code()

    def show_nothing(self, dataset: Dataset | None) -> None:
        """Say that nothing is chosen."""
        self._file.setText("Nothing chosen")
        self._details.setText(
            "Choose a line of the table to read its code." if dataset else "There are no snippets yet."
        )
        self._clear_code()

    def _clear_code(self) -> None:
        self._code.set_code("")
        self._tests_model.set_rows(())
        self._tests_side.hide()
        self._copy_button.setEnabled(False)

    def _on_copy_button_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._code.code)


def _test_row(name: str, test: TestCase) -> tuple[str, str]:
    return f"{name}({test.arguments})", test.expected
