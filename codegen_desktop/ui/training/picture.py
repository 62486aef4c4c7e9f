"""The figure as a picture of its own: both plots with title, legend and axis names, always in the light colours.

It is drawn from the same content as the window's plots, never grabbed from the screen, so that neither the window's
size nor its colours nor its text size decide what is in a report.
"""

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF
from PySide6.QtSvg import QSvgGenerator

from codegen_desktop.ui import theme
from codegen_desktop.ui.colours import LIGHT, Pen
from codegen_desktop.ui.training.content import Content, Shown, content, epoch_ticks, y_range
from codegen_desktop.ui.training.figure_head import axis_title, train_words
from codegen_desktop.ui.training.history import Series
from codegen_desktop.ui.training.line_labels import spread

WIDTH, HEIGHT = 1200, 520
"""Size in pixels of the drawing; a PNG has twice as many."""

SHARPNESS = 2

_MOST_POINTS = 1600
_LEFT, _RIGHT, _TOP, _BOTTOM, _NAMES = 64, 20, 112, 52, 130
_LINE = 16


def png(shown: Shown, title: str) -> bytes:
    """The picture as a PNG file."""
    image = QImage(WIDTH * SHARPNESS, HEIGHT * SHARPNESS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARPNESS)
    painter = QPainter(image)
    _draw(painter, shown, title)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know no devices
    buffer.close()
    return bytes(data.data())


