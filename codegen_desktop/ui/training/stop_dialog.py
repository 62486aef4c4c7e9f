"""The question behind *Stop*: keep the run, discard it, or go on training; training goes on while it is asked."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.training.history import RunHistory
from codegen_desktop.ui.training.reading import duration
from codegen_desktop.ui.widgets.choice_card import ChoiceCard
from codegen_desktop.ui.widgets.labels import label


class StopDialog(QDialog):
    """Each choice says what it keeps; Escape goes on training. Deletes itself when it is closed."""

    keep_wished = Signal()
    discard_wished = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Stop training?")
        self.keep_card = ChoiceCard("square", "Stop and keep", keeping(None))
        self.discard_card = ChoiceCard("x", "Stop and discard this run", discarding(None))
        self.go_on_card = ChoiceCard("play", "Go on training", "Nothing changes. Escape does the same.")

        layout = QVBoxLayout(self)
        theme.space(layout, 20, 10)
        layout.addWidget(label("Stop training?", "question"))
        for card in (self.keep_card, self.discard_card, self.go_on_card):
            layout.addWidget(card)
        theme.size(self, minimum_width=480)

        self.keep_card.clicked.connect(self._on_keep_card_clicked)
        self.discard_card.clicked.connect(self._on_discard_card_clicked)
        self.go_on_card.clicked.connect(self.reject)
        self.keep_card.setFocus()

    def show_run(self, history: RunHistory | None) -> None:
        """Say how much there is to keep or to lose now."""
        self.keep_card.set_sentence(keeping(history))
        self.discard_card.set_sentence(discarding(history))

    def _on_keep_card_clicked(self) -> None:
        self.accept()
        self.keep_wished.emit()

    def _on_discard_card_clicked(self) -> None:
        self.accept()
        self.discard_wished.emit()


def keeping(history: RunHistory | None) -> str:
    """What *Stop and keep* does."""
    if history is None or not history.steps:
        return "Ends before the first step. The run stays in the list and can go on later."
    step = history.steps[-1]
    return (
        f"Saves the model after step {step.step:,} of {step.steps:,}, or the one being made now, and everything "
        "measured so far. Continue goes on later from that very step."
    )


def discarding(history: RunHistory | None) -> str:
    """What *Stop and discard* deletes."""
    if history is None or not history.steps:
        return "Deletes this run; it has made no step yet."
    seconds = sum(step.seconds for step in history.steps)
    epochs = sum(result.epoch > 0 for result in history.results)
    models = f"the models of {epochs} epoch{'s' if epochs != 1 else ''}" if epochs else "no finished epoch"
    count = len(history.steps)
    steps = f"{count:,} step{'s' if count != 1 else ''}"
    return f"Deletes the whole run: {steps} ({duration(seconds)} of training) and {models}. It cannot be brought back."
