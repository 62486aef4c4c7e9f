"""Saves the figure where a person wants it: a picture, a drawing, or its numbers."""

import re
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from codegen_desktop.errors import UserError
from codegen_desktop.export.metrics import metrics_csv, write_aside
from codegen_desktop.model.runs import Run, require_sound
from codegen_desktop.ui.training import picture
from codegen_desktop.ui.training.figure import Figure
from codegen_desktop.ui.training.runs.run_list import RunList
from codegen_desktop.ui.training.view_menu import PictureFormat
from codegen_desktop.ui.workspace import Workspace

FILTERS: dict[str, str] = {"png": "PNG (*.png)", "svg": "SVG (*.svg)", "csv": "CSV (*.csv)"}


class FigureSaving(QObject):
    """Asks for a path, then writes; what goes wrong is told in the banner. `dialog` is the one that is open, if any."""

    def __init__(self, workspace: Workspace, figure: Figure, run_list: RunList) -> None:
        super().__init__(figure)
        self._workspace, self._figure, self._list = workspace, figure, run_list
        self.dialog: QFileDialog | None = None

        figure.save_wished.connect(self.ask_where)

    def ask_where(self, form: PictureFormat) -> None:
        """Ask where the figure shall be written."""
        if self.dialog is not None:
            return
        history = self._figure.shown.history
        if form == "csv" and (history is None or not (history.steps or history.results)):
            self._workspace.say("There are no numbers to save yet.", "Start a run, or choose one in the list of runs.")
            return
        run = self._list.shown_run
        name = re.sub(r"[^\w.-]+", "-", run.name).strip("-.") if run is not None else ""
        words = {"png": "Save the picture", "svg": "Save the drawing", "csv": "Save the numbers"}
        dialog = QFileDialog(self._figure.window(), words[form], f"{name or 'training'}.{form}", FILTERS[form])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(form)
        dialog.fileSelected.connect(lambda path: self.save(Path(path), form))
        dialog.finished.connect(self._on_dialog_finished)
        self.dialog = dialog
        dialog.open()

    def save(self, path: Path, form: PictureFormat) -> None:
        """Write the figure as it is shown, aside first, then renamed."""
        run = self._list.shown_run
        try:
            if run is not None:
                require_sound(run, "be exported")
            write_aside(path, self._data(form, run))
        except UserError as error:
            self._workspace.report(error)
            return
        self._workspace.say(f"Written to {path}.")

    def _data(self, form: PictureFormat, run: Run | None) -> bytes:
        shown = self._figure.shown
        name = run.name if run is not None else "Training"
        if form == "csv":
            assert shown.history is not None
            return metrics_csv(name, shown.history.steps, shown.history.results).encode("utf-8-sig")
        title = f"{name}: loss and accuracy while training"
        return picture.png(shown, title) if form == "png" else picture.svg(shown, title)

    def _on_dialog_finished(self, _result: int) -> None:
        self.dialog = None
