"""Questions about a run: right for every run, or refused."""

import itertools
import math

import pytest

from codegen_desktop.errors import QuizError
from codegen_desktop.quiz.bank import own_misconceptions, parse_item
from codegen_desktop.quiz.items import Choice, Numeric, Shown
from codegen_desktop.quiz.keys import check_key
from codegen_desktop.quiz.lint import gives_model_a_mind, lint_item, texts
from codegen_desktop.quiz.marking import mark
from codegen_desktop.quiz.run_facts import RunFacts
from codegen_desktop.quiz.run_questions import Refusal, fill, run_bank, run_questions
from tests.quiz.running import run_here
from tests.quiz.runs_made_up import baselines, epoch, good_run, random_run

BANK = run_bank()


def independent(facts: RunFacts) -> dict[str, float]:
    """The right answers again, computed here without formulas, templates or fact functions."""
    trained = [result for result in facts.epochs if result.epoch > 0]
    answers: dict[str, float] = {
        "run.split.count": facts.test,
        "run.loss.untrained": math.log(facts.vocabulary),
        "run.accuracy.chance": 100 / facts.vocabulary,
    }
    if facts.judged:
        answers["run.pass.share"] = 100 * (facts.passed or 0) / facts.judged
    if not trained:
        return answers
    first, last = trained[0], trained[-1]
    loss, hits = round(last.test_loss, 2), round(last.test_accuracy, 3)
    answers |= {
        "run.loss.drop": 100 * (1 - loss / round(first.test_loss, 2)),
        "run.accuracy.misses": 1000 - 1000 * hits,
        "run.accuracy.twelve": 100 * math.prod([hits] * 12),
        "run.perplexity": math.e**loss,
        "run.epoch.best": min(trained, key=lambda result: result.test_loss).epoch,
        "run.loss.bits": loss / math.log(2),
    }
    if facts.baselines is not None:
        line = facts.baselines.bigram.accuracy
        above = [result.epoch for result in trained if result.test_accuracy > line]
        answers["run.bigram.pass"] = above[0] if above else math.nan
        answers["run.bigram.lead"] = round(100 * last.test_accuracy, 1) - round(100 * line, 1)
        if facts.baselines.floor is not None:
            answers["run.loss.floor"] = loss - round(facts.baselines.floor, 2)
    return answers


def right_option(item: Choice, facts: RunFacts) -> str:
    """The right option of the choices, decided here by hand."""
    trained = [result for result in facts.epochs if result.epoch > 0]
    losses = [result.test_loss for result in trained]
    falls = [after < before for before, after in itertools.pairwise(losses)]
    if item.id == "run.loss.trend":
        whole = {True: "It fell from every epoch to the next", False: "It rose from every epoch to the next"}
        turned = "It rose at first, then fell" if falls[-1] else "It fell at first, then rose"
        return whole[falls[0]] if len(set(falls)) == 1 else turned
    if item.id == "run.loss.gap":
        return f"Test loss is {'higher' if trained[-1].test_loss > trained[-1].train_loss else 'lower'} than train loss"
    change = (losses[-2] - losses[-1]) / losses[-2]
    return "Nearly flat" if abs(change) < 0.02 else ("Still falling" if change > 0 else "Rising")


def check(item: Shown, facts: RunFacts) -> None:
    """One right answer, by the item's own formula, by an independent computation, and by marking."""
    assert check_key(item, run_here) == ()
    if isinstance(item, Choice):
        assert item.option[item.key[0]].text.startswith(right_option(item, facts))
        assert [mark(item, (index,)).right for index in range(len(item.option))].count(True) == 1
        return
    assert isinstance(item, Numeric)
    assert item.answer is not None
    expected = independent(facts)[item.id]
    assert math.isclose(item.answer, expected, rel_tol=1e-9, abs_tol=1e-6)
    assert mark(item, f"{expected:.6f}").right
    assert mark(item, f"{expected:.{item.decimals}f}").right
    assert not mark(item, f"{expected + max(3 * item.tolerance, 1):.6f}").right


def test_a_good_run_answers_every_question_and_they_lint_clean() -> None:
    asked, refused = run_questions(BANK, good_run())
    assert refused == ()
    assert len(asked) == len(BANK.item) >= 16
    for item in asked:
        check(item, good_run())
        assert lint_item(item, own_misconceptions()) == ()
        assert not any(gives_model_a_mind(text) or "{" in text for text in texts(item))


def test_a_thousand_questions_from_random_runs_have_exactly_one_right_answer() -> None:
    count = 0
    for seed in range(150):
        facts = random_run(seed)
        asked, refused = run_questions(BANK, facts)
        assert len(asked) + len(refused) == len(BANK.item)
        for item in asked:
            check(item, facts)
            assert lint_item(item, own_misconceptions()) == (), item.id
        count += len(asked)
    assert count >= 1000


@pytest.mark.parametrize(
    ("item", "facts", "why"),
    [
        ("run.epoch.best", [(1, 2.0, 1.0, 0.5), (2, 1.5, 0.996, 0.5), (3, 1.4, 1.2, 0.5)], "differ by less than 1 %"),
        ("run.loss.trend", [(1, 2, 2.0, 0.5), (2, 2, 1.5, 0.5), (3, 2, 1.7, 0.5), (4, 2, 1.4, 0.5)], "turns more"),
        ("run.loss.gap", [(1, 1.0, 1.01, 0.5)], "less than 2 %"),
        ("run.bigram.pass", [(1, 2.0, 1.0, 0.401), (2, 2.0, 0.9, 0.6)], "too close"),
        ("run.bigram.pass", [(1, 2.0, 1.0, 0.3)], "not passed"),
        ("run.loss.drop", [(1, 2.0, 1.0, 0.5)], "less than 0.05"),
        ("run.loss.untrained", [(1, 2.0, 1.0, 0.5)], "untrained model of this run was not measured"),
        ("run.loss.untrained", [(0, 5.0, 5.0, 0.0)], "same probability"),
        ("run.epoch.best", [(1, 2.0, 1.0, 0.5)], "needs a run of at least 3 epochs."),
        ("run.loss.bits", [(1, 2.0, math.nan, 0.5)], "no finite loss"),
    ],
)
def test_a_run_that_makes_a_question_ambiguous_is_told_so(
    item: str, facts: list[tuple[int, float, float, float]], why: str
) -> None:
    run = RunFacts("Run", 1024, 80, 20, tuple(epoch(*row) for row in facts), baselines(0.4, None))
    _, refused = run_questions(BANK, run)
    assert [why in refusal.why for refusal in refused if refusal.item == item] == [True]


def test_facts_are_frozen_so_an_answer_can_be_marked_without_the_run() -> None:
    asked, _ = run_questions(BANK, good_run())
    for item in asked:
        kept = parse_item(item.model_dump_json())
        assert kept == item
        assert check_key(kept, run_here) == ()


def test_texts_are_filled_by_arithmetic_alone() -> None:
    assert fill("{a:.2f} and {a / b * 100:.0f} % of {b}, {option 2}", {"a": 1, "b": 4}) == (
        "1.00 and 25 % of 4, {option 2}"
    )
    assert fill("{d:+.1f}", {"d": -2}) == "−2.0"
    with pytest.raises(QuizError):
        fill("{a.__class__}", {"a": 1})


def test_an_empty_run_refuses_politely() -> None:
    asked, refused = run_questions(BANK, RunFacts("Run 1", 5, 0, 0, ()))
    assert asked == ()
    assert all(isinstance(one, Refusal) and one.why.endswith(".") for one in refused)
