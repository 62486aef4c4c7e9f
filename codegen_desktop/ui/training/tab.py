"""The Training tab: choose a recipe, start, and watch the model learn, with numbers that were measured.

`ShownRun` collects what happened, `Controls` does what a person wishes; here it is drawn and said.
"""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from codegen_desktop.corpus.sampling import part_sizes
from codegen_desktop.errors import DivergedError
from codegen_desktop.model.records import EpochResult
from codegen_desktop.model.runs import Run, delete_run
from codegen_desktop.ui.fit import FitWatch
from codegen_desktop.ui.messages import Action
from codegen_desktop.ui.training.breaking.opening import BreakIt
from codegen_desktop.ui.training.choosing import ChoosingDialog, better_epoch
from codegen_desktop.ui.training.controls import Controls
from codegen_desktop.ui.training.epoch_rows import epoch_rows
from codegen_desktop.ui.training.figure_saving import FigureSaving
from codegen_desktop.ui.training.history import RunHistory
from codegen_desktop.ui.training.inside.reader import InsideReader
from codegen_desktop.ui.training.layout import TrainingLayout
from codegen_desktop.ui.training.runs.actions import RunActions
from codegen_desktop.ui.training.session import TrainingSession
from codegen_desktop.ui.training.shown import ShownRun
from codegen_desktop.ui.training.stored import fail_run
from codegen_desktop.ui.wakefulness import Wakefulness, platform_holder
from codegen_desktop.ui.widgets.page import add_keys
from codegen_desktop.ui.workspace import Workspace


