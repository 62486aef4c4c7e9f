"""How much of what a model wrote stands in its training part word for word: the longest run of shared tokens.

All positions of the training part are sorted by the tokens that follow them (a suffix array by prefix doubling,
Manber and Myers 1993), so that any run is found by bisection.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.corpus.snippet import Snippet
from codegen_desktop.tokenization.tokenizer import Tokenizer

LONGEST = 64
"""Runs are told apart up to at least this many tokens; a longer copy counts as this long."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The longest run: its length in tokens, where it begins in what was written, and a snippet that has it."""

    tokens: int
    start: int
    snippet: Snippet


class TrainingIndex:
    """The tokens of the training part, ready to be searched. Built in well under a second for 400,000 tokens."""

    def __init__(self, tokenizer: Tokenizer, snippets: Sequence[Snippet]) -> None:
        """Cut the snippets and sort their positions; each snippet is followed by a mark that matches nothing."""
        rows = tokenizer.encode_many([snippet.text for snippet in snippets])
        mark = tokenizer.vocabulary_size
        self._snippets = tuple(snippets)
        self._starts = np.cumsum([0, *(len(row) + 1 for row in rows)])  # (snippets + 1,)
        ids = np.fromiter((token for row in rows for token in (*row, mark)), np.int64, int(self._starts[-1]))
        self._order = _sorted_positions(ids).tolist()
        self._ids = ids.tolist()

    def longest_copy(self, ids: Sequence[int]) -> Copied | None:
        """The longest run of `ids` that stands in one training snippet; None when not even one token does."""
        ids, best = list(ids), Copied(0, 0, self._snippets[0]) if self._snippets else None
        for start in range(len(ids)):
            if best is None or len(ids) - start <= best.tokens:
                break
            length, position = self._longest_from(ids[start : start + LONGEST])
            if length > best.tokens:
                row = int(np.searchsorted(self._starts, position, side="right")) - 1
                best = Copied(length, start, self._snippets[row])
        return best if best is not None and best.tokens else None

    def _longest_from(self, wanted: list[int]) -> tuple[int, int]:
        """The longest beginning of `wanted` in the training part, and a position where it stands.

        The best match is a neighbour of the place where `wanted` would be sorted in.
        """
        low, high, size = 0, len(self._order), len(wanted)
        while low < high:
            middle = (low + high) // 2
            position = self._order[middle]
            if self._ids[position : position + size] < wanted:
                low = middle + 1
            else:
                high = middle
        positions = [self._order[place] for place in (low - 1, low) if 0 <= place < len(self._order)]
        return max(((self._shared(wanted, position), position) for position in positions), default=(0, 0))

    def _shared(self, wanted: list[int], position: int) -> int:
        """How many tokens agree from here on."""
        found = self._ids[position : position + len(wanted)]
        return next((n for n, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), len(found))


def _sorted_positions(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """All positions in the order of the tokens that follow them, as far as LONGEST. ids: (N,), none negative."""
    count = len(ids)
    if count == 0:
        return ids
    bits = int(ids.max() + 1).bit_length()
    width = 62 // bits  # as many tokens as fit into one number are compared at once, to begin with
    keys = np.zeros(count, np.int64)
    for place in range(width):
        keys <<= bits
        keys[: max(0, count - place)] += ids[place:] + 1
    while True:
        order = np.argsort(keys)
        ordered = keys[order]
        ranks = np.empty(count, np.int64)
        ranks[order] = np.cumsum(np.concatenate([[0], ordered[1:] != ordered[:-1]]))
        if width >= LONGEST or ranks[order[-1]] + 1 == count:
            return order
        later = np.zeros(count, np.int64)
        later[: max(0, count - width)] = ranks[width:] + 1
        keys = ranks * (count + 1) + later  # ranks now tell twice as many tokens apart
        width *= 2
