"""The page of one mystery: its evidence on folded cards, and the question what is wrong with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.training.breaking.evidence_card import EvidenceCard
from codegen_desktop.ui.training.breaking.exhibits import EXHIBITS
from codegen_desktop.ui.training.breaking.loss_picture import LossPicture
from codegen_desktop.ui.training.breaking.question import QuestionPanel
from codegen_desktop.ui.training.breaking.reading import KnownMystery
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.widgets.segmented import Segmented

EVIDENCE, DIAGNOSIS = range(2)


class DiagnosisPage(QWidget):
    """Evidence left, question right, each with its own scroll bar; a narrow window shows one of them at a time."""

    back_wished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.known: KnownMystery | None = None
        self._opened: list[str] = []
        self._beside = True
        self._title = label("", "question")
        self._count = label("", "caption")
        self.switch = Segmented("Shown", ("Evidence", "Diagnosis"))
        self.back_button = button("All mysteries", "arrow-left", "quiet")
        self.cards = {one.key: EvidenceCard(one.key, one.title, one.question) for one in EXHIBITS}
        self.question = QuestionPanel()
        evidence = QWidget()
        column = QVBoxLayout(evidence)
        theme.space(column, (14, 0, 6, 14), 8)
        for card in self.cards.values():
            column.addWidget(card)
        column.addStretch(1)
        self._sides = (_scrolling(evidence, "Evidence"), _scrolling(self.question, "Diagnosis"))
        self._lay_out()

        self.switch.chosen.connect(self._show_sides)
        self.back_button.clicked.connect(self.back_wished)
        for card in self.cards.values():
            card.opened.connect(self._on_card_opened)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        theme.space(head, (14, 10, 14, 6), 10)
        for part in (self._title, self.switch, self._count):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.back_button)
        sides = QHBoxLayout()
        theme.space(sides, 0, 0)
        sides.addWidget(self._sides[EVIDENCE], 3)
        sides.addWidget(self._sides[DIAGNOSIS], 2)
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 0)
        layout.addLayout(head)
        layout.addLayout(sides, 1)
        self._show_sides()

    @property
    def opened(self) -> tuple[str, ...]:
        """The evidence that was looked at, in that order."""
        return tuple(self._opened)

    def set_beside(self, beside: bool) -> None:
        """Evidence and question side by side, or one at a time behind a switch."""
        self._beside = beside
        self._show_sides()

    def show_mystery(self, known: KnownMystery) -> None:
        """Show a mystery, all cards folded; one that was answered shows its solution."""
        self.known, self._opened = known, []
        self._title.setText(known.mystery.run.name)
        for one in EXHIBITS:
            picture = LossPicture(known.mystery, known.twin) if one.key == "curves" else None
            self.cards[one.key].show_evidence(one.body(known.mystery, known.twin), picture)
        self._show_count()
        for side in self._sides:
            side.verticalScrollBar().setValue(0)
        self.switch.choose(EVIDENCE)
        if known.answer is not None:
            self.question.show_solution(known.mystery, known.answer)
        else:
            self.question.ask()
        self.cards["curves"].button.setFocus()

    def show_solution(self, known: KnownMystery) -> None:
        """Explain, after the answer was kept."""
        assert known.answer is not None
        self.known = known
        self.question.show_solution(known.mystery, known.answer)
        self._sides[DIAGNOSIS].verticalScrollBar().setValue(0)
        self.question.announce()

    def _on_card_opened(self, key: str) -> None:
        self._opened.append(key)
        self._show_count()

    def _show_count(self) -> None:
        self._count.setText(f"{len(self._opened)} of {len(self.cards)} pieces of evidence opened")

    def _show_sides(self) -> None:
        self.switch.setVisible(not self._beside)
        for place, side in enumerate(self._sides):
            side.setVisible(self._beside or place == self.switch.index)


def _scrolling(content: QWidget, name: str) -> QScrollArea:
    made = QScrollArea()
    content.setProperty("class", "page")
    made.setWidget(content)
    made.setWidgetResizable(True)
    made.setAccessibleName(name)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return made
