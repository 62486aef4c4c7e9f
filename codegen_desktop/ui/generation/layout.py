"""How the Generation tab's parts stand: sampling, editor and result above, the trace below; folded when small."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QStackedWidget, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.generation.editor import GenerationEditor, tint
from codegen_desktop.ui.generation.result_card import ResultCard
from codegen_desktop.ui.generation.sampling_form import SamplingForm
from codegen_desktop.ui.generation.suggestions import Suggestions
from codegen_desktop.ui.generation.trace_panel import TracePanel
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.empty_state import EmptyState
from codegen_desktop.ui.widgets.labels import label, line
from codegen_desktop.ui.widgets.page import PageHead, page_layout


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
        self.result = ResultCard()
        self.trace = TracePanel()
        self.empty = EmptyState(
            "brain-circuit",
            "No model yet",
            "Train one first: Quick takes about a minute on two cores.",
            "Go to training",
        )
        self._compact: bool | None = None
        self._pages = QStackedWidget()
        self._editor_note = label("", "caption")

        self._make_cards()
        self._lay_out(page)
        self.set_compact(False)

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
        theme.size(self._sampling_card, width=232)
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
        top = QSplitter(Qt.Orientation.Horizontal)
        for part in (self._sampling_card, self._editor_card, self.result):
            top.addWidget(part)
        top.setStretchFactor(1, 1)
        top.setSizes([232, 760, 392])
        theme.size(self.result, minimum_width=300)
        theme.size(self._editor_card, minimum_width=360)
        self._whole = whole = QSplitter(Qt.Orientation.Vertical)
        whole.addWidget(top)
        whole.addWidget(self.trace)
        for splitter in (top, whole):
            splitter.setHandleWidth(12)
            splitter.setChildrenCollapsible(False)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(whole)
        self._page_layout = page_layout(page)
        self._page_layout.addWidget(self.head)
        self._page_layout.addWidget(self._pages, 1)

    def show_model(self, there: bool) -> None:
        """Show the tab's work, or that there is no model to work with."""
        self._pages.setCurrentIndex(int(there))
        self.head.setVisible(there)

    def set_compact(self, compact: bool) -> None:
        """In a small window sampling opens beside the editor when asked for, and the suggestions are a menu."""
        if compact == self._compact:
            return
        self._compact = compact
        self._sampling_card.setVisible(not compact or self.sampling_button.isChecked())
        self.sampling_button.setVisible(compact)
        self.suggestions.setVisible(not compact)
        self._suggestions_rule.setVisible(not compact)
        self.suggestions_button.setVisible(compact)
        margin = 12 if compact else 16
        theme.space(self._page_layout, (margin, 0, margin, margin - 4), 0)
        theme.size(self.head, minimum_height=46 if compact else 56)
        theme.size(self._editor_card, minimum_width=300 if compact else 420)
        theme.size(self.result, minimum_width=280 if compact else 320)
        self.result.set_compact(compact)
        self._whole.setSizes([170, 330] if compact else [290, 420])

    def show_sampling(self, shown: bool) -> None:
        """In a small window: open the sampling form beside the editor, or put it away."""
        self._sampling_card.setVisible(shown or not self._compact)

    def note(self, text: str) -> None:
        """Write beside the editor's title."""
        self._editor_note.setText(text)
