"""*Signals*: gradient and update norms, learning rate and speed of every step, as four small plots."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.model.records import TrainStep
from codegen_desktop.ui import theme
from codegen_desktop.ui.memory import memory_in_use
from codegen_desktop.ui.training.history import RunHistory
from codegen_desktop.ui.training.inside.small_plot import Curve, SmallPlot
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.widgets.table import Column, RowsModel, Table

MEDIAN_OF = 25
"""Steps whose median is drawn strong over the faint raw values."""

ROW_FROM = 760
"""From this width on, in design pixels, the four plots stand in one row."""


class SignalsView(QWidget):
    """Four plots over epochs; the twin lists every step."""

    def __init__(self) -> None:
        super().__init__()
        self._history: RunHistory | None = None
        self._drawn = -1
        self.plots = {
            "gradient_norm": SmallPlot("Gradient norm", logarithmic=True),
            "update_norm": SmallPlot("Update norm", logarithmic=True),
            "learning_rate": SmallPlot("Learning rate"),
            "speed": SmallPlot("Tokens per second"),
        }
        self._model: RowsModel[TrainStep] = RowsModel(_COLUMNS)
        self._twin = Table("Norms, learning rate and speed of every step", self._model)
        self._note = label("", "caption", wrap=True)
        self._pages = QStackedWidget()

        picture = QWidget()
        self._grid = QGridLayout(picture)
        theme.space(self._grid, (10, 0, 6, 4), 6)
        theme.size(self._note, minimum_height=16)
        self._across = 0
        self._arrange(2)
        self._pages.addWidget(picture)
        self._pages.addWidget(self._twin)
        whole = QVBoxLayout(self)
        theme.space(whole, 0, 0)
        whole.addWidget(self._pages)

    def _arrange(self, across: int) -> None:
        """Stand so many plots side by side."""
        if across == self._across:
            return
        self._across = across
        for place, plot in enumerate(self.plots.values()):
            self._grid.addWidget(plot, place // across, place % across)
        self._grid.addWidget(self._note, 4, 0, 1, across)

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """A wide view has all four in a row, and is low."""
        super().resizeEvent(event)
        self._arrange(4 if self.width() >= theme.px(ROW_FROM) else 2)

    @property
    def twin(self) -> Table:
        """The table of every step."""
        return self._twin

    def show_history(self, history: RunHistory | None) -> None:
        """Draw the steps of a run that are known by now."""
        count = len(history.steps) if history is not None else 0
        if history is self._history and count == self._drawn:
            return
        self._history, self._drawn = history, count
        self._draw()

    def show_table(self, shown: bool) -> None:
        """Show the steps as a table, or the plots again."""
        self._pages.setCurrentIndex(int(shown))
        self._list_steps()

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """The lines take their colours from the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_pages"):
            self._draw()

    def _list_steps(self) -> None:
        """Add what is new to the twin while it is shown, so that one can read in it during a training."""
        if self._pages.currentIndex() == 0:
            return
        steps, listed = self._history.steps if self._history is not None else [], self._model.rows
        same = len(listed)
        while same and (same > len(steps) or listed[same - 1] is not steps[same - 1]):
            same -= 1
        if same < max(len(listed), len(steps)):
            self._model.replace_from(same, steps[same:])

    def _draw(self) -> None:
        history, drawn = self._history, theme.colours().train
        steps = history.steps if history is not None else []
        self._list_steps()
        epochs = history.epochs if history is not None else 1
        x = history.raw("loss").x if history is not None else np.zeros(0)
        for name, plot in self.plots.items():
            y = signal_values(steps, name)
            if name == "learning_rate":
                curves = [Curve(x, y, drawn)]
            else:
                middle = running_median(y, MEDIAN_OF)
                curves = [Curve(x, y, drawn, faint=True), Curve(x[len(x) - len(middle) :], middle, drawn)]
            newest = curves[-1].y
            plot.show_curves(curves if len(x) else [], epochs, _written(name, newest[-1]) if len(newest) else "")
        memory = memory_in_use()
        using = f" This program uses {memory[0]:.1f} GB of memory now." if memory is not None else ""
        self._note.setText(f"Faint: every step. Strong: median of {MEDIAN_OF} steps.{using}")


def signal_values(steps: Sequence[TrainStep], name: str) -> NDArray[np.float64]:
    """One signal of every step; `speed` is real tokens a second, NaN where a step took no time."""
    if name == "speed":
        values = [step.tokens / step.seconds if step.seconds > 0 else np.nan for step in steps]
        return np.array(values, np.float64)
    return np.array([getattr(step, name) for step in steps], np.float64)


def running_median(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The median of each value and the `width - 1` before it; shorter by those, empty where there are fewer."""
    if len(values) < width:
        return np.zeros(0)
    middle: NDArray[np.float64] = np.median(np.lib.stride_tricks.sliding_window_view(values, width), axis=1)
    return middle


def _written(name: str, value: float) -> str:
    return f"{value:,.0f}" if name == "speed" else f"{value:.3g}"


def _norm(value: float) -> str:
    return f"{value:.4g}" if value else "–"


_COLUMNS: tuple[Column[TrainStep], ...] = (
    Column("Step", lambda step: f"{step.step:,}", "right", width=70),
    Column("Gradient norm", lambda step: _norm(step.gradient_norm), "right", width=110),
    Column("Update norm", lambda step: _norm(step.update_norm), "right", width=100),
    Column("Learning rate", lambda step: f"{step.learning_rate:.4g}", "right", width=100),
    Column("Tokens", lambda step: f"{step.tokens:,}", "right", width=70),
    Column("Tokens/s", lambda step: f"{step.tokens / step.seconds:,.0f}" if step.seconds > 0 else "–", "right"),
)
