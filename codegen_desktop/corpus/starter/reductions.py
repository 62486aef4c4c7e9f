"""Operations that make one thing of many values: sums, counts, orders, ends; as an expression and as a loop."""

from codegen_desktop.corpus.starter.numbers import COUNT
from codegen_desktop.corpus.starter.operation import Operation


def _reduce(name: str, code: str, *wordings: str, start: str = "[]", step: str = "", finish: str = "") -> Operation:
    return Operation(
        name,
        "reduce",
        wordings,
        code,
        start=start,
        step=step or "result.append({v})",
        finish=finish or "result",
        constants=(COUNT,) if "{k}" in code else (),
    )


TOTAL = _reduce(
    "total",
    "sum({g})",
    "sum {them}",
    "add {them} up",
    "take the sum of {them}",
    "return the total of {them}",
    start="0",
    step="result += {v}",
)
TALLY = _reduce(
    "tally",
    "len({l})",
    "count {them}",
    "return the count of {them}",
    "take the number of {them}",
    "return the number of {them}",
    start="0",
    step="result += 1",
)
ORDERED = _reduce(
    "ascending",
    "sorted({g})",
    "sort {them}",
    "sort {them} ascending",
    "order {them} ascending",
    "put {them} in ascending order",
    finish="sorted(result)",
)
DESCENDING = _reduce(
    "descending",
    "sorted({l}, reverse=True)",
    "sort {them} descending",
    "order {them} descending",
    "put {them} in descending order",
    "sort {them} downwards",
    finish="sorted(result, reverse=True)",
)
BACKWARDS = _reduce(
    "backwards",
    "{l}[::-1]",
    "reverse {them}",
    "reverse the order of {them}",
    "list {them} backwards",
    "return {them} backwards",
    finish="result[::-1]",
)
HEAD = _reduce(
    "head",
    "{l}[:{k}]",
    "take the first {k} of {them}",
    "return the first {k} of {them}",
    "keep the first {k} of {them}",
    "pick the first {k} of {them}",
    finish="result[:{k}]",
)
LARGEST = _reduce(
    "largest",
    "max({l}, default=0)",
    "take the largest of {them} or 0 if empty",
    "find the largest of {them} or 0 if empty",
    "take the maximum of {them} or 0 if empty",
    "find the maximum of {them} or 0 if empty",
    finish="max(result, default=0)",
)
SMALLEST = _reduce(
    "smallest",
    "min({l}, default=0)",
    "take the smallest of {them} or 0 if empty",
    "find the smallest of {them} or 0 if empty",
    "take the minimum of {them} or 0 if empty",
    "find the minimum of {them} or 0 if empty",
    finish="min(result, default=0)",
)
REDUCES = (TOTAL, TALLY, ORDERED, DESCENDING, BACKWARDS, HEAD, LARGEST, SMALLEST)
