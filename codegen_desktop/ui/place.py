"""Where a window stands: kept when it is closed, restored when it is opened."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from codegen_desktop.ui import settings

START = (1440, 900)
"""The first size, in pixels, where the screen has room for it."""


def store(window: QMainWindow) -> None:
    """Keep where a window is."""
    settings.store_geometry(window.saveGeometry())


def restore(window: QMainWindow) -> None:
    """Where the window was last, if that is still on a screen; else 1440 × 900 or nine tenths of the screen."""
    geometry = settings.stored_geometry()
    if geometry is not None and window.restoreGeometry(geometry) and _is_on_a_screen(window):
        return
    room = QGuiApplication.primaryScreen().availableGeometry()
    window.resize(min(START[0], round(room.width() * 0.9)), min(START[1], round(room.height() * 0.9)))
    window.move(room.center() - window.rect().center())


def _is_on_a_screen(window: QMainWindow) -> bool:
    """Whether enough of the title bar can be seen to move the window by it."""
    title = window.frameGeometry().adjusted(40, 0, -40, -window.height() + 40)
    return any(screen.availableGeometry().intersects(title) for screen in QGuiApplication.screens())
