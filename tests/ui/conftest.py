"""What the window's tests share: the dressed application, an event loop for asyncio, and a workspace that is closed."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from codegen_desktop.ui import style, theme
from codegen_desktop.ui.workspace import Workspace


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in light colours at 100 %, and so again after the test."""
    style.apply(qapp, theme.Theme())
    yield qapp
    if theme.current() != theme.Theme():
        style.apply(qapp, theme.Theme())


@pytest.fixture
def loop(dressed: QApplication) -> Iterator[QEventLoop]:
    """asyncio runs while the test waits for Qt, as it does in the program."""
    made = QEventLoop(dressed, already_running=True)
    executor = ThreadPoolExecutor(max_workers=2)
    made.set_default_executor(executor)
    asyncio.set_event_loop(made)
    try:
        yield made
    finally:
        executor.shutdown()
        asyncio.events._set_running_loop(None)
        made.stop()
        made.close()
        asyncio.set_event_loop(None)
        _forget_the_exit(dressed)


@pytest.fixture
def workspace(loop: QEventLoop, qtbot: QtBot) -> Iterator[Workspace]:
    """A workspace with nothing in it; its work is stopped and its Lab closed after the test."""
    assert loop.is_running()
    made = Workspace()
    yield made
    qtbot.waitUntil(lambda: not made.work.tasks, timeout=10_000)
    assert made.close(timeout=10.0), "a job did not end"


def _forget_the_exit(application: QApplication) -> None:
    """qasync's stop calls QApplication.exit, after which Qt runs no inner loop until the outer one ran once more."""
    QTimer.singleShot(0, application.quit)
    application.exec()
