"""Stations 3 and 4: from logits to probabilities through every sampling stage, and the draw that picks one token."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from codegen_desktop.config import SamplingOptions
from codegen_desktop.generation.describe import describe_probabilities, describe_selection
from codegen_desktop.generation.trace import Prediction
from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.generation.facts import (
    OtherTokens,
    ProbabilityRow,
    Segment,
    probability_rows,
    segments,
    share_words,
    visible,
)
from codegen_desktop.ui.generation.station import Station, paint_chip, scrolling, table_of
from codegen_desktop.ui.widgets.share_bar import paint_bar
from codegen_desktop.ui.widgets.table import Column, RowsModel

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


_LOWEST_ROW = 22
"""Height in design pixels below which a row is not squeezed."""


class ProbabilityList(QWidget):
    """The painted rows: token, logit, divided logit, mask, bar and share; all other tokens close the sum."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[ProbabilityRow, ...] = ()
        self._others = OtherTokens(0, (), 0.0)
        self._temperature = 1.0
        self.setAccessibleName("Token probabilities")

    def set_rows(self, rows: tuple[ProbabilityRow, ...], others: OtherTokens, temperature: float) -> None:
        """Draw other tokens."""
        self._rows, self._others, self._temperature = rows, others, temperature
        self.setAccessibleDescription("; ".join(f"{row.text}: {share_words(row.probability)}" for row in rows))
        theme.size(self, minimum_height=_LOWEST_ROW * (len(rows) + 2))
        self.update()

    def sizeHint(self) -> QSize:
        """Header, rows and the closing row."""
        return QSize(theme.px(340), theme.px(25) * (len(self._rows) + 2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all lines, closer together where room is short."""
        painter = QPainter(self)
        count = len(self._rows) + 2
        height = min(float(theme.px(26)), self.height() / count)
        columns = self._columns()
        self._paint_head(painter, columns, height)
        for place, row in enumerate(self._rows, start=1):
            self._paint_row(painter, QRectF(0, place * height, self.width(), height), columns, row)
        self._paint_others(painter, QRectF(0, (count - 1) * height, self.width(), height), columns)

    def _columns(self) -> tuple[QRectF, ...]:
        """Left and width of token, logit, divided logit, mask, bar and share, as areas of height 1."""
        edges = [0, 76, 124, 174, 182, 250]
        places = [theme.px(edge) for edge in edges]
        share = theme.px(58)
        bar = QRectF(places[5], 0, max(theme.px(16), self.width() - places[5] - share), 1)
        return (
            QRectF(0, 0, places[1] - theme.px(8), 1),
            QRectF(places[1], 0, places[2] - places[1] - theme.px(4), 1),
            QRectF(places[2], 0, places[3] - places[2], 1),
            QRectF(places[4] + theme.px(8), 0, places[5] - places[4] - theme.px(8), 1),
            bar,
            QRectF(self.width() - share, 0, share - theme.px(4), 1),
        )

    def _paint_head(self, painter: QPainter, columns: tuple[QRectF, ...], height: float) -> None:
        painter.setFont(theme.font(12, 500))
        painter.setPen(QColor(theme.colours().text2))
        divided = f"÷ {self._temperature:g}" if self._temperature > 0 else "÷ T"
        titles = (("Token", _LEFT), ("Logit", _RIGHT), (divided, _RIGHT), ("Mask", _LEFT), ("Probability", _LEFT))
        for area, (title, flags) in zip(columns, titles, strict=False):
            wide = QRectF(
                area.left(), 0, max(area.width(), theme.px(80)) if title == "Probability" else area.width(), height
            )
            painter.drawText(wide, flags, title)

    def _paint_row(self, painter: QPainter, area: QRectF, columns: tuple[QRectF, ...], row: ProbabilityRow) -> None:
        colours = theme.colours()
        if row.chosen:
            painter.fillRect(area, QColor(colours.selected))
        places = [QRectF(column.left(), area.top(), column.width(), area.height()) for column in columns]
        dim = bool(row.mask)
        paint_chip(painter, places[0], row.id, row.text, dim=dim)
        painter.setFont(theme.font(12))
        painter.setPen(QColor(colours.text3 if dim else colours.text))
        painter.drawText(places[1], _RIGHT, f"{row.logit:.2f}")
        painter.drawText(places[2], _RIGHT, f"{row.scaled:.2f}" if row.scaled is not None else "–")
        self._paint_mask(painter, places[3], row.mask)
        if row.probability > 0:
            paint_bar(painter, places[4], row.probability, colours.accent)
        painter.setFont(theme.font(12, 400 if dim else 600))
        painter.setPen(QColor(colours.text3 if dim else colours.text))
        painter.drawText(places[5], _RIGHT, share_words(row.probability))

    def _paint_mask(self, painter: QPainter, area: QRectF, mask: str) -> None:
        colours = theme.colours()
        name, role = ("minus", colours.text3) if mask else ("check", colours.ok)
        side = theme.px(13)
        icons.paint(painter, name, role, QRectF(area.left(), area.center().y() - side / 2, side, side))
        painter.setFont(theme.font(12))
        painter.setPen(QColor(role))
        painter.drawText(area.adjusted(theme.px(17), 0, 0, 0), _LEFT, mask or "keep")

    def _paint_others(self, painter: QPainter, area: QRectF, columns: tuple[QRectF, ...]) -> None:
        colours = theme.colours()
        painter.setFont(theme.font(12))
        painter.setPen(QColor(colours.text3))
        painter.drawText(area, _LEFT, f"{self._others.count:,} other tokens")
        places = [QRectF(column.left(), area.top(), column.width(), area.height()) for column in columns]
        if self._others.masks:
            self._paint_mask(painter, places[3], " ".join(self._others.masks[:1]))
        painter.setPen(QColor(colours.text3))
        painter.drawText(places[5], _RIGHT, share_words(self._others.probability))


def _divided(logit: float | None) -> str:
    """A logit after the temperature; a low one makes it large, and then one digit is enough."""
    if logit is None:
        return "–"
    return f"{logit:.2f}" if abs(logit) < 100 else f"{logit:.1f}"


class ProbabilitiesStation(Station):
    """Logits through temperature and masks to shares that sum to 1."""

    def __init__(self) -> None:
        super().__init__(3, "Token probabilities")
        self._list = ProbabilityList()
        self._model: RowsModel[ProbabilityRow] = RowsModel(
            (
                Column("Token", lambda row: row.text, mono=True, tooltip=lambda row: row.text),
                Column("Id", lambda row: str(row.id), "right", width=50),
                Column("Logit", lambda row: f"{row.logit:.2f}", "right", width=60),
                Column("÷ T", lambda row: _divided(row.scaled), "right", width=60),
                Column("Mask", lambda row: row.mask or "keep", width=62),
                Column("Probability", lambda row: share_words(row.probability, 3), "right", width=88),
            )
        )
        layout = QVBoxLayout(self.body)
        theme.space(layout, 0, 0)
        layout.addWidget(scrolling(self._list), 1)
        self.add_table(table_of("Token probabilities", self._model))

    @property
    def chosen(self) -> int | None:
        """The id of the token that is marked as chosen."""
        return next((row.id for row in self._model.rows if row.chosen), None)

    def show_prediction(self, prediction: Prediction, options: SamplingOptions, piece: Callable[[int], str]) -> None:
        """Draw the stages of one prediction."""
        rows, others = probability_rows(prediction, options, piece)
        self._list.set_rows(rows, others, options.temperature)
        self._model.set_rows(probability_rows(prediction, options, piece, 60)[0])
        self.say("÷ temperature, masked, scaled to sum to 1", describe_probabilities(prediction.selection))


class DrawBar(QWidget):
    """The survivors end to end on a bar from 0 to 1, and the draw as a pointer."""

    def __init__(self) -> None:
        super().__init__()
        self._segments: tuple[Segment, ...] = ()
        self._draw: float | None = None
        self._token: tuple[int, str, int] = (0, "", 0)
        self.setAccessibleName("Where the draw fell")
        theme.size(self, minimum_height=136)

    def set_draw(self, pieces: tuple[Segment, ...], draw: float | None, token: tuple[int, str, int]) -> None:
        """Draw another choice; `token` is its id, its text and its position."""
        self._segments, self._draw, self._token = pieces, draw, token
        self.setAccessibleDescription(
            f"draw {draw:.3f}, token {token[1]}" if draw is not None else f"nothing drawn, token {token[1]}"
        )
        self.update()

    @property
    def draw(self) -> float | None:
        """Where the pointer stands."""
        return self._draw

    def sizeHint(self) -> QSize:
        """Pointer, bar, scale and the token."""
        return QSize(theme.px(220), theme.px(190))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar, the pointer and what came out."""
        if not self._segments:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(1, theme.px(34), self.width() - 2, theme.px(34))
        for piece in self._segments:
            self._paint_piece(painter, bar, piece)
        self._paint_scale(painter, bar)
        if self._draw is not None:
            self._paint_pointer(painter, bar, self._draw)
        room = self.height() - bar.bottom() - theme.px(44)
        self._paint_token(painter, bar.bottom() + min(max(room, theme.px(20)), theme.px(44)))

    def _paint_piece(self, painter: QPainter, bar: QRectF, piece: Segment) -> None:
        colours = theme.colours()
        area = QRectF(
            bar.left() + piece.lower * bar.width(), bar.top(), (piece.upper - piece.lower) * bar.width(), bar.height()
        )
        fill = QColor(colours.accent) if piece.chosen else colours.shade(0.1 + 0.5 * (piece.upper - piece.lower))
        painter.fillRect(area, fill)
        painter.setPen(QColor(colours.card))
        painter.drawLine(area.topRight(), area.bottomRight())
        painter.setFont(theme.font(12, mono=True))
        metrics = painter.fontMetrics()
        if piece.text and metrics.horizontalAdvance(piece.text) + theme.px(4) <= area.width():
            painter.setPen(colours.ink_on(fill))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, piece.text)

    def _paint_scale(self, painter: QPainter, bar: QRectF) -> None:
        colours = theme.colours()
        painter.setPen(QColor(colours.control_edge))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        painter.setPen(QColor(colours.text3))
        painter.setFont(theme.font(12))
        below = QRectF(bar.left(), bar.bottom() + theme.px(2), bar.width(), theme.px(18))
        painter.drawText(below, _LEFT, "0")
        painter.drawText(below, _RIGHT, "1")
        chosen = next((piece for piece in self._segments if piece.chosen), None)
        if chosen is None:
            return
        for edge in (chosen.lower, chosen.upper):
            words = f"{edge:.3f}"
            width = painter.fontMetrics().horizontalAdvance(words)
            left = bar.left() + edge * bar.width() - width / 2
            if left > theme.px(14) and left + width < bar.right() - theme.px(14):
                painter.drawText(QRectF(left, below.top(), width + 2, below.height()), _LEFT, words)

    def _paint_pointer(self, painter: QPainter, bar: QRectF, draw: float) -> None:
        colours = theme.colours()
        x = bar.left() + draw * bar.width()
        words = f"draw {draw:.3f}"
        painter.setFont(theme.font(12, 600))
        painter.setPen(QColor(colours.text))
        width = painter.fontMetrics().horizontalAdvance(words) + 2
        left = min(max(0.0, x - width / 2), self.width() - width)
        painter.drawText(QRectF(left, 0, width, theme.px(18)), _LEFT, words)
        size = theme.px(6)
        top = bar.top() - theme.px(4)
        painter.setBrush(QColor(colours.text))
        painter.drawPolygon(
            QPolygonF([QPointF(x - size, top - size), QPointF(x + size, top - size), QPointF(x, top + 2)])
        )
        painter.fillRect(QRectF(x - 1, top, 2, bar.height() + theme.px(4)), QColor(colours.text))

    def _paint_token(self, painter: QPainter, top: float) -> None:
        colours = theme.colours()
        token, text, position = self._token
        side = theme.px(46)
        chip = QRectF(0, top, max(side, painter.fontMetrics().horizontalAdvance(text) + theme.px(18)), theme.px(42))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.chip(token))
        painter.drawRoundedRect(chip, theme.px(6), theme.px(6))
        painter.setPen(QColor(colours.text))
        painter.setFont(theme.font(15, 600, mono=True))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
        left = chip.right() + theme.px(12)
        painter.setFont(theme.font(13, 600))
        painter.drawText(QRectF(left, top, self.width() - left, theme.px(20)), _LEFT, f"Token {position}")
        painter.setFont(theme.font(12))
        painter.setPen(QColor(colours.text2))
        rest = QRectF(left, top + theme.px(20), self.width() - left, theme.px(40))
        painter.drawText(rest, Qt.TextFlag.TextWordWrap, "added to the code, then the next one is predicted")


