"""The sets of the Quiz tab: where answers are kept, what a run changes, levels, order, report and results."""

import csv
from pathlib import Path

from pytestqt.qtbot import QtBot
from quiz_person import Key, Mouse, a_dataset, a_run, button, open_set, options, press, shown, words

from codegen_desktop.lab import Lab
from codegen_desktop.quiz.items import Choice, Numeric
from codegen_desktop.ui.quiz.tab import QuizTab
from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.workspace import Workspace


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
