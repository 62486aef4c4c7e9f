"""*Snippets*: the five hardest and the five easiest test snippets after an epoch, every token tinted by its loss."""

import math
from dataclasses import dataclass

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.ui import theme
from codegen_desktop.ui.training.code_entry import CodeEntries, CodeEntry, Mark, Share
from codegen_desktop.ui.training.inside.facts import ScoredSnippet, ScoredSnippets, TokenLoss
from codegen_desktop.ui.widgets.table import Column, RowsModel, Table

FULL = 5.0
"""The loss in nats from which a tint is as strong as text on it allows."""

PALEST, STRONGEST = 0.03, 0.40
"""The part of the ramp on which text stays readable."""

UNLIKELY = math.log(2)
"""A token with a higher loss had a probability below one half."""


@dataclass(frozen=True, slots=True)
class _TokenRow:
    """A token of a snippet, as the twin lists it."""

    snippet: ScoredSnippet
    token: TokenLoss


class SnippetsView(QWidget):
    """The snippets as tinted code; the twin lists every token with its kind and loss."""

    def __init__(self) -> None:
        super().__init__()
        self._scored: ScoredSnippets | None = None
        self._model: RowsModel[_TokenRow] = RowsModel(_COLUMNS)
        self.code = CodeEntries("Hardest and easiest test snippets")
        self._twin = Table("Loss of every token of the hardest and easiest test snippets", self._model)
        self._pages = QStackedWidget()

        self._pages.addWidget(self.code)
        self._pages.addWidget(self._twin)
        whole = QVBoxLayout(self)
        theme.space(whole, 0, 0)
        whole.addWidget(self._pages)

    @property
    def scored(self) -> ScoredSnippets | None:
        """What is shown."""
        return self._scored

    @property
    def twin(self) -> Table:
        """The table of every token."""
        return self._twin

    def show_snippets(self, scored: ScoredSnippets | None) -> None:
        """Show the snippets of another epoch, or none."""
        if scored is self._scored:
            return
        self._scored = scored
        snippets = scored.snippets if scored is not None else ()
        self.code.show_entries([entry_of(snippet) for snippet in snippets])
        self._model.set_rows([_TokenRow(snippet, token) for snippet in snippets for token in snippet.tokens])

    def show_table(self, shown: bool) -> None:
        """Show the tokens as a table, or the code again."""
        self._pages.setCurrentIndex(int(shown))


def entry_of(snippet: ScoredSnippet) -> CodeEntry:
    """A snippet as it is shown: the higher a token's loss the stronger its tint, from `FULL` nats on the strongest."""
    known = [token for token in snippet.tokens if token.loss is not None]
    shares = tuple(_share(token) for token in known if token.end > token.start)
    words = f"loss {snippet.loss:.2f}"
    if known:
        worst = max(known, key=lambda token: token.loss or 0.0)
        words += f", most at {worst.text} ({worst.loss:.1f})"
    return CodeEntry(_name(snippet), snippet.text, (Mark("", "", words),), shares)


def _share(token: TokenLoss) -> Share:
    loss = token.loss or 0.0
    share = PALEST + (STRONGEST - PALEST) * min(1.0, loss / FULL)
    return Share(token.start, token.end, share, underlined=loss > UNLIKELY and bool(token.text.strip("·⏎⇥")))


def _name(snippet: ScoredSnippet) -> str:
    return f"{'Hardest' if snippet.hard else 'Easiest'} {snippet.rank}"


_COLUMNS: tuple[Column[_TokenRow], ...] = (
    Column("Snippet", lambda row: _name(row.snippet), width=90),
    Column("Token", lambda row: row.token.text, mono=True),
    Column("Kind", lambda row: row.token.kind, width=100),
    Column(
        "Loss ↓",
        lambda row: f"{row.token.loss:.3f}" if row.token.loss is not None else "–",
        "right",
        width=74,
        value=lambda row: row.token.loss if row.token.loss is not None else -1.0,
    ),
    Column(
        "Probability",
        lambda row: f"{math.exp(-row.token.loss) * 100:.1f} %" if row.token.loss is not None else "–",
        "right",
        width=92,
        value=lambda row: math.exp(-row.token.loss) if row.token.loss is not None else -1.0,
    ),
)
