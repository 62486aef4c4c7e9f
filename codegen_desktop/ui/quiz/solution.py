"""What is shown once a question is over: numbered steps left, the quick check and common mistakes right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from codegen_desktop.quiz.items import Shown
from codegen_desktop.ui import theme
from codegen_desktop.ui.quiz.markup import rich
from codegen_desktop.ui.widgets.labels import icon_label, label, line


class Solution(QFrame):
    """A sunken strip under the question; empty and hidden until the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("class", "strip")
        self.setAccessibleName("Solution")
        self._layout = QHBoxLayout(self)
        theme.space(self._layout, 0, 0)
        self._content: QWidget | None = None

    def show_solution(self, item: Shown | None, places: tuple[int, ...] = ()) -> None:
        """Show the worked solution of a question, or nothing."""
        if self._content is not None:
            self._layout.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
            self._content = None
        self.setVisible(item is not None)
        if item is not None:
            self._content = _content(item, places)
            self._layout.addWidget(self._content)

    @property
    def words(self) -> str:
        """Everything that is written in it, one line each."""
        parts = self._content.findChildren(QLabel) if self._content is not None else []
        return "\n".join(part.text() for part in parts if part.text())


def _content(item: Shown, places: tuple[int, ...]) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    theme.space(row, 0, 0)
    row.addWidget(_steps(item, places), 3)
    row.addWidget(line("rule"))
    row.addWidget(_checks(item, places), 2)
    return made


def _steps(item: Shown, places: tuple[int, ...]) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    theme.space(grid, (20, 12, 16, 14), 8)
    grid.addWidget(label("Solution", "card-title"), 0, 0, 1, 2)
    for number, step in enumerate(item.solution, start=1):
        ring = label(str(number), "caption")
        ring.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.size(ring, width=20, height=20)
        edge = theme.colours().control_edge
        ring.setStyleSheet(f"border: 1px solid {edge}; border-radius: {theme.px(20) // 2}px;")
        grid.addWidget(ring, number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_words(step, places), number, 1)
    grid.setColumnStretch(1, 1)
    grid.setRowStretch(len(item.solution) + 1, 1)
    return made


def _checks(item: Shown, places: tuple[int, ...]) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    theme.space(column, (16, 12, 16, 14), 8)
    column.addWidget(label("Quick check", "card-title"))
    column.addLayout(_with_icon("check", "ok", _words(item.check, places)))
    column.addWidget(label("Common mistakes", "card-title"))
    for mistake in item.mistakes:
        column.addLayout(_with_icon("minus", "text2", _words(mistake, places)))
    column.addStretch(1)
    return made


def _words(text: str, places: tuple[int, ...]) -> QLabel:
    made = label(rich(text, places), "secondary", selectable=True, wrap=True)
    made.setTextFormat(Qt.TextFormat.RichText)
    return made


def _with_icon(icon: str, role: str, words: QLabel) -> QHBoxLayout:
    row = QHBoxLayout()
    theme.space(row, 0, 8)
    row.addWidget(icon_label(icon, role, 15), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(words, 1)
    return row
