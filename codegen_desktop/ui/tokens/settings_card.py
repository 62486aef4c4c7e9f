"""How the vocabulary is learned: its size, from what, and what comes out."""

from bisect import bisect_left

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QSpinBox

from codegen_desktop.config import TokenizerOptions
from codegen_desktop.tokenization.tokenizer import END, PAD, START
from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.labels import label, line
from codegen_desktop.ui.widgets.option_control import OptionControl

STEPS = (300, 512, 768, 1024, 1536, 2048, 3072, 4096, 8192, 16384)
"""The sizes at which the slider rests."""


class SettingsCard(Card):
    """`size_changed` tells that a person wishes another vocabulary size."""

    size_changed = Signal(int)

    def __init__(self, context: int) -> None:
        super().__init__("Vocabulary and length")
        self._context = context
        self._size = OptionControl("vocabulary", TokenizerOptions.model_fields["vocabulary"], self)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, len(STEPS) - 1)
        self._slider.setPageStep(1)
        self._slider.setAccessibleName("Vocabulary size in steps")
        self._found = label("–", "strong")
        self._learned_from = label("–", "strong")
        self._length = label(f"{context}", "strong")
        self._special = label(f"{PAD} {START} {END}", "code")
        self._result = label("–", "strong")
        self._lay_out()
        self._follow(self.vocabulary)

        self._size.changed.connect(self._on_size_changed)
        self._slider.valueChanged.connect(self._on_slider_value_changed)

    def _lay_out(self) -> None:
        size = QHBoxLayout()
        theme.space(size, 0, 8)
        size.addWidget(label("At most", "secondary"), 1)
        size.addWidget(self._size.widget)
        theme.size(self._size.widget, width=96)
        limits = QHBoxLayout()
        limits.addWidget(label(f"{STEPS[0]:,}", "axis"))
        limits.addStretch(1)
        limits.addWidget(label(f"{STEPS[-1]:,}", "axis"))
        self.body.addLayout(size)
        self.body.addWidget(self._slider)
        self.body.addLayout(limits)
        self.body.addWidget(line())
        for words, value in (
            ("Found", self._found),
            ("Learned from", self._learned_from),
            ("Longest row", self._length),
            ("Result", self._result),
        ):
            self.body.addLayout(_row(words, value))
        self.body.addWidget(self._special)
        self.body.addStretch(1)
        theme.space(self.body, (14, 0, 14, 12), 6)
        self._length.setToolTip(f"{self._context - 1} tokens and the end mark")
        self._special.setToolTip("The pad, the start mark and the end mark: they stand for no text.")
        theme.set_class(self._special, "axis")

    @property
    def vocabulary(self) -> int:
        """The size that is wished for."""
        return int(self._size.value())

    @property
    def size_field(self) -> QSpinBox:
        """The field of the size."""
        assert isinstance(self._size.widget, QSpinBox)
        return self._size.widget

    def set_result(self, found: int | None, train: int, snippets: int) -> None:
        """Show what the chosen kind gives: how many tokens were found (None: not known), learned from how much."""
        self._found.setText("–" if found is None else f"{found:,} tokens")
        self._learned_from.setText(f"{train:,} train snippets")
        self._result.setText(f"{snippets:,} × {self._context}")

    def _follow(self, size: int) -> None:
        blocked = self._slider.blockSignals(True)
        self._slider.setValue(min(bisect_left(STEPS, size), len(STEPS) - 1))
        self._slider.blockSignals(blocked)

    def _on_size_changed(self, _name: str, size: int) -> None:
        self._follow(size)
        self.size_changed.emit(size)

    def _on_slider_value_changed(self, step: int) -> None:
        self._size.set_value(STEPS[step])
        self.size_changed.emit(STEPS[step])


def _row(words: str, value: QLabel) -> QHBoxLayout:
    row = QHBoxLayout()
    theme.space(row, 0, 8)
    row.addWidget(label(words, "secondary"), 1)
    row.addWidget(value)
    return row
