"""How the Generation tab's parts stand: sampling, editor and result above, the trace below; folded when small."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.fit import Fit
from codegen_desktop.ui.generation.editor import GenerationEditor, tint
from codegen_desktop.ui.generation.result_card import ResultCard
from codegen_desktop.ui.generation.sampling_form import SamplingForm
from codegen_desktop.ui.generation.suggestions import Suggestions
from codegen_desktop.ui.generation.trace_panel import TracePanel
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.empty_state import EmptyState
from codegen_desktop.ui.widgets.labels import label, line
from codegen_desktop.ui.widgets.page import PageColumn, PageHead
from codegen_desktop.ui.widgets.splitter import splitter


class _TintKey(QWidget):
    """Four tints from sure to unsure."""

    def __init__(self) -> None:
        super().__init__()
        theme.size(self, width=66, height=12)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw them."""
        painter = QPainter(self)
        width = self.width() / 4
        for place, sure in enumerate((1.0, 0.75, 0.5, 0.1)):
            area = QRectF(place * width, 0, width - 1, self.height())
            painter.fillRect(area, theme.colours().shade(tint(sure)))
            painter.setPen(QColor(theme.colours().border))
            painter.drawRect(area)


class GenerationLayout:
    """The parts by name, and where they stand."""

    def __init__(self, page: QWidget) -> None:
        self.head = PageHead()
        self.sampling_button = self.head.add_action("Sampling", "sliders-horizontal")
        self.complete_button = self.head.add_action("Complete", "sparkles", "primary")
        self.token_button = self.head.add_action("One token", "step-forward")
        self.stop_button = self.head.add_action("Stop", "square")
        self.sampling = SamplingForm()
        self.editor = GenerationEditor()
        self.suggestions = Suggestions()
        self.suggestions_button = button("Unseen", "lightbulb", "quiet", tooltip="Instructions never met in training")
        self.suggestions_button.setAccessibleName("Unseen instructions")
        self.result = ResultCard()
        self.trace = TracePanel()
        self.empty = EmptyState(
            "brain-circuit",
            "No model yet",
            "Train one first: Quick takes about a minute on two cores.",
            "Go to training",
        )
        self._compact = False
        self._pages = QStackedWidget()
        self._editor_note = label("", "caption")

        self._make_cards()
        self._lay_out(page)

    def _make_cards(self) -> None:
        self._sampling_card = Card("Sampling", margins=False)
        self.reset_button = self._sampling_card.add_action("Reset", "rotate-ccw")
        self.sampling_button.setCheckable(True)
        scroll = QScrollArea()
        scroll.setWidget(self.sampling)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        self.sampling.setAutoFillBackground(False)
        self._sampling_card.body.addWidget(scroll)
        self._editor_card = Card("Editor", margins=False)
        self._editor_card.header.insertWidget(2, self._editor_note)
        self.suggestions_button.setMenu(self.suggestions.menu)
        self._editor_card.add_header_widget(self.suggestions_button)
        for part in (label("sure", "caption"), _TintKey(), label("unsure", "caption")):
            self._editor_card.add_header_widget(part)
        row = QHBoxLayout()
        theme.space(row, 0, 0)
        row.addWidget(self.editor, 1)
        self._suggestions_rule = line("rule")
        row.addWidget(self._suggestions_rule)
        row.addWidget(self.suggestions)
        theme.size(self.suggestions, width=216)
        edge = QFrame()
        edge.setProperty("class", "edge")
        self._editor_card.body.addWidget(edge)
        self._editor_card.body.addLayout(row, 1)

    def _lay_out(self, page: QWidget) -> None:
        self._top = splitter(Qt.Orientation.Horizontal, self._sampling_card, self._editor_card, self.result)
        self._top.setSizes([232, 760, 392])
        self._whole = splitter(Qt.Orientation.Vertical, self._top, self.trace)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._whole)
        self._page = PageColumn(page, self.head, self._pages)

    def show_model(self, there: bool) -> None:
        """Show the tab's work, or that there is no model to work with."""
        self._pages.setCurrentIndex(int(there))
        self.head.setVisible(there)

    def set_fit(self, fit: Fit) -> None:
        """In a small window sampling opens beside the editor when asked for, and the suggestions are a menu.

        In a narrow one everything stands in one column.
        """
        self._compact, narrow = fit is not Fit.WIDE, fit is Fit.NARROW
        compact = self._compact
        self._page.set_fit(fit)
        self._sampling_card.setVisible(not compact or self.sampling_button.isChecked())
        self.sampling_button.setVisible(compact)
        self.suggestions.setVisible(not compact)
        self._suggestions_rule.setVisible(not compact)
        self.suggestions_button.setVisible(compact)
        self._editor_card.title.setVisible(not narrow)
        self.suggestions_button.setText("" if narrow else "Unseen")
        self._top.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        theme.size(self._sampling_card, minimum_width=232, maximum_width=2000 if narrow else 232)
        theme.size(self._sampling_card, minimum_height=300 if narrow else 0)
        theme.size(self._editor_card, minimum_width=300 if compact else 420, minimum_height=160 if narrow else 0)
        theme.size(self.result, minimum_width=280 if compact else 320, minimum_height=180 if narrow else 0)
        theme.size(self.trace, minimum_height=500 if narrow else 320 if compact else 0)
        self.trace.set_narrow(narrow)
        self.result.set_compact(compact)
        for place, share in ((1, 3), (2, 2)) if compact else ((1, 1), (2, 0)):
            self._top.setStretchFactor(place, share)
        self._top.setSizes([232, 580, 400] if compact else [232, 760, 392])
        self._whole.setSizes([170, 330] if compact else [290, 420])

    def show_sampling(self, shown: bool) -> None:
        """In a small window: open the sampling form beside the editor, or put it away."""
        self._sampling_card.setVisible(shown or not self._compact)

    def note(self, text: str) -> None:
        """Write beside the editor's title."""
        self._editor_note.setText(text)
