"""How long the snippets are under the chosen tokenizer, and how many of them a row cannot hold."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from codegen_desktop.tokenization.lengths import Lengths
from codegen_desktop.tokenization.tokenizer import Tokenizer
from codegen_desktop.ui import theme
from codegen_desktop.ui.tokens.histogram import Bar, LengthHistogram, bars_of
from codegen_desktop.ui.tokens.twin import PictureOrTable
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.widgets.table import Column, RowsModel


def lengths_of(counts: Sequence[int]) -> Lengths:
    """The lengths of snippets whose tokens were counted one by one."""
    return Lengths(tuple(sorted(Counter(counts).items())))


def longer_words(lengths: Lengths, context: int) -> str:
    """How many snippets are longer than a row, in words."""
    longer = lengths.longer_than(context)
    noun, verb = ("snippet", "is") if longer == 1 else ("snippets", "are")
    share = 100 * longer / lengths.snippets if lengths.snippets else 0.0
    return f"{longer:,} {noun} ({share:.1f} %) {verb} longer"


def reading(lengths: Lengths, context: int, tokenizer: Tokenizer | None, is_fresh: bool) -> str:
    """The sentence at the top of the tab, as rich text."""
    if tokenizer is None:
        return "Code is cut into <b>tokens</b>, and every token becomes a <b>number</b>."
    if not is_fresh:
        return "<b>The dataset changed</b> after the tokens were built. Training would use the old tokens."
    rows = f"Every snippet becomes a row of <b>{context} numbers</b>."
    longer = lengths.longer_than(context)
    if not lengths.snippets:
        return rows
    if longer == 0:
        return f"{rows} <b>No snippet</b> is longer than {context}, so nothing is cut."
    noun, verb, end = ("snippet", "is", "its end is") if longer == 1 else ("snippets", "are", "their ends are")
    share = 100 * longer / lengths.snippets
    return f"{rows} <b>{longer:,} {noun} ({share:.1f} %)</b> {verb} longer than {context}, so {end} cut."


class LengthsCard(Card):
    """The histogram with the line at the longest length that is kept whole."""

    def __init__(self, context: int) -> None:
        super().__init__("How long are the snippets?")
        self._context = context
        self._lengths = Lengths(())
        self._picture = LengthHistogram()
        self._twin = PictureOrTable("Lengths of the snippets", self._picture, self._twin_model)
        self._legend = QWidget()
        legend = QHBoxLayout(self._legend)
        theme.space(legend, 0, 6)
        for words, hatched in (("kept whole", False), (f"cut at {context}", True)):
            legend.addWidget(_Swatch(hatched))
            legend.addWidget(label(words, "caption"))
            legend.addSpacing(theme.px(8))
        self.add_header_widget(self._legend)
        self.add_header_widget(self._twin.button)
        self.body.addWidget(self._twin, 1)

    def set_lengths(self, lengths: Lengths) -> None:
        """Show other lengths."""
        self._lengths = lengths
        kept = self._context - 1
        bars = bars_of(lengths.counts, kept)
        self._picture.set_bars(bars, kept, (f"Longest row {self._context}", longer_words(lengths, self._context)))
        self._twin.renew()

    @property
    def lengths(self) -> Lengths:
        """The lengths that are shown."""
        return self._lengths

    @property
    def picture(self) -> LengthHistogram:
        """The histogram."""
        return self._picture

    @property
    def twin(self) -> PictureOrTable:
        """The histogram and its table."""
        return self._twin

    def _twin_model(self) -> RowsModel[Bar]:
        kept = self._context - 1
        return RowsModel(
            (
                Column("Tokens", lambda bar: bar.name),
                Column("Snippets", lambda bar: f"{bar.count:,}", "right", width=90),
                Column("", lambda bar: "kept whole" if bar.first <= kept else "cut", width=100),
            ),
            self._picture.bars,
        )


class _Swatch(QWidget):
    """What a fill means."""

    def __init__(self, hatched: bool) -> None:
        super().__init__()
        self._hatched = hatched
        theme.size(self, width=12, height=12)

    def sizeHint(self) -> QSize:
        """A small square."""
        return QSize(theme.px(12), theme.px(12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Blue, or hatched with an edge."""
        colours = theme.colours()
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self._hatched:
            painter.fillRect(area, QBrush(QColor(colours.text3), Qt.BrushStyle.BDiagPattern))
            painter.setPen(QColor(colours.text3))
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            painter.fillRect(area, QColor(colours.train.colour))
        painter.end()
