"""The five small pictures of the first page: what happens in each stage, drawn without a single number."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.widgets.marks import paint_arrow
from codegen_desktop.ui.widgets.pipeline_bar import ARROW_WIDTH, MARGIN, column_edges

_CAPTIONS = {
    Stage.DATASET: ("Collect", "code snippets"),
    Stage.TOKENS: ("Cut into tokens", "words and symbols become numbers"),
    Stage.TRAINING: ("Train", "most to learn from, a fifth kept aside"),
    Stage.GENERATION: ("Let it write", "one token at a time"),
    Stage.QUIZ: ("Check", "what you understood"),
}


class Pictures(QWidget):
    """What happens in each stage, drawn in columns exactly as wide as the tabs; decoration, so it has no numbers."""

    def __init__(self) -> None:
        super().__init__()
        theme.size(self, minimum_height=190, maximum_height=190)
        self.setAccessibleName("Collect, cut into tokens, train, let it write, check")

    def changeEvent(self, event: QEvent) -> None:  # Qt's name
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw = {
            Stage.DATASET: _draw_files,
            Stage.TOKENS: _draw_chips,
            Stage.TRAINING: _draw_curve,
            Stage.GENERATION: _draw_guess,
            Stage.QUIZ: _draw_answers,
        }
        colours = theme.colours()
        edges = [edge - theme.px(MARGIN) for edge in column_edges(self.width() + 2 * theme.px(MARGIN))]
        for index, stage in enumerate(Stage):
            arrow = theme.px(ARROW_WIDTH) if index else 0
            left, right = edges[index] + arrow, edges[index + 1]
            area = QRectF(left + theme.px(14), 0, right - left - theme.px(28), theme.px(128))
            if arrow:
                box = QRectF(left - arrow + theme.px(2), theme.px(82), arrow - theme.px(5), theme.px(8))
                paint_arrow(painter, box, colours.text3, dashed=False)
            draw[stage](painter, area)
            title, words = _CAPTIONS[stage]
            _write(painter, QRectF(area.left(), theme.px(138), right - area.left(), theme.px(20)), title, 14, 600)
            _write(
                painter, QRectF(area.left(), theme.px(160), right - area.left(), theme.px(18)), words, 13, role="text2"
            )
        painter.end()


def _write(
    painter: QPainter,
    area: QRectF,
    words: str,
    size: float = 13,
    weight: int = 400,
    *,
    role: str = "text",
    mono: bool = False,
) -> float:
    """Write words left in an area, shortened where they do not fit; returns where they end."""
    font = theme.font(size, weight, mono=mono)
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width())
    painter.setFont(font)
    painter.setPen(QColor(getattr(theme.colours(), role)))
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    return area.left() + metrics.horizontalAdvance(shown)


def _draw_files(painter: QPainter, area: QRectF) -> None:
    colours = theme.colours()
    pages = (("is_even", "(n):"), ("count", "(text):"), ("add", "(a, b):"))
    for place, (name, rest) in enumerate(pages):
        shift, down = theme.px(7) * place, theme.px(32) * place
        page = QRectF(area.left() + shift, area.top() + down, min(theme.px(152), area.width()), theme.px(62))
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(QColor(colours.card))
        painter.drawRoundedRect(page, theme.px(6), theme.px(6))
        line = QRectF(page.left() + theme.px(11), page.top() + theme.px(8), page.width() - theme.px(16), theme.px(20))
        for words, role in (("def ", "keyword"), (name, "definition"), (rest, "text")):
            line.setLeft(_write(painter, line, words, role=role, mono=True))
    below = QRectF(area.left() + theme.px(52), area.top() + theme.px(92), theme.px(110), theme.px(20))
    below.setLeft(_write(painter, below, "return ", role="keyword", mono=True))
    _write(painter, below, "a + b", mono=True)


def _draw_chips(painter: QPainter, area: QRectF) -> None:
    colours = theme.colours()
    metrics = QFontMetricsF(theme.font(13, mono=True))
    kinds = {"def": 6, "add": 6, "(": 0, "a": 5, ",": 2, "b": 1, ")": 7, ":": 4, "return": 0, "+": 1}
    for row, words in enumerate((("def", "add", "(", "a", ",", "b", ")"), (":", "return", "a", "+", "b"))):
        left = area.left()
        for word in words:
            wide = metrics.horizontalAdvance(word) + theme.px(14)
            chip = QRectF(left, area.top() + theme.px(24 + 44 * row), wide, theme.px(26))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.chip(kinds[word]))
            painter.drawRoundedRect(chip, theme.px(4), theme.px(4))
            _write(painter, chip.adjusted(theme.px(7), 0, 0, 0), word, mono=True)
            left += wide + theme.px(3)


def _draw_curve(painter: QPainter, area: QRectF) -> None:
    colours = theme.colours()
    plot = QRectF(area.left(), area.top() + theme.px(4), area.width() - theme.px(10), theme.px(110))
    painter.setPen(QPen(QColor(colours.control_edge), 1.5))
    painter.drawLine(plot.topLeft(), plot.bottomLeft())
    painter.drawLine(plot.bottomLeft(), plot.bottomRight())
    guess = QPen(QColor(colours.random_guess.colour), colours.random_guess.width, Qt.PenStyle.DotLine)
    painter.setPen(guess)
    top = plot.top() + theme.px(6)
    painter.drawLine(QPointF(plot.left(), top), QPointF(plot.right(), top))
    curve = QPainterPath(QPointF(plot.left(), top))
    places = [_on_curve(plot, top, share / 60) for share in range(1, 61)]
    for place in places:
        curve.lineTo(place)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colours.train.colour), colours.train.width))
    painter.drawPath(curve)
    painter.setPen(QPen(QColor(colours.test.colour), 2))
    painter.setBrush(QColor(colours.page))
    for epoch in range(1, 6):
        painter.drawEllipse(_on_curve(plot, top, epoch / 5.2), theme.px(4), theme.px(4))
    right = QRectF(plot.right() - theme.px(86), top + theme.px(2), theme.px(86), theme.px(20))
    _write(painter, right, "guessing", 12, role="text2")
    _write(painter, right.translated(0, theme.px(50)), "surprise falls", 12, role="text2")


def _on_curve(plot: QRectF, top: float, share: float) -> QPointF:
    """A falling curve: no one's loss, only its shape."""
    height = plot.bottom() - theme.px(10) - top
    return QPointF(plot.left() + share * plot.width(), top + height * (1 - 1 / (1 + 14 * share)))


