"""The whole lab in the window: it moves through the stages, the person may leave, and stopping keeps what is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from small_lab import small_dataset

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.store import save_dataset
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import load_run
from codegen_desktop.ui import settings
from codegen_desktop.ui.main_window import MainWindow
from codegen_desktop.ui.stages import Mark, Stage
from codegen_desktop.ui.workspace import Workspace

TINY = TrainingOptions(
    preset="custom",
    snippets=200,
    epochs=2,
    layers=1,
    width=16,
    heads=2,
    feed_forward=16,
    batch=8,
    threads=1,
    device="cpu",
)


@pytest.fixture
def window(workspace: Workspace, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """A window with a Lab that holds two hundred snippets and nothing else."""
    path = tmp_path / "tiny.cglab"
    with Lab.create(path) as lab:
        save_dataset(lab, small_dataset(count=200))
    made = MainWindow(workspace)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    with qtbot.waitSignal(workspace.corpus_changed, timeout=10_000):
        workspace.spawn(workspace.open_lab(path))
    yield made
    qtbot.waitUntil(lambda: not workspace.jobs, timeout=30_000)


def test_it_runs_through_all_stages_and_the_window_follows(window: MainWindow, qtbot: QtBot) -> None:
    workspace = window.workspace
    opened: list[Stage] = []
    marks: list[tuple[str, str]] = []
    window.whole_lab.stage_reached.connect(lambda _name: opened.append(window.stage))
    workspace.stage_changed.connect(lambda stage, _text, mark: marks.append((stage, mark)))
    with qtbot.waitSignal(workspace.lab_report, timeout=60_000) as told:
        window.whole_lab.start(TINY, None)
        assert window.whole_lab.is_running
    qtbot.waitUntil(lambda: window.stage is Stage.GENERATION, timeout=10_000)
    assert told.args[0].run.state == "finished"
    assert workspace.run is not None
    assert workspace.run_is_fresh
    assert (Stage.TRAINING.value, Mark.RUNNING.value) in marks
    assert [workspace.stage(stage).mark for stage in Stage][:3] == [Mark.DONE] * 3
    assert workspace.stage(Stage.TRAINING).parts[1] == "epoch 2/2"
    assert "whole lab has run" in workspace.messages.current.what
    assert settings.stored_lab_seconds() is not None
    assert not window.whole_lab.is_running


def test_a_person_who_opens_another_stage_is_left_there(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.workspace.lab_report, timeout=60_000):
        window.whole_lab.start(TINY, None)
        qtbot.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    assert window.stage is Stage.QUIZ


def test_a_run_of_fewer_snippets_is_told_with_its_own_counts(window: MainWindow, qtbot: QtBot) -> None:
    told: list[str] = []
    window.workspace.stage_changed.connect(lambda *what: told.append(what[1]))
    with qtbot.waitSignal(window.workspace.lab_report, timeout=60_000):
        window.whole_lab.start(TINY.model_copy(update={"snippets": 50}), None)
    window.show_stage(Stage.TRAINING)
    qtbot.waitUntil(window.pages.current.is_settled, timeout=20_000)
    running = [text for text in told if "step" in text]
    assert running
    assert {text.split(" · ")[0] for text in running} == {"40 train / 10 test"}
    notes = [one.text() for one in window.findChildren(QLabel) if one.text().startswith("measured on the ")]
    assert set(notes) == {"measured on the 10 test snippets"}


def test_stopping_keeps_what_was_made(window: MainWindow, qtbot: QtBot) -> None:
    workspace = window.workspace
    many = TINY.model_copy(update={"epochs": 1000})
    window.whole_lab.start(many, None)
    qtbot.waitUntil(lambda: workspace.stage(Stage.TRAINING).mark is Mark.RUNNING, timeout=60_000)
    with qtbot.waitSignal(workspace.run_changed, timeout=30_000):
        window.whole_lab.stop()
    assert workspace.lab is not None
    assert load_run(workspace.lab).state == "stopped"
    assert not window.whole_lab.is_running
    assert "stopped" in workspace.messages.current.what


def test_what_goes_wrong_is_told_and_it_can_be_started_again(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(window.workspace.message, timeout=30_000) as told:
        window.whole_lab.start(TINY, str(tmp_path / "nothing here"))
    assert told.args[0].kind == "error"
    assert not window.whole_lab.is_running
    assert window.workspace.stage(Stage.DATASET).mark is Mark.FAILED
