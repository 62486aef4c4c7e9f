"""Runs all stages one after another in the window: one job, whose events move the workspace as they come."""

import time
from typing import Any

from PySide6.QtCore import QObject, Signal

from codegen_desktop.config import PRESETS, TrainingOptions
from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.forecast import timed
from codegen_desktop.pipeline import DatasetReady, RunStarted, TokenizerReady, whole_lab
from codegen_desktop.report import LabReport
from codegen_desktop.ui import settings
from codegen_desktop.ui.job import Job
from codegen_desktop.ui.messages import Action
from codegen_desktop.ui.stages import Mark, Stage
from codegen_desktop.ui.workspace import Workspace


class WholeLab(QObject):
    """One run of the whole lab at a time. `stage_reached` tells where it is; nobody has to follow it."""

    stage_reached = Signal(str)
    running_changed = Signal(bool)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._job: Job | None = None
        self._starting = False
        self._stage = Stage.DATASET
        self._began = 0.0

    @property
    def is_running(self) -> bool:
        """Whether it runs or is about to."""
        return self._starting or self._job is not None

    def start(self, options: TrainingOptions = PRESETS["reference"], corpus: str | None = "starter") -> None:
        """Begin in the open Lab or a new one; `corpus` None takes the dataset the Lab has."""
        if self.is_running:
            return
        self._starting = True
        self.running_changed.emit(True)
        self._workspace.spawn(self._start(options, corpus))

    def stop(self) -> None:
        """Stop after the present step; what was made so far stays."""
        if self._job is not None:
            self._job.cancel()

    async def _start(self, options: TrainingOptions, corpus: str | None) -> None:
        try:
            lab = await self._workspace.ensure_lab()
        except BaseException:
            self._end()
            raise
        self._began = time.monotonic()
        self._reach(Stage.DATASET)
        self._starting = False
        self._job = self._workspace.run_job(
            timed(whole_lab(lab, corpus, options)),
            on_values=self._on_job_yielded,
            on_success=self._on_job_succeeded,
            on_failure=self._on_job_failed,
            on_cancel=self._on_job_cancelled,
        )

    def _on_job_yielded(self, events: list[Any]) -> None:
        for event in events:
            self._take(event)

    def _take(self, event: object) -> None:
        workspace = self._workspace
        match event:
            case DatasetReady():
                workspace.set_dataset(event.dataset, event.dataset_id)
                workspace.note_saved()
                self._reach(Stage.TOKENS)
            case TokenizerReady():
                workspace.set_tokenizer(event.tokenizer, event.tokenizer_id)
                workspace.note_saved()
                self._reach(Stage.TRAINING)
            case Progress():
                share = event.done / event.total if event.total else None
                workspace.set_stage(self._stage, Mark.RUNNING, event.what, progress=share)
            case _:
                workspace.training_event.emit(event)
                if isinstance(event, RunStarted):
                    self._reach(Stage.TRAINING)

    def _on_job_succeeded(self, report: LabReport) -> None:
        settings.store_lab_seconds(time.monotonic() - self._began)
        self._end()
        workspace = self._workspace
        workspace.set_run(report.run)
        workspace.note_saved()
        workspace.lab_report.emit(report)
        self._reach(Stage.GENERATION)
        workspace.messages.say(
            "The whole lab has run.",
            verdict(report),
            actions=(Action("Answer the quiz", lambda: workspace.open_stage.emit(Stage.QUIZ.value)),),
        )

    def _on_job_failed(self, error: BaseException) -> None:
        stage = self._stage
        self._end()
        self._workspace.set_stage(stage, Mark.FAILED, "stopped by a fault")
        self._workspace.report(error)

    def _on_job_cancelled(self) -> None:
        self._end()
        self._workspace.reload_run()
        self._workspace.say("The lab was stopped.", "Everything made so far is kept; go on from any stage.")

    def _end(self) -> None:
        self._job, self._starting = None, False
        self.running_changed.emit(False)
        self._workspace.show_stages()

    def _reach(self, stage: Stage) -> None:
        if stage != self._stage or stage is Stage.DATASET:
            self._stage = stage
            self.stage_reached.emit(stage.value)


def verdict(report: LabReport) -> str:
    """What the whole lab found, in one sentence."""
    last = report.run.epochs[-1]
    learned = f"Test loss {last.test_loss:.2f}, next token right {last.test_accuracy * 100:.0f} %"
    if report.evaluation is None:
        return f"{learned}."
    return f"{learned}; {report.evaluation.passed:,} of {report.evaluation.total:,} unseen tasks pass their tests."
