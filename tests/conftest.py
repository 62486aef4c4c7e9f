"""What every test gets: no screen needed, its own data folder, one thread, and no thread left behind."""

import gc
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import pytest

from codegen_desktop.lab import Lab


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point CODEGEN_DATA into the test's own folder, so that no test sees what another or a person made."""
    folder = tmp_path / "data"
    monkeypatch.setenv("CODEGEN_DATA", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """Fail a test that leaves a Python thread or a running QThread behind."""
    before = set(threading.enumerate())
    yield
    if _qt_is_there() or _left(before):
        gc.collect()  # what only a cycle holds is not left running; with torch loaded this takes a fifth of a second
    assert not _left(before), f"threads left running: {_left(before)}"
    assert not _running_qthreads(), "a QThread was left running"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A new, empty Lab in the test's folder."""
    with Lab.create(tmp_path / "test.cglab") as made:
        yield made


def _left(before: set[threading.Thread]) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread not in before and not _is_pool_thread(thread)]


def _is_pool_thread(thread: threading.Thread) -> bool:
    """asyncio.to_thread keeps its workers for the next call; they are idle, not left behind."""
    return thread.name.startswith(("asyncio_", "ThreadPoolExecutor", "QThread")) or thread.daemon


def _qt_is_there() -> bool:
    """Whether a test of this session has made an application; before that there are no widgets and no QThreads."""
    core = sys.modules.get("PySide6.QtCore")
    return core is not None and core.QCoreApplication.instance() is not None


def _running_qthreads() -> list[object]:
    if not _qt_is_there():
        return []
    core, is_valid = sys.modules["PySide6.QtCore"], sys.modules["shiboken6"].isValid
    # type(), not isinstance: the latter asks every object for __class__, and some of torch's warn when asked.
    return [
        thing
        for thing in gc.get_objects()
        if issubclass(type(thing), core.QThread)
        and type(thing) is not core.QThread
        and is_valid(thing)  # a logged traceback may keep the Python half of a job that Qt has deleted
        and thing.isRunning()
    ]
