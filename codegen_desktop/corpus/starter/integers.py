"""Families on one or two numbers: arithmetic with a wrapper, chains of edits, conditions, and branches."""

from itertools import combinations, permutations, product

from codegen_desktop.corpus.starter import names
from codegen_desktop.corpus.starter.draw import Draw
from codegen_desktop.corpus.starter.numbers import AFFIRMATIVE, CLAMP, MAPS, TESTS, agree
from codegen_desktop.corpus.starter.operation import (
    AND,
    ATOM,
    NOT,
    OR,
    POWER,
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


def _base(name: str, code: str, level: int, *wordings: str, word: str = "") -> Operation:
    return Operation(name, "base", wordings, code, level=level, word=word)


BASES = (
    _base(
        "add",
        "{a} + {b}",
        SUM,
        "add {a} and {b}",
        "sum {a} and {b}",
        "take {a} plus {b}",
        "add two numbers {a} and {b}",
    ),
    _base(
        "subtract",
        "{a} - {b}",
        SUM,
        "subtract {b} from {a}",
        "take {b} away from {a}",
        "take {a} minus {b}",
        "lower {a} by {b}",
        word="minus",
    ),
    _base(
        "multiply",
        "{a} * {b}",
        TERM,
        "multiply {a} and {b}",
        "take {a} times {b}",
        "multiply two numbers {a} and {b}",
        "take the product of {a} and {b}",
        word="times",
    ),
    _base(
        "divide",
        "{a} // {b}",
        TERM,
        "floor divide {a} by {b}",
        "divide {a} by {b} rounding down",
        "take the quotient of {a} by {b}",
        "take {a} over {b} rounded down",
        word="quotient",
    ),
    _base(
        "remainder",
        "{a} % {b}",
        TERM,
        "take {a} modulo {b}",
        "take the remainder of {a} by {b}",
        "reduce {a} modulo {b}",
        "take what is left of {a} by {b}",
        word="modulo",
    ),
    _base(
        "power",
        "{a} ** {b}",
        POWER,
        "raise {a} to the power {b}",
        "take {a} to the power {b}",
        "take power {b} of {a}",
        "raise {a} to exponent {b}",
    ),
    _base(
        "larger",
        "max({a}, {b})",
        ATOM,
        "take the larger of {a} and {b}",
        "take the maximum of {a} and {b}",
        "pick the greater of {a} and {b}",
        "find the bigger of {a} and {b}",
    ),
    _base(
        "smaller",
        "min({a}, {b})",
        ATOM,
        "take the smaller of {a} and {b}",
        "take the minimum of {a} and {b}",
        "pick the lesser of {a} and {b}",
        "find the lower of {a} and {b}",
    ),
)

_EDITS = (*MAPS, CLAMP)


def _body(draw: Draw, start: Expression, steps: Steps, skip: int, *, result: str) -> list[str]:
    """One expression, or one line for every edit of `result`."""
    edits = steps.all[skip:]
    if len(steps.all) > 1 and draw.usual():
        lines = [] if start.text == result else [f"{result} = {start.text}"]
        lines += [f"{result} = {step.on(result)}" for step in edits]
        return [*lines, f"return {result}"]
    expression = start
    for step in edits:
        expression = step.apply(expression)
    return [f"return {expression.text}"]


def _write_arithmetic(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    a, b = draw.pick(names.PAIR)
    base = steps.all[0]
    phrases = [base.say(draw, a=a, b=b)]
    phrases += [step.say(draw, it=draw.wording(("it", "the result"))) for step in steps.all[1:]]
    start = Expression(base.operation.code.format(a=a, b=b), base.operation.level)
    body = _body(draw, start, steps, 1, result="result")
    kinds = ("small", "small") if base.operation.name == "power" else ("number", "number")
    return Draft(join(draw, phrases), function(draw, steps.words, f"{a}, {b}", body), kinds)


def _write_chain(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.NUMBER)
    phrases = [step.say(draw, it="it" if index else name) for index, step in enumerate(steps.all)]
    body = _body(draw, Expression(name), steps, 0, result=name)
    return Draft(join(draw, phrases), function(draw, steps.words, name, body), ("number",))


def _connector(name: str, code: str, level: int, *wordings: str) -> Operation:
    return Operation(name, "connector", wordings, code, level=level)


CONNECTORS = (
    _connector(
        "both",
        "{p} and {q}",
        AND,
        "{p} and {q}",
        "both {p} and {q}",
        "{p} and also {q}",
        "{p} as well as {q}",
    ),
    _connector(
        "either",
        "{p} or {q}",
        OR,
        "{p} or {q}",
        "either {p} or {q}",
        "{p} or {q} or both",
        "{p} and/or {q}",
    ),
    _connector(
        "without",
        "{p} and not {n}",
        AND,
        "{p} but not {q}",
        "{p} and not {q}",
        "{p} yet not {q}",
        "{p} without being {q}",
    ),
    _connector(
        "neither",
        "not ({p} or {q})",
        NOT,
        "neither {p} nor {q}",
        "not {p} and not {q}",
        "not {p} nor {q}",
        "not {p}, nor {q}",
    ),
)


def _write_condition(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.NUMBER)
    tests = [step for step in steps.all if step.operation.role == "test"]
    if len(tests) > 1 and "{n}" not in steps.all[1].operation.code and draw.chance(0.5):
        tests.reverse()
    asked = [step.say(draw) for step in tests]
    codes = [step.on(name) for step in tests]
    connector = steps.of("connector")
    if connector:
        asked = [connector.say(draw, p=asked[0], q=asked[1])]
        codes = [connector.operation.code.format(p=codes[0], q=codes[1], n=codes[1])]
    opening = draw.wording(("check whether", "check if", "tell whether", "test if"))
    word = connector.word if connector else steps.word
    body = [f"return {codes[0]}"]
    if not draw.usual():
        body = [f"if {codes[0]}:", "    return True", "return False"]
    return Draft(f"{opening} {name} is {asked[0]}", function(draw, f"is_{word}", name, body), ("number",))


def _write_branch(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.NUMBER)
    test, *edits = steps.all
    asked, condition = test.say(draw), test.on(name)
    done = [step.say(draw, it=it) for step, it in zip(edits, (name, "it"), strict=False)]
    otherwise = done[1] if len(done) > 1 else draw.wording(("keep it", "leave it alone", "return it unchanged"))
    form = draw.wording(
        ("if {n} is {p}, {a}, else {b}", "if {n} is {p}, {a}, otherwise {b}", "when {n} is {p}, {a}, else {b}")
    )
    values = [step.on(name) for step in edits] + [name]
    if draw.usual():
        body = [f"return {values[0]} if {condition} else {values[1]}"]
    else:
        body = [f"if {condition}:", f"    return {values[0]}", f"return {values[1]}"]
    instruction = form.format(n=name, p=asked, a=done[0], b=otherwise)
    return Draft(instruction, function(draw, steps.word, name, body), ("number",))


_PLAIN = tuple(
    (p, c, q) for p, q in combinations(TESTS, 2) if agree(p, q) for c in CONNECTORS if c.name in ("both", "either")
)
_DENIED = tuple((p, c, q) for p in TESTS for q in AFFIRMATIVE if agree(p, q) for c in CONNECTORS if c.name == "without")
_NEITHER = tuple((p, c, q) for p, q in combinations(AFFIRMATIVE, 2) for c in CONNECTORS if c.name == "neither")

ARITHMETIC = Family(
    "arithmetic",
    0.065,
    (
        Shape(0.15, tuple((base,) for base in BASES)),
        Shape(0.77, tuple(product(BASES, _EDITS))),
        Shape(0.08, tuple((base, *pair) for base, pair in product(BASES, permutations(MAPS, 2)))),
    ),
    _write_arithmetic,
)


def _apart(steps: Composition) -> bool:
    """Whether the steps do not melt into one: doubled and then times six is times twelve."""
    return {step.name for step in steps} != {"doubled", "times"}


CHAIN = Family(
    "chain",
    0.06,
    (Shape(0.12, tuple((edit,) for edit in _EDITS)), Shape(0.88, tuple(filter(_apart, permutations(_EDITS, 2))))),
    _write_chain,
)
CONDITION = Family(
    "condition",
    0.07,
    (
        Shape(0.1, tuple((test,) for test in TESTS)),
        Shape(0.55, _PLAIN),
        Shape(0.2, _DENIED),
        Shape(0.15, _NEITHER),
    ),
    _write_condition,
)
BRANCH = Family(
    "branch",
    0.06,
    (
        Shape(0.45, tuple(product(TESTS, _EDITS))),
        Shape(0.55, tuple((test, *pair) for test, pair in product(TESTS, permutations(MAPS, 2)))),
    ),
    _write_branch,
)
