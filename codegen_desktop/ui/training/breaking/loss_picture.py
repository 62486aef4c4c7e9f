"""The loss curves of a mystery and its healthy twin in one small painted picture; the table beside it is its twin."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from codegen_desktop.model.diagnosis import last_measured
from codegen_desktop.model.records import EpochResult
from codegen_desktop.mystery import Mystery
from codegen_desktop.ui import theme
from codegen_desktop.ui.colours import Pen

HEIGHT = 220
"""Design pixels, the legend included."""

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class LossPicture(QWidget):
    """Train loss as a line, test loss as dots joined by dashes; grey is the healthy run."""

    def __init__(self, mystery: Mystery, twin: Mystery | None) -> None:
        super().__init__()
        self._mystery, self._twin = mystery, twin
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.size(self, height=HEIGHT)
        last = last_measured(mystery.run)
        self.setAccessibleName("Loss curves")
        self.setAccessibleDescription(
            f"Train loss ended at {last.train_loss:.2f}, test loss at {last.test_loss:.2f}; every number is in the "
            "table below."
        )

    def sizeHint(self) -> QSize:  # Qt's name
        """Wide enough to tell steep from flat."""
        return QSize(theme.px(360), theme.px(HEIGHT))

    @property
    def highest(self) -> float:
        """The top of the loss axis: above guessing by chance and every curve."""
        shown = [self._mystery] if self._twin is None else [self._mystery, self._twin]
        losses = [loss for one in shown for loss in one.evidence.curve.losses]
        tests = [result.test_loss for one in shown for result in _measured(one)]
        return 1.06 * max([self._mystery.run.baselines.uniform.loss, *losses, *tests])

    def paintEvent(self, _event: QPaintEvent) -> None:  # Qt's name
        """Axes, reference lines, the twin, the mystery, and a legend in words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(theme.px(34), theme.px(30), -theme.px(118), -theme.px(22))
        colours = theme.colours()
        self._paint_axes(painter, area)
        self._paint_references(painter, area)
        if self._twin is not None:
            grey = Pen(colours.reference.colour, 1.5)
            self._paint_run(painter, area, self._twin, grey, Pen(grey.colour, 1.5, (4, 3)))
        self._paint_run(painter, area, self._mystery, colours.train, colours.test)
        self._paint_legend(painter)
        painter.end()

    def _place(self, area: QRectF, share: float, loss: float) -> QPointF:
        return QPointF(area.left() + area.width() * share, area.bottom() - area.height() * loss / self.highest)

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        colours = theme.colours()
        painter.setFont(theme.font(12))
        step = _nice(self.highest / 4)
        for number in range(int(self.highest / step) + 1):
            at = self._place(area, 0, number * step)
            painter.setPen(QPen(QColor(colours.row_line), 1))
            painter.drawLine(at, QPointF(area.right(), at.y()))
            painter.setPen(QColor(colours.text3))
            box = QRectF(0, at.y() - theme.px(9), area.left() - theme.px(6), theme.px(18))
            painter.drawText(box, _RIGHT, f"{number * step:g}")
        epochs = self._mystery.run.options.epochs
        for epoch in range(epochs + 1):
            x = area.left() + area.width() * epoch / epochs
            box = QRectF(x - theme.px(40), area.bottom() + theme.px(3), theme.px(80), theme.px(18))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"epoch {epoch}" if epoch == epochs else str(epoch))

    def _paint_references(self, painter: QPainter, area: QRectF) -> None:
        colours, lines = theme.colours(), self._mystery.run.baselines
        marks = [
            ("chance", lines.uniform.loss, colours.random_guess),
            ("frequencies", lines.unigram.loss, colours.word_pairs),
        ]
        if lines.floor is not None:
            marks.append(("floor", lines.floor, Pen(colours.ok, 1.5, (9, 4))))
        taken = math.inf
        for name, loss, drawn in sorted(marks, key=lambda mark: mark[1]):
            at = self._place(area, 1, loss)
            painter.setPen(_pen(drawn))
            painter.drawLine(QPointF(area.left(), at.y()), at)
            middle = min(at.y(), taken - theme.px(16))
            taken = middle
            painter.setPen(QColor(colours.text3))
            box = QRectF(at.x() + theme.px(6), middle - theme.px(9), theme.px(112), theme.px(18))
            painter.drawText(box, _LEFT, f"{name} {loss:.2f}")

    def _paint_run(self, painter: QPainter, area: QRectF, one: Mystery, line: Pen, dots: Pen) -> None:
        epochs, curve = one.run.options.epochs, one.evidence.curve
        steps = max(curve.steps[-1], 1) if curve.steps else 1
        finished = one.run.epochs[-1].epoch == epochs
        whole = steps if finished else steps * epochs / max(1, one.run.epochs[-1].epoch + 1)
        start = one.run.epochs[0]
        train = [self._place(area, 0, start.train_loss)]
        train += [self._place(area, step / whole, loss) for step, loss in zip(curve.steps, curve.losses, strict=True)]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(line))
        painter.drawPolyline(QPolygonF(train))
        tests = [self._place(area, result.epoch / epochs, result.test_loss) for result in _measured(one)]
        painter.setPen(_pen(dots))
        painter.drawPolyline(QPolygonF(tests))
        painter.setPen(QPen(QColor(dots.colour), theme.px(2)))
        painter.setBrush(QColor(theme.colours().card))
        for place in tests:
            painter.drawEllipse(place, theme.px(3), theme.px(3))

    def _paint_legend(self, painter: QPainter) -> None:
        colours = theme.colours()
        entries = [("train loss", colours.train), ("test loss", colours.test)]
        if self._twin is not None:
            entries.append(("healthy run", Pen(colours.reference.colour, 1.5)))
        painter.setFont(theme.font(12))
        x = float(theme.px(34))
        for name, drawn in entries:
            painter.setPen(_pen(drawn))
            painter.drawLine(QPointF(x, theme.px(12)), QPointF(x + theme.px(22), theme.px(12)))
            width = painter.fontMetrics().horizontalAdvance(name)
            painter.setPen(QColor(colours.text2))
            painter.drawText(QRectF(x + theme.px(28), 0, width + theme.px(8), theme.px(24)), _LEFT, name)
            x += theme.px(28) + width + theme.px(20)


def _measured(one: Mystery) -> list[EpochResult]:
    """The epochs whose test loss is a number: a training that broke off may end with one that is not."""
    return [result for result in one.run.epochs if math.isfinite(result.test_loss)]


def _pen(series: Pen) -> QPen:
    made = QPen(QColor(series.colour))
    made.setWidthF(series.width * theme.current().text_scale)
    if series.dash:
        made.setDashPattern([length / series.width for length in series.dash])
    return made


def _nice(step: float) -> float:
    """The next of 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step)
