"""One of the four stations of the trace: a number, a title, a picture or its table, and one sentence."""

from html import escape
from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.labels import label, line
from codegen_desktop.ui.widgets.table import Table


class NumberDisc(QWidget):
    """A number in a filled circle."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        theme.size(self, width=20, height=20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it in ink."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.colours().text))
        painter.drawEllipse(QRectF(self.rect()))
        painter.setPen(QColor(theme.colours().card))
        painter.setFont(theme.font(12, 600))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))


class Station(QWidget):
    """The frame of a station; `body` takes the picture, `tables` what says the same in numbers."""

    def __init__(self, number: int, title: str) -> None:
        super().__init__()
        self.number, self.title = number, title
        self._subtitle = label("", "caption")
        self._sentence = label("", "caption", wrap=True, selectable=True)
        self._sentence.setTextFormat(Qt.TextFormat.RichText)
        self._pages = QStackedWidget()
        self.body = QWidget()
        self._tables = QVBoxLayout()

        words = QVBoxLayout()
        theme.space(words, 0, 0)
        words.addWidget(label(title, "strong"))
        words.addWidget(self._subtitle)
        head = QHBoxLayout()
        theme.space(head, 0, 8)
        head.addWidget(NumberDisc(number), 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        tables = QWidget()
        tables.setLayout(self._tables)
        theme.space(self._tables, 0, 6)
        self._pages.addWidget(self.body)
        self._pages.addWidget(tables)
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 6)
        layout.addLayout(head)
        layout.addWidget(self._pages, 1)
        layout.addWidget(line())
        layout.addWidget(self._sentence)
        theme.size(self._sentence, minimum_height=18)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{number} {title}")

    def add_table(self, table: Table) -> None:
        """One more table of the twin."""
        theme.size(table, minimum_height=44)
        self._tables.addWidget(table)

    def show_table(self, shown: bool) -> None:
        """Show the numbers, or the picture."""
        self._pages.setCurrentIndex(int(shown))

    def say(self, subtitle: str, sentence: str) -> None:
        """What this station does, and what there is to see; `code` between backticks is shown in mono."""
        self._subtitle.setText(subtitle)
        self._sentence.setText(rich(sentence))
        self.setAccessibleDescription(sentence)

    def changeEvent(self, event: QEvent) -> None:
        """Tokens in the sentence carry their own ink."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_sentence"):
            self._sentence.setText(rich(self.accessibleDescription()))

    @property
    def sentence(self) -> str:
        """The sentence as it is shown, in rich text."""
        return self._sentence.text()


class FlowArrow(QWidget):
    """An arrow between two stations."""

    def __init__(self) -> None:
        super().__init__()
        theme.size(self, width=22)

    def sizeHint(self) -> QSize:
        """Narrow."""
        return QSize(theme.px(22), theme.px(40))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it at mid-height."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.colours().text3))
        middle, tip, size = self.height() // 2, self.width() - theme.px(2), theme.px(4)
        painter.drawLine(theme.px(2), middle, tip, middle)
        painter.drawLine(tip - size, middle - size, tip, middle)
        painter.drawLine(tip - size, middle + size, tip, middle)


def rich(text: str) -> str:
    """A sentence whose pieces between backticks are tokens: escaped, in mono and bold."""
    ink, mono = theme.colours().text, theme.MONO
    parts = text.split("`")
    return "".join(
        f"<b style=\"font-family:'{mono}';color:{ink};font-weight:600\">{escape(part)}</b>"
        if place % 2
        else escape(part)
        for place, part in enumerate(parts)
    )


def paint_chip(painter: QPainter, area: QRectF, token_id: int, text: str, *, dim: bool = False) -> None:
    """Draw a token chip into an area: its id's colour, its text in mono, elided where too long."""
    colours = theme.colours()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.chip(token_id))
    painter.setFont(theme.font(12, mono=True))
    metrics = painter.fontMetrics()
    words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()) - theme.px(10))
    width = min(area.width(), metrics.horizontalAdvance(words) + theme.px(12))
    height = min(float(theme.px(20)), area.height() - 2)
    chip = QRectF(area.left(), area.center().y() - height / 2, width, height)
    painter.setOpacity(0.55 if dim else 1.0)
    painter.drawRoundedRect(chip, theme.px(4), theme.px(4))
    painter.setOpacity(1.0)
    painter.setPen(QColor(colours.text2 if dim else colours.text))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)


def scrolling(picture: QWidget) -> QScrollArea:
    """A picture that keeps its smallest height and scrolls down where a small window has less room."""
    area = QScrollArea()
    area.setWidget(picture)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    picture.setAutoFillBackground(False)
    return area


def table_of(name: str, model: Any) -> Table:
    """A table twin with rows of the trace's height."""
    return Table(name, model, row_height=26)
