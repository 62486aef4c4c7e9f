"""Pieces of code under each other in one scroll area, each below a line that says how it did."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.widgets.code_html import Tint, code_html
from codegen_desktop.ui.widgets.labels import label, line


@dataclass(frozen=True, slots=True)
class Mark:
    """An icon with its words, such as a tick and "valid Python"; `role` is the icon's ink."""

    icon: str
    role: str
    words: str


@dataclass(frozen=True, slots=True)
class Share:
    """Characters `start` to `end` of some code are filled by a share of the ramp, 0 to 1."""

    start: int
    end: int
    share: float
    underlined: bool = False


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One piece of code: what it is called, its marks, and how its characters are filled."""

    title: str
    code: str
    marks: tuple[Mark, ...] = ()
    shares: tuple[Share, ...] = ()
    sunken: int = 0  # so many characters at its beginning were given, and stand on a grey ground

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""
        return ", ".join((self.title, *(mark.words for mark in self.marks)))


class CodeEntries(QScrollArea):
    """Shows entries, the first on top; what is not needed is hidden, not built again."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._entries: tuple[CodeEntry, ...] = ()
        self._rows: list[_Row] = []
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        theme.space(self._column, (14, 4, 10, 8), 6)
        self._column.addStretch(1)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # long lines are broken
        for ground in (self._inside, self.viewport()):
            ground.setAutoFillBackground(False)  # the card's own ground stays
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.size(self, minimum_width=180, minimum_height=64)

    @property
    def entries(self) -> tuple[CodeEntry, ...]:
        """What is shown."""
        return self._entries

    def show_entries(self, entries: Sequence[CodeEntry]) -> None:
        """Show other entries, without a jump where they are as many."""
        if tuple(entries) == self._entries:
            return
        self._entries = tuple(entries)
        while len(self._rows) < len(self._entries):
            self._rows.append(_Row())
            self._column.insertWidget(self._column.count() - 1, self._rows[-1])
        self._fill()

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """The code's inks follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_rows"):
            self._fill()

    def _fill(self) -> None:
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(self._entries))
            if place < len(self._entries):
                row.fill(self._entries[place], first=place == 0)


class _Row(QWidget):
    """A title, its marks, and the code below."""

    def __init__(self) -> None:
        super().__init__()
        self._title = label("", "caption")
        self._icons = [QLabel(), QLabel()]
        self._words = [label("", "caption"), label("", "caption")]
        self._code = label("", wrap=True, selectable=True)
        self._edge = line()
        self._code.setTextFormat(Qt.TextFormat.RichText)
        head = QHBoxLayout()
        theme.space(head, 0, 6)
        head.addWidget(self._title)
        for icon, words in zip(self._icons, self._words, strict=True):
            head.addWidget(icon)
            head.addWidget(words)
        head.addStretch(1)
        column = QVBoxLayout(self)
        theme.space(column, 0, 3)
        column.addWidget(self._edge)
        column.addLayout(head)
        column.addWidget(self._code)

    def fill(self, entry: CodeEntry, *, first: bool) -> None:
        """Show an entry."""
        self._edge.setVisible(not first)
        self._title.setText(entry.title)
        for place, (icon, words) in enumerate(zip(self._icons, self._words, strict=True)):
            mark = entry.marks[place] if place < len(entry.marks) else None
            icon.setVisible(mark is not None and bool(mark.icon))
            words.setVisible(mark is not None)
            if mark is not None:
                words.setText(mark.words)
                if mark.icon:
                    icons.set_icon(icon, mark.icon, mark.role, 13)
        self._code.setText(code_html(entry.code, _tints(entry)))
        self._code.setAccessibleName(f"{entry.spoken}: {entry.code}")


def _tints(entry: CodeEntry) -> list[Tint]:
    colours = theme.colours()
    given = [Tint(0, entry.sunken, colours.sunken)] if entry.sunken else []
    return given + [
        Tint(part.start, part.end, colours.shade(part.share).name(), part.underlined) for part in entry.shares
    ]
