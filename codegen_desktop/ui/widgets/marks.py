"""The marks that say how a stage stands; each has a shape of its own, so that colour is never the only sign."""

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from codegen_desktop.ui import theme
from codegen_desktop.ui.stages import Mark


def paint_mark(painter: QPainter, mark: Mark, area: QRectF, progress: float | None = None) -> None:
    """Draw a mark into a square: dashed ring, disc with tick, ring filled by progress, bars, diamond or octagon."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colours = theme.colours()
    inside = area.adjusted(1, 1, -1, -1)
    match mark:
        case Mark.WAITING | Mark.READY:
            _dashed_ring(painter, inside, colours.text3)
        case Mark.DONE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.ok))
            painter.drawEllipse(inside)
            _strokes(painter, area, colours.header, ((0.29, 0.52), (0.44, 0.67), (0.72, 0.36)))
        case Mark.RUNNING:
            _ring(painter, inside, progress if progress is not None else 0.0)
        case Mark.PAUSED:
            _ring(painter, inside, 1.0)
            for x in (0.41, 0.59):
                _strokes(painter, area, colours.accent, ((x, 0.36), (x, 0.64)))
        case Mark.STALE:
            painter.setPen(QPen(QColor(colours.warn), area.width() * 0.1))
            painter.setBrush(QColor(colours.warn_soft))
            centre, reach = area.center(), area.width() * 0.45
            corners = [(0.0, -reach), (reach, 0.0), (0.0, reach), (-reach, 0.0)]
            painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in corners]))
            _strokes(painter, area, colours.warn, ((0.5, 0.33), (0.5, 0.54)))
            _strokes(painter, area, colours.warn, ((0.5, 0.67), (0.5, 0.68)))
        case Mark.FAILED:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.error))
            painter.drawPolygon(_octagon(inside))
            _strokes(painter, area, colours.header, ((0.35, 0.35), (0.65, 0.65)))
            _strokes(painter, area, colours.header, ((0.65, 0.35), (0.35, 0.65)))
    painter.restore()


def paint_arrow(painter: QPainter, area: QRectF, colour: str, *, dashed: bool) -> None:
    """Draw an arrow to the right along the middle of an area."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(colour), 1.5 * theme.current().text_scale)
    tip = QPointF(area.right(), area.center().y())
    head = area.height() / 2
    painter.setPen(pen)
    painter.drawLine(QLineF(tip, tip + QPointF(-head, -head)))
    painter.drawLine(QLineF(tip, tip + QPointF(-head, head)))
    if dashed:
        pen.setDashPattern([2.2, 1.8])
        painter.setPen(pen)
    painter.drawLine(QLineF(QPointF(area.left(), tip.y()), tip - QPointF(1, 0)))
    painter.restore()


def _dashed_ring(painter: QPainter, area: QRectF, colour: str) -> None:
    pen = QPen(QColor(colour), area.width() * 0.1)
    pen.setDashPattern([1.9, 1.6])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(area.adjusted(0.5, 0.5, -0.5, -0.5))


def _ring(painter: QPainter, area: QRectF, share: float) -> None:
    colours = theme.colours()
    width = area.width() * 0.17
    ring = area.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colours.border), width))
    painter.drawEllipse(ring)
    painter.setPen(QPen(QColor(colours.accent), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawArc(ring, 90 * 16, -round(max(share, 0.02) * 360 * 16))


def _strokes(painter: QPainter, area: QRectF, colour: str, points: tuple[tuple[float, float], ...]) -> None:
    pen = QPen(QColor(colour), area.width() * 0.11)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    places = [QPointF(area.left() + x * area.width(), area.top() + y * area.height()) for x, y in points]
    painter.drawPolyline(QPolygonF(places))


def _octagon(area: QRectF) -> QPolygonF:
    cut = area.width() * 0.29
    left, top, right, bottom = area.left(), area.top(), area.right(), area.bottom()
    corners = (
        (left + cut, top),
        (right - cut, top),
        (right, top + cut),
        (right, bottom - cut),
        (right - cut, bottom),
        (left + cut, bottom),
        (left, bottom - cut),
        (left, top + cut),
    )
    return QPolygonF([QPointF(x, y) for x, y in corners])
