"""Opens the window: first paint first, then torch; one event loop for Qt and asyncio; every exception is told."""

import asyncio
import gc
import logging
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from codegen_desktop.ui import place, settings, style
from codegen_desktop.ui.main_window import MainWindow
from codegen_desktop.ui.messages import start_log, stop_log
from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.tabs import import_tabs
from codegen_desktop.ui.torch_loading import load_torch
from codegen_desktop.ui.workspace import Workspace

SWITCH_INTERVAL = 0.001
"""Seconds a thread may keep Python's lock while the window waits for it (Python's own default is 0.005)."""

COLLECT_MS = 2_000
"""How often the garbage collector runs; only ever in the window's thread, where Qt objects may be deleted."""

PAUSE = 0.05
"""Seconds between two tabs that are made ahead, in which the window answers."""

CLOSE_SECONDS = 2.0
"""How long running work is waited for when the window closes."""


def run(lab_path: Path | None = None, *, dark: bool | None = None, text_scale: float | None = None) -> int:
    """Open the window and return the exit status once it is closed.

    Raises LabError where the data folder cannot be used. A Lab that cannot be opened is told in the banner.
    """
    application = make_application(dark=dark, text_scale=text_scale)
    start_log()
    collector = Collector(application)
    with QEventLoop(application) as loop:
        stopped = loop.run_until_complete(_main(lab_path, collector))
    stop_log()
    if not stopped:
        # A step that did not end in time must not hold the exit: the Lab is closed, its transactions are whole.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    return 0


def make_application(*, dark: bool | None = None, text_scale: float | None = None) -> QApplication:
    """The QApplication, dressed; `dark` and `text_scale` go before what a person set earlier."""
    known = QApplication.instance()
    application = known if isinstance(known, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Codegen Desktop")
    application.setDesktopFileName("codegen-desktop")
    application.setQuitOnLastWindowClosed(False)
    look = settings.stored_theme()
    look = look if dark is None else look.with_dark(dark)
    style.apply(application, look if text_scale is None else look.with_scale(text_scale))
    sys.setswitchinterval(SWITCH_INTERVAL)
    return application


async def _main(lab_path: Path | None, collector: "Collector") -> bool:
    """The life of the window; True where all work ended in time at the close."""
    closed = asyncio.Event()
    workspace = Workspace()
    install_hooks(workspace)
    window = MainWindow(workspace)
    window.closed.connect(closed.set)
    place.restore(window)
    window.show()
    if lab_path is not None:
        workspace.spawn(workspace.open_lab(lab_path))
    QTimer.singleShot(0, window, lambda: workspace.spawn(_bring_in_the_rest(window, collector)))
    await closed.wait()
    window.hide()
    stopped = workspace.close(CLOSE_SECONDS)
    remove_hooks()
    await deleted(window)
    return stopped


async def deleted(window: MainWindow) -> None:
    """Delete the window while Python still knows it.

    Its own children's connections hold it: were they the last to do so, PySide would delete it a second time.
    """
    gone = asyncio.Event()
    window.destroyed.connect(gone.set)
    window.deleteLater()
    await gone.wait()


async def _bring_in_the_rest(window: MainWindow, collector: "Collector") -> None:
    """The tabs and torch, after the first paint: their code in another thread, then the tabs one at a time.

    An error is told in the banner; without torch everything but training works.
    """
    try:
        await asyncio.to_thread(import_tabs)
        for stage in Stage:
            window.pages.tab(stage)
            await asyncio.sleep(PAUSE)
        await asyncio.to_thread(load_torch)
        window.workspace.torch_loaded.emit()
    finally:
        collector.begin()


def install_hooks(workspace: Workspace) -> None:
    """Whatever nobody caught goes to the banner and the log, and the window stays open."""

    def on_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            workspace.report(error)

    def on_loop_exception(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            workspace.report(error)
        else:
            logging.getLogger("codegen_desktop").error("event loop: %s", context.get("message"))

    sys.excepthook = on_exception
    asyncio.get_running_loop().set_exception_handler(on_loop_exception)


def remove_hooks() -> None:
    """Python's own way again."""
    sys.excepthook = sys.__excepthook__
    asyncio.get_running_loop().set_exception_handler(None)


class Collector(QObject):
    """Runs the cyclic garbage collector from a timer of the window's thread.

    Left to itself it runs in any thread, and may delete Qt objects in a worker (a crash). It begins once torch is in,
    when what lives for good is set aside: looking at its 282,000 objects stops the window for 200 ms.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(COLLECT_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    def begin(self) -> None:
        """Set aside what lives now, and collect from now on."""
        gc.freeze()
        self._timer.start()

    def _on_timer_timeout(self) -> None:
        """The young generations each time; the oldest as Python itself would, when it has grown enough."""
        counts, limits = gc.get_count(), gc.get_threshold()
        gc.collect(2 if counts[2] > limits[2] else 1)
