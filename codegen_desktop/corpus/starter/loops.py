"""Families that carry a result along: accumulators over a list, and simple recursion on a number."""

from dataclasses import replace
from itertools import product

from codegen_desktop.corpus.starter import names
from codegen_desktop.corpus.starter.draw import Draw
from codegen_desktop.corpus.starter.numbers import BOUND, COUNT, MAPS, START, TESTS
from codegen_desktop.corpus.starter.operation import (
    SUM,
    TERM,
    UNARY,
    Composition,
    Draft,
    Expression,
    Family,
    Operation,
    Shape,
    Steps,
    function,
)


def _update(name: str, code: str, word: str, *wordings: str) -> Operation:
    return Operation(name, "update", wordings, code, constants=(START,), word=word)


_UPDATES = (
    _update(
        "add",
        "+",
        "added",
        "start at {k} and add {it}",
        "begin with {k} and add {it}",
        "starting from {k} add {it}",
        "to {k} add {it}",
    ),
    _update(
        "subtract",
        "-",
        "reduced",
        "start at {k} and subtract {it}",
        "begin with {k} and subtract {it}",
        "from {k} subtract {it}",
        "from {k} take away {it}",
    ),
    _update(
        "multiply",
        "*",
        "product",
        "start at {k} and multiply by {it}",
        "begin with {k} and multiply by {it}",
        "starting from {k} multiply by {it}",
        "multiply {k} by {it}",
    ),
)
_RIGHT = {"+": SUM, "-": TERM, "*": UNARY}
"""How tightly the right operand of each sign must hold together."""

_STOP = Operation(
    "stop",
    "control",
    ("stop before one {p}", "until one is {p}", "end before one {p}", "break before one {p}"),
    "break",
)
_ONLY = Operation("only", "control", ("only those {p}", "only if {p}", "just those {p}", "just if {p}"))
_SKIP = Operation(
    "skip", "control", ("skip any {p}", "leave out any {p}", "ignore any {p}", "pass over any {p}"), "continue"
)
_CONTROLS = (_STOP, _ONLY, _SKIP)


def _inside(step: str, control: Operation | None, condition: str) -> list[str]:
    """The lines inside the loop: the step, done only for, not for, or until a number with the property."""
    if control is None:
        return [f"    {step}"]
    if control is _ONLY:
        return [f"    if {condition}:", f"        {step}"]
    return [f"    if {condition}:", f"        {control.code}", f"    {step}"]


def _write_accumulator(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.NUMBERS)
    update, change, control, test = steps.all[0], steps.of("map"), steps.of("control"), steps.of("test")
    words = update.say(draw, it=change.noun(draw, f"each of {name}") if change else name)
    condition = ""
    if control and test:
        words += f", {control.say(draw, p=test.say(draw))}"
        condition = test.on("x")
    value = change.apply(Expression("x")) if change else Expression("x")
    sign = update.operation.code
    if draw.usual():
        step = f"total {sign}= {value.text}"
    else:
        step = f"total = total {sign} {value.within(_RIGHT[sign])}"
    lines = _inside(step, control.operation if control else None, condition)
    result = "total"
    if (final := steps.of("finish")) is not None:
        words += f", then {final.say(draw, it='the total')}"
        result = final.on("total")
    body = [f"total = {update.slots['k']}", f"for x in {name}:", *lines, f"return {result}"]
    return Draft(words, function(draw, steps.all[0].word, name, body), ("numbers",))


_COMBINES = (
    Operation(
        "sum", "combine", ("sum {it}", "add up {it}", "total {it}", "take the sum of {it}"), "{t} + {f}", start="0"
    ),
    Operation(
        "product",
        "combine",
        ("multiply {it}", "multiply up {it}", "take the product of {it}", "find the product of {it}"),
        "{t} * {f}",
        start="1",
    ),
    Operation(
        "largest",
        "combine",
        (
            "find the largest of {it} and 0",
            "take the largest of {it} and 0",
            "find the maximum of {it} and 0",
            "take the maximum of {it} and 0",
        ),
        "max({t}, {f})",
        start="0",
    ),
    Operation("list", "combine", ("list {it}", "collect {it}", "make a list of {it}", "gather {it}"), "[{t}] + {f}"),
)
_DESCENTS = (
    Operation(
        "by",
        "descent",
        ("lowering {n} by {k}", "going down by {k}", "stepping down by {k}", "with {n} lowered by {k}"),
        "{n} - {k}",
        constants=(COUNT,),
    ),
    Operation(
        "one",
        "descent",
        ("lowering {n} by one", "going down by one", "stepping down by one", "with {n} lowered by one"),
        "{n} - 1",
    ),
    Operation(
        "half",
        "descent",
        ("halving {n}", "going down to half", "with {n} halved", "going down by half"),
        "{n} // 2",
    ),
)


def _write_recursion(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.LIMIT)
    combine, descent, change = steps.all[0], steps.of("descent"), steps.of("map")
    kind = combine.operation.name
    word = {"sum": "total", "list": "listed"}.get(kind, kind)
    smaller = descent.operation.code.format(n=name, **descent.slots) if descent else f"{name} - 1"
    call = f"{word}({smaller})"
    term = change.apply(Expression(name)) if change else Expression(name)
    base = combine.operation.start
    value = combine.operation.code.format(t=term.within(TERM if kind == "product" else SUM), f=call)
    if not draw.usual():
        body = [f"return {base} if {name} <= 0 else {value}"]
    else:
        body = [f"if {name} <= 0:", f"    return {base}", f"return {value}"]
    opening = draw.wording(("recursively", "by recursion", "with recursion"))
    words = combine.say(draw, it=change.noun(draw, name) if change else name)
    if descent:
        way = f", {descent.say(draw, n=name)} {draw.wording(('while positive', 'while it is positive'))}"
    else:
        way = draw.wording((" and all below", " and all numbers below", " and everything below", " and all under it"))
    return Draft(f"{opening} {words}{way}", function(draw, word, name, body), ("depth",))


def _plain(composition: Composition) -> bool:
    """Whether the recursive step needs no parentheses."""
    combine, _, change = composition
    return combine.name != "product" or change.level >= TERM


_FINISHES = tuple(
    replace(op, role="finish", name=f"finally {op.name}", constants=(BOUND,) * len(op.constants)) for op in MAPS
)

ACCUMULATORS = Family(
    "accumulators",
    0.055,
    (
        Shape(0.08, tuple((op,) for op in _UPDATES)),
        Shape(0.17, tuple(product(_UPDATES, MAPS))),
        Shape(0.17, tuple(product(_UPDATES, _FINISHES))),
        Shape(0.34, tuple(product(_UPDATES, MAPS, _FINISHES))),
        Shape(0.24, tuple(product(_UPDATES, _CONTROLS, TESTS))),
    ),
    _write_accumulator,
)
RECURSION = Family(
    "recursion",
    0.05,
    (
        Shape(0.1, tuple((op,) for op in _COMBINES)),
        Shape(0.9, tuple(filter(_plain, product(_COMBINES, _DESCENTS, MAPS)))),
    ),
    _write_recursion,
)
