"""How the plots' series are drawn, and the reference lines a run is compared with, computed from its own dataset."""

import math
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from codegen_desktop.model.records import BaselineScore
from codegen_desktop.ui import theme
from codegen_desktop.ui.colours import Colours, Pen
from codegen_desktop.ui.training.history import RunHistory
from codegen_desktop.ui.training.scale import Scale


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
        made.setCapStyle(Qt.PenCapStyle.FlatCap)  # Qt's own cap lengthens every dash by the pen's width
        made.setDashPattern([length / series.width for length in series.dash])
    return made


@dataclass(frozen=True, slots=True)
class Line:
    """A named height in a plot: where on its axis, the few words beside it, what they mean, and its pen."""

    at: float
    text: str
    meaning: str
    pen: Pen


def reference_lines(history: RunHistory | None, scale: Scale, colours: Colours | None = None) -> tuple[Line, ...]:
    """What the run is compared with, computed from its own dataset; nothing before that is known."""
    if history is None or history.baselines is None:
        return ()
    known, colours, what = history.baselines, colours or theme.colours(), scale.what

    def line(name: str, value: float, meaning: str, drawn: Pen) -> Line:
        number = scale.write(value) if what == "loss" else f"{value * 100:.1f} %"
        return Line(scale.place_one(value), f"{name} {number}", f"{meaning}: {number}", drawn)

    def table(name: str, score: BaselineScore, meaning: str, drawn: Pen) -> Line:
        return line(name, getattr(score, what), meaning, drawn)

    lines = [
        table("Random guess", known.uniform, _guess(known.uniform, scale), colours.random_guess),
        table("Word pairs", known.bigram, "Word-pair table", colours.word_pairs),
        table("5-gram", known.five_gram, "5-gram table", Pen(colours.word_pairs.colour, 1.25, (5, 3))),
    ]
    if what == "loss" and known.floor is not None:
        meaning = "Floor of the grammar, which no model can beat"
        lines.append(line("Floor", known.floor, meaning, Pen(colours.ok, 1.5, (9, 4))))
    return tuple(lines)


def _guess(uniform: BaselineScore, scale: Scale) -> str:
    tokens = f"{round(math.exp(uniform.loss)):,}"
    if scale.what != "loss" or scale.unit == "bits":
        return "Random guess"
    return f"Random guess, ln {tokens}" if scale.unit == "nats" else f"Random guess among {tokens} tokens"
