"""The status bar: the last event at the left, memory and the moment of the last saving at the right."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStatusBar, QWidget

from codegen_desktop.model.records import EpochResult
from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.memory import memory_words
from codegen_desktop.ui.messages import Message
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.workspace import Workspace

MEMORY_MS = 5_000

_ICONS = {"information": ("circle-check", "ok"), "warn": ("triangle-alert", "warn"), "error": ("octagon-x", "error")}


class Status(QStatusBar):
    """Listens to the workspace by itself."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._icon = QLabel()
        self._event = label("Ready", "caption")
        self._memory = label(memory_words(), "caption")
        self._saved = label("", "caption")
        self._memory_timer = QTimer(self)
        self._memory_timer.setInterval(MEMORY_MS)

        self.setSizeGripEnabled(False)
        left, right = QWidget(), QWidget()
        row = QHBoxLayout(left)
        theme.space(row, (16, 0, 0, 0), 8)
        row.addWidget(self._icon)
        row.addWidget(self._event, 1)
        row = QHBoxLayout(right)
        theme.space(row, (0, 0, 16, 0), 20)
        row.addWidget(self._memory)
        row.addWidget(self._saved)
        self.addWidget(left, 1)
        self.addPermanentWidget(right)
        self._icon.hide()

        self._memory_timer.timeout.connect(lambda: self._memory.setText(memory_words()))
        self._memory_timer.start()
        workspace.message.connect(self._on_workspace_message)
        workspace.training_event.connect(self._on_workspace_training_event)
        workspace.saved.connect(lambda moment: self._saved.setText(f"Saved {moment}"))

    @property
    def event_text(self) -> str:
        """The last event."""
        return self._event.text()

    def show_event(self, text: str, kind: str = "information") -> None:
        """Say what happened last."""
        self._event.setText(text)
        self._icon.show()
        icons.set_icon(self._icon, *_ICONS[kind], 14)

    def _on_workspace_message(self, message: Message | None) -> None:
        if message is not None:
            self.show_event(message.what, message.kind)

    def _on_workspace_training_event(self, event: object) -> None:
        if isinstance(event, EpochResult):
            words = "Untrained model" if event.epoch == 0 else f"Epoch {event.epoch} finished"
            self.show_event(f"{words}: test loss {event.test_loss:.2f}, accuracy {event.test_accuracy:.2f}")