class TrainingTab(QWidget):
    """Draws every training that runs, its own and those started elsewhere, and the run that is current."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self.session = TrainingSession(workspace, self)
        self.shown = ShownRun(workspace, self.session, self)
        self.parts = TrainingLayout(self)
        self.controls = Controls(workspace, self.session, self.shown, self.parts, self)
        self.run_actions = RunActions(workspace, self.parts, self.shown)
        self.saving = FigureSaving(workspace, self.parts.figure, self.parts.run_list)
        self.inside = InsideReader(workspace, self.shown, self.parts.inside, self)
        self.wakefulness = Wakefulness(platform_holder(self))
        self.break_it = BreakIt(workspace, self.parts, self.controls, self.shown.reader)
        self._drawn: RunHistory | None = None

        self._connect()
        add_keys(self, {"Ctrl+T": self.swap_table})
        self.controls.add_keys()
        FitWatch(self, self.parts.set_fit)
        self._on_workspace_lab_changed()

    def _connect(self) -> None:
        self.shown.changed.connect(self._on_shown_changed)
        self.shown.moved.connect(self._on_shown_moved)
        self.shown.epoch_finished.connect(self._announce)
        self.shown.epoch_finished.connect(lambda _: self.shown.reader.read_runs())
        self.shown.reader.runs_read.connect(self._on_reader_runs_read)
        self.controls.options_changed.connect(self._show_tables)
        self.parts.recipe.choosing.lesson_wished.connect(self._on_lesson_wished)
        self.parts.recipe.choosing.undo_wished.connect(lambda: self._use_epoch(None))
        self.session.changed.connect(self._keep_awake)
        self.session.ended.connect(self._on_session_ended)
        self.session.failed.connect(self._on_session_failed)
        self.session.discarded.connect(self._on_session_discarded)
        self._workspace.lab_changed.connect(self._on_workspace_lab_changed)

    # What the main window and --screenshot ask

    def is_settled(self) -> bool:
        """Whether everything known about the current run is drawn."""
        return self.shown.is_settled and not self.inside.is_busy

    @property
    def steps_drawn(self) -> int:
        """How many steps of the shown run are known."""
        return len(self.shown.history.steps) if self.shown.history is not None else 0

    def swap_table(self) -> None:
        """Show a picture as a table, or as a picture again: the one that has the focus, else the plots."""
        self.parts.swap_table()

    # What happened

    def _on_workspace_lab_changed(self) -> None:
        self.controls.show_material()
        self.shown.open_lab()

    def _on_session_ended(self, run: Run) -> None:
        self.shown.end()
        last = run.epochs[-1] if run.epochs else None
        if run.state == "finished" and last is not None:
            self._workspace.messages.say(
                "Training finished.",
                f"Test loss {last.test_loss:.2f}, accuracy {last.test_accuracy * 100:.0f} %.",
                actions=(Action("Try it out", lambda: self._workspace.open_stage.emit("generation")),),
            )
        else:
            step = self.shown.last_step
            done = step.step if step is not None else 0
            self._workspace.messages.say(
                f"Stopped after step {done:,}. {run.name} is kept with everything measured so far.",
                "Continue in the list of runs goes on from here.",
            )
        self._workspace.note_saved()
        self._workspace.set_run(run)

    def _on_session_failed(self, error: BaseException) -> None:
        self.shown.end(failed=True)
        self._workspace.set_stage("training", "failed", "stopped by a fault")
        run_id, lab = self.shown.run_id, self._workspace.lab
        if run_id is None or lab is None:  # it failed before a run was written: show the current one again
            self._workspace.report(error)
            self.shown.open_lab()
            return
        self._workspace.call(
            fail_run,
            lab,
            run_id,
            str(error),
            then=lambda run: self._on_failed_run_read(run, error),
            otherwise=lambda _: self._workspace.report(error),
        )

    def _on_failed_run_read(self, run: Run, error: BaseException) -> None:
        """The failed run becomes the current one, and the banner offers what can help."""
        self._workspace.set_run(run)
        actions: tuple[Action, ...] = ()
        if isinstance(error, DivergedError):
            actions = (Action("Use a tenth of the learning rate", self.controls.soften),)
        elif run.epochs:
            actions = (Action("Continue", lambda: self.controls.resume(run)),)
        self._workspace.messages.report(error, actions)

    def _on_session_discarded(self) -> None:
        self.shown.end()
        run_id, lab = self.shown.run_id, self._workspace.lab
        if run_id is None or lab is None:
            self.shown.open_lab()
            return
        self._workspace.call(delete_run, lab, run_id, then=lambda _: self._on_run_deleted(run_id))

    def _on_run_deleted(self, run_id: int) -> None:
        self._workspace.say("The run was discarded.", "Everything else in this Lab is as it was.")
        self._workspace.note_saved()
        self._workspace.leave_run(run_id)
        self._workspace.show_stages()
        self.shown.open_lab()

    def _on_lesson_wished(self) -> None:
        """Say what keeping an earlier epoch costs before it is kept."""
        run = self._workspace.run
        better = better_epoch(run) if run is not None else None
        if run is not None and better is not None:
            dialog = ChoosingDialog(run, better, self)
            dialog.keep_wished.connect(self._use_epoch)
            dialog.open()

    def _use_epoch(self, epoch: int | None) -> None:
        if self._workspace.run is not None:
            self.run_actions.use_epoch(self._workspace.run, epoch)

    def _keep_awake(self) -> None:
        """The computer does not fall asleep by itself while a training works."""
        self.wakefulness.set_wished(self.controls.is_busy and not self.session.waits)

    # Drawing

    def _on_shown_changed(self) -> None:
        self._keep_awake()
        history = self.shown.history
        if history is not self._drawn:
            self._drawn = history
            self.parts.figure.set_history(history)
        else:
            self.parts.figure.refresh()
        self._show_tables()

    def _on_shown_moved(self) -> None:
        self.parts.figure.refresh()
        self._show_tables()

    def _on_reader_runs_read(self, runs: tuple[Run, ...]) -> None:
        self.parts.show_runs(runs, self.shown.run_id)

    def _show_tables(self) -> None:
        """Draw the tables from what is known."""
        history, prompts = self.shown.history, self.shown.prompts
        options = self.controls.options
        epochs = history.epochs if history is not None else options.epochs
        self.parts.epoch_table.set_rows(epoch_rows(history, epochs, self.controls.is_busy, self.session.waits))
        self.parts.show_prompts(tuple(prompts[epoch] for epoch in sorted(prompts)))
        dataset = self._workspace.dataset
        self.parts.show_test_count(part_sizes(dataset, options.snippets)[1] if dataset is not None else 0)

    def _announce(self, result: EpochResult) -> None:
        if result.epoch > 0:
            words = f"Epoch {result.epoch} finished, test loss {result.test_loss:.2f}. {result.observation}"
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def changeEvent(self, event: QEvent) -> None:
        """Words that carry their own ink follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "controls"):
            self.controls.show()
