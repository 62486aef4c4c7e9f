"""Saves pictures of the Training tab in every state a person sees, made by clicks in the real window.

    python -m tests.benchmarks.training_pictures FOLDER [--snippets 2000]

A Lab is made with so many Starter snippets and their tokens; in it Quick is really trained, paused, stopped, failed,
finished and compared. Every state is drawn in light and dark, at 1024 x 640 and 1440 x 900, and at 150 % text: look at
them before a change of the tab lands. Works offscreen; about five minutes. Nothing is asserted.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QScrollArea, QWidget
from qasync import QEventLoop

from codegen_desktop.config import PRESETS, TokenizerOptions
from codegen_desktop.corpus.starter import starter_dataset
from codegen_desktop.corpus.store import save_dataset
from codegen_desktop.lab import Lab
from codegen_desktop.pipeline import prepare_tokenizer
from codegen_desktop.ui import app, style, theme
from codegen_desktop.ui.main_window import MainWindow
from codegen_desktop.ui.screenshot import prepare_platform
from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.torch_loading import load_torch
from codegen_desktop.ui.training.layout import EPOCHS, INSIDE, MODEL, PROMPTS, RUNS
from codegen_desktop.ui.training.tab import TrainingTab
from codegen_desktop.ui.widgets.segmented import Segmented
from codegen_desktop.ui.workspace import Workspace
from tests.small_labs import finish

LOOKS = (
    ("1440-light", (1440, 900), False, 1.0),
    ("1440-dark", (1440, 900), True, 1.0),
    ("1024-light", (1024, 640), False, 1.0),
    ("1024-dark", (1024, 640), True, 1.0),
    ("1024-150", (1024, 640), False, 1.5),
)

PATIENCE = 240.0
"""Seconds after which a state that does not come is an error."""

CONTENTS = {"epochs": EPOCHS, "prompts": PROMPTS, "inside": INSIDE, "model": MODEL, "runs": RUNS}


class Photographer:
    """Drives one window."""

    def __init__(self, folder: Path, window: MainWindow) -> None:
        self._folder, self._window = folder, window
        window.show_stage(Stage.TRAINING)
        tab = window.pages.tab(Stage.TRAINING)
        assert isinstance(tab, TrainingTab)
        self.tab = tab

    async def until(self, what: Callable[[], object]) -> None:
        """Wait for something to come true."""
        began = time.monotonic()
        while not what():
            await asyncio.sleep(0.02)
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError("the next state did not come")

    async def settle(self) -> None:
        """Let the window draw what happened."""
        await asyncio.sleep(0.35)
        await self.until(lambda: self.tab.session.running or self.tab.is_settled())

    async def take(self, name: str, *, every: bool = False) -> None:
        """Save the window in all looks; `every`: what a small window folds away too.

        A training that runs waits while the look changes, so that it does not end before its pictures are made.
        """
        session = self.tab.session
        runs = session.running and not session.paused
        for look, size, dark, scale in LOOKS:
            if runs:
                session.pause()
                await self.until(lambda: session.waits)
            self._dress(dark, scale, size)
            await self.settle()
            if runs:
                session.resume()
            places = CONTENTS if every and look.startswith("1024") else {"": self.tab.parts.switch.index}
            for content, place in places.items():
                self.tab.parts.switch.choose(place)
                area = self._window.pages.currentWidget()
                if content and isinstance(area, QScrollArea):
                    area.ensureWidgetVisible(self.tab.parts.switch, 0, area.height() // 2)
                await asyncio.sleep(0.15)
                words = "-".join(part for part in (name, content, look) if part)
                self._window.grab().save(str(self._folder / f"{words}.png"))
            if every:
                self.tab.parts.switch.choose(EPOCHS)
        self._dress(False, 1.0, LOOKS[0][1])
        await self.settle()

    def _dress(self, dark: bool, scale: float, size: tuple[int, int]) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        style.apply(application, theme.Theme().with_dark(dark).with_scale(scale))
        self._window.resize(*size)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key in the tab."""
        self._window.activateWindow()
        self.tab.setFocus()
        QTest.keyClick(self.tab, key, modifiers)

    def click(self, made: QWidget) -> None:
        """Click something."""
        QTest.mouseClick(made, Qt.MouseButton.LeftButton)

    async def take_dialog(self, name: str, wish: Callable[[], object], opened: Callable[[], QDialog | None]) -> None:
        """Save a dialog in all looks: each time it is opened anew, and closed."""
        for look, size, dark, scale in LOOKS:
            self._dress(dark, scale, size)
            await self.settle()
            wish()
            await self.until(opened)
            await asyncio.sleep(0.3)
            dialog = opened()
            assert dialog is not None
            dialog.grab().save(str(self._folder / f"{name}-{look}.png"))
            dialog.reject()
            await asyncio.sleep(0.1)
        self._dress(False, 1.0, LOOKS[0][1])
        await self.settle()


