"""Options to choose from, and which input fits which type of question."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from codegen_desktop.quiz.items import Choice, Multi, Numeric, Order, Output, Shown
from codegen_desktop.quiz.marking import Given
from codegen_desktop.quiz.session import Progress, Session
from codegen_desktop.ui import theme
from codegen_desktop.ui.quiz.answer_input import AnswerInput
from codegen_desktop.ui.quiz.markup import LETTERS
from codegen_desktop.ui.quiz.option_button import OptionButton, OptionState
from codegen_desktop.ui.quiz.order_input import OrderInput
from codegen_desktop.ui.quiz.text_input import TextInput


class OptionsInput(AnswerInput):
    """Full-width options, one or several to be chosen."""

    def __init__(self, item: Choice | Multi, order: tuple[int, ...]) -> None:
        super().__init__()
        self._item, self._order = item, order
        self._several = isinstance(item, Multi)
        self.buttons = [
            OptionButton(item.option[index], LETTERS[place], is_code=item.options_are_code, several=self._several)
            for place, index in enumerate(order)
        ]
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 8)
        for place, made in enumerate(self.buttons):
            layout.addWidget(made)
            made.clicked.connect(lambda *_, place=place: self._on_button_clicked(place))

    @property
    def given(self) -> Given | None:
        """The indices of the chosen options, as the item counts them."""
        chosen = [self._order[place] for place, made in enumerate(self.buttons) if made.isChecked()]
        return tuple(sorted(chosen)) or None

    def place(self, index: int) -> bool:
        """Choose an option, or where several are right turn it on or off."""
        if not 0 <= index < len(self.buttons) or not self.buttons[index].isEnabled():
            return False
        self.buttons[index].setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.buttons[index].click()
        return True

    def show_progress(self, progress: Progress) -> None:
        """Strike through what was tried; once it is over every option explains itself."""
        tried = {index for one in progress.tries for index in one.given if isinstance(index, int)}
        for place, made in enumerate(self.buttons):
            made.show_state(self._state(self._order[place], progress, tried))
        if self._several and not progress.over:
            for made in self.buttons:
                made.setChecked(False)

    def take_focus(self) -> None:
        """The first option that can be chosen."""
        free = next((made for made in self.buttons if made.isEnabled()), None)
        if free is not None:
            free.setFocus(Qt.FocusReason.OtherFocusReason)

    def _state(self, index: int, progress: Progress, tried: set[int]) -> OptionState:
        correct = self._item.option[index].correct
        if progress.over:
            return "right" if correct else "wrong" if index in tried else "rest"
        return "tried" if index in tried and not correct and not self._several else "open"

    def _on_button_clicked(self, place: int) -> None:
        if not self._several:
            for other, made in enumerate(self.buttons):
                made.setChecked(other == place)
        self.changed.emit()


def make_input(item: Shown, session: Session) -> AnswerInput:
    """The input that fits the type of a question."""
    match item:
        case Choice() | Multi():
            return OptionsInput(item, session.option_order(item))
        case Numeric() | Output():
            return TextInput(item)
        case Order():
            return OrderInput(item, session.line_order(item))
