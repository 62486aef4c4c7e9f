"""The form of one's own recipe: three levels, help for every field, what is wrong in place, and the way back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSpinBox
from pytestqt.qtbot import QtBot

from codegen_desktop.config import PRESETS, TrainingOptions
from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.lab import Lab
from codegen_desktop.ui.training.recipe_form import LEVELS, RecipeForm, help_of, problems
from codegen_desktop.ui.widgets.option_control import level
from codegen_desktop.ui.workspace import Workspace
from tests.ui.small_lab import small_dataset
from tests.ui.test_training_tab import open_tab, prepare

FIELDS = {name: field for name, field in TrainingOptions.model_fields.items() if name != "preset"}


@pytest.fixture
def dataset() -> Dataset:
    return small_dataset(count=40)


@pytest.fixture
def form(dressed: QApplication, qtbot: QtBot) -> RecipeForm:
    assert dressed is not None
    made = RecipeForm()
    qtbot.addWidget(made)
    made.resize(272, 300)
    made.show()
    return made


def type_number(qtbot: QtBot, box: QSpinBox, number: int) -> None:
    """Put another number into a field, as a person does."""
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, str(number))
    qtbot.keyClick(box, Qt.Key.Key_Return)


def number_box(form: RecipeForm, name: str) -> QSpinBox:
    widget = form.control(name).widget
    assert isinstance(widget, QSpinBox)
    return widget


def test_each_level_shows_its_options_and_those_before(form: RecipeForm) -> None:
    shown = []
    for index in range(len(LEVELS)):
        form.levels.choose(index)
        visible = {name for name in FIELDS if form.control(name).widget.isVisibleTo(form)}
        assert visible == {name for name, field in FIELDS.items() if level(field) in LEVELS[: index + 1]}
        shown.append(len(visible))
    assert shown[0] >= 3
    assert shown[0] < shown[1] < shown[2] == len(FIELDS)


def test_every_field_has_a_sentence_of_help_that_follows_the_focus(form: RecipeForm, qtbot: QtBot) -> None:
    form.levels.choose(2)
    form.activateWindow()
    for name, field in FIELDS.items():
        assert field.description is not None
        assert field.description.endswith(".")
        form.control(name).widget.setFocus()
        qtbot.waitUntil(lambda asked=name: form.help_text == help_of(asked), timeout=2_000)
        assert field.description in form.help_text


def test_what_is_wrong_stands_below_its_field_and_start_says_it(
    workspace: Workspace, lab: Lab, dataset: Dataset, qtbot: QtBot
) -> None:
    prepare(workspace, lab, dataset)
    tab = open_tab(workspace, qtbot)
    qtbot.mouseClick(tab.parts.change_button, Qt.MouseButton.LeftButton)
    form = tab.parts.recipe.form
    form.levels.choose(1)
    type_number(qtbot, number_box(form, "width"), 100)
    assert "Width must be a multiple of 16: 96 or 112 would do." in form.problem
    assert form.problem in tab.parts.transport.start_button.toolTip()
    assert not tab.parts.transport.start_button.isEnabled()
    assert not tab.parts.transport.step_button.isEnabled()
    form.levels.choose(0)
    assert number_box(form, "width").isVisibleTo(form), "what is wrong is shown on every level"
    type_number(qtbot, number_box(form, "width"), 112)
    assert form.problem == ""
    assert tab.parts.transport.start_button.isEnabled()
    assert tab.parts.recipe.options.width == 112


def test_what_differs_from_reference_is_marked_and_can_be_taken_back(
    workspace: Workspace, lab: Lab, dataset: Dataset, qtbot: QtBot
) -> None:
    prepare(workspace, lab, dataset)
    tab = open_tab(workspace, qtbot)
    button, form = tab.parts.change_button, tab.parts.recipe.form
    assert button.text() == "Change"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Reset"
    assert not button.isEnabled()
    type_number(qtbot, number_box(form, "epochs"), 7)
    assert tab.parts.recipe.options.epochs == 7
    assert [name for name in FIELDS if form.is_marked(name)] == ["epochs"]
    assert "1 option" in button.toolTip()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert tab.parts.recipe.options == PRESETS["reference"].model_copy(update={"preset": "custom"})
    assert not any(form.is_marked(name) for name in FIELDS)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"epochs": 0}, "epochs", "Epochs must be from 1 to 1,000."),
        ({"width": 24}, "width", "16 or 32 would do"),
        ({"heads": 3}, "heads", "1, 2, 4, 8, 16, 32, 64 would do"),
        ({"learning_rate": 11.0}, "learning_rate", "Learning rate must be from"),
    ],
)
def test_a_problem_says_what_would_do(change: dict[str, float], field: str, words: str) -> None:
    found = problems(TrainingOptions().model_dump() | change)
    assert list(found) == [field]
    assert words in found[field]
