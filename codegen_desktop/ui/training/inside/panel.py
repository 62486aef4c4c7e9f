"""The card content *Inside*: a choice of four instruments, the epoch they look at, and a sentence on what they show."""

from functools import cached_property

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.model.records import EpochResult
from codegen_desktop.ui import theme
from codegen_desktop.ui.training.history import RunHistory
from codegen_desktop.ui.training.inside.batch_view import BatchView, count_positions
from codegen_desktop.ui.training.inside.facts import FirstBatch, ScoredSnippets
from codegen_desktop.ui.training.inside.kinds_view import KindsView
from codegen_desktop.ui.training.inside.readings import (
    batch_reading,
    kinds_reading,
    signals_reading,
    snippets_reading,
)
from codegen_desktop.ui.training.inside.signals_view import SignalsView
from codegen_desktop.ui.training.inside.snippets_view import SnippetsView
from codegen_desktop.ui.widgets.buttons import icon_button
from codegen_desktop.ui.widgets.empty_state import EmptyState
from codegen_desktop.ui.widgets.labels import label

VIEWS = ("Kinds of token", "Snippets", "First batch", "Signals")
KINDS, SNIPPETS, BATCH, SIGNALS = range(len(VIEWS))

REDRAW_MS = 2000
"""While a run goes on the instruments are drawn this often: the signals of 6,000 steps take 40 ms of the window."""

_View = KindsView | SnippetsView | BatchView | SignalsView

_OLD_RUN = "This run was made before that was measured. Train again to see it."


