"""Where an answer is given: options, a number, a program's output, or lines to put in order.

Every input tells `changed` when the answer changed, gives it as `given` (None: nothing yet), and draws what became
of it. `place` chooses the option with that number from 0 and says whether there is one.
"""

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from codegen_desktop.quiz.items import Choice, Multi, Numeric, Order, Output, Shown
from codegen_desktop.quiz.marking import Given, key_text
from codegen_desktop.quiz.session import Progress, Session
from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.quiz.markup import LETTERS, plain
from codegen_desktop.ui.quiz.option_button import OptionButton, OptionState
from codegen_desktop.ui.widgets.buttons import icon_button
from codegen_desktop.ui.widgets.labels import icon_label, label


class AnswerInput(QWidget):
    """The base of the inputs: nothing to choose, nothing given."""

    changed = Signal()

    @property
    def given(self) -> Given | None:
        """The answer as it stands, None while there is none."""
        return None

    def place(self, _index: int) -> bool:
        """Choose the option shown at a place; False where there is none."""
        return False

    def show_progress(self, progress: Progress) -> None:
        """Draw what became of the answers so far."""

    def show_problem(self, text: str) -> None:
        """Say beside the field why what is typed is no answer; empty takes it back."""

    def take_focus(self) -> None:
        """Put the focus where an answer is given."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)


class OptionsInput(AnswerInput):
    """Full-width options, one or several to be chosen."""

    def __init__(self, item: Choice | Multi, order: tuple[int, ...]) -> None:
        super().__init__()
        self._item, self._order = item, order
        self._several = isinstance(item, Multi)
        self.buttons = [
            OptionButton(item.option[index], LETTERS[place], is_code=item.options_are_code, several=self._several)
            for place, index in enumerate(order)
        ]
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 8)
        for place, made in enumerate(self.buttons):
            layout.addWidget(made)
            made.clicked.connect(lambda *_, place=place: self._on_button_clicked(place))

    @property
    def given(self) -> Given | None:
        """The indices of the chosen options, as the item counts them."""
        chosen = [self._order[place] for place, made in enumerate(self.buttons) if made.isChecked()]
        return tuple(sorted(chosen)) or None

    def place(self, index: int) -> bool:
        """Choose an option, or where several are right turn it on or off."""
        if not 0 <= index < len(self.buttons) or not self.buttons[index].isEnabled():
            return False
        self.buttons[index].setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.buttons[index].click()
        return True

    def show_progress(self, progress: Progress) -> None:
        """Strike through what was tried; once it is over every option explains itself."""
        tried = {index for one in progress.tries for index in one.given if isinstance(index, int)}
        for place, made in enumerate(self.buttons):
            made.show_state(self._state(self._order[place], progress, tried))
        if self._several and not progress.over:
            for made in self.buttons:
                made.setChecked(False)

    def take_focus(self) -> None:
        """The first option that can be chosen."""
        free = next((made for made in self.buttons if made.isEnabled()), None)
        if free is not None:
            free.setFocus(Qt.FocusReason.OtherFocusReason)

    def _state(self, index: int, progress: Progress, tried: set[int]) -> OptionState:
        correct = self._item.option[index].correct
        if progress.over:
            return "right" if correct else "wrong" if index in tried else "rest"
        return "tried" if index in tried and not correct and not self._several else "open"

    def _on_button_clicked(self, place: int) -> None:
        if not self._several:
            for other, made in enumerate(self.buttons):
                made.setChecked(other == place)
        self.changed.emit()


class TextInput(AnswerInput):
    """A number with its unit, or what a program prints; what is wrong with it is said below."""

    def __init__(self, item: Numeric | Output) -> None:
        super().__init__()
        self._item = item
        several_lines = isinstance(item, Output) and len(item.answer.strip().splitlines()) > 1
        self.field: QLineEdit | QPlainTextEdit = QPlainTextEdit() if several_lines else QLineEdit()
        name = "Output of the program" if isinstance(item, Output) else f"Your number, in {item.unit or 'no unit'}"
        unit = item.unit if isinstance(item, Numeric) else ""
        self._icon = icon_label("triangle-alert", "error", 15)
        self._said = label("", "secondary", wrap=True)
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText("What does it print?" if isinstance(item, Output) else "A number")
        theme.size(self.field, width=360 if isinstance(item, Output) else 200)
        if isinstance(item, Output):
            self.field.setFont(theme.font(13, mono=True))
        if isinstance(self.field, QPlainTextEdit):
            self.field.setTabChangesFocus(True)
            theme.size(self.field, height=88)

        row = QHBoxLayout()
        theme.space(row, 0, 8)
        row.addWidget(self.field)
        row.addWidget(label(unit, "secondary"))
        row.addStretch(1)
        said = QHBoxLayout()
        theme.space(said, 0, 8)
        said.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self._said, 1)
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 8)
        layout.addLayout(row)
        layout.addLayout(said)

        self._say("", "", "text2")
        self.field.textChanged.connect(self._on_field_text_changed)

    @property
    def given(self) -> Given | None:
        """The text, None while the field is empty."""
        text = self.field.text() if isinstance(self.field, QLineEdit) else self.field.toPlainText()
        return text if text.strip() else None

    def show_progress(self, progress: Progress) -> None:
        """What the last answer got, and the right one once it is over."""
        self.field.setReadOnly(progress.over)
        last = progress.tries[-1] if progress.tries else None
        if last is not None and isinstance(last.given, str) and self.given is None:
            self._set_text(last.given)
        key = f"The answer is `{key_text(self._item)}`."
        if progress.over and progress.right and last is not None:
            self._say("check", f"Right. {last.verdict.why} {key}", "ok")
        elif progress.over:
            self._say("x", f"{last.verdict.why if last is not None else ''} {key}".strip(), "error")
        elif last is not None:
            self._say("x", f"Not this one: {last.verdict.why}", "error")

    def show_problem(self, text: str) -> None:
        """The field gets the edge of an error and a sentence in place."""
        theme.set_class(self.field, "invalid" if text else "")
        if text:
            self._say("triangle-alert", text, "error")

    def take_focus(self) -> None:
        """Into the field."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def said(self) -> str:
        """The sentence under the field."""
        return "" if self._said.isHidden() else self._said.text()

    def _set_text(self, text: str) -> None:
        blocked = self.field.blockSignals(True)
        if isinstance(self.field, QLineEdit):
            self.field.setText(text)
        else:
            self.field.setPlainText(text)
        self.field.blockSignals(blocked)

    def _say(self, icon: str, text: str, role: str) -> None:
        self._icon.setVisible(bool(text))
        self._said.setVisible(bool(text))
        self._said.setText(plain(text))
        if icon:
            icons.set_icon(self._icon, icon, role, 15)

    def _on_field_text_changed(self) -> None:
        if self.field.property("class") == "invalid":
            self.show_problem("")
            self._say("", "", "text2")
        self.changed.emit()


class _Lines(QListWidget):
    """Lines that move with Alt+Up and Alt+Down, or by dragging."""

    moved = Signal()

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
        self.lines.setAccessibleName("Lines to put in order; Alt with an arrow key moves a line")
        self.lines.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.lines.setWordWrap(True)
        self.lines.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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


def make_input(item: Shown, session: Session) -> AnswerInput:
    """The input that fits the type of a question."""
    match item:
        case Choice() | Multi():
            return OptionsInput(item, session.option_order(item))
        case Numeric() | Output():
            return TextInput(item)
        case Order():
            return OrderInput(item, session.line_order(item))
