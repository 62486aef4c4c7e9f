"""A picture and the table that says the same, in one place; a button switches."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QToolButton, QWidget

from codegen_desktop.ui.widgets.buttons import icon_button
from codegen_desktop.ui.widgets.table import RowsModel, Table


class PictureOrTable(QStackedWidget):
    """Shows a picture until `button` is pressed, then a table made by `make_model`, again after every change."""

    def __init__(self, name: str, picture: QWidget, make_model: Callable[[], RowsModel[Any]]) -> None:
        super().__init__()
        self._name = name
        self._make_model = make_model
        self._table: Table | None = None
        self.button: QToolButton = icon_button("table-2", f"{name} as a table", checkable=True)
        self.addWidget(picture)

        self.button.toggled.connect(self._on_button_toggled)

    def renew(self) -> None:
        """The picture shows something else: make the table again if it is seen."""
        if self.button.isChecked():
            self._show_table()

    @property
    def table(self) -> Table | None:
        """The table, while it is shown."""
        return self._table

    def _on_button_toggled(self, as_table: bool) -> None:
        if as_table:
            self._show_table()
        else:
            self.setCurrentIndex(0)
            self._drop_table()

    def _show_table(self) -> None:
        self._drop_table()
        self._table = Table(self._name, self._make_model())
        self.addWidget(self._table)
        self.setCurrentWidget(self._table)

    def _drop_table(self) -> None:
        if self._table is not None:
            self.removeWidget(self._table)
            self._table.deleteLater()
            self._table = None
