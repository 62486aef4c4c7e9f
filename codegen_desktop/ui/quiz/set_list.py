"""The left column: the sets of questions with a bar each, levels to choose from, the order, and beginning again."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from codegen_desktop.quiz.items import LEVELS, Level
from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.quiz import painting
from codegen_desktop.ui.quiz.question_sets import ICONS, QuestionSet
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.widgets.segmented import Segmented


class SetButton(QAbstractButton):
    """One set: icon, title, sentence, how many are answered, and a bar with a piece for each question."""

    def __init__(self, shown: QuestionSet) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._shown = shown
        self.show_set(shown)

    def show_set(self, shown: QuestionSet) -> None:
        """Draw another state of the set."""
        self._shown = shown
        over, count = self._counts()
        stale = ", made from an earlier dataset" if shown.stale else ""
        self.setAccessibleName(f"{shown.title}, {shown.sentence}, {over} of {count} answered{stale}")
        refused = [f"{one.about}: {one.why}" for one in shown.refusals]
        left_out = "\n".join(["Not asked about this run:", *refused]) if refused else ""
        self.setToolTip(shown.why_empty if shown.session is None else left_out)
        self.setAccessibleDescription(self.toolTip())
        self.update()

    def sizeHint(self) -> QSize:  # Qt's name
        """Two lines of text and the bar."""
        return QSize(theme.px(240), theme.px(66))

    def minimumSizeHint(self) -> QSize:  # Qt's name
        """As high as its text."""
        return QSize(theme.px(180), theme.px(66))

    def paintEvent(self, _event: QPaintEvent) -> None:  # Qt's name
        """Fill, icon, words and bar."""
        colours, px = theme.colours(), theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = colours.selected if self.isChecked() else colours.hover if self.underMouse() else colours.card
        painter.fillRect(self.rect(), QColor(fill))
        ink = "accent" if self.isChecked() else "text2"
        picture = icons.pixmap(ICONS[self._shown.key], getattr(colours, ink), px(18), self.devicePixelRatioF())
        painter.drawPixmap(px(14), px(16), picture)
        over, count = self._counts()
        self._draw_words(painter, f"{over} of {count}" if count else "–")
        area = QRectF(px(14), self.height() - px(12), self.width() - px(28), px(4))
        painting.bar(painter, area, self._pieces())
        painter.end()

    def _draw_words(self, painter: QPainter, count: str) -> None:
        colours, px = theme.colours(), theme.px
        counting = theme.font(12, 600 if self.isChecked() else 400)
        room = self.width() - px(56) - QFontMetrics(counting).horizontalAdvance(count)
        painter.setPen(QColor(colours.text))
        for text, font, top, ink in (
            (self._shown.title, theme.font(13, 600), 9, colours.text),
            (self._sentence(), theme.font(12), 27, colours.text2),
        ):
            painter.setFont(font)
            painter.setPen(QColor(ink))
            width = room if top == 9 else self.width() - px(56)
            words = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(px(42), px(top), width, px(18), Qt.AlignmentFlag.AlignVCenter, words)
        painter.setFont(counting)
        painter.setPen(QColor(colours.text if self.isChecked() else colours.text2))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(0, px(9), self.width() - px(14), px(18), right, count)

    def _sentence(self) -> str:
        return f"{self._shown.sentence} (earlier dataset)" if self._shown.stale else self._shown.sentence

    def _counts(self) -> tuple[int, int]:
        session = self._shown.session
        return (session.score.over, session.score.questions) if session is not None else (0, 0)

    def _pieces(self) -> Sequence[painting.Piece]:
        session = self._shown.session
        if session is None:
            return ("open",)
        return [("answered" if session.progress(item).over else "open") for item in session.order]


class SetList(QWidget):
    """All sets, one of them chosen. `chosen(str)` tells its key, `levels_changed(object)` the levels to ask."""

    chosen = Signal(str)
    levels_changed = Signal(object)
    order_chosen = Signal(bool)
    restart_wished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._buttons: dict[str, SetButton] = {}
        self._levels = {level: QCheckBox(level.capitalize()) for level in LEVELS}
        self._levels_row = QWidget()
        self._order = Segmented("Order of the questions", ("Fixed", "Shuffled"))
        self._restart_button = button("Start this set again", "rotate-ccw")
        self._kept = label("", "caption", wrap=True)
        self._sets_card = Card("Question sets", margins=False)
        self._class_card = Card("For class")

        self._lay_out()

        self._group.idClicked.connect(self._on_group_id_clicked)
        for box in self._levels.values():
            box.toggled.connect(self._on_level_toggled)
        self._order.chosen.connect(lambda index: self.order_chosen.emit(index == 1))
        self._restart_button.clicked.connect(self.restart_wished)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self._levels_row)
        theme.space(row, (14, 2, 10, 8), 10)
        for level, box in self._levels.items():
            box.setAccessibleName(f"Ask {level} questions")
            box.setChecked(True)
            row.addWidget(box)
        row.addStretch(1)
        order_row = QHBoxLayout()
        theme.space(order_row, 0, 8)
        order_row.addWidget(label("Order", "secondary"))
        order_row.addStretch(1)
        order_row.addWidget(self._order)
        self._class_card.body.addLayout(order_row)
        self._class_card.body.addWidget(self._restart_button)
        self._class_card.body.addWidget(self._kept)
        self._class_card.body.addStretch(1)
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 12)
        layout.addWidget(self._sets_card)
        layout.addWidget(self._class_card, 1)

    def show_sets(self, sets: Sequence[QuestionSet], chosen: str) -> None:
        """Draw the sets as they stand; their number never changes while the window is open."""
        for shown in sets:
            if shown.key not in self._buttons:
                self._add(shown)
            made = self._buttons[shown.key]
            made.show_set(shown)
            made.setChecked(shown.key == chosen)
        body, current = self._sets_card.body, self._buttons[chosen]
        body.removeWidget(self._levels_row)
        body.insertWidget(body.indexOf(current) + 1, self._levels_row)
        self._fill(next(shown for shown in sets if shown.key == chosen))

    def say_kept(self, text: str) -> None:
        """Say where answers are kept."""
        self._kept.setText(text)

    def _add(self, shown: QuestionSet) -> None:
        made = SetButton(shown)
        self._group.addButton(made, len(self._buttons))
        self._buttons[shown.key] = made
        self._sets_card.body.addWidget(made)

    def _fill(self, shown: QuestionSet) -> None:
        session = shown.session
        present: set[Level] = {item.level for item in session.items} if session is not None else set()
        self._levels_row.setVisible(len(present) > 1 and shown.key in ("test", "run"))
        for level, box in self._levels.items():
            blocked = box.blockSignals(True)
            box.setChecked(level in shown.levels)
            box.setEnabled(level in present)
            box.blockSignals(blocked)
        self._restart_button.setEnabled(session is not None and session.is_begun)
        reason = "" if self._restart_button.isEnabled() else "Nothing of this set is answered yet."
        self._restart_button.setToolTip(reason)

    def _on_group_id_clicked(self, index: int) -> None:
        self.chosen.emit(list(self._buttons)[index])

    def _on_level_toggled(self, checked: bool) -> None:
        wanted = frozenset(level for level, box in self._levels.items() if box.isChecked())
        if not wanted and not checked:
            box = self.sender()
            assert isinstance(box, QCheckBox)
            box.setChecked(True)
            return
        self.levels_changed.emit(wanted)
