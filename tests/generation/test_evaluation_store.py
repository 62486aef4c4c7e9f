"""An evaluation comes back from the Lab as it was measured."""

import json

from codegen_desktop.generation.evaluate import Evaluation, Failure, Score
from codegen_desktop.generation.fixed_prompts import PromptCompletion, PromptsCompleted
from codegen_desktop.generation.store import load_evaluation, load_prompts, save_evaluation, save_prompts
from codegen_desktop.lab import Lab


def measured(passed: int) -> Evaluation:
    return Evaluation(
        passed=passed,
        total=4,
        parsed=3,
        families=(Score("lists", passed, 2), Score("texts", 0, 2)),
        subset=Score("a constant never seen", 0, 1),
        failures=(Failure("# do\n", "def f(): pass", "gave None"),),
        seconds=0.5,
        protection="limited",
    )


def test_the_newest_evaluation_of_a_run_counts(lab: Lab) -> None:
    with lab.transaction() as connection:
        connection.execute("INSERT INTO run VALUES (1, '', 'Run 1', 'finished', 1, 1, ?)", (json.dumps({}),))
    assert load_evaluation(lab, 1) is None
    save_evaluation(lab, 1, measured(1))
    save_evaluation(lab, 1, measured(2))
    assert load_evaluation(lab, 1) == measured(2)


def test_an_evaluation_counts_for_the_epoch_it_was_made_with(lab: Lab) -> None:
    def choose(epoch: int | None) -> None:
        lab.connection.execute("UPDATE run SET body = ?", (json.dumps({"chosen_epoch": epoch}),))

    with lab.transaction() as connection:
        connection.execute("INSERT INTO run VALUES (1, '', 'Run 1', 'finished', 1, 1, ?)", (json.dumps({}),))
    save_evaluation(lab, 1, measured(1))
    choose(3)
    assert load_evaluation(lab, 1) is None
    save_evaluation(lab, 1, measured(2))
    assert load_evaluation(lab, 1) == measured(2)
    choose(None)
    assert load_evaluation(lab, 1) == measured(1)


def test_the_prompts_of_an_epoch_come_back_and_are_no_evaluation(lab: Lab) -> None:
    with lab.transaction() as connection:
        connection.execute("INSERT INTO run VALUES (1, '', 'Run 1', 'finished', 1, 1, ?)", (json.dumps({}),))
    assert load_prompts(lab, 1) == {}
    graded = PromptCompletion("# a\n", "x = 'ä'", parses=True, tests=3, passes=False, seen=True)
    first = PromptsCompleted(1, (PromptCompletion("def add(a,", " b): pass", parses=True), graded))
    again = PromptsCompleted(1, (graded,))
    save_prompts(lab, 1, first)
    save_prompts(lab, 1, PromptsCompleted(0, (graded,)))
    assert load_prompts(lab, 1) == {1: first, 0: PromptsCompleted(0, (graded,))}
    save_prompts(lab, 1, again)
    assert load_prompts(lab, 1)[1] == again
    assert load_evaluation(lab, 1) is None
    assert load_prompts(lab, 2) == {}
