"""Fill in the middle is chosen in the form of the recipe, with what it costs said beside it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from codegen_desktop.config import TrainingOptions
from codegen_desktop.ui.training.recipe import Recipe

pytestmark = pytest.mark.usefixtures("dressed")


def test_the_share_of_middles_is_chosen_with_the_keyboard(qtbot: QtBot) -> None:
    recipe = Recipe()
    qtbot.addWidget(recipe)
    recipe.set_options(TrainingOptions(preset="custom", middle_share=50))
    recipe.resize(320, 600)
    recipe.show()
    box = recipe.findChild(QComboBox, "middle_share")
    assert isinstance(box, QComboBox)
    assert [box.itemText(row) for row in range(box.count())] == ["0", "30", "50"]
    assert box.currentText() == "50"
    assert "answers clearly fewer instructions right" in box.accessibleDescription()
    with qtbot.waitSignal(recipe.options_changed) as changed:
        qtbot.keyClick(box, Qt.Key.Key_Up)
    assert changed.args is not None
    assert changed.args[0].middle_share == 30
    assert recipe.options.middle_share == 30
