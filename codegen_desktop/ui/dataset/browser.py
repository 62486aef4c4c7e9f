"""The middle of the Dataset tab: filter, parts, the table of snippets and the preview of the chosen one."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.dataset.facts import DatasetFacts, part_counts
from codegen_desktop.ui.dataset.preview import Preview
from codegen_desktop.ui.dataset.rows import Part, RowFilter
from codegen_desktop.ui.dataset.table_model import DatasetTableModel
from codegen_desktop.ui.dataset.table_view import DatasetTableView
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.empty_state import EmptyState
from codegen_desktop.ui.widgets.labels import line
from codegen_desktop.ui.widgets.segmented import Segmented

_PARTS: tuple[Part | None, ...] = (None, Part.TRAIN, Part.TEST, Part.LEFT_OUT)
_SIDES = ("Preview", "Ledger", "Licences")


class SnippetBrowser(Card):
    """Filter and table above, preview below. `released` tells that a reason or licence is no longer shown alone."""

    released = Signal()

    def __init__(self, context: int) -> None:
        super().__init__(margins=False)
        self._facts: DatasetFacts | None = None
        self._model = DatasetTableModel(self)
        self._table = DatasetTableView(self._model)
        self._filter = QLineEdit()
        self._search_action = QAction(self)
        self._only_button = button("Show all", "x", "small")
        self._parts = Segmented("Part", ["All", "Train", "Test", "Left out"])
        self.nothing = EmptyState("search", "Nothing fits", "No snippet holds all these words.", "", "Show all")
        self.empty = EmptyState(
            "package",
            "No snippets yet",
            "The starter snippets take a few seconds to write.",
            "",
            "Read the starter snippets",
        )
        self._stack = QStackedWidget()
        self._preview = Preview(context)
        self.sides = Segmented("Below the table", _SIDES)
        self._side_stack = QStackedWidget()
        self._side_bar = QWidget()
        self._prepare()
        self._lay_out()

        self._filter.textChanged.connect(self._apply)
        self._parts.chosen.connect(self._on_parts_chosen)
        self._only_button.clicked.connect(self._on_only_button_clicked)
        assert self.nothing.standard is not None
        self.nothing.standard.clicked.connect(self.show_all)
        self._table.selectionModel().currentRowChanged.connect(self._on_table_current_row_changed)
        self._model.modelReset.connect(self._on_model_reset)
        self.sides.chosen.connect(self._side_stack.setCurrentIndex)

    def _prepare(self) -> None:
        self._filter.setPlaceholderText("Filter by name, file or code")
        self._filter.setClearButtonEnabled(True)
        self._filter.setAccessibleName("Filter snippets")
        self._filter.addAction(self._search_action, QLineEdit.ActionPosition.LeadingPosition)
        self._search_action.setIcon(icons.icon("search", "text2", 15))
        self._only_button.hide()
        self._side_bar.hide()

    def _lay_out(self) -> None:
        searching = QHBoxLayout()
        theme.space(searching, 0, 8)
        searching.addWidget(self._filter, 3)
        searching.addWidget(self._only_button)
        searching.addStretch(1)
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        theme.space(self._bar, (12, 8, 12, 8), 8)
        self._bar.addLayout(searching, 1)
        self._bar.addWidget(self._parts)
        self._stack.addWidget(self._table)
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(self.empty)
        self._stack.setCurrentWidget(self.empty)
        sides = QHBoxLayout(self._side_bar)
        theme.space(sides, (12, 6, 12, 6), 8)
        sides.addWidget(self.sides)
        sides.addStretch(1)
        self._side_stack.addWidget(self._preview)
        lower = QWidget()
        below = QVBoxLayout(lower)
        theme.space(below, 0, 0)
        below.addWidget(line("edge"))
        below.addWidget(self._side_bar)
        below.addWidget(self._side_stack, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self._stack)
        split.addWidget(lower)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        self.body.addLayout(self._bar)
        self.body.addWidget(line("edge"))
        self.body.addWidget(split, 1)

    def set_facts(self, facts: DatasetFacts | None) -> None:
        """Show another dataset, unfiltered, its first snippet chosen."""
        self._facts = facts
        self._filter.clear()
        self.show_only()
        self._model.set_rows(facts.rows if facts is not None else ())
        counts = part_counts(facts) if facts is not None else {}
        for index, part in enumerate(_PARTS):
            self._parts.set_count(index, f"{counts[part]:,}" if part in counts else "")

    def set_tokens(self, tokens: tuple[int, ...]) -> None:
        """Show how many tokens each snippet has; empty for unknown."""
        self._model.set_tokens(tokens)
        self._show_current()

    def show_only(self, *, reason: str = "", licence: str = "") -> None:
        """Show only what was left out for a reason, or what stands under a licence; neither shows all again."""
        only = reason or licence
        self._only_button.setToolTip(f"Showing only {only}; show all again")
        self._only_button.setAccessibleName(f"Showing only {only}; show all again")
        self._only_button.setVisible(bool(only))
        index = _PARTS.index(Part.LEFT_OUT) if reason else 0
        self._model.set_filter(RowFilter(_PARTS[index], self._filter.text(), reason, licence))
        self._parts.blockSignals(True)
        self._parts.choose(index)
        self._parts.blockSignals(False)

    def show_all(self) -> None:
        """Remove every filter."""
        self._filter.clear()
        self._on_only_button_clicked()

    def set_narrow(self, narrow: bool) -> None:
        """In a narrow window the parts stand below the filter."""
        directions = QBoxLayout.Direction
        self._bar.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)

    def take_sides(self, *widgets: QWidget) -> None:
        """Take the ledger and the licences beside the preview, behind one switch; without widgets give them up."""
        self._side_bar.setVisible(bool(widgets))
        self.sides.choose(0)
        self._side_stack.setCurrentIndex(0)
        for widget in widgets:
            self._side_stack.addWidget(widget)

    @property
    def filter_field(self) -> QLineEdit:
        """The field that Ctrl+F goes to."""
        return self._filter

    @property
    def parts(self) -> Segmented:
        """The choice of the part."""
        return self._parts

    @property
    def table(self) -> DatasetTableView:
        """The table."""
        return self._table

    @property
    def rows(self) -> DatasetTableModel:
        """The rows of the table."""
        return self._model

    @property
    def preview(self) -> Preview:
        """What shows the chosen snippet."""
        return self._preview

    @property
    def only_button(self) -> QWidget:
        """The button that ends showing one reason or licence alone."""
        return self._only_button

    def _apply(self) -> None:
        wanted = self._model.wanted
        part = _PARTS[self._parts.index]
        self._model.set_filter(RowFilter(part, self._filter.text(), wanted.reason, wanted.licence))

    def _on_parts_chosen(self, index: int) -> None:
        self._only_button.hide()
        self._model.set_filter(RowFilter(_PARTS[index], self._filter.text()))
        self.released.emit()

    def _on_only_button_clicked(self) -> None:
        self.show_only()
        self.released.emit()

    def _on_model_reset(self) -> None:
        has_rows = self._model.rowCount() > 0
        without = self.empty if self._facts is None else self.nothing
        self._stack.setCurrentWidget(self._table if has_rows else without)
        if has_rows:
            self._table.selectRow(0)
        self._show_current()

    def _on_table_current_row_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self._show_current()

    def _show_current(self) -> None:
        index = self._table.currentIndex()
        if self._facts is None or not index.isValid():
            self._preview.show_nothing(self._facts.dataset if self._facts else None)
            return
        row = self._model.row_at(index.row())
        if row.part is Part.LEFT_OUT:
            self._preview.show_verdict(self._facts.dataset.left_out[row.index])
        else:
            self._preview.show_snippet(self._facts.dataset.snippets[row.index], self._model.tokens_of(row))
