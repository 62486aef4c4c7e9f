"""Shows or edits code: line numbers, Python colours, marked lines; never a keyboard trap."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.highlight import PythonHighlighter

INDENT = "    "


class CodeView(QPlainTextEdit):
    """A code field. Read-only it is a picture one can select from; else Tab indents until Esc was pressed."""

    escaped = Signal()

    def __init__(self, name: str, *, read_only: bool = True, design_pixels: int = 13) -> None:
        super().__init__()
        self._design_pixels = design_pixels
        self._notes: dict[int, str] = {}
        self._gutter = _Gutter(self)
        self._highlighter = PythonHighlighter(self.document())
        self.setReadOnly(read_only)
        self.setAccessibleName(name)
        self.setProperty("class", "code")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(read_only)
        if read_only:
            flags = Qt.TextInteractionFlag
            self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)

        self.blockCountChanged.connect(lambda _count: self._fit_gutter())
        self.updateRequest.connect(self._on_update_request)
        self._dress()

    @property
    def code(self) -> str:
        """The text."""
        return self.toPlainText()

    def set_code(self, code: str) -> None:
        """Show some code from its first line."""
        if code != self.toPlainText():
            self.setPlainText(code)
        self.mark_lines({})

    def mark_lines(self, notes: Mapping[int, str]) -> None:
        """Mark lines (1-based) in warn, each with a note at its right edge; an empty mapping removes all marks."""
        self._notes = dict(notes)
        selections = []
        for number in notes:
            block = self.document().findBlockByNumber(number - 1)
            if not block.isValid():
                continue
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(block)
            selection.format.setBackground(QColor(theme.colours().warn_soft))
            selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            selections.append(selection)
        self.setExtraSelections(selections)
        self.viewport().update()

    def gutter_width(self) -> int:
        """Width of the line numbers in pixels."""
        digits = max(2, len(str(max(self.blockCount(), 1))))
        return self.fontMetrics().horizontalAdvance("9" * digits) + theme.px(22)

    def paint_gutter(self, painter: QPainter, area: QRect) -> None:
        """Draw the line numbers that are visible."""
        painter.setFont(theme.font(self._design_pixels - 1, mono=True))
        painter.setPen(QColor(theme.colours().text3))
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > area.bottom():
                return
            number = QRect(0, round(box.top()), self._gutter.width() - theme.px(12), round(box.height()))
            painter.drawText(
                number, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, str(block.blockNumber() + 1)
            )
            block = block.next()

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        """The code, then the notes of marked lines."""
        super().paintEvent(event)
        if not self._notes:
            return
        painter = QPainter(self.viewport())
        painter.setFont(theme.font(12))
        painter.setPen(QColor(theme.colours().warn))
        for number, note in self._notes.items():
            block = self.document().findBlockByNumber(number - 1)
            if block.isValid():
                box = self.blockBoundingGeometry(block).translated(self.contentOffset())
                box.setWidth(self.viewport().width() - theme.px(10))
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Keep the line numbers at the left edge."""
        super().resizeEvent(event)
        self._place_gutter()

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow theme and text scale."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_highlighter"):
            self._dress()
            self._highlighter.rehighlight()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Tab indents, Enter keeps the indentation, Esc lets the next Tab leave the field."""
        if self.isReadOnly():
            super().keyPressEvent(event)
            return
        match Qt.Key(event.key()):
            case Qt.Key.Key_Escape:
                self.setTabChangesFocus(True)
                self.escaped.emit()
            case Qt.Key.Key_Tab:
                self.insertPlainText(INDENT)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.modifiers():
                self.setTabChangesFocus(False)
                self.insertPlainText("\n" + self._next_indentation())
            case _:
                self.setTabChangesFocus(False)
                super().keyPressEvent(event)

    def _next_indentation(self) -> str:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        kept = before[: len(before) - len(before.lstrip())]
        return kept + INDENT if before.rstrip().endswith(":") else kept

    def _dress(self) -> None:
        self.setFont(theme.font(self._design_pixels, mono=True))
        self.document().setDefaultFont(theme.font(self._design_pixels, mono=True))
        self.document().setDocumentMargin(theme.px(8))
        self._fit_gutter()

    def _fit_gutter(self) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)
        self._place_gutter()

    def _place_gutter(self) -> None:
        inside = self.contentsRect()
        self._gutter.setGeometry(inside.left(), inside.top(), self.gutter_width(), inside.height())

    def _on_update_request(self, area: QRect, scrolled: int) -> None:
        if scrolled:
            self._gutter.scroll(0, scrolled)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())


class _Gutter(QWidget):
    """The strip of line numbers."""

    def __init__(self, view: CodeView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self) -> QSize:  # Qt's name
        return QSize(self._view.gutter_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # Qt's name
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.colours().sunken))
        self._view.paint_gutter(painter, event.rect())
        painter.end()
