"""Answering in the Quiz tab: by clicking, by typing, by the keyboard alone."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot
from quiz_person import Key, Modifier, Mouse, button, open_set, options, press, words

from codegen_desktop.quiz.items import Choice, Multi, Numeric, Order, Output
from codegen_desktop.quiz.marking import key_text
from codegen_desktop.ui.quiz.order_input import OrderInput
from codegen_desktop.ui.quiz.tab import QuizTab
from codegen_desktop.ui.quiz.text_input import TextInput


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
