"""What a person does in the Quiz tab and sees there, for its tests; and a run and a dataset made up."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.snippet import Origin, Snippet
from codegen_desktop.model.runs import Run
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.ui.quiz.inputs import OptionsInput
from codegen_desktop.ui.quiz.tab import QuizTab
from codegen_desktop.ui.workspace import Workspace
from tests.quiz.runs_made_up import baselines, good_run

Key, Modifier, Mouse = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton


def shown(qtbot: QtBot, workspace: Workspace, width: int = 1440, height: int = 800) -> QuizTab:
    """A tab on the (offscreen) screen."""
    made = QuizTab(workspace)
    qtbot.addWidget(made)
    made.resize(width, height)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def button(tab: QWidget, name: str) -> QAbstractButton:
    """The visible button with these words, or whose accessible name begins with them."""
    found = [
        one
        for one in tab.findChildren(QAbstractButton)
        if one.isVisibleTo(tab) and (one.text().strip() == name or one.accessibleName().startswith(name))
    ]
    assert len(found) == 1, f"{len(found)} buttons are called {name}"
    return found[0]


def press(qtbot: QtBot, key: Qt.Key | str, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    """Press a key where the focus is."""
    where = QApplication.focusWidget()
    assert where is not None, "nothing has the focus"
    if isinstance(key, str):
        qtbot.keyClicks(where, key)
    else:
        qtbot.keyClick(where, key, modifier)


def open_set(qtbot: QtBot, tab: QuizTab, name: str) -> None:
    """Click a set in the left column."""
    qtbot.mouseClick(button(tab, f"{name},"), Mouse.LeftButton)


def words(tab: QuizTab) -> str:
    """Everything the report's table says, row by row."""
    model = tab._parts.report._model
    return "\n".join(" ".join(column.text(row) for column in model.columns) for row in model.rows)


def options(tab: QuizTab) -> OptionsInput:
    """The options that are shown."""
    made = tab._parts.question.input
    assert isinstance(made, OptionsInput)
    return made


def a_run(run_id: int = 3) -> Run:
    """A finished run as the Lab would give it."""
    shape = ModelShape(2048, 4, 128, 4, 352, 50)
    return Run(
        run_id, "Run 3", "2026-01-01", "finished", 1, 1, TrainingOptions(), shape, "cpu", 2, "", (),
        baselines(0.60, 0.71), good_run().epochs,
    )  # fmt: skip


def a_dataset() -> Dataset:
    """Ten snippets, eight to learn from."""
    made = tuple(Snippet(f"x = {n}", Origin("s", "p"), "CC0-1.0", f"g{n}") for n in range(10))
    return Dataset("ten", made, Split(tuple(range(8)), (8, 9), 42, "by group"))
