"""A split a person can move: no part can be folded away, and the handle is the gap between two cards."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget


def splitter(orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
    """Some parts side by side, or one above the other."""
    made = QSplitter(orientation)
    made.setHandleWidth(12)
    made.setChildrenCollapsible(False)
    for part in parts:
        made.addWidget(part)
    return made
