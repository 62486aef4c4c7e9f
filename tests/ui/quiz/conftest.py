"""A workspace without a Lab, and the Quiz tab in a wide window."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from quiz_person import shown

from codegen_desktop.ui import style, theme
from codegen_desktop.ui.quiz.tab import QuizTab
from codegen_desktop.ui.workspace import Workspace


@pytest.fixture
def workspace(qapp: QApplication) -> Iterator[Workspace]:
    """A workspace without a Lab, in the light theme."""
    _wear_light(qapp)
    made = Workspace()
    yield made
    made.close()
    _wear_light(qapp)


def _wear_light(qapp: QApplication) -> None:
    if theme.current() != theme.Theme() or not qapp.styleSheet():
        style.apply(qapp, theme.Theme())


@pytest.fixture
def tab(qtbot: QtBot, workspace: Workspace) -> QuizTab:
    """The tab in a wide window."""
    return shown(qtbot, workspace)
