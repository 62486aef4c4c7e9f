"""The whole vocabulary of the chosen tokenizer: id, text, bytes, and how often each occurs in the training part."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QLineEdit

from codegen_desktop.ui import theme
from codegen_desktop.ui.tokens.facts import VocabularyEntry
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.table import Column, RowsModel, Table


class VocabularyCard(Card):
    """A filter and a table that sorts. `chosen` carries the id of the row under the cursor."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__("Vocabulary", margins=False)
        self._entries: tuple[VocabularyEntry, ...] = ()
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("Filter by text or id")
        self._filter.setClearButtonEnabled(True)
        self._filter.setAccessibleName("Filter the vocabulary")
        self._model = RowsModel[VocabularyEntry](
            (
                Column("Id", lambda entry: str(entry.id), "right", width=64, value=lambda entry: entry.id),
                Column("Token", lambda entry: entry.text, mono=True, tooltip=lambda entry: entry.text),
                Column("Bytes", lambda entry: entry.bytes, mono=True, tooltip=lambda entry: entry.bytes),
                Column("In train", lambda entry: f"{entry.count:,}", "right", width=86, value=lambda one: one.count),
            )
        )
        self._table = Table("Vocabulary", self._model)
        self._table.set_sortable(3, Qt.SortOrder.DescendingOrder)
        theme.size(self._filter, minimum_width=130)
        self.header.insertWidget(2, self._filter, 2)
        self.body.addWidget(self._table, 1)

        self._filter.textChanged.connect(self._apply)
        self._table.selectionModel().currentRowChanged.connect(self._on_table_current_row_changed)

    def set_entries(self, entries: tuple[VocabularyEntry, ...]) -> None:
        """Show another vocabulary."""
        self._entries = entries
        self._apply()

    @property
    def filter_field(self) -> QLineEdit:
        """The filter."""
        return self._filter

    @property
    def shown(self) -> tuple[VocabularyEntry, ...]:
        """The entries that fit the filter, in the order shown."""
        return self._model.rows

    @property
    def table(self) -> Table:
        """The table."""
        return self._table

    def _apply(self) -> None:
        wanted = self._filter.text().strip().lower()
        fitting = [entry for entry in self._entries if wanted in entry.searched]
        self._model.set_rows(fitting)
        header = self._table.horizontalHeader()
        self._model.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        noun = "token" if len(fitting) == 1 else "tokens"
        self.set_title("Vocabulary", f"{len(fitting):,} {noun}")

    def _on_table_current_row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self._model.rows[current.row()].id)
