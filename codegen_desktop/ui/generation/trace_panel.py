"""The card *Prediction trace*: choose a token, and see the four stations of the pass that chose it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSlider, QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.config import SamplingOptions
from codegen_desktop.generation.trace import Prediction
from codegen_desktop.ui import theme
from codegen_desktop.ui.generation.choice_stations import ProbabilitiesStation, SelectionStation
from codegen_desktop.ui.generation.editor import tint
from codegen_desktop.ui.generation.embedding_station import EmbeddingStation
from codegen_desktop.ui.generation.facts import visible
from codegen_desktop.ui.generation.layers_station import LayersStation
from codegen_desktop.ui.generation.station import FlowArrow, Station
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.empty_state import EmptyState
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.widgets.segmented import Segmented
from codegen_desktop.ui.widgets.token_flow import Chip, TokenFlow

WIDTHS = (244, 440, 380, 226)
"""The least a station needs, in design pixels."""

TITLES = ("Embedding", "Layers", "Probabilities", "Selection")


class TracePanel(Card):
    """Draws recorded Predictions; as many consecutive stations as fit, the rest behind a numbered switch."""

    token_chosen = Signal(int)
    epoch_wished = Signal(int)

    def __init__(self) -> None:
        super().__init__("Prediction trace", "How the model chose", margins=False)
        self._predictions: tuple[Prediction, ...] = ()
        self._options = SamplingOptions()
        self._piece: Callable[[int], str] = str
        self._first = 0
        self._tokens = TokenFlow("Generated tokens")
        self._epoch_caption = label("Model after epoch", "caption")
        self._epoch_slider = QSlider(Qt.Orientation.Horizontal)
        self._epoch_value = label("", "strong")
        self._twin = Segmented("Trace as", ("Picture", "Table"), ("workflow", "table-2"))
        self._switch = Segmented("Station", [f"{place} {title}" for place, title in enumerate(TITLES, start=1)])
        self.embedding, self.layers = EmbeddingStation(), LayersStation()
        self.probabilities, self.selection = ProbabilitiesStation(), SelectionStation()
        self._stations: tuple[Station, ...] = (self.embedding, self.layers, self.probabilities, self.selection)
        self._arrows = tuple(FlowArrow() for _ in self._stations[1:])
        self._pages = QStackedWidget()

        self._fill_header()
        self._lay_out()
        self._tokens.current_changed.connect(self._on_tokens_current_changed)
        self._epoch_slider.valueChanged.connect(self._on_epoch_slider_changed)
        self._twin.chosen.connect(lambda choice: self._show_twin(choice == 1))
        self._switch.chosen.connect(lambda _place: self._fold())
        self.set_epochs(0, 0)
        self.set_predictions((), SamplingOptions(), str)

    def _fill_header(self) -> None:
        self._tokens.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.size(self._tokens, height=31)
        theme.size(self._epoch_slider, width=96)
        self._epoch_slider.setAccessibleName("Model after epoch")
        self._epoch_slider.setToolTip("Writes the same prompt again with the weights of an earlier epoch: a what-if")
        self._epoch_slider.setPageStep(1)

    def _lay_out(self) -> None:
        line = QFrame()
        line.setProperty("class", "edge")
        stations = QWidget()
        column = QVBoxLayout(stations)
        theme.space(column, (14, 8, 14, 8), 8)
        column.addWidget(self._switch)
        row = QHBoxLayout()
        theme.space(row, 0, 4)
        for place, station in enumerate(self._stations):
            if place:
                row.addWidget(self._arrows[place - 1])
            row.addWidget(station, WIDTHS[place])
        column.addLayout(row, 1)
        empty = EmptyState("workflow", "Nothing to trace yet", "Every token the model writes can be opened here.")
        self._empty = empty
        self._pages.addWidget(empty)
        self._pages.addWidget(stations)
        self._below_header = QWidget()
        rows = QVBoxLayout(self._below_header)
        theme.space(rows, (14, 0, 14, 8), 8)
        self._control_row, self._token_row = QHBoxLayout(), QHBoxLayout()
        for part in (self._control_row, self._token_row):
            rows.addLayout(part)
        self.body.addWidget(self._below_header)
        self.body.addWidget(line)
        self.body.addWidget(self._pages, 1)

    @property
    def current(self) -> int:
        """Which token is shown; -1 for none."""
        return self._tokens.current

    @property
    def epoch(self) -> int:
        """The epoch whose model is shown."""
        return self._epoch_slider.value()

    @property
    def shows_own_model(self) -> bool:
        """Whether the newest model is shown, which wrote what stands in the editor."""
        return self._epoch_slider.value() == self._epoch_slider.maximum()

    @property
    def tokens(self) -> TokenFlow:
        """The strip of generated tokens."""
        return self._tokens

    @property
    def epoch_slider(self) -> QSlider:
        """The slider through the run's epochs."""
        return self._epoch_slider

    @property
    def shows_table(self) -> bool:
        """Whether numbers are shown instead of pictures."""
        return self._twin.index == 1

    def swap_table(self) -> None:
        """Pictures to numbers and back."""
        self._twin.choose(1 - self._twin.index)

    def set_narrow(self, narrow: bool) -> None:
        """In a narrow window what stands beside the title moves to lines of its own."""
        self._below_header.setVisible(narrow)
        if narrow:
            self._token_row.addWidget(self._tokens)
        else:
            self.header.insertWidget(2, self._tokens, 1)
        self.header.setStretch(3, 1 if narrow else 0)
        for part in (self._epoch_caption, self._epoch_slider, self._epoch_value, self._twin):
            (self._control_row if narrow else self.header).addWidget(part)

    def choose_station(self, place: int) -> None:
        """Bring a station (from 0) into sight."""
        self._switch.choose(place)
        self._stations[place].setFocus()

    def set_epochs(self, last: int, chosen: int) -> None:
        """The run has weights from the untrained model to the last epoch; the chosen one wrote."""
        self._wrote = chosen
        blocked = self._epoch_slider.blockSignals(True)
        self._epoch_slider.setRange(0, last)
        self._epoch_slider.setValue(chosen)
        self._epoch_slider.blockSignals(blocked)
        self._epoch_slider.setEnabled(last > 0)
        self._epoch_value.setText(str(chosen) if last else "–")
        self._name_model(chosen)

    def _name_model(self, epoch: int) -> None:
        if epoch == self._wrote:
            self.set_title("Prediction trace", "How the model chose")
        else:
            which = f"the model after epoch {epoch}" if epoch else "the untrained model"
            self.set_title("Prediction trace", f"What if: {which}")

    def set_predictions(
        self, predictions: tuple[Prediction, ...], options: SamplingOptions, piece: Callable[[int], str], token: int = 0
    ) -> None:
        """Show what was written; `piece` names token ids, `token` is shown first."""
        self._predictions, self._options, self._piece = predictions, options, piece
        chips = [
            Chip(one.id, visible(one.piece), place, share=tint(one.probability), note=f"{one.probability * 100:.1f} %")
            for place, one in enumerate(predictions)
        ]
        current = min(token, len(chips) - 1)
        self._tokens.set_chips(chips, current)
        self._pages.setCurrentIndex(1 if chips else 0)
        self._switch.setVisible(False)
        self._fold()
        if chips:
            self._show(current)

    def choose(self, token: int) -> None:
        """Show another token."""
        self._tokens.set_current(token)

    def _on_tokens_current_changed(self, token: int) -> None:
        if 0 <= token < len(self._predictions):
            self._show(token)
            self.token_chosen.emit(token)

    def _show(self, token: int) -> None:
        prediction = self._predictions[token]
        if prediction.trace is not None:
            self.embedding.show_trace(prediction.trace)
            self.layers.show_trace(prediction.trace)
        self.probabilities.show_prediction(prediction, self._options, self._piece)
        self.selection.show_prediction(prediction, self._piece)

    def _on_epoch_slider_changed(self, epoch: int) -> None:
        self._epoch_value.setText(str(epoch))
        self._name_model(epoch)
        self.epoch_wished.emit(epoch)

    def _show_twin(self, table: bool) -> None:
        for station in self._stations:
            station.show_table(table)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or fewer stations fit."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Show as many consecutive stations as fit, the chosen one among them."""
        room = self.width() / theme.current().text_scale - 28
        first = self._switch.index
        if room >= sum(WIDTHS) + 3 * 26:
            shown = range(4)
        else:
            last = first
            while last + 1 < 4 and sum(WIDTHS[first : last + 2]) + 30 * (last + 1 - first) <= room:
                last += 1
            while first > 0 and sum(WIDTHS[first - 1 : last + 1]) + 30 * (last - first + 1) <= room:
                first -= 1
            shown = range(first, last + 1)
        self._switch.setVisible(len(shown) < 4 and bool(self._predictions))
        for place, station in enumerate(self._stations):
            station.setVisible(place in shown)
        for place, arrow in enumerate(self._arrows):
            arrow.setVisible(place in shown and place + 1 in shown)
        narrow = room < 1000
        self._epoch_caption.setText("after epoch" if narrow else "Model after epoch")
