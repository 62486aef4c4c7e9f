"""Marking: what counts as right, what is said to a wrong answer, what it is worth."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_desktop.errors import QuizError
from codegen_desktop.quiz.bank import OWN_BANKS, own_bank
from codegen_desktop.quiz.items import Choice, Multi, Numeric, Order, Output, Shown
from codegen_desktop.quiz.marking import credit, key_text, mark, read_number

ITEMS: dict[str, Shown] = {item.id: item for name in OWN_BANKS for item in own_bank(name).shown}


def of(name: str) -> Shown:
    """An item of our own banks."""
    return ITEMS[name]


def test_the_key_of_every_item_is_marked_right() -> None:
    for item in ITEMS.values():
        match item:
            case Choice() | Multi():
                assert mark(item, item.key).right, item.id
            case Order():
                assert mark(item, tuple(range(len(item.line)))).right, item.id
            case Numeric() | Output():
                assert mark(item, key_text(item)).right, item.id


def test_a_wrong_option_says_why_and_names_its_misconception() -> None:
    for item in ITEMS.values():
        for index, option in enumerate(item.option if isinstance(item, Choice) else ()):
            if not option.correct:
                verdict = mark(item, (index,))
                assert (verdict.right, verdict.why, verdict.misconception) == (False, option.why, option.misconception)


NUMBERS = [
    ("2000", 2000),
    ("2,000", 2000),
    ("2 000", 2000),
    ("2\u202f000", 2000),
    ("1,234,567.5", 1234567.5),
    ("0,5", 0.5),
    ("83,4", 83.4),
    (" 83.4 % ", 83.4),
    ("6.91 nats", 6.91),
    ("1e-3", 0.001),
    ("−2", -2),
    ("+3.", 3),
    (".5", 0.5),
    ("1 sequence", 1),
]


def test_numbers_are_read_as_people_write_them() -> None:
    units = {"6.91 nats": "nats", "1 sequence": "sequences"}
    assert [read_number(text, units.get(text, "")) for text, _ in NUMBERS] == [number for _, number in NUMBERS]


def test_what_is_no_number_is_no_try() -> None:
    for text in ["", "  ", "many", "1/2", "1,2,3", "--1", "nan", "inf", "1e", "9" * 50, "²", "٣x"]:
        with pytest.raises(QuizError):
            mark(of("test.split.count"), text)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_an_error_in_words(text: str) -> None:
    with contextlib.suppress(QuizError):
        assert isinstance(read_number(text), float)


def test_a_named_wrong_formula_is_recognised() -> None:
    assert mark(of("test.split.count"), "8000").misconception == "A-PART"
    assert mark(of("test.accuracy.row"), "72").misconception == "M-ACC"
    assert mark(of("test.accuracy.row"), "2.0").right
    assert mark(of("test.accuracy.row"), "3").why == "That is too high."
    assert mark(of("test.loss.untrained"), "3").misconception == "A-UNIT"


def test_output_is_compared_without_outer_spaces_but_with_capitals() -> None:
    item = of("test.temperature.top")
    assert mark(item, " True \n").right
    assert "capital" in mark(item, "true").why
    assert mark(item, "False").misconception == "M-RANDOM"
    assert not mark(item, "TypeError").right
    with pytest.raises(QuizError):
        mark(item, " ")


def test_several_options_are_all_needed_and_no_other() -> None:
    item = of("test.generate.constant")
    assert mark(item, (0, 2)).right
    assert "1 more is right too" in mark(item, (2,)).why
    assert mark(item, (0, 1, 2)).misconception == "M-GROWS"
    for empty in ((), (7,)):
        with pytest.raises(QuizError):
            mark(item, empty)


def test_an_order_says_how_far_it_is_right() -> None:
    item = of("test.predict.steps")
    verdict = mark(item, (0, 1, 2, 4, 3, 5))
    assert (verdict.right, verdict.misconception) == (False, "M-STEPS")
    assert verdict.why == "Right up to place 3, not at place 4."
    assert mark(item, (5, 1, 2, 3, 4, 0)).why == "Not right at place 1."
    with pytest.raises(QuizError):
        mark(item, (0, 0, 1, 2, 3, 4))


def test_credit_slides_from_one_to_a_half_to_nothing() -> None:
    item = of("practice.purpose")
    assert [credit(item, tries, True) for tries in (1, 2, 3, 4)] == [1.0, 0.5, 0.0, 0.0]
    assert credit(item, 1, False) == 0.0


def test_an_answer_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(QuizError):
        mark(of("practice.purpose"), "B")
    with pytest.raises(QuizError):
        mark(of("test.split.count"), (1,))
