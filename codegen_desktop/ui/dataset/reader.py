"""Reads a corpus in a job and saves it in the Lab; the dataset in use stays until the new one is saved."""

from PySide6.QtCore import QObject, Signal

from codegen_desktop.corpus.dataset import Dataset, Progress
from codegen_desktop.corpus.open_corpus import open_corpus
from codegen_desktop.ui.job import Job
from codegen_desktop.ui.stages import Mark, Stage
from codegen_desktop.ui.workspace import Workspace


class CorpusReader(QObject):
    """One reading at a time. `told` carries how far it is; `ended` comes once, whatever the end was."""

    told = Signal(object)
    ended = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._job: Job | None = None

    @property
    def is_running(self) -> bool:
        """Whether something is read or saved."""
        return self._job is not None

    def start(self, source: str, seed: int) -> None:
        """Read a built-in corpus by its name, or a folder or file. Without effect while another is read."""
        if self._job is not None:
            return
        self._job = self._workspace.run_job(
            open_corpus(source, seed),
            on_values=self._on_job_yielded,
            on_success=self._on_job_succeeded,
            on_failure=self._on_job_failed,
            on_cancel=self._on_job_cancelled,
        )

    def cancel(self) -> None:
        """Stop after the snippet that is being read."""
        if self._job is not None:
            self._job.cancel()

    def _on_job_yielded(self, values: list[Progress]) -> None:
        last = values[-1]
        share = last.done / last.total if last.total else None
        self._workspace.set_stage(Stage.DATASET, Mark.RUNNING, f"reading {counted(last)}", progress=share)
        self.told.emit(last)

    def _on_job_succeeded(self, dataset: Dataset) -> None:
        self._workspace.spawn(self._save(dataset))

    async def _save(self, dataset: Dataset) -> None:
        """Save the new dataset, which makes it the one in use."""
        try:
            await self._workspace.save_dataset(dataset)
        finally:
            self._end()

    def _on_job_failed(self, error: BaseException) -> None:
        self._end()
        self._workspace.report(error)

    def _on_job_cancelled(self) -> None:
        self._end()
        kept = "the dataset is as it was" if self._workspace.dataset is not None else "there is no dataset yet"
        self._workspace.say("Reading was cancelled.", f"Nothing was changed: {kept}.")

    def _end(self) -> None:
        self._job = None
        self._workspace.show_stages()
        self.ended.emit()


def counted(progress: Progress) -> str:
    """How far something is, in words."""
    return f"{progress.done:,} of {progress.total:,}" if progress.total else f"{progress.done:,}"
