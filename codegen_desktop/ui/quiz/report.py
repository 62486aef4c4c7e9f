"""The right column: the score, every question with its tries and points, and what is worth another look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from codegen_desktop.quiz.items import Shown
from codegen_desktop.quiz.session import Progress, Session
from codegen_desktop.ui import theme
from codegen_desktop.ui.quiz import painting
from codegen_desktop.ui.quiz.markup import points_text, rich
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.labels import label, line
from codegen_desktop.ui.widgets.table import Column, RowsModel, Table

POINTS_COLUMN = 3


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A question in the report."""

    number: int
    about: str
    progress: Progress

    @property
    def tries(self) -> str:
        """How often it was answered; a dash before the first time."""
        return str(len(self.progress.tries)) if self.progress.tries else "–"

    @property
    def points(self) -> str:
        """Mark and points, such as `✓ ½` or `✗ 0`."""
        if not self.progress.over:
            return "–"
        return f"{'✓' if self.progress.right else '✗'} {points_text(self.progress.points)}"


COLUMNS: tuple[Column[ReportRow], ...] = (
    Column("#", lambda row: str(row.number), width=30),
    Column("About", lambda row: row.about, tooltip=lambda row: row.about),
    Column("Tries", lambda row: row.tries, align="right", width=48),
    Column("Points", lambda row: row.points, align="right", width=58, strong=True),
)


class _ReportModel(RowsModel[ReportRow]):
    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Points in the colour of the verdict; their mark says the same without it."""
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == POINTS_COLUMN:
            progress = self.rows[index.row()].progress
            if progress.over:
                return QColor(theme.colours().ok if progress.right else theme.colours().error)
        return super().data(index, role)


class ScoreBar(QWidget):
    """A piece for each question: full, half, none or open."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: Sequence[painting.Piece] = ("open",)
        self.setAccessibleName("Points of each question")

    def show_pieces(self, pieces: Sequence[painting.Piece], words: str) -> None:
        """Draw the bar; `words` say the same."""
        self._pieces = pieces
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:  # Qt's name
        """A thin bar."""
        return QSize(theme.px(200), theme.px(10))

    def paintEvent(self, _event: QPaintEvent) -> None:  # Qt's name
        """The pieces."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painting.bar(painter, QRectF(0, 0, self.width(), theme.px(8)), self._pieces)
        painter.end()


class Report(QWidget):
    """Score, table and one recommendation. `question_chosen(int)` and `show_wished(str)` are what it asks for."""

    question_chosen = Signal(int)
    show_wished = Signal(str)
    save_wished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._points = label("–", "stat")
        self._of = label("", "secondary")
        self._bar = ScoreBar()
        self._model = _ReportModel(
            COLUMNS,
            dim=lambda row: not row.progress.over,
        )
        self._table = Table("Question by question", self._model)
        self._look = QFrame()
        self._look_text = label("", "secondary", wrap=True, selectable=True)
        self._look_button = button("Show it", "eye", "small")
        self._look_tab = ""
        self._score_card = Card("Score")
        self._table_card = Card("Question by question", margins=False)
        self._save_button = self._table_card.add_action("CSV", "download")

        self._lay_out()

        self._table.clicked.connect(lambda index: self.question_chosen.emit(index.row()))
        self._table.activated.connect(lambda index: self.question_chosen.emit(index.row()))
        self._look_button.clicked.connect(lambda: self.show_wished.emit(self._look_tab))
        self._save_button.clicked.connect(self.save_wished)

    def _lay_out(self) -> None:
        self._save_button.setAccessibleName("Save the results of this set as CSV")
        self._save_button.setToolTip("Save the results of this set as CSV (Ctrl+E)")
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._look_text.setTextFormat(Qt.TextFormat.RichText)
        row = QHBoxLayout()
        theme.space(row, 0, 8)
        row.addWidget(self._points)
        row.addWidget(self._of, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        self._score_card.body.addLayout(row)
        self._score_card.body.addWidget(self._bar)
        look = QVBoxLayout(self._look)
        theme.space(look, (14, 10, 14, 12), 8)
        look.addWidget(self._look_text)
        look.addWidget(self._look_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._table_card.body.addWidget(self._table, 1)
        self._edge = line("edge")
        self._table_card.body.addWidget(self._edge)
        self._table_card.body.addWidget(self._look)
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 12)
        layout.addWidget(self._score_card)
        layout.addWidget(self._table_card, 1)

    def show_session(self, session: Session | None, questions: Sequence[Shown], current: int) -> None:
        """Draw how a session stands; nothing without one."""
        score = session.score if session is not None else None
        answered = score is not None and score.over > 0
        self._points.setText(points_text(score.points) if score is not None and answered else "–")
        self._of.setText(_of_words(score.of) if score is not None and answered else "nothing answered yet")
        states = [session.progress(item) for item in questions] if session is not None else []
        self._bar.show_pieces(
            [_piece(state) for state in states] or ["open"], f"{self._points.text()} {self._of.text()}"
        )
        self._model.set_rows([ReportRow(place + 1, item.title, states[place]) for place, item in enumerate(questions)])
        if 0 <= current < len(questions):
            self._table.selectRow(current)
        self._save_button.setEnabled(answered)
        self._show_look(session.worth_another_look if session is not None else None)

    def _show_look(self, item: Shown | None) -> None:
        self._look.setVisible(item is not None)
        self._edge.setVisible(item is not None)
        if item is None:
            return
        self._look_tab = item.see.split("#")[0]
        self._look_text.setText(rich(f"**Worth another look:** {item.title[:1].lower()}{item.title[1:]}. {item.check}"))
        self._look_button.setText(f"Show it in {self._look_tab.capitalize()}")
        self._look_button.setVisible(bool(self._look_tab))


def _of_words(points: float) -> str:
    return f"of {points_text(points)} {'point' if points == 1 else 'points'}"


def _piece(progress: Progress) -> painting.Piece:
    if progress.points is None:
        return "open"
    return "none" if progress.points == 0 else "full" if len(progress.tries) == 1 else "half"
