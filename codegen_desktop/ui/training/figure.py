"""The card with both plots: legend, smoothing, the brief's trace as a ghost, the sentence, the table twin."""

from html import escape

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QActionGroup, QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from codegen_desktop.ui import theme
from codegen_desktop.ui.fit import Fit
from codegen_desktop.ui.training.history import DEFAULT_SMOOTHING, NumberRow, RunHistory, number_rows
from codegen_desktop.ui.training.lines import pen
from codegen_desktop.ui.training.plots import CurvePlot
from codegen_desktop.ui.training.reading import reading
from codegen_desktop.ui.widgets.buttons import button, icon_button
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.labels import icon_label, label
from codegen_desktop.ui.widgets.table import Column, RowsModel, Table

SMOOTHINGS = (0.0, 0.6, DEFAULT_SMOOTHING, 0.97)
"""The choices of the smoothing menu."""


class SeriesKey(QWidget):
    """A short piece of a series' line, as a legend shows it."""

    def __init__(self, role: str, marker: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role, self._marker = role, marker
        theme.size(self, width=26, height=16)

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


class _PlotHead(QWidget):
    """The line over a plot: what it shows, and the newest values."""

    def __init__(self, title: str, explanation: str) -> None:
        super().__init__()
        self._explanation = label(explanation, "caption")
        self.values = label("", "caption")
        row = QHBoxLayout(self)
        theme.space(row, (0, 0, 4, 0), 8)
        row.addWidget(label(title, "strong"))
        row.addWidget(self._explanation)
        row.addStretch(1)
        row.addWidget(self.values)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The explanation goes first where room is short."""
        super().resizeEvent(event)
        self._explanation.setVisible(self.width() > theme.px(380))


class Figure(Card):
    """Loss and accuracy of one run. `refresh` draws what is new; nothing is drawn between two calls."""

    def __init__(self) -> None:
        super().__init__("Loss and accuracy while training", margins=False)
        self._history: RunHistory | None = None
        self._smoothing, self._fit = DEFAULT_SMOOTHING, Fit.WIDE
        self._heads = {
            "loss": _PlotHead("Loss ↓", "nats per token: how surprised the model is"),
            "accuracy": _PlotHead("Accuracy ↑", "next token guessed right"),
        }
        self._plots = {what: CurvePlot(what) for what in ("loss", "accuracy")}
        self._ghost_box = QCheckBox("Brief's trace")
        self._smoothing_button = button("", "sliders-horizontal", "quiet")
        self._smoothing_menu = QMenu(self)
        self._table_button = icon_button("table-2", "Show the numbers as a table", checkable=True)
        self._numbers: RowsModel[NumberRow] = RowsModel(_NUMBER_COLUMNS)
        self._table = Table("Loss and accuracy of every step", self._numbers)
        self._sentence = label("", wrap=True, selectable=True)
        self._pages = QStackedWidget()

        self._fill_header()
        self._lay_out()
        self._connect()
        self._show_smoothing(DEFAULT_SMOOTHING)
        self.set_history(None)

    def _fill_header(self) -> None:
        for role, marker, words in (("train", "", "Train"), ("test", "ring", "Test")):
            self.add_header_widget(SeriesKey(role, marker))
            self.add_header_widget(label(words, "secondary"))
        self.add_header_widget(SeriesKey("reference", "diamond"))
        self._ghost_box.setChecked(True)
        self._ghost_box.setToolTip(
            "The five losses and accuracies the brief quotes, as a ghost. They are not measured by this run."
        )
        for widget in (self._ghost_box, self._smoothing_button, self._table_button):
            self.add_header_widget(widget)
        group = QActionGroup(self)
        for share in SMOOTHINGS:
            action = self._smoothing_menu.addAction(f"{share:g}" if share else "None: the raw values")
            action.setCheckable(True)
            action.setChecked(share == DEFAULT_SMOOTHING)
            action.setData(share)
            group.addAction(action)
        self._smoothing_button.setMenu(self._smoothing_menu)
        self._smoothing_button.setToolTip("How much of the smoothed train curve stays at each step")

    def _lay_out(self) -> None:
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        theme.space(self._columns, (14, 0, 14, 4), 20)
        for what, plot in self._plots.items():
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(self._heads[what])
            column.addWidget(plot, 1)
            self._columns.addLayout(column, 1)
        picture = QWidget()
        picture.setLayout(self._columns)
        self._pages.addWidget(picture)
        self._pages.addWidget(self._table)
        strip = QFrame()
        strip.setProperty("class", "strip")
        row = QHBoxLayout(strip)
        theme.space(row, (14, 0, 14, 0), 10)
        theme.size(strip, minimum_height=44)
        row.addWidget(icon_label("message-square-text", "ok", 16))
        row.addWidget(self._sentence, 1)
        self._sentence.setTextFormat(Qt.TextFormat.RichText)
        self.body.addWidget(self._pages, 1)
        self.body.addWidget(strip)
        self._plots["loss"].setAccessibleName("Loss over epochs")
        self._plots["accuracy"].setAccessibleName("Accuracy over epochs")

    def _connect(self) -> None:
        self._ghost_box.toggled.connect(self._on_ghost_box_toggled)
        self._smoothing_menu.triggered.connect(lambda action: self.set_smoothing(action.data()))
        self._table_button.toggled.connect(self.show_table)
        for what, other in (("loss", "accuracy"), ("accuracy", "loss")):
            self._plots[what].x_range_changed.connect(self._plots[other].show_x_range)
            self._plots[what].cursor_moved.connect(self._plots[other].move_cursor)
            self._plots[what].cursor_moved.connect(self._on_plot_cursor_moved)

    @property
    def plots(self) -> dict[str, CurvePlot]:
        """The two plots by `loss` and `accuracy`."""
        return self._plots

    @property
    def sentence(self) -> str:
        """The reading as plain text."""
        return " ".join(part for part in (reading(self._history) if self._history is not None else ()) if part)

    @property
    def smoothing(self) -> float:
        """The share of the smoothed value that stays at each step."""
        return self._smoothing

    def set_history(self, history: RunHistory | None) -> None:
        """Show another run, or none."""
        self._history = history
        for plot in self._plots.values():
            plot.set_history(history)
        self.refresh()

    def refresh(self) -> None:
        """Draw what has been told since the last time."""
        for plot in self._plots.values():
            plot.refresh()
        if self._pages.currentIndex() == 1:
            self._numbers.set_rows(number_rows(self._history))
        self._say()

    def draw_lines(self) -> None:
        """The baselines became known."""
        for plot in self._plots.values():
            plot.draw_lines()
            plot.reset_zoom()

    def show_table(self, shown: bool) -> None:
        """Show numbers instead of pictures, or pictures again."""
        if shown:
            self._numbers.set_rows(number_rows(self._history))
        self._pages.setCurrentIndex(int(shown))
        self._table_button.setChecked(shown)

    @property
    def shows_table(self) -> bool:
        """Whether the numbers are shown."""
        return self._pages.currentIndex() == 1

    def set_smoothing(self, share: float) -> None:
        """Smooth the train curve by another share."""
        self._show_smoothing(share)
        if self._history is not None:
            self._history.set_smoothing(share)
            self.refresh()

    def _show_smoothing(self, share: float) -> None:
        self._smoothing = share
        words = f"Smoothing {share:g}" if share else "Not smoothed"
        self._smoothing_button.setText(words if self._fit is Fit.WIDE else "")
        self._smoothing_button.setAccessibleName(words)

    def _say(self) -> None:
        colours = theme.colours()
        verdict, because = reading(self._history) if self._history is not None else ("", "")
        if self._history is None:
            because = "No run yet. The dashed line is the trace the brief quotes; start a run to see yours beside it."
        self._sentence.setText(
            f'<b style="color:{colours.text};font-weight:600">{escape(verdict)}</b> '
            f'<span style="color:{colours.text2}">{escape(because)}</span>'
        )
        for what, head in self._heads.items():
            head.values.setText(newest(self._history, what))
        for what, plot in self._plots.items():
            plot.setAccessibleDescription(f"{what}: {self.sentence}")

    def _on_ghost_box_toggled(self, shown: bool) -> None:
        for plot in self._plots.values():
            plot.set_ghost_shown(shown)

    def _on_plot_cursor_moved(self, position: float) -> None:
        for what, head in self._heads.items():
            head.values.setText(newest(self._history, what, position))

    def set_fit(self, fit: Fit) -> None:
        """In a small window the words give way to icons; in a narrow one the plots stand one above the other."""
        self._fit, narrow = fit, fit is Fit.NARROW
        self._show_smoothing(self._smoothing)
        self.title.setVisible(not narrow)
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        for plot in self._plots.values():
            theme.size(plot, minimum_width=240, minimum_height=180 if narrow else 90)
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_sentence"):
            self._say()

    def minimumSizeHint(self) -> QSize:
        """Both plots must stay readable."""
        narrow = self._fit is Fit.NARROW
        return QSize(theme.px(400 if narrow else 540), theme.px(520 if narrow else 240))


def _measured(row: NumberRow, name: str) -> str:
    return f"{getattr(row.result, name):.4f}" if row.result is not None else "–"


def _trained(row: NumberRow, name: str) -> str:
    if row.step is not None:
        return f"{getattr(row.step, name):.4f}"
    return f"{getattr(row.result, f'train_{name}'):.4f}"


_NUMBER_COLUMNS: tuple[Column[NumberRow], ...] = (
    Column("Step", lambda row: f"{row.step.step:,}" if row.step is not None else "0", "right", width=80),
    Column("Epoch", lambda row: str(row.step.epoch) if row.step is not None else "start", "right", width=80),
    Column("Train loss", lambda row: _trained(row, "loss"), "right", width=110),
    Column("Train accuracy", lambda row: _trained(row, "accuracy"), "right", width=120),
    Column("Test loss", lambda row: _measured(row, "test_loss"), "right", width=110),
    Column("Test accuracy", lambda row: _measured(row, "test_accuracy"), "right", width=120),
    Column("Bits per byte", lambda row: _measured(row, "bits_per_byte"), "right", width=110),
)


def newest(history: RunHistory | None, what: str, position: float | None = None) -> str:
    """The train and test values at the newest point, or at a place in epochs, as rich text."""
    if history is None:
        return ""
    colours = theme.colours()

    def write(value: float) -> str:
        return f"{value:.2f}" if what == "loss" else f"{value * 100:.0f} %"

    smooth, test = history.smoothed(what), history.measured(what)
    at = position if position is not None else history.epochs
    parts = []
    for name, series, role in (("train", smooth, colours.train), ("test", test, colours.test)):
        known = series.y[series.x <= at + 1e-9]
        if len(known):
            parts.append(f'<b style="color:{role.ink};font-weight:600">{name} {write(float(known[-1]))}</b>')
    where = f'<span style="color:{colours.text3}">at {position:.2f}</span> ' if position is not None else ""
    return where + " ".join(parts)
