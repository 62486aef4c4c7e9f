"""How much room a window has for its text, and who tells a tab when that changes."""

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from codegen_desktop.ui import theme

WIDE, HIGH, NARROW = 1200, 760, 720
"""Limits of the effective size (window size over text scale), in pixels."""


class Fit(Enum):
    """Wide: everything side by side. Compact: less frame, parts behind switches. Narrow: one column that scrolls."""

    WIDE = "wide"
    COMPACT = "compact"
    NARROW = "narrow"


def fit_of(window: QWidget) -> Fit:
    """How much room a window has at the text scale in force."""
    scale = theme.current().text_scale
    width, height = window.width() / scale, window.height() / scale
    if width < NARROW:
        return Fit.NARROW
    return Fit.COMPACT if width < WIDE or height < HIGH else Fit.WIDE


class FitWatch(QObject):
    """Arranges a page as in a wide window, and anew whenever its window fits it otherwise."""

    def __init__(self, page: QWidget, arrange: Callable[[Fit], object]) -> None:
        super().__init__(page)
        self._page, self._arrange, self._fit = page, arrange, Fit.WIDE
        arrange(self._fit)
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """Another size or text scale may ask for another arrangement."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.StyleChange):
            fit = fit_of(self._page.window())
            if fit is not self._fit:
                self._fit = fit
                self._arrange(fit)
        return super().eventFilter(watched, event)
