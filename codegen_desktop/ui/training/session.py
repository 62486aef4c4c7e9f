"""One training as the tab drives it: starts it in a job, passes on its events, pauses, stops it and keeps it."""

import threading
from collections.abc import Generator
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from codegen_desktop.config import TrainingOptions
from codegen_desktop.forecast import timed
from codegen_desktop.model.records import TrainStep, Wishes
from codegen_desktop.model.runs import Run
from codegen_desktop.pipeline import train_and_watch
from codegen_desktop.ui.job import Job
from codegen_desktop.ui.workspace import Workspace

T = TypeVar("T")
R = TypeVar("R")

LONGEST_WAIT = 30.0
"""Seconds after which a training begins although what it waits for did not say that it is over."""


class TrainingSession(QObject):
    """At most one training at a time. Its events go out through `Workspace.training_event`, as any training's do.

    It ends in one of `ended` (with its Run), `failed` (with the error) or `discarded` (nobody wants what it made).
    """

    changed = Signal()
    ended = Signal(object)
    failed = Signal(object)
    discarded = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._job: Job | None = None
        self._wishes = Wishes()
        self._waits = self._stepping = self._discarding = False

    @property
    def running(self) -> bool:
        """Whether a training of this tab goes on, be it paused."""
        return self._job is not None

    @property
    def paused(self) -> bool:
        """Whether it waits, or makes one step and will then wait again."""
        return self.waits or self._stepping

    @property
    def waits(self) -> bool:
        """Whether it waits now, and everything it made before was told."""
        return self._job is not None and self._waits

    @property
    def stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._job is not None and self._wishes.stop

    def start(
        self,
        options: TrainingOptions,
        resume: Run | None = None,
        *,
        one_step: bool = False,
        after: threading.Event | None = None,
    ) -> None:
        """Begin a new run, or go on with one; with `one_step` wait after its first step.

        The workspace must hold a Lab, a dataset and a tokenizer. Nothing is computed before `after` is set.
        """
        workspace = self._workspace
        assert self._job is None
        assert workspace.lab is not None
        assert workspace.dataset is not None
        assert workspace.dataset_id is not None
        assert workspace.tokenizer is not None
        assert workspace.tokenizer_id is not None
        self._wishes = Wishes()
        self._waits = self._stepping = self._discarding = False
        events = train_and_watch(
            workspace.lab,
            workspace.dataset,
            workspace.dataset_id,
            workspace.tokenizer,
            workspace.tokenizer_id,
            options,
            resume=resume,
            wishes=self._wishes,
        )
        self._job = workspace.run_job(
            timed(_begun_after(after, events)),
            on_values=self._on_job_yielded,
            on_success=self._on_job_succeeded,
            on_failure=self._on_job_failed,
            on_cancel=self._on_job_cancelled,
            wait_after=_is_step if one_step else None,
        )
        self._job.paused_changed.connect(self._on_job_paused_changed)
        self.changed.emit()

    def pause(self) -> None:
        """Wait after the step that is being made."""
        if self._job is not None:
            self._job.pause()
            self.changed.emit()

    def resume(self) -> None:
        """Go on after a pause."""
        if self._job is not None:
            self._stepping = False
            self._job.resume()
            self.changed.emit()

    def step(self) -> None:
        """Make one step and wait; while it runs, wait after the step that is being made."""
        if self._job is not None and not self.stopping:
            self._stepping = self.paused
            self._job.step(_is_step)
            self.changed.emit()

    def stop(self) -> None:
        """End after the step that is being made, with a checkpoint to go on from."""
        if self._job is not None:
            self._wishes.stop = True
            self.resume()

    def discard(self) -> None:
        """End after the step that is being made; `discarded` tells when that is so."""
        if self._job is not None:
            self._discarding = self._wishes.stop = True
            self._stepping = False
            self._job.cancel()
            self.changed.emit()

    def _on_job_yielded(self, events: list[object]) -> None:
        for event in events:
            self._workspace.training_event.emit(event)

    def _on_job_paused_changed(self, paused: bool) -> None:
        self._waits = paused
        if paused:
            self._stepping = False
        self.changed.emit()

    def _on_job_succeeded(self, run: Run) -> None:
        discarding = self._discarding
        self._end()
        if discarding:
            self.discarded.emit()
        else:
            self.ended.emit(run)

    def _on_job_failed(self, error: BaseException) -> None:
        self._end()
        self.failed.emit(error)

    def _on_job_cancelled(self) -> None:
        self._end()
        self.discarded.emit()

    def _end(self) -> None:
        self._job = None
        self._waits = self._stepping = self._discarding = False
        self.changed.emit()


def _is_step(event: object) -> bool:
    return isinstance(event, TrainStep)


def _begun_after(event: threading.Event | None, events: Generator[T, None, R]) -> Generator[T, None, R]:
    """The events, begun when something else is over: torch's number of threads is one for the whole program."""
    if event is not None:
        event.wait(LONGEST_WAIT)
    return (yield from events)


def obstacle(workspace: Workspace, resume: Run | None = None) -> str:
    """What a training lacks, in words, and where to get it; empty where one can start, or go on with a run."""
    if workspace.dataset is None:
        return "No snippets yet: choose a dataset in the Dataset tab first."
    if workspace.tokenizer is None:
        return "No tokens yet: build them in the Tokens tab first."
    if not workspace.tokenizer_is_fresh:
        return "The dataset changed after the tokens were built: build them again first."
    if workspace.lab is None or workspace.lab.read_only:
        return "This Lab is open for reading only: nothing can be trained in it."
    if resume is not None and not workspace.run_is_fresh:
        return "This run learned from another dataset or other tokens: it cannot go on with these."
    return ""
