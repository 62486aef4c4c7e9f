"""The tab bar drawn as the pipeline: five stages with a mark and a live line each, and arrows between them."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar

from codegen_desktop.ui import theme
from codegen_desktop.ui.stages import Mark, Stage, StageState
from codegen_desktop.ui.widgets.marks import paint_arrow, paint_mark

WEIGHTS = {Stage.DATASET: 3, Stage.TOKENS: 4, Stage.TRAINING: 6, Stage.GENERATION: 4, Stage.QUIZ: 3}
"""How the width is shared."""

HEIGHT, COMPACT_HEIGHT = 66, 54
ARROW_WIDTH = 26
MARGIN = 16


@dataclass(frozen=True, slots=True)
class Room:
    """What a tab needs beside its words, in design pixels: arrow before it, mark with its margins, right margin."""

    arrow: int
    mark: int
    right: int


WIDE, TIGHT = Room(ARROW_WIDTH, 38, 8), Room(13, 27, 3)
"""Tight where the names would not fit otherwise: large text in a small window."""

_HOLDS_RESULT = (Mark.DONE, Mark.RUNNING, Mark.PAUSED)
"""Between two such stages data flows."""


class PipelineBar(QTabBar):
    """The stages as tabs; only the bar knows how they look, `show_state` is told how they stand."""

    def __init__(self, states: Mapping[Stage, StageState]) -> None:
        super().__init__()
        self._states = dict(states)
        self._compact = False
        self._hovered = -1
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Stages of the lab")
        self.currentChanged.connect(lambda _index: self._lay_out_again())
        for stage in Stage:
            self.addTab(stage.heading)
            self._name_tab(stage)

    def show_state(self, stage: Stage, state: StageState) -> None:
        """Draw a stage as it stands now."""
        self._states[stage] = state
        self._name_tab(stage)
        if self._is_narrow():
            self._lay_out_again()
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Draw lower, for small windows."""
        if compact != self._compact:
            self._compact = compact
            self._lay_out_again()

    def second_line(self, stage: Stage) -> str:
        """What of a stage's line fits now; whole parts are dropped, never cut."""
        state = self._states[stage]
        metrics = QFontMetrics(theme.font(12))
        room = self._text_area(list(Stage).index(stage)).width()
        for parts in range(len(state.parts), 0, -1):
            line = state.fitting(parts)
            if metrics.horizontalAdvance(line) <= room:
                return line
        return ""

    def name_area(self, stage: Stage) -> QRect:
        """Where a stage's two lines stand."""
        return self._text_area(list(Stage).index(stage))

    def tabSizeHint(self, index: int) -> QSize:  # Qt's name
        """The stage's share of the width."""
        return self._tab_area(index).size()

    def minimumTabSizeHint(self, index: int) -> QSize:  # Qt's name
        """Tabs are never squeezed below their share."""
        return self.tabSizeHint(index)

    def sizeHint(self) -> QSize:  # Qt's name
        """The height of the strip; the width is the window's."""
        return QSize(theme.px(400), self._height())

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """It may be as narrow as the window."""
        return QSize(theme.px(200), self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Share the new width."""
        super().resizeEvent(event)
        self._lay_out_again()

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow theme and text scale."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_states"):
            self._lay_out_again()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # Qt's name
        """Fill the tab that is pointed at."""
        super().mouseMoveEvent(event)
        self._hover(self.tabAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:  # Qt's name
        """Nothing is pointed at."""
        super().leaveEvent(event)
        self._hover(-1)

    def paintEvent(self, _event: QPaintEvent) -> None:  # Qt's name
        """Draw ground, tabs and arrows."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(colours.header))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), QColor(colours.border))
        for index, stage in enumerate(Stage):
            self._paint_tab(painter, index, stage)
        painter.end()

    def _paint_tab(self, painter: QPainter, index: int, stage: Stage) -> None:
        colours = theme.colours()
        body = self._body(index)
        chosen = index == self.currentIndex()
        if chosen:
            self._paint_chosen(painter, body)
        elif index == self._hovered:
            painter.fillRect(body.adjusted(0, 0, 0, -1), QColor(colours.hover))
        if index > 0:
            self._paint_arrow(painter, index, stage)
        state = self._states[stage]
        side = theme.px(16)
        text = self._text_area(index)
        gap = theme.px(8 if self._room() is WIDE else 5)
        mark = QRectF(text.left() - side - gap, text.top() + theme.px(2), side, side)
        paint_mark(painter, state.mark, mark, state.progress)
        painter.setPen(QColor(colours.text))
        painter.setFont(theme.font(14, 600))
        line = theme.px(20)
        painter.drawText(
            QRect(text.left(), text.top(), text.width(), line), Qt.AlignmentFlag.AlignVCenter, stage.heading
        )
        if self._second_line_shown(index):
            painter.setPen(QColor(colours.text2))
            painter.setFont(theme.font(12))
            below = QRect(text.left(), text.top() + line, text.width(), theme.px(17))
            painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, self.second_line(stage))
        if state.mark is Mark.RUNNING and state.progress is not None:
            self._paint_progress(painter, text, state.progress)
        if chosen and self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(body).adjusted(4, 6, -4, -4), theme.px(5), theme.px(5))

    def _paint_chosen(self, painter: QPainter, body: QRect) -> None:
        colours = theme.colours()
        radius = theme.px(8)
        shape = QPainterPath()
        area = QRectF(body).adjusted(0.5, 0.5, -0.5, radius)
        shape.addRoundedRect(area, radius, radius)
        painter.save()
        painter.setClipRect(body)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(QColor(colours.page))
        painter.drawPath(shape)
        painter.restore()
        cap = QRect(body.left() + theme.px(10), body.top(), body.width() - 2 * theme.px(10), theme.px(3))
        painter.fillRect(cap, QColor(colours.accent))

    def _paint_arrow(self, painter: QPainter, index: int, stage: Stage) -> None:
        colours = theme.colours()
        area = self._tab_area(index)
        before = self._states[list(Stage)[index - 1]].mark
        mark = self._states[stage].mark
        width = theme.px(self._room().arrow)
        box = QRectF(area.left() + theme.px(2), area.center().y() - theme.px(4), width - theme.px(5), theme.px(8))
        if mark is Mark.STALE:
            paint_arrow(painter, box, colours.warn, dashed=True)
        elif before in _HOLDS_RESULT and mark in _HOLDS_RESULT:
            paint_arrow(painter, box, colours.text2, dashed=False)
        else:
            paint_arrow(painter, box, colours.control_edge, dashed=True)

    def _paint_progress(self, painter: QPainter, text: QRect, share: float) -> None:
        colours = theme.colours()
        top = text.top() + theme.px(20) + theme.px(17) + theme.px(4)
        height = theme.px(3)
        painter.fillRect(QRect(text.left(), top, text.width(), height), QColor(colours.border))
        painter.fillRect(QRect(text.left(), top, round(text.width() * min(share, 1.0)), height), QColor(colours.accent))

    def _second_line_shown(self, index: int) -> bool:
        """Below 720 effective pixels only the open stage has a second line."""
        return not self._is_narrow() or index == self.currentIndex()

    def _room(self) -> Room:
        return WIDE if sum(least_widths(WIDE)) <= self.width() - 2 * theme.px(MARGIN) else TIGHT

    def _is_narrow(self) -> bool:
        return self.width() / theme.current().text_scale < 720

    def _height(self) -> int:
        return theme.px(COMPACT_HEIGHT if self._compact else HEIGHT)

    def _tab_area(self, index: int) -> QRect:
        """The room of a tab, its arrow included; the first one begins at the window's edge."""
        here = self.currentIndex()
        line = self._states[list(Stage)[here]].fitting(1) if here >= 0 else ""
        edges = column_edges(self.width(), here, QFontMetrics(theme.font(12)).horizontalAdvance(line), self._room())
        left = edges[index] if index else 0
        return QRect(left, 0, edges[index + 1] - left, self._height())

    def _body(self, index: int) -> QRect:
        """The tab without arrow and page margin."""
        area = self._tab_area(index)
        return area.adjusted(theme.px(self._room().arrow if index else MARGIN), theme.px(3), 0, 0)

    def _text_area(self, index: int) -> QRect:
        """Where the two lines stand."""
        body = self._body(index)
        top = theme.px(6 if self._compact else 11)
        return body.adjusted(theme.px(self._room().mark), top, -theme.px(self._room().right), 0)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()

    def _name_tab(self, stage: Stage) -> None:
        index = list(Stage).index(stage)
        state = self._states[stage]
        words = state.text.replace(" · ", ", ")
        self.setAccessibleTabName(index, f"{stage.heading}, stage {stage.number} of 5, {state.mark.value}, {words}")
        self.setTabToolTip(index, f"{stage.heading}: {state.mark.value}. {state.text} (Ctrl+{stage.number})")

    def _lay_out_again(self) -> None:
        """QTabBar asks for sizes again only when a tab's text changes."""
        for index, stage in enumerate(Stage):
            self.setTabText(index, "")
            self.setTabText(index, stage.heading)
        self.updateGeometry()
        self.update()


