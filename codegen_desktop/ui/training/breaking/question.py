"""The question what is wrong with a pipeline: one choice, how sure one is, and then what the numbers say to each."""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from codegen_desktop.model.breaking import BROKEN, broken_named
from codegen_desktop.model.diagnosis import diagnose
from codegen_desktop.mystery import Answer, Mystery
from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.labels import Badge, label
from codegen_desktop.ui.widgets.segmented import Segmented

CONFIDENCES = ("guess", "fairly sure", "certain")
"""How sure a person can say to be, as it is kept."""


class QuestionPanel(QWidget):
    """Asks, tells `answered(key, confidence)`, and after `show_solution` explains; `repair_wished` at the end."""

    answered = Signal(str, str)
    repair_wished = Signal()
    another_wished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choices = {broken.key: QRadioButton(broken.question) for broken in BROKEN}
        self._group = QButtonGroup(self)
        self.confidence = Segmented("How sure are you?", ("A guess", "Fairly sure", "Certain"))
        self.answer_button = button("Answer", "check", "primary")
        self._hint = label("Open as much evidence as you need, then choose.", "caption", wrap=True)
        self.verdict = Badge()
        self._solution = label("", "", selectable=True, wrap=True)
        self.repair_button = button("Train the repaired pipeline", "play", "primary")
        self.another_button = button("Another mystery", "dices")
        self._asking, self._solved = QWidget(), QWidget()

        self._solution.setTextFormat(Qt.TextFormat.RichText)
        self.repair_button.setToolTip("Starts Quick in the Training tab, with nothing broken")
        for choice in self.choices.values():
            self._group.addButton(choice)
        self._lay_out()

        self._group.buttonClicked.connect(self._on_group_button_clicked)
        self.answer_button.clicked.connect(self._on_answer_button_clicked)
        self.repair_button.clicked.connect(self.repair_wished)
        self.another_button.clicked.connect(self.another_wished)

    def _lay_out(self) -> None:
        left = Qt.AlignmentFlag.AlignLeft
        asking = QVBoxLayout(self._asking)
        theme.space(asking, 0, 6)
        asking.addWidget(label("What is wrong with this pipeline?", "question", wrap=True))
        for choice in self.choices.values():
            asking.addWidget(choice)
        asking.addWidget(label("How sure are you?", "strong"))
        asking.addWidget(self.confidence, 0, left)
        asking.addWidget(self.answer_button, 0, left)
        asking.addWidget(self._hint)
        solved = QVBoxLayout(self._solved)
        theme.space(solved, 0, 8)
        solved.addWidget(self.verdict, 0, left)
        solved.addWidget(self._solution)
        solved.addWidget(self.repair_button, 0, left)
        solved.addWidget(self.another_button, 0, left)
        layout = QVBoxLayout(self)
        theme.space(layout, (14, 8, 14, 14), 8)
        layout.addWidget(self._asking)
        layout.addWidget(self._solved)
        layout.addStretch(1)

    def ask(self) -> None:
        """Ask anew, nothing chosen."""
        self._group.setExclusive(False)
        for choice in self.choices.values():
            choice.setChecked(False)
        self._group.setExclusive(True)
        self.confidence.choose(0)
        self._asking.show()
        self._solved.hide()
        self.answer_button.setEnabled(False)
        self.answer_button.setToolTip("Choose one of the nine first")

    def show_solution(self, mystery: Mystery, given: Answer) -> None:
        """Say whether the answer was right, what decides, and why each of the others does not fit."""
        right = given.key == mystery.run.broken
        self.verdict.show_verdict("ok" if right else "error", "Right" if right else "Not this one")
        self._solution.setText(solution(mystery, given))
        self._asking.hide()
        self._solved.show()
        self.repair_button.setVisible(mystery.run.broken != "healthy")

    @property
    def solution(self) -> str:
        """The explanation as rich text; empty while it is hidden."""
        return "" if self._solved.isHidden() else self._solution.text()

    def announce(self) -> None:
        """Let a screen reader say the verdict."""
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.verdict.text))

    def _on_group_button_clicked(self) -> None:
        self.answer_button.setEnabled(True)
        self.answer_button.setToolTip("")

    def _on_answer_button_clicked(self) -> None:
        key = next(key for key, choice in self.choices.items() if choice.isChecked())
        self.answered.emit(key, CONFIDENCES[self.confidence.index])


def solution(mystery: Mystery, given: Answer) -> str:
    """The explanation of a mystery as rich text; what decides comes from the numbers, see `diagnosis`."""
    truth, findings = broken_named(mystery.run.broken), diagnose(mystery.run, mystery.evidence)
    because = {finding.key: finding for finding in findings}
    decides = because[truth.key].because if because[truth.key].fits else truth.sign
    lines = [
        f"<p><b>{escape(truth.question)}.</b> {escape(truth.done)}</p>",
        f"<p><b>What decides:</b> {escape(decides)}</p>",
    ]
    if given.key in because and given.key != truth.key:
        named = broken_named(given.key).question
        lines.append(f"<p><b>You said: {escape(named)}.</b> {escape(because[given.key].because)}</p>")
    if truth.key != "healthy":
        lines.append(f"<p><b>Repair:</b> {escape(truth.repair)}</p>")
    others = [finding for finding in findings if finding.key not in (truth.key, given.key, "healthy")]
    points = "".join(f"<li>{escape(broken_named(one.key).question)}: {escape(one.because)}</li>" for one in others)
    title = "<p><b>What the numbers say to the others</b></p>"
    return "".join(lines) + title + f'<ul style="-qt-list-indent:0; margin-left:14px">{points}</ul>'
