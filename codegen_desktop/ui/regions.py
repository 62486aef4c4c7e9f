"""F6 and Shift+F6: the keyboard goes to the next region of the window."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.page import PageHead
from codegen_desktop.ui.widgets.pipeline_bar import PipelineBar


def focus_next_region(window: QWidget, step: int) -> None:
    """Focus the first control of the region after (`step` 1) or before (-1) the one that has the focus."""
    stops = [(region, first) for region in _regions(window) if (first := _first_stop(region)) is not None]
    if not stops:
        return
    here = QApplication.focusWidget()
    inside = [
        index
        for index, (region, _) in enumerate(stops)
        if here is not None and (region is here or region.isAncestorOf(here))
    ]
    target = (inside[-1] + step) % len(stops) if inside else 0
    stops[target][1].setFocus(Qt.FocusReason.ShortcutFocusReason)


def _regions(window: QWidget) -> list[QWidget]:
    """Bar, page heads and cards that are seen, from top to bottom and left to right."""
    found = [
        widget for kind in (PipelineBar, PageHead, Card) for widget in window.findChildren(kind) if widget.isVisible()
    ]

    def place(widget: QWidget) -> tuple[int, int]:
        corner = widget.mapTo(window, QPoint(0, 0))
        return corner.y(), corner.x()

    return sorted(found, key=place)


def _first_stop(region: QWidget) -> QWidget | None:
    if region.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return region
    widget = region.nextInFocusChain()
    while widget is not None and widget is not region:
        stops = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if stops and region.isAncestorOf(widget) and widget.isVisible() and widget.isEnabled():
            return widget
        widget = widget.nextInFocusChain()
    return None
