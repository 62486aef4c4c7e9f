"""A box for each question of a set: its number, a tick (with a 2 for the second try), a cross, or the current one."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from codegen_desktop.quiz.session import Progress
from codegen_desktop.ui import theme
from codegen_desktop.ui.quiz import painting


class QuestionBox(QAbstractButton):
    """One painted box; clicking it goes to the question."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._progress = Progress()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_progress(self, progress: Progress, about: str, *, current: bool) -> None:
        """Draw how the question stands."""
        self._progress = progress
        self.setChecked(current)
        self.setAccessibleName(f"Question {self._number}, {about}: {spoken(progress)}")
        self.setToolTip(f"{self._number}. {about}")
        self.update()

    def sizeHint(self) -> QSize:  # Qt's name
        """A small box."""
        return QSize(theme.px(36), theme.px(28))

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """The smallest target."""
        return QSize(theme.px(28), theme.px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:  # Qt's name
        """Fill, then number, tick or cross."""
        colours, px, state = theme.colours(), theme.px, self._progress
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, ink = colours.sunken, colours.text2
        if state.over:
            fill, ink = (colours.ok_soft, colours.ok) if state.right else (colours.error_soft, colours.error)
        if self.isChecked():
            fill, ink = colours.text, colours.card
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(QRectF(self.rect()), px(4), px(4))
        centre = QRectF(self.rect()).center()
        mark = QRectF(centre.x() - px(7), centre.y() - px(7), px(14), px(14))
        painter.setFont(theme.font(13, 600))
        if state.over and state.right:
            if len(state.tries) > 1:
                mark.moveLeft(mark.left() - px(6))
                painter.setPen(QColor(ink))
                box = QRectF(centre.x() + px(1), 0, px(14), self.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(len(state.tries)))
            painting.tick(painter, mark, ink)
        elif state.over:
            painting.cross(painter, mark, ink)
        else:
            painter.setPen(QColor(ink))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))
        painter.end()


class BoxRow(QWidget):
    """The boxes of a set; `chosen(int)` tells the place of the one that was clicked."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.boxes: list[QuestionBox] = []
        self._layout = QHBoxLayout(self)
        theme.space(self._layout, 0, 5)

    def show_questions(self, states: Sequence[tuple[Progress, str]], current: int) -> None:
        """Draw one box a question."""
        while len(self.boxes) > len(states):
            box = self.boxes.pop()
            self._layout.removeWidget(box)
            box.hide()
            box.deleteLater()
        while len(self.boxes) < len(states):
            place = len(self.boxes)
            box = QuestionBox(place + 1)
            box.clicked.connect(lambda *_, place=place: self.chosen.emit(place))
            self.boxes.append(box)
            self._layout.addWidget(box)
        for number, (box, (progress, about)) in enumerate(zip(self.boxes, states, strict=True)):
            box.show_progress(progress, about, current=number == current)


def spoken(progress: Progress) -> str:
    """How a question stands, in words."""
    if not progress.over:
        return "open" if not progress.tries else f"open after {len(progress.tries)} tries"
    if progress.gave_up:
        return "solution shown, 0 points"
    tries = f"at try {len(progress.tries)}"
    return f"right {tries}" if progress.right else f"wrong {tries}"
