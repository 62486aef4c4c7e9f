"""Every rule of the lint finds its fault, and says nothing about a sound item."""

from typing import Any

import pytest

from codegen_desktop.quiz.bank import own_bank, own_misconceptions
from codegen_desktop.quiz.items import Bank, Choice, Item, Numeric
from codegen_desktop.quiz.keys import Ran, check_key
from codegen_desktop.quiz.lint import lint_item
from tests.quiz.running import run_here

CHOICE, ORDER, OUTPUT, NUMERIC = (
    own_bank("practice").item[0],
    own_bank("test").item[1],
    own_bank("test").item[6],
    own_bank("test").item[0],
)


def changed(item: Item, **fields: Any) -> Item:
    """The item with other fields, read anew from plain values."""
    head = {"format": "cgd-bank/1", "id": "b", "version": "1.0.0", "title": "B", "license": "CC0-1.0"}
    return Bank.model_validate({**head, "item": [{**item.model_dump(), **fields}]}).item[0]


def with_option(place: int, **fields: Any) -> Item:
    """The choice with one option changed."""
    assert isinstance(CHOICE, Choice)
    options = [option.model_dump() for option in CHOICE.option]
    options[place].update(fields)
    return changed(CHOICE, option=options)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (changed(CHOICE, hint=[]), "hint is missing"),
        (changed(CHOICE, solution=[]), "solution is missing"),
        (changed(CHOICE, check=""), "check is missing"),
        (changed(CHOICE, mistakes=[]), "mistakes is missing"),
        (changed(CHOICE, about=""), "about is missing"),
        (changed(CHOICE, verify=None), "verify is missing"),
        (changed(CHOICE, see="kitchen#sink"), "which is no tab"),
        (changed(CHOICE, verify={"kind": "taught"}), "what it rests on"),
        (changed(CHOICE, marks=[{"line": 3, "text": "here"}]), "below the last line"),
        (changed(CHOICE, hint=["Write code from a prompt: a description or the beginning of some code."]), "gives the"),
        (changed(CHOICE, hint=["Look at option B once more."]), "names an option"),
        (changed(CHOICE, solution=["B is right."]), "by its letter"),
        (changed(CHOICE, solution=["{option 9} is right."]), "not there"),
        (changed(CHOICE, solution=["**Final answer: {option 1}.**"]), "which is wrong"),
        (changed(CHOICE, prompt="Why does the model know this?"), "a mind"),
        (changed(CHOICE, check="A `mark"), "not closed"),
        (changed(CHOICE, check="A **mark"), "not closed"),
        (with_option(0, why=""), "option 1 has no why"),
        (with_option(0, misconception=None), "names no misconception"),
        (with_option(1, misconception="M-LOOKUP"), "shows no misconception"),
        (with_option(0, misconception="M-NEW"), "not in the list"),
        (with_option(0, text="All of the above"), "catch-all"),
        (with_option(0, text="Translate  Python into machine code"), "same as another"),
        (changed(ORDER, misconception=None), "no misconception"),
        (changed(ORDER, line=[{"text": "1"}, {"text": "2"}, {"text": "3"}]), "does not say why"),
        (changed(OUTPUT, wrong={}), "no wrong output"),
        (changed(OUTPUT, wrong={"True": "no"}), "among the wrong ones"),
        (changed(OUTPUT, hint=["It prints True."]), "gives the answer away"),
        (changed(NUMERIC, wrong={}), "no wrong formula"),
        (changed(NUMERIC, wrong={"4000 / 2": "no"}), "gives the right answer"),
        (changed(NUMERIC, wrong={"x + 1": "no"}), "cannot be computed"),
        (changed(NUMERIC, hint=["There are 2,000 of them."]), "gives the answer away"),
    ],
)
def test_a_fault_is_found(item: Item, message: str) -> None:
    assert any(message in problem.message for problem in lint_item(item, own_misconceptions()))


@pytest.mark.parametrize("item", [CHOICE, ORDER, OUTPUT, NUMERIC], ids=lambda item: item.type)
def test_a_sound_item_has_no_problem(item: Item) -> None:
    assert lint_item(changed(item), own_misconceptions()) == ()


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        (changed(OUTPUT, answer="False"), "the key says 'False'"),
        (changed(OUTPUT, code="1 / 0"), "ZeroDivisionError"),
        (changed(NUMERIC, answer=8000), "the key says 8000"),
        (changed(NUMERIC, verify={"kind": "value", "expect": "1 / 0"}), "cannot be computed"),
        (changed(NUMERIC, verify={"kind": "stdout"}), "does not fit"),
        (changed(NUMERIC, verify=None), "nothing proves"),
        (changed(own_bank("practice").item[1], verify={"kind": "compile_options"}), "running it says False"),
        (changed(own_bank("practice").item[2], code="print(34)"), "does not fit what the code gives"),
        (changed(own_bank("practice").item[3], code="pass"), "no error"),
        (changed(own_bank("practice").item[4], verify={"kind": "run_options", "expect": "{}"}), "running it says"),
        (changed(CHOICE, verify={"kind": "shown_by"}), "no program in shown_by"),
        (changed(ORDER, verify={"kind": "stdout", "expect": "1"}), "SyntaxError"),
    ],
)
def test_a_wrong_key_is_found_by_running_it(item: Item, fault: str) -> None:
    assert any(fault in problem for problem in check_key(item, run_here))


def test_nothing_is_run_for_a_key_that_is_arithmetic() -> None:
    def refuse(program: str) -> Ran:
        raise AssertionError(f"ran {program!r}")

    assert isinstance(NUMERIC, Numeric)
    assert check_key(NUMERIC, refuse) == ()
