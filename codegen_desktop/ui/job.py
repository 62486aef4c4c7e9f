"""Runs a generator in a thread and hands its values to the window: the only place where the window starts a thread."""

import logging
import threading
from collections.abc import Callable, Generator
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal

HANDOVER_MS = 50
"""Values are handed over together, at most this often in milliseconds (20 times a second)."""


class _End(Enum):
    SUCCEEDED = auto()
    FAILED = auto()
    CANCELLED = auto()


class Job(QThread):
    """One piece of long work. Every signal is emitted in the thread that made the job, in this order:

    `yielded(list)` any number of times with the values since the last time, the very last value included; then
    exactly one of `succeeded(result)` (what the generator returned), `failed(error)` or `cancelled()`.
    `paused_changed(bool)` tells when it begins to wait and when it goes on, after the values made before.
    The generator is advanced only in the job's thread, is always closed, and so runs its `finally` parts.
    """

    yielded = Signal(list)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    paused_changed = Signal(bool)

    def __init__(self, generator: Generator[Any, None, Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._generator = generator
        self._values: list[Any] = []
        self._values_lock = threading.Lock()
        self._cancel_wanted = threading.Event()
        self._may_go_on = threading.Event()
        self._may_go_on.set()
        self._wait_after: Callable[[Any], bool] | None = None
        self._gate_lock = threading.Lock()
        self._told_paused = False
        self._end: tuple[_End, Any] | None = None
        self._told = False
        self._handover_timer = QTimer(self)
        self._handover_timer.setInterval(HANDOVER_MS)

        self._handover_timer.timeout.connect(self._hand_over)
        self.started.connect(self._handover_timer.start)
        self.finished.connect(self._on_thread_finished)

    @property
    def is_paused(self) -> bool:
        """Whether the job waits (or will, after the value it is working on)."""
        return not self._may_go_on.is_set()

    def cancel(self) -> None:
        """Stop after the value that is being made; returns at once. A paused or not yet started job stops too."""
        with self._gate_lock:
            self._cancel_wanted.set()
            self._may_go_on.set()

    def pause(self) -> None:
        """Wait before the next value until `resume`; returns at once. Without effect once cancelled."""
        with self._gate_lock:
            self._wait_after = None
            if not self._cancel_wanted.is_set():
                self._may_go_on.clear()
        self._tell_paused()

    def resume(self) -> None:
        """Go on after `pause` or `step`."""
        with self._gate_lock:
            self._wait_after = None
            self._may_go_on.set()
        self._tell_paused()

    def step(self, until: Callable[[Any], bool]) -> None:
        """Go on, and wait again after the next value for which `until` holds; returns at once.

        A job that runs waits after the value it is working on, where that is such a one. `until` is called in the
        job's thread. A job without a further such value runs to its end.
        """
        with self._gate_lock:
            self._wait_after = until
            self._may_go_on.set()
        self._tell_paused()

    def fall_silent(self) -> None:
        """Tell nobody anything any more; used when the window closes."""
        self._told = True
        self._handover_timer.stop()

    def run(self) -> None:
        """The thread: advance the generator and note how it ended. Called by QThread.start only."""
        try:
            self._end = self._advance()
        except BaseException as error:  # SystemExit and the like too: a thread that dies silently tells nobody
            logging.getLogger(__name__).debug("a job failed", exc_info=error)
            self._end = (_End.FAILED, error)

    def _advance(self) -> tuple[_End, Any]:
        """Take value after value; GeneratorExit thrown by `close` ends the generator in this thread."""
        while True:
            self._may_go_on.wait()
            if self._cancel_wanted.is_set():
                self._generator.close()
                return _End.CANCELLED, None
            try:
                value = next(self._generator)
            except StopIteration as stop:
                return _End.SUCCEEDED, stop.value
            with self._values_lock:
                self._values.append(value)
            self._wait_if_wished(value)

    def _wait_if_wished(self, value: Any) -> None:
        """In the job's thread: close the gate after the value that `step` waits for."""
        until = self._wait_after
        if until is None or not until(value):
            return
        with self._gate_lock:
            if self._wait_after is until and not self._cancel_wanted.is_set():  # else a later wish came in between
                self._wait_after = None
                self._may_go_on.clear()

    def _tell_paused(self) -> None:
        paused = self.is_paused
        if paused != self._told_paused and not self._told:
            self._told_paused = paused
            self.paused_changed.emit(paused)

    def _hand_over(self) -> None:
        with self._values_lock:
            values, self._values = self._values, []
        if values and not self._told:
            self.yielded.emit(values)
        self._tell_paused()

    def _on_thread_finished(self) -> None:
        """In the maker's thread: the last values, then the one end."""
        self._handover_timer.stop()
        if self._told or self._end is None:
            return
        self._hand_over()
        self._told = True
        (end, result), self._end = self._end, None  # an error's traceback leads back to this job: no cycle
        if end is _End.SUCCEEDED:
            self.succeeded.emit(result)
        elif end is _End.FAILED:
            self.failed.emit(result)
        else:
            self.cancelled.emit()
