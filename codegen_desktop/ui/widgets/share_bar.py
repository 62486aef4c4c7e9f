"""A share from 0 to 1 as a bar and in words."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from codegen_desktop.ui import theme


def percent(share: float) -> str:
    """A share in words with one useful digit: 81.7 %, 0.04 %, 0."""
    if share <= 0:
        return "0"
    if share < 0.001:
        return f"{share * 100:.2g} %"
    return f"{share * 100:.1f} %"


def paint_bar(painter: QPainter, area: QRectF, share: float, colour: str, *, ground: str = "") -> None:
    """Draw a bar into an area, its whole width being 1; `ground` fills what is left."""
    height = min(area.height(), float(theme.px(9)))
    track = QRectF(area.left(), area.center().y() - height / 2, area.width(), height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    radius = height / 3
    if ground:
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(track, radius, radius)
    if share > 0:
        painter.setBrush(QColor(colour))
        filled = QRectF(track.left(), track.top(), max(track.width() * min(share, 1.0), 2.0), height)
        painter.drawRoundedRect(filled, min(radius, filled.width() / 2), radius)
