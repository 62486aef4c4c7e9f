"""Proves the keys of questions by running what they speak of, with whatever runs programs safely."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from codegen_desktop.errors import QuizError
from codegen_desktop.quiz.arithmetic import evaluate
from codegen_desktop.quiz.items import Choice, Item, Multi, Numeric, Order, Output, Verify


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program did: everything it printed, and the error it ended in with the line it speaks of (from 1)."""

    output: str
    error: str = ""
    line: int | None = None


Run = Callable[[str], Ran]
"""Runs a whole program. A program that does not compile counts as ended by SyntaxError or its like."""


def is_executable(item: Item) -> bool:
    """Whether the item's key can be proven by execution or arithmetic."""
    return item.verify is not None and item.verify.kind != "taught"


def check_key(item: Item, run: Run) -> tuple[str, ...]:
    """What is wrong with the item's key, in words; empty when execution proves it (or nothing can be executed)."""
    if item.verify is None:
        return ("nothing proves the key",)
    try:
        return tuple(_check(item, item.verify, run))
    except QuizError as error:
        return (error.what,)


def same_output(given: str, wanted: str) -> bool:
    """Whether two outputs are the same apart from spaces at the ends of lines and empty lines around them."""
    return _tidy(given) == _tidy(wanted)


def _tidy(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def _check(item: Item, verify: Verify, run: Run) -> Iterator[str]:
    match verify.kind, item:
        case "taught", _:
            return
        case "shown_by", Choice() | Multi():
            if not all(option.shown_by for option in item.option):
                yield "an option has no program in shown_by"
        case "facts", Choice() | Multi():
            yield from _check_facts(item)
        case "eval_options" | "run_options" | "compile_options", Choice() | Multi():
            yield from _check_options(item, verify, run)
        case "error", _:
            yield from _check_error(item.code, verify, run)
        case "value", Numeric(answer=float() as answer):
            value = evaluate(verify.expect, item.facts)
            if not math.isclose(value, answer, rel_tol=1e-4, abs_tol=max(item.tolerance / 2, 1e-9)):
                yield f"{verify.expect} is {value:g}, the key says {answer:g}"
        case "stdout", Output():
            yield from _check_output(item, run)
        case "stdout", Choice():
            yield from _check_printed(item, run(item.code))
        case "stdout", Order():
            for order in item.right_orders:
                ran = run("\n".join(item.line[index].text for index in order) + verify.after)
                if not same_output(ran.output, verify.expect) or ran.error:
                    yield f"the order {order} prints {ran.output!r} {ran.error}"
        case _:
            yield f"{verify.kind} does not fit a question of type {item.type}"
    if isinstance(item, Choice | Multi):
        yield from _check_shown_by(item, run)


def _check_facts(item: Choice | Multi) -> Iterator[str]:
    for number, option in enumerate(item.option, start=1):
        if bool(evaluate(option.when, item.facts)) != option.correct:
            yield f"option {number}: {option.when} does not fit its mark"


def _check_options(item: Choice | Multi, verify: Verify, run: Run) -> Iterator[str]:
    for number, option in enumerate(item.option, start=1):
        if verify.kind == "compile_options":
            ran = run(f"compile({option.text + verify.after!r}, 'option', 'exec')")
            right = not ran.error
        elif verify.kind == "run_options":
            ran = run(verify.before + option.text + verify.after)
            right = not ran.error and same_output(ran.output, verify.expect)
        else:
            wanted = f"_wanted = ({verify.expect})\n"
            ran = run(f"_given = ({option.text})\n{wanted}print(type(_given) is type(_wanted) and _given == _wanted)")
            right = ran.output.strip() == "True"
        if right != option.correct:
            yield f"option {number} is marked {option.correct}, running it says {right}"


def _check_error(code: str, verify: Verify, run: Run) -> Iterator[str]:
    ran = run(code)
    if ran.error != verify.expect or (verify.line is not None and ran.line != verify.line):
        yield f"the code ends in {ran.error or 'no error'} at line {ran.line}"
    if verify.mended:
        mended = run(verify.mended)
        if mended.error or not same_output(mended.output, verify.prints):
            yield f"the mended code prints {mended.output!r} {mended.error}"


def _check_output(item: Output, run: Run) -> Iterator[str]:
    ran = run(item.code)
    printed = ran.error if ran.error else ran.output
    if not same_output(printed, item.answer):
        yield f"the code gives {printed!r}, the key says {item.answer!r}"


def _check_printed(item: Choice, ran: Ran) -> Iterator[str]:
    printed = ran.error if ran.error else ran.output
    for number, option in enumerate(item.option, start=1):
        if same_output(option.text.strip("`"), printed) != option.correct:
            yield f"option {number} does not fit what the code gives, {printed!r}"


def _check_shown_by(item: Choice | Multi, run: Run) -> Iterator[str]:
    for number, option in enumerate(item.option, start=1):
        if option.shown_by:
            ran = run(option.shown_by)
            if not same_output(ran.error if ran.error else ran.output, option.text.strip("`")):
                yield f"option {number}: its program gives {ran.output!r} {ran.error}"
