"""The Training tab: choose a recipe, start, and watch the model learn, with numbers that were measured."""

from functools import partial

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from codegen_desktop.config import PRESETS, Preset, TrainingOptions
from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.corpus.sampling import part_sizes
from codegen_desktop.model.records import EpochResult, TrainStep
from codegen_desktop.model.runs import Run
from codegen_desktop.pipeline import PromptsCompleted, RunStarted
from codegen_desktop.ui.fit import FitWatch
from codegen_desktop.ui.messages import Action
from codegen_desktop.ui.training import stored
from codegen_desktop.ui.training.epoch_rows import epoch_rows
from codegen_desktop.ui.training.history import RunHistory
from codegen_desktop.ui.training.layout import TrainingLayout
from codegen_desktop.ui.training.reader import LabReader
from codegen_desktop.ui.training.recipe import problem
from codegen_desktop.ui.training.session import TrainingSession, obstacle
from codegen_desktop.ui.training.stored import StoredRun
from codegen_desktop.ui.training.transport import ORDER
from codegen_desktop.ui.widgets.page import add_keys
from codegen_desktop.ui.workspace import Workspace

REDRAW_MS = 100
"""The plots are drawn at most ten times a second."""


class TrainingTab(QWidget):
    """Draws every training that runs, its own and those started elsewhere, and the run that is current."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self.session = TrainingSession(workspace, self)
        self._reader = LabReader(workspace, self)
        self._history: RunHistory | None = None
        self._shown_run: int | None = None
        self._prompts: dict[int, PromptsCompleted] = {}
        self._elsewhere = False
        self._dirty = False
        self._doing = ""
        self._custom = PRESETS["reference"].model_copy(update={"preset": "custom"})
        self.parts = TrainingLayout(self)
        self._redraw_timer = QTimer(self)
        self._redraw_timer.setInterval(REDRAW_MS)

        self._connect()
        self._make_shortcuts()
        FitWatch(self, self.parts.set_fit)
        self.parts.transport.choose("reference")
        self._show_options(PRESETS["reference"])
        self._on_workspace_lab_changed()

    def _connect(self) -> None:
        parts, session, workspace = self.parts, self.session, self._workspace
        parts.transport.preset_chosen.connect(self._on_transport_preset_chosen)
        parts.transport.start_wished.connect(self.start_or_pause)
        parts.transport.pause_wished.connect(session.pause)
        parts.transport.stop_wished.connect(session.stop)
        parts.recipe.options_changed.connect(self._on_recipe_options_changed)
        parts.change_button.clicked.connect(lambda: self._change_recipe())
        parts.continue_button.clicked.connect(self._on_continue_button_clicked)
        parts.run_list.run_chosen.connect(self._on_run_list_run_chosen)
        self._reader.runs_read.connect(self._on_reader_runs_read)
        self._reader.run_read.connect(self._on_reader_run_read)
        self._reader.prompts_read.connect(self._on_reader_prompts_read)
        session.changed.connect(self._show_state)
        session.ended.connect(self._on_session_ended)
        session.failed.connect(self._on_session_failed)
        workspace.lab_changed.connect(self._on_workspace_lab_changed)
        workspace.corpus_changed.connect(self._show_state)
        workspace.tokenizer_changed.connect(self._on_workspace_tokenizer_changed)
        workspace.run_changed.connect(self._on_workspace_run_changed)
        workspace.training_event.connect(self._on_workspace_training_event)
        workspace.jobs_changed.connect(self._on_workspace_jobs_changed)
        self._redraw_timer.timeout.connect(self._on_redraw_timer_timeout)

    def _make_shortcuts(self) -> None:
        add_keys(
            self,
            {
                "F5": self.start_or_pause,
                "Shift+F5": self.session.stop,
                "Ctrl+T": self.swap_table,
                **{f"Alt+{number}": partial(self._choose, name) for number, name in enumerate(ORDER, start=1)},
            },
        )

    # What the main window and --screenshot ask

    def is_settled(self) -> bool:
        """Whether everything known about the current run is drawn."""
        run = self._workspace.run
        known = run is None or self._shown_run == run.id
        return known and not self._reader.is_busy and not self._dirty

    @property
    def steps_drawn(self) -> int:
        """How many steps of the shown run are known."""
        return len(self._history.steps) if self._history is not None else 0

    def start_or_pause(self) -> None:
        """The tab's main action: start, pause, go on."""
        if self.session.stopping or self._elsewhere:
            return
        if self.session.running:
            if self.session.paused:
                self.session.resume()
            else:
                self.session.pause()
        elif not self._reason():
            self._clear()
            self.session.start(self.parts.recipe.options)

    def _clear(self) -> None:
        """Show nothing of an earlier run while a new one begins."""
        self._reader.forget()
        self._history, self._shown_run, self._prompts = None, None, {}
        self.parts.figure.set_history(None)
        self._show_run()

    def swap_table(self) -> None:
        """Show the plots as a table, or as pictures again."""
        self.parts.figure.show_table(not self.parts.figure.shows_table)

    # What a person wishes

    def _choose(self, preset: Preset) -> None:
        if not self.session.running and not self._elsewhere:
            self.parts.transport.choose(preset)

    def _on_transport_preset_chosen(self, preset: Preset) -> None:
        self._show_options(self._custom if preset == "custom" else PRESETS[preset])

    def _change_recipe(self) -> None:
        self._custom = self.parts.recipe.options.model_copy(update={"preset": "custom"})
        self.parts.transport.choose("custom")
        self._show_options(self._custom)

    def _on_recipe_options_changed(self, options: TrainingOptions) -> None:
        self._custom = options
        self._show_state()
        self._show_run()

    def _on_continue_button_clicked(self) -> None:
        run = self._workspace.run
        if run is not None and not self.session.running and not self._reason(resume=run):
            self.session.start(run.options, resume=run)

    def _on_run_list_run_chosen(self, run: Run) -> None:
        if not self.session.running and not self._elsewhere:
            self._workspace.set_run(run)

    # What happens elsewhere

    def _on_workspace_lab_changed(self) -> None:
        self._history, self._shown_run, self._prompts = None, None, {}
        self._reader.read_runs()
        self._on_workspace_tokenizer_changed()
        self._on_workspace_run_changed()

    def _on_workspace_tokenizer_changed(self) -> None:
        tokenizer = self._workspace.tokenizer
        self.parts.recipe.set_vocabulary(tokenizer.vocabulary_size if tokenizer is not None else None)
        self._show_state()

    def _on_workspace_run_changed(self) -> None:
        run = self._workspace.run
        if self._elsewhere and run is not None and run.id == self._shown_run:
            self._elsewhere = False
        self._reader.read_runs()
        if run is None:
            self._show_state()
            self._show_run()
        elif run.id != self._shown_run:
            if not self.session.running and not self._elsewhere:
                self._shown_run, self._history, self._prompts = run.id, None, {}
                self._reader.read_run(run)
        else:
            self._show_state()
            self._show_run()

    def _on_workspace_jobs_changed(self) -> None:
        if self._elsewhere and not self._workspace.work.jobs:
            self._elsewhere = False
            self._show_state()
            self._show_run()

    def _on_workspace_training_event(self, event: object) -> None:
        match event:
            case RunStarted():
                self._begin(event)
            case TrainStep() if self._history is not None:
                self._history.add_step(event)
                self._doing = ""
            case EpochResult() if self._history is not None:
                self._history.add_result(event)
                self._announce(event)
            case PromptsCompleted():
                self._prompts[event.epoch] = event
            case Progress():
                self._doing = event.what
            case _:
                return
        self._dirty = True
        if not self._redraw_timer.isActive():
            self._redraw_timer.start()

    def _begin(self, started: RunStarted) -> None:
        """A run begins or goes on: draw it from now on, whoever started it."""
        run = started.run
        self._elsewhere = not self.session.running
        if not (started.resumed and self._shown_run == run.id and self._history is not None):
            self._history = RunHistory(run.options.epochs, run.baselines, self.parts.figure.smoothing)
            self._prompts = {}
        self._history.failed = False
        self._shown_run = run.id
        self._adopt(run.options)
        self.parts.transport.show_device(run.device, run.threads)
        self.parts.figure.set_history(self._history)
        self._reader.read_runs()
        self._show_state()

    def _on_session_ended(self, run: Run) -> None:
        self._doing = ""
        self._on_redraw_timer_timeout()
        self._redraw_timer.stop()
        last = run.epochs[-1] if run.epochs else None
        if run.state == "finished" and last is not None:
            self._workspace.messages.say(
                "Training finished.",
                f"Test loss {last.test_loss:.2f}, accuracy {last.test_accuracy * 100:.0f} %.",
                actions=(Action("Try it out", lambda: self._workspace.open_stage.emit("generation")),),
            )
        else:
            done = self._history.steps[-1].step if self._history is not None and self._history.steps else 0
            self._workspace.messages.say(
                f"Stopped after step {done:,}. {run.name} is kept with everything measured so far.",
                "Continue in the list of runs goes on from here.",
            )
        self._workspace.note_saved()
        self._workspace.set_run(run)

    def _on_session_failed(self, error: BaseException) -> None:
        self._doing = ""
        if self._history is not None:
            self._history.failed = True
        self._on_redraw_timer_timeout()
        self._redraw_timer.stop()
        self._workspace.set_stage("training", "failed", "stopped by a fault")
        self._workspace.report(error)
        self._reader.read_runs()

    # What was read from the Lab

    def _on_reader_runs_read(self, runs: tuple[Run, ...]) -> None:
        self.parts.show_runs(runs, self._shown_run)
        self.parts.transport.set_times(stored.times(runs))

    def _on_reader_run_read(self, read: StoredRun) -> None:
        self._history = stored.history_of(read, self.parts.figure.smoothing)
        self.parts.transport.show_device(read.run.device, read.run.threads)
        self.parts.figure.set_history(self._history)
        self._adopt(read.run.options)

    def _on_reader_prompts_read(self, prompts: PromptsCompleted) -> None:
        self._prompts[prompts.epoch] = prompts
        self._show_run()

    # Drawing

    def _show_options(self, options: TrainingOptions) -> None:
        self.parts.recipe.set_options(options)
        self._show_state()
        self._show_run()

    def _adopt(self, options: TrainingOptions) -> None:
        """Show the options of a run, and choose the preset they say they are."""
        if options.preset == "custom":
            self._custom = options
        self.parts.transport.choose(options.preset)
        self._show_options(options)

    def _reason(self, resume: Run | None = None) -> str:
        """Why no training can start now; empty where one can."""
        if self._elsewhere:
            return "The whole lab is running; this training is part of it."
        return obstacle(self._workspace, resume) or (problem(self.parts.recipe.options) if resume is None else "")

    def _show_state(self) -> None:
        session, transport, run = self.session, self.parts.transport, self._workspace.run
        running = session.running or self._elsewhere
        transport.show_state(
            running=running, paused=session.paused, stopping=session.stopping, elsewhere=self._elsewhere
        )
        self.parts.recipe.set_locked(running)
        self.parts.change_button.setEnabled(not running)
        resumable = run is not None and run.state in stored.RESUMABLE and not running
        self.parts.continue_button.setVisible(resumable)
        why = self._reason(resume=run) if resumable else ""
        self.parts.continue_button.setEnabled(not why)
        self.parts.continue_button.setToolTip(why or "Goes on from the last checkpoint to the same curve")
        self._show_progress()
        transport.show_reason(self._reason())
        if session.paused and self._history is not None and self._history.steps:
            step = self._history.steps[-1]
            self._workspace.set_stage(
                "training", "paused", f"paused at step {step.step:,}", progress=step.step / step.steps
            )

    def _show_progress(self) -> None:
        session = self.session
        note = "paused" if session.paused else self._doing
        self.parts.transport.show_progress(self._history, self.parts.recipe.options.epochs, note)

    def _show_run(self) -> None:
        """Draw the tables from what is known."""
        running = self.session.running or self._elsewhere
        epochs = self._history.epochs if self._history is not None else self.parts.recipe.options.epochs
        self.parts.epoch_table.set_rows(epoch_rows(self._history, epochs, running))
        self.parts.show_prompts(tuple(self._prompts[epoch] for epoch in sorted(self._prompts)))
        dataset = self._workspace.dataset
        snippets = self.parts.recipe.options.snippets
        self.parts.show_test_count(part_sizes(dataset, snippets)[1] if dataset is not None else 0)

    def _on_redraw_timer_timeout(self) -> None:
        if not self._dirty:
            if not self.session.running and not self._elsewhere:
                self._redraw_timer.stop()
            return
        self._dirty = False
        self.parts.figure.refresh()
        self._show_progress()
        self._show_run()

    def _announce(self, result: EpochResult) -> None:
        if result.epoch > 0:
            words = f"Epoch {result.epoch} finished, test loss {result.test_loss:.2f}. {result.observation}"
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def changeEvent(self, event: QEvent) -> None:
        """Words that carry their own ink follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_redraw_timer"):
            self._show_state()