async def empty(folder: Path, workspace: Workspace, window: MainWindow, lab: Path) -> None:
    """Everything from an empty Lab to compared runs."""
    by = Photographer(folder, window)
    await by.settle()
    await by.take("01-empty")
    await workspace.open_lab(lab)
    await by.settle()
    tab = by.tab
    await by.until(lambda: not workspace.jobs)
    await by.take("02-ready", every=True)
    by.press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    by.press(Qt.Key.Key_F5)
    await by.until(lambda: tab.shown.history is not None and len(tab.shown.history.results) > 1)
    await by.take("03-running", every=True)
    by.press(Qt.Key.Key_F5)
    await by.until(lambda: tab.session.waits)
    await by.take("04-paused")
    stop = tab.parts.transport.stop_button
    await by.take_dialog("05-stop-dialog", lambda: by.click(stop), lambda: tab.controls.stop_dialog)
    by.click(tab.parts.transport.start_button)
    await by.until(lambda: not tab.session.running)
    await by.take("06-finished", every=True)
    await more(by)


async def more(by: Photographer) -> None:
    """Instruments, dialogs, forms, a failure and a comparison."""
    tab, parts = by.tab, by.tab.parts
    by.click(parts.right_switch.buttons()[1])
    parts.switch.choose(INSIDE)
    for place in range(4):
        parts.inside.views.setCurrentIndex(place)
        await by.settle()
        await by.take(f"07-inside-{place + 1}")
    by.click(parts.right_switch.buttons()[0])
    actions, delete = tab.run_actions, Qt.Key.Key_Delete
    await by.take_dialog("08-delete", lambda: QTest.keyClick(parts.run_list, delete), lambda: actions.dialog)
    await by.take_dialog("09-break-it", tab.break_it.open, lambda: tab.break_it.dialog)
    by.click(parts.change_button)
    parts.switch.choose(MODEL)
    levels = parts.recipe.form.findChild(Segmented)
    assert levels is not None
    for place, name in enumerate(("lesson", "standard", "expert")):
        by.click(levels.buttons()[place])
        await by.take(f"10-form-{name}")
    parts.switch.choose(EPOCHS)
    hot = {"preset": "custom", "optimizer": "adamw", "learning_rate": 10.0, "warmup": 0, "weight_decay": 10.0}
    tab.session.start(PRESETS["quick"].model_copy(update=hot))
    await by.until(lambda: not tab.session.running)
    await by.take("11-failed")
    for row in range(2):
        parts.run_list.setCurrentIndex(parts.run_list.model().index(row, 0))
        QTest.keyClick(parts.run_list, Qt.Key.Key_Space)
    await by.take("12-compared", every=True)
    await by.take_dialog("13-comparison", actions.compare, lambda: actions.dialog)


async def _main(folder: Path, lab: Path) -> None:
    workspace = Workspace()
    app.install_hooks(workspace)
    window = MainWindow(workspace)
    window.show()
    await asyncio.to_thread(load_torch)
    workspace.torch_loaded.emit()
    try:
        await empty(folder, workspace, window, lab)
    finally:
        window.hide()
        workspace.close(timeout=10.0)
        app.remove_hooks()
        await app.deleted(window)


def make_lab(path: Path, snippets: int) -> Path:
    """A Lab with Starter snippets and the tokens learned from them."""
    with Lab.create(path) as lab:
        dataset = finish(starter_dataset(snippets, 42))
        dataset_id = save_dataset(lab, dataset)
        finish(prepare_tokenizer(lab, dataset, dataset_id, TokenizerOptions()))
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--snippets", type=int, default=2_000)
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    prepare_platform()
    with tempfile.TemporaryDirectory() as scratch, QEventLoop(app.make_application(dark=False, text_scale=1.0)) as loop:
        loop.run_until_complete(_main(told.folder, make_lab(Path(scratch) / "lab.cglab", told.snippets)))
