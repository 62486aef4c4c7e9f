"""Whether texts are Python; no text is dangerous to ask about."""

import pytest

from codegen_desktop.generation.syntax import SyntaxProblem, first_function, parse, parses, problem


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", None),
        ("", None),
        ("# only a comment", None),
        ("'\\d'", None),
        ("def f(:\n", "line 1: invalid syntax"),
        ("x = (\n", "line 1: '(' was never closed"),
        ("x\0", "source code string cannot contain null bytes"),
        ("-" * 100_000 + "1", "the code is nested too deeply"),
    ],
)
def test_problems(text, words):
    found = problem(text)
    assert (None if found is None else str(found)) == words
    assert parses(text) is (words is None)


def test_half_a_character_is_a_problem():
    assert isinstance(parse("'\ud800'"), SyntaxProblem)


def test_the_first_function_is_the_one_at_the_top():
    tree = parse("class A:\n    def inner(self): pass\ndef outer(): pass\ndef second(): pass")
    assert first_function(tree) == "outer"
    assert first_function(parse("x = 1")) is None
