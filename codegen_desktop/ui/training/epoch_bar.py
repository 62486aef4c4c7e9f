"""The progress of a training: one bar an epoch, filled in blue as its steps are done."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from codegen_desktop.ui import theme

MOST_BARS = 24
"""More epochs than this are drawn as one bar."""


class EpochBar(QWidget):
    """Shows `position` of `epochs` epochs; grey where nothing was done yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs, self._position = 5, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Training progress")

    def set_progress(self, position: float, epochs: int) -> None:
        """How far the training is, in epochs."""
        if (position, epochs) == (self._position, self._epochs):
            return
        tenth = int(self._position / max(self._epochs, 1) * 10)
        self._position, self._epochs = position, epochs
        share = position / max(epochs, 1)
        self.setAccessibleDescription(f"{share * 100:.0f} % of {epochs} epochs")
        if int(share * 10) != tenth and QAccessible.isActive():
            self.setAccessibleName(f"Training progress {share * 100:.0f} %")
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room, 8 px high."""
        return QSize(theme.px(200), theme.px(8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bars."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(0, 0, 0, 0))
        bars = self._epochs if self._epochs <= MOST_BARS else 1
        per_bar = self._epochs / bars
        gap, height = theme.px(3), min(self.height(), theme.px(8))
        top = (self.height() - height) / 2
        width = (self.width() - gap * (bars - 1)) / bars
        for bar in range(bars):
            left = bar * (width + gap)
            filled = min(max(self._position / per_bar - bar, 0.0), 1.0)
            painter.setBrush(QColor(colours.border))
            painter.drawRoundedRect(QRectF(left, top, width, height), height / 2, height / 2)
            if filled > 0:
                painter.setBrush(QColor(colours.accent))
                painter.drawRoundedRect(QRectF(left, top, max(width * filled, height), height), height / 2, height / 2)
