"""Operations on whole numbers that many families share: tests of a number and maps from number to number."""

from codegen_desktop.corpus.starter.draw import Pool
from codegen_desktop.corpus.starter.operation import (
    ATOM,
    COMPARE,
    POWER,
    SUM,
    TERM,
    Operation,
)

BOUND = Pool(("3", "5", "7", "9"), ("13", "17"))
"""What most tests compare with. Its numbers are not those of `AMOUNT`, so that the two are told apart by kind."""

AMOUNT = Pool(("4", "6", "8"), ("28", "46"))
LOW = Pool(("1", "2"))
HIGH = Pool(("8", "9"), ("31",))
COUNT = Pool(("2", "3"))
START = Pool(("1", "2", "10"))


def _test(name: str, code: str, *wordings: str, pool: Pool | None = None, operand: int = SUM) -> Operation:
    constants = (pool,) if pool else ()
    return Operation(name, "test", wordings, code, level=COMPARE, operand=operand, constants=constants)


TESTS = (
    _test("above", "{x} > {k}", "above {k}", "over {k}", "greater than {k}", "larger than {k}", pool=BOUND),
    _test("below", "{x} < {k}", "below {k}", "under {k}", "less than {k}", "smaller than {k}", pool=BOUND),
    _test(
        "least",
        "{x} >= {k}",
        "at least {k}",
        "no less than {k}",
        "from {k} up",
        "from {k} upwards",
        pool=BOUND,
    ),
    _test("most", "{x} <= {k}", "at most {k}", "no more than {k}", "up to {k}", "within {k}", pool=BOUND),
    _test(
        "multiple",
        "{x} % {k} == 0",
        "divisible by {k}",
        "wholly divisible by {k}",
        "exactly divisible by {k}",
        "evenly divisible by {k}",
        pool=BOUND,
        operand=TERM,
    ),
    _test(
        "even",
        "{x} % 2 == 0",
        "even",
        "divisible by 2",
        "exactly divisible by 2",
        "evenly divisible by 2",
        operand=TERM,
    ),
    _test("odd", "{x} % 2 == 1", "odd", "uneven", "non-even", "indivisible by 2", operand=TERM),
    _test("negative", "{x} < 0", "negative", "below zero", "under zero", "less than zero"),
)


def agree(first: Operation, second: Operation) -> bool:
    """Whether two tests of one number are worth asking together: not the same, and not even with odd."""
    return first is not second and {first.name, second.name} != {"even", "odd"}


AFFIRMATIVE = tuple(op for op in TESTS if op.name in ("above", "below", "multiple", "even", "negative"))
"""Tests whose wordings have no `not`, so that they can be denied in plain words."""


def _map(
    name: str,
    code: str,
    operand: int,
    level: int,
    wordings: tuple[str, ...],
    nouns: tuple[str, ...],
    *pools: Pool,
) -> Operation:
    return Operation(name, "map", wordings, code, level=level, operand=operand, nouns=nouns, constants=pools)


MAPS = (
    _map(
        "doubled",
        "{x} * 2",
        TERM,
        TERM,
        ("double {it}", "take {it} doubled", "take twice {it}", "take the double of {it}"),
        ("{it} doubled", "twice {it}", "the double of {it}", "double {it}"),
    ),
    _map(
        "squared",
        "{x} ** 2",
        ATOM,
        POWER,
        ("square {it}", "take the square of {it}", "take {it} squared", "raise {it} to the power two"),
        ("{it} squared", "the square of {it}", "{it} to the power two", "{it} raised to the power two"),
    ),
    _map(
        "plus",
        "{x} + {k}",
        SUM,
        SUM,
        ("add {k} to {it}", "increase {it} by {k}", "take {it} plus {k}", "take {it} increased by {k}"),
        ("{it} plus {k}", "{it} increased by {k}", "{it} enlarged by {k}", "{it} raised by {k}"),
        AMOUNT,
    ),
    _map(
        "minus",
        "{x} - {k}",
        SUM,
        SUM,
        ("subtract {k} from {it}", "decrease {it} by {k}", "take {it} minus {k}", "take {it} decreased by {k}"),
        ("{it} minus {k}", "{it} decreased by {k}", "{it} lowered by {k}", "{it} reduced by {k}"),
        AMOUNT,
    ),
    _map(
        "times",
        "{x} * {k}",
        TERM,
        TERM,
        ("multiply {it} by {k}", "scale {it} by {k}", "take {it} times {k}", "take {it} multiplied by {k}"),
        ("{it} times {k}", "{it} scaled by {k}", "{it} multiplied by {k}", "the product of {it} and {k}"),
        AMOUNT,
    ),
    _map(
        "quotient",
        "{x} // {k}",
        TERM,
        TERM,
        (
            "floor divide {it} by {k}",
            "take the quotient of {it} by {k}",
            "take {it} floor divided by {k}",
            "find the quotient of {it} by {k}",
        ),
        (
            "{it} floor divided by {k}",
            "the quotient of {it} by {k}",
            "the floor quotient of {it} by {k}",
            "{it} divided by {k} rounded down",
        ),
        AMOUNT,
    ),
    _map(
        "modulo",
        "{x} % {k}",
        TERM,
        TERM,
        (
            "take {it} modulo {k}",
            "reduce {it} modulo {k}",
            "take the remainder of {it} by {k}",
            "find the remainder of {it} by {k}",
        ),
        ("{it} modulo {k}", "{it} reduced modulo {k}", "the remainder of {it} by {k}", "the modulo of {it} by {k}"),
        AMOUNT,
    ),
)

CLAMP = _map(
    "clamped",
    "max({k}, min({x}, {j}))",
    0,
    ATOM,
    (
        "clamp {it} between {k} and {j}",
        "hold {it} between {k} and {j}",
        "take {it} clamped between {k} and {j}",
        "take {it} held between {k} and {j}",
    ),
    (
        "{it} clamped between {k} and {j}",
        "{it} held between {k} and {j}",
        "{it} clamped from {k} to {j}",
        "{it} held from {k} to {j}",
    ),
    LOW,
    HIGH,
)
