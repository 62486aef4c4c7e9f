"""The card with both plots: legend, view options, the brief's trace as a ghost, the sentence, the table twin."""

from dataclasses import replace
from html import escape

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.model.runs import Run
from codegen_desktop.ui import icons, settings, theme
from codegen_desktop.ui.fit import Fit
from codegen_desktop.ui.training.content import Shown
from codegen_desktop.ui.training.figure_head import PlotHead, SeriesKey, newest, train_words
from codegen_desktop.ui.training.figure_options import FigureOptions, from_text
from codegen_desktop.ui.training.history import RunHistory
from codegen_desktop.ui.training.number_table import NumberTable
from codegen_desktop.ui.training.plots import CurvePlot
from codegen_desktop.ui.training.reading import reading
from codegen_desktop.ui.training.view_menu import ViewMenu
from codegen_desktop.ui.widgets.buttons import button, icon_button
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.labels import icon_label, label


class Figure(Card):
    """Loss and accuracy of one run. `refresh` draws what is new; nothing is drawn between two calls."""

    save_wished = Signal(str)

    def __init__(self) -> None:
        super().__init__("Loss and accuracy while training", margins=False)
        self._shown = Shown(options=from_text(settings.stored_figure_options()))
        self._fit = Fit.WIDE
        self._heads = {what: PlotHead(what) for what in ("loss", "accuracy")}
        self._plots = {what: CurvePlot(what) for what in ("loss", "accuracy")}
        self._train_label = label("", "secondary")
        self._compared_key = SeriesKey("compared")
        self._compared_label = label("Compared, test", "secondary")
        self._ghost_box = QCheckBox("Brief's trace")
        self.reset_button = button("Reset zoom", "rotate-ccw", "quiet", tooltip="Show everything again (Home)")
        self.view_button = button("View", "sliders-horizontal", "quiet", tooltip="Unit, scale, window, smoothing, save")
        self.view_menu = ViewMenu(self)
        self._table_button = icon_button("table-2", "Show the numbers as a table", checkable=True)
        self._table = NumberTable()
        self._sentence = label("", wrap=True, selectable=True)
        self._pages = QStackedWidget()

        self._fill_header()
        self._lay_out()
        self._connect()
        self._show_options()
        self.set_history(None)

    def _fill_header(self) -> None:
        keys = (
            (SeriesKey("train"), self._train_label),
            (SeriesKey("test", "ring"), label("Test", "secondary")),
            (self._compared_key, self._compared_label),
        )
        for key, words in keys:
            self.add_header_widget(key)
            self.add_header_widget(words)
        self.add_header_widget(SeriesKey("reference", "diamond"))
        self._ghost_box.setToolTip(
            "The five losses and accuracies the brief quotes, as a ghost. They are not measured by this run. The brief "
            "does not say their unit; they are read as nats per token."
        )
        for widget in (self._ghost_box, self.reset_button, self.view_button, self._table_button):
            self.add_header_widget(widget)
        self.view_button.setMenu(self.view_menu.menu)
        self.view_button.setAccessibleName("View options of the plots")

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
        self._mark = icon_label("message-square-text", "ok", 16)
        row.addWidget(self._mark)
        row.addWidget(self._sentence, 1)
        self._sentence.setTextFormat(Qt.TextFormat.RichText)
        self.body.addWidget(self._pages, 1)
        self.body.addWidget(strip)
        self._plots["loss"].setAccessibleName("Loss over epochs")
        self._plots["accuracy"].setAccessibleName("Accuracy over epochs")

    def _connect(self) -> None:
        self._ghost_box.toggled.connect(self._on_ghost_box_toggled)
        self.view_menu.options_changed.connect(self.set_options)
        self.view_menu.save_wished.connect(self.save_wished)
        self.reset_button.clicked.connect(lambda *_: self._plots["loss"].reset_zoom())
        self._table_button.toggled.connect(self.show_table)
        for what, other in (("loss", "accuracy"), ("accuracy", "loss")):
            self._plots[what].x_range_changed.connect(self._plots[other].show_x_range)
            self._plots[what].x_range_changed.connect(self._show_reset_button)
            self._plots[what].cursor_moved.connect(self._plots[other].move_cursor)
            self._plots[what].cursor_moved.connect(self._on_plot_cursor_moved)

    @property
    def plots(self) -> dict[str, CurvePlot]:
        """The two plots by `loss` and `accuracy`."""
        return self._plots

    @property
    def sentence(self) -> str:
        """The reading as plain text."""
        history = self._shown.history
        return " ".join(part for part in (reading(history) if history is not None else ()) if part)

    @property
    def shown(self) -> Shown:
        """The run, the options and the compared runs that are drawn."""
        return self._shown

    @property
    def options(self) -> FigureOptions:
        """How the figure is drawn."""
        return self._shown.options

    @property
    def smoothing(self) -> float:
        """The share of the smoothed value that stays at each step."""
        return self.options.smoothing

    def set_history(self, history: RunHistory | None) -> None:
        """Show another run, or none."""
        self._shown = replace(self._shown, history=history)
        if history is not None and history.smoothing != self.smoothing:
            history.set_smoothing(self.smoothing)
        self._show_all()

    def set_compared(self, runs: tuple[Run, ...]) -> None:
        """Draw the test curves of these runs as ghosts."""
        if runs != self._shown.compared:
            self._shown = replace(self._shown, compared=runs)
            self._show_all()
        self._compared_key.setVisible(bool(runs))
        self._compared_label.setVisible(bool(runs))
        self._fit_header()

    def set_options(self, options: FigureOptions) -> None:
        """Draw the figure otherwise, and keep that for the next start."""
        history = self._shown.history
        self._shown = replace(self._shown, options=options)
        settings.store_figure_options(options.as_text())
        if history is not None and history.smoothing != options.smoothing:
            history.set_smoothing(options.smoothing)
        self._show_options()
        self._show_all()

    def _show_all(self) -> None:
        for plot in self._plots.values():
            plot.show_all(self._shown)
        self.refresh()

    def refresh(self) -> None:
        """Draw what has been told since the last time, in the plots or in the table: whichever is seen."""
        if self.shows_table:
            self._table.follow(self._shown.history)
        else:
            for plot in self._plots.values():
                plot.refresh()
        self._say()
        self._show_reset_button()

    def show_table(self, shown: bool) -> None:
        """Show numbers instead of pictures, or pictures again."""
        self._pages.setCurrentIndex(int(shown))
        self._table_button.setChecked(shown)
        self.refresh()

    @property
    def shows_table(self) -> bool:
        """Whether the numbers are shown."""
        return self._pages.currentIndex() == 1

    def _show_options(self) -> None:
        options = self.options
        self.view_menu.show_options(options)
        self._ghost_box.setChecked(options.trace)
        for head in self._heads.values():
            head.show_axis(options)
        self._train_label.setToolTip(train_words(options.smoothing))
        self.view_button.setText("View" if self._fit is Fit.WIDE else "")
        self._fit_header()

    def _fit_header(self) -> None:
        """Where the words of the header do not all fit, the title goes first and then the long words of the legend."""
        long, short = train_words(self.options.smoothing), "Train"
        for title, words in ((True, long), (False, long), (False, short)):
            self.title.setVisible(title)
            self._train_label.setText(words)
            if self.header.sizeHint().width() <= self.width():
                break

    def _show_reset_button(self, *_: object) -> None:
        visible = self._plots["loss"].is_zoomed and not self.shows_table
        if visible != self.reset_button.isVisibleTo(self):
            self.reset_button.setVisible(visible)
            self._fit_header()

    def _say(self) -> None:
        colours, history = theme.colours(), self._shown.history
        verdict, because = reading(history) if history is not None else ("", "")
        if history is None:
            because = "No run yet. The dashed line is the trace the brief quotes; start a run to see yours beside it."
        self._sentence.setText(
            f'<b style="color:{colours.text};font-weight:600">{escape(verdict)}</b> '
            f'<span style="color:{colours.text2}">{escape(because)}</span>'
        )
        failed = history is not None and history.failed
        icons.set_icon(self._mark, "octagon-x" if failed else "message-square-text", "error" if failed else "ok", 16)
        for what, head in self._heads.items():
            head.show_values(newest(history, self._plots[what].scale))
        for what, plot in self._plots.items():
            plot.setAccessibleDescription(f"{what}: {self.sentence}")

    def _on_ghost_box_toggled(self, shown: bool) -> None:
        if shown != self.options.trace:
            self.set_options(replace(self.options, trace=shown))

    def _on_plot_cursor_moved(self, position: float) -> None:
        for what, head in self._heads.items():
            head.show_values(newest(self._shown.history, self._plots[what].scale, position))

    def set_fit(self, fit: Fit) -> None:
        """In a small window words give way to icons; in a narrow one the plots stand one above the other."""
        self._fit, narrow = fit, fit is Fit.NARROW
        self._show_options()
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        for plot in self._plots.values():
            theme.size(plot, minimum_width=240, minimum_height=180 if narrow else 90)
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width has room for more or fewer words."""
        super().resizeEvent(event)
        self._fit_header()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_sentence"):
            self._say()
            self._fit_header()

    def minimumSizeHint(self) -> QSize:
        """Both plots must stay readable."""
        narrow = self._fit is Fit.NARROW
        return QSize(theme.px(400 if narrow else 540), theme.px(520 if narrow else 240))
