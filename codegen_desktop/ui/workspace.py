"""The state the tabs share: the open Lab, dataset, tokenizer and run, with a signal for each change.

Tabs never meet: one sets something here, the others hear of it. Calls are made in the GUI thread. Long work runs
through `run_job`, single blocking calls through `call`; both report what goes wrong in the banner. A tab is a
QWidget made with the workspace; it may offer `is_settled() -> bool` (all its data is drawn) and
`show_for_screenshot()` (show something of the last run), which `--screenshot` uses.
"""

import asyncio
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.store import save_dataset
from codegen_desktop.errors import TrainingError, UserError
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.lab import Lab
from codegen_desktop.model import runs
from codegen_desktop.model.records import EpochResult, TrainStep
from codegen_desktop.model.runs import Run
from codegen_desktop.paths import new_lab_path
from codegen_desktop.pipeline import RunStarted
from codegen_desktop.tokenization.store import save_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer
from codegen_desktop.ui import labs, stages
from codegen_desktop.ui.job import Job
from codegen_desktop.ui.messages import Messages
from codegen_desktop.ui.stages import EMPTY, Mark, Stage, StageState
from codegen_desktop.ui.work import Work

HEARTBEAT_MS = 10_000
"""How often the open Lab is told that it is still held."""

DECODERS_KEPT = 4
"""Decoders of different epochs kept ready at once."""


