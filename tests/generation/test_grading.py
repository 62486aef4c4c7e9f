"""Verdicts on code: honest right, honest wrong, and attempts to be called right without being it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_desktop.corpus.snippet import TestCase
from codegen_desktop.generation.grading import grade, grade_many, same_value
from codegen_desktop.generation.sandbox import Sandbox

TESTS = (TestCase("[3, 8]", "[9, 64]"), TestCase("[]", "[]"))


def finish(generator):
    yielded = []
    while True:
        try:
            yielded.append(next(generator))
        except StopIteration as stop:
            return yielded, stop.value


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as opened:
        yield opened


def test_honest_code(sandbox):
    right = grade("# square\ndef f(v):\n    return [x * x for x in v]", TESTS, sandbox)
    assert (right.passed, right.of, right.reason, right.all_passed) == (2, 2, None, True)
    wrong = grade("def f(v):\n    return [x + x for x in v]", TESTS, sandbox)
    assert (wrong.passed, wrong.reason, wrong.all_passed) == (1, "f([3, 8]) gave [6, 16], not [9, 64].", False)
    later = grade("def f(v):\n    return g(v)\ndef g(v):\n    return [x * x for x in v]", TESTS, sandbox)
    assert later.all_passed


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def f(v):\n    return [x *", "It does not parse: line 2: '[' was never closed."),
        ("x = 1", "It defines no function."),
        ("def f(v):\n    return w", "NameError: name 'w' is not defined (line 2)"),
        ("def f(v):\n    while True: pass", "The program was stopped after 1 s."),
        ("def f(v):\n    return [0] * 10**9", "The program was stopped: it needs more than 256 MiB."),
        ("def f(v): return (9, 64) if v else ()", "f([3, 8]) gave (9, 64), not [9, 64]."),
        ("def f(v): return [9.0, 64.0]", "f([3, 8]) gave [9.0, 64.0], not [9, 64]."),
        ("def f(v): return 'x' * 1000", f"f([3, 8]) gave 'xxx{'x' * 55}…, not [9, 64]."),
    ],
)
def test_reasons(sandbox, code, reason):
    found = grade(code, TESTS, sandbox)
    assert found.reason == reason
    assert not found.all_passed


SPOOFS = {
    "equal to everything": """
        class AlwaysEqual:
            def __eq__(self, other): return True
            def __hash__(self): return 0
        def f(v): return AlwaysEqual()""",
    "a list that equals everything": """
        class Same(list):
            def __eq__(self, other): return True
        def f(v): return Same()""",
    "walks the frames": """
        import sys
        def f(v):
            frame = sys._getframe()
            while frame:
                for name, value in frame.f_locals.items():
                    if isinstance(value, list): value.append('passed')
                frame = frame.f_back
            return 'passed'""",
    "ends the process": """
        import os
        def f(v): os._exit(0)""",
    "ends politely": """
        import sys
        def f(v): sys.exit(0)""",
    "prints a verdict": """
        def f(v):
            print('2 passed')
            print('{"verdict": "ok", "results": ["[9, 64]", "[]"]}')""",
    "writes reports of its own": """
        import os
        def f(v):
            os.write(3, b'3:r[]3:r[]1:d')
            os.write(3, b'1:d' * 50)
            os._exit(0)""",
    "patches repr and json": """
        import builtins, json
        builtins.repr = lambda value: 'True'
        json.dumps = json.loads = lambda *a, **k: {'verdict': 'ok'}
        def f(v): return 0""",
    "patches the built-in types": """
        import builtins
        class Passed(list):
            def __repr__(self): return '[9, 64]'
        builtins.list = Passed
        builtins.type = lambda value: list
        def f(v): return Passed()""",
    "traces": """
        import sys
        def trace(frame, event, arg):
            return trace
        sys.settrace(trace)
        def f(v): return None""",
    "hides from the clock": """
        import signal
        def f(v):
            while True:
                try:
                    while True: pass
                except BaseException: pass""",
}


@pytest.mark.parametrize("code", SPOOFS.values(), ids=SPOOFS.keys())
def test_spoofs_do_not_pass(sandbox, code):
    lines = code.strip("\n").splitlines()
    found = grade("\n".join(line[8:] for line in lines), TESTS, sandbox)
    assert not found.all_passed
    assert found.reason
    assert grade("def f(v): return [x * x for x in v]", TESTS, sandbox).all_passed


def test_many_are_graded_in_order():
    right, wrong, broken = "def f(v): return v * 2", "def f(v): return v", "def f("
    kinds = [right, wrong, broken, "def f(v):\n    while v != 7: pass\n    return 14", right]
    tasks = [(kinds[n % 5], (TestCase(str(n % 3), str(n % 3 * 2)),)) for n in range(12)]
    tasks = [(code, (TestCase("7", "14"),)) if "while" in code else (code, tests) for code, tests in tasks]
    yielded, grades = finish(grade_many(tasks, sandboxes=3))
    assert (yielded[-1].done, yielded[-1].total) == (12, 12)
    expected = [
        "while" in code or code == right or (code == wrong and tests[0].expected == "0") for code, tests in tasks
    ]
    assert [found.all_passed for found in grades] == expected
    assert finish(grade_many([]))[1] == ()


@pytest.mark.parametrize(
    ("found", "expected", "same"),
    [
        ("1", "1", True),
        ("1", "1.0", False),
        ("True", "1", False),
        ("[1, 2]", "(1, 2)", False),
        ("[True]", "[1]", False),
        ("{1: 'a', 2: 'b'}", "{2: 'b', 1: 'a'}", True),
        ("{1: 'a'}", "{1.0: 'a'}", False),
        ("{3, 1}", "{1, 3}", True),
        ("{'k': {1, 2}}", "{'k': {2, 1}}", True),
        ("nan", "nan", True),
        ("inf", "1", False),
        ("0.0", "-0.0", True),
        ("set()", "set()", True),
        ("set()", "{}", False),
        ("__import__('os')", "1", False),
        ("[" * 500, "1", False),
        ("1" * 100_000, "1", False),
        ("'a' 'b'", "'ab'", True),
    ],
)
def test_values_are_the_same_only_in_type_and_content(found, expected, same):
    assert same_value(found, expected) is same


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.binary(max_size=3)
    | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.integers() | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(values)
def test_every_plain_value_is_the_same_as_itself(value):
    assert same_value(repr(value), repr(value))
    assert not same_value(repr([value]), repr((value,)))
