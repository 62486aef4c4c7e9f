"""The middle: the boxes of a set, one question with its code, hints and answers, and its solution once it is over."""

import itertools

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.quiz.items import Choice, Multi, Shown
from codegen_desktop.quiz.session import Progress, Session
from codegen_desktop.ui import theme
from codegen_desktop.ui.quiz.answer_input import AnswerInput
from codegen_desktop.ui.quiz.boxes import BoxRow
from codegen_desktop.ui.quiz.inputs import make_input
from codegen_desktop.ui.quiz.markup import plain, points_text, rich
from codegen_desktop.ui.quiz.solution import Solution
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.code_view import CodeView
from codegen_desktop.ui.widgets.empty_state import EmptyState
from codegen_desktop.ui.widgets.labels import Badge, icon_label, label, line

HOW: dict[str, str] = {
    "multi": "Several may be right: choose all of them.",
    "order": "Drag the lines, or move the current one with Alt+Up and Alt+Down.",
    "output": "Type what is printed; an error counts by its name.",
}
"""What is said about a type of question whose use does not show by itself."""

GIVE_UP = "Show the solution"
GIVE_UP_SURE = "Give up this question for 0 points"


class QuestionCard(Card):
    """Shows one question; what a person wishes is told by signals, so that the tab keeps the session."""

    check_wished = Signal()
    next_wished = Signal()
    hint_wished = Signal()
    give_up_wished = Signal()
    place_chosen = Signal(int)
    training_wished = Signal()

    def __init__(self) -> None:
        super().__init__(margins=False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.boxes = BoxRow()
        self.input: AnswerInput | None = None
        self.check_button = button("Check", "", "primary")
        self.hint_button = button("Hint", "lightbulb", "quiet", tooltip="Show the next hint (H)")
        self.give_up_button = button(GIVE_UP, "", "quiet", tooltip="Show the solution (S)")
        self.solution = Solution()
        self._level = Badge("neutral")
        self._hints_used = label("", "secondary")
        self._hints_icon = icon_label("lightbulb")
        self._prompt = label("", "question", wrap=True, selectable=True)
        self._code = CodeView("Code of the question")
        self._code_frame = QFrame()
        self._how = label("", "caption", wrap=True)
        self._hints = QWidget()
        self._hints_layout = QVBoxLayout(self._hints)
        self._worth = label("", "caption")
        self._empty = EmptyState("fingerprint", "", "", "Go to Training")
        self._scroll = QScrollArea()
        self._pages = QStackedWidget()
        self._place = QVBoxLayout()
        self._item: Shown | None = None
        self._sure = False
        self._over = False

        self._lay_out()

        self.boxes.chosen.connect(self.place_chosen)
        self.check_button.clicked.connect(self.check_wished)
        self.hint_button.clicked.connect(self.hint_wished)
        assert self._empty.primary is not None, "the empty state was made with a button"
        self._empty.primary.clicked.connect(self.training_wished)
        self.give_up_button.clicked.connect(self._on_give_up_button_clicked)

    def _lay_out(self) -> None:
        self.header.insertWidget(0, self.boxes)
        self.add_header_widget(self._level)
        self.add_header_widget(self._hints_icon)
        self.add_header_widget(self._hints_used)
        self._prompt.setTextFormat(Qt.TextFormat.RichText)
        self._code.setFrameShape(QFrame.Shape.NoFrame)
        self._code.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.space(self._hints_layout, 0, 6)
        theme.space(self._place, 0, 0)
        actions = QHBoxLayout()
        theme.space(actions, 0, 8)
        for part in (self.check_button, self._worth, self.hint_button, self.give_up_button):
            actions.addWidget(part)
        actions.insertStretch(2, 1)
        inner = QVBoxLayout()
        theme.space(inner, (20, 14, 20, 14), 12)
        framed = QVBoxLayout(self._code_frame)
        theme.space(framed, (1, 6, 1, 6), 0)
        framed.addWidget(self._code)
        for widget in (self._prompt, self._code_frame, self._how, self._hints):
            inner.addWidget(widget)
        inner.addLayout(self._place)
        inner.addLayout(actions)
        page = QWidget()
        column = QVBoxLayout(page)
        theme.space(column, 0, 0)
        column.addLayout(inner)
        column.addStretch(1)
        column.addWidget(self.solution)
        self.body.addWidget(line("line"))
        self.body.addWidget(self._pages, 1)
        self._show_in_scroll(page)

    def _show_in_scroll(self, page: QWidget) -> None:
        self._scroll.setWidget(page)
        page.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._pages.addWidget(self._scroll)
        self._pages.addWidget(self._empty)

    def show_empty(self, title: str, sentence: str, *, needs_run: bool) -> None:
        """Say why there is no question; where a run is needed, offer the way to it."""
        assert self._empty.primary is not None
        self._empty.primary.setVisible(needs_run)
        self._item = None
        self.setAccessibleName(f"{title}. {sentence}")
        self._empty.say(title, sentence)
        self._pages.setCurrentWidget(self._empty)
        self.boxes.show_questions([], 0)
        self._show_header(False)
        self._over = True

    def show_question(self, item: Shown, number: int, session: Session) -> None:
        """Show a question from its beginning: as far as it was answered, with nothing chosen anew."""
        self._item = item
        self._pages.setCurrentWidget(self._scroll)
        self._show_header(True)
        self._prompt.setText(f"{number}. {rich(item.prompt)}")
        self.setAccessibleName(f"Question {number}: {plain(item.prompt)}")
        self._how.setText(HOW.get(item.type, ""))
        self._how.setVisible(item.type in HOW)
        self._code_frame.setVisible(bool(item.code))
        self._code.set_code(item.code.strip("\n"))
        self._fit_code()
        self._set_input(make_input(item, session))
        self._scroll.verticalScrollBar().setValue(0)
        self.show_progress(item, session)

    def show_progress(self, item: Shown, session: Session) -> None:
        """Show what became of the answers so far."""
        state = session.progress(item)
        self._over, self._sure = state.over, False
        assert self.input is not None
        self.input.show_progress(state)
        self._level.show_verdict("neutral", item.level)
        self._hints_used.setText(f"{state.hints} of {len(item.hint)} hints used")
        self._show_hints(item.hint[: state.hints])
        self._code.mark_lines({mark.line: mark.text for mark in item.marks} if state.over else {})
        places = session.option_order(item) if isinstance(item, Choice | Multi) else ()
        self.solution.show_solution(item if state.over else None, places)
        self._show_actions(item, state)

    def say_problem(self, text: str) -> None:
        """Say why what was given is no answer."""
        if self.input is not None:
            self.input.show_problem(text)
        self._worth.setText(text)

    def announce(self, text: str) -> None:
        """Tell a screen reader what became of an answer."""
        event = QAccessibleAnnouncementEvent(self, text)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def take_focus(self) -> None:
        """Put the focus where the question is answered, or on the question itself once it is over."""
        if self.input is None or self._over:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.input.take_focus()

    def chain_focus(self) -> None:
        """Let Tab go through the question from top to bottom, whatever was made anew."""
        given = [part for part in self.input.findChildren(QWidget) if _takes_tab(part)] if self.input else []
        chain = [self, *self.boxes.boxes, self._code, *given]
        chain += [self.check_button, self.hint_button, self.give_up_button]
        for before, after in itertools.pairwise(chain):
            QWidget.setTabOrder(before, after)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Single keys while the focus is in the question: A to H or 1 to 8, Enter, H, S."""
        held = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        text = event.text().upper()
        if held or self._item is None:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.next_wished if self._over else self.check_wished).emit()
        elif text and self._choose(text):
            return
        elif text == "H":
            self.hint_wished.emit()
        elif text == "S":
            self._on_give_up_button_clicked()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow theme and text scale."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and getattr(self, "_item", None) is not None:
            self._fit_code()

    def _show_header(self, shown: bool) -> None:
        for part in (self._level, self._hints_icon, self._hints_used):
            part.setVisible(shown)

    def _choose(self, text: str) -> bool:
        places = {**{letter: place for place, letter in enumerate("ABCDEFGH")}, **{str(n): n - 1 for n in range(1, 9)}}
        return self.input is not None and text in places and self.input.place(places[text])

    def _set_input(self, made: AnswerInput) -> None:
        if self.input is not None:
            self._place.removeWidget(self.input)
            self.input.hide()
            self.input.deleteLater()
        self.input = made
        self._place.addWidget(made)
        made.changed.connect(self._on_input_changed)

    def _show_hints(self, hints: tuple[str, ...]) -> None:
        while self._hints_layout.count() > len(hints):
            taken = self._hints_layout.takeAt(0)
            widget = taken.widget() if taken is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if self._hints_layout.count() != len(hints):
            for hint in hints[self._hints_layout.count() :]:
                self._hints_layout.addWidget(_hint_row(hint))
        self._hints.setVisible(bool(hints))

    def _show_actions(self, item: Shown, state: Progress) -> None:
        for part in (self.check_button, self._worth, self.hint_button, self.give_up_button):
            part.setVisible(not state.over)
        self.give_up_button.setText(GIVE_UP)
        left = len(item.hint) - state.hints
        self.hint_button.setEnabled(left > 0)
        self.hint_button.setToolTip("Show the next hint (H)" if left else "There is no further hint.")
        worth = points_text(item.points * state.next_credit)
        points = "point" if worth in ("1", "½") else "points"
        self._worth.setText(f"Worth {worth} {points} now")
        self._on_input_changed()

    def _fit_code(self) -> None:
        lines = max(self._code.blockCount(), 1)
        colours, height = theme.colours(), self._code.fontMetrics().lineSpacing() * lines
        self._code.setFixedHeight(height + 2 * round(self._code.document().documentMargin()) + theme.px(2))
        sheet = f".QFrame {{ background: {colours.sunken}; border: 1px solid {colours.border};"
        sheet += f" border-radius: {theme.px(8)}px; }}"
        if sheet != self._code_frame.styleSheet():
            self._code_frame.setStyleSheet(sheet)

    def _on_input_changed(self) -> None:
        ready = self.input is not None and self.input.given is not None
        self.check_button.setEnabled(ready)
        self.check_button.setToolTip("Check the answer (Enter)" if ready else "Give an answer first.")

    def _on_give_up_button_clicked(self) -> None:
        if self._over:
            return
        if self._sure:
            self.give_up_wished.emit()
            return
        self._sure = True
        self.give_up_button.setText(GIVE_UP_SURE)
        self.announce(f"{GIVE_UP_SURE}? Press S again to do it.")


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _hint_row(text: str) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    theme.space(row, 0, 8)
    row.addWidget(icon_label("lightbulb", "warn", 16), 0, Qt.AlignmentFlag.AlignTop)
    words = label(rich(f"Hint: {text}"), "secondary", selectable=True, wrap=True)
    words.setTextFormat(Qt.TextFormat.RichText)
    row.addWidget(words, 1)
    return made
