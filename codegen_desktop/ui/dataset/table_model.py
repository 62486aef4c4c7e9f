"""The Qt model of the dataset table: a thin view over a tuple of rows, filtered and sorted by positions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from codegen_desktop.ui.dataset.rows import DatasetRow, Part, RowFilter, select_rows, sort_positions

AnyIndex = QModelIndex | QPersistentModelIndex
Value = str | int

NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, its value in a row (with the row's token count, None when unknown), how it stands."""

    title: str
    value: Callable[[DatasetRow, int | None], Value]
    is_number: bool = False
    is_code: bool = False


COLUMNS = (
    Column("#", lambda row, _: row.number, is_number=True),
    Column("Snippet", lambda row, _: row.line, is_code=True),
    Column("Instruction", lambda row, _: row.instruction),
    Column("File", lambda row, _: row.file),
    Column("Lines", lambda row, _: row.lines, is_number=True),
    Column("Tokens", lambda _, tokens: -1 if tokens is None else tokens, is_number=True),
    Column("Licence", lambda row, _: row.licence),
    Column("Split", lambda row, _: str(row.part)),
)
NUMBER, SNIPPET, INSTRUCTION, FILE, LINES, TOKENS, LICENCE, SPLIT = range(len(COLUMNS))

_LEFT_OUT_TITLES = {SNIPPET: "Reason", INSTRUCTION: "What was wrong", LINES: "Line"}


class DatasetTableModel(QAbstractTableModel):
    """Shows the rows that fit the filter, in the chosen order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[DatasetRow, ...] = ()
        self._tokens: tuple[int, ...] = ()
        self._any_instruction = False
        self._filter = RowFilter()
        self._sort: tuple[int, bool] | None = None
        self._positions: list[int] = []

    def set_rows(self, rows: tuple[DatasetRow, ...]) -> None:
        """Show other rows; token counts are unknown until they are set."""
        self.beginResetModel()
        self._rows, self._tokens = rows, ()
        self._any_instruction = any(row.instruction for row in rows if row.part is not Part.LEFT_OUT)
        self._arrange()
        self.endResetModel()

    def set_tokens(self, tokens: Sequence[int]) -> None:
        """Tell how many tokens each snippet has, in dataset order; empty when there is no tokenizer."""
        self._tokens = tuple(tokens)
        if self._sort is not None and self._sort[0] == TOKENS:
            self._rearrange()
        elif self._positions:
            self.dataChanged.emit(self.index(0, TOKENS), self.index(len(self._positions) - 1, TOKENS))

    def set_filter(self, wanted: RowFilter) -> None:
        """Show only what fits."""
        self._filter = wanted
        self._rearrange()

    @property
    def wanted(self) -> RowFilter:
        """The filter in force."""
        return self._filter

    def row_at(self, position: int) -> DatasetRow:
        """The row that stands at a position of the table."""
        return self._rows[self._positions[position]]

    def tokens_of(self, row: DatasetRow) -> int | None:
        """The number of tokens of a row's snippet; None without a tokenizer or for a left-out piece."""
        if row.part is Part.LEFT_OUT or row.index >= len(self._tokens):
            return None
        return self._tokens[row.index]

    def position_of(self, row: DatasetRow) -> int | None:
        """Where a row stands now; None while it is filtered out."""
        for position, number in enumerate(self._positions):
            if self._rows[number] is row:
                return position
        return None

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """The number of rows that fit the filter."""
        return 0 if parent.isValid() else len(self._positions)

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, alignment and what a screen reader says; fonts and marks are the delegate's."""
        if not index.isValid():
            return None
        row, column = self.row_at(index.row()), COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(row, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole and index.column() in (SNIPPET, INSTRUCTION, FILE):
            return self._shown(row, index.column()) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._title(index.column())}: {self._shown(row, index.column())}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Column titles; left-out pieces have a reason where snippets have code."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if COLUMNS[section].is_number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; −1 is dataset order."""
        self._sort = None if column < 0 else (column, order is Qt.SortOrder.DescendingOrder)
        self._rearrange()

    @property
    def has_instructions(self) -> bool:
        """Whether the column of instructions (of left-out pieces: what was wrong) says anything."""
        return self._any_instruction or self.shows_left_out

    @property
    def shows_left_out(self) -> bool:
        """Whether the rows are left-out pieces."""
        return self._filter.part is Part.LEFT_OUT or bool(self._filter.reason)

    def _title(self, column: int) -> str:
        if self.shows_left_out and column in _LEFT_OUT_TITLES:
            return _LEFT_OUT_TITLES[column]
        return COLUMNS[column].title

    def _shown(self, row: DatasetRow, column: int) -> str:
        value = COLUMNS[column].value(row, self.tokens_of(row))
        if isinstance(value, int):
            return "–" if value < 0 else f"{value:,}"
        return value

    def _rearrange(self) -> None:
        self.beginResetModel()
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        self._positions = select_rows(self._rows, self._filter)
        if self._sort is None:
            return
        column, descending = self._sort
        value = COLUMNS[column].value
        self._positions = sort_positions(
            self._positions,
            lambda number: value(self._rows[number], self.tokens_of(self._rows[number])),
            descending=descending,
        )
