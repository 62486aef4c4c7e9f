"""Reads runs from the Lab in jobs and tells what was read; knows no widget."""

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from codegen_desktop.generation.fixed_prompts import PromptsCompleted
from codegen_desktop.model.runs import Run
from codegen_desktop.ui.training.stored import StoredRun, read_run, read_runs
from codegen_desktop.ui.workspace import Workspace


class LabReader(QObject):
    """`runs_read` carries all runs, the oldest first; `run_read` one with its steps; then its `prompts_read`."""

    runs_read = Signal(tuple)
    run_read = Signal(object)
    prompts_read = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._reading = 0
        self._wanted: int | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is still being read."""
        return self._reading > 0

    def read_runs(self) -> None:
        """Read the list of runs; without a Lab there is none."""
        lab = self._workspace.lab
        if lab is None:
            self.runs_read.emit(())
            return
        self._reading += 1
        self._workspace.run_job(
            read_runs(lab), on_success=self._on_runs_read, on_failure=self._on_failed, on_cancel=self._on_cancelled
        )

    def read_run(self, run: Run) -> None:
        """Read one run with its curve and what its epochs wrote; an answer to an earlier wish is dropped."""
        workspace = self._workspace
        if workspace.lab is None:
            return
        own = workspace.run_is_fresh
        dataset, tokenizer = (workspace.dataset, workspace.tokenizer) if own else (None, None)
        self._wanted = run.id
        self._reading += 1
        workspace.run_job(
            read_run(workspace.lab, run.id, dataset, tokenizer),
            on_values=partial(self._on_run_yielded, run.id),
            on_success=lambda _: self._on_cancelled(),
            on_failure=self._on_failed,
            on_cancel=self._on_cancelled,
        )

    def forget(self) -> None:
        """What is being read about one run is not wanted any more."""
        self._wanted = None

    def _on_runs_read(self, runs: tuple[Run, ...]) -> None:
        self._reading -= 1
        self.runs_read.emit(runs)

    def _on_run_yielded(self, asked: int, values: list[Any]) -> None:
        for value in values:
            if asked != self._wanted:
                return
            if isinstance(value, StoredRun):
                self.run_read.emit(value)
            elif isinstance(value, PromptsCompleted):
                self.prompts_read.emit(value)

    def _on_failed(self, error: BaseException) -> None:
        self._reading -= 1
        self._workspace.report(error)

    def _on_cancelled(self) -> None:
        self._reading -= 1
