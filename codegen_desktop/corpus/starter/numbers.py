"""Operations on whole numbers that many families share: tests of a number and maps from number to number."""

from codegen_desktop.corpus.starter.draw import Pool
from codegen_desktop.corpus.starter.operation import (
    ATOM,
    COMPARE,
    POWER,
    SUM,
    TERM,
    UNARY,
    Operation,
)

_UNSEEN = ("13", "17", "19")


def _numbers(first: int, last: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(first, last + 1) if str(number) not in _UNSEEN)


AMOUNT = Pool(_numbers(2, 20), _UNSEEN)
FACTOR = Pool(_numbers(4, 12), _UNSEEN)
DIVISOR = Pool(_numbers(3, 12), _UNSEEN)
HIGH = Pool(("12", "14", "15", "16", "18", "20"), ("17", "19"))
LOW = Pool(_numbers(0, 9))
COUNT = Pool(_numbers(2, 4))


def _test(name: str, code: str, *wordings: str, pool: Pool | None = None, operand: int = SUM) -> Operation:
    constants = (pool,) if pool else ()
    return Operation(name, "test", wordings, code, level=COMPARE, operand=operand, constants=constants)


TESTS = (
    _test("above", "{x} > {k}", "above {k}", "over {k}", "greater than {k}", "larger than {k}", pool=AMOUNT),
    _test("below", "{x} < {k}", "below {k}", "under {k}", "less than {k}", "smaller than {k}", pool=AMOUNT),
    _test("least", "{x} >= {k}", "at least {k}", "no less than {k}", "not below {k}", "not under {k}", pool=AMOUNT),
    _test("most", "{x} <= {k}", "at most {k}", "no more than {k}", "not above {k}", "not over {k}", pool=AMOUNT),
    _test(
        "other",
        "{x} != {k}",
        "different from {k}",
        "not equal to {k}",
        "other than {k}",
        "anything but {k}",
        pool=AMOUNT,
    ),
    _test(
        "multiple",
        "{x} % {k} == 0",
        "divisible by {k}",
        "a multiple of {k}",
        "exactly divisible by {k}",
        "evenly divisible by {k}",
        pool=DIVISOR,
        operand=TERM,
    ),
    _test(
        "indivisible",
        "{x} % {k} != 0",
        "not divisible by {k}",
        "not a multiple of {k}",
        "indivisible by {k}",
        "never divisible by {k}",
        pool=DIVISOR,
        operand=TERM,
    ),
    _test("even", "{x} % 2 == 0", "even", "divisible by two", "an even number", "a multiple of two", operand=TERM),
    _test("odd", "{x} % 2 == 1", "odd", "not even", "an odd number", "not divisible by two", operand=TERM),
    _test("positive", "{x} > 0", "positive", "above zero", "greater than zero", "a positive number"),
    _test("negative", "{x} < 0", "negative", "below zero", "less than zero", "a negative number"),
    _test("nonzero", "{x} != 0", "nonzero", "not zero", "different from zero", "other than zero"),
)