def column_edges(width: int, chosen: int = -1, chosen_room: int = 0, room: Room = WIDE) -> tuple[int, ...]:
    """The left edges of the five stages, and the right edge of the last, in a window of some width.

    Every stage gets the room of its name, the chosen one also that of its second line (`chosen_room` pixels) where
    that fits; what is left is shared by the weights.
    """
    margin = theme.px(MARGIN)
    wide = max(width - 2 * margin, 1)
    least = least_widths(room)
    if chosen >= 0:
        wanted = chosen_room + theme.px(room.arrow + room.mark + room.right) + 2
        least[chosen] += min(max(wanted - least[chosen], 0), max(wide - sum(least), 0))
    total = sum(WEIGHTS.values())
    shares = [wide * WEIGHTS[stage] / total for stage in Stage]
    missing = sum(max(small - share, 0.0) for small, share in zip(least, shares, strict=True))
    spare = sum(max(share - small, 0.0) for small, share in zip(least, shares, strict=True))
    keep = max(1.0 - missing / spare, 0.0) if spare > 0 else 0.0
    edges = [float(margin)]
    for small, share in zip(least, shares, strict=True):
        edges.append(edges[-1] + small + max(share - small, 0.0) * keep)
    return tuple(round(edge) for edge in edges)


def least_widths(room: Room) -> list[int]:
    """What each stage needs to show its whole name, in pixels."""
    metrics = QFontMetrics(theme.font(14, 600))
    around = theme.px(room.arrow + room.mark + room.right) + 2
    return [metrics.horizontalAdvance(stage.heading) + around for stage in Stage]
