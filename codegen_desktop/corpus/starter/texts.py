"""Families on text: edits of one string in sequence, and lists of words."""

from itertools import product

from codegen_desktop.corpus.starter import names
from codegen_desktop.corpus.starter.draw import Draw, Pool
from codegen_desktop.corpus.starter.numbers import BACKWARDS, COUNT, HEAD, ORDERED, TAIL
from codegen_desktop.corpus.starter.operation import (
    ATOM,
    COMPARE,
    SUM,
    TERM,
    Composition,
    Draft,
    Expression,
    Family,
    Operation,
    Shape,
    Steps,
    collect,
    function,
    join,
)

LETTER = Pool(tuple(f"'{letter}'" for letter in "abcdefghilmnoprstu"), ("'k'", "'v'", "'x'"))
_SIGN = Pool(("'-'", "'+'", "'/'", "'.'", "'!'", "'*'"), ("'?'", "':'"))


def _edit(
    name: str, code: str, *wordings: str, level: int = ATOM, pools: tuple[Pool, ...] = (), word: str = ""
) -> Operation:
    return Operation(name, "map", wordings, code, level=level, operand=level, constants=pools, word=word)


_CASES = (
    _edit(
        "upper",
        "{x}.upper()",
        "make {it} uppercase",
        "put {it} in capitals",
        "convert {it} to uppercase",
        "turn {it} to upper case",
    ),
    _edit(
        "lower",
        "{x}.lower()",
        "make {it} lowercase",
        "put {it} in small letters",
        "convert {it} to lowercase",
        "turn {it} to lower case",
    ),
    _edit(
        "swapped",
        "{x}.swapcase()",
        "swap the case of {it}",
        "flip the case of {it}",
        "invert the case of {it}",
        "exchange the case of {it}",
    ),
    _edit(
        "title",
        "{x}.title()",
        "put {it} in title case",
        "make {it} title case",
        "convert {it} to title case",
        "turn {it} to title case",
        word="titled",
    ),
)
_CUTS = (
    _edit(
        "reversed",
        "{x}[::-1]",
        "reverse {it}",
        "turn {it} around",
        "flip {it} backwards",
        "write {it} backwards",
        word="backwards",
    ),
    _edit(
        "start",
        "{x}[:{k}]",
        "take the first {k} letters of {it}",
        "cut {it} to {k} letters",
        "shorten {it} to {k} letters",
        "keep the first {k} letters of {it}",
        pools=(COUNT,),
    ),
    _edit(
        "end",
        "{x}[-{k}:]",
        "take the last {k} letters of {it}",
        "take the final {k} letters of {it}",
        "return the last {k} letters of {it}",
        "keep the last {k} letters of {it}",
        pools=(COUNT,),
    ),
    _edit(
        "rest",
        "{x}[{k}:]",
        "drop the first {k} letters of {it}",
        "skip the first {k} letters of {it}",
        "remove the first {k} letters of {it}",
        "delete the first {k} letters of {it}",
        pools=(COUNT,),
    ),
    _edit(
        "cut",
        "{x}[:-{k}]",
        "drop the last {k} letters of {it}",
        "skip the last {k} letters of {it}",
        "remove the last {k} letters of {it}",
        "delete the last {k} letters of {it}",
        pools=(COUNT,),
    ),
)
_ADDED = (
    _edit(
        "suffix",
        "{x} + {k}",
        "append {k} to {it}",
        "put {k} after {it}",
        "end {it} with {k}",
        "attach {k} to the end of {it}",
        level=SUM,
        pools=(_SIGN,),
    ),
    Operation(
        "prefix",
        "map",
        ("prepend {k} to {it}", "put {k} before {it}", "start {it} with {k}", "attach {k} to the start of {it}"),
        "{k} + {x}",
        level=SUM,
        operand=SUM,
        constants=(_SIGN,),
    ),
    _edit(
        "repeated",
        "{x} * {k}",
        "repeat {it} {k} times",
        "write {it} {k} times",
        "duplicate {it} {k} times",
        "return {it} {k} times over",
        level=TERM,
        pools=(COUNT,),
    ),
)
_LETTERS = (
    _edit("stripped", "{x}.strip()", "strip {it}", "trim {it}", "strip spaces around {it}", "trim spaces around {it}"),
    _edit(
        "removed",
        "{x}.replace({k}, '')",
        "remove every {k} from {it}",
        "delete every {k} in {it}",
        "drop each {k} in {it}",
        "erase all {k} in {it}",
        pools=(LETTER,),
    ),
    _edit(
        "replaced",
        "{x}.replace({k}, {j})",
        "replace {k} with {j} in {it}",
        "change {k} to {j} in {it}",
        "exchange {k} for {j} in {it}",
        "turn {k} into {j} in {it}",
        pools=(LETTER, _SIGN),
    ),
)
_EDITS = (*_CASES, *_CUTS, *_ADDED, *_LETTERS)
_CLOSING = (
    _edit(
        "length",
        "len({x})",
        "measure {it}",
        "return the length of {it}",
        "count the letters of {it}",
        "tell how long {it} is",
    ),
    _edit(
        "found",
        "{x}.count({k})",
        "count {k} in {it}",
        "count how many {k} are in {it}",
        "tell how often {k} occurs in {it}",
        "return the number of {k} in {it}",
        pools=(LETTER,),
    ),
)


