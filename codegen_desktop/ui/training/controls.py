"""What a person wishes of a training: recipe, start, pause, stop, going on, and why something is not possible now."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from codegen_desktop.config import PRESETS, Preset, TrainingOptions
from codegen_desktop.model.resuming import RESUMABLE
from codegen_desktop.model.runs import Run
from codegen_desktop.pipeline import RunStarted
from codegen_desktop.ui import icons
from codegen_desktop.ui.training import stored
from codegen_desktop.ui.training.forecasts import Forecasts
from codegen_desktop.ui.training.layout import TrainingLayout
from codegen_desktop.ui.training.reading import step_words
from codegen_desktop.ui.training.session import TrainingSession, obstacle
from codegen_desktop.ui.training.shown import ShownRun
from codegen_desktop.ui.training.stop_dialog import StopDialog
from codegen_desktop.ui.training.stored import StoredRun
from codegen_desktop.ui.training.transport import ORDER, PresetTime
from codegen_desktop.ui.widgets.page import add_keys
from codegen_desktop.ui.workspace import Workspace

CHANGE = "Make your own recipe from this one"
RESET_NOTHING = "Everything is as in Reference"


class Controls(QObject):
    """Drives the session from the transport row, the recipe and the list of runs, and shows in them how it stands."""

    options_changed = Signal()

    def __init__(
        self, workspace: Workspace, session: TrainingSession, shown: ShownRun, parts: TrainingLayout, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._session = session
        self._shown = shown
        self._parts = parts
        self._custom = PRESETS["reference"].model_copy(update={"preset": "custom"})
        self.stop_dialog: StopDialog | None = None
        self.forecasts = Forecasts(workspace, lambda: self.options, self)
        self._took: dict[Preset, float] = {}

        self._connect()
        parts.transport.choose("reference")
        self._show_options(PRESETS["reference"])

    def _connect(self) -> None:
        parts, session, workspace = self._parts, self._session, self._workspace
        parts.transport.preset_chosen.connect(self._on_transport_preset_chosen)
        parts.transport.start_wished.connect(self.start_or_pause)
        parts.transport.pause_wished.connect(session.pause)
        parts.transport.step_wished.connect(self.step)
        parts.transport.stop_wished.connect(self.ask_to_stop)
        parts.recipe.options_changed.connect(self._on_recipe_options_changed)
        parts.recipe.problem_changed.connect(self.show)
        parts.change_button.clicked.connect(lambda: self._change_recipe())
        parts.continue_button.clicked.connect(lambda: self.resume(workspace.run))
        parts.run_list.run_chosen.connect(self._on_run_list_run_chosen)
        session.changed.connect(self.show)
        self._shown.begun.connect(self._on_shown_begun)
        self._shown.read.connect(self._on_shown_read)
        self._shown.changed.connect(self.show)
        self._shown.moved.connect(self._show_progress)
        self._shown.reader.runs_read.connect(self._on_reader_runs_read)
        self.forecasts.changed.connect(self._show_times)
        workspace.corpus_changed.connect(self._show_times)
        workspace.tokenizer_changed.connect(self._show_times)
        self.options_changed.connect(self._show_times)
        self.options_changed.connect(self.forecasts.look_again)
        workspace.corpus_changed.connect(self.show_material)
        workspace.tokenizer_changed.connect(self.show_material)

    def add_keys(self) -> None:
        """The keys of the transport row, in force while something in the tab has the focus."""
        tab = self._parts.page
        add_keys(
            tab,
            {
                "F5": self.start_or_pause,
                "F10": self.step,
                "Shift+F5": self.ask_to_stop,
                **{f"Alt+{number}": partial(self._choose, name) for number, name in enumerate(ORDER, start=1)},
            },
        )

    @property
    def options(self) -> TrainingOptions:
        """What is chosen."""
        return self._parts.recipe.options

    @property
    def is_busy(self) -> bool:
        """Whether a training goes on, here or elsewhere."""
        return self._session.running or self._shown.elsewhere

    def reason(self, resume: Run | None = None) -> str:
        """Why no training can start now, or go on with a run; empty where one can."""
        if self._shown.elsewhere:
            return "The whole lab is running; this training is part of it."
        return obstacle(self._workspace, resume) or (self._parts.recipe.problem if resume is None else "")

    # What a person wishes

    def start_or_pause(self) -> None:
        """The tab's main action: start, pause, go on."""
        if self._session.stopping or self._shown.elsewhere:
            return
        if self._session.running:
            if self._session.paused:
                self._session.resume()
            else:
                self._session.pause()
        elif not self.reason():
            self._shown.forget()
            self._session.start(self.options, after=self.forecasts.stop())

    def step(self) -> None:
        """Make one step and wait: of a new run, of one that waits; one that runs waits after the present step."""
        if self._session.running:
            self._session.step()
        elif not self._shown.elsewhere and not self.reason():
            self._shown.forget()
            self._session.start(self.options, one_step=True, after=self.forecasts.stop())

    def ask_to_stop(self) -> None:
        """Ask what to keep, while the training goes on."""
        if not self._session.running or self._session.stopping or self.stop_dialog is not None:
            return
        dialog = StopDialog(self._parts.page)
        dialog.show_run(self._shown.history)
        dialog.keep_wished.connect(self._session.stop)
        dialog.discard_wished.connect(self._session.discard)
        dialog.finished.connect(self._on_stop_dialog_finished)
        self.stop_dialog = dialog
        dialog.open()

    def _on_stop_dialog_finished(self) -> None:
        self.stop_dialog = None

    def _choose(self, preset: Preset) -> None:
        if not self.is_busy:
            self._parts.transport.choose(preset)

    def _change_recipe(self) -> None:
        if self.options.preset == "custom":
            self._parts.recipe.form.reset()
            return
        self._custom = self.options.model_copy(update={"preset": "custom"})
        self._parts.transport.choose("custom")
        self._show_options(self._custom)

    def _on_transport_preset_chosen(self, preset: Preset) -> None:
        self._show_options(self._custom if preset == "custom" else PRESETS[preset])

    def _on_recipe_options_changed(self, options: TrainingOptions) -> None:
        self._custom = options
        self.show()
        self.options_changed.emit()

    def resume(self, run: Run | None) -> None:
        """Go on with a run from its last checkpoint, where that is possible now."""
        if run is not None and not self.is_busy and not self.reason(resume=run):
            self._session.start(run.options, resume=run, after=self.forecasts.stop())

    def soften(self) -> None:
        """Choose the recipe that is shown, with a tenth of its learning rates."""
        rates = ("learning_rate", "matrix_learning_rate")
        update = {name: getattr(self.options, name) / 10 for name in rates}
        self._custom = self.options.model_copy(update={**update, "preset": "custom"})
        self._parts.transport.choose("custom")
        self._show_options(self._custom)

    def _on_run_list_run_chosen(self, run: Run) -> None:
        if not self.is_busy:
            self._workspace.set_run(run)

    # What is shown

    def show(self) -> None:
        """Show in the transport row, the recipe and beside the runs what can be done now."""
        session, transport, run = self._session, self._parts.transport, self._workspace.run
        busy = self.is_busy
        transport.show_state(
            running=busy, paused=session.paused, stopping=session.stopping, elsewhere=self._shown.elsewhere
        )
        self._parts.recipe.set_locked(busy)
        self._show_change_button(busy)
        self._parts.recipe.choosing.show_run(run if not busy else None)
        resumable = run is not None and run.state in RESUMABLE and not busy
        self._parts.continue_button.setVisible(resumable)
        why = self.reason(resume=run) if resumable else ""
        self._parts.continue_button.setEnabled(not why)
        self._parts.continue_button.setToolTip(why or "Goes on from the last checkpoint to the same curve")
        self._show_progress()
        transport.show_reason(self.reason())
        if self.stop_dialog is not None and (not session.running or session.stopping):
            self.stop_dialog.reject()

    def _show_change_button(self, busy: bool) -> None:
        """Under a preset it makes the recipe one's own; in one's own it takes everything back."""
        changed, own = self._parts.change_button, self.options.preset == "custom"
        different = self._parts.recipe.form.different
        changed.setText("Reset" if own else "Change")
        icons.set_icon(changed, "rotate-ccw" if own else "pencil", "text2", 15)
        changed.setEnabled(not busy and (not own or different > 0))
        words = f"Reset to Reference: {different} option{'s' if different != 1 else ''} differ, marked •"
        changed.setToolTip(words if own and different else RESET_NOTHING if own else CHANGE)

    def show_material(self) -> None:
        """Say how many tokens the model would know, and from how many snippets it would learn."""
        tokenizer, dataset = self._workspace.tokenizer, self._workspace.dataset
        self._parts.recipe.set_material(
            tokenizer.vocabulary_size if tokenizer is not None else None,
            len(dataset.split.train) + len(dataset.split.test) if dataset is not None else None,
        )
        self.show()

    def _show_progress(self) -> None:
        history, transport, step = self._shown.history, self._parts.transport, self._shown.last_step
        waits = self._session.waits and step is not None
        note = f"paused at step {step.step:,} of {step.steps:,}" if waits and step is not None else self._shown.doing
        transport.show_progress(history, self.options.epochs, note)
        transport.show_change(step_words(history) if waits and history is not None else "")
        if self._session.paused and step is not None:  # also when the step that was being made has been told
            words = f"paused at step {step.step:,}"
            self._workspace.set_stage("training", "paused", words, progress=step.step / step.steps)
        if self.stop_dialog is not None:
            self.stop_dialog.show_run(history)

    def _show_options(self, options: TrainingOptions) -> None:
        self._parts.recipe.set_options(options)
        self.show()
        self.options_changed.emit()

    def _adopt(self, options: TrainingOptions) -> None:
        """Show the options of a run, and choose the preset they say they are."""
        if options.preset == "custom":
            self._custom = options
        self._parts.transport.choose(options.preset)
        self._show_options(options)

    def _on_shown_begun(self, started: RunStarted) -> None:
        self._adopt(started.run.options)
        self._parts.transport.show_device(started.run.device, started.run.threads)

    def _on_shown_read(self, read: StoredRun) -> None:
        self._adopt(read.run.options)
        self._parts.transport.show_device(read.run.device, read.run.threads)

    def _on_reader_runs_read(self, runs: tuple[Run, ...]) -> None:
        self._took = stored.times(runs)
        self._show_times()

    def _show_times(self) -> None:
        """Beside each preset how long it takes: forecast by real steps, else what it took when it was last finished."""
        times: dict[Preset, PresetTime] = {}
        for name in ORDER:
            options = self._custom if name == "custom" else PRESETS[name]
            seconds = self.forecasts.seconds(options)
            if self.forecasts.is_impossible(options):
                times[name] = PresetTime(None, "A few steps were tried and failed: is it too large for this PC?")
            elif seconds is not None:
                times[name] = PresetTime(seconds, "On this PC, forecast by a few real steps and the measuring")
            elif name in self._took and name != "custom":
                times[name] = PresetTime(self._took[name], "When it was last finished in this Lab")
            else:
                times[name] = PresetTime(None, "Not measured yet: a few steps are timed when nothing else goes on")
        self._parts.transport.set_times(times)