def _draw_guess(painter: QPainter, area: QRectF) -> None:
    colours = theme.colours()
    line = QRectF(area.left(), area.top() + theme.px(16), area.width(), theme.px(20))
    for words, role in (("def ", "keyword"), ("add", "definition"), ("(a, ", "text"), ("b", "text3")):
        line.setLeft(_write(painter, line, words, 14, role=role, mono=True))
    painter.fillRect(QRectF(line.left() + 1, line.top(), theme.px(2), theme.px(20)), QColor(colours.accent))
    for row, (word, share, kind) in enumerate((("b", 0.9, 1), ("x", 0.1, 7), ("y", 0.06, 4))):
        top = area.top() + theme.px(46 + 23 * row)
        chip = QRectF(area.left(), top, theme.px(22), theme.px(20))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.chip(kind))
        painter.drawRoundedRect(chip, theme.px(4), theme.px(4))
        _write(painter, chip.adjusted(theme.px(7), 0, 0, 0), word, 12, mono=True)
        room = min(theme.px(100), area.width() - theme.px(34))
        painter.fillRect(
            QRectF(chip.right() + theme.px(8), top + theme.px(6), room * share, theme.px(8)),
            QColor(colours.train.colour),
        )


def _draw_answers(painter: QPainter, area: QRectF) -> None:
    colours = theme.colours()
    room = max(area.width() - theme.px(60), theme.px(20))
    for row, (letter, share) in enumerate((("A", 0.85), ("B", 0.62), ("C", 1.0), ("D", 0.7))):
        top = area.top() + theme.px(4 + 31 * row)
        disc = QRectF(area.left(), top, theme.px(23), theme.px(23))
        painter.setPen(QPen(QColor(colours.ok if row == 0 else colours.control_edge), 1.2))
        painter.setBrush(QColor(colours.ok) if row == 0 else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(disc)
        painter.setFont(theme.font(12, 600))
        painter.setPen(QColor(colours.header if row == 0 else colours.text2))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, letter)
        bar = QRectF(disc.right() + theme.px(9), disc.center().y() - theme.px(3), room * share, theme.px(5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.border))
        painter.drawRoundedRect(bar, theme.px(2), theme.px(2))
        if row == 0:
            icons.paint(
                painter,
                "check",
                colours.ok,
                QRectF(bar.right() + theme.px(8), disc.top() + theme.px(4), theme.px(16), theme.px(16)),
            )
