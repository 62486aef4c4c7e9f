"""An evaluation comes back from the Lab as it was measured."""

import json

from codegen_desktop.generation.evaluate import Evaluation, Failure, Score
from codegen_desktop.generation.store import load_evaluation, save_evaluation
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
