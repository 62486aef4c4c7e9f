"""Lines to put in order, by keys, buttons or dragging."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout

from codegen_desktop.quiz.items import Order
from codegen_desktop.quiz.marking import Given
from codegen_desktop.quiz.session import Progress
from codegen_desktop.ui import theme
from codegen_desktop.ui.quiz.answer_input import AnswerInput
from codegen_desktop.ui.quiz.markup import plain
from codegen_desktop.ui.widgets.buttons import icon_button
from codegen_desktop.ui.widgets.labels import label


class _Lines(QListWidget):
    """Lines that move with Alt+Up and Alt+Down, or by dragging."""

    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Lines to put in order; Alt with an arrow key moves a line")
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setWordWrap(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Alt with an arrow moves the line; Enter is left to the question."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and Qt.Key(event.key()) in steps:
            self.move_current(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def move_current(self, step: int) -> None:
        """Move the current line up (-1) or down (1)."""
        row = self.currentRow()
        if 0 <= row + step < self.count() and row >= 0:
            item = self.takeItem(row)
            self.insertItem(row + step, item)
            self.setCurrentRow(row + step)
            self.moved.emit()


class OrderInput(AnswerInput):
    """Lines to put in order: buttons, Alt with the arrow keys, or dragging."""

    def __init__(self, item: Order, start: tuple[int, ...]) -> None:
        super().__init__()
        self._item = item
        self._over = False
        self.lines = _Lines()
        self.up_button = icon_button("chevron-up", "Move the line up (Alt+Up)")
        self.down_button = icon_button("chevron-down", "Move the line down (Alt+Down)")
        self._said = label("", "secondary", wrap=True)
        for index in start:
            self._add(index)
        self.lines.setCurrentRow(0)

        side = QVBoxLayout()
        theme.space(side, 0, 6)
        side.addWidget(self.up_button)
        side.addWidget(self.down_button)
        side.addStretch(1)
        frame = QFrame()
        frame.setProperty("class", "card")
        inside = QVBoxLayout(frame)
        theme.space(inside, 4, 0)
        inside.addWidget(self.lines)
        row = QHBoxLayout()
        theme.space(row, 0, 8)
        row.addWidget(frame, 1)
        row.addLayout(side)
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 8)
        layout.addLayout(row)
        layout.addWidget(self._said)

        self.up_button.clicked.connect(lambda: self.lines.move_current(-1))
        self.down_button.clicked.connect(lambda: self.lines.move_current(1))
        self.lines.moved.connect(self._on_lines_moved)
        self.lines.model().rowsMoved.connect(self._on_lines_moved)
        self._number()

    @property
    def given(self) -> Given | None:
        """The lines in the order they lie, as the item counts them."""
        return tuple(self._index(row) for row in range(self.lines.count()))

    def show_progress(self, progress: Progress) -> None:
        """What the last order got; once it is over the right order, each line with its reason."""
        last = progress.tries[-1] if progress.tries else None
        self._said.setText(last.verdict.why if last is not None else "")
        self._said.setVisible(last is not None)
        self._over = progress.over
        for part in (self.up_button, self.down_button):
            part.setEnabled(not progress.over)
        if progress.over:
            self.lines.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
            self._lay_in_right_order()
        self._number()

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow the text scale."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_said"):
            self._number()

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Lines wrap anew."""
        super().resizeEvent(event)
        self._number()

    def _number(self) -> None:
        """Number the lines anew and fit the height."""
        for row in range(self.lines.count()):
            line = self._item.line[self._index(row)]
            reason = f"\n     {line.why}" if self._over and line.why else ""
            self.lines.item(row).setText(f"{row + 1}.  {plain(line.text)}{reason}")
        self.lines.setFont(theme.font(14))
        room = QRect(0, 0, max(self.lines.viewport().width() - theme.px(14), theme.px(160)), 10_000)
        measure, total = QFontMetrics(self.lines.font()), 0
        for row in range(self.lines.count()):
            words = measure.boundingRect(room, Qt.TextFlag.TextWordWrap, self.lines.item(row).text())
            height = words.height() + theme.px(14)
            self.lines.item(row).setSizeHint(QSize(theme.px(100), height))
            total += height
        self.lines.setFixedHeight(total + theme.px(2))

    def take_focus(self) -> None:
        """Into the lines."""
        self.lines.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, index: int) -> None:
        made = QListWidgetItem()
        made.setData(Qt.ItemDataRole.UserRole, index)
        self.lines.addItem(made)

    def _index(self, row: int) -> int:
        return int(self.lines.item(row).data(Qt.ItemDataRole.UserRole))

    def _lay_in_right_order(self) -> None:
        given = self.given
        order = given if given in self._item.right_orders else self._item.right_orders[0]
        self.lines.clear()
        for index in order or ():
            self._add(int(index))

    def _on_lines_moved(self) -> None:
        self._number()
        self.changed.emit()
