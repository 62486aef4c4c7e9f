"""Families on lists of lists and lists of pairs."""

from itertools import product

from codegen_desktop.corpus.starter import names
from codegen_desktop.corpus.starter.draw import Draw, Pool
from codegen_desktop.corpus.starter.lists import KEEP
from codegen_desktop.corpus.starter.numbers import AMOUNT, MAPS, TESTS
from codegen_desktop.corpus.starter.operation import (
    ATOM,
    SUM,
    TERM,
    Composition,
    Draft,
    Expression,
    Family,
    Operation,
    Shape,
    Step,
    Steps,
    collect,
    function,
    join,
)
from codegen_desktop.corpus.starter.reductions import BACKWARDS, DESCENDING, HEAD, ORDERED, TALLY, TOTAL

_SHORT = Pool(("2", "3", "4"))


def _row(name: str, code: str, word: str, *wordings: str) -> Operation:
    return Operation(name, "row", wordings, code, word=word)


_ROWS = (
    _row(
        "row sums",
        "sum(row)",
        "sums",
        "sum each of {r}",
        "add up each of {r}",
        "take the sum of each of {r}",
        "find the sum of each of {r}",
    ),
    _row(
        "row sizes",
        "len(row)",
        "sizes",
        "take the length of each of {r}",
        "find the length of each of {r}",
        "take the size of each of {r}",
        "find the size of each of {r}",
    ),
    _row(
        "row heads",
        "row[0]",
        "heads",
        "take the first of each of {r}",
        "return the first of each of {r}",
        "keep the first of each of {r}",
        "pick the first of each of {r}",
    ),
    _row(
        "row tails",
        "row[-1]",
        "tails",
        "take the last of each of {r}",
        "return the last of each of {r}",
        "keep the last of each of {r}",
        "pick the last of each of {r}",
    ),
)


def _filter(name: str, code: str, pool: Pool, *wordings: str) -> Operation:
    return Operation(name, "filter", wordings, code, constants=(pool,))


_FILTERS = (
    _filter(
        "rows longer",
        "len(row) > {k}",
        _SHORT,
        "longer than {k}",
        "with length above {k}",
        "with length over {k}",
        "with more than {k} items",
    ),
    _filter(
        "rows shorter",
        "len(row) < {k}",
        _SHORT,
        "shorter than {k}",
        "with length below {k}",
        "with length under {k}",
        "with fewer than {k} items",
    ),
    _filter(
        "rows heavy",
        "sum(row) > {k}",
        AMOUNT,
        "with sum above {k}",
        "with sum over {k}",
        "with sum greater than {k}",
        "with total above {k}",
    ),
    _filter(
        "rows light",
        "sum(row) < {k}",
        AMOUNT,
        "with sum below {k}",
        "with sum under {k}",
        "with sum less than {k}",
        "with total below {k}",
    ),
)
_FLAT = Operation(
    "flat",
    "flatten",
    ("flatten {r}", "unnest {r}", "flatten {r} into one list", "unnest {r} into one list"),
    word="flattened",
)
_ENDS = (TOTAL, ORDERED, DESCENDING, BACKWARDS)
_FLAT_ENDS = (TOTAL, TALLY, ORDERED, BACKWARDS, HEAD)
_KEEP_ROWS = ("keep {r} {p}", "take {r} {p}", "select {r} {p}", "pick {r} {p}")


def _write_rows(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.ROWS)
    only, row, change, reduce = steps.of("filter"), steps.of("row"), steps.of("map"), steps.of("reduce")
    phrases = [draw.wording(_KEEP_ROWS).format(r=name, p=only.say(draw))] if only else []
    if row:
        phrases.append(row.say(draw, r="them" if phrases else name))
    if change:
        phrases.append(change.say(draw, it="each"))
    if reduce:
        phrases.append(reduce.say(draw, them="them"))
    value = Expression(row.operation.code if row else "row")
    text = change.apply(value).text if change else value.text
    condition = only.operation.code.format(**only.slots) if only else ""
    body = collect(draw, (f"for row in {name}",), text, condition, reduce)
    return Draft(join(draw, phrases), function(draw, steps.word, name, body), ("rows",))


def _write_flat(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.ROWS)
    test, change, reduce = steps.of("test"), steps.of("map"), steps.of("reduce")
    phrases = [steps.all[0].say(draw, r=name)]
    if test:
        phrases.append(draw.wording(KEEP).format(xs="those", p=test.say(draw)))
    if change:
        phrases.append(change.say(draw, it="each"))
    if reduce:
        phrases.append(reduce.say(draw, them="them"))
    value, condition = change.on("x") if change else "x", test.on("x") if test else ""
    body = collect(draw, (f"for row in {name}", "for x in row"), value, condition, reduce)
    return Draft(join(draw, phrases), function(draw, steps.word, name, body), ("rows",))


def _write_nested(draw: Draw, composition: Composition) -> Draft:
    return (_write_flat if composition[0] is _FLAT else _write_rows)(draw, composition)


def _pair(name: str, code: str, *wordings: str, level: int = ATOM) -> Operation:
    return Operation(name, "pair", wordings, code, level=level)


