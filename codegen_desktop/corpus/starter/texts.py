"""Families on text: edits of one string in sequence, and lists of words."""

from itertools import product

from codegen_desktop.corpus.starter import names
from codegen_desktop.corpus.starter.draw import Draw, Pool
from codegen_desktop.corpus.starter.numbers import COUNT
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
    Steps,
    function,
    join,
)

LETTER = Pool(("'a'", "'e'", "'s'", "'t'"), ("'k'", "'v'"))
SIGN = Pool(("'-'", "'+'", "'!'"), ("'?'",))


def _edit(
    name: str, code: str, *wordings: str, level: int = ATOM, pools: tuple[Pool, ...] = (), word: str = ""
) -> Operation:
    return Operation(name, "map", wordings, code, level=level, operand=level, constants=pools, word=word)


CASES = (
    _edit(
        "upper",
        "{x}.upper()",
        "make {it} uppercase",
        "turn {it} uppercase",
        "put {it} in uppercase",
        "convert {it} to uppercase",
    ),
    _edit(
        "lower",
        "{x}.lower()",
        "make {it} lowercase",
        "turn {it} lowercase",
        "put {it} in lowercase",
        "convert {it} to lowercase",
    ),
    _edit(
        "title",
        "{x}.title()",
        "make {it} title case",
        "turn {it} into title case",
        "put {it} in title case",
        "convert {it} to title case",
        word="titled",
    ),
    _edit(
        "swapped",
        "{x}.swapcase()",
        "swap the case of {it}",
        "switch the case of {it}",
        "flip the case of {it}",
        "invert the case of {it}",
    ),
)
CUTS = (
    _edit(
        "reversed",
        "{x}[::-1]",
        "reverse {it}",
        "reverse the letters of {it}",
        "turn {it} backwards",
        "write {it} backwards",
        word="mirrored",
    ),
    _edit(
        "start",
        "{x}[:{k}]",
        "take the first {k} letters of {it}",
        "return the first {k} letters of {it}",
        "keep the first {k} letters of {it}",
        "pick the first {k} letters of {it}",
        pools=(COUNT,),
    ),
    _edit(
        "end",
        "{x}[-{k}:]",
        "take the last {k} letters of {it}",
        "return the last {k} letters of {it}",
        "keep the last {k} letters of {it}",
        "pick the last {k} letters of {it}",
        pools=(COUNT,),
    ),
)
ADDED = (
    _edit(
        "suffix",
        "{x} + {k}",
        "append {k} to {it}",
        "end {it} with {k}",
        "finish {it} with {k}",
        "suffix {it} with {k}",
        level=SUM,
        pools=(SIGN,),
    ),
    _edit(
        "repeated",
        "{x} * {k}",
        "repeat {it} {k} times",
        "copy {it} {k} times",
        "take {it} {k} times",
        "chain {it} {k} times",
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
        "delete every {k} from {it}",
        "remove each {k} from {it}",
        "delete each {k} from {it}",
        pools=(LETTER,),
    ),
)
_EDITS = (*CASES, *CUTS, *ADDED, *_LETTERS)
_CLOSING = (
    _edit(
        "length",
        "len({x})",
        "return the length of {it}",
        "take the length of {it}",
        "find the length of {it}",
        "measure the length of {it}",
    ),
    _edit(
        "found",
        "{x}.count({k})",
        "count {k} in {it}",
        "count how often {k} is in {it}",
        "count every {k} in {it}",
        "count each {k} in {it}",
        pools=(LETTER,),
    ),
)


def _body(draw: Draw, name: str, steps: Steps) -> list[str]:
    if len(steps.all) > 1 and draw.usual():
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
    return Draft(join(draw, phrases), function(draw, steps.words, name, _body(draw, name, steps)), ("text",))


def _different(operations: Composition) -> bool:
    """Whether no case edit follows another and no edit is made twice."""
    return len(set(operations)) == len(operations) and sum(op in CASES for op in operations) < 2


TEXTS = Family(
    "texts",
    0.125,
    (
        Shape(0.15, tuple((op,) for op in (*_EDITS, *_CLOSING))),
        Shape(0.65, tuple(filter(_different, product(_EDITS, (*_EDITS, *_CLOSING))))),
        Shape(0.2, tuple(filter(_different, product(_EDITS, _EDITS, (*_EDITS, *_CLOSING))))),
    ),
    _write_text,
)
