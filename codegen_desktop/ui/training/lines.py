"""How the plots' series are drawn, and the reference lines a run is compared with, computed from its own dataset."""

import math
from dataclasses import dataclass

from PySide6.QtGui import QColor, QPen

from codegen_desktop.model.records import BaselineScore
from codegen_desktop.ui import theme
from codegen_desktop.ui.colours import Pen
from codegen_desktop.ui.training.history import RunHistory


def outline(colour: str, width: float) -> QPen:
    """A solid pen for markers; cosmetic, as pyqtgraph draws markers at size 1 and stretches them."""
    made = QPen(QColor(colour), width * theme.current().text_scale)
    made.setCosmetic(True)
    return made


def pen(series: Pen, *, width: float | None = None, opacity: float = 1.0, dashed: bool = True) -> QPen:
    """A series' pen; Qt counts dashes in pen widths, so the px of the design are divided by the width."""
    colour = QColor(series.colour)
    colour.setAlphaF(opacity)
    made = QPen(colour, theme.px(width or series.width))
    made.setWidthF((width or series.width) * theme.current().text_scale)
    made.setCosmetic(True)
    if dashed and series.dash and width is None:
        made.setDashPattern([length / series.width for length in series.dash])
    return made


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal reference line: where, what is written on it, its pen, and where the words stand.

    `place` is a share of the width: below a half the words begin there, above they end there.
    """

    at: float
    text: str
    pen: Pen
    above: bool
    place: float = 0.99


def reference_lines(history: RunHistory | None, what: str) -> tuple[Line, ...]:
    """What the run is compared with, computed from its own dataset; nothing before that is known."""
    if history is None or history.baselines is None:
        return ()
    known, colours = history.baselines, theme.colours()

    def value(score: BaselineScore) -> tuple[float, str]:
        at = getattr(score, what)
        return at, f"{at:.2f}" if what == "loss" else f"{at * 100:.1f} %"

    chance, pairs, five = value(known.uniform), value(known.bigram), value(known.five_gram)
    vocabulary = f"ln {round(math.exp(known.uniform.loss)):,} = " if what == "loss" else ""
    five_pen = Pen(colours.word_pairs.colour, 1.25, (5, 3))
    lines = [
        Line(chance[0], f"Random guess: {vocabulary}{chance[1]}", colours.random_guess, what != "loss"),
        Line(pairs[0], f"Word-pair table: {pairs[1]}", colours.word_pairs, what == "loss"),
        Line(five[0], f"5-gram table: {five[1]}", five_pen, True, 0.62 if what == "loss" else 0.02),
    ]
    if what == "loss" and known.floor is not None:
        floor = Pen(colours.ok, 1.5, (9, 4))
        lines.append(Line(known.floor, f"Floor of the grammar: {known.floor:.2f}", floor, True, 0.02))
    return tuple(lines)
