"""Measures how long each preset takes on this machine, while nothing else goes on, and remembers it."""

import threading
from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from codegen_desktop.config import PRESETS, TrainingOptions
from codegen_desktop.forecast import Forecast, forecast
from codegen_desktop.ui.job import Job
from codegen_desktop.ui.training.recipe import problem
from codegen_desktop.ui.training.session import obstacle
from codegen_desktop.ui.workspace import Workspace

IDLE_MS = 1_500
"""How long nothing may have happened before a measurement begins."""

Key = tuple[int | None, int | None, TrainingOptions]


class Forecasts(QObject):
    """One measurement at a time, from when torch is in; a training that starts ends it. `changed` tells of news."""

    changed = Signal()

    def __init__(
        self, workspace: Workspace, chosen: Callable[[], TrainingOptions], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._chosen = chosen
        self._found: dict[Key, Forecast | None] = {}
        self._job: Job | None = None
        self._over = threading.Event()
        self._may_begin = False
        self._idle_timer = QTimer(self)
        self._idle_timer.setSingleShot(True)
        self._idle_timer.setInterval(IDLE_MS)

        self._idle_timer.timeout.connect(self._on_idle_timer_timeout)
        workspace.torch_loaded.connect(self._on_workspace_torch_loaded)
        workspace.jobs_changed.connect(self._on_workspace_jobs_changed)
        workspace.corpus_changed.connect(self.look_again)
        workspace.tokenizer_changed.connect(self.look_again)

    def seconds(self, options: TrainingOptions) -> float | None:
        """How long a training with these options takes here; None where that is not known (yet)."""
        found = self._found.get(self._key(options))
        return found.seconds if found is not None else None

    def is_impossible(self, options: TrainingOptions) -> bool:
        """Whether the few steps could not be made, as with a model too large for the memory."""
        return self._key(options) in self._found and self.seconds(options) is None

    def look_again(self) -> None:
        """Something else may have to be measured now."""
        if self._may_begin:
            self._idle_timer.start()

    def stop(self) -> threading.Event | None:
        """Give way to a training: the event it has to wait for, None where nothing is being measured."""
        self._idle_timer.stop()
        if self._job is None:
            return None
        self._job.cancel()
        return self._over

    def _key(self, options: TrainingOptions) -> Key:
        plain = options.model_copy(update={"preset": "custom"})
        return self._workspace.dataset_id, self._workspace.tokenizer_id, plain

    def _on_workspace_torch_loaded(self) -> None:
        self._may_begin = True
        self._idle_timer.start()

    def _on_workspace_jobs_changed(self) -> None:
        jobs = self._workspace.jobs
        if self._job is not None and any(job is not self._job for job in jobs):
            self._job.cancel()
        elif not jobs:
            self.look_again()

    def _on_idle_timer_timeout(self) -> None:
        workspace = self._workspace
        if self._job is not None or workspace.jobs or obstacle(workspace):
            return
        options = self._next()
        if options is None:
            return
        assert workspace.dataset is not None
        assert workspace.tokenizer is not None
        self._over = threading.Event()
        key = self._key(options)
        self._job = workspace.run_job(
            _telling(forecast(workspace.dataset, workspace.tokenizer, options, afresh=key in self._found), self._over),
            on_success=lambda found: self._on_job_ended(key, found),
            on_failure=lambda _: self._on_job_ended(key, None),
            on_cancel=self._on_job_cancelled,
        )

    def _next(self) -> TrainingOptions | None:
        """What to measure: first what nothing is known of, then what was measured in an earlier session."""
        wanted = [one for one in (self._chosen(), *PRESETS.values()) if not problem(one)]
        unknown = [one for one in wanted if self._key(one) not in self._found]
        kept = [one for one in wanted if (found := self._found.get(self._key(one))) is not None and found.kept]
        return next(iter((*unknown, *kept)), None)

    def _on_job_ended(self, key: Key, found: Forecast | None) -> None:
        self._found[key] = found
        self._on_job_cancelled()
        self.changed.emit()

    def _on_job_cancelled(self) -> None:
        self._job = None
        self._over.set()
        self.look_again()


def _telling(events: Generator[Any, None, Forecast], over: threading.Event) -> Generator[Any, None, Forecast]:
    """The same events; `over` is set when nothing of them goes on any more."""
    try:
        return (yield from events)
    finally:
        over.set()
