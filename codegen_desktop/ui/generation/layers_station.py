"""Station 2: what each token looked at in a layer and head, and the best guess behind every layer."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from codegen_desktop.generation.describe import describe_attention, describe_layers
from codegen_desktop.generation.trace import Trace
from codegen_desktop.ui import theme
from codegen_desktop.ui.generation.facts import LensRow, head_attention, lens_rows, share_words, visible
from codegen_desktop.ui.generation.station import Station, paint_chip, scrolling, table_of
from codegen_desktop.ui.widgets.heat_map import HeatMap
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.widgets.share_bar import paint_bar
from codegen_desktop.ui.widgets.table import Column, RowsModel, Table

_ROW = 34
"""Height of a lens row in design pixels."""

_LOWEST_ROW = 17
"""Height to which it is squeezed where room is short."""


class LensList(QWidget):
    """The best guess of the embedding and behind every layer; Up and Down choose the layer."""

    layer_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[LensRow, ...] = ()
        self._current = 0
        self.setAccessibleName("Best guess behind every layer")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_rows(self, rows: tuple[LensRow, ...], layer: int) -> None:
        """Show other guesses; `layer` (counted from 0) is marked."""
        self._rows, self._current = rows, layer + 1
        theme.size(self, minimum_height=_LOWEST_ROW * len(rows))
        words = [f"{row.name}: {row.text}, {share_words(row.probability)}" for row in rows]
        self.setAccessibleDescription("; ".join(words))
        self.update()

    def sizeHint(self) -> QSize:
        """All rows at their full height."""
        return QSize(theme.px(180), theme.px(_ROW) * max(len(self._rows), 3))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a row for each layer, closer together where room is short."""
        painter = QPainter(self)
        for place, row in enumerate(self._rows):
            self._paint_row(painter, self._area(place), row, place == self._current)

    def _area(self, place: int) -> QRectF:
        height = min(theme.px(_ROW), self.height() / max(len(self._rows), 1))
        return QRectF(0, place * height, self.width(), height)

    def _paint_row(self, painter: QPainter, area: QRectF, row: LensRow, current: bool) -> None:
        colours = theme.colours()
        if current:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selected))
            painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), theme.px(4), theme.px(4))
        painter.setFont(theme.font(12, 600 if current else 400))
        painter.setPen(QColor(colours.text if current else colours.text2))
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area.adjusted(theme.px(6), 0, 0, 0), flags | Qt.AlignmentFlag.AlignLeft, row.name)
        paint_chip(painter, QRectF(theme.px(56), area.top(), theme.px(64), area.height()), row.id, row.text)
        value = theme.px(54)
        bar = QRectF(theme.px(124), area.top(), max(4.0, area.width() - theme.px(128) - value), area.height())
        paint_bar(painter, bar, row.probability, colours.accent, ground=colours.border)
        painter.setFont(theme.font(12, 600))
        painter.setPen(QColor(colours.text))
        painter.drawText(
            area.adjusted(0, 0, -theme.px(4), 0), flags | Qt.AlignmentFlag.AlignRight, share_words(row.probability)
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses the layer."""
        place = next((at for at in range(len(self._rows)) if self._area(at).contains(event.position())), 0)
        if place > 0:
            self.layer_chosen.emit(place - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose the layer before or after."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and 1 <= self._current + step < len(self._rows):
            self.layer_chosen.emit(self._current + step - 1)
        elif step is None:
            super().keyPressEvent(event)


class LayersStation(Station):
    """The attention map of one layer and head beside the best guesses."""

    def __init__(self) -> None:
        super().__init__(2, "Transformer layers")
        self._trace: Trace | None = None
        self._map = HeatMap("Attention")
        self._layer_box = QComboBox()
        self._head_box = QComboBox()
        self._lens_note = label("Best guess per layer, at T = 1", "caption")
        self._lens = LensList()
        self._lens_model: RowsModel[LensRow] = RowsModel(
            (
                Column("Layer", lambda row: row.name, width=80),
                Column("Best guess", lambda row: row.text, mono=True),
                Column("Probability", lambda row: share_words(row.probability), "right", width=100),
            )
        )
        self._map_table: Table | None = None

        self._layer_box.setAccessibleName("Layer")
        self._head_box.setAccessibleName("Head")
        self._lay_out()
        self._layer_box.activated.connect(lambda _place: self._draw())
        self._head_box.activated.connect(lambda _place: self._draw())
        self._lens.layer_chosen.connect(self.choose_layer)
        self._map.installEventFilter(self)

    def _lay_out(self) -> None:
        choosers = QHBoxLayout()
        theme.space(choosers, 0, 6)
        choosers.addWidget(self._layer_box, 1)
        choosers.addWidget(self._head_box, 1)
        side = QVBoxLayout()
        theme.space(side, 0, 6)
        side.addLayout(choosers)
        side.addWidget(self._lens_note)
        side.addWidget(scrolling(self._lens), 1)
        theme.size(self._map, minimum_width=150, minimum_height=150)
        column = QWidget()
        column.setLayout(side)
        theme.size(column, minimum_width=196, maximum_width=320)
        self._head_box.setToolTip("One head of the layer, or the mean over all of them")
        layout = QHBoxLayout(self.body)
        theme.space(layout, 0, 12)
        layout.addWidget(self._map, 5)
        layout.addWidget(column, 4)
        self.add_table(table_of("Best guess behind every layer", self._lens_model))

    @property
    def layer(self) -> int:
        """The chosen layer, counted from 0."""
        return max(0, self._layer_box.currentIndex())

    @property
    def head(self) -> int:
        """The chosen head, counted from 0; -1 for the mean over all heads."""
        return self._head_box.currentIndex() - 1

    def choose_layer(self, layer: int) -> None:
        """Show another layer."""
        self._layer_box.setCurrentIndex(layer)
        self._draw()

    def choose_head(self, head: int) -> None:
        """Show another head, or the mean (-1)."""
        self._head_box.setCurrentIndex(head + 1)
        self._draw()

    def show_trace(self, trace: Trace) -> None:
        """Draw the layers of one prediction, in the layer and head that were chosen before."""
        self._trace = trace
        layers, heads = len(trace.layers), len(trace.layers[0].attention)
        if self._layer_box.count() != layers or self._head_box.count() != heads + 1:
            self._layer_box.clear()
            self._layer_box.addItems([f"Layer {number}" for number in range(1, layers + 1)])
            self._layer_box.setCurrentIndex(layers - 1)
            self._head_box.clear()
            self._head_box.addItems(["Mean", *(f"Head {number}" for number in range(1, heads + 1))])
        self._draw()

    def _draw(self) -> None:
        trace = self._trace
        if trace is None:
            return
        attention = head_attention(trace.layers[self.layer], self.head)
        first = max(0, len(trace.ids) - self._tokens_that_fit())
        texts = [visible(text) for text in trace.texts]
        self._map.set_values(attention[first:, first:], texts[first:], texts[first:])
        rows = lens_rows(trace)
        self._lens.set_rows(rows, self.layer)
        self._lens_model.set_rows(rows)
        count = len(trace.layers)
        part = f"; the last {len(texts) - first} of {len(texts)} tokens" if first else ""
        head = self.head if self.head >= 0 else None
        self.say(
            f"{count} layer{'s' * (count > 1)}: each looks back and updates its guess{part}",
            f"{describe_attention(trace, self.layer, head)} {describe_layers(trace)}",
        )
        self._show_map_table()

    def _tokens_that_fit(self) -> int:
        """How many rows of at least 14 px the map has room for, their slanted names included."""
        side = theme.px(14)
        return max(5, min((self._map.height() - theme.px(76)) // side, (self._map.width() - theme.px(90)) // side))

    def _show_map_table(self) -> None:
        if self._map_table is not None:
            self._map_table.hide()
            self._map_table.deleteLater()
        self._map_table = table_of("Attention as numbers", self._map.twin_model())
        self.add_table(self._map_table)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """More or fewer tokens fit the map when it has another size."""
        if event.type() == QEvent.Type.Resize:
            self._draw()
        return super().eventFilter(watched, event)
