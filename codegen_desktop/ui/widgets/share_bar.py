"""A share from 0 to 1 as a bar, with the value always written."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

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


class ShareBar(QWidget):
    """A bar with its value written at the right; "–" while it is unknown."""

    def __init__(self, name: str, *, role: str = "accent") -> None:
        super().__init__()
        self._role = role
        self._share: float | None = None
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_share(None)

    def set_share(self, share: float | None) -> None:
        """Show a share; None where it is not known."""
        self._share = share
        self.setAccessibleName(f"{self._name}: {self._words()}")
        self.update()

    def sizeHint(self) -> QSize:  # Qt's name
        return QSize(theme.px(160), theme.px(20))

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow theme and text scale."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # Qt's name
        colours = theme.colours()
        painter = QPainter(self)
        words = QRectF(self.width() - theme.px(56), 0, theme.px(56), self.height())
        bar = QRectF(0, 0, self.width() - theme.px(64), self.height())
        paint_bar(painter, bar, self._share or 0.0, getattr(colours, self._role), ground=colours.border)
        painter.setPen(QColor(colours.text))
        painter.setFont(theme.font(13, 600))
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._words())
        painter.end()

    def _words(self) -> str:
        return "–" if self._share is None else percent(self._share)
