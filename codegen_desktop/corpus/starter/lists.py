"""Families that run over numbers: lists, ranges, questions about all of a list, and accumulators."""

from itertools import product

from codegen_desktop.corpus.starter import names
from codegen_desktop.corpus.starter.draw import Draw
from codegen_desktop.corpus.starter.numbers import COUNT, MAPS, TESTS
from codegen_desktop.corpus.starter.operation import (
    Composition,
    Draft,
    Family,
    Operation,
    Shape,
    Steps,
    collect,
    function,
    join,
)
from codegen_desktop.corpus.starter.reductions import REDUCES, TALLY

KEEP = ("keep {xs} that are {p}", "take {xs} that are {p}", "select {xs} that are {p}", "pick {xs} that are {p}")
_AFTER_MAP = tuple(op for op in REDUCES if op is not TALLY)


def phrases_of(draw: Draw, steps: Steps, subject: str) -> list[str]:
    """The orders for a filter, a map and a reduction, the first of them naming the subject."""
    test, change, reduce = steps.of("test"), steps.of("map"), steps.of("reduce")
    phrases = []
    if test:
        phrases.append(draw.wording(KEEP).format(xs=subject, p=test.say(draw)))
    if change:
        phrases.append(change.say(draw, it="each" if phrases else f"each of {subject}"))
    if reduce:
        phrases.append(reduce.say(draw, them="them" if phrases else f"all {subject}"))
    return phrases


def _write_list(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.NUMBERS)
    test, change = steps.of("test"), steps.of("map")
    value = change.on("x") if change else "x"
    condition = test.on("x") if test else ""
    body = collect(draw, (f"for x in {name}",), value, condition, steps.of("reduce"), "" if change else name)
    return Draft(join(draw, phrases_of(draw, steps, name)), function(draw, steps.word, name, body), ("numbers",))


def _source(name: str, code: str, *wordings: str, constants: bool = False) -> Operation:
    return Operation(name, "source", wordings, code, constants=(COUNT,) if constants else ())


SOURCES = (
    _source(
        "upto",
        "range(1, {n} + 1)",
        "from 1 to {n}",
        "from 1 up to {n}",
        "from 1 through {n}",
        "starting at 1 up to {n}",
    ),
    _source(
        "under",
        "range({n})",
        "from 0 to below {n}",
        "from 0 to before {n}",
        "from 0 until {n}",
        "starting at 0 until {n}",
    ),
    _source(
        "onward",
        "range({k}, {n} + 1)",
        "from {k} to {n}",
        "from {k} up to {n}",
        "beginning at {k} up to {n}",
        "starting at {k} up to {n}",
        constants=True,
    ),
    _source(
        "stepping",
        "range(0, {n}, {k})",
        "from 0 until {n} by {k}",
        "from 0 to below {n} by {k}",
        "from 0 to before {n} by {k}",
        "starting at 0 until {n} by {k}",
        constants=True,
    ),
    _source(
        "down",
        "range({n}, 0, -1)",
        "from {n} down to 1",
        "from {n} down through 1",
        "counting down from {n} to 1",
        "starting at {n} down to 1",
    ),
)


def _write_range(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.LIMIT)
    source, test, change = steps.all[0], steps.of("test"), steps.of("map")
    numbers = source.operation.code.format(**source.slots, n=name)
    value = change.on("x") if change else "x"
    condition = test.on("x") if test else ""
    reduce = steps.of("reduce")
    whole = "" if change else numbers if reduce and "{g}" in reduce.operation.code else f"list({numbers})"
    body = collect(draw, (f"for x in {numbers}",), value, condition, reduce, whole)
    subject = f"{draw.wording(('numbers', 'integers'))} {source.say(draw, n=name)}"
    phrases = []
    if test:
        phrases.append(draw.wording(KEEP).format(xs="those", p=test.say(draw)))
    if change:
        phrases.append(change.say(draw, it="each"))
    if reduce:
        phrases.append(reduce.say(draw, them="them"))
    ordered = join(draw, phrases) if phrases else draw.wording(("list them", "make a list of them", "return them"))
    word = "listed" if len(steps.all) == 1 else steps.word
    return Draft(f"for {subject}, {ordered}", function(draw, word, name, body), ("limit",))


LISTS = Family(
    "lists",
    0.055,
    (
        Shape(0.08, tuple((op,) for op in (*TESTS, *MAPS, *REDUCES))),
        Shape(0.24, tuple(product(TESTS, MAPS))),
        Shape(0.19, tuple(product(TESTS, REDUCES))),
        Shape(0.19, tuple(product(MAPS, _AFTER_MAP))),
        Shape(0.3, tuple(product(TESTS, MAPS, _AFTER_MAP))),
    ),
    _write_list,
)
RANGES = Family(
    "ranges",
    0.05,
    (
        Shape(0.05, tuple((op,) for op in SOURCES)),
        Shape(0.22, tuple(product(SOURCES, TESTS))),
        Shape(0.22, tuple(product(SOURCES, MAPS))),
        Shape(0.24, tuple(product(SOURCES, TESTS, MAPS))),
        Shape(0.22, tuple(product(SOURCES, MAPS, _AFTER_MAP))),
    ),
    _write_range,
)
