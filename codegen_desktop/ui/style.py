"""Dresses the program: the palette and the one style sheet, filled from the colours and measures of the theme."""

from collections.abc import Callable
from string import Template

from PySide6.QtCore import QDir
from PySide6.QtGui import QColor, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from codegen_desktop.paths import resource
from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.colours import Colours


def apply(application: QApplication, look: theme.Theme) -> None:
    """Give the whole program a look; every widget gets a StyleChange event and paints anew."""
    if theme.SANS not in QFontDatabase.families():
        theme.load_fonts()
    theme.use(look)
    QDir.setSearchPaths("icons", [str(resource("icons"))])
    if application.style().name().lower() != "fusion":
        application.setStyle("Fusion")
    application.setStyleSheet("")  # taken off first: replacing one sheet by another costs Qt five times as much
    application.setPalette(palette(look.colours))
    application.setFont(theme.font())
    for widget in application.allWidgets():
        theme.measure_again(widget)
        icons.renew(widget)
    application.setStyleSheet(sheet(look.colours, theme.px))


def sheet(colours: Colours, px: Callable[[float], int]) -> str:
    """The style sheet in some colours: `@12@` in the template is 12 design pixels, `$text` a colour role."""
    parts = _SHEET.split("@")
    measured = "".join(part if index % 2 == 0 else f"{px(float(part))}px" for index, part in enumerate(parts))
    roles = {name: value for name in colours.__slots__ if isinstance(value := getattr(colours, name), str)}
    return Template(measured).substitute(roles, sans=theme.SANS, mono=theme.MONO)


def palette(colours: Colours) -> QPalette:
    """Qt's own colour roles from ours."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for which, value in (
        (role.Window, colours.page),
        (role.WindowText, colours.text),
        (role.Base, colours.card),
        (role.AlternateBase, colours.sunken),
        (role.Text, colours.text),
        (role.Button, colours.card),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.error),
        (role.Highlight, colours.selected),
        (role.HighlightedText, colours.text),
        (role.Accent, colours.accent),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.PlaceholderText, colours.text3),
        (role.ToolTipBase, colours.tooltip),
        (role.ToolTipText, colours.tooltip_text),
        (role.Light, colours.card),
        (role.Midlight, colours.row_line),
        (role.Mid, colours.border),
        (role.Dark, colours.control_edge),
        (role.Shadow, colours.control_edge),
    ):
        palette.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, which, QColor(colours.disabled))
    return palette


_SHEET = """
* { font-size: @13@; }
QMainWindow, QDialog, QWidget[class="page"] { background: $page; }
QLabel { background: transparent; color: $text; }
QLabel[class="caption"] { font-size: @12@; color: $text2; }
QLabel[class="axis"] { font-size: @12@; color: $text3; }
QLabel[class="secondary"] { color: $text2; }
QLabel[class="strong"] { font-weight: 600; }
QLabel[class="body"] { font-size: @14@; }
QLabel[class="reading"] { font-size: @14@; color: $text2; }
QLabel[class="card-title"] { font-weight: 600; }
QLabel[class="question"] { font-size: @17@; font-weight: 600; }
QLabel[class="stat"] { font-size: @22@; font-weight: 600; }
QLabel[class="hero"] { font-size: @30@; font-weight: 600; }
QLabel[class="hero-line"] { font-size: @16@; color: $text2; }
QLabel[class="code"] { font-family: "$mono"; }
QLabel[class="ok"] { color: $ok; }
QLabel[class="warn"] { color: $warn; }
QLabel[class="error"] { color: $error; font-size: @12@; }
QLabel[class="key"] { border: 1px solid $border; border-radius: @4@; padding: 0 @4@; font-size: @12@; color: $text2; }
QLabel:disabled { color: $disabled; }

QFrame[class^="badge-"] { border-radius: @11@; border: none; }
QLabel[class^="badge-text"] { font-size: @12@; font-weight: 500; border-radius: 0; }
QFrame[class="badge-ok"] { background: $ok_soft; }
QFrame[class="badge-warn"] { background: $warn_soft; }
QFrame[class="badge-error"] { background: $error_soft; }
QFrame[class="badge-information"] { background: $selected; }
QFrame[class="badge-neutral"] { background: $hover; }
QLabel[class="badge-text-ok"] { color: $ok; }
QLabel[class="badge-text-warn"] { color: $warn; }
QLabel[class="badge-text-error"] { color: $error; }
QLabel[class="badge-text-information"] { color: $accent; }
QLabel[class="badge-text-neutral"] { color: $text2; }

