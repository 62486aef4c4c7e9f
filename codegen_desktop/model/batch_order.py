"""Which rows are read together, in what order, and how they stand in a batch. Needs no torch."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.model.rows import Rows
from codegen_desktop.tokenization.tokenizer import PAD_ID, START_ID

WINDOW = 16
"""Batches that are sorted by length together: wide enough to waste few positions on pads, narrow enough to mix."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A batch as the model sees it. Where `real` is False stands a pad, in inputs and targets alike."""

    inputs: NDArray[np.int64]  # (B, T): START, then every row without its last token
    targets: NDArray[np.int64]  # (B, T): the token that follows each input, or what `Rows.labels` asks for
    real: NDArray[np.bool_]  # (B, T)
    asked: NDArray[np.bool_]  # (B, T): whether a target is part of an instruction


def order(rows: Rows, batch: int, seed: int, epoch: int) -> list[NDArray[np.int64]]:
    """The row numbers of every batch of an epoch; every row occurs exactly once.

    Rows are shuffled, sorted by length inside windows of `WINDOW` batches, cut into batches, and the batches are
    shuffled. Nothing but (rows, batch, seed, epoch) decides, so a resumed run needs only its position.
    """
    random = np.random.default_rng([seed, epoch])
    shuffled = random.permutation(len(rows))
    lengths = rows.lengths
    batches: list[NDArray[np.int64]] = []
    for start in range(0, len(shuffled), batch * WINDOW):
        window = shuffled[start : start + batch * WINDOW]
        window = window[np.argsort(lengths[window], kind="stable")]
        batches += [window[at : at + batch] for at in range(0, len(window), batch)]
    return [batches[number] for number in random.permutation(len(batches))]


def by_length(rows: Rows, batch: int) -> Iterator[NDArray[np.int64]]:
    """The numbers of all rows in batches of like length, shortest first: for measuring, where order does not matter."""
    ranked = np.argsort(rows.lengths, kind="stable")
    for start in range(0, len(ranked), batch):
        yield ranked[start : start + batch]


def lay_out(rows: Rows, numbers: NDArray[np.int64]) -> Grid:
    """Put rows together: START and the row without its last token, pads on the right up to the longest."""
    lengths = rows.lengths[numbers]
    place = np.arange(lengths.max())
    real = place < lengths[:, None]  # (B, T)
    asked = place < rows.asked[numbers, None]  # (B, T)
    targets = np.full(real.shape, PAD_ID, np.int64)
    targets[real] = np.concatenate([rows.row(number) for number in numbers])
    inputs = np.full(real.shape, PAD_ID, np.int64)
    inputs[:, 0] = START_ID
    inputs[:, 1:][real[:, 1:]] = targets[:, :-1][real[:, 1:]]
    if rows.labels is not None:
        begins, ends = rows.offsets[numbers], rows.offsets[numbers + 1]
        targets[real] = np.concatenate([rows.labels[begin:end] for begin, end in zip(begins, ends, strict=True)])
    return Grid(inputs, targets, real, asked)
