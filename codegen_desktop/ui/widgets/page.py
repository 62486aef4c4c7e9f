"""The frame every tab shares: the head with a reading line and actions, the grid under it, and the tab's keys."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.fit import Fit
from codegen_desktop.ui.widgets.buttons import ButtonKind, button
from codegen_desktop.ui.widgets.labels import ReadingLine


class PageHead(QWidget):
    """The reading line left, the tab's actions right."""

    def __init__(self, reading: str = "") -> None:
        super().__init__()
        self._reading = ReadingLine(reading)
        self._fit = Fit.WIDE
        self.action_row = QHBoxLayout()

        layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row = layout
        theme.space(layout, (0, 4, 0, 4), 12)
        theme.space(self.action_row, 0, 12)
        layout.addWidget(self._reading, 1)
        layout.addLayout(self.action_row)
        self.set_fit(Fit.WIDE)

    def set_fit(self, fit: Fit) -> None:
        """Lower in a small window; in a narrow one the actions stand below the reading line."""
        self._fit = fit
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if fit is Fit.NARROW else directions.LeftToRight)
        theme.size(self, minimum_height={Fit.WIDE: 56, Fit.COMPACT: 46, Fit.NARROW: 0}[fit])
        self._give_room()

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """The reading line may take another number of lines."""
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        """A page gives its head the smallest height: below each other, that must hold every line of the reading."""
        narrow = self._fit is Fit.NARROW
        self._reading.setMinimumHeight(max(self._reading.heightForWidth(self.width()), 0) if narrow else 0)

    @property
    def reading(self) -> str:
        """The reading line as it was given."""
        return self._reading.reading

    def set_reading(self, text: str) -> None:
        """The sentence that says how things stand, as rich text: numbers and the verdict in <b>."""
        self._reading.set_reading(text)
        self._give_room()

    def add_action(self, text: str, icon: str = "", kind: ButtonKind = "standard") -> QPushButton:
        """One more button at the right."""
        made = button(text, icon, kind)
        self.action_row.addWidget(made)
        return made


class PageColumn(QVBoxLayout):
    """The column of a page: its margins, and its parts, of which the last takes what is left of the height.

    A wrapped label anywhere in a page makes Qt's columns ask for their preferred height at their width, and a
    scroll area then gives them that: the page would scroll although its smallest height fits.
    """

    def __init__(self, page: QWidget, *parts: QWidget) -> None:
        super().__init__(page)
        page.setProperty("class", "page")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        self._heads = [part for part in parts if isinstance(part, PageHead)]
        for part in parts:
            self.addWidget(part, 1 if part is parts[-1] else 0)
        self.set_fit(Fit.WIDE)

    def set_fit(self, fit: Fit) -> None:
        """Margins of 16, in a small window of 12."""
        margin = 16 if fit is Fit.WIDE else 12
        theme.space(self, (margin, 0, margin, margin - 4), 0)
        for head in self._heads:
            head.set_fit(fit)

    def hasHeightForWidth(self) -> bool:  # Qt's name
        """Whether the height depends on the width."""
        return False


def add_keys(tab: QWidget, keys: Mapping[str, Callable[[], object]]) -> None:
    """Keys that work while something in the tab has the focus."""
    for key, do in keys.items():
        QShortcut(QKeySequence(key), tab, do, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
