"""Evaluation and samples with a model that has learned nothing, and with one that knows a single answer."""

import pytest

from codegen_desktop.config import SamplingOptions
from codegen_desktop.corpus.snippet import Origin, Snippet, TestCase
from codegen_desktop.errors import SandboxError
from codegen_desktop.generation import report
from codegen_desktop.generation import sandbox as sandbox_module
from codegen_desktop.generation.copied import TrainingIndex
from codegen_desktop.generation.evaluate import evaluate, unseen_constants
from codegen_desktop.generation.generate import complete
from codegen_desktop.generation.report import make_sample
from codegen_desktop.generation.trace import Completion

ADDS = (TestCase("1, 2", "3"),)


def snippet(code, instruction="add a and b", tests=ADDS, family="arithmetic"):
    return Snippet(code, Origin("test", "a.py", 3, 5), "CC0-1.0", code, "python", instruction, tests, family)


RIGHT = "def add(a, b):\n    return a + b"


def finish(generator):
    yielded = []
    while True:
        try:
            yielded.append(next(generator))
        except StopIteration as stop:
            return yielded, stop.value


def test_a_model_that_knows_some_answers(taught, tokenizer):
    snippets = [
        snippet(RIGHT),
        snippet("def f(): ...", "subtract x and y", (TestCase("1, 2", "1"), TestCase("0, 0", "0")), "b-family"),
        snippet("x = 1", None, ()),
        snippet("def no_tests(): ...", "do nothing", ()),
        snippet("def f(): ...", "multiply left and right", (TestCase("3, 'ab'", "'ababab'"),), family="b-family"),
    ]
    yielded, found = finish(evaluate(taught, tokenizer, snippets, subset={1, 4}, subset_name="new numbers"))
    assert (found.passed, found.total, found.parsed, found.pass_at_1) == (2, 3, 3, 2 / 3)
    assert [(family.name, family.passed, family.of) for family in found.families] == [
        ("arithmetic", 1, 1),
        ("b-family", 1, 2),
    ]
    assert (found.subset.name, found.subset.passed, found.subset.of) == ("new numbers", 1, 2)
    (failure,) = found.failures
    assert failure.prompt == "# subtract x and y\n"
    assert failure.code == "def subtract(x, y):\n    return x - y"
    assert failure.reason == "subtract(1, 2) gave -1, not 1."
    assert found.protection == "limited"
    assert {step.what for step in yielded} == {"Writing the answers", "Running the tests"}
    assert all(step.done <= step.total == 3 for step in yielded)


def test_a_model_that_has_learned_nothing(decoder, tokenizer):
    _, found = finish(evaluate(decoder, tokenizer, [snippet(RIGHT)] * 3))
    assert (found.passed, found.total, found.subset, len(found.failures)) == (0, 3, None, 3)
    assert finish(evaluate(decoder, tokenizer, []))[1].pass_at_1 == 0.0


def test_an_instruction_that_does_not_fit_is_a_failure(taught, tokenizer):
    _, found = finish(evaluate(taught, tokenizer, [snippet(RIGHT), snippet(RIGHT, "x y " * 40)]))
    assert (found.passed, found.total) == (1, 2)
    assert (found.failures[0].code, found.failures[0].reason) == ("", "It defines no function.")


def test_without_a_sandbox_nothing_is_graded(decoder, tokenizer, monkeypatch):
    monkeypatch.setattr(sandbox_module, "missing", lambda: "No walls here.")
    with pytest.raises(SandboxError, match="No walls here"):
        next(evaluate(decoder, tokenizer, [snippet(RIGHT)]))
    completion = Completion("# add a and b\n", RIGHT, (), "end", SamplingOptions(), 0.1)
    sample = make_sample(completion, (TestCase("1, 2", "3"),))
    assert (sample.grade, sample.verdict) == (None, "parses; tests not run")
    assert "No walls here" in sample.ungraded


def test_constants_that_were_never_seen():
    train = [snippet("def f(x): return x + 3"), snippet("def f(x): return x + 'ab'")]
    test = [
        snippet("return x * 3"),
        snippet("return x * 13"),
        snippet("return 'b'"),
        snippet("return x"),
        snippet("return ['ab', 3.5]"),
    ]
    assert unseen_constants(train, test) == {1, 2, 4}


def test_a_sample_as_other_programs_get_it(taught, tokenizer):
    options = SamplingOptions(temperature=0.0)
    completion = complete(taught, tokenizer, "# add a and b\n", options)
    index = TrainingIndex(tokenizer, [snippet("def sub(a, b):\n    return a - b"), snippet("def add(a, b): pass")])
    sample = make_sample(completion, (TestCase("1, 2", "3"), TestCase("1, 1", "3")), index)
    written = tokenizer.encode(RIGHT)
    found = sample.as_json()
    assert found["code"] == RIGHT
    assert [token["id"] for token in found["tokens"]] == written
    assert "".join(token["text"] for token in found["tokens"]) == RIGHT
    assert all(0.9 < token["probability"] <= 1 for token in found["tokens"])
    assert (found["ended"], found["parses"], found["tests"]) == ("end", True, {"passed": 1, "of": 2})
    assert found["copied"] == {
        "tokens": sample.copied.tokens,
        "origin": "test: a.py, line 3",
        "licence": "CC0-1.0",
    }
    assert sample.copied.tokens >= len(tokenizer.encode("def add(a, b):"))
    assert (sample.prompt, sample.verdict) == ("# add a and b\n", "1 of 2 tests passed")
    bare = make_sample(completion)
    assert (bare.as_json()["tests"], bare.as_json()["copied"], bare.verdict) == (None, None, "parses; no tests")


def test_a_sample_that_does_not_parse():
    completion = Completion("def f(", "a", (), "length", SamplingOptions(), 0.1)
    sample = make_sample(completion)
    assert (sample.parses, sample.verdict) == (False, "does not parse (line 1: '(' was never closed)")


def test_the_tests_of_an_instruction_are_found():
    snippets = [snippet(RIGHT, None, ()), snippet(RIGHT)]
    assert report.tests_for("# add a and b", snippets) == snippets[1].tests
    assert report.tests_for("# add", snippets) == ()
