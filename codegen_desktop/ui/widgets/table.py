"""A table over a tuple of rows: the thin model and the view that every table and table twin uses."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QGuiApplication, QIcon, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QHeaderView, QMenu, QTableView

from codegen_desktop.errors import UserError
from codegen_desktop.ui import theme

Row = TypeVar("Row")
_AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its heading, the words of a cell, and how they stand.

    `value` gives what is sorted by where it is not the words. `width` is in design pixels; 0 takes what is left.
    `picture` is drawn before the words.
    """

    heading: str
    text: Callable[[Row], str]
    align: Literal["left", "right"] = "left"
    mono: bool = False
    strong: bool = False
    width: int = 0
    value: Callable[[Row], Any] | None = None
    tooltip: Callable[[Row], str] | None = None
    picture: Callable[[Row], QIcon] | None = None


class RowsModel(QAbstractTableModel, Generic[Row]):
    """A read-only view of a tuple of values; `dim` says which rows are not there yet."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        rows: Sequence[Row] = (),
        dim: Callable[[Row], bool] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: tuple[Row, ...] = tuple(rows)
        self._dim = dim

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def replace_from(self, first: int, rows: Sequence[Row]) -> None:
        """Show other rows from a place on; those before it, the selection and the place in sight stay."""
        last = len(self.rows) - 1
        if first <= last:
            self.beginRemoveRows(_ROOT, first, last)
            self.rows = self.rows[:first]
            self.endRemoveRows()
        if rows:
            self.beginInsertRows(_ROOT, first, first + len(rows) - 1)
            self.rows = (*self.rows, *rows)
            self.endInsertRows()

    def rowCount(self, parent: _AnyIndex = _ROOT) -> int:
        """Number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _AnyIndex = _ROOT) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What Qt asks about a cell."""
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.ToolTipRole:
                return column.tooltip(row) if column.tooltip is not None else None
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column.align)
            case Qt.ItemDataRole.FontRole:
                return _font(column.mono, column.strong)
            case Qt.ItemDataRole.DecorationRole:
                return column.picture(row) if column.picture is not None else None
            case Qt.ItemDataRole.ForegroundRole:
                return QColor(theme.colours().text3) if self._dim is not None and self._dim(row) else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The headings."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].heading
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(self.columns[section].align)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column's value; stable, so an earlier order stays among equals."""
        if not 0 <= column < len(self.columns):
            return
        value = self.columns[column].value or self.columns[column].text
        self.set_rows(sorted(self.rows, key=value, reverse=order is Qt.SortOrder.DescendingOrder))

    def as_csv(self) -> str:
        """The whole table as CSV text with its headings.

        A cell that a spreadsheet would take for a formula gets an apostrophe before it.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([_no_formula(column.heading) for column in self.columns])
        for row in self.rows:
            writer.writerow([_no_formula(column.text(row)) for column in self.columns])
        return out.getvalue()


class Table(QTableView):
    """The view: fixed row height, row lines, whole rows selected, copyable with the usual key, no grid."""

    def __init__(self, name: str, model: RowsModel[Any], *, row_height: int = 28) -> None:
        super().__init__()
        self._row_height = row_height
        self._columns = model.columns
        self._rows_model = model
        model.setParent(self)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setWordWrap(row_height > 32)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        for index, column in enumerate(self._columns):
            mode = QHeaderView.ResizeMode.Interactive if column.width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(index, mode)
        self._measure()

    def set_sortable(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Let a person sort by clicking a heading; `column` is the order to begin with."""
        self.horizontalHeader().setSectionsClickable(True)
        self.sortByColumn(column, order)
        self.setSortingEnabled(True)

    def save_csv(self, path: Path) -> None:
        """Write the whole table as CSV; aside first, then renamed. Raises UserError where it cannot be written."""
        aside = path.with_name(path.name + ".part")
        try:
            aside.write_text(self._rows_model.as_csv(), encoding="utf-8")
            aside.replace(path)
        except OSError as error:
            raise UserError(
                f"The table could not be written to {path}: {error.strerror or error}.", "Choose another folder."
            ) from error

    def copy_selected(self) -> None:
        """Put the selected rows on the clipboard, cells parted by tabs."""
        QGuiApplication.clipboard().setText(self._selected_text())

    def ask_for_csv(self) -> QFileDialog:
        """Ask where the table shall be written as CSV; does not block."""
        dialog = QFileDialog(self.window(), "Save the table", f"{self.accessibleName()}.csv", "CSV (*.csv)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(self._on_dialog_file_selected)
        dialog.open()
        return dialog

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # Qt's name
        """Copy, or save as CSV; the menu key opens it too."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copy rows").triggered.connect(lambda *_: self.copy_selected())
        menu.addAction("Save as CSV…").triggered.connect(lambda *_: self.ask_for_csv())
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """The usual key copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow the text scale."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure()

    def _on_dialog_file_selected(self, chosen: str) -> None:
        self.save_csv(Path(chosen))

    def _measure(self) -> None:
        self.verticalHeader().setMinimumSectionSize(theme.px(self._row_height))
        self.verticalHeader().setDefaultSectionSize(theme.px(self._row_height))
        for index, column in enumerate(self._columns):
            if column.width:
                self.setColumnWidth(index, theme.px(column.width))

    def _selected_text(self) -> str:
        rows = sorted({index.row() for index in self.selectionModel().selectedIndexes()})
        model = self._rows_model
        return "\n".join("\t".join(column.text(model.rows[row]) for column in self._columns) for row in rows)


def _no_formula(cell: str) -> str:
    if not cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return cell
    try:
        float(cell.replace(",", ""))
    except ValueError:
        return f"'{cell}"
    return cell  # a number with its sign


def _alignment(align: str) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if align == "right" else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _font(mono: bool, strong: bool) -> QFont | None:
    if not mono and not strong:
        return None
    return theme.font(13, 600 if strong else 400, mono=mono)