AFFIRMATIVE = tuple(op for op in TESTS if op.name in ("above", "below", "multiple", "even", "positive", "negative"))
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
        ("double {it}", "multiply {it} by two", "scale {it} by two", "make {it} twice as big"),
        ("{it} doubled", "twice {it}", "{it} times two", "the double of {it}"),
    ),
    _map(
        "tripled",
        "{x} * 3",
        TERM,
        TERM,
        ("triple {it}", "multiply {it} by three", "scale {it} by three", "make {it} three times as big"),
        ("{it} tripled", "three times {it}", "{it} times three", "the triple of {it}"),
    ),
    _map(
        "squared",
        "{x} ** 2",
        ATOM,
        POWER,
        ("square {it}", "raise {it} to the power two", "take the square of {it}", "multiply {it} by itself"),
        ("{it} squared", "the square of {it}", "{it} to the power two", "{it} times itself"),
    ),
    _map(
        "cubed",
        "{x} ** 3",
        ATOM,
        POWER,
        ("cube {it}", "raise {it} to the power three", "take the cube of {it}", "take {it} cubed"),
        ("{it} cubed", "the cube of {it}", "{it} to the power three", "the third power of {it}"),
    ),
    _map(
        "negated",
        "-{x}",
        UNARY,
        UNARY,
        ("negate {it}", "flip the sign of {it}", "take minus {it}", "take the negative of {it}"),
        ("{it} negated", "minus {it}", "the negative of {it}", "{it} with flipped sign"),
    ),
    _map(
        "absolute",
        "abs({x})",
        0,
        ATOM,
        ("take the absolute value of {it}", "drop the sign of {it}", "make {it} absolute", "remove the sign of {it}"),
        ("the absolute value of {it}", "{it} without sign", "{it} made absolute", "the magnitude of {it}"),
    ),
    _map(
        "plus",
        "{x} + {k}",
        SUM,
        SUM,
        ("add {k} to {it}", "increase {it} by {k}", "take {it} plus {k}", "raise {it} by {k}"),
        ("{it} plus {k}", "{it} increased by {k}", "{k} more than {it}", "{it} raised by {k}"),
        AMOUNT,
    ),
    _map(
        "minus",
        "{x} - {k}",
        SUM,
        SUM,
        ("subtract {k} from {it}", "decrease {it} by {k}", "take {it} minus {k}", "lower {it} by {k}"),
        ("{it} minus {k}", "{it} decreased by {k}", "{k} less than {it}", "{it} lowered by {k}"),
        AMOUNT,
    ),
    _map(
        "times",
        "{x} * {k}",
        TERM,
        TERM,
        ("multiply {it} by {k}", "scale {it} by {k}", "take {it} times {k}", "take {k} times {it}"),
        ("{it} times {k}", "{k} times {it}", "{it} multiplied by {k}", "{it} scaled by {k}"),
        FACTOR,
    ),
    _map(
        "quotient",
        "{x} // {k}",
        TERM,
        TERM,
        (
            "floor divide {it} by {k}",
            "divide {it} by {k} rounding down",
            "take the quotient of {it} by {k}",
            "take {it} over {k} rounded down",
        ),
        (
            "{it} over {k} rounded down",
            "{it} floor divided by {k}",
            "the quotient of {it} by {k}",
            "{it} divided by {k} rounded down",
        ),
        DIVISOR,
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
            "take the rest of {it} by {k}",
        ),
        ("{it} modulo {k}", "{it} reduced modulo {k}", "the remainder of {it} by {k}", "the rest of {it} by {k}"),
        DIVISOR,
    ),
    _map(
        "capped",
        "min({x}, {k})",
        0,
        ATOM,
        (
            "cap {it} at {k}",
            "limit {it} to at most {k}",
            "take the smaller of {it} and {k}",
            "take the minimum of {it} and {k}",
        ),
        (
            "{it} capped at {k}",
            "{it} limited to at most {k}",
            "the smaller of {it} and {k}",
            "the minimum of {it} and {k}",
        ),
        AMOUNT,
    ),
    _map(
        "lifted",
        "max({x}, {k})",
        0,
        ATOM,
        (
            "lift {it} to at least {k}",
            "push {it} up to at least {k}",
            "take the larger of {it} and {k}",
            "take the maximum of {it} and {k}",
        ),
        (
            "{it} lifted to at least {k}",
            "{it} pushed up to at least {k}",
            "the larger of {it} and {k}",
            "the maximum of {it} and {k}",
        ),
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
        "force {it} between {k} and {j}",
        "limit {it} to {k} through {j}",
    ),
    (
        "{it} clamped between {k} and {j}",
        "{it} held between {k} and {j}",
        "{it} forced between {k} and {j}",
        "{it} limited to {k} through {j}",
    ),
    LOW,
    HIGH,
)
