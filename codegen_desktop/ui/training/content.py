"""What a plot shows, worked out before anything is drawn: curves, lines, names and ranges. The window and the saved
picture draw the same content.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.model.reference import REFERENCE_TRACE
from codegen_desktop.model.runs import Run
from codegen_desktop.ui import theme
from codegen_desktop.ui.colours import Colours
from codegen_desktop.ui.training.figure_options import WINDOW_STEPS, FigureOptions
from codegen_desktop.ui.training.history import RunHistory, Series
from codegen_desktop.ui.training.lines import Line, reference_lines
from codegen_desktop.ui.training.scale import Scale

LONGEST_LABEL = 18
"""Characters of a run's name that stand beside its curve."""

_ROOM_ABOVE = 1.06
_EMPTY = Series(np.empty(0), np.empty(0))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a figure is made of: a run, how it shall be drawn, and the runs it is compared with."""

    history: RunHistory | None = None
    options: FigureOptions = field(default_factory=FigureOptions)
    compared: tuple[Run, ...] = ()

    @property
    def epochs(self) -> int:
        """Where the epoch axis ends: the longest of the runs shown, five without any."""
        own = self.history.epochs if self.history is not None else 0
        return max([own, *(run.epochs[-1].epoch for run in self.compared if run.epochs)]) or len(REFERENCE_TRACE)

    def x_range(self) -> tuple[float, float]:
        """The epochs that the chosen window shows."""
        history = self.history
        whole = (-0.01 * self.epochs, 1.03 * self.epochs)
        if history is None or not history.steps or self.options.window == "all":
            return whole
        steps = history.total_steps
        back = 1.0 if self.options.window == "epoch" else min(WINDOW_STEPS / steps * history.epochs, history.epochs)
        low = max(history.position - back, 0.0)
        return low, max(history.position, low + back) + 0.03 * back


@dataclass(frozen=True, slots=True)
class Content:
    """One plot: places in epochs and on its upright axis. `names`: the lines', then the compared runs'."""

    scale: Scale
    raw: Series
    smooth: Series
    test: Series
    trace: Series
    compared: tuple[Series, ...]
    lines: tuple[Line, ...]
    names: tuple[Line, ...]


def content(shown: Shown, what: str, colours: Colours | None = None) -> Content:
    """What the plot of `loss` or `accuracy` shows."""
    history, options = shown.history, shown.options
    colours = colours or theme.colours()
    scale = scale_of(shown, what)
    lines = tuple(line for line in reference_lines(history, scale, colours) if np.isfinite(line.at))
    compared, names = [], list(lines)
    for run in shown.compared:
        curve = _tested(run, what, scale_of(shown, what, run))
        compared.append(curve)
        if len(curve.y):
            names.append(_name(run, what, curve, scale_of(shown, what, run), colours))
    return Content(
        scale=scale,
        raw=_placed(history.raw(what), scale) if history is not None and options.smoothing else _EMPTY,
        smooth=_placed(history.smoothed(what), scale) if history is not None else _EMPTY,
        test=_placed(history.measured(what), scale) if history is not None else _EMPTY,
        trace=_placed(_trace(what), scale) if options.trace else _EMPTY,
        compared=tuple(compared),
        lines=lines,
        names=tuple(names),
    )


def scale_of(shown: Shown, what: str, run: Run | None = None) -> Scale:
    """The upright axis for the shown run, or for another one: a byte of text is the same in all runs, a token not."""
    if run is None:
        factor = shown.history.bits_per_nat if shown.history is not None else None
    else:
        last = run.epochs[-1] if run.epochs else None
        factor = last.bits_per_byte / last.test_loss if last is not None and last.test_loss > 0 else None
    return Scale(what, shown.options.unit, shown.options.logarithmic, factor)


def y_range(told: Content, x_range: tuple[float, float], *, whole: bool) -> tuple[float, float]:
    """How high a plot reaches: from nothing to beyond the highest line for a whole run, else what is seen of curves."""
    if told.scale.what == "accuracy" and whole:
        return 0.0, 1.02
    curves = (told.test, told.smooth, *told.compared, told.trace if whole else told.raw)
    seen = np.concatenate([_seen(curve, x_range) for curve in curves])
    values = [*seen.tolist(), *(line.at for line in told.lines if whole)]
    if not values:
        return 0.0, 1.02 if told.scale.what == "accuracy" else 4.0
    low, high = min(values), max(values)
    if whole and not told.scale.is_log:
        return 0.0, high * _ROOM_ABOVE
    room = max((high - low) * 0.08, 1e-3)
    bottom = low - room if told.scale.is_log else max(low - room, 0.0)
    return bottom, min(high + room, 1.02) if told.scale.what == "accuracy" else high + room


def _seen(curve: Series, x_range: tuple[float, float]) -> NDArray[np.float64]:
    inside = (curve.x >= x_range[0]) & (curve.x <= x_range[1])
    return curve.y[inside]


def _placed(series: Series, scale: Scale) -> Series:
    """A series where it stands in the plot, without what has no place there."""
    y = scale.place(series.y)
    known = np.isfinite(y)
    return Series(series.x, y) if known.all() else Series(series.x[known], y[known])


def _tested(run: Run, what: str, scale: Scale) -> Series:
    x = np.array([result.epoch for result in run.epochs], np.float64)
    return _placed(Series(x, np.array([getattr(result, f"test_{what}") for result in run.epochs], np.float64)), scale)


def _name(run: Run, what: str, curve: Series, scale: Scale, colours: Colours) -> Line:
    short = run.name if len(run.name) <= LONGEST_LABEL else f"{run.name[: LONGEST_LABEL - 1]}…"
    value = getattr(run.epochs[-1], f"test_{what}")
    meaning = f"{run.name}, test {what} after epoch {run.epochs[-1].epoch}: {scale.write(value)}"
    return Line(float(curve.y[-1]), short, meaning, colours.compared)


def _trace(what: str) -> Series:
    """The brief's trace as a series; its unit is not said, and it is read as nats per token."""
    x = np.array([quoted.epoch for quoted in REFERENCE_TRACE], np.float64)
    return Series(x, np.array([getattr(quoted, what) for quoted in REFERENCE_TRACE], np.float64))


def epoch_ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Whole epochs, at most ten of them; parts of an epoch where less than two whole ones are seen."""
    every = max(1, int(np.ceil((high - low) / 10)))
    first = int(np.ceil(max(low, 0) / every)) * every
    whole = [(float(epoch), str(epoch) if epoch else "start") for epoch in range(first, int(np.floor(high)) + 1, every)]
    if len(whole) >= 2:
        return tuple(whole)
    return Scale("loss").ticks(max(low, 0.0), high, 6)
