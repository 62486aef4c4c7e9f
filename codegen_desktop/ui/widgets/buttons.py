"""Buttons in the styles of the design language."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton, QToolButton

from codegen_desktop.ui import icons

ButtonKind = Literal["standard", "primary", "quiet", "small"]

_ICON_ROLES: dict[ButtonKind, str] = {
    "standard": "text",
    "primary": "accent_text",
    "quiet": "text2",
    "small": "text",
}


def button(text: str, icon: str = "", kind: ButtonKind = "standard", *, tooltip: str = "") -> QPushButton:
    """A push button; one primary button a tab."""
    made = QPushButton(text)
    if kind != "standard":
        made.setProperty("class", kind)
    if icon:
        icons.set_icon(made, icon, _ICON_ROLES[kind], 16 if kind != "quiet" else 15)
    made.setToolTip(tooltip)
    made.setAutoDefault(False)
    return made


def icon_button(icon: str, name: str, *, checkable: bool = False, role: str = "text2") -> QToolButton:
    """A quiet button that shows only an icon; `name` is its accessible name and tooltip."""
    made = QToolButton()
    made.setProperty("class", "quiet")
    made.setCheckable(checkable)
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    icons.set_icon(made, icon, role, 16)
    return made


def say_key(made: QPushButton | QToolButton, key: QKeySequence | QKeySequence.StandardKey | str) -> None:
    """Name the key that does the same as a button in its tooltip."""
    written = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    words = made.toolTip() or made.accessibleName() or made.text()
    made.setToolTip(f"{words} ({written})")
