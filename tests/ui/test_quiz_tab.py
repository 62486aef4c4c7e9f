"""The Quiz tab, used as a person uses it: by clicking, by typing, by the keyboard alone."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.snippet import Origin, Snippet
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import Run
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.quiz.items import Choice, Multi, Numeric, Order, Output
from codegen_desktop.quiz.marking import key_text
from codegen_desktop.ui import style, theme
from codegen_desktop.ui.quiz.inputs import OptionsInput
from codegen_desktop.ui.quiz.layout import REPORT, SETS
from codegen_desktop.ui.quiz.order_input import OrderInput
from codegen_desktop.ui.quiz.tab import QuizTab
from codegen_desktop.ui.quiz.text_input import TextInput
from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.workspace import Workspace
from tests.quiz.runs_made_up import baselines, good_run

Key, Modifier, Mouse = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton


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


def test_nothing_is_given_away_before_the_answer(qtbot: QtBot, tab: QuizTab) -> None:
    open_set(qtbot, tab, "Practice")
    question = tab._parts.question
    assert question.solution.isHidden()
    assert question.solution.words == ""
    assert all(made.shown_why == "" for made in options(tab).buttons)
    assert not question.check_button.isEnabled()


def test_a_click_chooses_and_check_gives_the_verdict_with_every_reason(qtbot: QtBot, tab: QuizTab) -> None:
    open_set(qtbot, tab, "Practice")
    item = tab.current
    assert isinstance(item, Choice)
    qtbot.mouseClick(options(tab).buttons[1], Mouse.LeftButton)
    qtbot.mouseClick(button(tab, "Check"), Mouse.LeftButton)
    assert [made.state for made in options(tab).buttons] == ["rest", "right", "rest", "rest"]
    assert all(made.shown_why for made in options(tab).buttons)
    assert "Final answer: B" in tab._parts.question.solution.words
    assert item.check in tab._parts.question.solution.words
    assert words(tab).splitlines()[0] == "1 Purpose of generation 1 ✓ 1"
    assert "1 of 5" in tab._parts.head.reading


def test_a_wrong_answer_is_struck_through_and_worth_half_the_second_time(qtbot: QtBot, tab: QuizTab) -> None:
    open_set(qtbot, tab, "Practice")
    for place in (0, 1):
        qtbot.mouseClick(options(tab).buttons[place], Mouse.LeftButton)
        qtbot.mouseClick(button(tab, "Check"), Mouse.LeftButton)
        if place == 0:
            assert options(tab).buttons[0].state == "tried"
            assert "<s>" in options(tab).buttons[0]._text.text()
            assert (
                options(tab).buttons[0].accessibleName().startswith("A: Find stored code that fits and copy it, tried")
            )
            assert [made.shown_why for made in options(tab).buttons[1:]] == ["", "", ""]
            assert tab._parts.question.solution.isHidden()
    assert words(tab).splitlines()[0] == "1 Purpose of generation 2 ✓ ½"
    assert tab._parts.report._points.text() == "½"


def test_a_whole_test_by_keyboard_alone(qtbot: QtBot, tab: QuizTab) -> None:
    tab.choose_set("test")
    for number in range(10):
        item = tab.current
        assert item is not None
        match item:
            case Choice() | Multi():
                for index in item.key:
                    press(qtbot, Key(Key.Key_A.value + index))
            case Numeric() | Output():
                press(qtbot, key_text(item).split()[0] if isinstance(item, Numeric) else item.answer)
            case Order():
                sort_by_keys(qtbot)
        press(qtbot, Key.Key_Return)
        assert tab._parts.question.solution.isVisible(), item.id
        if number < 9:
            press(qtbot, Key.Key_Return)
    assert "<b>10 of 10</b> answered, 10 right at first try" in tab._parts.head.reading
    assert tab._parts.report._points.text() == "10"
    press(qtbot, Key.Key_Left, Modifier.AltModifier)
    assert tab.current is tab._set.questions[8]


def sort_by_keys(qtbot: QtBot) -> None:
    """Sort the lines with Home, Down and Alt+Up, as a person without a mouse does."""
    lines = QApplication.focusWidget()
    assert isinstance(lines, QListWidget)
    for place in range(lines.count()):
        rows = [lines.item(row).data(Qt.ItemDataRole.UserRole) for row in range(lines.count())]
        press(qtbot, Key.Key_Home)
        for _ in range(rows.index(place)):
            press(qtbot, Key.Key_Down)
        for _ in range(rows.index(place) - place):
            press(qtbot, Key.Key_Up, Modifier.AltModifier)


def test_digits_choose_too_and_h_shows_hints_one_by_one(qtbot: QtBot, tab: QuizTab) -> None:
    tab.choose_set("practice")
    press(qtbot, "2")
    assert options(tab).given == (1,)
    for used in (1, 2, 2):
        press(qtbot, "h")
        assert tab._parts.question._hints_used.text() == f"{used} of 2 hints used"
    assert tab._parts.question._hints_layout.count() == 2
    assert not tab._parts.question.hint_button.isEnabled()


def test_the_solution_is_shown_only_after_asking_twice_and_costs_the_points(qtbot: QtBot, tab: QuizTab) -> None:
    tab.choose_set("practice")
    press(qtbot, "s")
    assert tab._parts.question.solution.isHidden()
    assert "0 points" in tab._parts.question.give_up_button.text()
    press(qtbot, "s")
    assert tab._parts.question.solution.isVisible()
    assert words(tab).splitlines()[0] == "1 Purpose of generation – ✗ 0"
    assert tab._parts.report._look.isVisible()


def test_letters_typed_into_a_field_are_text_not_shortcuts(qtbot: QtBot, tab: QuizTab) -> None:
    tab.choose_set("test")
    press(qtbot, "hs")
    made = tab._parts.question.input
    assert isinstance(made, TextInput)
    assert made.given == "hs"
    assert tab._parts.question._hints_used.text() == "0 of 2 hints used"


def test_what_is_no_number_is_said_in_place_and_is_no_try(qtbot: QtBot, tab: QuizTab) -> None:
    tab.choose_set("test")
    press(qtbot, "many")
    press(qtbot, Key.Key_Return)
    made = tab._parts.question.input
    assert isinstance(made, TextInput)
    assert "not a number" in made.said
    assert made.field.property("class") == "invalid"
    assert words(tab).splitlines()[0].endswith("– –")
    assert isinstance(made.field, QLineEdit)
    made.field.clear()
    press(qtbot, "8000")
    assert made.said == ""
    press(qtbot, Key.Key_Return)
    assert made.said == "Not this one: 8,000 is the training part."
    made.field.clear()
    press(qtbot, "2,000")
    press(qtbot, Key.Key_Return)
    assert "Right." in made.said
    assert words(tab).splitlines()[0].endswith("2 ✓ ½")


def test_lines_move_by_buttons_and_show_their_reasons_afterwards(qtbot: QtBot, tab: QuizTab) -> None:
    tab.choose_set("test")
    qtbot.mouseClick(button(tab, "Question 2,"), Mouse.LeftButton)
    made = tab._parts.question.input
    assert isinstance(made, OrderInput)
    before = made.given
    qtbot.mouseClick(made.down_button, Mouse.LeftButton)
    assert before is not None
    assert made.given == (before[1], before[0], *before[2:])
    tab._parts.question.give_up_wished.emit()
    assert made.given == (0, 1, 2, 3, 4, 5)
    assert "\n" in made.lines.item(0).text()
    assert not made.up_button.isEnabled()


def test_answers_are_in_the_lab_at_once_and_come_back(qtbot: QtBot, workspace: Workspace, lab: Lab) -> None:
    workspace.lab = lab
    tab = shown(qtbot, workspace)
    tab.choose_set("practice")
    press(qtbot, "b")
    with qtbot.waitSignal(workspace.saved):
        press(qtbot, Key.Key_Return)
    assert lab.connection.execute("SELECT count(*) FROM answer").fetchone() == (1,)
    again = shown(qtbot, workspace)
    again.choose_set("practice")
    assert "<b>1 of 5</b>" in again._parts.head.reading
    assert again.current is again._set.questions[1]
    assert "saved" in again._parts.set_list._kept.text()


def test_answers_given_without_a_lab_move_into_the_first_one(
    qtbot: QtBot, tab: QuizTab, workspace: Workspace, lab: Lab
) -> None:
    assert "memory" in tab._parts.set_list._kept.text()
    tab.choose_set("practice")
    press(qtbot, "b")
    press(qtbot, Key.Key_Return)
    workspace.lab = lab
    workspace.lab_changed.emit()
    assert lab.connection.execute("SELECT item FROM answer").fetchall() == [("practice.purpose",)]
    tab.choose_set("practice")
    assert words(tab).splitlines()[0].endswith("✓ 1")


def test_an_answer_that_cannot_be_written_is_told_and_can_be_given_again(
    qtbot: QtBot, workspace: Workspace, lab: Lab
) -> None:
    workspace.lab = lab
    tab = shown(qtbot, workspace)
    tab.choose_set("practice")
    lab.close()
    press(qtbot, "b")
    press(qtbot, Key.Key_Return)
    assert workspace.messages.current is not None
    assert "is closed" in workspace.messages.current.what
    assert tab._parts.question.solution.isHidden()
    assert options(tab).given == (1,)


def test_questions_about_the_own_run_appear_with_the_run(qtbot: QtBot, tab: QuizTab, workspace: Workspace) -> None:
    open_set(qtbot, tab, "Your own run")
    assert tab.current is None
    with qtbot.waitSignal(workspace.open_stage, check_params_cb=lambda stage: stage == "training"):
        qtbot.mouseClick(button(tab, "Go to Training"), Mouse.LeftButton)
    workspace.set_dataset(a_dataset(), 1)
    workspace.tokenizer_id = 1
    workspace.set_run(a_run())
    item = tab.current
    assert isinstance(item, Numeric)
    assert (item.id, item.answer) == ("run.split.count", 2)
    tab._parts.question.take_focus()
    press(qtbot, "2")
    press(qtbot, Key.Key_Return)
    assert "✓ 1" in words(tab)
    assert workspace.stage(Stage.QUIZ).text == f"1 of {len(tab._set.questions)}"


def test_a_run_from_an_earlier_dataset_makes_only_its_set_stale(
    qtbot: QtBot, tab: QuizTab, workspace: Workspace
) -> None:
    workspace.set_run(a_run())
    assert [one.stale for one in tab._sets.sets.values()] == [False, False, False, True]
    name = button(tab, "Your own run,").accessibleName()
    assert "earlier dataset" in name
    open_set(qtbot, tab, "Your own run")
    assert tab.current is not None
    assert tab.current.id == "run.loss.untrained", "without its dataset nothing is asked about the split"


def test_another_training_does_not_take_away_what_is_typed(qtbot: QtBot, tab: QuizTab, workspace: Workspace) -> None:
    tab.choose_set("test")
    press(qtbot, "20")
    workspace.set_run(a_run())
    workspace.set_run(a_run(4))
    made = tab._parts.question.input
    assert made is not None
    assert made.given == "20"


def test_levels_choose_and_the_last_one_stays(qtbot: QtBot, tab: QuizTab) -> None:
    open_set(qtbot, tab, "10-question test")
    for level in ("Easy", "Medium"):
        qtbot.mouseClick(button(tab, level), Mouse.LeftButton)
    assert [item.level for item in tab._set.questions] == ["hard"] * 3
    assert len(tab._parts.question.boxes.boxes) == 3
    qtbot.mouseClick(button(tab, "Hard"), Mouse.LeftButton)
    assert button(tab, "Hard").isChecked()
    assert len(tab._set.questions) == 3


def test_shuffled_order_keeps_the_question_and_its_letters_right(qtbot: QtBot, tab: QuizTab) -> None:
    open_set(qtbot, tab, "Practice")
    item = tab.current
    assert isinstance(item, Choice)
    qtbot.mouseClick(button(tab, "Shuffled"), Mouse.LeftButton)
    assert tab.current is item
    place = next(place for place, made in enumerate(options(tab).buttons) if made._option.correct)
    qtbot.mouseClick(options(tab).buttons[place], Mouse.LeftButton)
    qtbot.mouseClick(button(tab, "Check"), Mouse.LeftButton)
    assert f"Final answer: {'ABCD'[place]}" in tab._parts.question.solution.words
    assert options(tab).buttons[place].state == "right"


def test_starting_again_empties_the_set(qtbot: QtBot, tab: QuizTab) -> None:
    tab.choose_set("practice")
    press(qtbot, "b")
    press(qtbot, Key.Key_Return)
    qtbot.mouseClick(button(tab, "Start this set again"), Mouse.LeftButton)
    assert words(tab).splitlines()[0].endswith("– –")
    assert tab._parts.question.solution.isHidden()
    assert not button(tab, "Start this set again").isEnabled()


def test_what_is_worth_another_look_leads_to_its_tab(qtbot: QtBot, tab: QuizTab, workspace: Workspace) -> None:
    tab.choose_set("model")
    press(qtbot, "b")
    press(qtbot, Key.Key_Return)
    press(qtbot, "a")
    press(qtbot, Key.Key_Return)
    with qtbot.waitSignal(workspace.open_stage, check_params_cb=lambda stage: stage == "tokens"):
        qtbot.mouseClick(button(tab, "Show it in Tokens"), Mouse.LeftButton)


def test_results_are_written_as_a_table(qtbot: QtBot, tab: QuizTab, workspace: Workspace, tmp_path: Path) -> None:
    tab.choose_set("practice")
    for key in "ab":
        press(qtbot, key)
        press(qtbot, Key.Key_Return)
    tab.write_results(tmp_path / "results.csv")
    data = (tmp_path / "results.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert (rows[0]["points"], rows[0]["tries"], rows[0]["misconceptions"]) == ("0.5", "2", "M-LOOKUP")
    assert len(rows) == 5
    tab.write_results(tmp_path / "nowhere" / "results.csv")
    assert workspace.messages.current is not None
    assert workspace.messages.current.kind == "error"


def test_a_small_window_puts_the_side_columns_behind_a_switch(qtbot: QtBot, workspace: Workspace) -> None:
    tab = shown(qtbot, workspace, 1024, 640)
    parts = tab._parts
    assert parts.question.isVisible()
    assert not parts.set_list.isVisible()
    assert not parts.report.isVisible()
    for place, part in ((SETS, parts.set_list), (REPORT, parts.report)):
        qtbot.mouseClick(parts.switch.buttons()[place], Mouse.LeftButton)
        assert part.isVisible()
        assert not parts.question.isVisible()
    box = tab.findChild(QComboBox)
    assert isinstance(box, QComboBox)
    box.activated.emit(box.findText("Practice"))
    assert tab.current is not None
    assert tab.current.id == "practice.purpose"


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_is_cut_off_sideways(qtbot: QtBot, workspace: Workspace, qapp: QApplication, scale: float) -> None:
    style.apply(qapp, theme.Theme().with_scale(scale))
    tab = shown(qtbot, workspace, 1440, 900)
    for key in ("model", "practice", "test"):
        tab.choose_set(key)
        for place in range(len(tab._set.questions)):
            tab._go_to(place)
            page = tab._parts.question._scroll.widget()
            assert page is not None
            assert page.width() <= tab._parts.question._scroll.viewport().width()
            for made in tab._parts.question.findChildren(QAbstractButton):
                assert not made.isVisibleTo(tab) or made.height() >= theme.px(24), made.accessibleName()


def test_the_look_can_change_at_any_moment(qtbot: QtBot, tab: QuizTab, qapp: QApplication) -> None:
    tab.choose_set("practice")
    press(qtbot, "b")
    press(qtbot, Key.Key_Return)
    style.apply(qapp, theme.Theme().with_dark(True).with_scale(1.5))
    assert theme.colours().text in options(tab).buttons[1]._text.text()
    style.apply(qapp, theme.Theme())
    assert theme.colours().text in options(tab).buttons[1]._text.text()


def test_every_control_has_a_name_and_a_role(tab: QuizTab) -> None:
    for key in ("model", "test"):
        tab.choose_set(key)
        for place in range(len(tab._set.questions)):
            tab._go_to(place)
            for widget in tab.findChildren(QWidget):
                if not widget.isVisibleTo(tab) or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
                    continue
                interface = QAccessible.queryAccessibleInterface(widget)
                assert interface is not None
                role = interface.role()
                if role in (QAccessible.Role.Pane, QAccessible.Role.Client, QAccessible.Role.Splitter):
                    continue
                assert interface.text(QAccessible.Text.Name), f"{widget} has no name ({role})"


def test_tab_goes_from_left_to_right_and_top_to_bottom(qtbot: QtBot, tab: QuizTab) -> None:
    tab.choose_set("practice")
    tab._go_to(2)
    press(qtbot, "a")
    qtbot.waitUntil(lambda: options(tab).buttons[-1].isVisible())
    parts = tab._parts
    parts.set_list.findChildren(QAbstractButton)[0].setFocus()
    seen: list[QWidget] = []
    for _ in range(60):
        press(qtbot, Key.Key_Tab)
        here = QApplication.focusWidget()
        assert here is not None
        if here in seen:
            break
        seen.append(here)
    question = parts.question
    wanted = [question, *question.boxes.boxes, question._code, *options(tab).buttons]
    wanted += [question.check_button, question.hint_button, question.give_up_button, parts.report._table]
    assert [widget for widget in seen if widget in wanted] == wanted


def test_a_first_lab_does_not_take_away_what_is_typed(
    qtbot: QtBot, tab: QuizTab, workspace: Workspace, lab: Lab
) -> None:
    tab.choose_set("test")
    press(qtbot, "20")
    workspace.lab = lab
    workspace.lab_changed.emit()
    press(qtbot, "00")
    press(qtbot, Key.Key_Return)
    assert words(tab).splitlines()[0].endswith("✓ 1")
    assert lab.connection.execute("SELECT item FROM answer").fetchall() == [("test.split.count",)]


def test_a_lab_whose_answers_cannot_be_read_leaves_the_quiz_usable(
    qtbot: QtBot, tab: QuizTab, workspace: Workspace, lab: Lab
) -> None:
    with lab.transaction() as connection:
        connection.execute("DROP TABLE answer")
    workspace.lab = lab
    workspace.lab_changed.emit()
    assert workspace.messages.current is not None
    tab.choose_set("practice")
    press(qtbot, "b")
    press(qtbot, Key.Key_Return)
    assert words(tab).splitlines()[0].endswith("✓ 1")
