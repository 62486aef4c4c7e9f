"""Families that carry a result along: accumulators over a list, and simple recursion on a number."""

from itertools import product

from codegen_desktop.corpus.starter import names
from codegen_desktop.corpus.starter.draw import Draw
from codegen_desktop.corpus.starter.numbers import AMOUNT, COUNT, MAPS, TESTS
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
    Step,
    Steps,
    function,
)


def _update(name: str, sign: str, *wordings: str, role: str = "update", word: str = "") -> Operation:
    return Operation(name, role, wordings, sign, constants=(AMOUNT,), word=word)


_UPDATES = (
    _update(
        "add",
        "+",
        "start at {k} and add {it}",
        "begin with {k} and add {it}",
        "from {k} on add {it}",
        "to {k} add {it}",
        word="added",
    ),
    _update(
        "subtract",
        "-",
        "start at {k} and subtract {it}",
        "begin with {k} and subtract {it}",
        "from {k} subtract {it}",
        "from {k} take away {it}",
        word="reduced",
    ),
    _update(
        "multiply",
        "*",
        "start at {k} and multiply by {it}",
        "begin with {k} and multiply by {it}",
        "from {k} on multiply by {it}",
        "multiply {k} by {it}",
        word="product",
    ),
    _update(
        "running sum",
        "+",
        "start at {k} and list the running sums of {it}",
        "begin with {k} and list running sums of {it}",
        "from {k} on collect the running sums of {it}",
        "from {k} on list every partial sum of {it}",
        role="running",
        word="running",
    ),
    _update(
        "running difference",
        "-",
        "start at {k} and list what is left after {it}",
        "begin with {k} and list what is left after {it}",
        "from {k} take away and list {it}",
        "from {k} on list every rest after {it}",
        role="running",
        word="remaining",
    ),
)
_RIGHT = {"+": SUM, "-": TERM, "*": UNARY}
"""How tightly the right operand of each sign must hold together."""

_STOP = Operation(
    "stop", "control", ("stopping at one {p}", "until one is {p}", "ending at one {p}", "and stop at one {p}"), "break"
)
_SKIP = Operation(
    "skip",
    "control",
    ("skipping any {p}", "leaving out any {p}", "ignoring any {p}", "passing over any {p}"),
    "continue",
)


def _control(draw: Draw, step: Step | None, test: Step | None) -> tuple[str, list[str]]:
    """The words and the lines (inside the loop) that stop at or skip some numbers; both empty where none are."""
    if step is None or test is None:
        return "", []
    words = step.say(draw, p=test.say(draw))
    return f", {words}", [f"    if {test.on('x')}:", f"        {step.operation.code}"]


def _write_accumulator(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.NUMBERS)
    update, change = steps.all[0], steps.of("map")
    each = f"each of {name}"
    words = update.say(draw, it=change.noun(draw, each) if change else each)
    ending, lines = _control(draw, steps.of("control"), steps.of("test"))
    value = change.apply(Expression("x")) if change else Expression("x")
    sign = update.operation.code
    running = update.operation.role == "running"
    if draw.chance(0.5):
        step = f"    total {sign}= {value.text}"
    else:
        step = f"    total = total {sign} {value.within(_RIGHT[sign])}"
    body = [f"total = {update.slots['k']}", *(["result = []"] if running else []), f"for x in {name}:", *lines, step]
    body += ["    result.append(total)", "return result"] if running else ["return total"]
    word = update.operation.word
    return Draft(words + ending, function(draw, word, name, body), ("numbers",))


_COMBINES = (
    Operation(
        "sum", "combine", ("sum {it}", "add up {it}", "total {it}", "take the sum of {it}"), "{t} + {f}", word="0"
    ),
    Operation(
        "product",
        "combine",
        ("multiply {it}", "multiply up {it}", "take the product of {it}", "find the product of {it}"),
        "{t} * {f}",
        word="1",
    ),
    Operation(
        "alternate",
        "combine",
        ("alternately add and subtract {it}", "add and subtract in turn {it}", "alternate the sign of {it} and sum")
        + ("take the alternating sum of {it}",),
        "{t} - {f}",
        word="0",
    ),
    Operation(
        "largest",
        "combine",
        ("find the largest of {it} and 0", "take the largest of {it} and 0", "find the top of {it} and 0")
        + ("keep the largest of {it} and 0",),
        "max({t}, {f})",
        word="0",
    ),
    Operation("list", "combine", ("list {it}", "collect {it}", "make a list of {it}", "gather {it}"), "[{t}] + {f}"),
)
_DESCENTS = (
    Operation(
        "by",
        "descent",
        ("lowering {n} by {k}", "going down by {k}", "stepping down by {k}", "counting down by {k}"),
        "{n} - {k}",
        constants=(COUNT,),
    ),
    Operation(
        "one",
        "descent",
        ("lowering {n} by one", "going down by one", "counting down", "stepping down by one"),
        "{n} - 1",
    ),
    Operation(
        "half",
        "descent",
        ("halving {n}", "going down to half", "with {n} halved each time", "cutting {n} in half"),
        "{n} // 2",
    ),
    Operation(
        "digit",
        "descent",
        ("dropping the last digit", "cutting off the last digit", "removing the last digit", "losing the last digit"),
        "{n} // 10",
    ),
)


def _write_recursion(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.LIMIT)
    combine, descent, change = steps.all[0], steps.all[1], steps.of("map")
    kind = combine.operation.name
    word = {"sum": "total", "list": "listed", "alternate": "turns"}.get(kind, kind)
    call = f"{word}({descent.operation.code.format(n=name, **descent.slots)})"
    term = change.apply(Expression(name)) if change else Expression(name)
    base = combine.operation.word or "[]"
    value = combine.operation.code.format(t=term.within(TERM if kind == "product" else SUM), f=call)
    if draw.chance(0.35):
        body = [f"return {base} if {name} <= 0 else {value}"]
    else:
        body = [f"if {name} <= 0:", f"    return {base}", f"return {value}"]
    opening = draw.wording(("recursively", "by recursion", "with recursion"))
    words = combine.say(draw, it=change.noun(draw, name) if change else name)
    way = descent.say(draw, n=name)
    end = draw.wording(("while positive", "while it is positive"))
    return Draft(f"{opening} {words}, {way} {end}", function(draw, word, name, body), ("depth",))


ACCUMULATORS = Family(
    "accumulators",
    0.06,
    (
        Shape(0.08, tuple((op,) for op in _UPDATES)),
        Shape(0.22, tuple(product(_UPDATES, MAPS))),
        Shape(0.35, tuple(product(_UPDATES[:3], (_STOP, _SKIP), TESTS))),
        Shape(0.35, tuple(product(_UPDATES[:3], MAPS, (_STOP, _SKIP), TESTS))),
    ),
    _write_accumulator,
)
RECURSION = Family(
    "recursion",
    0.06,
    (Shape(0.15, tuple(product(_COMBINES, _DESCENTS))), Shape(0.85, tuple(product(_COMBINES, _DESCENTS, MAPS)))),
    _write_recursion,
)
