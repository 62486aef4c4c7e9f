"""Formulas in question banks: arithmetic and comparison over named numbers, read with `ast`, never `eval`."""

import ast
import math
import operator
from collections.abc import Callable, Mapping

from codegen_desktop.errors import QuizError

LONGEST = 500
"""Characters a formula may have."""

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARE: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "ceil": math.ceil,
    "exp": math.exp,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "max": max,
    "min": min,
    "round": lambda number, digits=0: round(number, int(digits)),
    "sqrt": math.sqrt,
}


Functions = Mapping[str, Callable[..., float]]
"""Further functions a formula may call, such as the facts of a run."""


def evaluate(formula: str, names: Mapping[str, float] | None = None, functions: Functions | None = None) -> float:
    """The value of a formula; a comparison gives 1.0 or 0.0. All numbers are floats, so none can grow without end.

    Raises QuizError when the formula uses anything but numbers, the given names, + - * / // % **, comparisons,
    and/or/not, the functions abs ceil exp log log2 log10 max min round sqrt and those given, or when it has no finite
    value. What a given function raises comes through.
    """
    if len(formula) > LONGEST:
        raise QuizError(f"A formula is longer than {LONGEST} characters.", "Shorten it.")
    try:
        tree = ast.parse(formula.strip(), mode="eval")
        value = float(_value(tree.body, names or {}, {**_FUNCTIONS, **(functions or {})}))
    except (SyntaxError, ValueError, ArithmeticError, TypeError, RecursionError, MemoryError) as error:
        raise QuizError(f"The formula {formula!r} cannot be computed: {error}.", "Correct the formula.") from error
    if not math.isfinite(value):
        raise QuizError(f"The formula {formula!r} has no finite value.", "Correct the formula.")
    return value


def _value(node: ast.expr, names: Mapping[str, float], functions: Functions) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in names:
            return float(names[name])
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            result = _BINARY[type(op)](_value(left, names, functions), _value(right, names, functions))
            if isinstance(result, complex):
                raise ValueError("a root of a negative number")
            return result
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names, functions)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return float(not _value(operand, names, functions))
        case ast.BoolOp(op=ast.And(), values=values):
            return float(all(_value(value, names, functions) for value in values))
        case ast.BoolOp(op=ast.Or(), values=values):
            return float(any(_value(value, names, functions) for value in values))
        case ast.Compare(left=first, ops=ops, comparators=rest) if all(type(op) in _COMPARE for op in ops):
            numbers = [_value(part, names, functions) for part in (first, *rest)]
            pairs = zip(ops, numbers, numbers[1:], strict=False)
            return float(all(_COMPARE[type(op)](left, right) for op, left, right in pairs))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in functions:
            return float(functions[name](*[_value(argument, names, functions) for argument in arguments]))
        case _:
            raise ValueError(f"{ast.unparse(node)} is not allowed here")
