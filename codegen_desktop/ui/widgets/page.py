"""The frame every tab shares: the head with a reading line and actions, and the grid under it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.buttons import ButtonKind, button
from codegen_desktop.ui.widgets.labels import ReadingLine

NARROW = 720
"""Below this effective window width in pixels toolbars wrap."""


class PageHead(QWidget):
    """The reading line left, the tab's actions right."""

    def __init__(self, reading: str = "") -> None:
        super().__init__()
        self._reading = ReadingLine(reading)
        self.action_row = QHBoxLayout()

        layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row = layout
        theme.space(layout, (0, 4, 0, 4), 12)
        theme.space(self.action_row, 0, 12)
        layout.addWidget(self._reading, 1)
        layout.addLayout(self.action_row)
        theme.size(self, minimum_height=56)

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """In a narrow window the actions stand below the reading line."""
        super().resizeEvent(event)
        narrow = self.window().width() / theme.current().text_scale < NARROW
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)

    @property
    def reading(self) -> str:
        """The reading line as it was given."""
        return self._reading.reading

    def set_reading(self, text: str) -> None:
        """The sentence that says how things stand, as rich text: numbers and the verdict in <b>."""
        self._reading.set_reading(text)

    def add_action(self, text: str, icon: str = "", kind: ButtonKind = "standard") -> QPushButton:
        """One more button at the right."""
        made = button(text, icon, kind)
        self.action_row.addWidget(made)
        return made


class _PageColumn(QVBoxLayout):
    """A column that takes the height it is given.

    A wrapped label anywhere in a page makes Qt's columns ask for their preferred height at their width, and a
    scroll area then gives them that: the page would scroll although its smallest height fits.
    """

    def hasHeightForWidth(self) -> bool:  # Qt's name
        """Whether the height depends on the width."""
        return False


def page_layout(tab: QWidget) -> QVBoxLayout:
    """The column of a tab: page margins, the head first, then the grid."""
    tab.setProperty("class", "page")
    tab.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
    layout = _PageColumn(tab)
    theme.space(layout, (16, 0, 16, 12), 0)
    return layout
