"""Keeps the window's work alive and stops it at the end: jobs (streams of values) and tasks (single answers)."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from codegen_desktop.ui.job import Job
from codegen_desktop.ui.messages import Messages

T = TypeVar("T")


class Work(QObject):
    """The jobs and tasks that are not over. Errors nobody waits for go to the banner."""

    jobs_changed = Signal()

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._jobs: list[Job] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    def run_job(
        self,
        generator: Generator[Any, None, T],
        *,
        on_values: Callable[[list[Any]], object] | None = None,
        on_success: Callable[[T], object] | None = None,
        on_failure: Callable[[BaseException], object] | None = None,
        on_cancel: Callable[[], object] | None = None,
        wait_after: Callable[[Any], bool] | None = None,
    ) -> Job:
        """Start a job and keep it until it is over. Without `on_failure` an error goes to the banner.

        With `wait_after` it waits after the first value for which that holds (see `Job.step`).

        The job is stopped when the window closes.
        """
        job = Job(generator, self)
        if on_values is not None:
            job.yielded.connect(on_values)
        if on_success is not None:
            job.succeeded.connect(on_success)
        job.failed.connect(on_failure if on_failure is not None else self._messages.report)
        if on_cancel is not None:
            job.cancelled.connect(on_cancel)
        for end in (job.succeeded, job.failed, job.cancelled):
            end.connect(lambda *_, ended=job: self._forget(ended))
        self._jobs.append(job)
        if wait_after is not None:
            job.step(wait_after)
        job.start()
        self.jobs_changed.emit()
        return job

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs that are not over."""
        return tuple(self._jobs)

    @property
    def tasks(self) -> tuple[asyncio.Task[Any], ...]:
        """The single answers that are waited for."""
        return tuple(self._tasks)

    def _forget(self, job: Job) -> None:
        if job in self._jobs:
            self._jobs.remove(job)
            job.deleteLater()
            self.jobs_changed.emit()

    def call(
        self,
        function: Callable[..., T],
        *arguments: Any,
        then: Callable[[T], object] | None = None,
        otherwise: Callable[[BaseException], object] | None = None,
    ) -> asyncio.Task[None]:
        """Call a blocking function in another thread, then `then` with its answer in this one.

        An error goes to `otherwise`, without it to the banner.
        """

        async def answer() -> None:
            try:
                result = await asyncio.to_thread(function, *arguments)
            except Exception as error:  # every error of a single answer is told, whatever it is
                (otherwise or self._messages.report)(error)
                return
            if then is not None:
                then(result)

        return self.spawn(answer())

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a coroutine and keep it until it ends; an error goes to the banner."""
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)
        return task

    def _on_task_done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._messages.report(error)

    def stop(self, timeout: float) -> bool:
        """Cancel everything and wait at most `timeout` seconds for the jobs; True where all of them are over.

        After it nothing reaches the window any more.
        """
        for task in tuple(self._tasks):
            task.cancel()
        deadline = time.monotonic() + timeout
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            job.fall_silent()
            job.cancel()
        return all(job.wait(max(round((deadline - time.monotonic()) * 1000), 1)) for job in jobs)
