"""One answer to choose: a full-width button with its letter, its text, and after a verdict the reason below it."""

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout

from codegen_desktop.quiz.items import Option
from codegen_desktop.ui import theme
from codegen_desktop.ui.quiz import painting
from codegen_desktop.ui.quiz.markup import code_html, plain, rich
from codegen_desktop.ui.widgets.labels import label

OptionState = Literal["open", "tried", "right", "wrong", "rest"]
"""open: can be chosen; tried: was wrong, the question goes on; then right, wrong (was chosen) or rest (was not)."""

_WORDS: dict[OptionState, str] = {
    "open": "",
    "tried": "tried, not this one",
    "right": "right",
    "wrong": "tried, wrong",
    "rest": "wrong",
}


class OptionButton(QAbstractButton):
    """Checkable; painted edge, letter and mark, and two labels for the words, which wrap."""

    def __init__(self, option: Option, letter: str, *, is_code: bool, several: bool) -> None:
        super().__init__()
        self._option, self._letter, self._is_code, self._several = option, letter, is_code, several
        self._state: OptionState = "open"
        self._text = label("", "body", wrap=True)
        self._why = label("", "secondary", wrap=True)
        self._tried = label("tried", "caption")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

        words = QVBoxLayout()
        theme.space(words, 0, 2)
        words.addStretch(1)
        for part in (self._text, self._why):
            part.setTextFormat(Qt.TextFormat.RichText)
            words.addWidget(part)
        words.addStretch(1)
        row = QHBoxLayout(self)
        theme.space(row, (54, 9, 44, 9), 8)
        row.addLayout(words, 1)
        row.addWidget(self._tried)
        theme.size(self, minimum_height=56)
        for part in (self._text, self._why, self._tried):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

        self.show_state("open")

    @property
    def state(self) -> OptionState:
        """How the option stands."""
        return self._state

    @property
    def shown_why(self) -> str:
        """The reason as it is shown; empty while it is hidden."""
        return "" if self._why.isHidden() else self._why.text()

    def show_state(self, state: OptionState) -> None:
        """Draw how the option stands; a reason shows only once the option was tried or the question is over."""
        self._state = state
        text = code_html(self._option.text) if self._is_code else rich(self._option.text)
        colours = theme.colours()  # in the text, because a label of a disabled button would turn grey
        struck = f"<s>{text}</s>" if state in ("tried", "wrong") else text
        self._text.setText(_coloured(struck, colours.text))
        said = f"**Right.** {self._option.why}" if state == "right" else self._option.why
        self._why.setText(_coloured(rich(said), colours.text2))
        self._tried.setText(_coloured("tried", colours.error))
        self._why.setVisible(state != "open")
        self._tried.setVisible(state in ("tried", "wrong"))
        self.setEnabled(state == "open")
        if state != "open":
            self.setChecked(state == "right")
        reason = f". {plain(self._option.why)}" if state != "open" else ""
        words = f", {_WORDS[state]}" if _WORDS[state] else ""
        self.setAccessibleName(f"{self._letter}: {plain(self._option.text)}{words}{reason}")
        self.updateGeometry()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Enter is left to the question, which checks; some desktops would make it a click."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow the theme: the words carry their colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_tried"):
            self.show_state(self._state)

    def sizeHint(self) -> QSize:  # Qt's name
        """A comfortable line; the layout says how high the words are."""
        return QSize(theme.px(320), theme.px(56))

    def paintEvent(self, _event: QPaintEvent) -> None:  # Qt's name
        """Fill and edge, the letter in a ring (a square where several may be chosen), tick or cross at the right."""
        colours, px = theme.colours(), theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right = self._state == "right"
        chosen = self.isChecked() and self._state == "open"
        hover = self.underMouse() and self.isEnabled()
        fill = colours.ok_soft if right else colours.selected if chosen else colours.hover if hover else colours.card
        edge = colours.ok if right else colours.accent if chosen else colours.border
        width = 2.0 if chosen else 1.0
        painter.setPen(QPen(QColor(edge), width))
        painter.setBrush(QColor(fill))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), px(8), px(8))
        self._draw_letter(painter, filled=right or chosen, colour=edge if right or chosen else colours.control_edge)
        place = QRectF(self.width() - px(34), self.height() / 2 - px(8), px(16), px(16))
        if right:
            painting.tick(painter, place, colours.ok)
        elif self._state in ("tried", "wrong"):
            painting.cross(painter, place, colours.error)
        painter.end()

    def _draw_letter(self, painter: QPainter, *, filled: bool, colour: str) -> None:
        colours, px = theme.colours(), theme.px
        box = QRectF(px(14), self.height() / 2 - px(13), px(26), px(26))
        painter.setPen(QPen(QColor(colour), 1.2))
        painter.setBrush(QColor(colour) if filled else QColor(colours.card))
        if self._several:
            painter.drawRoundedRect(box, px(5), px(5))
        else:
            painter.drawEllipse(box)
        painter.setFont(theme.font(13, 600))
        painter.setPen(QColor(colours.card if filled else colours.text2))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._letter)


def _coloured(text: str, colour: str) -> str:
    return f'<span style="color:{colour}">{text}</span>'
