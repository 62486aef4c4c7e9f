"""The editor: a person's code with what the model wrote into it, each generated token tinted by its probability."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from codegen_desktop.generation.trace import Prediction
from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.code_view import CodeView

LEAST_TINT, MOST_TINT = 0.03, 0.40
"""Which part of the ramp tints text: more would make it hard to read."""

UNSURE = 0.5
"""Below this probability a token also gets a dotted underline."""


def units(text: str) -> int:
    """The length of a text as Qt's documents count it: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def tint(probability: float) -> float:
    """The place on the ramp that tints a token of this probability."""
    return LEAST_TINT + (MOST_TINT - LEAST_TINT) * probability


@dataclass(frozen=True, slots=True)
class Tint:
    """Where a generated token stands in the text, and how likely it was."""

    start: int
    end: int
    probability: float


class GenerationEditor(CodeView):
    """Code with tints. `write` appends what the model wrote; any edit by hand takes the tints away."""

    edited = Signal()
    token_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__("Editor", read_only=False, design_pixels=14)
        self._tints: tuple[Tint, ...] = ()
        self._current = -1
        self._writing = False
        self.document().contentsChange.connect(self._on_document_contents_change)

    @property
    def tints(self) -> tuple[Tint, ...]:
        """The generated tokens that are tinted, in order."""
        return self._tints

    def prompt(self) -> tuple[int, str]:
        """Where the piece of code before the cursor begins, and its text: all since the last empty line."""
        cursor = self.textCursor()
        cursor.setPosition(0)
        cursor.setPosition(self.textCursor().position(), QTextCursor.MoveMode.KeepAnchor)
        before = cursor.selectedText().replace("\u2029", "\n")
        start = before.rstrip("\n").rfind("\n\n")
        start = 0 if start < 0 else start + 2
        return units(before[:start]), before[start:]

    def set_text(self, text: str) -> None:
        """Replace everything, with the cursor at the end; no tints."""
        self._writing = True
        self.setPlainText(text)
        self._writing = False
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._set_tints((), -1)

    def replace_from(self, start: int, prompt: str, text: str, predictions: Sequence[Prediction]) -> None:
        """Write `text` behind the prompt that begins at `start`, over what was generated there, and tint its tokens."""
        at = start + units(prompt)
        cursor = self.textCursor()
        self._writing = True
        cursor.beginEditBlock()
        cursor.setPosition(at)
        cursor.setPosition(max(at, self._tints[-1].end if self._tints else at), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        cursor.endEditBlock()
        self._writing = False
        self.setTextCursor(cursor)
        tints = []
        for prediction in predictions:
            end = at + units(prediction.text)
            tints.append(Tint(at, end, prediction.probability))
            at = end
        self._set_tints(tuple(tints), self._current if self._current < len(tints) else -1)

    def choose(self, token: int) -> None:
        """Frame one of the generated tokens."""
        if token != self._current:
            self._set_tints(self._tints, token)

    def _set_tints(self, tints: tuple[Tint, ...], current: int) -> None:
        self._tints, self._current = tints, current
        colours = theme.colours()
        selections = []
        for piece in tints:
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(piece.start)
            cursor.setPosition(piece.end, QTextCursor.MoveMode.KeepAnchor)
            selection.cursor = cursor
            shade = QTextCharFormat()
            shade.setBackground(colours.shade(tint(piece.probability)))
            if piece.probability < UNSURE:
                shade.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
                shade.setUnderlineColor(QColor(colours.warn))
            selection.format = shade
            selections.append(selection)
        self.setExtraSelections(selections)
        self.viewport().update()

    def _on_document_contents_change(self, _position: int, removed: int, added: int) -> None:
        if self._writing or (removed == added and self._same_text()):
            return
        if self._tints:
            self._set_tints((), -1)
        self.edited.emit()

    def _same_text(self) -> bool:
        """Highlighting tells a change of contents too; the text is the same then."""
        text = self.toPlainText()
        same = text == getattr(self, "_last_text", None)
        self._last_text = text
        return same

    def paintEvent(self, event: QPaintEvent) -> None:
        """The code, then the frame around the chosen token."""
        super().paintEvent(event)
        if not 0 <= self._current < len(self._tints):
            return
        framed = self._tints[self._current]
        first, last = QTextCursor(self.document()), QTextCursor(self.document())
        first.setPosition(framed.start)
        last.setPosition(framed.end)
        begin, end = self.cursorRect(first), self.cursorRect(last)
        if end.top() != begin.top() or framed.end == framed.start:
            end = begin.translated(theme.px(10), 0)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.colours().text), 2))
        frame = QRectF(begin.left() - 1, begin.top() - 1, end.left() - begin.left() + 2, begin.height() + 2)
        painter.drawRoundedRect(frame, theme.px(4), theme.px(4))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a generated token chooses it."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            at = self.textCursor().position()
            token = next((place for place, piece in enumerate(self._tints) if piece.start <= at < piece.end), None)
            if token is not None:
                self.token_chosen.emit(token)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_tints"):
            self._set_tints(self._tints, self._current)
