"""Trainings that really fail in the window: what is said, what still holds, and that one can go on at once."""

import math
import resource
import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.starter import starter_snippets
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import list_runs, load_run, load_steps
from codegen_desktop.ui.training.tab import TrainingTab
from codegen_desktop.ui.widgets.banner import Banner
from codegen_desktop.ui.workspace import Workspace
from tests.ui.small_lab import small_dataset
from tests.ui.test_training_tab import TINY, click, open_tab, prepare

DIVERGING = TINY.model_copy(
    update={"optimizer": "adamw", "learning_rate": 10.0, "warmup": 0, "weight_decay": 10.0, "epochs": 4}
)
"""Every step multiplies the weights by about a hundred: after eight they are no longer finite."""


class SmallDisk(Lab):
    """A Lab on a disk that can be made full: SQLite itself refuses to grow the file."""

    pages = 1_000_000

    @property
    def connection(self) -> sqlite3.Connection:
        made = super().connection
        made.execute(f"PRAGMA max_page_count = {self.pages}")
        return made

    def fill_up(self) -> None:
        """From now on there is room for what the file holds, and no more."""
        self.pages = int(super().connection.execute("PRAGMA page_count").fetchone()[0])


@pytest.fixture
def dataset() -> Dataset:
    return small_dataset(count=40)


def choose(tab: TrainingTab, options: TrainingOptions) -> None:
    tab.parts.transport.choose("custom")
    tab.parts.recipe.set_options(options)
    tab.parts.recipe.options_changed.emit(options)


def wait_for_failure(tab: TrainingTab, workspace: Workspace, qtbot: QtBot) -> str:
    """Wait until the training failed and the banner says so; what it says."""
    qtbot.waitUntil(lambda: not tab.session.running, timeout=60_000)
    qtbot.waitUntil(
        lambda: workspace.messages.current is not None and workspace.messages.current.kind == "error", timeout=10_000
    )
    qtbot.waitUntil(tab.is_settled, timeout=30_000)
    assert workspace.stage("training").mark == "failed"
    assert tab.parts.transport.start_button.isEnabled()
    assert tab.parts.transport.start_button.text() == "Start"
    assert "stopped with an error" in tab.parts.figure.sentence
    message = workspace.messages.current
    assert message is not None
    return f"{message.what} {message.what_to_do}"


def press_action(workspace: Workspace, qtbot: QtBot, words: str) -> None:
    """Click a button of the banner."""
    banner = Banner(workspace.messages)
    qtbot.addWidget(banner)
    banner.show()
    action = next(one for one in banner.findChildren(QPushButton) if one.text() == words)
    qtbot.mouseClick(action, Qt.MouseButton.LeftButton)


def starter_dataset(count: int) -> Dataset:
    test = tuple(range(4, count, 5))
    train = tuple(index for index in range(count) if index not in test)
    return Dataset("starter", tuple(starter_snippets(count, seed=5)), Split(train, test, 5, "by composition"))


@pytest.mark.parametrize(("count", "batch"), [(40, 8), (200, 16)], ids=["weights", "test loss"])
def test_numbers_that_are_no_longer_finite(
    workspace: Workspace, lab: Lab, qtbot: QtBot, count: int, batch: int
) -> None:
    prepare(workspace, lab, starter_dataset(count))
    tab = open_tab(workspace, qtbot)
    choose(tab, DIVERGING.model_copy(update={"snippets": count, "batch": batch}))
    click(tab, qtbot)
    said = wait_for_failure(tab, workspace, qtbot)
    assert "no longer finite" in said or "no longer a finite" in said
    assert all(math.isfinite(result.test_loss) for result in load_run(lab).epochs)
    assert "What was saved before still holds" in said
    assert tab.parts.continue_button.isVisible()
    assert load_run(lab).state == "failed"
    press_action(workspace, qtbot, "Use a tenth of the learning rate")
    assert tab.parts.transport.preset == "custom"
    assert tab.parts.recipe.options.learning_rate == 1.0
    choose(tab, TINY)
    click(tab, qtbot)
    qtbot.waitUntil(lambda: workspace.run is not None and workspace.run.state == "finished", timeout=60_000)
    qtbot.waitUntil(tab.is_settled, timeout=30_000)


def test_a_full_disk_and_going_on_when_there_is_room(
    workspace: Workspace, tmp_path: Path, dataset: Dataset, qtbot: QtBot
) -> None:
    with SmallDisk.create(tmp_path / "small.cglab") as lab:
        assert isinstance(lab, SmallDisk)
        prepare(workspace, lab, dataset)
        tab = open_tab(workspace, qtbot)
        choose(tab, TINY.model_copy(update={"epochs": 300}))
        click(tab, qtbot)
        qtbot.waitUntil(lambda: tab.steps_drawn > 20, timeout=60_000)
        lab.fill_up()
        said = wait_for_failure(tab, workspace, qtbot)
        assert "The disk is full" in said
        assert "What was saved before still holds" in said
        lab.pages = SmallDisk.pages
        before = load_steps(lab, 1)[-1].step
        press_action(workspace, qtbot, "Continue")
        qtbot.waitUntil(lambda: tab.steps_drawn > before + 10, timeout=60_000)
        tab.session.stop()
        qtbot.waitUntil(lambda: not tab.session.running and tab.is_settled(), timeout=60_000)
        assert [run.state for run in list_runs(lab)] == ["stopped"]
        numbers = [step.step for step in load_steps(lab, 1)]
        assert numbers == list(range(1, len(numbers) + 1))
        qtbot.waitUntil(lambda: not workspace.work.tasks, timeout=10_000)
        assert workspace.close(timeout=10.0)


def test_memory_that_runs_out(workspace: Workspace, lab: Lab, dataset: Dataset, qtbot: QtBot) -> None:
    prepare(workspace, lab, dataset)
    tab = open_tab(workspace, qtbot)
    choose(tab, TINY)
    click(tab, qtbot)
    qtbot.waitUntil(lambda: workspace.run is not None and tab.is_settled(), timeout=60_000)
    choose(tab, TINY.model_copy(update={"width": 4096, "feed_forward": 16384, "layers": 8}))
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (400 << 20), hard))
    try:
        click(tab, qtbot)
        said = wait_for_failure(tab, workspace, qtbot)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    assert "not enough memory" in said
    assert "smaller batch" in said
    assert [run.state for run in list_runs(lab)] == ["finished", "failed"]
