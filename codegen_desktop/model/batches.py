"""Batches of rows of like length as torch reads them; `batch_order` says which rows, and where they stand."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from codegen_desktop.model.batch_order import lay_out
from codegen_desktop.model.rows import Rows


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


def collate(rows: Rows, numbers: NDArray[np.int64]) -> Batch:
    """Put rows together: see `batch_order.lay_out`."""
    grid = lay_out(rows, numbers)
    return Batch(
        inputs=torch.from_numpy(grid.inputs),
        targets=torch.from_numpy(grid.targets[grid.real]),
        wanted=torch.from_numpy(np.flatnonzero(grid.real)),
        asked=torch.from_numpy(grid.asked[grid.real]),
    )
