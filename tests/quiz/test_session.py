"""Sessions: tries and points, and nothing that was answered is ever lost."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest

from codegen_desktop.errors import LabError, QuizError
from codegen_desktop.lab import Lab
from codegen_desktop.quiz.answers import LabAnswers, MemoryAnswers, carry_over, open_answers
from codegen_desktop.quiz.bank import own_bank
from codegen_desktop.quiz.items import Choice, Numeric, Order, Shown
from codegen_desktop.quiz.results import results_csv
from codegen_desktop.quiz.run_questions import run_bank, run_questions
from codegen_desktop.quiz.session import Arrangement, Session
from tests.quiz.runs_made_up import good_run

PRACTICE = own_bank("practice").shown


def session(
    lab: Lab | None, items: tuple[Shown, ...] = PRACTICE, arrangement: Arrangement = "fixed", seed: int = 42
) -> Session:
    """A session over the practice problems."""
    return Session("practice", items, open_answers(lab), "1.0.0", arrangement, seed)


def test_credit_slides_and_the_question_ends_after_three_tries(lab: Lab) -> None:
    quiz = session(lab)
    first, second, third = quiz.items[:3]
    assert quiz.answer(first, (1,)).right
    assert not quiz.answer(second, (0,)).right
    assert quiz.progress(second).next_credit == 0.5
    assert quiz.answer(second, (3,)).right
    for wrong in (1, 2, 3):
        assert not quiz.answer(third, (wrong,)).right
    assert [quiz.progress(item).points for item in quiz.items] == [1.0, 0.5, 0.0, None, None]
    assert (quiz.score.points, quiz.score.of, quiz.score.over, quiz.score.right_at_first) == (1.5, 3.0, 3, 1)
    assert quiz.worth_another_look is third
    with pytest.raises(QuizError, match="is answered"):
        quiz.answer(third, (0,))


def test_everything_comes_back_from_the_lab(lab: Lab) -> None:
    quiz = session(lab)
    quiz.take_hint(quiz.items[0])
    quiz.answer(quiz.items[0], (0,))
    quiz.answer(quiz.items[1], (3,))
    quiz.give_up(quiz.items[2])
    again = session(lab)
    assert [again.progress(item) for item in again.items] == [quiz.progress(item) for item in quiz.items]
    assert again.answer(again.items[0], (1,)).right
    assert again.progress(again.items[0]).points == 0.5


def test_a_killed_program_loses_no_answered_question(tmp_path: Path) -> None:
    path = tmp_path / "killed.cglab"
    program = f"""
