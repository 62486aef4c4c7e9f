"""The menu of how the figure is drawn and saved: unit, scale, window, smoothing, and the three kinds of file."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from codegen_desktop.ui.training.figure_options import SMOOTHINGS, WINDOW_STEPS, FigureOptions, Unit, Window

PictureFormat = Literal["png", "svg", "csv"]

UNITS: tuple[tuple[Unit, str], ...] = (
    ("nats", "Loss in nats per token"),
    ("bits", "Loss in bits per byte of text"),
    ("perplexity", "Loss as perplexity"),
)
WINDOWS: tuple[tuple[Window, str], ...] = (
    ("all", "Show the whole run"),
    ("epoch", "Show the last epoch"),
    ("steps", f"Show the last {WINDOW_STEPS} steps"),
)
SAVES: tuple[tuple[PictureFormat, str], ...] = (
    ("png", "Save as picture (PNG)…"),
    ("svg", "Save as drawing (SVG)…"),
    ("csv", "Save the numbers (CSV)…"),
)


class ViewMenu(QObject):
    """`options_changed` carries other options, `save_wished` the kind of file; `menu` is for a button."""

    options_changed = Signal(object)
    save_wished = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.menu = QMenu(parent)
        self._options = FigureOptions()
        self._choices: list[tuple[QAction, str, object]] = []

        self._add_group(self.menu, UNITS, "unit")
        self.log_action = self.menu.addAction("Log scale of the loss")
        self.log_action.setCheckable(True)
        self.menu.addSeparator()
        self._add_group(self.menu, WINDOWS, "window")
        self.menu.addSeparator()
        smoothings = tuple((share, f"{share:g}" if share else "None: each step") for share in SMOOTHINGS)
        smoothing = self.menu.addMenu("Smoothing of the train curve")
        self._add_group(smoothing, smoothings, "smoothing")
        self.menu.addSeparator()
        self.saves: list[QAction] = []
        for form, words in SAVES:
            action = self.menu.addAction(words)
            action.triggered.connect(lambda *_, chosen=form: self.save_wished.emit(chosen))
            self.saves.append(action)

        self.log_action.toggled.connect(self._on_log_action_toggled)
        self.show_options(self._options)

    def show_options(self, options: FigureOptions) -> None:
        """Mark what is chosen."""
        self._options = options
        for action, name, value in self._choices:
            action.setChecked(getattr(options, name) == value)
        self.log_action.setChecked(options.logarithmic)

    def action(self, name: str, value: object) -> QAction:
        """The action that chooses a value of an option."""
        return next(action for action, option, choice in self._choices if (option, choice) == (name, value))

    def _add_group(self, menu: QMenu, choices: Sequence[tuple[Any, str]], name: str) -> None:
        group = QActionGroup(menu)
        for value, words in choices:
            action = menu.addAction(words)
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda *_, option=name, chosen=value: self._choose(option, chosen))
            self._choices.append((action, name, value))

    def _choose(self, name: str, value: Any) -> None:
        options = self._options.with_unit(value) if name == "unit" else replace(self._options, **{name: value})
        self._tell(options)

    def _on_log_action_toggled(self, on: bool) -> None:
        if on != self._options.logarithmic:
            self._tell(replace(self._options, logarithmic=on))

    def _tell(self, options: FigureOptions) -> None:
        self.show_options(options)
        self.options_changed.emit(options)
