"""A job ends in exactly one way, tells every value in order, and always closes its generator."""

import gc
import threading
from collections.abc import Generator
from typing import Any

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from codegen_desktop.errors import TrainingError
from codegen_desktop.ui.job import Job


class Ear:
    """Hears everything a job tells, and in which thread."""

    def __init__(self, job: Job) -> None:
        self.batches: list[list[Any]] = []
        self.ends: list[tuple[str, Any]] = []
        self.threads: set[int] = set()
        job.yielded.connect(self._on_yielded)
        job.succeeded.connect(lambda result: self._end("succeeded", result))
        job.failed.connect(lambda error: self._end("failed", error))
        job.cancelled.connect(lambda: self._end("cancelled", None))

    @property
    def values(self) -> list[Any]:
        return [value for batch in self.batches for value in batch]

    def _on_yielded(self, values: list[Any]) -> None:
        assert not self.ends, "a value after the end"
        self.threads.add(threading.get_ident())
        self.batches.append(values)

    def _end(self, name: str, what: Any) -> None:
        self.threads.add(threading.get_ident())
        self.ends.append((name, what))


def finish(qtbot: QtBot, job: Job, ear: Ear) -> None:
    qtbot.waitUntil(lambda: bool(ear.ends), timeout=10_000)
    assert job.wait(5_000)
    assert len(ear.ends) == 1
    assert ear.threads == {threading.get_ident()}, "told in another thread"


def test_tells_all_values_in_order_and_the_result(qtbot: QtBot) -> None:
    def count() -> Generator[int, None, str]:
        yield from range(10_000)
        return "done"

    job = Job(count())
    ear = Ear(job)
    job.start()
    finish(qtbot, job, ear)
    assert ear.values == list(range(10_000))
    assert ear.ends == [("succeeded", "done")]
    assert len(ear.batches) < 1_000, "values are handed over together"


def test_runs_in_another_thread_and_tells_in_this_one(qtbot: QtBot) -> None:
    seen: list[int] = []

    def where() -> Generator[int, None, None]:
        seen.append(threading.get_ident())
        yield 1

    job = Job(where())
    ear = Ear(job)
    job.start()
    finish(qtbot, job, ear)
    assert seen != [threading.get_ident()]


def test_a_value_is_told_while_the_next_one_takes_long(qtbot: QtBot) -> None:
    go_on = threading.Event()

    def slow() -> Generator[str, None, None]:
        yield "first"
        go_on.wait(10)
        yield "second"

    job = Job(slow())
    ear = Ear(job)
    job.start()
    qtbot.waitUntil(lambda: ear.values == ["first"], timeout=5_000)
    go_on.set()
    finish(qtbot, job, ear)
    assert ear.values == ["first", "second"]


@pytest.mark.parametrize(
    "error", [ValueError("wrong"), SystemExit(3), KeyboardInterrupt(), MemoryError(), TrainingError("no", "yes")]
)
def test_every_exception_is_told_as_it_is(qtbot: QtBot, error: BaseException) -> None:
    def fail() -> Generator[int, None, None]:
        yield 1
        raise error

    job = Job(fail())
    ear = Ear(job)
    job.start()
    finish(qtbot, job, ear)
    assert ear.values == [1]
    assert ear.ends == [("failed", error)]


def test_cancel_stops_between_values_and_runs_finally(qtbot: QtBot) -> None:
    closed: list[int] = []

    def endless() -> Generator[int, None, None]:
        number = 0
        try:
            while True:
                number += 1
                QThread.msleep(1)
                yield number
        finally:
            closed.append(threading.get_ident())

    job = Job(endless())
    ear = Ear(job)
    job.start()
    qtbot.waitUntil(lambda: bool(ear.values), timeout=5_000)
    job.cancel()
    job.cancel()
    finish(qtbot, job, ear)
    assert ear.ends == [("cancelled", None)]
    assert len(closed) == 1
    assert closed != [threading.get_ident()], "closed in the thread that ran it"


def test_cancel_while_paused(qtbot: QtBot) -> None:
    job = Job(iter_forever())
    ear = Ear(job)
    job.start()
    qtbot.waitUntil(lambda: bool(ear.values), timeout=5_000)
    job.pause()
    assert job.is_paused
    job.cancel()
    finish(qtbot, job, ear)
    assert ear.ends == [("cancelled", None)]
    assert not job.is_paused


