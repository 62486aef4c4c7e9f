"""Families on dictionaries: one reads and rewrites a dictionary, the other builds one from a list."""

from itertools import product

from codegen_desktop.corpus.starter import names
from codegen_desktop.corpus.starter.draw import Draw
from codegen_desktop.corpus.starter.numbers import MAPS, TESTS
from codegen_desktop.corpus.starter.operation import (
    Composition,
    Draft,
    Family,
    Operation,
    Shape,
    Steps,
    function,
    join,
)

_KEEP = (
    "keep entries of {d} whose value is {p}",
    "take entries of {d} whose value is {p}",
    "select entries of {d} whose value is {p}",
    "pick entries of {d} whose value is {p}",
)


def _end(name: str, code: str, *wordings: str, word: str = "") -> Operation:
    return Operation(name, "end", wordings, code, word=word)


_KEYS = _end(
    "keys",
    "[k for {kv}{c}]",
    "list the keys of {d}",
    "return the keys of {d}",
    "take the keys of {d}",
    "collect the keys of {d}",
)
_VALUES = _end(
    "values",
    "[{v} for {kv}{c}]",
    "list the values of {d}",
    "return the values of {d}",
    "take the values of {d}",
    "collect the values of {d}",
    word="listed",
)
_SUM = _end(
    "sum",
    "sum({v} for {kv}{c})",
    "sum the values of {d}",
    "add up the values of {d}",
    "total the values of {d}",
    "take the sum of the values of {d}",
    word="total",
)
_INVERT = _end(
    "inverted",
    "{{{v}: k for {kv}{c}}}",
    "invert {d}",
    "invert the entries of {d}",
    "swap keys and values of {d}",
    "swap the keys and values of {d}",
)
_PAIRS = _end(
    "pairs",
    "sorted((k, {v}) for {kv}{c})",
    "sort the pairs of {d}",
    "order the pairs of {d}",
    "sort the pairs of {d} ascending",
    "return the sorted pairs of {d}",
)
_ORDER = _end(
    "order",
    "sorted(k for {kv}{c})",
    "sort the keys of {d}",
    "order the keys of {d}",
    "sort the keys of {d} ascending",
    "return the sorted keys of {d}",
)
_ENDS = (_KEYS, _VALUES, _SUM, _INVERT, _PAIRS, _ORDER)
_VALUE_ENDS = (_VALUES, _SUM, _INVERT, _PAIRS)


def _write_table(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.TABLE)
    test, change, end = steps.of("test"), steps.of("map"), steps.of("end")
    phrases = []
    if test:
        phrases.append(draw.wording(_KEEP).format(d=name, p=test.say(draw)))
    if change:
        phrases.append(change.say(draw, it="each value" if phrases else f"each value of {name}"))
    if end:
        phrases.append(end.say(draw, d="the rest" if phrases and not change else "the result" if phrases else name))
    value, condition = change.on("v") if change else "v", test.on("v") if test else ""
    pairs = f"k, v in {name}.items()"
    if end:
        code = end.operation.code.format(v=value, kv=pairs, c=f" if {condition}" if condition else "")
        body = [f"return {code}"]
    elif draw.usual():
        body = [f"return {{k: {value} for {pairs}{f' if {condition}' if condition else ''}}}"]
    else:
        heads = [f"for {pairs}:", *([f"    if {condition}:"] if condition else [])]
        body = ["result = {}", *heads, f"{'    ' * len(heads)}result[k] = {value}", "return result"]
    return Draft(join(draw, phrases), function(draw, steps.word, name, body), ("table",))


def _build(name: str, code: str, *wordings: str, word: str = "", loop: str = "") -> Operation:
    return Operation(name, "build", wordings, code, word=word, step=loop)


_TO_VALUE = _build(
    "to value",
    "{{x: {v} for x in {xs}{c}}}",
    "map each of {xs} to {it}",
    "map all of {xs} to {it}",
    "pair each of {xs} with {it}",
    "pair all of {xs} with {it}",
    word="mapped",
    loop="result[x] = {v}",
)
_FROM_VALUE = _build(
    "from value",
    "{{{v}: x for x in {xs}{c}}}",
    "index each of {xs} by {it}",
    "key each of {xs} by {it}",
    "index all of {xs} by {it}",
    "key all of {xs} by {it}",
    word="indexed",
    loop="result[{v}] = x",
)
_GROUP = _build(
    "group",
    "",
    "group {xs} by {it}",
    "collect {xs} in groups by {it}",
    "put {xs} in groups by {it}",
    "make groups of {xs} by {it}",
    word="grouped",
    loop="result.setdefault({v}, []).append(x)",
)
_COUNT = _build(
    "count",
    "{{x: {xs}.count(x) for x in {xs}{c}}}",
    "count each of {xs}",
    "count how often each of {xs} is there",
    "map each of {xs} to its count",
    "pair each of {xs} with its count",
    word="counted",
    loop="result[x] = result.get(x, 0) + 1",
)
_PLACE = _build(
    "place",
    "{{x: i for i, x in enumerate({xs}){c}}}",
    "map each of {xs} to its last position",
    "map each of {xs} to its last index",
    "pair each of {xs} with its last position",
    "pair each of {xs} with its last index",
    word="positions",
)
_BUILDS = (_TO_VALUE, _FROM_VALUE, _GROUP)
_ONLY = (", only for those {p}", " for those {p}", ", only if {p}", " if {p}")


def _write_build(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.NUMBERS)
    build, change, test = steps.all[0], steps.of("map"), steps.of("test")
    noun = change.noun(draw, "its value") if change else ""
    words = build.say(draw, xs=name, it=noun)
    if test:
        words += draw.wording(_ONLY).format(p=test.say(draw))
    value, condition = change.on("x") if change else "x", test.on("x") if test else ""
    code, loop = build.operation.code, build.operation.step
    if code and (not loop or draw.usual()):
        body = [f"return {code.format(v=value, xs=name, c=f' if {condition}' if condition else '')}"]
    else:
        heads = [f"for x in {name}:", *([f"    if {condition}:"] if condition else [])]
        body = ["result = {}", *heads, "    " * len(heads) + loop.format(v=value), "return result"]
    return Draft(words, function(draw, steps.all[0].word, name, body), ("numbers",))


TABLES = Family(
    "tables",
    0.05,
    (
        Shape(0.15, tuple((op,) for op in (*TESTS, *MAPS, *_ENDS))),
        Shape(0.3, tuple(product(TESTS, MAPS))),
        Shape(0.25, tuple(product(TESTS, _ENDS))),
        Shape(0.25, tuple(product(MAPS, _VALUE_ENDS))),
    ),
    _write_table,
)
BUILDS = Family(
    "builds",
    0.05,
    (
        Shape(0.08, ((_COUNT,), (_PLACE,))),
        Shape(0.12, tuple(product((_COUNT, _PLACE), TESTS))),
        Shape(0.3, tuple(product(_BUILDS, MAPS))),
        Shape(0.5, tuple(product(_BUILDS, MAPS, TESTS))),
    ),
    _write_build,
)
