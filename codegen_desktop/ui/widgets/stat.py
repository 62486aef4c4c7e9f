"""One number with what it counts under it."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.labels import label

UNKNOWN = "–"
"""What stands where a number is not known."""


class Stat(QWidget):
    """A value in 22/600 and its label in 12 below; "–" while it is unknown."""

    def __init__(self, name: str, value: str = UNKNOWN, *, small: bool = False) -> None:
        super().__init__()
        self._value = label(value, "strong" if small else "stat", selectable=True)
        self._name = label(name, "caption")

        layout = QVBoxLayout(self)
        theme.space(layout, 0, 0)
        layout.addWidget(self._value)
        layout.addWidget(self._name)

        self.set_value(value)

    @property
    def value(self) -> str:
        """The value as it is shown."""
        return self._value.text()

    def set_value(self, value: str | None) -> None:
        """Show a value; None for unknown."""
        self._value.setText(UNKNOWN if value is None else value)
        self._value.setAccessibleName(f"{self._name.text()}: {self._value.text()}")

    def set_name(self, name: str) -> None:
        """Say what is counted."""
        self._name.setText(name)
        self._value.setAccessibleName(f"{name}: {self._value.text()}")