class Workspace(QObject):
    """What is open and current. Everything may be None: a first run has nothing."""

    lab_changed = Signal()
    corpus_changed = Signal()
    tokenizer_changed = Signal()
    run_changed = Signal()
    training_event = Signal(object)
    stage_changed = Signal(str, str, str)
    open_stage = Signal(str)
    message = Signal(object)
    saved = Signal(str)
    jobs_changed = Signal()
    lab_report = Signal(object)
    torch_loaded = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lab: Lab | None = None
        self.dataset: Dataset | None = None
        self.dataset_id: int | None = None
        self.tokenizer: Tokenizer | None = None
        self.tokenizer_id: int | None = None
        self.tokenizer_dataset_id: int | None = None
        self.run: Run | None = None
        self.messages = Messages(self)
        self.work = Work(self.messages, self)
        self.run_job = self.work.run_job
        self.call = self.work.call
        self.spawn = self.work.spawn
        self.report = self.messages.report
        self.say = self.messages.say
        self._stages: dict[Stage, StageState] = dict(EMPTY)
        self._generation_shown: tuple[int | None, bool] = (None, False)
        self._trained_with: TrainingOptions | None = None
        self._decoders: dict[tuple[int, int], Decoder] = {}
        self._lab_lock = asyncio.Lock()
        self._heartbeat_timer = QTimer(self)
        self._heartbeat_timer.setInterval(HEARTBEAT_MS)

        self._heartbeat_timer.timeout.connect(self._on_heartbeat_timer_timeout)
        self.messages.changed.connect(self.message)
        self.work.jobs_changed.connect(self.jobs_changed)
        self.training_event.connect(self._on_training_event)

    # What is current

    def set_dataset(self, dataset: Dataset, dataset_id: int) -> None:
        """Make a saved dataset the current one; later stages that hold a result turn stale."""
        self.dataset, self.dataset_id = dataset, dataset_id
        self.corpus_changed.emit()
        self._tell_stages()

    def set_tokenizer(self, tokenizer: Tokenizer, tokenizer_id: int, dataset_id: int | None = None) -> None:
        """Make a saved tokenizer the current one; `dataset_id` is what it was learned from (default: current)."""
        self.tokenizer, self.tokenizer_id = tokenizer, tokenizer_id
        self.tokenizer_dataset_id = self.dataset_id if dataset_id is None else dataset_id
        self.tokenizer_changed.emit()
        self._tell_stages()

    def set_run(self, run: Run) -> None:
        """Make a run the one that generates and is asked about. Raises TrainingError for one broken on purpose."""
        runs.require_sound(run, "be the one in use")
        if self.run is None or self.run.id != run.id:
            self._decoders.clear()
        self.run = run
        self.run_changed.emit()
        self._tell_stages()

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs that are not over."""
        return self.work.jobs

    @property
    def tokenizer_is_fresh(self) -> bool:
        """Whether the tokenizer was learned from the current dataset."""
        return self.tokenizer is not None and self.tokenizer_dataset_id == self.dataset_id

    @property
    def run_is_fresh(self) -> bool:
        """Whether the run used the current dataset and tokenizer."""
        run = self.run
        return run is not None and run.dataset_id == self.dataset_id and run.tokenizer_id == self.tokenizer_id

    # Stages

    def stage(self, stage: Stage) -> StageState:
        """How a stage stands."""
        return self._stages[stage]

    def set_stage(
        self,
        stage: Stage | str,
        mark: Mark | str,
        *parts: str,
        progress: float | None = None,
        dropped_first: tuple[int, ...] = (),
    ) -> None:
        """Say how a stage stands: its mark and the parts of its second line (see StageState)."""
        self._set_state(
            Stage(stage), StageState(Mark(mark), tuple(part.strip() for part in parts), progress, dropped_first)
        )

    def show_stages(self) -> None:
        """Work out every stage but the Quiz again from what is current, as after an interrupted piece of work."""
        self._tell_stages()

    def _tell_stages(self) -> None:
        fresh = self.run_is_fresh
        self._set_state(Stage.DATASET, stages.dataset_state(self.dataset))
        self._set_state(Stage.TOKENS, stages.tokens_state(self.dataset, self.tokenizer, self.tokenizer_is_fresh))
        self._set_state(Stage.TRAINING, stages.training_state(self.dataset, self.tokenizer, self.run, fresh))
        shown = (self.run.id if self.run is not None else None, fresh)
        if shown != self._generation_shown:  # the tab's own words stay while it is the same model
            self._generation_shown = shown
            self._set_state(Stage.GENERATION, stages.generation_state(self.run, fresh))

    def _set_state(self, stage: Stage, state: StageState) -> None:
        if self._stages[stage] != state:
            self._stages[stage] = state
            self.stage_changed.emit(stage.value, state.text, state.mark.value)

    def _on_training_event(self, event: object) -> None:
        """A training anywhere moves the Training stage; the tab that draws it need not care."""
        if isinstance(event, RunStarted):
            self._trained_with = event.run.options
        shape = stages.shape_part(self.dataset, self._trained_with)
        if isinstance(event, TrainStep):
            done = (f"epoch {event.epoch}", f"step {event.step:,} of {event.steps:,}")
            share = event.step / max(event.steps, 1)
            self.set_stage(Stage.TRAINING, Mark.RUNNING, *shape, *done, progress=share, dropped_first=_last(shape))
        elif isinstance(event, EpochResult) and event.epoch > 0:
            done = (f"epoch {event.epoch}", f"loss {event.test_loss:.2f}")
            reached = self._stages[Stage.TRAINING].progress
            self.set_stage(Stage.TRAINING, Mark.RUNNING, *shape, *done, progress=reached, dropped_first=_last(shape))

    # The Lab

    async def ensure_lab(self) -> Lab:
        """The open Lab; a new one in the data folder where none is open."""
        async with self._lab_lock:
            if self.lab is None:
                self._hold(await asyncio.to_thread(lambda: Lab.create(new_lab_path())))
            lab: Lab | None = self.lab
        assert lab is not None
        return lab

    async def open_lab(self, path: Path, *, read_only: bool = False) -> None:
        """Close the Lab that is open and open another with its newest dataset, tokenizer and run.

        Raises LabError where it cannot be opened; what was open before stays open then.
        """
        lab, contents = await asyncio.to_thread(labs.open_with_contents, path, read_only)
        await self.close_lab()
        self.dataset, self.dataset_id = contents.dataset, contents.dataset_id
        self.tokenizer, self.tokenizer_id = contents.tokenizer, contents.tokenizer_id
        self.tokenizer_dataset_id = contents.tokenizer_dataset_id
        self.run = contents.run
        self._hold(lab)
        for signal, value in (
            (self.corpus_changed, self.dataset),
            (self.tokenizer_changed, self.tokenizer),
            (self.run_changed, self.run),
        ):
            if value is not None:
                signal.emit()
        self._tell_stages()
        if contents.problem is not None:
            self.messages.report(contents.problem)

    async def close_lab(self) -> None:
        """Close the open Lab and forget what was in it."""
        self._heartbeat_timer.stop()
        lab, self.lab = self.lab, None
        self.dataset = self.dataset_id = self.tokenizer = self.tokenizer_id = self.tokenizer_dataset_id = None
        self.run = None
        self._decoders.clear()
        if lab is not None:
            await asyncio.to_thread(lab.close)

    def _hold(self, lab: Lab) -> None:
        self.lab = lab
        self._heartbeat_timer.start()
        self.lab_changed.emit()

    def _on_heartbeat_timer_timeout(self) -> None:
        if self.lab is not None:
            self.call(self.lab.heartbeat)

    async def save_dataset(self, dataset: Dataset) -> int:
        """Save a dataset in the Lab (a new Lab where none is open) and make it the current one."""
        lab = await self.ensure_lab()
        dataset_id = await asyncio.to_thread(save_dataset, lab, dataset)
        self.set_dataset(dataset, dataset_id)
        self.note_saved()
        return dataset_id

    async def save_tokenizer(self, tokenizer: Tokenizer) -> int:
        """Save a tokenizer that was learned from the current dataset and make it the current one."""
        if self.dataset_id is None:
            raise UserError("There is no dataset to save the tokens for.", "Choose one in the Dataset tab.")
        lab = await self.ensure_lab()
        tokenizer_id = await asyncio.to_thread(save_tokenizer, lab, self.dataset_id, tokenizer)
        self.set_tokenizer(tokenizer, tokenizer_id)
        self.note_saved()
        return tokenizer_id

    def note_saved(self) -> None:
        """Show the moment of the last saving in the status bar."""
        self.saved.emit(time.strftime("%H:%M"))

    def reload_run(self) -> None:
        """Read the newest run of the Lab again, as after a training that was stopped."""
        if self.lab is not None:
            self.call(runs.load_run, self.lab, then=self.set_run, otherwise=self._on_no_run)

    def leave_run(self, run_id: int) -> None:
        """A run was deleted: where it was the current one, the newest that is left takes its place, or none."""
        if self.run is None or self.run.id != run_id:
            return
        self.run = None
        self._decoders.clear()
        self.run_changed.emit()
        self._tell_stages()
        self.reload_run()

    def _on_no_run(self, error: BaseException) -> None:
        """A Lab without a run is not an error; everything else is told."""
        if not isinstance(error, TrainingError):
            self.messages.report(error)

    async def decoder(self, epoch: int | None = None) -> Decoder:
        """The decoder of the current run after an epoch (default: the one in use), read from the Lab once.

        Raises TrainingError without a run, CheckpointError where the weights are missing or damaged.
        """
        run, lab = self.run, self.lab
        if run is None or lab is None:
            raise TrainingError("There is no trained model yet.", "Train one first; Quick takes about a minute.")
        last = max((result.epoch for result in run.epochs), default=0)
        chosen = next(number for number in (epoch, run.chosen_epoch, last) if number is not None)
        key = (run.id, chosen)
        if key not in self._decoders:
            weights = await asyncio.to_thread(runs.load_weights, lab, run.id, chosen)
            while len(self._decoders) >= DECODERS_KEPT:
                self._decoders.pop(next(iter(self._decoders)))
            self._decoders[key] = Decoder(weights, run.shape)
        return self._decoders[key]

    def close(self, timeout: float = 2.0) -> bool:
        """Stop all work and give the Lab free; True where every job ended in time. Called once, at the end."""
        self._heartbeat_timer.stop()
        stopped = self.work.stop(timeout)
        if self.lab is not None:
            self.lab.close()
            self.lab = None
        return stopped


def _last(shape: tuple[str, ...]) -> tuple[int, ...]:
    """The ranks that drop the shape first and the loss last."""
    return (2, 0, 1) if shape else (0, 1)
