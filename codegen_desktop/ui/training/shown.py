"""The run the Training tab shows: what it told so far, whoever trains it, and what the Lab keeps of it."""

from PySide6.QtCore import QObject, QTimer, Signal

from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.forecast import Aside
from codegen_desktop.generation.fixed_prompts import PromptsCompleted
from codegen_desktop.model.records import EpochResult, TrainStep
from codegen_desktop.model.runs import Run
from codegen_desktop.pipeline import RunStarted
from codegen_desktop.ui.training import stored
from codegen_desktop.ui.training.history import RunHistory
from codegen_desktop.ui.training.reader import LabReader
from codegen_desktop.ui.training.session import TrainingSession
from codegen_desktop.ui.training.stored import StoredRun
from codegen_desktop.ui.workspace import Workspace

REDRAW_MS = 100
"""New values are told at most ten times a second."""


class ShownRun(QObject):
    """Collects events; knows no widget. `elsewhere` says that a training goes on that this tab does not drive.

    `begun` carries a RunStarted, `read` a StoredRun, `changed` says that another run (or none) is shown or that how
    it stands changed, `moved` that there is something new to draw, `epoch_finished` carries each EpochResult.
    """

    begun = Signal(object)
    read = Signal(object)
    changed = Signal()
    moved = Signal()
    epoch_finished = Signal(object)

    def __init__(self, workspace: Workspace, session: TrainingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._session = session
        self.reader = LabReader(workspace, self)
        self.history: RunHistory | None = None
        self.run_id: int | None = None
        self.prompts: dict[int, PromptsCompleted] = {}
        self.elsewhere = False
        self.doing = ""
        self._dirty = False
        self._redraw_timer = QTimer(self)
        self._redraw_timer.setInterval(REDRAW_MS)

        self._redraw_timer.timeout.connect(self._on_redraw_timer_timeout)
        self.reader.run_read.connect(self._on_reader_run_read)
        self.reader.prompts_read.connect(self._on_reader_prompts_read)
        workspace.run_changed.connect(self._on_workspace_run_changed)
        workspace.training_event.connect(self._on_workspace_training_event)
        workspace.jobs_changed.connect(self._on_workspace_jobs_changed)

    @property
    def is_settled(self) -> bool:
        """Whether everything known about the current run was told."""
        run = self._workspace.run
        known = run is None or self.run_id == run.id
        return known and not self.reader.is_busy and not self._dirty

    @property
    def last_step(self) -> TrainStep | None:
        """The newest step, where there is one."""
        return self.history.steps[-1] if self.history is not None and self.history.steps else None

    def open_lab(self) -> None:
        """Forget everything and read what the open Lab holds."""
        self.history, self.run_id, self.prompts = None, None, {}
        self.changed.emit()
        self._on_workspace_run_changed()

    def forget(self) -> None:
        """Show nothing of an earlier run while a new one begins."""
        self.reader.forget()
        self.history, self.run_id, self.prompts = None, None, {}
        self.changed.emit()

    def end(self, *, failed: bool = False) -> None:
        """A training of this tab is over: tell at once what is new."""
        self.doing = ""
        if failed and self.history is not None:
            self.history.failed = True
            self._dirty = True
        self._on_redraw_timer_timeout()
        self._redraw_timer.stop()

    def _on_workspace_run_changed(self) -> None:
        run = self._workspace.run
        if self.elsewhere and run is not None and run.id == self.run_id:
            self.elsewhere = False
        self.reader.read_runs()
        if run is None or run.id == self.run_id:
            if run is not None and self.history is not None:
                self.history.chosen_epoch = run.chosen_epoch
            self.changed.emit()
        elif not self._session.running and not self.elsewhere:
            self._show(run)

    def _show(self, run: Run) -> None:
        self.run_id, self.history, self.prompts = run.id, None, {}
        self.reader.read_run(run)

    def _on_workspace_jobs_changed(self) -> None:
        if self.elsewhere and not self._workspace.work.jobs:
            self.elsewhere = False
            self.changed.emit()

    def _on_workspace_training_event(self, event: object) -> None:
        match event:
            case RunStarted():
                self._begin(event)
            case TrainStep() if self.history is not None:
                self.history.add_step(event)
                self.doing = ""
            case EpochResult() if self.history is not None:
                self.history.add_result(event)
                self.epoch_finished.emit(event)
            case PromptsCompleted():
                self.prompts[event.epoch] = event
            case Aside() if self.history is not None:
                self.history.add_aside(event.epoch, event.seconds)
            case Progress():
                self.doing = event.what
            case _:
                return
        self._dirty = True
        if not self._redraw_timer.isActive():
            self._redraw_timer.start()

    def _begin(self, started: RunStarted) -> None:
        """A run begins or goes on: show it from now on, whoever started it."""
        run = started.run
        self.elsewhere = not self._session.running
        if not (started.resumed and self.run_id == run.id and self.history is not None):
            self.history = RunHistory(run.options.epochs, run.baselines)
            self.prompts = {}
        self.history.failed = False
        self.run_id = run.id
        self.begun.emit(started)
        self.reader.read_runs()
        self.changed.emit()

    def _on_reader_run_read(self, read: StoredRun) -> None:
        self.history = stored.history_of(read)
        self.read.emit(read)
        self.changed.emit()

    def _on_reader_prompts_read(self, prompts: PromptsCompleted) -> None:
        self.prompts[prompts.epoch] = prompts
        self.changed.emit()

    def _on_redraw_timer_timeout(self) -> None:
        if not self._dirty:
            if not self._session.running and not self.elsewhere:
                self._redraw_timer.stop()
            return
        self._dirty = False
        self.moved.emit()
