"""The lesson about choosing by the test part: where an earlier epoch has a lower test loss, what keeping it costs."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QVBoxLayout, QWidget

from codegen_desktop.model.choosing import chosen_on_test
from codegen_desktop.model.records import EpochResult
from codegen_desktop.model.runs import Run
from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.choice_card import ChoiceCard
from codegen_desktop.ui.widgets.labels import Badge, label, line


def better_epoch(run: Run) -> EpochResult | None:
    """The trained epoch with the lowest test loss where that is not the last one; None else."""
    trained = [result for result in run.epochs if result.epoch > 0]
    if not trained:
        return None
    best = min(trained, key=lambda result: (result.test_loss, -result.epoch))
    return best if best.epoch != trained[-1].epoch else None


class ChoosingStrip(QFrame):
    """Hidden while there is nothing to say. `lesson_wished` asks for the dialog, `undo_wished` for the last epoch."""

    lesson_wished = Signal()
    undo_wished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sentence = label("", "caption", wrap=True)
        self._badge = Badge("warn")
        self.lesson_button = button("", "graduation-cap", "quiet")
        self.undo_button = button("Use the last epoch again", "rotate-ccw", "quiet")

        layout = QVBoxLayout(self)
        theme.space(layout, (14, 0, 14, 6), 4)
        layout.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._sentence)
        for made in (self.lesson_button, self.undo_button):
            layout.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(line())

        self.lesson_button.clicked.connect(self.lesson_wished)
        self.undo_button.clicked.connect(self.undo_wished)
        self.show_run(None)

    @property
    def words(self) -> str:
        """What is said now; empty while the strip is hidden."""
        return "" if self.isHidden() else f"{self._badge.text} {self._sentence.text()}".strip()

    def show_run(self, run: Run | None) -> None:
        """Offer the lesson where it fits, or the way back where an epoch was chosen; nothing for None."""
        better = better_epoch(run) if run is not None and not run.broken else None
        chosen = run is not None and run.chosen_epoch is not None
        self.setVisible(better is not None or chosen)
        self._badge.setVisible(chosen)
        self.undo_button.setVisible(chosen)
        self.lesson_button.setVisible(not chosen)
        if run is None:
            return
        if chosen:
            self._badge.show_verdict("warn", chosen_on_test(run))
            self._sentence.setText("Its test loss is no longer an honest estimate.")
        elif better is not None:
            self._sentence.setText(f"The test loss of epoch {better.epoch} is lower than the last epoch's.")
            self.lesson_button.setText(f"Keep epoch {better.epoch}?")


class ChoosingDialog(QDialog):
    """Says why the choice is not free; Escape keeps the last epoch. Deletes itself when it is closed."""

    keep_wished = Signal(int)

    def __init__(self, run: Run, better: EpochResult, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Keep epoch {better.epoch}?")
        self._epoch = better.epoch
        self.lesson = label(lesson(run, better), "body", wrap=True, selectable=True)
        self.keep_card = ChoiceCard(
            "triangle-alert",
            f"Use epoch {better.epoch}, marked",
            f"Completions, evaluation and export take its model from now on, and {run.name} says “chosen on test” "
            "everywhere. It can be undone.",
        )
        self.last_card = ChoiceCard(
            "shield-check", "Stay with the last epoch", "The test loss stays what it is for: an honest estimate."
        )

        layout = self._column = QVBoxLayout(self)
        theme.space(layout, 20, 10)
        layout.addWidget(label(f"Keep epoch {better.epoch}?", "question"))
        for part in (self.lesson, self.keep_card, self.last_card):
            layout.addWidget(part)
        theme.size(self, width=520)

        self.keep_card.clicked.connect(self._on_keep_card_clicked)
        self.last_card.clicked.connect(self.reject)
        self.last_card.setFocus()

    def showEvent(self, event: QShowEvent) -> None:  # Qt's name
        """As high as its words need: Qt gives a dialog two thirds of a small screen at most."""
        super().showEvent(event)
        self.setMinimumHeight(self._column.totalHeightForWidth(self.width()))

    def _on_keep_card_clicked(self) -> None:
        self.accept()
        self.keep_wished.emit(self._epoch)


def lesson(run: Run, better: EpochResult) -> str:
    """Why an epoch that is better by the test loss is not simply taken."""
    last = run.epochs[-1]
    return (
        f"After epoch {better.epoch} the test loss was {better.test_loss:.3f}, after epoch {last.epoch} it is "
        f"{last.test_loss:.3f}. That looks like a better model.\n\n"
        "But the test part says how good the model is on snippets that had no part in making it. Picking the best of "
        f"{last.epoch} epochs by it gives it a part: the winner's loss is partly luck, and new snippets will show a "
        "higher one.\n\n"
        "The honest way: decide on the number of epochs, then train again with that number."
    )
