"""The family that sorts and chooses by a key: the smallest remainder, the longest words, the first three of them."""

from itertools import product

from codegen_desktop.corpus.starter import names
from codegen_desktop.corpus.starter.draw import Draw
from codegen_desktop.corpus.starter.lists import KEEP
from codegen_desktop.corpus.starter.numbers import COUNT, MAPS, TESTS
from codegen_desktop.corpus.starter.operation import (
    ATOM,
    Composition,
    Draft,
    Family,
    Operation,
    Shape,
    Steps,
    function,
    join,
)
from codegen_desktop.corpus.starter.texts import LETTER


def _rank(name: str, code: str, *wordings: str) -> Operation:
    return Operation(name, "rank", wordings, code)


_RANKS = (
    _rank(
        "ordered",
        "sorted({xs}, key={key})",
        "sort {xs} by {it}",
        "order {xs} by {it}",
        "sort {xs} ascending by {it}",
        "order {xs} ascending by {it}",
    ),
    _rank(
        "ranked",
        "sorted({xs}, key={key}, reverse=True)",
        "sort {xs} descending by {it}",
        "order {xs} descending by {it}",
        "sort {xs} downwards by {it}",
        "order {xs} downwards by {it}",
    ),
    _rank(
        "top",
        "max({xs}, key={key})",
        "find the largest of {xs} by {it}",
        "take the largest of {xs} by {it}",
        "find the maximum of {xs} by {it}",
        "take the maximum of {xs} by {it}",
    ),
    _rank(
        "bottom",
        "min({xs}, key={key})",
        "find the smallest of {xs} by {it}",
        "take the smallest of {xs} by {it}",
        "find the minimum of {xs} by {it}",
        "take the minimum of {xs} by {it}",
    ),
)
_CUTS = (
    Operation(
        "first",
        "cut",
        ("take the first {k}", "return the first {k}", "keep the first {k}", "pick the first {k}"),
        "[:{k}]",
        constants=(COUNT,),
    ),
    Operation(
        "last",
        "cut",
        ("take the last {k}", "return the last {k}", "keep the last {k}", "pick the last {k}"),
        "[-{k}:]",
        constants=(COUNT,),
    ),
    Operation(
        "without first",
        "cut",
        ("drop the first {k}", "skip the first {k}", "remove the first {k}", "leave out the first {k}"),
        "[{k}:]",
        constants=(COUNT,),
    ),
    Operation(
        "without last",
        "cut",
        ("drop the last {k}", "skip the last {k}", "remove the last {k}", "leave out the last {k}"),
        "[:-{k}]",
        constants=(COUNT,),
    ),
)


def _key(name: str, code: str, *nouns: str, pooled: bool = False) -> Operation:
    return Operation(name, "key", nouns, code, level=ATOM, constants=(LETTER,) if pooled else ())


_LAMBDA = "lambda w: "
_TEXT_KEYS = (
    _key("length", "len", "length", "their length", "number of letters", "their number of letters"),
    _key("reading", "str.lower", "lowercase form", "their lowercase form", "lowercase text", "their lowercase text"),
    _key("last letter", _LAMBDA + "w[-1]", "last letter", "their last letter", "final letter", "their final letter"),
    _key(
        "mirror",
        _LAMBDA + "w[::-1]",
        "reversed text",
        "their reversed text",
        "reversed letters",
        "their reversed letters",
    ),
    _key(
        "occurrences",
        _LAMBDA + "w.count({k})",
        "count of {k}",
        "their count of {k}",
        "number of {k}",
        "their number of {k}",
        pooled=True,
    ),
)
_NUMBER_KEYS = tuple(op for op in MAPS if op.name in ("quotient", "modulo", "squared"))


def _write(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    rank, test, cut, key = steps.of("rank"), steps.of("test"), steps.of("cut"), steps.of("key")
    change = steps.of("map")
    assert rank is not None
    name = draw.pick(names.WORDS if key else names.NUMBERS)
    phrases = [draw.wording(KEEP).format(xs=name, p=test.say(draw))] if test else []
    subject = "them" if phrases else name
    if change:
        by, code = change.noun(draw, "each"), f"lambda x: {change.on('x')}"
    else:
        assert key is not None
        by, code = key.say(draw), key.operation.code.format(**key.slots)
    phrases.append(rank.say(draw, xs=subject, it=by))
    items = f"[x for x in {name} if {test.on('x')}]" if test else name
    value = rank.operation.code.format(xs=items, key=code)
    if cut:
        phrases.append(cut.say(draw))
        value += cut.operation.code.format(**cut.slots)
    if not draw.usual():
        local = "chosen"
        tail = cut.operation.code.format(**cut.slots) if cut else ""
        body = [f"{local} = {value.removesuffix(tail) if tail else value}", f"return {local}{tail}"]
    else:
        body = [f"return {value}"]
    return Draft(join(draw, phrases), function(draw, rank.word, name, body), ("words",) if key else ("numbers",))


_KEYS = (*_NUMBER_KEYS, *_TEXT_KEYS)
RANKING = Family(
    "ranking",
    0.05,
    (
        Shape(0.35, tuple(product(_RANKS, _KEYS))),
        Shape(0.5, tuple(product(_RANKS[:2], _KEYS, _CUTS))),
        Shape(0.15, tuple((rank, key, test) for rank, key, test in product(_RANKS, _NUMBER_KEYS, TESTS))),
    ),
    _write,
)