import os, pathlib
from codegen_desktop.lab import Lab
from codegen_desktop.quiz.answers import LabAnswers
from codegen_desktop.quiz.bank import own_bank
from codegen_desktop.quiz.session import Session
quiz = Session("test", own_bank("test").shown, LabAnswers(Lab.create(pathlib.Path({str(path)!r}))))
quiz.answer(quiz.items[0], "2000")
quiz.answer(quiz.items[1], (0, 1, 2, 3, 4, 5))
os._exit(9)
"""
    ended = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert ended.returncode == 9
    with Lab.open(path) as lab:
        quiz = Session("test", own_bank("test").shown, LabAnswers(lab))
        assert quiz.score.points == 2.0


def test_an_answer_that_cannot_be_kept_does_not_count(lab: Lab) -> None:
    quiz = session(lab)
    with lab.transaction() as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON answer BEGIN SELECT RAISE(FAIL, 'disk'); END")
    with pytest.raises(Exception, match="disk"):
        quiz.answer(quiz.items[0], (1,))
    assert quiz.progress(quiz.items[0]).tries == ()
    with lab.transaction() as connection:
        connection.execute("DROP TRIGGER full")
    assert quiz.answer(quiz.items[0], (1,)).right


def test_a_lab_that_is_read_only_keeps_new_answers_in_memory(lab: Lab) -> None:
    session(lab).answer(PRACTICE[0], (1,))
    reader = Lab.open(lab.path, read_only=True)
    quiz = session(reader)
    assert quiz.progress(PRACTICE[0]).over
    assert not quiz.answers.kept
    quiz.answer(PRACTICE[1], (3,))
    assert quiz.score.points == 2.0
    reader.close()
    assert session(lab).score.points == 1.0
    with pytest.raises(LabError):
        LabAnswers(reader).events("practice")


def test_a_restart_begins_again_and_keeps_what_was(lab: Lab) -> None:
    quiz = session(lab)
    quiz.answer(PRACTICE[0], (1,))
    quiz.restart()
    assert (quiz.attempt, quiz.score.over) == (2, 0)
    assert session(lab).score.over == 0
    quiz.answer(PRACTICE[0], (0,))
    events = LabAnswers(lab).events("practice")
    assert [event.body["attempt"] for event in events if event.body["event"] == "answer"] == [1, 2]


def test_rows_of_a_newer_program_and_damaged_ones_are_passed_over(lab: Lab) -> None:
    session(lab).answer(PRACTICE[0], (1,))
    with lab.transaction() as connection:
        for body in ("{", "[]", '{"format": "cgd-answer/9"}', '{"format": "cgd-answer/1", "event": "answer"}'):
            connection.execute(
                "INSERT INTO answer (created, quiz, item, body) VALUES ('', 'practice', 'x', ?)", (body,)
            )
        connection.execute(
            "INSERT INTO answer (created, quiz, item, body) VALUES ('', 'practice', 'practice.output.add', ?)",
            ('{"format": "cgd-answer/1", "event": "answer", "attempt": 1, "given": ["?"], "right": true}',),
        )
        connection.execute(
            "INSERT INTO answer (created, quiz, item, body) VALUES ('', 'practice', 'practice.output.add', ?)",
            ('{"format": "cgd-answer/1", "event": "hint", "attempt": 1, "number": 1, "frozen": "{}"}',),
        )
    assert session(lab).score.points == 1.0


def test_hints_come_one_by_one_and_giving_up_earns_nothing() -> None:
    quiz = session(None)
    item = quiz.items[0]
    assert [quiz.take_hint(item) for _ in range(3)] == [*item.hint, None]
    quiz.give_up(item)
    quiz.give_up(item)
    assert (quiz.progress(item).points, quiz.progress(item).gave_up) == (0.0, True)
    assert isinstance(quiz.answers, MemoryAnswers)


def test_order_is_fixed_unless_shuffled_and_then_drawn_from_the_seed() -> None:
    assert session(None).order == PRACTICE
    shuffled = [session(None, arrangement="shuffled", seed=seed) for seed in range(6)]
    assert len({tuple(item.id for item in one.order) for one in shuffled}) > 1
    again = session(None, arrangement="shuffled", seed=3)
    assert again.order == shuffled[3].order
    for item in PRACTICE:
        assert isinstance(item, Choice)
        assert session(None).option_order(item) == (0, 1, 2, 3)
        assert again.option_order(item) == shuffled[3].option_order(item)
        assert sorted(again.option_order(item)) == [0, 1, 2, 3]


def test_lines_never_lie_in_the_right_order_at_first() -> None:
    item = own_bank("test").item[1]
    assert isinstance(item, Order)
    for seed in range(200):
        assert session(None, own_bank("test").shown, seed=seed).line_order(item) not in item.right_orders


def test_questions_about_a_run_are_kept_with_their_facts(lab: Lab) -> None:
    asked, _ = run_questions(run_bank(), good_run())
    quiz = Session("run 3", asked, LabAnswers(lab))
    item = asked[0]
    quiz.answer(item, "8000")
    changed = tuple(one.model_copy(update={"answer": 1.0}) if isinstance(one, Numeric) else one for one in asked)
    again = Session("run 3", changed, LabAnswers(lab))
    assert again.items[0] == item
    assert again.items[1] == changed[1]
    gone = Session("run 3", asked[1:], LabAnswers(lab))
    assert gone.items[-1] == item
    assert gone.progress(item).tries == quiz.progress(item).tries


def test_a_set_without_questions_is_refused() -> None:
    with pytest.raises(QuizError):
        session(None, ())


def test_answers_from_before_there_was_a_lab_move_into_an_empty_one_only(lab: Lab) -> None:
    quiz = session(None)
    quiz.answer(PRACTICE[0], (1,))
    assert isinstance(quiz.answers, MemoryAnswers)
    assert carry_over(quiz.answers, LabAnswers(lab)) == 1
    assert session(lab).score.points == 1.0
    assert carry_over(quiz.answers, LabAnswers(lab)) == 0
    assert len(LabAnswers(lab).events("practice")) == 1


def test_results_are_safe_in_a_spreadsheet() -> None:
    quiz = session(None, (PRACTICE[0].model_copy(update={"about": "=1+1"}), PRACTICE[1]))
    quiz.answer(quiz.items[0], (0,))
    quiz.give_up(quiz.items[0])
    rows = list(csv.DictReader(io.StringIO(results_csv(quiz))))
    assert (rows[0]["about"], rows[0]["points"], rows[0]["right"]) == ("'=1+1", "0", "no")
    assert (rows[0]["solution_shown"], rows[0]["misconceptions"]) == ("yes", "M-LOOKUP")
    assert (rows[1]["points"], rows[1]["right"]) == ("", "")