def svg(shown: Shown, title: str) -> bytes:
    """The picture as an SVG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(WIDTH, HEIGHT))
    generator.setViewBox(QRect(0, 0, WIDTH, HEIGHT))
    generator.setTitle(title)
    painter = QPainter(generator)
    _draw(painter, shown, title)
    painter.end()
    buffer.close()
    return bytes(data.data())


def _draw(painter: QPainter, shown: Shown, title: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRect(0, 0, WIDTH, HEIGHT), QColor(LIGHT.card))
    painter.setFont(_font(17, 600))
    painter.setPen(QColor(LIGHT.text))
    painter.drawText(QRectF(24, 16, WIDTH - 48, 26), Qt.AlignmentFlag.AlignVCenter, title)
    _draw_legend(painter, shown)
    half = WIDTH // 2
    for place, what in enumerate(("loss", "accuracy")):
        frame = QRectF(place * half + _LEFT, _TOP, half - _LEFT - _RIGHT - _NAMES, HEIGHT - _TOP - _BOTTOM)
        _Plot(painter, frame, shown, content(shown, what, LIGHT)).draw()


def _font(size: int, weight: int = 400) -> QFont:
    made = theme.font(size, weight)
    made.setPixelSize(size)  # whatever the window's text size
    return made


def _pen(series: Pen, width: float | None = None, opacity: float = 1.0) -> QPen:
    colour = QColor(series.colour)
    colour.setAlphaF(opacity)
    made = QPen(colour, width or series.width)
    if series.dash and width is None:
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
        made.setDashPattern([length / series.width for length in series.dash])
    return made


def _draw_legend(painter: QPainter, shown: Shown) -> None:
    entries = [(LIGHT.train, "", train_words(shown.options.smoothing)), (LIGHT.test, "ring", "Test, after each epoch")]
    if shown.compared:
        entries.append((LIGHT.compared, "", "Compared runs, test"))
    if shown.options.trace:
        entries.append((LIGHT.reference, "diamond", "Brief's trace, quoted"))
    painter.setFont(_font(13))
    left = 24.0
    for series, marker, words in entries:
        painter.setPen(_pen(series))
        painter.drawLine(QPointF(left, 60), QPointF(left + 28, 60))
        _draw_marker(painter, QPointF(left + 14, 60), series, marker)
        width = painter.fontMetrics().horizontalAdvance(words)
        painter.setPen(QColor(LIGHT.text2))
        painter.drawText(QRectF(left + 36, 50, width + 4, 20), Qt.AlignmentFlag.AlignVCenter, words)
        left += width + 64


def _draw_marker(painter: QPainter, at: QPointF, series: Pen, marker: str) -> None:
    if not marker:
        return
    painter.setPen(QPen(QColor(series.colour), 1.5))
    painter.setBrush(QColor(LIGHT.card))
    if marker == "ring":
        painter.drawEllipse(at, 3.5, 3.5)
    else:
        corners = ((0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0))
        painter.drawPolygon(QPolygonF([QPointF(at.x() + x, at.y() + y) for x, y in corners]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


class _Plot:
    """One of the two plots inside its frame."""

    def __init__(self, painter: QPainter, frame: QRectF, shown: Shown, told: Content) -> None:
        self._painter, self._frame, self._shown, self._told = painter, frame, shown, told
        self._x = shown.x_range()
        self._y = y_range(told, self._x, whole=shown.options.window == "all")

    def draw(self) -> None:
        """Grid and axes, then lines and curves, then their names."""
        self._draw_axes()
        painter, told = self._painter, self._told
        painter.save()
        painter.setClipRect(self._frame.adjusted(-1, -1, 1, 1))
        for line in told.lines:
            height = self._place(0.0, line.at).y()
            painter.setPen(_pen(line.pen))
            painter.drawLine(QPointF(self._frame.left(), height), QPointF(self._frame.right(), height))
        self._curve(told.trace, _pen(LIGHT.reference))
        for series in told.compared:
            self._curve(series, _pen(LIGHT.compared))
        self._curve(told.raw, _pen(LIGHT.train, 1.0, 0.28))
        self._curve(told.smooth, _pen(LIGHT.train))
        self._curve(told.test, _pen(LIGHT.test))
        painter.restore()
        self._markers(told.trace, LIGHT.reference, "diamond")
        self._markers(told.test, LIGHT.test, "ring")
        self._draw_names()

    def _place(self, x: float, y: float) -> QPointF:
        frame = self._frame
        across = (x - self._x[0]) / (self._x[1] - self._x[0])
        up = (y - self._y[0]) / (self._y[1] - self._y[0])
        return QPointF(frame.left() + across * frame.width(), frame.bottom() - up * frame.height())

    def _draw_axes(self) -> None:
        painter, frame = self._painter, self._frame
        painter.setFont(_font(13, 600))
        painter.setPen(QColor(LIGHT.text))
        title = axis_title(self._told.scale.what, self._shown.options)
        painter.drawText(QPointF(frame.left() - _LEFT + 24, frame.top() - 16), title)
        painter.setFont(_font(12))
        painter.drawText(
            QRectF(frame.left(), frame.bottom() + 24, frame.width(), 20), Qt.AlignmentFlag.AlignCenter, "Epochs"
        )
        grid, ink = QPen(QColor(LIGHT.row_line), 1), QColor(LIGHT.text3)
        for at, words in epoch_ticks(*self._x):
            x = self._place(at, self._y[0]).x()
            painter.setPen(grid)
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
            painter.setPen(ink)
            painter.drawText(QRectF(x - 40, frame.bottom() + 6, 80, 16), Qt.AlignmentFlag.AlignCenter, words)
        for at, words in self._told.scale.ticks(*self._y):
            y = self._place(self._x[0], at).y()
            painter.setPen(grid)
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
            painter.setPen(ink)
            area = QRectF(frame.left() - 60, y - 8, 52, 16)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(QPen(QColor(LIGHT.control_edge), 1))
        painter.drawLine(frame.topLeft(), frame.bottomLeft())
        painter.drawLine(frame.bottomLeft(), frame.bottomRight())

    def _curve(self, series: Series, pen: QPen) -> None:
        drawn = thinned(series)
        points = [self._place(x, y) for x, y in zip(drawn.x.tolist(), drawn.y.tolist(), strict=True)]
        self._painter.setPen(pen)
        self._painter.drawPolyline(QPolygonF(points))

    def _markers(self, series: Series, pen: Pen, marker: str) -> None:
        for x, y in zip(series.x.tolist(), series.y.tolist(), strict=True):
            at = self._place(x, y)
            if x > 0 and self._frame.adjusted(-1, -1, 1, 1).contains(at):
                _draw_marker(self._painter, at, pen, marker)

    def _draw_names(self) -> None:
        painter, frame = self._painter, self._frame
        placed = [(name, self._place(0.0, name.at).y()) for name in self._told.names]
        room = max(int(frame.height()) // _LINE, 1)
        seen = [(name, y) for name, y in placed if frame.top() - 4 <= y <= frame.bottom() + 4][-room:]
        middles = spread([y for _, y in seen], _LINE, frame.top() + _LINE / 2, frame.bottom() - _LINE / 2)
        painter.setFont(_font(12))
        for (name, y), middle in zip(seen, middles, strict=True):
            painter.setPen(QPen(QColor(name.pen.colour), 1))
            painter.drawLine(QPointF(frame.right() + 1, y), QPointF(frame.right() + 11, middle))
            painter.setPen(QColor(LIGHT.text2))
            area = QRectF(frame.right() + 15, middle - _LINE / 2, _NAMES - 4, _LINE)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, name.text)


def thinned(series: Series) -> Series:
    """The same curve to the eye with at most some 1,600 points: the lowest and the highest of each group are kept."""
    size = -(-len(series.x) // (_MOST_POINTS // 2))
    if size <= 2:
        return series
    whole = len(series.x) // size * size
    groups = series.y[:whole].reshape(-1, size)
    starts = np.arange(0, whole, size)
    pairs = np.sort(np.stack([starts + groups.argmin(1), starts + groups.argmax(1)], axis=1), axis=1).ravel()
    kept = np.unique(np.concatenate([[0], pairs, np.arange(whole, len(series.x)), [len(series.x) - 1]]))
    return Series(series.x[kept], series.y[kept])
