"""The menu row: every action of the window with its key, and the corner that says lab, offline, text size and theme."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QMenuBar, QToolButton, QWidget

from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.theme import TEXT_SCALES
from codegen_desktop.ui.widgets.buttons import icon_button
from codegen_desktop.ui.widgets.labels import icon_label, label

Do = Callable[[], object]

_EDITS = (
    ("Undo", "undo", QKeySequence.StandardKey.Undo),
    ("Redo", "redo", QKeySequence.StandardKey.Redo),
    ("Cut", "cut", QKeySequence.StandardKey.Cut),
    ("Copy", "copy", QKeySequence.StandardKey.Copy),
    ("Paste", "paste", QKeySequence.StandardKey.Paste),
    ("Select all", "selectAll", QKeySequence.StandardKey.SelectAll),
)
"""Words, Qt's method of the focused field, and the key the field itself listens to."""


def add_action(menu: QMenu, words: str, do: Do, *keys: QKeySequence.StandardKey | str) -> QAction:
    """One action with its keys; several keys do the same."""
    action = QAction(words, menu)
    action.setShortcuts([QKeySequence(key) for key in keys])
    action.triggered.connect(lambda *_: do())
    menu.addAction(action)
    return action


def fill_edit_menu(menu: QMenu) -> None:
    """Undo, copy and the like for whatever field has the focus. The keys are the fields' own, so only shown here."""
    for words, method, key in _EDITS:
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        action = menu.addAction(f"{words}\t{shown}")
        action.triggered.connect(lambda *_, name=method: _edit(name))
        action.setData(method)
    menu.aboutToShow.connect(lambda: _enable_edits(menu))


def fill_stage_menu(menu: QMenu, open_stage: Callable[[Stage], object]) -> None:
    """Ctrl+1 to Ctrl+5."""
    for stage in Stage:
        add_action(menu, stage.heading, partial(open_stage, stage), f"Ctrl+{stage.number}")


def add_tab_actions(menu: QMenu, current_tab: Callable[[], QWidget | None]) -> None:
    """What the open tab offers under F5, F10 and Shift+F5; the keys belong to the tab's own shortcuts."""
    for words, key in (
        ("The tab's main action", "F5"),
        ("One step", "F10"),
        ("Stop", "Shift+F5"),
        ("Picture or table", "Ctrl+T"),
        ("Break it (Training)", "Ctrl+B"),
    ):
        action = menu.addAction(f"{words}\t{key}")
        action.triggered.connect(lambda *_, pressed=key: _press(current_tab(), pressed))
        action.setData(key)
    menu.aboutToShow.connect(lambda: _enable_tab_actions(menu, current_tab()))


class Corner(QWidget):
    """Right end of the menu row. Buttons tell nothing by themselves: `on_scale` and `on_theme` are called."""

    def __init__(self, on_scale: Callable[[float], object], on_theme: Do) -> None:
        super().__init__()
        self._lab = label("", "strong")
        self._offline = label("Offline · nothing leaves this PC", "secondary")
        self._scale_button = QToolButton()
        self._theme_button = icon_button("sun", "Light or dark")
        self._scale_actions: dict[float, QAction] = {}

        layout = QHBoxLayout(self)
        theme.space(layout, (0, 0, 12, 0), 8)
        layout.addWidget(self._lab)
        layout.addSpacing(theme.px(10))
        layout.addWidget(icon_label("wifi-off", "text2", 15))
        layout.addWidget(self._offline)
        layout.addSpacing(theme.px(6))
        layout.addWidget(self._scale_button)
        layout.addWidget(self._theme_button)
        self._scale_button.setProperty("class", "quiet")
        self._scale_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._scale_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._scale_button.setMenu(self._scale_menu(on_scale))
        self._scale_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

        self._theme_button.clicked.connect(lambda *_: on_theme())

    def show_lab(self, name: str) -> None:
        """Name the open Lab."""
        self._lab.setText(name)

    def show_look(self, look: theme.Theme) -> None:
        """Say text size and theme."""
        self._scale_button.setText(f"{look.text_scale * 100:.0f} %")
        icons.set_icon(self._scale_button, "a-large-small", "text2", 16)
        self._scale_button.setAccessibleName(f"Text size, {look.text_scale * 100:.0f} percent")
        self._scale_button.setToolTip("Text size (Ctrl+Plus, Ctrl+Minus, Ctrl+0)")
        icons.set_icon(self._theme_button, "moon" if look.dark else "sun", "text2", 16)
        self._theme_button.setToolTip(
            "Switch to light (Ctrl+Shift+L)" if look.dark else "Switch to dark (Ctrl+Shift+L)"
        )
        if look.text_scale in self._scale_actions:
            self._scale_actions[look.text_scale].setChecked(True)

    def set_compact(self, compact: bool) -> None:
        """Say less where there is less room."""
        self._offline.setText("Offline" if compact else "Offline · nothing leaves this PC")
        self._offline.setToolTip("Nothing leaves this PC")

    def _scale_menu(self, on_scale: Callable[[float], object]) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for scale in TEXT_SCALES:
            action = menu.addAction(f"{scale * 100:.0f} %")
            action.setCheckable(True)
            action.triggered.connect(lambda *_, chosen=scale: on_scale(chosen))
            group.addAction(action)
            self._scale_actions[scale] = action
        return menu


def add_menu(bar: QMenuBar, words: str) -> QMenu:
    """One more menu; `&` marks the letter that opens it with Alt."""
    menu = QMenu(words, bar)
    bar.addMenu(menu)
    return menu


def _edit(method: str) -> None:
    field = QApplication.focusWidget()
    if field is not None and hasattr(field, method):
        getattr(field, method)()


def _enable_edits(menu: QMenu) -> None:
    field = QApplication.focusWidget()
    for action in menu.actions():
        action.setEnabled(field is not None and hasattr(field, str(action.data())))


def _shortcut(tab: QWidget | None, key: str) -> QShortcut | None:
    if tab is None:
        return None
    wanted = QKeySequence(key)
    return next((one for one in tab.findChildren(QShortcut) if one.key() == wanted and one.isEnabled()), None)


def _press(tab: QWidget | None, key: str) -> None:
    shortcut = _shortcut(tab, key)
    if shortcut is not None:
        shortcut.activated.emit()


def _enable_tab_actions(menu: QMenu, tab: QWidget | None) -> None:
    for action in menu.actions():
        if action.data():
            action.setEnabled(_shortcut(tab, str(action.data())) is not None)
