"""What the Tokens tab shows about one text and one vocabulary, as plain values without a widget."""

import re
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from codegen_desktop.corpus.dataset import Dataset, Progress
from codegen_desktop.model.rows import make_rows
from codegen_desktop.tokenization.tokenizer import (
    END,
    END_ID,
    PAD,
    PAD_ID,
    SPECIAL_TOKENS,
    START,
    START_ID,
    Token,
    Tokenizer,
)

_WORD = re.compile(r"[^\W\d]\w*")
_BATCH = 500


class RowSide(StrEnum):
    """The two rows made of one snippet: what the model reads, and what it must say at each of its positions."""

    INPUT = "Input"
    TARGET = "Target"


@dataclass(frozen=True, slots=True)
class Cell:
    """One position of the row of ids: `token` is its index in the text, None for a mark or a pad."""

    id: int
    label: str
    token: int | None


@dataclass(frozen=True, slots=True)
class TextFacts:
    """A text as one tokenizer cuts it.

    `row` are the targets of the row that training makes of the text, of at most `context` positions: the tokens that
    fit and the end mark, or without the mark where the text is cut. `words` counts the words of the text,
    `in_pieces` those that need more than one token.
    """

    text: str
    tokens: tuple[Token, ...]
    row: tuple[int, ...]
    context: int
    vocabulary: int
    words: int
    in_pieces: int
    comes_back: bool

    @property
    def kept(self) -> int:
        """Tokens of the text that are in the row."""
        return min(len(self.tokens), len(self.row))

    @property
    def cut(self) -> int:
        """Tokens that do not fit."""
        return len(self.tokens) - self.kept

    @property
    def characters_per_token(self) -> float | None:
        """How many characters a token stands for on average; None for an empty text."""
        return len(self.text) / len(self.tokens) if self.tokens else None

    @property
    def in_pieces_share(self) -> float | None:
        """The share of words that are spelled in more than one token; None where there is no word."""
        return self.in_pieces / self.words if self.words else None


def text_facts(tokenizer: Tokenizer, text: str, context: int) -> TextFacts:
    """Cut a text and count; the round trip is really made."""
    tokens = tokenizer.tokens(text)
    words = [match.span() for match in _WORD.finditer(text)]
    return TextFacts(
        text=text,
        tokens=tokens,
        row=tuple(make_rows(tokenizer, [text], context).row(0).tolist()),
        context=context,
        vocabulary=tokenizer.vocabulary_size,
        words=len(words),
        in_pieces=_words_in_pieces(words, tokens),
        comes_back=tokenizer.decode([token.id for token in tokens]) == text,
    )


def _words_in_pieces(words: Sequence[tuple[int, int]], tokens: Sequence[Token]) -> int:
    """How many of the words (spans in order) are touched by more than one token."""
    in_pieces = 0
    position = 0
    for start, end in words:
        while position < len(tokens) and tokens[position].end <= start:
            position += 1
        in_pieces += position < len(tokens) and tokens[position].end < end
    return in_pieces


def row_cells(facts: TextFacts, side: RowSide) -> tuple[Cell, ...]:
    """The `context` positions of the row, pads included: its targets, or the input that is moved one to the right."""
    targets = [_cell(facts, token_id, index) for index, token_id in enumerate(facts.row)]
    if side is RowSide.INPUT:
        targets = [Cell(START_ID, START, None), *targets[:-1]]
    return (*targets, *(Cell(PAD_ID, PAD, None) for _ in range(facts.context - len(targets))))


def _cell(facts: TextFacts, token_id: int, index: int) -> Cell:
    if index < len(facts.tokens):
        return Cell(token_id, printable(facts.tokens[index]), index)
    return Cell(END_ID, END, None)


def row_sentence(facts: TextFacts, side: RowSide) -> str:
    """How many ids and pads the row holds, and whether its mark is there."""
    cells = row_cells(facts, side)
    ids = sum(cell.token is not None for cell in cells)
    pads = sum(cell.id == PAD_ID for cell in cells)
    if side is RowSide.INPUT:
        mark = "start mark, "
    else:
        mark = "" if facts.cut else "end mark, "
    noun = "id" if ids == 1 else "ids"
    return f"{mark}{ids} {noun}, {pads} {'pad' if pads == 1 else 'pads'}"


def printable(token: Token) -> str:
    """A token's text with its white space made visible; the bytes in hex where it is part of a character."""
    if token.text is None:
        return " ".join(f"0x{byte:02X}" for byte in token.bytes)
    return show_space(token.text)


def show_space(text: str) -> str:
    """Spaces as ·, newlines as ⏎, tabs as ⇥; other control characters as their escape."""
    shown = text.replace(" ", "·").replace("\n", "⏎").replace("\t", "⇥")
    return "".join(character if character.isprintable() else _escape(character) for character in shown)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


@dataclass(frozen=True, slots=True)
class VocabularyEntry:
    """One token of the vocabulary; `count` is how often it occurs in the training part."""

    id: int
    text: str
    bytes: str
    count: int
    searched: str


def vocabulary_entries(tokenizer: Tokenizer, counts: Sequence[int]) -> tuple[VocabularyEntry, ...]:
    """Every id in order, with its text, bytes in hex, and count."""
    entries = []
    for token_id in range(tokenizer.vocabulary_size):
        data = tokenizer.token_bytes(token_id)
        text = _entry_text(token_id, data)
        shown = " ".join(f"{byte:02X}" for byte in data)
        raw = data.decode("utf-8", "replace")
        entries.append(VocabularyEntry(token_id, text, shown, counts[token_id], f"{token_id}\n{raw}\n{text}".lower()))
    return tuple(entries)


def _entry_text(token_id: int, data: bytes) -> str:
    if token_id < len(SPECIAL_TOKENS):
        return SPECIAL_TOKENS[token_id]
    try:
        return show_space(data.decode("utf-8"))
    except UnicodeDecodeError:
        return " ".join(f"0x{byte:02X}" for byte in data)


@dataclass(frozen=True, slots=True)
class CorpusCounts:
    """One tokenizer over a whole dataset.

    `lengths` are tokens per snippet in dataset order; `train` how often each id occurs in the training part.
    """

    lengths: tuple[int, ...]
    train: tuple[int, ...]


def corpus_counts(dataset: Dataset, tokenizer: Tokenizer) -> Generator[Progress, None, CorpusCounts]:
    """Cut every snippet once and count; in portions, so that it can be cancelled."""
    learned = frozenset(dataset.split.train)
    texts = [snippet.text for snippet in dataset.snippets]
    lengths: list[int] = []
    seen: Counter[int] = Counter()
    for first in range(0, len(texts), _BATCH):
        for index, ids in enumerate(tokenizer.encode_many(texts[first : first + _BATCH]), start=first):
            lengths.append(len(ids))
            if index in learned:
                seen.update(ids)
        yield Progress(len(lengths), len(texts), "Counting tokens")
    return CorpusCounts(tuple(lengths), tuple(seen[token_id] for token_id in range(tokenizer.vocabulary_size)))