class InsidePanel(QWidget):
    """Draws what it is told while it is seen, and wishes for the rest; `snippets_wished` carries an EpochResult.

    `tools`, the choices, stand in the header of the card that holds the panel.
    """

    batch_wished = Signal()
    snippets_wished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._history: RunHistory | None = None
        self._run_id: int | None = None
        self._batch: FirstBatch | None = None
        self._scored: ScoredSnippets | None = None
        self._follows, self._narrow = True, False
        self.problem = ""
        self.tools = QWidget()
        self.views = QComboBox()
        self.epochs = QComboBox()
        self.table_button = icon_button("table-2", "Show this as a table", checkable=True)
        self._sentence = label("", wrap=True, selectable=True)
        self._empty = EmptyState("activity", "No run yet", "")
        self._stack = QStackedWidget()
        self._redraw_timer = QTimer(self)
        self._redraw_timer.setSingleShot(True)
        self._redraw_timer.setInterval(REDRAW_MS)

        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.views.addItems(VIEWS)
        self.views.setAccessibleName("Instrument")
        self.epochs.setAccessibleName("After which epoch")
        row = QHBoxLayout(self.tools)
        theme.space(row, 0, 8)
        for part in (self.views, self.epochs):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.table_button)
        words = QHBoxLayout()
        theme.space(words, (14, 0, 14, 0), 0)
        words.addWidget(self._sentence)
        theme.size(self._sentence, minimum_height=16)  # else a wrapped label asks for lines that it does not need
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        theme.space(column, 0, 6)
        column.addLayout(words)
        column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.views.currentIndexChanged.connect(lambda _: self._show())
        self.epochs.activated.connect(self._on_epochs_activated)
        self.epochs.currentIndexChanged.connect(lambda _: self._show())
        self.table_button.toggled.connect(self.show_table)
        self._redraw_timer.timeout.connect(self._show)

    # Each instrument is built when it is first looked at: together their plots take longer than the rest of the tab.

    @cached_property
    def kinds(self) -> KindsView:
        """*Kinds of token*."""
        made = KindsView()
        made.set_narrow(self._narrow)
        made.show_table(self.shows_table)
        self._stack.addWidget(made)
        return made

    @cached_property
    def snippets(self) -> SnippetsView:
        """*Snippets*."""
        made = SnippetsView()
        made.show_table(self.shows_table)
        self._stack.addWidget(made)
        return made

    @cached_property
    def batch(self) -> BatchView:
        """*First batch*."""
        made = BatchView()
        self._stack.addWidget(made)
        return made

    @cached_property
    def signals(self) -> SignalsView:
        """*Signals*."""
        made = SignalsView()
        made.show_table(self.shows_table)
        self._stack.addWidget(made)
        return made

    @property
    def sentence(self) -> str:
        """What is said over the instrument."""
        return self._sentence.text()

    @property
    def empty_words(self) -> str:
        """What is said instead of an instrument; empty where one is shown."""
        return self._empty.words if self._stack.currentWidget() is self._empty else ""

    @property
    def chosen(self) -> EpochResult | None:
        """The epoch that is looked at."""
        results = self._history.results if self._history is not None else []
        place = self.epochs.currentIndex()
        return results[place] if 0 <= place < len(results) else None

    @property
    def shows_table(self) -> bool:
        """Whether tables are shown instead of pictures."""
        return self.table_button.isChecked()

    def show_run(self, history: RunHistory | None, run_id: int | None) -> None:
        """Look into another run, or at the same one again."""
        if run_id != self._run_id:
            self._batch, self._scored, self.problem, self._follows = None, None, "", True
        self._history, self._run_id = history, run_id
        self._fill_epochs()
        self._show()

    def go_on(self) -> None:
        """The run told more: it is drawn soon."""
        if not self._redraw_timer.isActive():
            self._redraw_timer.start()

    def show_batch(self, batch: FirstBatch) -> None:
        """The first batch was laid out."""
        if batch.run_id == self._run_id:
            self._batch = batch
            self._show()

    def show_snippets(self, scored: ScoredSnippets) -> None:
        """The snippets of an epoch were read."""
        if scored.run_id == self._run_id:
            self._scored = scored
            self._show()

    def show_problem(self, problem: str) -> None:
        """Texts of this run cannot be read; say why."""
        self.problem = problem
        self._show()

    def show_table(self, shown: bool) -> None:
        """Show numbers instead of pictures, or pictures again."""
        self.table_button.setChecked(shown)
        for view in self._built():
            if not isinstance(view, BatchView):
                view.show_table(shown)

    def set_narrow(self, narrow: bool) -> None:
        """In a narrow window parts stand below each other."""
        self._narrow = narrow
        for view in self._built():
            if isinstance(view, KindsView):
                view.set_narrow(narrow)

    def _built(self) -> tuple[_View, ...]:
        """The instruments that were looked at."""
        pages = (self._stack.widget(place) for place in range(self._stack.count()))
        return tuple(page for page in pages if isinstance(page, _View))

    def showEvent(self, event: QShowEvent) -> None:  # Qt's name
        """What was told while it could not be seen is drawn now."""
        super().showEvent(event)
        self._fill_epochs()
        self._show()

    def _fill_epochs(self) -> None:
        results = self._history.results if self._history is not None else []
        names = [f"after epoch {result.epoch}" if result.epoch else "untrained" for result in results]
        if names == [self.epochs.itemText(place) for place in range(self.epochs.count())]:
            return
        kept = self.epochs.currentIndex()
        self.epochs.blockSignals(True)
        self.epochs.clear()
        self.epochs.addItems(names)
        last = len(names) - 1
        self.epochs.setCurrentIndex(last if self._follows or kept > last else kept)
        self.epochs.blockSignals(False)

    def _on_epochs_activated(self, place: int) -> None:
        self._follows = place == self.epochs.count() - 1

    def _show(self) -> None:
        """Draw the chosen instrument; nothing is drawn while it cannot be seen."""
        if not self.isVisible():
            return
        self._fill_epochs()
        view = self.views.currentIndex()
        self.epochs.setVisible(view in (KINDS, SNIPPETS))
        self.table_button.setVisible(view != BATCH)
        draw = (self._show_kinds, self._show_snippets, self._show_batch, self._show_signals)[view]
        if self._history is None:
            self._say_nothing("No run yet", "Start a training, or choose a run that was made before.")
            return
        page = self._view(view)
        self._stack.setCurrentWidget(page)
        sentence = draw()
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        page.setAccessibleDescription(sentence)

    def _view(self, view: int) -> _View:
        if view == KINDS:
            return self.kinds
        if view == SNIPPETS:
            return self.snippets
        return self.batch if view == BATCH else self.signals

    def _say_nothing(self, title: str, sentence: str) -> str:
        self._empty.say(title, sentence)
        self._stack.setCurrentWidget(self._empty)
        self._sentence.setVisible(False)
        return ""

    def _show_kinds(self) -> str:
        assert self._history is not None
        chosen = self.chosen
        self.kinds.show_results(self._history.results, chosen, self._history.epochs)
        if chosen is None:
            return self._say_nothing("Nothing measured yet", "The kinds are measured after every epoch.")
        if not chosen.kinds:
            return self._say_nothing("Not known of this run", _OLD_RUN)
        return kinds_reading(chosen)

    def _show_snippets(self) -> str:
        chosen = self.chosen
        if chosen is None:
            return self._say_nothing("Nothing measured yet", "The test snippets are measured after every epoch.")
        if not chosen.hardest:
            return self._say_nothing("Not known of this run", _OLD_RUN)
        if self.problem:
            return self._say_nothing("The snippets cannot be shown", self.problem)
        if self._scored is None or self._scored.epoch != chosen.epoch:
            self.snippets_wished.emit(chosen)
            return "" if self.problem else "Reading the snippets…"
        self.snippets.show_snippets(self._scored)
        return f"{snippets_reading(chosen)} Underlined: probability below 50 %."

    def _show_batch(self) -> str:
        if self.problem:
            return self._say_nothing("The batch cannot be shown", self.problem)
        self.batch.show_batch(self._batch)
        if self._batch is None:
            self.batch_wished.emit()
            return "" if self.problem else "Laying out the first batch…"
        return batch_reading(*count_positions(self._batch), self._batch.instruction_weight)

    def _show_signals(self) -> str:
        assert self._history is not None
        self.signals.show_history(self._history)
        if not self._history.steps:
            return self._say_nothing("Nothing measured yet", "Every step tells its norms and its speed.")
        return signals_reading(self._history.steps) or (
            "This run was made before norms were measured: only its learning rate and its speed are known."
        )
