"""One tokenizer as a column: its chips on the text, how many tokens, whether they fit, and what it is like."""

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QRadioButton, QSizePolicy, QWidget

from codegen_desktop.tokenization.registry import TokenizerKind
from codegen_desktop.tokenization.tokenizer import Token
from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.tokens.facts import TextFacts
from codegen_desktop.ui.tokens.study import Study
from codegen_desktop.ui.tokens.twin import PictureOrTable
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.labels import Badge, label, line
from codegen_desktop.ui.widgets.share_bar import paint_bar, percent
from codegen_desktop.ui.widgets.stat import Stat
from codegen_desktop.ui.widgets.token_flow import Chip, TokenFlow, visible_text


class TokenizerColumn(Card):
    """`chosen` tells that this kind is wished for; `pointed` carries the token under mouse or cursor, −1 for none."""

    chosen = Signal(str)
    pointed = Signal(str, int)

    def __init__(self, kind: TokenizerKind) -> None:
        super().__init__(margins=False)
        self.kind = kind
        self._facts: TextFacts | None = None
        self._study: Study | None = None
        self._show_spaces = True
        self._radio = QRadioButton()
        self._radio.setAutoExclusive(False)
        self._badge = Badge("information", "In use", "")
        self._sentence = label(kind.sentence, "caption", wrap=True)
        self._flow = TokenFlow(f"Tokens of {kind.title}")
        self.twin = PictureOrTable(f"Tokens of {kind.title}", self._flow, self._flow.twin_model)
        self._count = label("–", "strong")
        self._fits_icon = QLabel()
        self._fits = label("", "caption")
        self._bar = _LengthBar()
        self._stats = (
            Stat("chars a token", small=True),
            Stat("vocabulary", small=True),
            Stat("words in pieces", small=True),
        )
        self._radio.setAccessibleName(kind.title)
        self._radio.setAccessibleDescription(kind.sentence)
        self.setAccessibleName(kind.title)
        self._lay_out()
        self.show_in_use(False)

        self._radio.clicked.connect(self._on_radio_clicked)
        self._flow.current_changed.connect(self._on_flow_moved)
        self._flow.hovered.connect(self._on_flow_moved)

    def _lay_out(self) -> None:
        self.header.insertWidget(0, self._radio)
        self.header.insertWidget(1, label(self.kind.title, "card-title"))
        self.add_header_widget(self._badge)
        self.add_header_widget(self.twin.button)
        sentence, flow, count, stats = QHBoxLayout(), QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        theme.space(sentence, (14, 0, 14, 8), 0)
        theme.space(flow, (12, 10, 6, 6), 0)
        theme.space(count, (14, 8, 14, 2), 5)
        theme.space(stats, (14, 4, 10, 10), 6)
        sentence.addWidget(self._sentence)
        flow.addWidget(self.twin)
        count.addWidget(self._count)
        count.addStretch(1)
        count.addWidget(self._fits_icon)
        count.addWidget(self._fits)
        for stat in self._stats:
            stats.addWidget(stat, 1)
        bar = QHBoxLayout()
        theme.space(bar, (14, 2, 14, 2), 0)
        bar.addWidget(self._bar)
        self.body.addLayout(sentence)
        self.body.addWidget(line())
        self.body.addLayout(flow, 1)
        self.body.addWidget(line())
        for row in (count, bar, stats):
            self.body.addLayout(row)

    # What is shown

    def set_study(self, study: Study | None) -> None:
        """Take the counts over the dataset; None while they are not known."""
        self._study = study

    def set_facts(self, facts: TextFacts | None, problem: str = "") -> None:
        """Show a text as this tokenizer cuts it; None with the reason why it is not cut."""
        self._facts = facts
        self._draw_chips()
        if facts is None:
            self._count.setText(problem or "–")
            self._fits.setText("")
            self._fits_icon.hide()
            self._bar.set_share(0.0, "")
            for stat in self._stats:
                stat.set_value(None)
            return
        number = len(facts.tokens)
        self._count.setText(f"{number:,} {'token' if number == 1 else 'tokens'}")
        self._fits.setText(f"{facts.cut:,} cut" if facts.cut else f"fits in {facts.context}")
        theme.set_class(self._fits, "warn" if facts.cut else "caption")
        self._fits_icon.setVisible(bool(facts.cut))
        icons.set_icon(self._fits_icon, "scissors", "warn", 14)
        self._bar.set_share(facts.kept / (facts.context - 1), f"{number} of {facts.context - 1} tokens used")
        each, share = facts.characters_per_token, facts.in_pieces_share
        self._stats[0].set_value(None if each is None else f"{each:.1f}")
        self._stats[1].set_value(f"{facts.vocabulary:,}")
        self._stats[2].set_value(None if share is None else "none" if share == 0 else percent(share))

    def show_spaces(self, show: bool) -> None:
        """Mark white space or not."""
        self._show_spaces = show
        self._draw_chips()

    def show_ids(self, show: bool) -> None:
        """Write the id below each chip or not."""
        self._flow.set_show_ids(show)

    def show_in_use(self, in_use: bool) -> None:
        """Whether training uses this tokenizer."""
        self._badge.setVisible(in_use)

    def show_chosen(self, chosen: bool) -> None:
        """Whether this kind is chosen, for the grid of ids and for the next build."""
        self._radio.setChecked(chosen)
        self.set_chosen(chosen)

    def highlight(self, start: int, end: int) -> None:
        """Ring the tokens that are the same as the one at a span of the text; an empty span rings none."""
        found = self.token_at(start) if end > start else None
        self._flow.highlight_id(found.id if found is not None else None)

    def highlight_id(self, token_id: int | None) -> None:
        """Ring every token of one id."""
        self._flow.highlight_id(token_id)

    def token_at(self, position: int) -> Token | None:
        """The token that covers a character of the text."""
        tokens = self._facts.tokens if self._facts is not None else ()
        return next((token for token in tokens if token.start <= position < token.end), None)

    @property
    def facts(self) -> TextFacts | None:
        """The text as it is cut."""
        return self._facts

    @property
    def flow(self) -> TokenFlow:
        """The chips."""
        return self._flow

    @property
    def radio(self) -> QRadioButton:
        """What chooses this kind."""
        return self._radio

    @property
    def words(self) -> str:
        """How many tokens, and whether they fit."""
        return f"{self._count.text()}, {self._fits.text()}"

    def _draw_chips(self) -> None:
        self._flow.set_chips(self._chips(self._facts) if self._facts is not None else ())
        self.twin.renew()

    def _chips(self, facts: TextFacts) -> tuple[Chip, ...]:
        """A chip for every token, with how often it was seen; each is made once, because this runs while typing."""
        seen = self._study.counts.train if self._study is not None else None
        return tuple(
            Chip(
                token.id,
                visible_text(token, show_spaces=self._show_spaces),
                position,
                ends_line="\n" in (token.text or ""),
                cut=position >= facts.kept,
                note="" if seen is None else f"seen {seen[token.id]:,} times in train",
            )
            for position, token in enumerate(facts.tokens)
        )

    def _on_radio_clicked(self) -> None:
        self._radio.setChecked(True)
        self.chosen.emit(self.kind.name)

    def _on_flow_moved(self, index: int) -> None:
        self.pointed.emit(self.kind.name, index)


class _LengthBar(QWidget):
    """How much of a row the tokens take."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float, words: str) -> None:
        """Show another share."""
        self._share = share
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        """A thin bar."""
        return QSize(theme.px(120), theme.px(8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The bar on its ground."""
        colours = theme.colours()
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        paint_bar(painter, area, self._share, colours.train.colour, ground=colours.border)
        painter.end()
