"""The family of questions about all of a list: whether any, every or no number has a property, and how many do."""

from itertools import permutations, product

from codegen_desktop.corpus.starter import names
from codegen_desktop.corpus.starter.draw import Draw
from codegen_desktop.corpus.starter.lists import KEEP
from codegen_desktop.corpus.starter.numbers import MAPS, TESTS, agree
from codegen_desktop.corpus.starter.operation import (
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


def _quantifier(name: str, word: str, code: str, *wordings: str) -> Operation:
    return Operation(name, "quantifier", wordings, code, word=word)


_QUANTIFIERS = (
    _quantifier(
        "any",
        "has_any",
        "any({g})",
        "check whether any is {p}",
        "tell if at least one is {p}",
        "see if some are {p}",
        "tell whether one is {p}",
    ),
    _quantifier(
        "every",
        "has_only",
        "all({g})",
        "check whether all are {p}",
        "tell if every one is {p}",
        "see if each is {p}",
        "check that all are {p}",
    ),
    _quantifier(
        "none",
        "has_no",
        "not any({g})",
        "check whether none is {p}",
        "tell if not one is {p}",
        "see if none are {p}",
        "check that none are {p}",
    ),
    _quantifier(
        "amount",
        "amount",
        "sum({g})",
        "count how many are {p}",
        "tell how many are {p}",
        "count those that are {p}",
        "say how many are {p}",
    ),
)
_LEAVING = {"any": ("", "True", "False"), "every": ("not ", "False", "True"), "none": ("", "False", "True")}


def _answer(draw: Draw, name: str, quantifier: Operation, question: str, condition: str) -> list[str]:
    """The body that answers the question about every `x`; a loop leaves as soon as the answer is known."""
    if draw.usual():
        clause = f"{question} for x in {name}" + (f" if {condition}" if condition else "")
        return [f"return {quantifier.code.format(g=clause)}"]
    heads = [f"for x in {name}:", *([f"    if {condition}:"] if condition else [])]
    inside = "    " * len(heads)
    if quantifier.name == "amount":
        return ["result = 0", *heads, f"{inside}if {question}:", f"{inside}    result += 1", "return result"]
    denied, found, after = _LEAVING[quantifier.name]
    return [*heads, f"{inside}if {denied}{question}:", f"{inside}    return {found}", f"return {after}"]


def _write(draw: Draw, composition: Composition) -> Draft:
    steps = Steps(draw, composition)
    name = draw.pick(names.NUMBERS)
    *before, test, quantifier = steps.all
    asked = quantifier.say(draw, p=test.say(draw))
    value, condition = Expression("x"), ""
    if not before:
        phrases = [f"{draw.wording(('in', 'for', 'among'))} {name}, {asked}"]
    elif before[0].operation.role == "map":
        phrases = [before[0].say(draw, it=f"each of {name}"), asked]
        value = before[0].apply(value)
    else:
        phrases = [draw.wording(KEEP).format(xs=name, p=before[0].say(draw)), asked]
        condition = before[0].on("x")
    body = _answer(draw, name, quantifier.operation, test.apply(value).text, condition)
    return Draft(join(draw, phrases), function(draw, quantifier.word, name, body), ("few",))


def _plain(composition: Composition) -> bool:
    """Whether the question needs no parentheses."""
    change, test, _ = composition
    return change.level >= test.operand


QUESTIONS = Family(
    "questions",
    0.055,
    (
        Shape(0.35, tuple(product(TESTS, _QUANTIFIERS))),
        Shape(0.4, tuple(filter(_plain, product(MAPS, TESTS, _QUANTIFIERS)))),
        Shape(0.25, tuple((*pair, q) for pair, q in product(permutations(TESTS, 2), _QUANTIFIERS) if agree(*pair))),
    ),
    _write,
)
