"""Where an answer is given: what every kind of input can do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from codegen_desktop.quiz.marking import Given
from codegen_desktop.quiz.session import Progress


class AnswerInput(QWidget):
    """Tells `changed` when the answer changed, gives it as `given`, and draws what became of it.

    By itself it has nothing to choose and nothing given.
    """

    changed = Signal()

    @property
    def given(self) -> Given | None:
        """The answer as it stands, None while there is none."""
        return None

    def place(self, _index: int) -> bool:
        """Choose the option shown at a place; False where there is none."""
        return False

    def show_progress(self, progress: Progress) -> None:
        """Draw what became of the answers so far."""

    def show_problem(self, text: str) -> None:
        """Say beside the field why what is typed is no answer; empty takes it back."""

    def take_focus(self) -> None:
        """Put the focus where an answer is given."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
