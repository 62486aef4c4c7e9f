"""What guessing without a neural network reaches on the same data: the honest lines beside every curve.

Uniform guessing, and n-grams by interpolated absolute discounting (Ney, Essen and Kneser 1994): what was counted
loses a discount, and what is gained by that is shared out as the next shorter n-gram would:

    p(w | c) = max(count(c, w) - d, 0) / count(c)  +  d · kinds(c) / count(c) · p(w | c without its oldest token)

The shortest, without any context, falls back to guessing uniformly. Everything is counted over sorted arrays, so
8,000 rows take about a second. Needs no torch.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.model.records import Baselines, BaselineScore
from codegen_desktop.model.rows import Rows, require_both
from codegen_desktop.tokenization.tokenizer import START_ID

LONGEST = 5
"""Tokens in the longest n-gram: four that are known and the one that is guessed."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def baselines(
    train: Rows, test: Rows, vocabulary: int, test_bytes: int | None = None, floor_nats: float | None = None
) -> Baselines:
    """Count on the training part, score on the test part.

    `test_bytes` is the number of bytes of the test texts (those of `test` by default); `floor_nats` the sum of
    −log p of the test texts under the grammar that wrote them. Raises TrainingError where a part holds no snippet.
    """
    require_both(train, test)
    text_bytes = max(1, int(test.text_bytes.sum()) if test_bytes is None else test_bytes)

    def score(nats: float, hits: float) -> BaselineScore:
        return BaselineScore(nats / test.tokens, hits / test.tokens, nats / math.log(2) / text_bytes)

    scores = [score(nats, hits) for nats, hits in ngram_scores(train, test, vocabulary)]
    return Baselines(
        uniform=score(test.tokens * math.log(vocabulary), test.tokens / vocabulary),
        unigram=scores[0],
        bigram=scores[1],
        five_gram=scores[LONGEST - 1],
        floor=None if floor_nats is None else floor_nats / test.tokens,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """Everything counted for one length of n-gram. Contexts are numbered; an entry is a context with a next token."""

    parents: Ints  # (contexts,) keys `shorter context · V + oldest token`, sorted: a context's number is its place
    entries: Ints  # (entries,) keys `context · V + next token`, sorted
    chances: Floats  # (entries,) p(next token | context)
    escape: Floats  # (contexts,) the share left to the shorter context
    best: Ints  # (contexts,) the likeliest next token


def ngram_scores(train: Rows, test: Rows, vocabulary: int) -> list[tuple[float, int]]:
    """For n = 1 to LONGEST: the sum of nats over the test targets, and how many of them were the likeliest guess."""
    train_context, test_context = np.zeros(train.tokens, np.int64), np.zeros(test.tokens, np.int64)
    test_chance = np.full(test.tokens, 1.0 / vocabulary)
    test_best = np.zeros(test.tokens, np.int64)
    known = np.ones(test.tokens, bool)  # whose context was met in training
    shorter: _Order | None = None
    scores: list[tuple[float, int]] = []
    for length in range(LONGEST):
        parents = np.zeros(1, np.int64)
        if length:
            parents, train_context = np.unique(train_context * vocabulary + _before(train, length), return_inverse=True)
            place, found = _find(parents, test_context * vocabulary + _before(test, length))
            known &= found
            test_context = np.where(known, place, 0)
        order = _count(train_context, parents, train.ids.astype(np.int64), vocabulary, shorter)
        place, found = _find(order.entries, test_context * vocabulary + test.ids)
        unseen = order.escape[test_context] * test_chance
        test_chance = np.where(known, np.where(found, order.chances[place], unseen), test_chance)
        test_best = np.where(known, order.best[test_context], test_best)
        scores.append((float(-np.log(test_chance).sum()), int((test_best == test.ids).sum())))
        shorter = order
    return scores


def _count(contexts: Ints, parents: Ints, targets: Ints, vocabulary: int, shorter: _Order | None) -> _Order:
    """Count one length of n-gram. contexts, targets: (N,); `shorter` is the order below, None for no context."""
    entries, counts = np.unique(contexts * vocabulary + targets, return_counts=True)
    owner, token = np.divmod(entries, vocabulary)
    total = np.bincount(owner, counts, len(parents))
    kinds = np.bincount(owner, minlength=len(parents))
    once, twice = np.sum(counts == 1), np.sum(counts == 2)
    discount = once / (once + 2 * twice) if once else 0.5  # Ney's estimate, where there is anything to estimate
    escape = discount * kinds / total
    if shorter is None:
        below = np.full(len(entries), 1.0 / vocabulary)
        fallback, fallback_chance = np.zeros(1, np.int64), np.full(1, 1.0 / vocabulary)
    else:
        parent = parents // vocabulary
        place, _ = _find(shorter.entries, parent[owner] * vocabulary + token)
        below = shorter.chances[place]
        fallback = shorter.best[parent]
        place, _ = _find(shorter.entries, parent * vocabulary + fallback)
        fallback_chance = shorter.chances[place]
    chances = (counts - discount) / total[owner] + escape[owner] * below
    best = _likeliest(owner, token, chances, fallback, escape * fallback_chance)
    return _Order(parents, entries, chances, escape, best)


def _likeliest(owner: Ints, token: Ints, chances: Floats, fallback: Ints, fallback_chance: Floats) -> Ints:
    """Each context's likeliest next token: one that was seen there, or the shorter context's best. (contexts,)"""
    ranked = np.lexsort((token, -chances, owner))  # by context, then likeliest first, then smallest id
    first = ranked[np.flatnonzero(np.diff(owner[ranked], prepend=-1))]
    return np.where(chances[first] >= fallback_chance, token[first], fallback)


def _before(rows: Rows, distance: int) -> Ints:
    """The token `distance` places before each target, the start mark before a row's beginning. (N,)"""
    shifted = np.full(rows.tokens, START_ID, np.int64)
    shifted[distance:] = rows.ids[: max(0, rows.tokens - distance)]
    place_in_row = np.arange(rows.tokens) - np.repeat(rows.offsets[:-1], rows.lengths)
    shifted[place_in_row < distance] = START_ID
    return shifted


def _find(ordered: Ints, wanted: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each wanted key stands in a sorted array, and whether it is there at all."""
    place = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return place, ordered[place] == wanted
