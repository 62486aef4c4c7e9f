"""Tests for a written function: inputs that near-misses of the function get wrong, with the values it gives."""

import re
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

from codegen_desktop.corpus.snippet import TestCase

_WORDS = (
    "apple",
    "Kiwi",
    "bread",
    "Stone",
    "violet",
    "ox",
    "Garden",
    "tea",
    "pilot",
    "Lemon",
    "cat",
    "hello",
    "World",
    "moss",
    "Hat",
    "river",
    "bench",
    "fig",
    "mouse",
    "Dune",
    "salad",
    "queen",
    "chalk",
    "Noon",
    "box",
    "level",
    "extraordinarily",
    "dad",
    "pop",
    "tent",
    "Roar",
    "unlikelihood",
    "mum",
    "sun",
    "lamp",
    "go",
    "Fuel",
    "island",
)
_KEYS = ("pear", "ink", "desk", "map", "oil", "cup", "rope", "axe", "bell")
_CANDIDATES = 14
_MOST = 4


class _Source:
    """Makes argument values that know the constants of the snippet: that is where near-misses differ."""

    def __init__(self, random: Random, constants: Sequence[str]) -> None:
        self.random = random
        self._sizes = [int(text) for text in constants if text.isdigit()]
        self._marks = [text.strip("'") for text in constants if text.startswith("'")]
        self._near = [near for k in self._sizes for near in (k - 1, k, k + 1, 2 * k, -k)] + [-1, 0, 1]

    def number(self) -> int:
        """A number at, just beside or at a multiple of a constant or at zero, or any between −12 and 30."""
        if self.random.random() < 0.65:
            return self.random.choice(self._near)
        return int(self.random.random() * 43) - 12

    def numbers(self, least: int, most: int) -> list[int]:
        """A list of that many numbers."""
        return [self.number() for _ in range(self.random.randint(least, most))]

    def word(self) -> str:
        """A word, often with a letter of the snippet put before, into or after it."""
        word = self.random.choice(_WORDS)
        if self._marks and self.random.random() < 0.6:
            mark, cut = self.random.choice(self._marks), self.random.choice((0, len(word) // 2, len(word)))
            word = word[:cut] + mark + word[cut:]
        return word

    def words(self) -> list[str]:
        """Some words, and words just as long as the first constant, one letter shorter and one longer."""
        words = [self.word() for _ in range(self.random.randint(4, 6))]
        lengths = [size for k in self._sizes[:1] for size in (k - 1, k, k + 1) if size > 0]
        return words + [(self.word() * 9)[:size] for size in lengths]

    def text(self) -> str:
        """One to three words, with spaces around them now and then."""
        text = " ".join(self.word() for _ in range(self.random.randint(1, 3)))
        return f"{' ' * self.random.randint(0, 2)}{text}{' ' * self.random.randint(0, 2)}"

    def table(self) -> dict[str, int]:
        """A dictionary from words to numbers."""
        keys = self.random.sample(_KEYS, self.random.randint(4, 6))
        return {key: self.number() for key in keys}

    def pairs(self) -> list[tuple[int, int]]:
        """Pairs of numbers, the last of them two equal ones."""
        pairs = [(self.number(), self.number()) for _ in range(self.random.randint(4, 6))]
        same = self.number()
        return [*pairs, (same, same)]

    def rows(self) -> list[list[int]]:
        """Lists of numbers, none empty; the sum of the last is at or beside a constant or zero."""
        rows = [self.numbers(1, 5) for _ in range(self.random.randint(3, 5))]
        return [*rows, [self.random.choice(self._near) - 2, 2]]


_KINDS: dict[str, Callable[[_Source], Any]] = {
    "number": _Source.number,
    "small": lambda source: source.random.randint(1, 6),
    "limit": lambda source: source.random.randint(4, 24),
    "depth": lambda source: source.random.randint(0, 30),
    "numbers": lambda source: source.numbers(5, 8),
    "few": lambda source: source.numbers(1, 4),
    "text": _Source.text,
    "sentence": lambda source: " ".join(source.words()),
    "words": _Source.words,
    "table": _Source.table,
    "pairs": _Source.pairs,
    "rows": _Source.rows,
}
"""How an argument of each kind is made."""

_TOKEN = re.compile(
    r"(?<![\w'])\d+\b|[<>!=]=|[<>]|\band\b|\bor\b|\bmin\b|\bmax\b|\bany\b|\ball\b|(?<=\w |[)\]] )[+*-] |\+=|-="
)
_SWAPS = {">": ">=", "<": "<=", ">=": ">", "<=": "<", "==": "!=", "!=": "==", "and": "or", "or": "and", "min": "max"}
_SWAPS |= {"max": "min", "any": "all", "all": "any", "+ ": "- ", "- ": "+ ", "* ": "+ ", "+=": "-=", "-=": "+="}


def near_misses(code: str) -> Iterable[str]:
    """The code with one constant raised by one, or one sign or word exchanged for its neighbour."""
    body = code.index(":")
    for match in _TOKEN.finditer(code, body):
        token = match.group()
        other = str(int(token) + 1) if token.isdigit() else _SWAPS.get(token)
        if other is not None:
            yield code[: match.start()] + other + code[match.end() :]


def load(code: str) -> Callable[..., Any]:
    """The function that a text of this grammar defines. Only for the grammar's own text: it runs in this process."""
    space: dict[str, Any] = {}
    exec(code, space)
    function: Callable[..., Any] = next(value for name, value in space.items() if name != "__builtins__")
    return function


def _value(function: Callable[..., Any], arguments: Sequence[Any]) -> str | None:
    """`repr` of what the function gives, or None where it raises."""
    try:
        return repr(function(*arguments))
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError):
        return None


def write_cases(random: Random, code: str, kinds: Sequence[str], constants: Sequence[str]) -> tuple[TestCase, ...]:
    """Two to four calls with their values, chosen so that as many near-misses as possible fail.

    Each call catches the most near-misses not yet caught, then brings a new value. Empty where the function gives one
    value on all that was tried.
    """
    function = load(code)
    source = _Source(random, constants)
    found: dict[str, tuple[tuple[Any, ...], str]] = {}
    for _ in range(_CANDIDATES):
        arguments = tuple(_KINDS[kind](source) for kind in kinds)
        value = _value(function, arguments)
        if value is not None and len(value) <= 200:
            found[", ".join(map(repr, arguments))] = (arguments, value)
    rivals = [load(miss) for miss in near_misses(code)]
    caught = {
        text: {index for index, rival in enumerate(rivals) if _value(rival, arguments) != value}
        for text, (arguments, value) in found.items()
    }
    chosen: list[str] = []
    covered: set[int] = set()
    values: set[str] = set()
    while len(chosen) < min(_MOST, len(found)):
        rest = [text for text in found if text not in chosen]
        best = max(rest, key=lambda text: (len(caught[text] - covered), found[text][1] not in values))
        gain = len(caught[best] - covered) or found[best][1] not in values
        if not gain and len(chosen) >= 3:
            break
        chosen.append(best)
        covered |= caught[best]
        values.add(found[best][1])
    if len(values) < 2:
        return ()
    return tuple(TestCase(text, found[text][1]) for text in chosen)
