"""Judges an answer: right or wrong, why, and what it is worth. Pure functions of the item and what was given."""

import re
from dataclasses import dataclass

from codegen_desktop.errors import QuizError
from codegen_desktop.quiz.arithmetic import evaluate
from codegen_desktop.quiz.items import Choice, Multi, Numeric, Order, Output, Shown
from codegen_desktop.quiz.keys import same_output

Given = tuple[int, ...] | str
"""What a learner gave: the indices of the chosen options or of the lines in their order, or the typed text."""

CREDIT = (1.0, 0.5, 0.0)
"""The share of an item's points that a right answer earns at the first, second and third try; then it is over."""

_GROUPED = re.compile(r"[+-]?\d{1,3}([ ,'\u00a0\u2009\u202f]\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_UNREADABLE = "Write one number, such as 2000 or 0.25."


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an answer is right, one sentence about it, and the misconception it points to (None: none foreseen)."""

    right: bool
    why: str
    misconception: str | None = None


def mark(item: Shown, given: Given) -> Verdict:
    """The verdict on an answer. Raises QuizError when it is not an answer to this item at all (empty, no number)."""
    match item, given:
        case Choice(), tuple():
            return _mark_choice(item, given)
        case Multi(), tuple():
            return _mark_multi(item, given)
        case Order(), tuple():
            return _mark_order(item, given)
        case Numeric(), str():
            return _mark_numeric(item, given)
        case Output(), str():
            return _mark_output(item, given)
        case _:
            raise QuizError("This answer does not belong to this type of question.", "Answer it again.")


def credit(item: Shown, tries: int, right: bool) -> float:
    """The points of an answer given at the `tries`-th try (from 1)."""
    return item.points * CREDIT[min(tries, len(CREDIT)) - 1] if right else 0.0


def read_number(text: str, unit: str = "") -> float:
    """The number in a text: `2,000`, `2 000`, `0,5`, `83.4 %` and `1e-3` are understood.

    One comma is a decimal comma unless exactly three digits follow it and no 0 leads. Raises QuizError when the
    text is no number.
    """
    trimmed = text.strip().replace("\u2212", "-")
    for suffix in {unit, "%", unit.rstrip("s")} - {""}:
        trimmed = trimmed.removesuffix(suffix).strip()
    if len(trimmed) > 40:
        raise QuizError("That is too long for a number.", _UNREADABLE)
    if _GROUPED.fullmatch(trimmed):
        trimmed = re.sub(r"[ ,'\u00a0\u2009\u202f]", "", trimmed)
    elif trimmed.count(",") == 1 and "." not in trimmed:
        trimmed = trimmed.replace(",", ".")
    if not _NUMBER.fullmatch(trimmed):
        raise QuizError("That is not a number." if trimmed else "No number is given yet.", _UNREADABLE)
    return float(trimmed)


def key_text(item: Shown) -> str:
    """The right answer in words, for the verdict, reports and screen readers."""
    match item:
        case Numeric(answer=float() as answer):
            return f"{answer:,.{item.decimals}f} {item.unit}".strip().replace(" %", "\u2009%")
        case Output():
            return item.answer.strip()
        case Order():
            return "; ".join(line.text for line in item.line)
        case Choice() | Multi():
            return "; ".join(option.text for option in item.option if option.correct)
        case _:
            raise ValueError(f"{item.id} has no answer of its own")


def _mark_choice(item: Choice, given: tuple[int, ...]) -> Verdict:
    if len(given) != 1 or not 0 <= given[0] < len(item.option):
        raise QuizError("No option is chosen yet.", "Choose one.")
    option = item.option[given[0]]
    return Verdict(option.correct, option.why, option.misconception)


def _mark_multi(item: Multi, given: tuple[int, ...]) -> Verdict:
    if not given or not all(0 <= index < len(item.option) for index in given):
        raise QuizError("No option is chosen yet.", "Choose every option that is right.")
    wrong = [index for index in sorted(set(given)) if index not in item.key]
    missing = len(set(item.key) - set(given))
    if wrong:
        option = item.option[wrong[0]]
        return Verdict(False, option.why, option.misconception)
    if missing:
        return Verdict(
            False, f"What is chosen is right, but {missing} more {'is' if missing == 1 else 'are'} right too."
        )
    return Verdict(True, "Exactly the right ones.")


def _mark_order(item: Order, given: tuple[int, ...]) -> Verdict:
    if sorted(given) != list(range(len(item.line))):
        raise QuizError("The order is not complete.", "Every line has one place.")
    if given in item.right_orders:
        return Verdict(True, "Every line stands in its place.")
    at = max(_first_difference(given, order) for order in item.right_orders)
    so_far = f"Right up to place {at}, not at place {at + 1}." if at else "Not right at place 1."
    return Verdict(False, so_far, item.misconception)


def _first_difference(given: tuple[int, ...], order: tuple[int, ...]) -> int:
    return next(place for place, (left, right) in enumerate(zip(given, order, strict=True)) if left != right)


def _mark_numeric(item: Numeric, given: str) -> Verdict:
    assert item.answer is not None, "an item made from a run has its answer by now"
    number = read_number(given, item.unit)
    slack = item.tolerance + 1e-9 * max(1.0, abs(item.answer))
    if abs(number - item.answer) <= slack:
        return Verdict(True, "That is the number." if item.tolerance == 0 else "That is close enough to count.")
    for formula, wrong in item.wrong.items():
        value = evaluate(formula, item.facts)
        if abs(number - value) <= max(item.tolerance, 10**-item.decimals / 2, abs(value) * 0.005):
            return Verdict(False, wrong.why, wrong.misconception)
    return Verdict(False, "That is too high." if number > item.answer else "That is too low.")


def _mark_output(item: Output, given: str) -> Verdict:
    if not given.strip():
        raise QuizError("No output is typed yet.", "Type what the program prints, or the name of the error.")
    if same_output(given, item.answer):
        return Verdict(True, "That is what Python prints.")
    for output, wrong in item.wrong.items():
        if same_output(given, output):
            return Verdict(False, wrong.why, wrong.misconception)
    if given.strip().lower() == item.answer.strip().lower():
        return Verdict(False, "Nearly: capital and small letters are different in Python.")
    return Verdict(False, "The program prints something else. Follow it line by line.")
