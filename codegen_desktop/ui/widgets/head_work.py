"""What a page head shows about the tab's own long work: the button that starts it, its progress, and Cancel."""

from PySide6.QtWidgets import QProgressBar

from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.page import PageHead


class HeadWork:
    """Either the start button is there, or the progress with Cancel beside it."""

    def __init__(self, head: PageHead, start: str, progress_name: str) -> None:
        self._progress = QProgressBar()
        self._progress.setAccessibleName(progress_name)
        self._progress.setTextVisible(False)
        theme.size(self._progress, width=160)
        self.cancel_button = button("Cancel", "x")
        self.start_button = button(start, "refresh-cw", "primary")
        for part in (self._progress, self.cancel_button, self.start_button):
            head.action_row.addWidget(part)
        self.show_running(False)

    def show_running(self, running: bool, *, can_start: bool = True) -> None:
        """The work began, or is over; `can_start` says whether it may begin from here."""
        self._progress.setRange(0, 0)
        self._progress.setVisible(running)
        self.cancel_button.setVisible(running)
        self.cancel_button.setEnabled(running)
        self.start_button.setVisible(can_start and not running)

    def show_progress(self, done: int, total: int) -> None:
        """How far it is; a `total` of 0 is not known."""
        self._progress.setRange(0, total)
        self._progress.setValue(done)