def _body(draw: Draw, name: str, steps: Steps) -> list[str]:
    if len(steps.all) > 1 and draw.chance(0.35):
        lines = [f"{name} = {step.on(name)}" for step in steps.all[:-1]]
        return [*lines, f"return {steps.all[-1].on(name)}"]
    expression = Expression(name)
    for step in steps.all:
        expression = step.apply(expression)
    return [f"return {expression.text}"]


def _write_text(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.TEXT)
    phrases = [step.say(draw, it="it" if index else name) for index, step in enumerate(steps.all)]
    return Draft(join(draw, phrases), function(draw, steps.word, name, _body(draw, name, steps)), ("text",))


def _test(name: str, code: str, *wordings: str, pool: Pool) -> Operation:
    return Operation(name, "test", wordings, code, level=COMPARE, constants=(pool,))


_LENGTH = Pool(tuple("234567"), ("13", "17"))
_TESTS = (
    _test(
        "longer",
        "len({x}) > {k}",
        "longer than {k}",
        "over {k} letters long",
        "more than {k} letters long",
        "of length above {k}",
        pool=_LENGTH,
    ),
    _test(
        "shorter",
        "len({x}) < {k}",
        "shorter than {k}",
        "under {k} letters long",
        "less than {k} letters long",
        "of length below {k}",
        pool=_LENGTH,
    ),
    _test(
        "long",
        "len({x}) == {k}",
        "exactly {k} letters long",
        "{k} letters long",
        "of length {k}",
        "just {k} letters long",
        pool=_LENGTH,
    ),
    _test(
        "starting",
        "{x}.startswith({k})",
        "starting with {k}",
        "beginning with {k}",
        "opening with {k}",
        "led by {k}",
        pool=LETTER,
    ),
    _test(
        "ending",
        "{x}.endswith({k})",
        "ending with {k}",
        "ending in {k}",
        "closing with {k}",
        "finished by {k}",
        pool=LETTER,
    ),
    _test(
        "containing",
        "{k} in {x}",
        "containing {k}",
        "holding {k}",
        "with {k} inside",
        "that have {k} inside",
        pool=LETTER,
    ),
    _test("lacking", "{k} not in {x}", "lacking {k}", "without {k}", "free of {k}", "missing {k}", pool=LETTER),
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
    constants=(_SIGN,),
)
_LONGEST = Operation(
    "letters",
    "reduce",
    ("count all letters of {them}", "add up the lengths of {them}", "sum the lengths of {them}")
    + ("total the lengths of {them}",),
    "len(''.join({g}))",
    finish="len(''.join(result))",
)
_ENDS = (_JOINED, ORDERED, BACKWARDS, HEAD, TAIL, _LONGEST)
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


def _different(operations: Composition) -> bool:
    """Whether no case edit follows another and no edit is made twice."""
    return len(set(operations)) == len(operations) and sum(op in _CASES for op in operations) < 2


TEXTS = Family(
    "texts",
    0.07,
    (
        Shape(0.12, tuple((op,) for op in (*_EDITS, *_CLOSING))),
        Shape(0.42, tuple(filter(_different, product(_EDITS, (*_EDITS, *_CLOSING))))),
        Shape(0.46, tuple(filter(_different, product(_EDITS, _EDITS, (*_EDITS, *_CLOSING))))),
    ),
    _write_text,
)
_CHANGES = (*_CASES, *_CUTS, *_ADDED)
WORDS = Family(
    "words",
    0.07,
    (
        Shape(0.1, tuple((op,) for op in (*_TESTS, *_CHANGES))),
        Shape(0.2, tuple(product(_TESTS, _CHANGES))),
        Shape(0.2, tuple(product(_TESTS, _ENDS))),
        Shape(0.15, tuple(product(_CHANGES, _ENDS))),
        Shape(0.15, tuple(product(_TESTS, _CHANGES, _ENDS))),
        Shape(0.1, tuple(product((_SPLIT,), (*_TESTS, *_CHANGES)))),
        Shape(0.1, tuple(product((_SPLIT,), (*_TESTS, *_CHANGES), _ENDS))),
    ),
    _write_words,
)
