"""How long the snippets are in tokens, and how many of them a row cannot hold whole."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from codegen_desktop.tokenization.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Lengths:
    """Lengths in tokens, start and end marks not counted; `counts` holds (length, snippets) by rising length."""

    counts: tuple[tuple[int, int], ...]

    @property
    def snippets(self) -> int:
        """How many snippets were measured."""
        return sum(number for _, number in self.counts)

    @property
    def tokens(self) -> int:
        """Tokens of all snippets together."""
        return sum(length * number for length, number in self.counts)

    @property
    def longest(self) -> int:
        """Tokens of the longest snippet; 0 where there is none."""
        return self.counts[-1][0] if self.counts else 0

    @property
    def mean(self) -> float:
        """Mean tokens a snippet; 0 where there is none."""
        return self.tokens / self.snippets if self.counts else 0.0

    def longer_than(self, context: int) -> int:
        """How many snippets do not fit whole in a row of `context` positions: the end mark needs one of them.

        It is the number of rows that training cuts.
        """
        return sum(number for length, number in self.counts if length > context - 1)

    def histogram(self, width: int) -> tuple[tuple[int, int], ...]:
        """Bars of `width` lengths each, from 0 to the longest: (first length of the bar, snippets), empty ones too."""
        bars = Counter[int]()
        for length, number in self.counts:
            bars[length // width] += number
        return tuple((bar * width, bars[bar]) for bar in range(self.longest // width + 1)) if self.counts else ()


def measure_lengths(tokenizer: Tokenizer, texts: Sequence[str]) -> Lengths:
    """The lengths of some texts under a tokenizer."""
    counts = Counter(map(len, tokenizer.encode_many(texts)))
    return Lengths(tuple(sorted(counts.items())))
