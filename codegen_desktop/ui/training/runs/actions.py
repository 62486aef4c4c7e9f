"""What a person does with runs: rename, delete, export, compare. Asks first where something is lost."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from codegen_desktop.export.metrics import MetricsFormat, export_metrics
from codegen_desktop.generation.store import load_evaluation
from codegen_desktop.lab import Lab
from codegen_desktop.model.choosing import choose_epoch, chosen_on_test
from codegen_desktop.model.comparison import Comparison, compare
from codegen_desktop.model.run_space import RunSpace, delete_idle_run, run_space
from codegen_desktop.model.runs import Run, load_run, rename_run
from codegen_desktop.ui.training.layout import TrainingLayout
from codegen_desktop.ui.training.runs.comparison_dialog import ComparisonDialog
from codegen_desktop.ui.training.runs.delete_dialog import DeleteDialog, megabytes
from codegen_desktop.ui.training.shown import ShownRun
from codegen_desktop.ui.workspace import Workspace

NOTHING_TO_COMPARE = "Check the boxes of other runs first: they are drawn in the plots and compared here."


class RunActions(QObject):
    """Carries out what the list of runs asks for. `dialog` is the one that is open, if any."""

    def __init__(self, workspace: Workspace, parts: TrainingLayout, shown: ShownRun) -> None:
        run_list = parts.run_list
        super().__init__(run_list)
        self._workspace, self._list, self._figure, self._shown = workspace, run_list, parts.figure, shown
        self._compare_button = parts.compare_button
        self.dialog: QDialog | None = None

        run_list.rename_wished.connect(self.rename)
        run_list.delete_wished.connect(self.ask_to_delete)
        run_list.epoch_wished.connect(self.use_epoch)
        run_list.export_wished.connect(self.ask_where_to_export)
        run_list.compared_changed.connect(self._on_run_list_compared_changed)
        parts.compare_button.clicked.connect(lambda *_: self.compare())
        self._on_run_list_compared_changed()

    def _on_run_list_compared_changed(self) -> None:
        compared = self._list.compared
        self._figure.set_compared(compared)
        shown = self._list.shown_run
        enough = len(compared) + (shown is not None) >= 2
        self._compare_button.setEnabled(enough)
        names = ", ".join(run.name for run in self._to_compare())
        self._compare_button.setToolTip(f"Put side by side: {names}" if enough else NOTHING_TO_COMPARE)

    def _to_compare(self) -> tuple[Run, ...]:
        shown = self._list.shown_run
        return (*((shown,) if shown is not None else ()), *self._list.compared)

    # Rename

    def rename(self, run: Run, name: str) -> None:
        """Give a run another name."""
        lab = self._workspace.lab
        if lab is not None:
            self._workspace.call(_renamed, lab, run.id, name, then=self._on_run_changed)

    def _on_run_changed(self, run: Run) -> None:
        self._workspace.note_saved()
        current = self._workspace.run
        if current is not None and current.id == run.id:
            self._workspace.set_run(run)
        self._shown.reader.read_runs()

    # Use an earlier epoch

    def use_epoch(self, run: Run, epoch: int | None) -> None:
        """Use the model of an earlier epoch from now on, marked as chosen on test; None takes the last one again."""
        lab = self._workspace.lab
        if lab is not None:
            self._workspace.call(choose_epoch, lab, run.id, epoch, then=self._on_epoch_chosen)

    def _on_epoch_chosen(self, run: Run) -> None:
        if run.chosen_epoch is not None:
            self._workspace.say(
                f"{run.name} is {chosen_on_test(run)}.",
                "Its test part helped to choose the model, so it is no longer a test: on new snippets expect less.",
            )
        self._on_run_changed(run)

    # Delete

    def ask_to_delete(self, run: Run) -> None:
        """Ask in a dialog that says what is lost; a run that is being trained is not deleted."""
        lab = self._workspace.lab
        if run.state == "running":
            self._workspace.say(f"{run.name} is being trained.", "Stop it first, then it can be deleted.")
        elif lab is not None and self.dialog is None:
            self._workspace.call(run_space, lab, run.id, then=lambda space: self._ask_to_delete(run, space))

    def _ask_to_delete(self, run: Run, space: RunSpace) -> None:
        dialog = DeleteDialog(run.name, space, self._window())
        dialog.delete_wished.connect(lambda: self._delete(run, space))
        self._open(dialog)

    def _delete(self, run: Run, space: RunSpace) -> None:
        lab = self._workspace.lab
        if lab is not None:
            self._workspace.call(delete_idle_run, lab, run.id, then=lambda _: self._on_deleted(run, space))

    def _on_deleted(self, run: Run, space: RunSpace) -> None:
        self._workspace.note_saved()
        self._workspace.say(f"{run.name} was deleted. {megabytes(space.bytes)} are free again.")
        self._workspace.leave_run(run.id)
        if self._shown.run_id == run.id:
            self._shown.open_lab()
        self._shown.reader.read_runs()

    # Export

    def ask_where_to_export(self, run: Run, form: MetricsFormat) -> None:
        """Ask for a folder, then write there what a run measured."""
        if self.dialog is not None:
            return
        dialog = QFileDialog(self._window(), f"Choose a folder for what {run.name} measured")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self.export(run, Path(folder), form))
        self._open(dialog)

    def export(self, run: Run, folder: Path, form: MetricsFormat) -> None:
        """Write what a run measured into a folder."""
        lab, say = self._workspace.lab, self._workspace.say
        if lab is not None:
            how = f"Open it with: tensorboard --logdir {folder}" if form == "tensorboard" else ""
            self._workspace.call(
                export_metrics, lab, run.id, folder, form, then=lambda path: say(f"Written to {path}.", how)
            )

    # Compare

    def compare(self) -> None:
        """Put the shown run and the checked ones side by side."""
        lab, runs = self._workspace.lab, self._to_compare()
        if lab is not None and len(runs) >= 2 and self.dialog is None:
            self._workspace.call(_compared, lab, runs, then=self._show_comparison)

    def _show_comparison(self, told: Comparison) -> None:
        self._open(ComparisonDialog(told, self._window()))

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._on_dialog_finished)
        self.dialog = dialog
        dialog.open()

    def _on_dialog_finished(self, _result: int) -> None:
        self.dialog = None

    def _window(self) -> QWidget:
        return self._list.window()


def _renamed(lab: Lab, run_id: int, name: str) -> Run:
    rename_run(lab, run_id, name)
    return load_run(lab, run_id)


def _compared(lab: Lab, runs: Sequence[Run]) -> Comparison:
    found = {run.id: load_evaluation(lab, run.id) for run in runs}
    return compare(runs, {run: known.pass_at_1 for run, known in found.items() if known is not None})
