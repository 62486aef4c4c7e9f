"""How a person wants the figure drawn; kept for the next start."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from codegen_desktop.ui.training.history import DEFAULT_SMOOTHING

Unit = Literal["nats", "bits", "perplexity"]
Window = Literal["all", "epoch", "steps"]

SMOOTHINGS = (0.0, 0.6, DEFAULT_SMOOTHING, 0.97)
"""The choices of the smoothing menu."""

WINDOW_STEPS = 200
"""Steps that the narrowest window shows."""


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """`unit` and `logarithmic` speak of the loss; `trace` of the five points that the brief quotes."""

    smoothing: float = DEFAULT_SMOOTHING
    unit: Unit = "nats"
    logarithmic: bool = False
    window: Window = "all"
    trace: bool = True

    def with_unit(self, unit: Unit) -> "FigureOptions":
        """The same in another unit. Perplexities reach from 2 to thousands, so they begin on a log scale."""
        return replace(self, unit=unit, logarithmic=unit == "perplexity")

    def as_text(self) -> str:
        """As `from_text` reads it."""
        return json.dumps(asdict(self))


def from_text(text: str) -> FigureOptions:
    """The options a text holds; the usual ones for whatever it does not hold or what cannot be."""
    try:
        told: Any = json.loads(text)
    except ValueError:
        return FigureOptions()
    usual = FigureOptions()
    if not isinstance(told, dict):
        return usual
    allowed = {
        "smoothing": SMOOTHINGS,
        "unit": get_args(Unit),
        "logarithmic": (False, True),
        "window": get_args(Window),
        "trace": (False, True),
    }
    known = {name: told[name] for name, values in allowed.items() if name in told and told[name] in values}
    return replace(usual, **known)
