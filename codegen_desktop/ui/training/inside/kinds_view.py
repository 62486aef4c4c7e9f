"""*Kinds of token*: how well layout, punctuation, keywords, names, literals and comments are predicted, by epoch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.model.records import EpochResult, KindScore
from codegen_desktop.ui import theme
from codegen_desktop.ui.colours import Pen
from codegen_desktop.ui.training.inside.small_plot import Curve, SmallPlot
from codegen_desktop.ui.training.lines import pen
from codegen_desktop.ui.widgets.segmented import Segmented
from codegen_desktop.ui.widgets.table import Column, RowsModel, Table


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind after one epoch; `share` of all test tokens."""

    epoch: int
    score: KindScore
    share: float


class KindsView(QWidget):
    """A table of the chosen epoch beside a plot over all epochs; the twin is one table of everything."""

    def __init__(self) -> None:
        super().__init__()
        self._results: tuple[EpochResult, ...] = ()
        self._epochs = 1
        self._chosen: EpochResult | None = None
        self._model: RowsModel[KindRow] = RowsModel(_COLUMNS)
        self._all: RowsModel[KindRow] = RowsModel((_EPOCH, *_COLUMNS))
        self._table = Table("Kinds of token", self._model, row_height=24)
        self._twin = Table("Kinds of token after every epoch", self._all)
        self._plot = SmallPlot("Accuracy by kind of token over epochs", shares=True)
        self._loss_plot = SmallPlot("Loss by kind of token over epochs, in nats")
        self._plots = QStackedWidget()
        self.measure = Segmented("Plot over epochs", ("Accuracy ↑", "Loss ↓"))
        self._pages = QStackedWidget()

        self._lay_out()
        self.measure.chosen.connect(self._plots.setCurrentIndex)

    def _lay_out(self) -> None:
        for plot in (self._plot, self._loss_plot):
            plot.hide_head()
            self._plots.addWidget(plot)
        picture, right = QWidget(), QVBoxLayout()
        theme.space(right, 0, 4)
        choice = QHBoxLayout()
        choice.addWidget(self.measure)
        choice.addStretch(1)
        right.addLayout(choice)
        right.addWidget(self._plots, 1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, picture)
        theme.space(self._row, (0, 0, 10, 6), 10)
        self._row.addWidget(self._table)
        self._row.addLayout(right, 1)
        theme.size(self._table, minimum_width=334, maximum_width=360)
        self._table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._pages.addWidget(picture)
        self._pages.addWidget(self._twin)
        whole = QVBoxLayout(self)
        theme.space(whole, 0, 0)
        whole.addWidget(self._pages)

    def set_narrow(self, narrow: bool) -> None:
        """In a narrow window the plot stands below the table."""
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        theme.size(self._table, minimum_height=174 if narrow else 0)

    @property
    def rows(self) -> tuple[KindRow, ...]:
        """The kinds of the chosen epoch."""
        return self._model.rows

    @property
    def plots(self) -> tuple[SmallPlot, SmallPlot]:
        """Accuracy and loss over epochs."""
        return self._plot, self._loss_plot

    def show_results(self, results: Sequence[EpochResult], chosen: EpochResult | None, epochs: int) -> None:
        """Show the kinds after every epoch, and those of the chosen one as numbers."""
        known = tuple(result for result in results if result.kinds)
        if (known, chosen, epochs) == (self._results, self._chosen, self._epochs):
            return
        self._results, self._chosen, self._epochs = known, chosen, epochs
        self._model.set_rows(kind_rows(chosen) if chosen is not None else ())
        self._all.set_rows([row for result in known for row in kind_rows(result)])
        self._draw()

    def show_table(self, shown: bool) -> None:
        """Show everything as one table, or the plot again."""
        self._pages.setCurrentIndex(int(shown))

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Lines and keys take their colours from the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_pages"):
            self._draw()

    def _draw(self) -> None:
        x = np.array([result.epoch for result in self._results], np.float64)
        for plot, what in ((self._plot, "accuracy"), (self._loss_plot, "loss")):
            curves = []
            for kind, drawn in kind_pens().items():
                scores = [_score(result, kind) for result in self._results]
                y = np.array([getattr(score, what) if score is not None else np.nan for score in scores], np.float64)
                if np.isfinite(y).any():
                    curves.append(Curve(x, y, drawn, dots=True))
            plot.show_curves(curves, self._epochs)


def kind_rows(result: EpochResult) -> tuple[KindRow, ...]:
    """The kinds of an epoch that occur at all, with their share of the test tokens."""
    total = sum(score.tokens for score in result.kinds)
    return tuple(KindRow(result.epoch, score, score.tokens / total) for score in result.kinds if score.tokens)


def kind_pens() -> dict[str, Pen]:
    """How each kind is drawn: in the colour code has it in, each with its own dash."""
    colours = theme.colours()
    return {
        "layout": Pen(colours.text3, 2, (1.5, 3.5)),
        "punctuation": Pen(colours.text, 2, (8, 3, 1.5, 3)),
        "keyword": Pen(colours.keyword, 2),
        "name": Pen(colours.definition, 2, (6, 4)),
        "literal": Pen(colours.literal, 2, (3, 3)),
        "comment": Pen(colours.test.colour, 2, (10, 4)),
    }


def _score(result: EpochResult, kind: str) -> KindScore | None:
    return next((score for score in result.kinds if score.kind == kind and score.tokens), None)


def _key(row: KindRow) -> QIcon:
    """A piece of the kind's line, as a legend shows it."""
    width, height = theme.px(22), theme.px(12)
    picture = QPixmap(QSize(width, height))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setPen(pen(kind_pens()[row.score.kind]))
    painter.drawLine(QLineF(0, height / 2, width, height / 2))
    painter.end()
    return QIcon(picture)


_MEANINGS = {
    "layout": "White space, line breaks and the end mark",
    "punctuation": "Brackets, commas, colons and operators",
    "keyword": "Words of Python itself: def, return, if, in",
    "name": "Names of functions, parameters and variables",
    "literal": "Numbers, strings, True, False and None",
    "comment": "From # to the end of the line; the instruction over a snippet is one",
}

_EPOCH: Column[KindRow] = Column("After epoch", lambda row: str(row.epoch), "right", width=90)

_COLUMNS: tuple[Column[KindRow], ...] = (
    Column("Kind", lambda row: row.score.kind, picture=_key, tooltip=lambda row: _MEANINGS[row.score.kind]),
    Column(
        "Share",
        lambda row: f"{row.share * 100:.0f} %",
        "right",
        width=54,
        value=lambda row: row.share,
        tooltip=lambda row: f"{row.score.tokens:,} of the test tokens",
    ),
    Column(
        "Accuracy ↑",
        lambda row: f"{row.score.accuracy * 100:.1f} %",
        "right",
        strong=True,
        width=88,
        value=lambda row: row.score.accuracy,
    ),
    Column(
        "Loss ↓", lambda row: f"{row.score.loss:.2f}", "right", strong=True, width=62, value=lambda row: row.score.loss
    ),
)