QFrame[class="card"] { background: $card; border: 1px solid $border; border-radius: @8@; }
QFrame[class="card-chosen"] { background: $card; border: 2px solid $accent; border-radius: @8@; }
QFrame[class="strip"] {
    background: $sunken; border: none; border-top: 1px solid $border;
    border-bottom-left-radius: @7@; border-bottom-right-radius: @7@;
}
QFrame[class="sunken"] { background: $sunken; border: none; }
QFrame[class="line"] { background: $row_line; border: none; min-height: 1px; max-height: 1px; }
QFrame[class="edge"] { background: $border; border: none; min-height: 1px; max-height: 1px; }
QFrame[class="rule"] { background: $border; border: none; min-width: 1px; max-width: 1px; }
QFrame[class="banner-information"] { background: $selected; border: none; border-radius: @8@; }
QFrame[class="banner-warn"] { background: $warn_soft; border: none; border-radius: @8@; }
QFrame[class="banner-error"] { background: $error_soft; border: none; border-radius: @8@; }

QPushButton {
    background: $card; color: $text; border: 1px solid $control_edge; border-radius: @6@;
    padding: 0 @12@; min-height: @30@; font-weight: 500;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $selected; border-color: $accent; }
QPushButton:disabled { color: $disabled; background: $card; border-color: $border; }
QPushButton[class="primary"] { background: $accent; color: $accent_text; border-color: $accent; font-weight: 600; }
QPushButton[class="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[class="primary"]:pressed { background: $text; color: $card; border-color: $text; }
QPushButton[class="primary"]:disabled { background: $hover; color: $disabled; border-color: $border; }
QPushButton[class="quiet"], QToolButton[class="quiet"] {
    background: transparent; border: 1px solid transparent; color: $text2; min-height: @26@; padding: 0 @8@;
    border-radius: @6@;
}
QPushButton[class="quiet"]:hover, QToolButton[class="quiet"]:hover { background: $hover; }
QPushButton[class="quiet"]:pressed, QToolButton[class="quiet"]:pressed,
QToolButton[class="quiet"]:checked { background: $selected; border-color: $accent; color: $text; }
QPushButton[class="quiet"]:disabled, QToolButton[class="quiet"]:disabled { color: $disabled; }
QToolButton[class="quiet"]::menu-indicator { image: none; width: 0; }
QPushButton[class="small"] { min-height: @26@; padding: 0 @10@; }
QPushButton[class="hero"] {
    background: $accent; color: $accent_text; border-color: $accent; font-weight: 600; font-size: @17@;
    min-height: @50@; padding: 0 @26@; border-radius: @8@;
}
QPushButton[class="hero"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[class="hero"]:pressed { background: $text; color: $card; }
QPushButton[class="choice"] { background: $card; border: 1px solid $border; border-radius: @8@; }
QPushButton[class="choice"]:hover { background: $hover; border-color: $control_edge; }
QPushButton[class="choice"]:pressed { background: $selected; border-color: $accent; }

QFrame[class="segmented"] { background: $card; border: 1px solid $control_edge; border-radius: @6@; }
QToolButton[class^="segment"] {
    background: transparent; border: none; border-left: 1px solid $border; padding: 0 @10@;
    min-height: @26@; color: $text2; font-weight: 500;
}
QToolButton[class="segment-first"], QToolButton[class="segment-only"] {
    border-left: none; border-top-left-radius: @5@; border-bottom-left-radius: @5@;
}
QToolButton[class="segment-last"] { border-top-right-radius: @5@; border-bottom-right-radius: @5@; }
QToolButton[class^="segment"]:hover { background: $hover; }
QToolButton[class^="segment"]:checked { background: $selected; color: $accent; font-weight: 600; }
QToolButton[class^="segment"]:disabled { color: $disabled; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $card; color: $text; border: 1px solid $control_edge; border-radius: @6@;
    padding: 0 @8@; min-height: @26@; selection-background-color: $accent; selection-color: $accent_text;
}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus { border-color: $accent; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {
    color: $disabled; border-color: $border;
}
QLineEdit[class="invalid"], QSpinBox[class="invalid"], QDoubleSpinBox[class="invalid"] { border-color: $error; }
QLineEdit[class="bare"] { border: none; background: transparent; }
QSpinBox, QDoubleSpinBox { padding: 0; }
QSpinBox QLineEdit, QDoubleSpinBox QLineEdit {
    border: none; background: transparent; padding: 0 @7@; min-height: 0;
}
QComboBox::drop-down { border: none; width: @24@; }
QComboBox::down-arrow { image: url(icons:controls/$name-chevron-down.svg); width: @14@; height: @14@; }
QComboBox QAbstractItemView {
    background: $card; border: 1px solid $control_edge; selection-background-color: $selected;
    selection-color: $text; outline: none; padding: @4@ 0;
}
QComboBox QAbstractItemView::item { min-height: @28@; padding: 0 @8@; }
QSpinBox::up-button, QDoubleSpinBox::up-button {
    subcontrol-origin: border; subcontrol-position: top right; width: @22@; border: none; background: transparent;
}
QSpinBox::down-button, QDoubleSpinBox::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right; width: @22@; border: none; background: transparent;
}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {
    image: url(icons:controls/$name-chevron-up.svg); width: @11@; height: @11@;
}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {
    image: url(icons:controls/$name-chevron-down.svg); width: @11@; height: @11@;
}
QSpinBox::up-button:hover, QSpinBox::down-button:hover,
QDoubleSpinBox::up-button:hover, QDoubleSpinBox::down-button:hover { background: $hover; }

QCheckBox, QRadioButton { spacing: @8@; background: transparent; min-height: @24@; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator, QTableView::indicator, QListView::indicator {
    width: @14@; height: @14@; border: 1px solid $control_edge; border-radius: @4@; background: $card;
}
QCheckBox::indicator:checked, QTableView::indicator:checked, QListView::indicator:checked {
    border-color: $accent; background: $accent; image: url(icons:controls/$name-check.svg);
}
QCheckBox::indicator:disabled { border-color: $border; }
QCheckBox::indicator:checked:disabled { background: $disabled; border-color: $disabled; }
QRadioButton::indicator { width: @14@; height: @14@; border: 1px solid $control_edge; border-radius: @7.5@; }
QRadioButton::indicator:checked {
    border-color: $accent; background: $accent; image: url(icons:controls/$name-dot.svg);
}
QSlider { min-height: @24@; background: transparent; }
QSlider::groove:horizontal { height: @4@; border-radius: @2@; background: $border; }
QSlider::sub-page:horizontal { height: @4@; border-radius: @2@; background: $accent; }
QSlider::sub-page:horizontal:disabled { background: $disabled; }
QSlider::handle:horizontal {
    width: @14@; height: @14@; margin: -@6@ 0; border-radius: @8@; border: 1px solid $accent; background: $card;
    image: url(icons:controls/$name-handle.svg);
}
QSlider::handle:horizontal:disabled { border-color: $disabled; }

QTableView, QListView, QTreeView {
    background: $card; border: none; gridline-color: $row_line; selection-background-color: $selected;
    selection-color: $text; outline: none;
}
QTableView::item { border: none; border-bottom: 1px solid $row_line; padding: 0 @5@; }
QTableView::item:hover { background: $hover; }
QTableView::item:selected { background: $selected; color: $text; }
QTableView:focus { border: 2px solid $accent; }
QHeaderView { background: $card; }
QHeaderView::section {
    background: $card; color: $text2; border: none; border-bottom: 1px solid $border; padding: 0 @8@;
    font-size: @12@; font-weight: 500; min-height: @26@;
}
QHeaderView::up-arrow { image: url(icons:controls/$name-chevron-up.svg); width: @8@; height: @8@; }
QHeaderView::down-arrow { image: url(icons:controls/$name-chevron-down.svg); width: @8@; height: @8@; }

QPlainTextEdit, QTextEdit {
    background: $sunken; color: $text; border: none; selection-background-color: $accent;
    selection-color: $accent_text;
}
QPlainTextEdit[class="code"] { font-family: "$mono"; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[class="page"] { background: $page; }

QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: @12@; margin: 0; }
QScrollBar:horizontal { background: transparent; height: @12@; margin: 0; }
QScrollBar::handle { background: $control_edge; border-radius: @3@; margin: @3@; }
QScrollBar::handle:vertical { min-height: @28@; }
QScrollBar::handle:horizontal { min-width: @28@; }
QScrollBar::handle:hover { background: $text2; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar {
    background: $border; border: none; border-radius: @4@; max-height: @8@; min-height: @8@; color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: @4@; }

QMenuBar { background: $header; color: $text; spacing: 0; }
QMenuBar::item { background: transparent; padding: @6@ @9@; border-radius: @6@; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $card; border: 1px solid $control_edge; padding: @4@ 0; }
QMenu::item { padding: @6@ @28@ @6@ @16@; color: $text; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $row_line; margin: @4@ 0; }
QMenu::indicator { width: @14@; height: @14@; margin-left: @6@; }
QMenu::indicator:checked { image: url(icons:controls/$name-tick.svg); }
QWidget[class="header"] { background: $header; }
QStatusBar { background: $header; color: $text2; border-top: 1px solid $border; min-height: @25@; }
QStatusBar::item { border: none; }
QToolTip { background: $tooltip; color: $tooltip_text; border: none; padding: @5@ @8@; font-size: @12@; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $border; }
"""
"""`[class^="badge"]` and the like match by how a style class begins."""
