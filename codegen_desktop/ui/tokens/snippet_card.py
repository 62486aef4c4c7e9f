"""The text that is cut: an editor with examples, the row of ids the model receives, and the round trip."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QTextEdit, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.tokens.facts import Cell, RowSide, TextFacts, row_cells, row_sentence
from codegen_desktop.ui.tokens.id_grid import IdGrid
from codegen_desktop.ui.tokens.twin import PictureOrTable
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.code_view import CodeView
from codegen_desktop.ui.widgets.fields import ElidedComboBox
from codegen_desktop.ui.widgets.labels import Badge, label, line
from codegen_desktop.ui.widgets.segmented import Segmented
from codegen_desktop.ui.widgets.table import Column, RowsModel

OWN_TEXT = "Your own text"
_SIDES = (RowSide.INPUT, RowSide.TARGET)


class SnippetCard(Card):
    """Carries changes of the text, the character at the cursor, and the token of the row that is pointed at."""

    text_changed = Signal(str)
    position_changed = Signal(int)
    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__(margins=False)
        self._facts: TextFacts | None = None
        self._marked = ""
        self._examples: tuple[tuple[str, str], ...] = ()
        self._choice = ElidedComboBox()
        self._editor = CodeView("Text to cut into tokens", read_only=False)
        self._sides = Segmented("Row of the model", ["Input", "Target"])
        self._note = label("", "caption", wrap=True)
        self._grid = IdGrid()
        self.twin = PictureOrTable("Row of ids", self._grid, self._twin_model)
        self._badge = Badge()
        self._choice.setAccessibleName("Example")
        self._editor.setLineWrapMode(CodeView.LineWrapMode.WidgetWidth)
        theme.size(self._editor, minimum_height=76)
        self._lay_out()

        self._choice.activated.connect(self._on_choice_activated)
        self._editor.textChanged.connect(self._on_editor_text_changed)
        self._editor.cursorPositionChanged.connect(self._on_editor_cursor_position_changed)
        self._sides.chosen.connect(self._show_row)
        self._grid.pointed.connect(self.pointed)

    def _lay_out(self) -> None:
        choice, head, badge = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        theme.space(choice, (12, 7, 12, 7), 0)
        choice.addWidget(self._choice)
        theme.space(head, 0, 6)
        head.addWidget(self._sides)
        head.addStretch(1)
        head.addWidget(self.twin.button)
        badge.addWidget(self._badge)
        badge.addStretch(1)
        below = QWidget()
        column = QVBoxLayout(below)
        theme.space(column, (12, 8, 11, 12), 6)
        column.addWidget(label("What the model receives", "card-title"))
        column.addLayout(head)
        column.addWidget(self._note)
        column.addWidget(self.twin)
        column.addLayout(badge)
        self.body.addLayout(choice)
        self.body.addWidget(line())
        self.body.addWidget(self._editor, 1)
        self.body.addWidget(line())
        self.body.addWidget(below)

    def set_examples(self, examples: Sequence[tuple[str, str]]) -> None:
        """Offer other examples (name, text); the first one is shown unless a person's own text stands there."""
        own = self._choice.currentText() == OWN_TEXT and bool(self.text)
        self._examples = tuple(examples)
        self._choice.clear()
        self._choice.addItems([name for name, _ in self._examples])
        self._choice.addItem(OWN_TEXT)
        if own:
            self._choice.setCurrentText(OWN_TEXT)
        else:
            self._on_choice_activated(0)

    def set_facts(self, facts: TextFacts | None, problem: str = "") -> None:
        """Show the row made of the text; None with the reason where it cannot be cut."""
        self._facts = facts
        if facts is None:
            self._badge.setVisible(bool(problem))
            self._badge.show_verdict("error", problem)
        else:
            characters = f"{len(facts.text):,} {'character' if len(facts.text) == 1 else 'characters'}"
            if facts.comes_back:
                self._badge.show_verdict("ok", f"Decodes back to the same {characters}")
            else:
                self._badge.show_verdict("error", f"Does not decode back to these {characters}")
            self._badge.show()
        self._show_row()

    def highlight(self, start: int, end: int) -> None:
        """Mark a span of the text (in characters); an empty span marks nothing."""
        self._marked = self.text[start:end]
        if end <= start:
            self._editor.setExtraSelections([])
            return
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self._editor.document())
        cursor.setPosition(utf16_length(self.text[:start]))
        cursor.setPosition(utf16_length(self.text[:end]), QTextCursor.MoveMode.KeepAnchor)
        marked = QTextCharFormat()
        marked.setBackground(QColor(theme.colours().shade(0.3)))
        selection.cursor, selection.format = cursor, marked
        self._editor.setExtraSelections([selection])

    def set_current_token(self, index: int) -> None:
        """Ring a token's cell; −1 rings none."""
        self._grid.set_current(index)

    @property
    def text(self) -> str:
        """The text as it stands."""
        return self._editor.code

    @property
    def marked(self) -> str:
        """The span of the text that is marked."""
        return self._marked

    @property
    def editor(self) -> CodeView:
        """The editor."""
        return self._editor

    @property
    def examples(self) -> QComboBox:
        """The choice of examples."""
        return self._choice

    @property
    def grid(self) -> IdGrid:
        """The row of ids."""
        return self._grid

    @property
    def sides(self) -> Segmented:
        """Whether the input or the target row is shown."""
        return self._sides

    @property
    def round_trip(self) -> str:
        """What the badge says."""
        return self._badge.text

    @property
    def side(self) -> RowSide:
        """Which of the two rows is shown."""
        return _SIDES[self._sides.index]

    def _on_choice_activated(self, index: int) -> None:
        if index < len(self._examples):
            self._choice.setCurrentIndex(index)
            self._editor.set_code(self._examples[index][1])

    def _on_editor_text_changed(self) -> None:
        text = self.text
        known = next((number for number, (_, code) in enumerate(self._examples) if code == text), None)
        self._choice.setCurrentIndex(len(self._examples) if known is None else known)
        self.text_changed.emit(text)

    def _on_editor_cursor_position_changed(self) -> None:
        if self._editor.hasFocus():
            self.position_changed.emit(characters_before(self.text, self._editor.textCursor().position()))

    def _show_row(self) -> None:
        facts = self._facts
        self._grid.set_cells(row_cells(facts, self.side) if facts is not None else ())
        self._note.setText(row_sentence(facts, self.side) if facts is not None else "–")
        self.twin.renew()

    def _twin_model(self) -> RowsModel[tuple[int, Cell]]:
        return RowsModel(
            (
                Column("Position", lambda row: str(row[0]), "right", width=70),
                Column("Token", lambda row: row[1].label, mono=True),
                Column("Id", lambda row: str(row[1].id), "right", width=60),
            ),
            tuple(enumerate(self._grid.cells, start=1)),
        )


def utf16_length(text: str) -> int:
    """How many units of Qt's text a piece of text takes: two for a character beyond U+FFFF."""
    return sum(2 if ord(character) > 0xFFFF else 1 for character in text)


def characters_before(text: str, units: int) -> int:
    """How many characters stand before a position of Qt's text."""
    seen = 0
    for number, character in enumerate(text):
        if seen >= units:
            return number
        seen += 2 if ord(character) > 0xFFFF else 1
    return len(text)
