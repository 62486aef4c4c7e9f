"""The baselines agree with counting by hand, and with a slow, plain n-gram model."""

import math
from collections import Counter

import pytest
from tiny_jobs import VOCABULARY, counting_rows, rows_of

from codegen_desktop.errors import TrainingError
from codegen_desktop.model.baselines import LONGEST, baselines, ngram_scores
from codegen_desktop.model.rows import Rows
from codegen_desktop.tokenization.tokenizer import START_ID

A, B, C = 6, 7, 8


def test_uniform_is_the_logarithm_of_the_vocabulary() -> None:
    rows = rows_of([[A, B]])
    score = baselines(rows, rows, 10).uniform
    assert score.loss == pytest.approx(math.log(10))
    assert score.accuracy == pytest.approx(0.1)
    assert score.bits_per_byte == pytest.approx(3 * math.log2(10) / 4), "three targets, four bytes"


def test_unigram_and_bigram_by_hand() -> None:
    """Training: A A B END. One token occurs twice, two once: discount 2 / (2 + 2·1) = 1/2, of 3 kinds among 4."""
    train, test = rows_of([[A, A, B]]), rows_of([[A, C]])
    escape = 0.5 * 3 / 4
    unigram = {A: 1.5 / 4 + escape / 10, C: escape / 10, 2: 0.5 / 4 + escape / 10}
    told = baselines(train, test, 10)
    assert told.unigram.loss == pytest.approx(-sum(math.log(unigram[token]) for token in (A, C, 2)) / 3)
    assert told.unigram.accuracy == pytest.approx(1 / 3), "the most frequent token is A"
    # Pairs: (start, A), (A, A), (A, B), (B, END), each once: discount 4 / 4 = 1, so each pair passes on everything.
    # After C, which was never met, the shorter context speaks.
    bigram = unigram[A] * unigram[C] * unigram[2]
    assert told.bigram.loss == pytest.approx(-math.log(bigram) / 3)


@pytest.mark.parametrize("seed", [0, 1])
def test_all_orders_agree_with_a_plain_model(seed: int) -> None:
    train, test = counting_rows(40, seed), counting_rows(25, seed + 10)
    for length, (nats, hits) in enumerate(ngram_scores(train, test, VOCABULARY), start=1):
        expected = plain_ngram(train, test, length)
        assert nats == pytest.approx(expected[0], rel=1e-9)
        assert hits == expected[1]


def test_longer_contexts_help_on_a_pattern() -> None:
    losses = [nats for nats, _ in ngram_scores(counting_rows(400, 0), counting_rows(100, 1), VOCABULARY)]
    assert losses[2] < losses[1] < losses[0]
    assert len(losses) == LONGEST


def test_the_floor_is_the_grammars_loss_per_token() -> None:
    rows = rows_of([[A, B], [C]])
    assert baselines(rows, rows, 10, floor_nats=10.0).floor == pytest.approx(2.0)
    assert baselines(rows, rows, 10).floor is None


@pytest.mark.parametrize("part", ["learning", "test"])
def test_an_empty_part_is_said(part: str) -> None:
    rows, empty = rows_of([[A]]), rows_of([])
    with pytest.raises(TrainingError, match=f"The {part} part holds no snippet"):
        baselines(*((empty, rows) if part == "learning" else (rows, empty)), 10)


def test_a_token_never_seen_does_not_break_the_logarithm() -> None:
    told = baselines(rows_of([[A, A]] * 3), rows_of([[C]]), 10)
    assert math.isfinite(told.five_gram.loss)


def plain_ngram(train: Rows, test: Rows, longest: int) -> tuple[float, int]:
    """Interpolated absolute discounting with dictionaries, one target at a time."""
    counts = [Counter(grams(train, length)) for length in range(1, longest + 1)]
    totals = [Counter(gram[:-1] for gram in grams(train, length)) for length in range(1, longest + 1)]
    kinds = [Counter(gram[:-1] for gram in counted) for counted in counts]
    discounts = []
    for counted in counts:
        tally = Counter(counted.values())
        discounts.append(tally[1] / (tally[1] + 2 * tally[2]) if tally[1] else 0.5)

    def chance(context: tuple[int, ...], token: int) -> float:
        if not len(context):
            below = 1 / VOCABULARY
        else:
            below = chance(context[1:], token)
        order = len(context)
        total = totals[order][context]
        if not total:
            return below
        counted = counts[order][(*context, token)]
        kept = max(counted - discounts[order], 0) / total
        return kept + discounts[order] * kinds[order][context] / total * below

    nats, hits = 0.0, 0
    for gram in grams(test, longest):
        chances = [chance(gram[:-1], token) for token in range(VOCABULARY)]
        nats -= math.log(chances[gram[-1]])
        hits += max(range(VOCABULARY), key=chances.__getitem__) == gram[-1]
    return nats, hits


def grams(rows: Rows, length: int) -> list[tuple[int, ...]]:
    found = []
    for number in range(len(rows)):
        padded = [START_ID] * (length - 1) + rows.row(number).tolist()
        found += [tuple(padded[at : at + length]) for at in range(len(padded) - length + 1)]
    return found
