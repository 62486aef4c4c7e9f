"""The family on lists of words: which to keep, what to do with each, and how to bring them together."""

from itertools import product

from codegen_desktop.corpus.starter import names
from codegen_desktop.corpus.starter.draw import Draw, Pool
from codegen_desktop.corpus.starter.operation import (
    COMPARE,
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
from codegen_desktop.corpus.starter.reductions import BACKWARDS, HEAD, ORDERED
from codegen_desktop.corpus.starter.texts import ADDED, CASES, CUTS, LETTER


def _test(name: str, code: str, *wordings: str, pool: Pool) -> Operation:
    return Operation(name, "test", wordings, code, level=COMPARE, constants=(pool,))


_JOINT = Pool(("'/'", "','", "';'"), ("':'",))
_LENGTH = Pool(tuple("579"))
_TESTS = (
    _test(
        "longer",
        "len({x}) > {k}",
        "longer than {k}",
        "with length above {k}",
        "with length over {k}",
        "with more than {k} letters",
        pool=_LENGTH,
    ),
    _test(
        "shorter",
        "len({x}) < {k}",
        "shorter than {k}",
        "with length below {k}",
        "with length under {k}",
        "with fewer than {k} letters",
        pool=_LENGTH,
    ),
    _test(
        "starting",
        "{x}.startswith({k})",
        "starting with {k}",
        "beginning with {k}",
        "that start with {k}",
        "that begin with {k}",
        pool=LETTER,
    ),
    _test(
        "ending",
        "{x}.endswith({k})",
        "ending with {k}",
        "ending in {k}",
        "that end with {k}",
        "that end in {k}",
        pool=LETTER,
    ),
    _test(
        "containing",
        "{k} in {x}",
        "containing {k}",
        "that contain {k}",
        "including {k}",
        "that include {k}",
        pool=LETTER,
    ),
)
_SPLIT = Operation(
    "split",
    "source",
    ("split {n} into words", "cut {n} into words", "break {n} into words", "divide {n} into words"),
    "{n}.split()",
)
_JOINED = Operation(
    "joined",
    "reduce",
    ("join {them} with {k}", "connect {them} with {k}", "glue {them} with {k}", "link {them} with {k}"),
    "{k}.join({g})",
    finish="{k}.join(result)",
    constants=(_JOINT,),
)
_ENDS = (_JOINED, ORDERED, BACKWARDS, HEAD)
_KEEP = ("keep {xs} {p}", "take {xs} {p}", "select {xs} {p}", "pick {xs} {p}")


def _write_words(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    source = steps.of("source")
    name = draw.pick(names.TEXT if source else names.WORDS)
    test, change, reduce = steps.of("test"), steps.of("map"), steps.of("reduce")
    phrases = [source.say(draw, n=name)] if source else []
    if test:
        phrases.append(draw.wording(_KEEP).format(xs="those" if phrases else name, p=test.say(draw)))
    if change:
        phrases.append(change.say(draw, it="each" if phrases else f"each of {name}"))
    if reduce:
        phrases.append(reduce.say(draw, them="them" if phrases else f"all {name}"))
    words = _SPLIT.code.format(n=name) if source else name
    value = change.on("w") if change else "w"
    condition = test.on("w") if test else ""
    body = collect(draw, (f"for w in {words}",), value, condition, reduce, "" if change else words)
    kinds = ("sentence",) if source else ("words",)
    return Draft(join(draw, phrases), function(draw, steps.word, name, body), kinds)


_CHANGES = (*CASES, *CUTS, *ADDED)
WORDS = Family(
    "words",
    0.08,
    (
        Shape(0.1, tuple((op,) for op in (*_TESTS, *_CHANGES))),
        Shape(0.2, tuple(product(_TESTS, _CHANGES))),
        Shape(0.2, tuple(product(_TESTS, _ENDS))),
        Shape(0.13, tuple(product(_CHANGES, _ENDS))),
        Shape(0.12, tuple(product(_TESTS, _CHANGES, _ENDS))),
        Shape(0.15, tuple(product((_SPLIT,), (*_TESTS, *_CHANGES)))),
        Shape(0.1, tuple(product((_SPLIT,), (*_TESTS, *_CHANGES), _ENDS))),
    ),
    _write_words,
)
