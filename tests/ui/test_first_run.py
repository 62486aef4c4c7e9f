"""The first page: what its buttons do, what it says about time, and how it looks in a narrow window."""

import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from codegen_desktop.ui import settings
from codegen_desktop.ui.first_run import FirstRunPage, time_words
from codegen_desktop.ui.first_run_pictures import Pictures

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def page(qtbot: QtBot) -> FirstRunPage:
    """The page at its usual size."""
    made = FirstRunPage()
    qtbot.addWidget(made)
    made.resize(1440, 760)
    made.show()
    return made


def test_every_way_to_begin_can_be_clicked(page: FirstRunPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.whole_lab_wished, timeout=1000):
        qtbot.mouseClick(page.run_button, Qt.MouseButton.LeftButton)
    for words, wished in (
        ("Go step by step", page.step_by_step_wished),
        ("Use your own code", page.own_code_wished),
        ("Open a lab", page.open_wished),
    ):
        card = next(button for button in page.findChildren(QPushButton) if button.accessibleName() == words)
        with qtbot.waitSignal(wished, timeout=1000):
            qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
        with qtbot.waitSignal(wished, timeout=1000):
            qtbot.keyClick(card, Qt.Key.Key_Space)


def test_the_time_is_measured_once_it_was(page: FirstRunPage) -> None:
    assert any(label.text() == time_words() for label in page.findChildren(QLabel))
    assert f"{os.cpu_count()} thread" in time_words()
    settings.store_lab_seconds(372.0)
    assert time_words().startswith("took 6 minutes on this PC")
    settings.store_lab_seconds(61.0)
    assert time_words().startswith("took 1 minute on this PC")


def test_a_narrow_page_has_one_column_and_no_pictures(page: FirstRunPage) -> None:
    pictures = page.findChild(Pictures)
    assert pictures is not None
    assert pictures.isVisible()
    cards = [button for button in page.findChildren(QPushButton) if button.property("class") == "choice"]
    page.resize(700, 900)
    page.layout().activate()
    assert not pictures.isVisible()
    assert len({card.x() for card in cards}) == 1
    page.resize(1440, 760)
    page.layout().activate()
    assert pictures.isVisible()
    assert len({card.y() for card in cards}) == 1


def test_the_pictures_show_no_number(page: FirstRunPage) -> None:
    pictures = page.findChild(Pictures)
    assert pictures is not None
    assert not pictures.grab().isNull()
