"""`--screenshot FOLDER`: opens the real window, visits the five tabs and saves a picture of each once it is drawn."""

import asyncio
import os
import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QWidget
from qasync import QEventLoop

from codegen_desktop.errors import LabError, UserError
from codegen_desktop.ui import app
from codegen_desktop.ui.main_window import MainWindow
from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.workspace import Workspace

PATIENCE = 120.0
"""Seconds after which a tab that is still not drawn is an error."""

QUIET = 0.3
"""Seconds for which a tab has to say that it is settled, so that a job begun a moment later is waited for too."""

_POLL = 0.05


def take_screenshots(
    folder: Path,
    lab_path: Path | None = None,
    size: tuple[int, int] = (1440, 900),
    dark: bool = False,
    text_scale: float = 1.0,
) -> int:
    """Save `dataset.png tokens.png training.png generation.png quiz.png` in a folder; returns 0.

    The Lab is opened for reading only. A tab is drawn when nothing runs any more and its `is_settled()`, where it
    has one, says so; `show_for_screenshot()` is called before, where it has one. Raises LabError where the folder
    cannot be written or the Lab not opened, UserError where a tab is not drawn in time.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabError(
            f"The folder {folder} cannot be made: {error.strerror or error}.", "Choose another one."
        ) from error
    prepare_platform()
    application = app.make_application(dark=dark, text_scale=text_scale)
    with QEventLoop(application) as loop:
        loop.run_until_complete(_visit(folder, lab_path, size))
    return 0


def prepare_platform() -> None:
    """Draw without a screen where there is none."""
    has_screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if sys.platform == "linux" and not has_screen:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


async def _visit(folder: Path, lab_path: Path | None, size: tuple[int, int]) -> None:
    workspace = Workspace()
    app.install_hooks(workspace)
    try:
        if lab_path is not None:
            await workspace.open_lab(lab_path, read_only=True)
        window = MainWindow(workspace)
        window.setMinimumSize(1, 1)
        window.resize(*size)
        window.show()
        window.setFocus()  # pictures have no focus ring
        for stage in Stage:
            window.show_stage(stage)
            show = getattr(window.pages.current, "show_for_screenshot", None)
            if show is not None:
                show()
            await _settle(workspace, window.pages.current, stage)
            _save(window, folder / f"{stage.value}.png")
        window.hide()
        await app.deleted(window)
    finally:
        workspace.close(timeout=5.0)
        app.remove_hooks()


async def _settle(workspace: Workspace, page: QWidget, stage: Stage) -> None:
    """Wait until a tab has drawn its data and stays so for a moment."""
    is_settled = getattr(page, "is_settled", None)
    began = quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < QUIET:
        await asyncio.sleep(_POLL)
        if workspace.jobs or (is_settled is not None and not is_settled()):
            quiet_since = time.monotonic()
        if time.monotonic() - began > PATIENCE:
            raise UserError(
                f"The {stage.heading} tab was not drawn within {PATIENCE:.0f} s.",
                "Try again when this PC is less busy.",
            )


def _save(window: QWidget, path: Path) -> None:
    """Write aside, then rename."""
    aside = path.with_name(path.name + ".part")
    if not window.grab().save(str(aside), "PNG"):
        raise LabError(f"{path} could not be written.", "Choose a folder you can write to.")
    aside.replace(path)
