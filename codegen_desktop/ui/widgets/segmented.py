"""Two to five choices side by side, one of them chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QToolButton

from codegen_desktop.ui import icons, theme


class Segmented(QFrame):
    """A frame of checkable buttons; `chosen(int)` tells the index when a person or the program chose another.

    One stop for Tab; the arrow keys move the choice, as in a group of radio buttons.
    """

    chosen = Signal(int)

    def __init__(self, name: str, choices: Sequence[str], pictures: Sequence[str] = ()) -> None:
        super().__init__()
        if not 2 <= len(choices) <= 5:
            raise ValueError(f"2 to 5 choices, not {len(choices)}")
        self.setProperty("class", "segmented")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._words = list(choices)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons = [self._make(index, name, pictures) for index in range(len(choices))]

        layout = QHBoxLayout(self)
        theme.space(layout, 1, 0)
        for made in self._buttons:
            layout.addWidget(made)
        self._buttons[0].setChecked(True)
        self._let_tab_stop()

        self._group.idToggled.connect(self._on_group_id_toggled)

    @property
    def index(self) -> int:
        """Which one is chosen."""
        return self._group.checkedId()

    def choose(self, index: int) -> None:
        """Choose one; tells `chosen` where it was another."""
        self._buttons[index].setChecked(True)

    def set_count(self, index: int, count: str) -> None:
        """Write a count or a time after a choice's words; empty removes it."""
        words = self._words[index]
        self._buttons[index].setText(f"{words}  {count}" if count else words)
        self._buttons[index].setAccessibleName(f"{self.accessibleName()}: {words} {count}".strip())

    def buttons(self) -> tuple[QToolButton, ...]:
        """The buttons, for shortcuts and tests."""
        return tuple(self._buttons)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """Arrow keys, Home and End move the choice."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            keys = Qt.Key
            steps = {keys.Key_Left: -1, keys.Key_Up: -1, keys.Key_Right: 1, keys.Key_Down: 1}
            key = keys(event.key())
            if key in steps and event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            ):
                self._move(steps[key])
                return True
        return super().eventFilter(watched, event)

    def _make(self, index: int, name: str, pictures: Sequence[str]) -> QToolButton:
        made = QToolButton()
        place = "first" if index == 0 else "last" if index == len(self._words) - 1 else "middle"
        made.setProperty("class", f"segment-{place}")
        made.setCheckable(True)
        made.setText(self._words[index])
        made.setAccessibleName(f"{name}: {self._words[index]}")
        if index < len(pictures) and pictures[index]:
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            icons.set_icon(made, pictures[index], "text2", 14)
        made.installEventFilter(self)
        self._group.addButton(made, index)
        return made

    def _move(self, step: int) -> None:
        index = self.index
        for _ in self._buttons:
            index = (index + step) % len(self._buttons)
            if self._buttons[index].isEnabled():
                break
        self._buttons[index].setChecked(True)
        self._buttons[index].setFocus(Qt.FocusReason.OtherFocusReason)

    def _let_tab_stop(self) -> None:
        for made in self._buttons:
            here = made.isChecked()
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus if here else Qt.FocusPolicy.ClickFocus)

    def _on_group_id_toggled(self, index: int, checked: bool) -> None:
        self._let_tab_stop()
        if checked:
            self.chosen.emit(index)
