"""Labels, badges and lines in the styles of the design language."""

from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from codegen_desktop.ui import icons, theme

BadgeKind = Literal["ok", "warn", "error", "information", "neutral"]

_BADGE_ICONS: dict[BadgeKind, str] = {
    "ok": "check",
    "warn": "triangle-alert",
    "error": "x",
    "information": "info",
    "neutral": "",
}
_BADGE_ROLES: dict[BadgeKind, str] = {
    "ok": "ok",
    "warn": "warn",
    "error": "error",
    "information": "accent",
    "neutral": "text2",
}


def label(text: str = "", style: str = "", *, selectable: bool = False, wrap: bool = False) -> QLabel:
    """A label in a style class (`caption`, `secondary`, `strong`, `reading`, `card-title`, `stat`, `code`, ...)."""
    made = QLabel(text)
    if style:
        made.setProperty("class", style)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def icon_label(name: str, role: str = "text2", design_pixels: int = 16) -> QLabel:
    """A decorative icon; a screen reader passes over it."""
    made = QLabel()
    icons.set_icon(made, name, role, design_pixels)
    return made


def line(style: Literal["line", "edge", "rule"] = "line") -> QFrame:
    """A 1 px line: `line` between rows, `edge` between regions, `rule` upright."""
    made = QFrame()
    made.setProperty("class", style)
    return made


class Badge(QFrame):
    """A verdict: an icon and words on a soft fill."""

    def __init__(self, kind: BadgeKind = "neutral", text: str = "", icon: str = "") -> None:
        super().__init__()
        self._icon = QLabel()
        self._text = QLabel()

        layout = QHBoxLayout(self)
        theme.space(layout, (9, 0, 9, 0), 5)
        layout.addWidget(self._icon)
        layout.addWidget(self._text)
        theme.size(self, height=22)

        self.show_verdict(kind, text, icon)

    def show_verdict(self, kind: BadgeKind, text: str, icon: str = "") -> None:
        """Say something else; without `icon` the kind's own is shown."""
        name = icon or _BADGE_ICONS[kind]
        theme.set_class(self, f"badge-{kind}")
        theme.set_class(self._text, f"badge-text-{kind}")
        self._text.setText(text)
        self._icon.setVisible(bool(name))
        if name:
            icons.set_icon(self._icon, name, _BADGE_ROLES[kind], 13)
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        """The words."""
        return self._text.text()


class ElidedLabel(QLabel):
    """One line that is cut with an ellipsis where there is no room; the whole text stays in the tooltip."""

    def __init__(self, style: str = "") -> None:
        super().__init__()
        if style:
            self.setProperty("class", style)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(1)
        self.words = ""

    def set_words(self, words: str) -> None:
        """Say something else."""
        self.words = words
        self.setToolTip(words)
        self.setAccessibleName(words)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Another width shows more or less."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        self.setText(self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, self.width()))


class ReadingLine(QLabel):
    """A sentence that says how things stand: grey words, numbers and verdict (in <b>) in ink; selectable."""

    def __init__(self, reading: str = "", *, wrap: bool = True) -> None:
        super().__init__()
        self.setProperty("class", "reading")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWordWrap(wrap)
        self.reading = ""
        self.set_reading(reading)

    def set_reading(self, reading: str) -> None:
        """Say another sentence, in rich text."""
        self.reading = reading
        ink = theme.colours().text
        self.setText(reading.replace("<b>", f'<b style="color:{ink};font-weight:600">'))

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """The ink of the bold words follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.set_reading(self.reading)
