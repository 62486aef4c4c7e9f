"""Tests for a written function: inputs that near-misses of the function get wrong, with the values it gives."""

import re
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

from codegen_desktop.corpus.snippet import TestCase

_WORDS = (
    (
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
    )
    + (
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
    )
    + ("dad", "pop", "tent", "Roar", "unlikelihood", "mum", "sun", "lamp", "go", "Fuel", "island")
)
_CANDIDATES = 9
_MOST = 4


def _interesting(constants: Sequence[str]) -> list[int]:
    """Numbers at, just beside, and at multiples of the constants: where near-misses differ."""
    numbers = [int(text) for text in constants if text.isdigit()]
    return [near for k in numbers for near in (k - 1, k, k + 1, 2 * k, -k)]


def _number(random: Random, constants: Sequence[str]) -> int:
    near = _interesting(constants)
    return random.choice(near) if near and random.random() < 0.65 else random.randint(-12, 30)


def _numbers(random: Random, constants: Sequence[str], count: int | None = None) -> list[int]:
    return [_number(random, constants) for _ in range(random.randint(5, 8) if count is None else count)]


def _letters(constants: Sequence[str]) -> list[str]:
    return [text.strip("'") for text in constants if text.startswith("'")]


def _word(random: Random, constants: Sequence[str]) -> str:
    word = random.choice(_WORDS)
    marks = _letters(constants)
    if marks and random.random() < 0.6:
        mark, place = random.choice(marks), random.choice(("start", "middle", "end"))
        half = len(word) // 2
        word = {"start": mark + word, "middle": word[:half] + mark + word[half:], "end": word + mark}[place]
    return word


def _words(random: Random, constants: Sequence[str]) -> list[str]:
    lengths = [int(text) for text in constants if text.isdigit()]
    words = [_word(random, constants) for _ in range(random.randint(4, 6))]
    return words + [
        (_word(random, constants) * 9)[:size] for k in lengths[:1] for size in (k - 1, k, k + 1) if size > 0
    ]


def _text(random: Random, constants: Sequence[str]) -> str:
    text = " ".join(_word(random, constants) for _ in range(random.randint(1, 3)))
    return f"{' ' * random.randint(0, 2)}{text}{' ' * random.randint(0, 2)}"


def _table(random: Random, constants: Sequence[str]) -> dict[str, int]:
    keys = random.sample(("pear", "ink", "desk", "map", "oil", "cup", "rope", "axe", "bell"), random.randint(4, 6))
    return dict(zip(keys, _numbers(random, constants, len(keys)), strict=True))


def _pairs(random: Random, constants: Sequence[str]) -> list[tuple[int, int]]:
    pairs = [(_number(random, constants), _number(random, constants)) for _ in range(random.randint(4, 6))]
    same = _number(random, constants)
    return [*pairs, (same, same)]


def _rows(random: Random, constants: Sequence[str]) -> list[list[int]]:
    rows = [_numbers(random, constants, random.randint(1, 5)) for _ in range(random.randint(3, 5))]
    sums = [k for k in _interesting(constants) if k > 0]
    return [*rows, [random.choice(sums) - 2, 2]] if sums else rows


_KINDS: dict[str, Callable[[Random, Sequence[str]], Any]] = {
    "number": _number,
    "small": lambda random, _: random.randint(1, 6),
    "limit": lambda random, _: random.randint(4, 24),
    "depth": lambda random, _: random.randint(1, 30),
    "numbers": _numbers,
    "spread": _numbers,
    "text": _text,
    "sentence": lambda random, constants: " ".join(_words(random, constants)),
    "words": _words,
    "table": _table,
    "pairs": _pairs,
    "rows": _rows,
}
"""How an argument of each kind is made, knowing the constants of the snippet."""

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
    return next(value for name, value in space.items() if name != "__builtins__")


def _value(function: Callable[..., Any], arguments: Sequence[Any]) -> str | None:
    """`repr` of what the function gives, or None where it raises."""
    try:
        return repr(function(*arguments))
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError, AttributeError):
        return None


def write_cases(random: Random, code: str, kinds: Sequence[str], constants: Sequence[str]) -> tuple[TestCase, ...]:
    """Two to four calls with their values, chosen so that as many near-misses as possible fail; fewer if not found.

    The first call is one on which the function gives its most usual value, the others each catch the most
    near-misses not yet caught, then bring new values.
    """
    function = load(code)
    found: dict[str, tuple[tuple[Any, ...], str]] = {}
    for _ in range(_CANDIDATES):
        arguments = tuple(_KINDS[kind](random, constants) for kind in kinds)
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
