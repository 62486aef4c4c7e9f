"""The data-flow strip below the Dataset tab: painted, it illustrates and does not navigate."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.dataset.code_line import paint_line
from codegen_desktop.ui.dataset.flow import FlowChip, FlowStage

_FULL_HEIGHT, _FOLDED_HEIGHT = 104, 34
_ARROW = 44


class FlowStrip(QWidget):
    """Four stages side by side with arrows between them, or one or two lines of shapes when folded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stages: tuple[FlowStage, ...] = ()
        self._folded_lines = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Data flow in four stages")

    def set_stages(self, stages: tuple[FlowStage, ...]) -> None:
        """Show other shapes."""
        self._stages = stages
        sentences = [stage.description for stage in stages]
        self.setAccessibleDescription(" ".join(sentences))
        self.setToolTip("\n".join(sentences))
        self.update()

    @property
    def stages(self) -> tuple[FlowStage, ...]:
        """What is shown."""
        return self._stages

    def set_folded(self, lines: int) -> None:
        """Show the shapes only, in so many lines; 0 for everything."""
        self._folded_lines = lines
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(theme.px(600), theme.px(_FOLDED_HEIGHT * self._folded_lines or _FULL_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """May become narrow; the texts are shortened then."""
        return QSize(theme.px(320), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The card, then the stages."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(QColor(colours.card))
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(area, theme.px(8), theme.px(8))
        if self._stages and self._folded_lines:
            each = -(-len(self._stages) // self._folded_lines)
            height = area.height() / self._folded_lines
            for line in range(self._folded_lines):
                band = QRectF(area.left(), area.top() + line * height, area.width(), height)
                self._paint_folded(painter, band, self._stages[line * each : (line + 1) * each], line > 0)
        elif self._stages:
            self._paint_full(painter, area)
        painter.end()

    def _paint_full(self, painter: QPainter, area: QRectF) -> None:
        inner = area.adjusted(theme.px(16), theme.px(10), -theme.px(16), -theme.px(8))
        gap = theme.px(_ARROW)
        width = (inner.width() - gap * (len(self._stages) - 1)) / len(self._stages)
        for number, stage in enumerate(self._stages):
            column = QRectF(inner.left() + number * (width + gap), inner.top(), width, inner.height())
            self._paint_stage(painter, column, stage)
            if number:
                size = theme.px(22)
                arrow = QRectF(column.left() - (gap + size) / 2, inner.center().y() - size / 2, size, size)
                icons.paint(painter, "arrow-right", theme.colours().text3, arrow)

    def _paint_stage(self, painter: QPainter, area: QRectF, stage: FlowStage) -> None:
        colours = theme.colours()
        line = area.height() / 4
        ring = theme.px(17)
        circle = QRectF(area.left() + 1, area.top() + (line - ring) / 2, ring, ring)
        painter.setPen(QPen(QColor(colours.text3), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        self._text(painter, circle, str(stage.number), 12, 600, colours.text, centred=True)
        name = QRectF(circle.right() + theme.px(8), area.top(), area.width() - ring - theme.px(8), line)
        self._text(painter, name, stage.name, 13, 600, colours.text)
        shapes = f"{stage.shape_in} → {stage.shape_out}" if stage.shape_in else stage.shape_out
        self._text(painter, QRectF(area.left(), area.top() + line, area.width(), line), shapes, 13, 600, colours.text)
        sentence = QRectF(area.left(), area.top() + 2 * line, area.width(), line)
        self._text(painter, sentence, stage.sentence, 12, 400, colours.text2)
        example = QRectF(area.left(), area.top() + 3 * line, area.width(), line)
        if stage.code:
            paint_line(painter, example, stage.code, colours)
        elif stage.chips:
            self._paint_chips(painter, example, stage.chips)
        else:
            self._text(painter, example, "no tokens yet", 12, 400, colours.text3)

    def _paint_chips(self, painter: QPainter, area: QRectF, chips: tuple[FlowChip, ...]) -> None:
        colours = theme.colours()
        font = theme.font(12, mono=True)
        metrics = QFontMetricsF(font)
        x = area.left()
        for chip in chips:
            width = metrics.horizontalAdvance(chip.text) + theme.px(8)
            lead = theme.px(22) if chip.is_answer else 0
            if x + lead + width > area.right() + 1:
                self._text(painter, QRectF(x, area.top(), theme.px(16), area.height()), "…", 12, 400, colours.text2)
                return
            if chip.is_answer:
                self._text(painter, QRectF(x, area.top(), lead, area.height()), "→", 13, 400, colours.text2, True)
                x += lead
            box = QRectF(x, area.top() + theme.px(1), width, area.height() - theme.px(2))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.chip(chip.id))
            painter.drawRoundedRect(box, theme.px(4), theme.px(4))
            painter.setFont(font)
            painter.setPen(QColor(colours.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, chip.text)
            x += width + theme.px(3)

    def _paint_folded(self, painter: QPainter, area: QRectF, stages: tuple[FlowStage, ...], continued: bool) -> None:
        inner = area.adjusted(theme.px(14), 0, -theme.px(14), 0)
        colours = theme.colours()
        pieces = [(f"{stage.number} ", stage.shape_out) for stage in stages]
        metrics = QFontMetricsF(theme.font(13, 600))
        spare = inner.width() - sum(metrics.horizontalAdvance(number + shape) for number, shape in pieces)
        gap = max(min(spare / len(pieces), theme.px(56)), theme.px(14))
        x = inner.left()
        for index, (number, shape) in enumerate(pieces):
            if index or continued:
                middle = QPointF(x + gap / 2, inner.center().y())
                size = min(theme.px(16), gap)
                box = QRectF(middle.x() - size / 2, middle.y() - size / 2, size, size)
                icons.paint(painter, "arrow-right", colours.text3, box)
                x += gap
            width = metrics.horizontalAdvance(number)
            self._text(painter, QRectF(x, inner.top(), width + 2, inner.height()), number, 13, 400, colours.text3)
            x += width
            width = min(metrics.horizontalAdvance(shape) + 2, max(inner.right() - x, 0))
            self._text(painter, QRectF(x, inner.top(), width, inner.height()), shape, 13, 600, colours.text)
            x += width

    def _text(
        self, painter: QPainter, area: QRectF, text: str, size: int, weight: int, colour: str, centred: bool = False
    ) -> None:
        font = theme.font(size, weight)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        if centred:
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
            return
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width() + 1)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
