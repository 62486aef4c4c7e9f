"""Where a value stands on a plot's upright axis: its unit, a linear or a log scale, and round numbers beside it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.ui.training.figure_options import Unit

Tick = tuple[float, str]
"""A place on an axis and the number that stands there."""

UNIT_NAMES: dict[Unit, str] = {
    "nats": "nats per token",
    "bits": "bits per byte",
    "perplexity": "perplexity",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """The upright axis of one plot: `what` is `loss` or `accuracy`; the other fields speak of the loss only.

    `bits_per_nat`: bits per byte of text that one nat per token makes; None where that is not known, which leaves
    every place in bits undefined (NaN).
    """

    what: str
    unit: Unit = "nats"
    logarithmic: bool = False
    bits_per_nat: float | None = None

    @property
    def is_log(self) -> bool:
        """Whether places are powers of ten; shares of right guesses never are."""
        return self.logarithmic and self.what == "loss"

    def convert(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Nats per token (or shares) in the unit of the axis."""
        if self.what != "loss" or self.unit == "nats":
            return values
        if self.unit == "bits":
            return values * (math.nan if self.bits_per_nat is None else self.bits_per_nat)
        return np.exp(np.minimum(values, 700.0))  # beyond it there is no such number

    def place(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where nats per token (or shares) stand; NaN for what has no place, such as zero on a log scale."""
        converted = self.convert(values)
        if not self.is_log:
            return converted
        with np.errstate(divide="ignore", invalid="ignore"):
            placed = np.log10(converted)
        return np.where(np.isfinite(placed), placed, np.nan)

    def place_one(self, value: float) -> float:
        """Where one value stands."""
        return float(self.place(np.array([value]))[0])

    def write(self, value: float) -> str:
        """A value in nats (or a share) as words in the unit of the axis."""
        converted = float(self.convert(np.array([value]))[0])
        if self.what == "accuracy":
            return f"{converted * 100:.0f} %"
        if not math.isfinite(converted):
            return "–"
        return f"{converted:,.0f}" if converted >= 100 else f"{converted:.2f}"

    def ticks(self, low: float, high: float, most: int = 8) -> tuple[Tick, ...]:
        """Round numbers between two places, at most about `most` of them."""
        if self.what == "accuracy":
            return tuple((value, _per_cent(value)) for value in _round_numbers(low, high, min(most, 6)))
        if not self.is_log:
            return tuple((value, _plain(value)) for value in _round_numbers(low, high, most))
        bottom, top = 10.0 ** max(low, -300.0), 10.0 ** min(high, 300.0)
        values = _decades(bottom, top, most)
        if len(values) < 3:
            values = [value for value in _round_numbers(bottom, top, most) if value > 0]
        return tuple((math.log10(value), _plain(value)) for value in values)


def _per_cent(value: float) -> str:
    return f"{value * 100:.4g} %" if value else "0"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}"


def _round_numbers(low: float, high: float, most: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten."""
    if not high > low:
        return []
    rough = (high - low) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def _decades(bottom: float, top: float, most: int) -> list[float]:
    """1, 2 and 5 times powers of ten; only the powers where there would be too many."""
    first, last = math.floor(math.log10(bottom)), math.ceil(math.log10(top))
    for factors in ((1, 2, 5), (1, 3), (1,)):
        values = [factor * 10.0**power for power in range(first, last + 1) for factor in factors]
        values = [value for value in values if bottom * (1 - 1e-9) <= value <= top * (1 + 1e-9)]
        if len(values) <= most:
            break
    return values
