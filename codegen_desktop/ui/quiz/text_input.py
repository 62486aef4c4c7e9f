"""A typed answer: a number with its unit, or what a program prints."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout

from codegen_desktop.quiz.items import Numeric, Output
from codegen_desktop.quiz.marking import Given, key_text
from codegen_desktop.quiz.session import Progress
from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.quiz.answer_input import AnswerInput
from codegen_desktop.ui.quiz.markup import plain
from codegen_desktop.ui.widgets.labels import icon_label, label


class TextInput(AnswerInput):
    """A number with its unit, or what a program prints; what is wrong with it is said below."""

    def __init__(self, item: Numeric | Output) -> None:
        super().__init__()
        self._item = item
        several_lines = isinstance(item, Output) and len(item.answer.strip().splitlines()) > 1
        self.field: QLineEdit | QPlainTextEdit = QPlainTextEdit() if several_lines else QLineEdit()
        name = "Output of the program" if isinstance(item, Output) else f"Your number, in {item.unit or 'no unit'}"
        unit = item.unit if isinstance(item, Numeric) else ""
        self._icon = icon_label("triangle-alert", "error", 15)
        self._said = label("", "secondary", wrap=True)
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText("What does it print?" if isinstance(item, Output) else "A number")
        theme.size(self.field, width=360 if isinstance(item, Output) else 200)
        if isinstance(item, Output):
            self.field.setFont(theme.font(13, mono=True))
        if isinstance(self.field, QPlainTextEdit):
            self.field.setTabChangesFocus(True)
            theme.size(self.field, height=88)

        row = QHBoxLayout()
        theme.space(row, 0, 8)
        row.addWidget(self.field)
        row.addWidget(label(unit, "secondary"))
        row.addStretch(1)
        said = QHBoxLayout()
        theme.space(said, 0, 8)
        said.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self._said, 1)
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 8)
        layout.addLayout(row)
        layout.addLayout(said)

        self._say("", "", "text2")
        self.field.textChanged.connect(self._on_field_text_changed)

    @property
    def given(self) -> Given | None:
        """The text, None while the field is empty."""
        text = self.field.text() if isinstance(self.field, QLineEdit) else self.field.toPlainText()
        return text if text.strip() else None

    def show_progress(self, progress: Progress) -> None:
        """What the last answer got, and the right one once it is over."""
        self.field.setReadOnly(progress.over)
        last = progress.tries[-1] if progress.tries else None
        if last is not None and isinstance(last.given, str) and self.given is None:
            self._set_text(last.given)
        key = f"The answer is `{key_text(self._item)}`."
        if progress.over and progress.right and last is not None:
            self._say("check", f"Right. {last.verdict.why} {key}", "ok")
        elif progress.over:
            self._say("x", f"{last.verdict.why if last is not None else ''} {key}".strip(), "error")
        elif last is not None:
            self._say("x", f"Not this one: {last.verdict.why}", "error")

    def show_problem(self, text: str) -> None:
        """The field gets the edge of an error and a sentence in place."""
        theme.set_class(self.field, "invalid" if text else "")
        if text:
            self._say("triangle-alert", text, "error")

    def take_focus(self) -> None:
        """Into the field."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def said(self) -> str:
        """The sentence under the field."""
        return "" if self._said.isHidden() else self._said.text()

    def _set_text(self, text: str) -> None:
        blocked = self.field.blockSignals(True)
        if isinstance(self.field, QLineEdit):
            self.field.setText(text)
        else:
            self.field.setPlainText(text)
        self.field.blockSignals(blocked)

    def _say(self, icon: str, text: str, role: str) -> None:
        self._icon.setVisible(bool(text))
        self._said.setVisible(bool(text))
        self._said.setText(plain(text))
        if icon:
            icons.set_icon(self._icon, icon, role, 15)

    def _on_field_text_changed(self) -> None:
        if self.field.property("class") == "invalid":
            self.show_problem("")
            self._say("", "", "text2")
        self.changed.emit()
