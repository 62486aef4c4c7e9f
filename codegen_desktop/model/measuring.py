"""Measures a model on rows it does not learn from: every target's loss, and what follows from them all."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.model.batch_order import by_length
from codegen_desktop.model.batches import collate
from codegen_desktop.model.records import KindScore, RowScore
from codegen_desktop.model.rows import Rows
from codegen_desktop.model.transformer import Transformer
from codegen_desktop.tokenization.kinds import KINDS

MEASURING_BATCH = 64
"""Rows measured together, outside of training."""

EXTREMES = 5
"""How many of the hardest and of the easiest rows are told."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a model makes of some rows, target by target in the order of `rows.ids`: (N,) each, losses in nats."""

    rows: Rows
    losses: NDArray[np.float32]
    right: NDArray[np.bool_]

    @property
    def loss(self) -> float:
        """Mean loss in nats per token."""
        return float(self.losses.mean(dtype=np.float64))

    @property
    def accuracy(self) -> float:
        """The share of targets that got the highest score."""
        return float(self.right.mean())

    def kinds(self) -> tuple[KindScore, ...]:
        """Scores by kind of token, for the kinds that occur; nothing where the rows' kinds are not known."""
        kinds = self.rows.kinds
        if len(kinds) != len(self.losses):
            return ()
        counts = np.bincount(kinds, minlength=len(KINDS))
        losses = np.bincount(kinds, self.losses, len(KINDS))
        right = np.bincount(kinds, self.right, len(KINDS))
        return tuple(
            KindScore(
                kind, int(counts[place]), float(losses[place] / counts[place]), float(right[place] / counts[place])
            )
            for place, kind in enumerate(KINDS)
            if counts[place]
        )

    def extremes(self) -> tuple[tuple[RowScore, ...], tuple[RowScore, ...]]:
        """The rows with the highest and those with the lowest mean loss, the most extreme first."""
        means = np.add.reduceat(self.losses.astype(np.float64), self.rows.offsets[:-1]) / self.rows.lengths
        ranked = np.argsort(means, kind="stable")
        hardest, easiest = ranked[::-1][:EXTREMES], ranked[:EXTREMES]
        scored = (tuple(RowScore(int(row), float(means[row])) for row in part) for part in (hardest, easiest))
        first, second = scored
        return first, second


def measure(model: Transformer, rows: Rows, device: torch.device, what: str) -> Generator[Progress, None, Measured]:
    """Judge every target of the rows; `what` names the work in the progress. The weights stay as they are."""
    losses, right = np.empty(rows.tokens, np.float32), np.empty(rows.tokens, np.bool_)
    done = 0
    for numbers in by_length(rows, MEASURING_BATCH):
        batch = collate(rows, numbers).to(device)
        with torch.inference_mode():
            logits = model(batch.inputs, batch.wanted)  # (N, V)
            found = F.cross_entropy(logits, batch.targets, reduction="none")  # (N,)
            own = logits.gather(1, batch.targets.unsqueeze(1)).squeeze(1)
            hit = own >= logits.amax(dim=-1)  # looking for the largest value is ten times faster than for its place
        places = np.concatenate([np.arange(rows.offsets[row], rows.offsets[row + 1]) for row in numbers])
        losses[places], right[places] = found.cpu().numpy(), hit.cpu().numpy()
        done += len(numbers)
        yield Progress(done, len(rows), what)
    return Measured(rows, losses, right)
