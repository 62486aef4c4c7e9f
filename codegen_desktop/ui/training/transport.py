"""The transport row: which recipe, start, pause and stop, how far the training is and how fast."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from codegen_desktop.config import Preset
from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.fit import Fit
from codegen_desktop.ui.memory import memory_in_use
from codegen_desktop.ui.training.epoch_bar import EpochBar
from codegen_desktop.ui.training.history import RunHistory
from codegen_desktop.ui.training.reading import PRESET_TITLES, duration, rough_duration
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.labels import ElidedLabel, label, line
from codegen_desktop.ui.widgets.segmented import Segmented
from codegen_desktop.ui.widgets.stat import UNKNOWN

STEP_TOOLTIP = "Makes one step and waits, so that you can see what it changed (F10)"
STOP_TOOLTIP = "Asks what to keep; training goes on meanwhile (Shift+F5)"

ORDER: tuple[Preset, ...] = ("quick", "reference", "deep", "custom")
"""The presets from left to right; Alt+1 to Alt+4 choose them."""


@dataclass(frozen=True, slots=True)
class PresetTime:
    """Seconds a preset takes, None where unknown, and where that is known from, or why it is not."""

    seconds: float | None
    note: str


class Transport(QWidget):
    """Says what a person wishes; what happens, the tab decides."""

    preset_chosen = Signal(str)
    start_wished = Signal()
    pause_wished = Signal()
    step_wished = Signal()
    stop_wished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        titles = [PRESET_TITLES[name] for name in ORDER]
        self._presets = Segmented("Preset", titles)
        self._preset_box = QComboBox()
        self._start_button = button("Start", "play", "primary")
        self._step_button = button("Step", "step-forward")
        self._stop_button = button("Stop", "square")
        self._where = label()
        self._left = label("", "strong")
        self._bar = EpochBar()
        self._change = ElidedLabel("caption")
        self._speed = label(UNKNOWN, "strong")
        self._speed_note = label("tokens per second", "caption")
        self._device = label(UNKNOWN, "strong")
        self._threads = label("", "caption")
        self._threads.setToolTip("Threads the run is computed with, and memory this program uses now")
        self._running = self._paused = self._compact = False
        self._tokens_per_second = UNKNOWN
        self._thread_words = ""
        self._times: dict[Preset, PresetTime] = {}

        self._preset_box.addItems(titles)
        self._preset_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._preset_box.setAccessibleName("Preset")
        self._lay_out()

        self._presets.chosen.connect(self._on_presets_chosen)
        self._preset_box.activated.connect(self._on_presets_chosen)
        self._start_button.clicked.connect(self._on_start_button_clicked)
        self._step_button.clicked.connect(self.step_wished)
        self._stop_button.clicked.connect(self.stop_wished)
        self._change.hide()
        self.set_fit(Fit.WIDE)
        self.show_state(running=False, paused=False)

    def _lay_out(self) -> None:
        words = QHBoxLayout()
        words.addWidget(self._where, 1)
        words.addWidget(self._left)
        progress = QVBoxLayout()
        theme.space(progress, (8, 0, 0, 0), 4)
        progress.addStretch(1)
        progress.addLayout(words)
        progress.addWidget(self._bar)
        progress.addWidget(self._change)
        progress.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        theme.space(self._row, (0, 10, 0, 10), 8)
        buttons, row = QHBoxLayout(), QHBoxLayout()
        for part in (
            self._presets,
            self._preset_box,
            self._start_button,
            self._step_button,
            self._stop_button,
        ):
            buttons.addWidget(part)
        self._rule = line("rule")
        row.addLayout(progress, 1)
        row.addWidget(self._rule)
        for layout in (buttons, row):
            theme.space(layout, 0, 8)
        self._row.addLayout(buttons)
        self._row.addLayout(row, 1)
        for first, second in ((self._speed, self._speed_note), (self._device, self._threads)):
            column = QVBoxLayout()
            theme.space(column, (4, 0, 4, 0), 0)
            column.addStretch(1)
            column.addWidget(first)
            column.addWidget(second)
            column.addStretch(1)
            row.addLayout(column)

    @property
    def start_button(self) -> QWidget:
        """The button that starts, pauses and goes on, for the focus order and tests."""
        return self._start_button

    @property
    def where_text(self) -> str:
        """What stands over the progress."""
        return self._where.text()

    @property
    def step_button(self) -> QWidget:
        """The button that makes one step."""
        return self._step_button

    @property
    def change_text(self) -> str:
        """What is said about the last step while the training waits; empty while it runs."""
        return self._change.words

    @property
    def stop_button(self) -> QWidget:
        """The button that asks how to stop."""
        return self._stop_button

    @property
    def preset(self) -> Preset:
        """Which preset is chosen."""
        return ORDER[self._presets.index]

    def choose(self, preset: Preset) -> None:
        """Choose a preset."""
        self._presets.choose(ORDER.index(preset))
        self._show_preset_tooltips()

    def set_fit(self, fit: Fit) -> None:
        """In a small window the presets are a combo box and the device stands under the speed.

        In a narrow one the progress stands below the buttons.
        """
        compact, narrow = fit is not Fit.WIDE, fit is Fit.NARROW
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)
        theme.size(self, height=124 if narrow else 52 if compact else 72)
        theme.space(self._row, (0, 3, 0, 3) if compact and not narrow else (0, 10, 0, 10), 8)
        self._where.setWordWrap(narrow)
        self._presets.setVisible(not compact)
        self._preset_box.setVisible(compact)
        self._device.setVisible(not compact)
        self._threads.setVisible(not compact)
        self._rule.setVisible(not compact)
        self._compact = compact
        self._show_speed()

    def set_times(self, times: Mapping[Preset, PresetTime]) -> None:
        """Write beside each preset how long it takes on this machine; "–" where that is not known."""
        self._times = dict(times)
        for place, name in enumerate(ORDER):
            time = times[name]
            text = rough_duration(time.seconds) if time.seconds is not None else UNKNOWN
            self._presets.set_count(place, text)
            self._preset_box.setItemText(place, f"{PRESET_TITLES[name]}  {text}")
            self._preset_box.setItemData(place, time.note, Qt.ItemDataRole.ToolTipRole)
        self._show_preset_tooltips()

    def _show_preset_tooltips(self) -> None:
        locked = "Stop first to choose another" if self._running else ""
        for place, name in enumerate(ORDER):
            note = self._times[name].note if name in self._times else ""
            self._presets.buttons()[place].setToolTip(locked or note)
            if self._presets.index == place:
                self._preset_box.setToolTip(locked or note)

    def show_reason(self, reason: str) -> None:
        """Allow the start (no reason), or forbid it and say why, beside the button and in its tooltip."""
        for made, words in ((self._start_button, "F5"), (self._step_button, STEP_TOOLTIP)):
            if reason and not self._running:
                made.setEnabled(False)
            made.setToolTip(reason or words)
        if reason and not self._running:
            self._where.setText(reason)
            self._left.setText("")

    def show_state(
        self, *, running: bool, paused: bool = False, stopping: bool = False, elsewhere: bool = False
    ) -> None:
        """Show what the buttons do now."""
        self._running, self._paused = running, paused
        going = running and not paused
        words = "Pause" if going else "Continue" if paused else "Start"
        self._start_button.setText("Stopping…" if stopping else words)
        icons.set_icon(self._start_button, "pause" if going else "play", "accent_text", 16)
        self._start_button.setEnabled(not stopping and not elsewhere)
        self._step_button.setEnabled(not stopping and not elsewhere)
        self._stop_button.setEnabled(running and not stopping and not elsewhere)
        self._stop_button.setToolTip(STOP_TOOLTIP if running else "Nothing is being trained here now")
        for choice in (self._presets, self._preset_box):
            choice.setEnabled(not running)
        self._show_preset_tooltips()

    def show_progress(self, history: RunHistory | None, epochs: int, note: str = "") -> None:
        """How far the run is; `note` says what happens instead of steps (measuring, paused)."""
        if history is None:
            self._where.setText(note or "Not started")
            self._left.setText("")
            self._bar.set_progress(0.0, epochs)
            self._tokens_per_second = UNKNOWN
            self._show_speed()
            return
        self._bar.set_progress(history.position, history.epochs)
        self._where.setText(where(history, note))
        left = history.seconds_left()
        rest = f"{duration(left)} left" if left else ""
        self._left.setText(rest if self._running else "")
        speed = history.tokens_per_second()
        self._tokens_per_second = f"{speed:,.0f}" if speed else UNKNOWN
        self._show_speed()

    def show_change(self, words: str) -> None:
        """Say what the last step changed, below the progress; nothing takes the line away."""
        self._change.set_words(words)
        self._change.setVisible(bool(words))

    def _show_speed(self) -> None:
        """Two columns in a wide window; in a small one the device stands under the speed."""
        used = memory_in_use()
        memory = f"{used[0]:.1f} GB" if used is not None else ""
        self._threads.setText(" · ".join(part for part in (self._thread_words, memory) if part))
        speed, device = self._tokens_per_second, f"{self._device.text()}, {self._threads.text()}"
        self._speed.setText(f"{speed} tokens/s" if self._compact and speed != UNKNOWN else speed)
        self._speed_note.setText(device.strip(", ") if self._compact else "tokens per second")

    def show_device(self, device: str, threads: int) -> None:
        """Where the run is computed."""
        self._device.setText(device.upper())
        self._thread_words = f"{threads} thread{'s' if threads != 1 else ''}"
        self._show_speed()

    def _on_presets_chosen(self, place: int) -> None:
        if self._preset_box.currentIndex() != place:
            self._preset_box.setCurrentIndex(place)
        if self._presets.index != place:
            self._presets.choose(place)
            return
        self.preset_chosen.emit(ORDER[place])

    def _on_start_button_clicked(self) -> None:
        if self._running and not self._paused:
            self.pause_wished.emit()
        else:
            self.start_wished.emit()


def where(history: RunHistory, note: str) -> str:
    """Epoch and step in rich text."""
    ink, grey = theme.colours().text, theme.colours().text2
    if not history.steps:
        return f'<span style="color:{grey}">{note or "Not started"}</span>'
    step = history.steps[-1]
    tail = note or f"step {step.step:,} of {step.steps:,}"
    return (
        f'<b style="color:{ink};font-weight:600">Epoch {step.epoch} of {history.epochs}</b>'
        f'<span style="color:{grey}"> · {tail}</span>'
    )
