"""Whether code passes tests: it runs in the sandbox, and its answers are compared here, where it cannot reach."""

import ast
import os
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.corpus.snippet import TestCase
from codegen_desktop.generation.sandbox import Limits, Outcome, Sandbox
from codegen_desktop.generation.syntax import SyntaxProblem, first_function, parse

GRADING_LIMITS = Limits(seconds=1.0, memory=256 << 20)
"""For one answer with all its tests; an honest one needs a thousandth of it."""

Task = tuple[str, tuple[TestCase, ...]]
"""Code, and the tests of the first function it defines."""

_SHOWN = 60
"""Most characters of a value in a reason."""


@dataclass(frozen=True, slots=True)
class Grade:
    """How code did: `passed` of `of` tests; `reason` says in words what went wrong first, None when all passed."""

    passed: int
    of: int
    reason: str | None

    @property
    def all_passed(self) -> bool:
        """Whether there were tests and every one passed."""
        return self.of > 0 and self.passed == self.of


def grade(code: str, tests: Sequence[TestCase], sandbox: Sandbox, limits: Limits = GRADING_LIMITS) -> Grade:
    """Run the first function of `code` on every test. Raises SandboxError when the sandbox is lost."""
    calls = _calls(code, tests)
    if isinstance(calls, str):
        return Grade(0, len(tests), calls)
    return _compared(sandbox.run(code, calls, limits), calls, tests)


def grade_many(
    tasks: Sequence[Task], limits: Limits = GRADING_LIMITS, sandboxes: int | None = None
) -> Generator[Progress, None, tuple[Grade, ...]]:
    """Grade many answers in several sandboxes side by side; yields how many are done, returns the grades in order.

    Raises SandboxError where code cannot be run safely.
    """
    count = sandboxes or min(4, os.cpu_count() or 1)
    grades: list[Grade | None] = [None] * len(tasks)
    with ExitStack() as stack:
        boxes = [stack.enter_context(Sandbox()) for _ in range(min(count, max(1, len(tasks))))]
        running: dict[int, tuple[int, tuple[str, ...]]] = {}  # box -> the task it runs, and its calls
        for number, (code, tests) in enumerate(tasks):
            box = number % len(boxes)
            if box in running:
                _collect(boxes[box], running.pop(box), tasks, grades)
            calls = _calls(code, tests)
            if isinstance(calls, str):
                grades[number] = Grade(0, len(tests), calls)
            else:
                boxes[box].submit(code, calls, limits)
                running[box] = number, calls
            if number % 50 == 49:
                yield Progress(number + 1 - len(running), len(tasks), "Running the tests")
        for box, job in running.items():
            _collect(boxes[box], job, tasks, grades)
    yield Progress(len(tasks), len(tasks), "Running the tests")
    return tuple(found for found in grades if found is not None)


def same_value(found: str, expected: str) -> bool:
    """Whether two `repr` texts stand for equal values of the same types, down to the last element.

    `1`, `1.0` and `True` are three different values; the order of sets and dictionaries does not count. Neither
    text is evaluated beyond literals.
    """
    if found == expected:
        return True
    if len(found) > 4 * len(expected) + 200:  # far too long to be equal: not worth reading
        return False
    try:
        return bool(_typed(ast.literal_eval(found)) == _typed(ast.literal_eval(expected)))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False


def _typed(value: object) -> object:
    """A value that equals another's only where types and contents agree."""
    name = type(value).__name__
    if isinstance(value, list | tuple):
        return name, tuple(_typed(item) for item in value)
    if isinstance(value, set | frozenset):
        return name, frozenset(_typed(item) for item in value)
    if isinstance(value, dict):
        return name, frozenset((_typed(key), _typed(item)) for key, item in value.items())
    return name, value


def _calls(code: str, tests: Sequence[TestCase]) -> tuple[str, ...] | str:
    """The calls that the tests ask for, or why there are none."""
    tree = parse(code)
    if isinstance(tree, SyntaxProblem):
        return f"It does not parse: {tree}."
    name = first_function(tree)
    if name is None:
        return "It defines no function."
    return tuple(f"{name}({test.arguments})" for test in tests)


def _collect(box: Sandbox, job: tuple[int, tuple[str, ...]], tasks: Sequence[Task], grades: list[Grade | None]) -> None:
    """Wait for a sandbox's answer and write its grade down."""
    number, calls = job
    grades[number] = _compared(box.collect(), calls, tasks[number][1])


def _compared(outcome: Outcome, calls: tuple[str, ...], tests: Sequence[TestCase]) -> Grade:
    """Compare what came back with what was expected."""
    passed, reason = 0, None
    for call, test, result, value in zip(calls, tests, outcome.results, outcome.values, strict=True):
        if result is not None and same_value(result, test.expected):
            passed += 1
        elif reason is None and value is not None:
            reason = f"{_short(call)} gave {_short(value)}, not {_short(test.expected)}."
        elif reason is None:
            reason = outcome.exception or f"{_short(call)} gave nothing."
    return Grade(passed, len(tests), reason)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
