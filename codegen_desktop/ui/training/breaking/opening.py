"""Opens *Break it* from the Training tab, one window at a time, and trains the repaired pipeline when wished."""

from PySide6.QtCore import QObject, Qt

from codegen_desktop.model.runs import Run
from codegen_desktop.ui.training.breaking.dialog import BreakItDialog
from codegen_desktop.ui.training.controls import Controls
from codegen_desktop.ui.training.layout import TrainingLayout
from codegen_desktop.ui.training.reader import LabReader
from codegen_desktop.ui.widgets.buttons import say_key
from codegen_desktop.ui.widgets.page import add_keys
from codegen_desktop.ui.workspace import Workspace

KEY = "Ctrl+B"
"""Opens the window while something in the tab has the focus."""


class BreakIt(QObject):
    """`dialog` is the window that is open, if any."""

    def __init__(self, workspace: Workspace, parts: TrainingLayout, controls: Controls, reader: LabReader) -> None:
        super().__init__(parts.page)
        self._workspace, self._parts, self._controls, self._reader = workspace, parts, controls, reader
        self.dialog: BreakItDialog | None = None

        say_key(parts.break_button, KEY)
        add_keys(parts.page, {KEY: self.open})
        parts.break_button.clicked.connect(lambda *_: self.open())
        parts.run_list.broken_chosen.connect(self._on_run_list_broken_chosen)

    def open(self) -> None:
        """Open the window on its first page."""
        if self.dialog is not None:
            return
        dialog = BreakItDialog(self._workspace, self._parts.page, busy=self._busy())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.repair_wished.connect(self._on_dialog_repair_wished)
        dialog.finished.connect(self._on_dialog_finished)
        self.dialog = dialog
        dialog.open()

    def _busy(self) -> str:
        return "A training is running: wait until it ends, or stop it." if self._controls.is_busy else ""

    def _on_run_list_broken_chosen(self, run: Run) -> None:
        self.open()
        if self.dialog is not None:
            self.dialog.show_mystery(run.id)

    def _on_dialog_repair_wished(self) -> None:
        self._parts.transport.choose("quick")
        self._controls.start_or_pause()

    def _on_dialog_finished(self, _result: int) -> None:
        self.dialog = None
        self._reader.read_runs()