def test_pause_waits_and_resume_goes_on(qtbot: QtBot) -> None:
    gate = threading.Semaphore(0)

    def gated() -> Generator[int, None, None]:
        for number in range(4):
            gate.acquire(timeout=10)
            yield number

    job = Job(gated())
    ear = Ear(job)
    told: list[bool] = []
    job.paused_changed.connect(told.append)
    job.start()
    gate.release()
    qtbot.waitUntil(lambda: ear.values == [0], timeout=5_000)
    job.pause()
    for _ in range(3):
        gate.release()
    job.resume()
    finish(qtbot, job, ear)
    assert ear.values == [0, 1, 2, 3]
    assert told == [True, False]


def test_step_goes_on_until_the_wished_value_and_waits_again(qtbot: QtBot) -> None:
    job = Job(iter_forever())
    ear = Ear(job)
    told: list[bool] = []
    job.paused_changed.connect(told.append)
    job.step(lambda value: value % 3 == 0)
    job.start()
    for steps in range(1, 5):
        qtbot.waitUntil(lambda wished=3 * steps: len(ear.values) == wished and job.is_paused, timeout=5_000)
        assert ear.values == list(range(1, 3 * steps + 1))
        qtbot.waitUntil(lambda wished=steps: told == [True, False] * (wished - 1) + [True], timeout=5_000)
        job.step(lambda value: value % 3 == 0)
    job.cancel()
    finish(qtbot, job, ear)
    assert ear.ends == [("cancelled", None)]


def test_cancel_and_resume_win_over_a_step(qtbot: QtBot) -> None:
    for _ in range(50):  # the value the step waits for is made at about the same moment
        job = Job(iter_forever())
        ear = Ear(job)
        job.start()
        job.step(lambda value: value > 2)
        qtbot.waitUntil(lambda heard=ear: bool(heard.values), timeout=5_000)
        job.step(lambda _: True)
        job.resume()
        job.cancel()
        finish(qtbot, job, ear)
        assert ear.ends == [("cancelled", None)]


def test_a_step_that_never_comes_lets_the_job_end(qtbot: QtBot) -> None:
    job = Job(number for number in range(5))
    ear = Ear(job)
    job.step(lambda value: value == 99)
    job.start()
    finish(qtbot, job, ear)
    assert ear.values == [0, 1, 2, 3, 4]


def test_cancel_before_start(qtbot: QtBot) -> None:
    started: list[int] = []

    def never() -> Generator[int, None, None]:
        started.append(1)
        yield 1

    job = Job(never())
    ear = Ear(job)
    job.cancel()
    job.start()
    finish(qtbot, job, ear)
    assert ear.ends == [("cancelled", None)]
    assert not started


def test_an_error_in_finally_after_cancel_is_told(qtbot: QtBot) -> None:
    def bad_end() -> Generator[int, None, None]:
        try:
            while True:
                QThread.msleep(1)
                yield 1
        finally:
            raise OSError("disk full")

    job = Job(bad_end())
    ear = Ear(job)
    job.start()
    qtbot.waitUntil(lambda: bool(ear.values), timeout=5_000)
    job.cancel()
    finish(qtbot, job, ear)
    assert ear.ends[0][0] == "failed"
    assert isinstance(ear.ends[0][1], OSError)


def test_a_generator_that_will_not_close_is_told(qtbot: QtBot) -> None:
    def stubborn() -> Generator[int, None, None]:
        while True:
            QThread.msleep(1)
            try:
                yield 1
            except GeneratorExit:
                yield 2
                return

    job = Job(stubborn())
    ear = Ear(job)
    job.start()
    qtbot.waitUntil(lambda: bool(ear.values), timeout=5_000)
    job.cancel()
    finish(qtbot, job, ear)
    assert ear.ends[0][0] == "failed"
    assert isinstance(ear.ends[0][1], RuntimeError)


def test_silent_after_fall_silent(qtbot: QtBot) -> None:
    job = Job(iter_forever())
    ear = Ear(job)
    job.start()
    qtbot.waitUntil(lambda: bool(ear.values), timeout=5_000)
    job.fall_silent()
    heard = len(ear.values)
    job.cancel()
    assert job.wait(5_000)
    with qtbot.waitSignal(job.destroyed, timeout=5_000):
        job.deleteLater()
    assert not ear.ends
    assert len(ear.values) == heard


def test_jobs_leave_nothing_behind(qtbot: QtBot) -> None:
    for number in range(30):
        job = Job(value for value in (number,))
        ear = Ear(job)
        job.start()
        qtbot.waitUntil(lambda heard=ear: bool(heard.ends), timeout=5_000)
        assert job.wait(5_000)
    gc.collect()


def iter_forever() -> Generator[int, None, None]:
    number = 0
    while True:
        number += 1
        QThread.msleep(1)
        yield number
