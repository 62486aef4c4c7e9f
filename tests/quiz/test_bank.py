"""Reading banks: every damaged or hostile one gives an error that says where, and formulas stay arithmetic."""

import contextlib
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_desktop.errors import QuizError
from codegen_desktop.quiz.arithmetic import evaluate
from codegen_desktop.quiz.bank import LARGEST, MOST_ITEMS, item_lines, parse_bank, read_bank

HEAD = """format = "cgd-bank/1"
id = "b"
version = "1.0.0"
title = "B"
license = "CC0-1.0"
"""
ITEM = """
[[item]]
id = "a.b"
type = "choice"
stage = "data"
skill = ["x"]
level = "easy"
prompt = "?"
option = [{ text = "1", correct = true }, { text = "2" }]
"""
NUMERIC = ITEM.replace('"choice"', '"numeric"').replace(ITEM.splitlines()[-1], "answer = 1")
ORDER = ITEM.replace('"choice"', '"order"').replace(ITEM.splitlines()[-1], "line = [{text='1'},{text='2'},{text='3'}]")


def test_the_smallest_bank_is_read() -> None:
    assert len(parse_bank(HEAD + ITEM, "b.toml").item) == 1
    assert len(parse_bank(HEAD + NUMERIC, "b.toml").item) == 1
    assert len(parse_bank(HEAD + ORDER, "b.toml").item) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a question bank"),
        ("x = [1\ny = 2", "line 2"),
        ("x = ", "at its end"),
        (HEAD + "[[item]", "line 6"),
        ('format = "cgd-bank/2"\n' + ITEM, "not a question bank"),
        (HEAD, "no question"),
        (HEAD + "item = 3", "no question"),
        (HEAD + "item = [3]", "line 1, item without id"),
        (HEAD.replace('version = "1.0.0"', 'version = "new"') + ITEM, "version"),
        (HEAD.replace('id = "b"\n', "") + ITEM, "id"),
        (HEAD + ITEM + ITEM, "line 16: the id a.b is used at line 7 already"),
        (HEAD + ITEM.replace('"a.b"', '"A B"'), "id"),
        (HEAD + ITEM.replace('"a.b"', "7"), "id"),
        (HEAD + ITEM.replace('"choice"', '"riddle"'), "line 7, item a.b"),
        (HEAD + ITEM.replace('type = "choice"\n', ""), "item a.b"),
        (HEAD + ITEM.replace('"data"', '"astrology"'), "line 7, item a.b: stage"),
        (HEAD + ITEM.replace('"easy"', '"trivial"'), "level"),
        (HEAD + ITEM.replace('prompt = "?"', 'prompt = ""'), "prompt"),
        (HEAD + ITEM.replace("skill", "hints = ['x']\nskill"), "hints"),
        (HEAD + ITEM.replace("correct = true", "correct = false"), "exactly one right option"),
        (HEAD + ITEM.replace('text = "2"', 'text = "2", correct = true'), "exactly one right option"),
        (HEAD + ITEM.replace(', { text = "2" }', ""), "option"),
        (HEAD + ITEM.replace('"choice"', '"multi"').replace("correct = true", "correct = false"), "no option"),
        (HEAD + ITEM.replace('text = "2"', 'text = "2", misconception = "oops"'), "misconception"),
        (HEAD + ITEM + 'figure = { file = "a.png", alt = " " }', "alt"),
        (HEAD + NUMERIC.replace("answer = 1", ""), "either answer or from_run"),
        (HEAD + NUMERIC.replace("answer = 1", "answer = nan"), "answer"),
        (HEAD + NUMERIC + "tolerance = -1", "tolerance"),
        (HEAD + NUMERIC.replace("answer = 1", "[item.from_run]\nlet = {a = '1'}"), "from_run has no answer"),
        (HEAD + ORDER + "orders = [[0, 1]]", "every line once"),
        (HEAD + ORDER.replace("text='2'", "text='1'"), "two lines are the same"),
        (HEAD + ITEM + "points = 0", "points"),
        (HEAD + ITEM + 'verify = { kind = "magic" }', "verify.kind"),
        (HEAD + "x = " + "[" * 5000 + "]" * 5000 + ITEM, "TOML"),
        (HEAD + "x = " + "9" * 5000 + ITEM, "TOML"),
        (HEAD + "x = 1979-05-27T07:32:00Z" + ITEM, "x"),
        (HEAD + "x = '\x00'" + ITEM, "TOML"),
    ],
)
def test_a_faulty_bank_is_refused_with_its_place(text: str, says: str) -> None:
    with pytest.raises(QuizError) as caught:
        parse_bank(text, "b.toml")
    assert says in str(caught.value)
    assert "b.toml" in str(caught.value)


def test_files_that_are_too_large_not_text_or_not_there(tmp_path: Path) -> None:
    cases = {"large.toml": b"#" * (LARGEST + 1), "latin.toml": HEAD.encode() + b"# \xe4"}
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(QuizError, match=name.split(".")[0]):
            read_bank(tmp_path / name)
    with pytest.raises(QuizError, match="cannot be read"):
        read_bank(tmp_path / "nowhere.toml")
    with pytest.raises(QuizError, match="cannot be read"):
        read_bank(tmp_path)


def test_too_many_items_are_refused() -> None:
    with pytest.raises(QuizError, match="2,001"):
        parse_bank(HEAD + "[[item]]\n" * (MOST_ITEMS + 1), "b.toml")


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "b.toml"
    path.write_bytes((HEAD + ITEM).replace("\n", "\r\n").encode())
    assert read_bank(path).item[0].id == "a.b"


def test_a_header_inside_a_text_is_no_header() -> None:
    text = "a = '''\n[[item]]\n'''\n[[item]]\nb = \"\"\"x\"\"\"\n [[ item ]]\n"
    assert item_lines(text, [1, 2]) == (4, 6)
    assert item_lines("item = [{}, {}]", [1, 2]) == (1, 1)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1 + 2 * 3", 7),
        ("-2 ** 2", -4),
        ("(a - b) / a * 100", 50),
        ("log(exp(1))", 1),
        ("max(a, b, 9)", 9),
        ("round(2.567, 2)", 2.57),
        ("1 < 2 <= 2 and not 3 > 4 or 0", 1),
        ("7 // 2 + 7 % 2", 4),
    ],
)
def test_formulas(formula: str, value: float) -> None:
    assert evaluate(formula, {"a": 4, "b": 2}) == pytest.approx(value)


NOT_ARITHMETIC = [
    "",
    "1 +",
    "x",
    "().__class__",
    "__import__('os')",
    "open('x')",
    "'a' * 9",
    "[1]",
    "1 if 1 else 2",
    "lambda: 1",
    "9 ** 9 ** 9 ** 9",
    "10 ** 400",
    "1 / 0",
    "(-1) ** 0.5",
    "log(0)",
    "log(1, base=2)",
    "1e999",
    "a.b",
    "log()",
    "(" * 240 + "1" + ")" * 240,
    "1" + " + 1" * 200,
    "1 << 2",
]


def test_formulas_that_are_not_arithmetic_are_refused() -> None:
    for formula in NOT_ARITHMETIC:
        with pytest.raises(QuizError):
            evaluate(formula, {"a": 1})


@given(st.text(alphabet="0123456789+-*/%()., abexplog<>=", max_size=40))
def test_any_text_gives_a_finite_number_or_an_error(formula: str) -> None:
    value = 0.0
    with contextlib.suppress(QuizError):
        value = evaluate(formula, {"a": 1.0, "b": 2.0})
    assert math.isfinite(value)
