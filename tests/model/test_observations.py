"""Each rule speaks when its numbers hold, in our own words."""

import re

import pytest

from codegen_desktop.model.observations import RULES, observe
from codegen_desktop.model.records import Baselines, BaselineScore, EpochResult
from codegen_desktop.model.reference import REFERENCE_TRACE


def lines(floor: float | None = None) -> Baselines:
    uniform, unigram, bigram, five = (BaselineScore(loss, acc, 1.0) for loss, acc in
                                      ((7.6, 0.0005), (4.2, 0.07), (1.85, 0.5), (1.2, 0.7)))  # fmt: skip
    return Baselines(uniform, unigram, bigram, five, floor)


def epochs(*losses: tuple[float, float]) -> list[EpochResult]:
    return [EpochResult(number, train, 0.5, test, 0.75, 1.0, 1.0) for number, (train, test) in enumerate(losses)]


CASES = {
    "_untrained": (epochs((7.6, 7.61)), lines(), "Before the first step: guessing among all tokens would give 7.60."),
    "_memorising": (
        epochs((7, 7), (1.0, 1.1), (0.8, 1.2), (0.6, 1.3)), lines(),
        "Test loss rose for two epochs while train loss fell to 0.60: it is beginning to memorise",
    ),
    "_worse": (epochs((7, 7), (1.0, 1.1), (1.1, 1.2)), lines(), "rose from 1.10 to 1.20"),
    "_at_the_floor": (
        epochs((7, 7), (1.0, 0.9), (0.8, 0.5)), lines(0.48), "0.02 above the grammar's own 0.48 (an estimate)",
    ),
    "_slowing": (epochs((7, 7), (1.0, 0.9), (0.8, 0.895)), lines(), "fell by only 0.005"),
    "_below_five_gram": (epochs((7, 7), (1.3, 1.15)), lines(), "Below the five-token table's 1.20: more"),
    "_below_bigram": (epochs((7, 7), (2.0, 1.5)), lines(), "Below the word-pair table's 1.85"),
    "_below_unigram": (epochs((7, 7), (4.0, 3.0)), lines(), "Below the 4.20 of token frequencies"),
    "_not_yet": (epochs((7, 7), (6.0, 5.0)), lines(), "how frequent each token is would give 4.20"),
}  # fmt: skip


def test_every_rule_has_a_case() -> None:
    assert [rule.__name__ for rule in RULES] == list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_rule_speaks(name: str) -> None:
    results, baselines, expected = CASES[name]
    sentence = observe(results, baselines)
    assert expected in sentence
    rule = next(rule for rule in RULES if rule.__name__ == name)
    assert rule(results, baselines) == sentence, "no earlier rule spoke instead"


def test_later_epochs_below_the_five_gram_give_numbers() -> None:
    sentence = observe(epochs((7, 7), (1.0, 1.1), (0.8, 0.9)), lines(0.5))
    assert sentence == "0.40 above the grammar's own loss; the five-token table predicts 70%."
    sentence = observe(epochs((7, 7), (1.0, 1.1), (0.8, 0.9)), lines())
    assert sentence == "0.30 below the five-token table, which predicts 70%."


def test_no_sentence_makes_the_model_a_person_or_repeats_the_brief() -> None:
    sentences = [observe(results, baselines) for results, baselines, _ in CASES.values()]
    for sentence in sentences:
        assert not re.search(r"\b(thinks?|knows?|understands?|wants?|believes?)\b", sentence), sentence
        assert sentence not in {row.observation for row in REFERENCE_TRACE}
        assert sentence.endswith(".")
