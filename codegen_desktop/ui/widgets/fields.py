"""Small repairs of Qt's input fields under a style sheet."""

from PySide6.QtWidgets import QAbstractSpinBox

from codegen_desktop.ui import theme


def pad_number(field: QAbstractSpinBox) -> None:
    """Give a number field room at its left: Qt ignores the padding of a spin box whose buttons are styled."""
    field.lineEdit().setTextMargins(theme.px(6), 0, 0, 0)
