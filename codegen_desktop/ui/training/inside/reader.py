"""Feeds the instruments: tells them what the shown run told, and reads in jobs what else they ask for."""

from collections.abc import Generator
from typing import Any

from PySide6.QtCore import QObject

from codegen_desktop.model.records import EpochResult
from codegen_desktop.model.runs import Run
from codegen_desktop.pipeline import RunStarted
from codegen_desktop.ui.training.inside.facts import FirstBatch, ScoredSnippets, read_first_batch, read_snippets
from codegen_desktop.ui.training.inside.panel import InsidePanel
from codegen_desktop.ui.training.shown import ShownRun
from codegen_desktop.ui.training.stored import StoredRun
from codegen_desktop.ui.workspace import Workspace

OTHER_TEXTS = "This run learned from another dataset or other tokens than the ones that are current."

BROKEN = "This pipeline was broken on purpose: its rows would give the answer away."


class InsideReader(QObject):
    """One question at a time; the answer to one that is no longer asked is dropped by the panel."""

    def __init__(self, workspace: Workspace, shown: ShownRun, panel: InsidePanel, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._shown = shown
        self._panel = panel
        self._run: Run | None = None
        self._asked: set[tuple[int, int | None]] = set()

        shown.begun.connect(self._on_shown_begun)
        shown.read.connect(self._on_shown_read)
        shown.changed.connect(self._on_shown_changed)
        shown.moved.connect(panel.go_on)
        panel.batch_wished.connect(self._on_panel_batch_wished)
        panel.snippets_wished.connect(self._on_panel_snippets_wished)

    @property
    def is_busy(self) -> bool:
        """Whether something is still being read."""
        return bool(self._asked)

    def _on_shown_begun(self, started: RunStarted) -> None:
        self._run = started.run

    def _on_shown_read(self, read: StoredRun) -> None:
        self._run = read.run

    def _on_shown_changed(self) -> None:
        self._panel.show_run(self._shown.history, self._shown.run_id)

    def _on_panel_batch_wished(self) -> None:
        if self._can_read() and self._run is not None:
            workspace = self._workspace
            assert workspace.dataset is not None
            assert workspace.tokenizer is not None
            self._ask((self._run.id, None), read_first_batch(self._run, workspace.dataset, workspace.tokenizer))

    def _on_panel_snippets_wished(self, result: EpochResult) -> None:
        if self._can_read() and self._run is not None:
            workspace = self._workspace
            assert workspace.lab is not None
            assert workspace.dataset is not None
            assert workspace.tokenizer is not None
            reading = read_snippets(workspace.lab, self._run, workspace.dataset, workspace.tokenizer, result)
            self._ask((self._run.id, result.epoch), reading)

    def _can_read(self) -> bool:
        """Whether the run's own texts are at hand; where they are not, the panel says so."""
        run, workspace = self._run, self._workspace
        if run is None or run.id != self._shown.run_id or workspace.lab is None:
            return False
        if run.broken:
            self._panel.show_problem(BROKEN)
            return False
        own = (run.dataset_id, run.tokenizer_id) == (workspace.dataset_id, workspace.tokenizer_id)
        if not own or workspace.dataset is None or workspace.tokenizer is None:
            self._panel.show_problem(OTHER_TEXTS)
            return False
        return True

    def _ask(self, question: tuple[int, int | None], reading: Generator[Any, None, None]) -> None:
        if question in self._asked:
            return
        self._asked.add(question)
        self._workspace.run_job(
            reading,
            on_values=self._on_job_yielded,
            on_success=lambda _: self._asked.discard(question),
            on_failure=lambda error: self._on_job_failed(question, error),
            on_cancel=lambda: self._asked.discard(question),
        )

    def _on_job_yielded(self, values: list[Any]) -> None:
        for value in values:
            if isinstance(value, FirstBatch):
                self._panel.show_batch(value)
            elif isinstance(value, ScoredSnippets):
                self._panel.show_snippets(value)

    def _on_job_failed(self, question: tuple[int, int | None], error: BaseException) -> None:
        self._asked.discard(question)
        self._panel.show_problem("What belongs to this run could not be read.")
        self._workspace.report(error)
