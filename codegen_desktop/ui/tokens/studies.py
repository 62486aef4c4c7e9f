"""Keeps what is known about every tokenizer on the current dataset: builds one, and learns the others to compare."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.tokenization.tokenizer import Tokenizer
from codegen_desktop.ui.job import Job
from codegen_desktop.ui.stages import Mark, Stage
from codegen_desktop.ui.tokens.study import Study, build_tokenizer, study_all
from codegen_desktop.ui.workspace import Workspace


class Studies(QObject):
    """`changed` tells that more is known; `told` carries how far a build is; `built` comes once, whatever its end."""

    changed = Signal()
    told = Signal(object)
    built = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._known: Mapping[str, Study] = {}
        self._before: Mapping[str, Study] = {}
        self._build_job: Job | None = None
        self._study_job: Job | None = None

    @property
    def is_building(self) -> bool:
        """Whether a tokenizer is learned or saved."""
        return self._build_job is not None

    @property
    def is_studying(self) -> bool:
        """Whether the others are being learned to compare with."""
        return self._study_job is not None

    def of(self, name: str) -> Study | None:
        """What is known about a kind; None while it is not."""
        return self._known.get(name)

    def tokenizer(self, name: str) -> Tokenizer | None:
        """The tokenizer of a kind: the one in use, or the one learned to compare with."""
        in_use = self._workspace.tokenizer
        if in_use is not None and in_use.name == name:
            return in_use
        study = self._known.get(name)
        return study.tokenizer if study is not None else None

    def build(self, name: str, most: int) -> None:
        """Learn a tokenizer of at most `most` tokens from the training part, save it and use it."""
        dataset = self._workspace.dataset
        if dataset is None or self._build_job is not None:
            return
        self._build_job = self._workspace.run_job(
            build_tokenizer(dataset, name, most),
            on_values=self._on_build_job_yielded,
            on_success=self._on_build_job_succeeded,
            on_failure=self._on_build_job_failed,
            on_cancel=self._end_building,
        )

    def cancel(self) -> None:
        """Stop building; the tokens in use stay."""
        if self._build_job is not None:
            self._build_job.cancel()

    def renew(self, most: int) -> None:
        """Count what the tokenizer in use makes of the dataset, and learn the other kinds of at most `most` tokens."""
        if self._study_job is not None:
            self._study_job.cancel()
            self._study_job = None
        self._before, self._known = {**self._before, **self._known}, {}
        dataset, tokenizer = self._workspace.dataset, self._workspace.tokenizer
        if dataset is None or tokenizer is None:
            return
        job = self._workspace.run_job(study_all(dataset, tokenizer, most, self._before))
        self._study_job = job
        job.yielded.connect(lambda values: self._on_study_job_yielded(job, values))
        for end in (job.succeeded, job.failed):
            end.connect(lambda _: self._on_study_job_ended(job))

    def _on_build_job_yielded(self, values: list[Progress]) -> None:
        last = values[-1]
        share = last.done / last.total if last.total else None
        self._workspace.set_stage(Stage.TOKENS, Mark.RUNNING, last.what.lower(), progress=share)
        self.told.emit(last)

    def _on_build_job_succeeded(self, study: Study) -> None:
        self._workspace.spawn(self._save(study))

    async def _save(self, study: Study) -> None:
        """Save the new tokenizer in the Lab, which makes it the one in use."""
        try:
            if study.dataset is self._workspace.dataset:
                self._known = {**self._known, study.tokenizer.name: study}
                await self._workspace.save_tokenizer(study.tokenizer)
        finally:
            self._end_building()

    def _on_build_job_failed(self, error: BaseException) -> None:
        self._end_building()
        self._workspace.report(error)

    def _end_building(self) -> None:
        self._build_job = None
        self._workspace.show_stages()
        self.built.emit()

    def _on_study_job_yielded(self, job: Job, values: list[Study | Progress]) -> None:
        studies = {value.tokenizer.name: value for value in values if isinstance(value, Study)}
        if job is self._study_job and studies:
            self._known = {**self._known, **studies}
            self.changed.emit()

    def _on_study_job_ended(self, job: Job) -> None:
        if job is self._study_job:
            self._study_job = None
            self._before = {}
