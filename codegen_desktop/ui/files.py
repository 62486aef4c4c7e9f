"""The file dialogs of the window; they never block it, and whatever goes wrong is told in the banner."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from codegen_desktop.lab import Lab
from codegen_desktop.paths import data_dir, new_lab_path
from codegen_desktop.ui.workspace import Workspace

LAB_FILTER = "Labs (*.cglab)"


class Files(QObject):
    """Asks for a path, then calls the workspace. `dialog` is the one that is open, if any."""

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self.dialog: QFileDialog | None = None

    def choose_code(self, then: Callable[[str], object]) -> None:
        """Ask for a folder with code."""
        dialog = QFileDialog(self._window, "Choose a folder with Python files")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog, lambda path: then(str(path)))

    def choose_lab(self) -> None:
        """Ask for a Lab and open it."""
        dialog = QFileDialog(self._window, "Open a lab", str(_labs_folder()), LAB_FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open(dialog, self.open_lab)

    def choose_copy(self) -> None:
        """Ask where a copy of the open Lab shall be written."""
        lab = self._workspace.lab
        if lab is None:
            self._workspace.say("There is nothing to copy yet.", "A lab is made with the first snippets.")
            return
        dialog = QFileDialog(self._window, "Write a copy of this lab", str(_labs_folder()), LAB_FILTER)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("cglab")
        self._open(dialog, lambda path: self._copy(lab, path))

    def open_lab(self, path: Path) -> None:
        """Open a Lab in place of the one that is open."""
        self._workspace.spawn(self._workspace.open_lab(path))

    def new_lab(self) -> None:
        """Make an empty Lab in the data folder and open it."""
        self._workspace.spawn(self._make_and_open())

    async def _make_and_open(self) -> None:
        path = await asyncio.to_thread(_make_lab)
        await self._workspace.open_lab(path)

    def _copy(self, lab: Lab, path: Path) -> None:
        self._workspace.call(
            lab.copy_to, path, then=lambda _none: self._workspace.say(f"A copy of the lab was written to {path}.")
        )

    def _open(self, dialog: QFileDialog, then: Callable[[Path], object]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
        dialog.finished.connect(self._on_dialog_finished)
        self.dialog = dialog
        dialog.open()

    def _on_dialog_finished(self, _result: int) -> None:
        self.dialog = None


def dropped_path(event: QDropEvent) -> Path | None:
    """The one local file or folder that is dragged; None for anything else."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    return Path(urls[0].toLocalFile())


def _labs_folder() -> Path:
    folder = data_dir() / "labs"
    return folder if folder.is_dir() else data_dir()


def _make_lab() -> Path:
    path = new_lab_path()
    Lab.create(path).close()
    return path