_PAIRS = (
    _pair("added", "a + b", "add the two", "sum the two", "take their sum", "add both", level=SUM),
    _pair(
        "less",
        "a - b",
        "subtract the second from the first",
        "subtract second from first",
        "take first minus second",
        "take the first minus the second",
        level=SUM,
    ),
    _pair(
        "product",
        "a * b",
        "multiply the two",
        "multiply both",
        "take their product",
        "find their product",
        level=TERM,
    ),
    _pair("larger", "max(a, b)", "take the larger", "pick the larger", "take their maximum", "find their maximum"),
    _pair("smaller", "min(a, b)", "take the smaller", "pick the smaller", "take their minimum", "find their minimum"),
    _pair("seconds", "b", "take the second", "return the second", "keep the second", "pick the second"),
    _pair("firsts", "a", "take the first", "return the first", "keep the first", "pick the first"),
)
_SWAP = _pair("swapped", "(b, a)", "swap the two", "swap both", "exchange the two", "exchange both")


def _choice(name: str, code: str, *wordings: str, word: str = "") -> Operation:
    return Operation(name, "filter", wordings, code, constants=(AMOUNT,) if "{k}" in code else (), word=word)


_CHOICES = (
    _choice(
        "falling",
        "a > b",
        "with first above second",
        "with first over second",
        "with first larger than second",
        "with first greater than second",
    ),
    _choice(
        "rising",
        "a < b",
        "with first below second",
        "with first under second",
        "with first smaller than second",
        "with first less than second",
    ),
    _choice(
        "equal", "a == b", "with both equal", "with both the same", "with equal sides", "with first equal to second"
    ),
    _choice(
        "first above",
        "a > {k}",
        "with first above {k}",
        "with first over {k}",
        "with first larger than {k}",
        "with first greater than {k}",
        word="high",
    ),
    _choice(
        "second below",
        "b < {k}",
        "with second below {k}",
        "with second under {k}",
        "with second smaller than {k}",
        "with second less than {k}",
        word="low",
    ),
    _choice(
        "sum above",
        "a + b > {k}",
        "with sum above {k}",
        "with sum over {k}",
        "with sum larger than {k}",
        "with sum greater than {k}",
        word="heavy",
    ),
)
_ZIP = Operation(
    "zipped",
    "source",
    ("pair {p} with {q}", "zip {p} with {q}", "pair {p} and {q}", "zip {p} and {q}"),
    "zip({p}, {q})",
    word="zipped",
)


def _subject(draw: Draw, source: Step | None) -> tuple[str, str, str, list[str]]:
    """Parameters, what the loop runs over, what the instruction calls it, and the opening phrase."""
    if source is None:
        name = draw.pick(names.PAIRS)
        return name, name, f"each of {name}", []
    one, other = draw.pick(names.COLUMNS)
    walked = source.operation.code.format(p=one, q=other)
    return f"{one}, {other}", walked, "", [source.say(draw, p=one, q=other)]


def _write_pairs(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    source, only, pair = steps.of("source"), steps.of("filter"), steps.of("pair")
    change, reduce = steps.of("map"), steps.of("reduce")
    parameters, walked, each, phrases = _subject(draw, source)
    if only:
        subject = "those" if phrases else parameters
        phrases.append(draw.wording(_KEEP_ROWS).format(r=subject, p=only.say(draw)))
    if pair:
        opening = "" if phrases else f"for {each} "
        phrases.append(f"{opening}{pair.say(draw)}")
    if change:
        phrases.append(change.say(draw, it="it"))
    if reduce:
        phrases.append(reduce.say(draw, them="all"))
    value = Expression(pair.operation.code, pair.operation.level) if pair else Expression("(a, b)")
    text = change.apply(value).text if change else value.text
    condition = only.operation.code.format(**only.slots) if only else ""
    body = collect(draw, (f"for a, b in {walked}",), text, condition, reduce)
    kinds = ("numbers", "numbers") if source else ("pairs",)
    return Draft(join(draw, phrases), function(draw, steps.word, parameters, body), kinds)


_MADE = (*_PAIRS, _SWAP)
NESTED = Family(
    "nested",
    0.075,
    (
        Shape(0.1, tuple((op,) for op in (*_ROWS, *_FILTERS, _FLAT))),
        Shape(0.14, tuple(product(_FILTERS, _ROWS))),
        Shape(0.16, tuple(product(_ROWS, MAPS))),
        Shape(0.1, tuple(product(_ROWS, _ENDS))),
        Shape(0.1, tuple(product(_ROWS, MAPS, _ENDS))),
        Shape(0.1, tuple(product(_FILTERS, _ROWS, _ENDS))),
        Shape(0.1, tuple(product((_FLAT,), (*TESTS, *MAPS, *_FLAT_ENDS)))),
        Shape(0.12, tuple(product((_FLAT,), TESTS, MAPS))),
        Shape(0.08, tuple(product((_FLAT,), TESTS, _FLAT_ENDS))),
    ),
    _write_nested,
)
PAIRS = Family(
    "pairs",
    0.065,
    (
        Shape(0.1, tuple((op,) for op in (*_MADE, *_CHOICES))),
        Shape(0.2, tuple(product(_CHOICES, _MADE))),
        Shape(0.2, tuple(product(_PAIRS[:5], MAPS))),
        Shape(0.16, tuple(product(_PAIRS, (TOTAL, ORDERED, BACKWARDS)))),
        Shape(0.18, tuple(product(_CHOICES, _PAIRS, (TOTAL, ORDERED, BACKWARDS)))),
        Shape(0.08, tuple(product((_ZIP,), _MADE))),
    ),
    _write_pairs,
)
