"""Tokens as coloured chips, line by line: one painted area for any number of tokens, with a cursor and a table twin."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from codegen_desktop.tokenization.tokenizer import SPECIAL_TOKENS, Token
from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.table import Column, RowsModel

CHIP_HEIGHT, CHIP_GAP, LINE_HEIGHT = 24, 3, 31


@dataclass(frozen=True, slots=True)
class Chip:
    """One token to draw: its id, its words with whitespace marked, and how it stands.

    `position` counts from 0. `share` fills the chip by probability instead of by id. `cut` is drawn dashed: the
    model never sees it. `note` is the tooltip after token, id and position.
    """

    id: int
    text: str
    position: int
    ends_line: bool = False
    cut: bool = False
    share: float | None = None
    note: str = ""

    @property
    def words(self) -> str:
        """What a tooltip and a screen reader say."""
        return f"{self.text}  id {self.id} · position {self.position}" + (f" · {self.note}" if self.note else "")


def visible_text(token: Token, *, show_spaces: bool = True) -> str:
    """A token's text with its whitespace marked: space `·`, newline `⏎`, tab `⇥`; part of a character as `0xE2`."""
    if token.text is None:
        return " ".join(f"0x{byte:02X}" for byte in token.bytes)
    if not token.text and token.id < len(SPECIAL_TOKENS):
        return SPECIAL_TOKENS[token.id]
    space = "·" if show_spaces else " "
    return token.text.replace("\n", "⏎").replace("\t", "⇥").replace(" ", space)


def chips_of(tokens: Sequence[Token], *, limit: int | None = None, show_spaces: bool = True) -> tuple[Chip, ...]:
    """The chips of a text's tokens; those from position `limit` on are cut."""
    return tuple(
        Chip(
            token.id,
            visible_text(token, show_spaces=show_spaces),
            position,
            ends_line="\n" in (token.text or ""),
            cut=limit is not None and position >= limit,
        )
        for position, token in enumerate(tokens)
    )


