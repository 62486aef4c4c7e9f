"""Keeping an earlier epoch by its test loss: offered where it is lower, explained first, marked, and undone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import Run, load_run
from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.training.choosing import ChoosingDialog, better_epoch
from codegen_desktop.ui.workspace import Workspace
from tests.ui.small_lab import small_dataset
from tests.ui.test_training_tab import TINY, open_tab, prepare, train

OVERTRAINED = TINY.model_copy(update={"epochs": 40, "learning_rate": 0.1, "matrix_learning_rate": 0.1, "seed": 3})
"""A model of sixteen numbers a token, trained far too hot: its test loss goes up and down."""


@pytest.fixture
def dataset() -> Dataset:
    return small_dataset(count=40)


def press(qtbot: QtBot, start: str) -> None:
    """Click the choice of the open dialog that begins so."""
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ChoosingDialog)
    card = next(one for one in dialog.findChildren(QPushButton) if one.accessibleName().startswith(start))
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)


def with_losses(run: Run, *losses: float) -> Run:
    one = run.epochs[-1]
    return replace(run, epochs=tuple(replace(one, epoch=number, test_loss=loss) for number, loss in enumerate(losses)))


def test_an_earlier_epoch_is_kept_only_after_the_lesson_and_can_be_given_back(
    workspace: Workspace, lab: Lab, dataset: Dataset, qtbot: QtBot
) -> None:
    prepare(workspace, lab, dataset)
    train(workspace, OVERTRAINED)
    tab = open_tab(workspace, qtbot)
    strip = tab.parts.recipe.choosing
    assert workspace.run is not None
    better = better_epoch(workspace.run)
    assert better is not None
    assert f"epoch {better.epoch} is lower" in strip.words
    qtbot.mouseClick(strip.lesson_button, Qt.MouseButton.LeftButton)
    press(qtbot, "Stay with the last")
    assert load_run(lab).chosen_epoch is None
    qtbot.mouseClick(strip.lesson_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(workspace.run_changed, timeout=10_000):
        press(qtbot, f"Use epoch {better.epoch}")
    assert load_run(lab).chosen_epoch == better.epoch
    assert f"chosen on test: epoch {better.epoch} of 40" in strip.words
    marked = [row.epoch for row in tab.parts.epoch_table.rows if row.observation.startswith("In use, chosen on test.")]
    assert marked == [better.epoch]
    assert f"In use is epoch {better.epoch}, chosen on test" in tab.parts.figure.sentence
    assert f"epoch {better.epoch}/40, chosen on test" in workspace.stage(Stage.TRAINING).text
    assert f"loss {better.test_loss:.2f}" in workspace.stage(Stage.TRAINING).text
    qtbot.waitUntil(tab.is_settled, timeout=20_000)
    with qtbot.waitSignal(workspace.run_changed, timeout=10_000):
        qtbot.mouseClick(strip.undo_button, Qt.MouseButton.LeftButton)
    assert load_run(lab).chosen_epoch is None
    assert "is lower" in strip.words
    assert "chosen on test" not in tab.parts.figure.sentence + workspace.stage(Stage.TRAINING).text
    qtbot.waitUntil(tab.is_settled, timeout=20_000)


def test_the_lesson_says_the_numbers_and_is_not_offered_where_the_last_is_best(
    workspace: Workspace, lab: Lab, dataset: Dataset, qtbot: QtBot
) -> None:
    prepare(workspace, lab, dataset)
    train(workspace)
    assert workspace.run is not None
    tab = open_tab(workspace, qtbot)
    strip = tab.parts.recipe.choosing
    strip.show_run(with_losses(workspace.run, 6.0, 2.0, 1.5))
    assert strip.words == ""
    strip.show_run(with_losses(workspace.run, 1.0, 2.0, 1.5, 1.75))  # epoch 0 is the untrained model
    assert "epoch 2" in strip.words
    run = with_losses(workspace.run, 6.0, 2.0, 1.5, 1.75)
    better = better_epoch(run)
    assert better is not None
    dialog = ChoosingDialog(run, better, tab)
    assert "1.500" in dialog.lesson.text()
    assert "1.750" in dialog.lesson.text()
    dialog.close()
