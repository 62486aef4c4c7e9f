"""Station 1: every token so far becomes its row of the embedding, a strip of numbers."""

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from codegen_desktop.generation.describe import describe_embedding
from codegen_desktop.generation.trace import Trace
from codegen_desktop.ui import theme
from codegen_desktop.ui.generation.facts import EmbeddingRow, embedding_rows
from codegen_desktop.ui.generation.station import Station, paint_chip, scrolling, table_of
from codegen_desktop.ui.widgets.table import Column, RowsModel

_ROW, _NUMBER = 25, 6
"""Height of a row and width of one number's cell, in design pixels."""


class _Strips(QWidget):
    """The painted rows: position, chip, id, and as many of the vector's numbers as fit."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[EmbeddingRow, ...] = ()
        self._largest = 1.0
        self.setAccessibleName("Token embeddings")

    def set_rows(self, rows: tuple[EmbeddingRow, ...]) -> None:
        """Draw other tokens; shades compare with the largest number of all of them."""
        self._rows = rows
        self._largest = max((float(np.abs(row.vector).max()) for row in rows), default=1.0) or 1.0
        self.setMinimumHeight(theme.px(_ROW) * len(rows))
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Rows grow with the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_rows"):
            self.setMinimumHeight(theme.px(_ROW) * len(self._rows))

    @property
    def numbers_shown(self) -> int:
        """How many numbers of each vector fit."""
        room = max(1, (self.width() - theme.px(150)) // theme.px(_NUMBER))
        return min(room, len(self._rows[0].vector)) if self._rows else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that are seen."""
        painter = QPainter(self)
        height = theme.px(_ROW)
        for place, row in enumerate(self._rows):
            area = QRectF(0, place * height, self.width(), height)
            if area.intersects(QRectF(event.rect())):
                self._paint_row(painter, area, row, place == len(self._rows) - 1)

    def _paint_row(self, painter: QPainter, area: QRectF, row: EmbeddingRow, last: bool) -> None:
        colours = theme.colours()
        if last:
            painter.fillRect(area, QColor(colours.selected))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font(12))
        painter.setPen(QColor(colours.text3))
        painter.drawText(QRectF(area.left(), area.top(), theme.px(20), area.height()), right, str(row.position))
        chip = QRectF(theme.px(28), area.top(), theme.px(76), area.height())
        paint_chip(painter, chip, row.id, row.text)
        painter.setFont(theme.font(12))
        painter.setPen(QColor(colours.text))
        painter.drawText(QRectF(theme.px(104), area.top(), theme.px(34), area.height()), right, str(row.id))
        painter.setPen(Qt.PenStyle.NoPen)
        side, left = theme.px(_NUMBER), theme.px(146)
        for place, number in enumerate(row.vector[: self.numbers_shown]):
            painter.setBrush(colours.shade(abs(float(number)) / self._largest))
            painter.drawRect(
                QRectF(left + place * side, area.top() + theme.px(5), side - 1, area.height() - theme.px(10))
            )


class EmbeddingStation(Station):
    """The tokens and their numbers; the last token, from which the pass predicts, is marked."""

    def __init__(self) -> None:
        super().__init__(1, "Token embedding")
        self._strips = _Strips()
        self._scroll = scrolling(self._strips)
        self._model: RowsModel[EmbeddingRow] = RowsModel(
            (
                Column("#", lambda row: str(row.position), "right", width=40),
                Column("Token", lambda row: row.text, mono=True, width=90),
                Column("Id", lambda row: str(row.id), "right", width=60),
                Column("Numbers", lambda row: " ".join(f"{number:.3f}" for number in row.vector), width=1200),
            )
        )
        layout = QVBoxLayout(self.body)
        theme.space(layout, 0, 0)
        layout.addWidget(self._scroll)
        self.add_table(table_of("Token embeddings", self._model))
        bar = self._scroll.verticalScrollBar()
        bar.rangeChanged.connect(lambda _low, high: bar.setValue(high))  # the last token is the one that asks

    @property
    def tokens(self) -> int:
        """How many tokens are shown."""
        return len(self._model.rows)

    def show_trace(self, trace: Trace) -> None:
        """Draw the way in of one prediction."""
        rows = embedding_rows(trace)
        self._strips.set_rows(rows)
        self._model.set_rows(rows)
        self.say(f"each id becomes {trace.embeddings.shape[1]} numbers", describe_embedding(trace))
        self._strips.setToolTip(
            f"The first {self._strips.numbers_shown} of {trace.embeddings.shape[1]} numbers; "
            "the darker, the further from zero. The table holds all of them."
        )
        bar = self._scroll.verticalScrollBar()
        self._strips.adjustSize()
        bar.setValue(bar.maximum())