class SelectionStation(Station):
    """The cumulative bar with the draw on it."""

    def __init__(self) -> None:
        super().__init__(4, "Token selection")
        self._bar = DrawBar()
        self._model: RowsModel[Segment] = RowsModel(
            (
                Column("Token", lambda piece: piece.text or "all others", mono=True),
                Column("From", lambda piece: f"{piece.lower:.4f}", "right", width=70),
                Column("To", lambda piece: f"{piece.upper:.4f}", "right", width=70),
            )
        )
        layout = QVBoxLayout(self.body)
        theme.space(layout, 0, 0)
        layout.addWidget(scrolling(self._bar), 1)
        self.add_table(table_of("The bar from 0 to 1", self._model))

    @property
    def draw(self) -> float | None:
        """Where the pointer stands; None where nothing was drawn."""
        return self._bar.draw

    def show_prediction(self, prediction: Prediction, piece: Callable[[int], str]) -> None:
        """Draw the choice of one prediction."""
        pieces = segments(prediction, piece)
        token = (prediction.id, visible(prediction.piece), prediction.position)
        self._bar.set_draw(pieces, prediction.selection.draw, token)
        self._model.set_rows(pieces)
        drawn = prediction.selection.draw is not None
        self.say("a random draw picks the share" if drawn else "no draw is needed", describe_selection(prediction))
