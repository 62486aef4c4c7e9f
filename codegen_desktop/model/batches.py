"""Batches of rows of like length, in an order that follows from the seed and the epoch alone."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from codegen_desktop.model.rows import Rows
from codegen_desktop.tokenization.tokenizer import PAD_ID, START_ID

WINDOW = 16
"""Batches that are sorted by length together: wide enough to waste few positions on pads, narrow enough to mix."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What one step reads: inputs with pads on the right, and the real targets without any pad."""

    inputs: Tensor  # (B, T) int64
    targets: Tensor  # (N,) int64
    wanted: Tensor  # (N,) int64: where the targets stand, as flat positions b·T + t
    asked: Tensor  # (N,) bool: whether a target is part of an instruction

    def to(self, device: torch.device) -> "Batch":
        """The same batch on a device."""
        parts = (self.inputs, self.targets, self.wanted, self.asked)
        return Batch(*(tensor.to(device, non_blocking=True) for tensor in parts))


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


def collate(rows: Rows, numbers: NDArray[np.int64]) -> Batch:
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
    return Batch(
        inputs=torch.from_numpy(inputs),
        targets=torch.from_numpy(targets[real]),
        wanted=torch.from_numpy(np.flatnonzero(real)),
        asked=torch.from_numpy(asked[real]),
    )


def by_length(rows: Rows, batch: int) -> Iterator[Batch]:
    """All rows in batches of like length, shortest first: for measuring, where the order does not matter."""
    sorted_rows = np.argsort(rows.lengths, kind="stable")
    for start in range(0, len(sorted_rows), batch):
        yield collate(rows, sorted_rows[start : start + batch])
