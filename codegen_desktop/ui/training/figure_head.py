"""What stands over the plots: pieces of the series' lines as a legend, and each plot's title with its newest values."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.training.figure_options import FigureOptions, Unit
from codegen_desktop.ui.training.history import RunHistory
from codegen_desktop.ui.training.lines import pen
from codegen_desktop.ui.training.scale import UNIT_NAMES, Scale
from codegen_desktop.ui.widgets.labels import label

_MEANINGS: dict[Unit, str] = {
    "nats": "how surprised the model is",
    "bits": "surprise for each byte of text, whatever the tokens",
    "perplexity": "as unsure as among this many tokens",
}


def axis_title(what: str, options: FigureOptions) -> str:
    """The name of an upright axis with its unit."""
    if what == "accuracy":
        return "Accuracy ↑"
    name = "Perplexity ↓" if options.unit == "perplexity" else f"Loss ↓ {UNIT_NAMES[options.unit]}"
    return f"{name}, log scale" if options.logarithmic else name


def train_words(smoothing: float) -> str:
    """The legend's words for the train curve: which of its two lines is which."""
    return f"Train: faint each step, strong smoothed {smoothing:g}" if smoothing else "Train: each step"


class SeriesKey(QWidget):
    """A short piece of a series' line, as a legend shows it."""

    def __init__(self, role: str, marker: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role, self._marker = role, marker
        theme.size(self, width=31 if role == "reference" else 26, height=16)  # whole dashes at both ends

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line and its marker."""
        colours = theme.colours()
        series = getattr(colours, self._role)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(series))
        middle = QPointF(self.width() / 2, self.height() / 2)
        painter.drawLine(QPointF(0, middle.y()), QPointF(self.width(), middle.y()))
        painter.setPen(QPen(QColor(series.colour), theme.px(1.5)))
        painter.setBrush(QColor(colours.card))
        radius = theme.px(3.5)
        if self._marker == "ring":
            painter.drawEllipse(middle, radius, radius)
        elif self._marker == "diamond":
            corners = ((0, -radius), (radius, 0), (0, radius), (-radius, 0))
            painter.drawPolygon([QPointF(middle.x() + x, middle.y() + y) for x, y in corners])


class PlotHead(QWidget):
    """The line over a plot: what it shows, and the newest values."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what
        self._title = label("", "strong")
        self._explanation = label("", "caption")
        self._values = label("", "caption")
        row = QHBoxLayout(self)
        theme.space(row, (0, 0, 4, 0), 8)
        row.addWidget(self._title)
        row.addWidget(self._explanation)
        row.addStretch(1)
        row.addWidget(self._values)

    def show_axis(self, options: FigureOptions) -> None:
        """Name the axis, and say in a few words what it means."""
        self._title.setText(axis_title(self._what, options))
        meaning = "next token guessed right" if self._what == "accuracy" else _MEANINGS[options.unit]
        self._explanation.setText(meaning)
        self._title.setToolTip(meaning)

    def show_values(self, text: str) -> None:
        """The newest values, in rich text."""
        self._values.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The explanation goes first where room is short."""
        super().resizeEvent(event)
        self._explanation.setVisible(self.width() > theme.px(430))


def newest(history: RunHistory | None, scale: Scale, position: float | None = None) -> str:
    """The train and test values at the newest point, or at a place in epochs, as rich text."""
    if history is None:
        return ""
    colours, what = theme.colours(), scale.what
    smooth, test = history.smoothed(what), history.measured(what)
    at = position if position is not None else history.epochs
    parts = []
    for name, series, role in (("train", smooth, colours.train), ("test", test, colours.test)):
        known = series.y[series.x <= at + 1e-9]
        if len(known):
            words = f"{name} {scale.write(float(known[-1]))}"
            parts.append(f'<b style="color:{role.ink};font-weight:600">{words}</b>')
    where = f'<span style="color:{colours.text3}">at {position:.2f}</span> ' if position is not None else ""
    return where + "&nbsp; ".join(parts)
