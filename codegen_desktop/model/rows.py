"""Texts as the model meets them: one row of token ids each, all rows in one flat array."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.errors import TrainingError
from codegen_desktop.tokenization.kinds import kinds_of_tokens
from codegen_desktop.tokenization.tokenizer import END_ID, Tokenizer


def _no_kinds() -> NDArray[np.uint8]:
    return np.zeros(0, np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of targets laid end to end; row `r` is `ids[offsets[r]:offsets[r + 1]]`.

    The model's input for a row is the same row moved one to the right behind the start mark: START, row[:-1].
    """

    ids: NDArray[np.int32]  # (N,)
    offsets: NDArray[np.int64]  # (rows + 1,), from 0 to N
    text_bytes: NDArray[np.int64]  # (rows,), UTF-8 bytes that a row's tokens stand for; marks stand for none
    asked: NDArray[np.int64]  # (rows,), how many of a row's first tokens are its instruction
    kinds: NDArray[np.uint8] = field(default_factory=_no_kinds)  # (N,), places in `kinds.KINDS`; empty if not known
    labels: NDArray[np.int32] | None = None  # (N,), what is asked for where it is not `ids`: broken pipelines only

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Targets of each row."""
        return np.diff(self.offsets)

    @property
    def tokens(self) -> int:
        """Targets of all rows together."""
        return len(self.ids)

    def first(self, count: int) -> "Rows":
        """The first rows, at most `count`."""
        count = min(count, len(self))
        end = int(self.offsets[count])
        return Rows(
            ids=self.ids[:end],
            offsets=self.offsets[: count + 1],
            text_bytes=self.text_bytes[:count],
            asked=self.asked[:count],
            kinds=self.kinds[:end],
            labels=None if self.labels is None else self.labels[:end],
        )

    def row(self, number: int) -> NDArray[np.int32]:
        """The targets of one row."""
        return self.ids[self.offsets[number] : self.offsets[number + 1]]


def require_both(train: Rows, test: Rows) -> None:
    """Raise TrainingError where there is nothing to learn from or nothing to measure on."""
    for rows, part in ((train, "learning"), (test, "test")):
        if rows.tokens == 0:
            raise TrainingError(f"The {part} part holds no snippet.", "Choose a corpus with at least two snippets.")


def make_rows(tokenizer: Tokenizer, texts: Sequence[str], context: int, prompts: Sequence[str] = ()) -> Rows:
    """Cut each text into at most `context - 1` tokens and an end mark.

    A text that does not fit loses what is beyond, and the end mark with it: it does not end there. `prompts` holds
    for every text the instruction that it begins with, empty where it has none; without it no text has one.
    """
    if prompts and len(prompts) != len(texts):
        raise ValueError("as many prompts as texts")
    return lay_out(tokenizer, cut(tokenizer, texts, context), texts, prompts)


def cut(tokenizer: Tokenizer, texts: Sequence[str], context: int) -> list[list[int]]:
    """The ids of each text with its end mark, or its first `context - 1` ids where it does not fit."""
    return [ids[: context - 1] if len(ids) >= context else [*ids, END_ID] for ids in tokenizer.encode_many(texts)]


def lay_out(
    tokenizer: Tokenizer, rows: Sequence[Sequence[int]], texts: Sequence[str], prompts: Sequence[str] = ()
) -> Rows:
    """Lay rows of ids end to end; `texts` are what their tokens spell, each begins with its one of the `prompts`."""
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    ids = np.fromiter((token for row in rows for token in row), np.int32, count=int(offsets[-1]))
    bytes_of = np.array([len(tokenizer.token_bytes(token)) for token in range(tokenizer.vocabulary_size)], np.int64)
    running = np.concatenate([np.zeros(1, np.int64), np.cumsum(bytes_of[ids])])
    limits = np.array([len(prompt.encode()) for prompt in prompts] or [0] * len(rows), np.int64)
    reached = np.searchsorted(running, running[offsets[:-1]] + limits) - offsets[:-1]
    asked = np.where(limits > 0, np.minimum(reached, lengths), 0)
    kinds = kinds_of_tokens(texts, np.split(bytes_of[ids], offsets[1:-1])) if texts else _no_kinds()
    return Rows(ids=ids, offsets=offsets, text_bytes=np.diff(running[offsets]), asked=asked, kinds=kinds)
