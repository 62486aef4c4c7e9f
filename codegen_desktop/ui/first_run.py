"""The page of a lab that holds nothing yet: one button that runs everything, and three other ways to begin."""

import os

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from codegen_desktop.ui import icons, settings, theme
from codegen_desktop.ui.first_run_pictures import Pictures
from codegen_desktop.ui.widgets.choice_card import ChoiceCard
from codegen_desktop.ui.widgets.labels import icon_label, label
from codegen_desktop.ui.widgets.page import PageColumn

NARROW = 860
"""Below this effective width in pixels the page has one column."""


class FirstRunPage(QWidget):
    """Wishes go out as signals; the window knows how to fulfil them."""

    whole_lab_wished = Signal()
    step_by_step_wished = Signal()
    own_code_wished = Signal()
    open_wished = Signal()

    def __init__(self) -> None:
        super().__init__()
        title = label("Build a model that writes code, on this PC", "hero")
        sentence = label(
            "Ten thousand snippets go in. A model you trained yourself comes out. No account, no internet.",
            "hero-line",
            wrap=True,
        )
        self.run_button = QPushButton("  Run the whole lab")
        self._time = label(time_words(), "secondary")
        self._cards = (
            ChoiceCard(
                "step-forward",
                "Go step by step",
                "Start with the built-in snippets and press each button yourself.",
                "Ctrl+N",
            ),
            ChoiceCard("folder-down", "Use your own code", "Choose a folder with Python files.", "Ctrl+O"),
            ChoiceCard("graduation-cap", "Open a lab", "Work you saved before: a file that ends in .cglab.", "Ctrl+L"),
        )

        self._pictures = Pictures()
        self._card_row = QBoxLayout(QBoxLayout.Direction.LeftToRight)

        self._lay_out(title, sentence)

        self.run_button.clicked.connect(self.whole_lab_wished)
        for card, wished in zip(
            self._cards, (self.step_by_step_wished, self.own_code_wished, self.open_wished), strict=True
        ):
            card.clicked.connect(wished)

    def is_settled(self) -> bool:
        """It has nothing to wait for."""
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """In a narrow window the pictures go and the cards stand one below the other."""
        super().resizeEvent(event)
        narrow = self.width() / theme.current().text_scale < NARROW
        self._pictures.setVisible(not narrow)
        directions = QBoxLayout.Direction
        self._card_row.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)

    def _lay_out(self, title: QLabel, sentence: QLabel) -> None:
        centre = Qt.AlignmentFlag.AlignCenter
        for text in (title, sentence):
            text.setAlignment(centre)
            text.setWordWrap(True)
        self.run_button.setProperty("class", "hero")
        icons.set_icon(self.run_button, "play", "accent_text", 20)
        time_row = QHBoxLayout()
        theme.space(time_row, 0, 8)
        time_row.addStretch(1)
        time_row.addWidget(icon_label("clock", "text2", 16))
        time_row.addWidget(self._time)
        time_row.addStretch(1)
        theme.space(self._card_row, 0, 12)
        for card in self._cards:
            self._card_row.addWidget(card, 1)
        layout = PageColumn(self)
        theme.space(layout, (16, 24, 16, 16), 8)
        layout.addStretch(2)
        layout.addWidget(title)
        layout.addWidget(sentence)
        layout.addSpacing(theme.px(16))
        layout.addWidget(self.run_button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(theme.px(8))
        layout.addLayout(time_row)
        layout.addStretch(4)
        layout.addWidget(self._pictures)
        layout.addStretch(4)
        layout.addLayout(self._card_row)


def time_words() -> str:
    """How long the whole lab takes: measured here where it ran before, else an honest range."""
    seconds = settings.stored_lab_seconds()
    if seconds is not None:
        minutes = max(round(seconds / 60), 1)
        took = f"{minutes} minute{'s' if minutes > 1 else ''}"
        return f"took {took} on this PC the last time. You can stop at any stage."
    count = os.cpu_count() or 1
    threads = f"{count} thread{'s' if count > 1 else ''}"
    return f"about 5 to 10 minutes; this PC has {threads}. You can stop at any stage."