class TokenFlow(QAbstractScrollArea):
    """The chips. Left, Right, Home and End move the cursor; hovering highlights a chip without moving it."""

    current_changed = Signal(int)
    hovered = Signal(int)
    activated = Signal(int)

    def __init__(self, name: str, *, show_ids: bool = False) -> None:
        super().__init__()
        self._chips: tuple[Chip, ...] = ()
        self._boxes: list[QRectF] = []
        self._current = -1
        self._pointed = -1
        self._same_id: int | None = None
        self._show_ids = show_ids
        self.setAccessibleName(name)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().installEventFilter(self)

    @property
    def chips(self) -> tuple[Chip, ...]:
        """What is drawn."""
        return self._chips

    @property
    def current(self) -> int:
        """The chip under the cursor, -1 for none."""
        return self._current

    def set_chips(self, chips: Sequence[Chip], current: int = -1) -> None:
        """Draw other tokens."""
        self._chips = tuple(chips)
        self._current = current if current < len(self._chips) else -1
        self._pointed = -1
        self._arrange()

    def set_current(self, index: int) -> None:
        """Move the cursor; tells and speaks where it went."""
        if index == self._current or not -1 <= index < len(self._chips):
            return
        self._current = index
        self.viewport().update()
        if index >= 0:
            box = self._boxes[index]
            self.ensure_visible(box)
            self.setAccessibleDescription(self._chips[index].words)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self._chips[index].words))
        self.current_changed.emit(index)

    def set_show_ids(self, show: bool) -> None:
        """Write the id under each chip or not."""
        self._show_ids = show
        self._arrange()

    def highlight_id(self, token_id: int | None) -> None:
        """Underline every chip of one id, as a neighbour's cursor asks for."""
        self._same_id = token_id
        self.viewport().update()

    def ensure_visible(self, box: QRectF) -> None:
        """Scroll until a box of the content is seen."""
        bar = self.verticalScrollBar()
        if box.top() < bar.value():
            bar.setValue(int(box.top()))
        elif box.bottom() > bar.value() + self.viewport().height():
            bar.setValue(int(box.bottom()) - self.viewport().height() + 1)

    def twin_model(self) -> RowsModel[Chip]:
        """The table that says the same."""
        return RowsModel(
            (
                Column("Position", lambda chip: str(chip.position), "right", width=80),
                Column("Token", lambda chip: chip.text, mono=True),
                Column("Id", lambda chip: str(chip.id), "right", width=80),
            ),
            self._chips,
        )

    def sizeHint(self) -> QSize:  # Qt's name
        """Room for the content."""
        return QSize(theme.px(320), self._content_height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Lines break elsewhere at another width."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow theme and text scale."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_boxes"):
            self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """Draw the chips that are seen."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0, -self.verticalScrollBar().value())
        seen = QRectF(event.rect()).translated(0, self.verticalScrollBar().value())
        for index, (chip, box) in enumerate(zip(self._chips, self._boxes, strict=True)):
            if box.intersects(seen):
                self._paint_chip(painter, index, chip, box)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """A click moves the cursor."""
        index = self._chip_at(event.position())
        if index >= 0:
            self.set_current(index)
            self.activated.emit(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """A click ends here, not in what lies below."""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """Tell which chip is pointed at."""
        self._point(self._chip_at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Move the cursor, or pin what it is on."""
        last = len(self._chips) - 1
        targets = {
            Qt.Key.Key_Left: max(self._current - 1, 0),
            Qt.Key.Key_Right: min(self._current + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in targets and self._chips and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.set_current(targets[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current >= 0:
            self.activated.emit(self._current)
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """Tooltips and leaving happen on the viewport."""
        if event.type() == QEvent.Type.Leave:
            self._point(-1)
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._chip_at(QPointF(event.pos()))
            if index >= 0:
                QToolTip.showText(event.globalPos(), self._chips[index].words, self)
            else:
                QToolTip.hideText()
            return True
        return super().eventFilter(watched, event)

    def _point(self, index: int) -> None:
        if index != self._pointed:
            self._pointed = index
            self.hovered.emit(index)
            self.viewport().update()

    def _chip_at(self, point: QPointF) -> int:
        place = point + QPointF(QPoint(0, self.verticalScrollBar().value()))
        return next((index for index, box in enumerate(self._boxes) if box.contains(place)), -1)

    def _paint_chip(self, painter: QPainter, index: int, chip: Chip, box: QRectF) -> None:
        colours = theme.colours()
        fill = colours.shade(chip.share) if chip.share is not None else colours.chip(chip.id)
        painter.setPen(Qt.PenStyle.NoPen)
        if chip.cut:
            painter.setPen(QPen(QColor(colours.control_edge), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setBrush(fill)
        painter.drawRoundedRect(box, theme.px(4), theme.px(4))
        ring = index == self._current or index == self._pointed
        if ring or (self._same_id is not None and chip.id == self._same_id):
            painter.setPen(QPen(QColor(colours.text), theme.px(2) if index == self._current else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), theme.px(4), theme.px(4))
        ink = QColor(colours.text2) if chip.cut else colours.ink_on(fill) if chip.share is not None else None
        painter.setPen(ink or QColor(colours.text))
        painter.setFont(theme.font(13, mono=True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, chip.text)
        if self._show_ids:
            painter.setPen(QColor(colours.text2))
            painter.setFont(theme.font(12, mono=True))
            below = QRectF(box.left(), box.bottom(), box.width(), theme.px(16))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, str(chip.id))

    def _arrange(self) -> None:
        """Place the chips: a new line after a newline and where the width ends."""
        metrics, ids = QFontMetricsF(theme.font(13, mono=True)), QFontMetricsF(theme.font(12, mono=True))
        gap, pad = theme.px(CHIP_GAP), theme.px(5)
        line = theme.px(LINE_HEIGHT + (14 if self._show_ids else 0))
        height, width = theme.px(CHIP_HEIGHT), self.viewport().width() - gap
        x = y = float(gap)
        self._boxes = []
        for chip in self._chips:
            wide = metrics.horizontalAdvance(chip.text) + 2 * pad
            if self._show_ids:
                wide = max(wide, ids.horizontalAdvance(str(chip.id)) + pad)
            if x > gap and x + wide > width:
                x, y = float(gap), y + line
            self._boxes.append(QRectF(x, y, wide, height))
            x += wide + gap
            if chip.ends_line:
                x, y = float(gap), y + line
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(line)
        bar.setRange(0, max(self._content_height() - self.viewport().height(), 0))
        self.viewport().update()

    def _content_height(self) -> int:
        below = theme.px(18) if self._show_ids else theme.px(CHIP_GAP)
        return int(self._boxes[-1].bottom()) + below if self._boxes else theme.px(LINE_HEIGHT)
