"""Small repairs of Qt's input fields under a style sheet."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from codegen_desktop.ui import theme


def pad_number(field: QAbstractSpinBox) -> None:
    """Give a number field room at its left: Qt ignores the padding of a spin box whose buttons are styled."""
    field.lineEdit().setTextMargins(theme.px(6), 0, 0, 0)


class ElidedComboBox(QComboBox):
    """A choice between sentences: Qt cuts what does not fit in the middle of a letter, this one with an ellipsis."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.currentTextChanged.connect(self.setToolTip)

    def paintEvent(self, _event: QPaintEvent) -> None:  # Qt's name
        """The frame and the arrow as ever, and the words with an ellipsis."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        parts = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(parts[0], option, parts[1], self).width() - theme.px(4)
        option.currentText = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        painter.drawComplexControl(parts[0], option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
