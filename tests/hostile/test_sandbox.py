"""Hostile and spoofing programs: each is contained, reported in words, and leaves nothing behind."""

import os
import select
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from codegen_desktop.errors import SandboxError
from codegen_desktop.generation import sandbox as sandbox_module
from codegen_desktop.generation.sandbox import Limits, Sandbox, run

SHORT = Limits(seconds=0.5, memory=256 << 20)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as opened:
        yield opened


def session_processes(leader):
    """The ids of the processes that live in the session of `leader`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.fixture(autouse=True)
def nothing_left(sandbox):
    yield
    assert sandbox._child is not None
    assert session_processes(sandbox._child.pid) in ([sandbox._child.pid], [])


def outcome_of(sandbox, program, *calls, limits=SHORT):
    return sandbox.run(textwrap.dedent(program), calls, limits)


REFUSED_INSIDE = {
    "fork": "import os\nos.fork()",
    "fork by ctypes": "import ctypes\nif ctypes.CDLL(None).fork() < 0: raise PermissionError",
    "read passwd": "print(open('/etc/passwd').read())",
    "read by descriptor": "import os\nos.open('/etc/passwd', os.O_RDONLY)",
    "read the parent's memory": "import os\nopen(f'/proc/{os.getppid()}/mem', 'rb')",
    "list the home folder": "import os\nos.listdir(os.path.expanduser('~'))",
    "tcp": "import socket\nsocket.socket().connect(('127.0.0.1', 1))",
    "udp": "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "unix socket": "import socket\nsocket.socketpair()",
    "kill the parent": "import os\nos.kill(os.getppid(), 9)",
    "kill everything": "import os\nos.kill(-1, 9)",
    "kill by ctypes": "import ctypes, os\nif ctypes.CDLL(None).kill(os.getppid(), 9) < 0: raise PermissionError",
    "exec": "import os\nos.execv('/bin/sh', ['sh', '-c', 'echo out'])",
    "shell": "import os\nif os.system('echo out') != 0: raise PermissionError",
    "new session": "import os\nos.setsid()",
    "delete": "import os\nos.unlink('/etc/passwd')",
    "change folder": "import os\nos.chdir('/')",
    "raise limits": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "become root": "import os\nos.setresuid(0, 0, 0)",
    "shared memory": "import os\nos.memfd_create('x')",
}


@pytest.mark.parametrize("program", REFUSED_INSIDE.values(), ids=REFUSED_INSIDE.keys())
def test_what_is_not_allowed_is_refused_inside(sandbox, program):
    outcome = outcome_of(sandbox, program)
    assert outcome.verdict == "error"
    assert outcome.exception.startswith("PermissionError") or "not allowed" in outcome.exception
    assert outcome.stdout == ""


def test_nothing_is_written_outside(sandbox, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    outcome = outcome_of(sandbox, f"open({str(tmp_path / 'mark')!r}, 'w').write('here')")
    assert (outcome.verdict, list(tmp_path.glob("mark"))) == ("error", [])


def test_the_environment_and_standard_input_are_empty(sandbox, monkeypatch):
    monkeypatch.setenv("SECRET", "yes")
    program = "import os, sys\nprint(dict(os.environ), sys.path, os.read(0, 9), sys.stdin.read())"
    assert outcome_of(sandbox, program).stdout == "{} [] b'' \n"
    assert "EOFError" in outcome_of(sandbox, "input()").exception


def test_a_fork_bomb_makes_no_process(sandbox):
    outcome = outcome_of(
        sandbox,
        """
        import os
        while True:
            try:
                os.fork()
            except OSError:
                pass
        """,
    )
    assert outcome.verdict == "time"


def test_a_daemon_cannot_detach(sandbox):
    outcome = outcome_of(sandbox, "import os\nif os.fork() == 0:\n    os.setsid()\n    os.fork()\n    while True: pass")
    assert outcome.verdict == "error"


def test_threads_cannot_be_started(sandbox):
    outcome = outcome_of(
        sandbox,
        "import threading\nfor _ in range(2000):\n    threading.Thread(target=threading.Event().wait).start()",
    )
    assert (outcome.verdict, "thread" in outcome.exception) == ("error", True)


ENDLESS = {
    "loop that swallows exceptions": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "sleep": "import time\ntime.sleep(1e6)",
    "huge power": "10 ** 10 ** 9",
    "regular expression": "import re\nre.match('(a+)+$', 'a' * 40 + 'b')",
    "ignored signals": "import signal\nfor s in range(1, 32):\n    try: signal.signal(s, signal.SIG_IGN)\n"
    "    except (OSError, ValueError): pass\nwhile True: pass",
    "lock": "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    "closed pipes": "import os\nfor d in range(20):\n    try: os.close(d)\n    except OSError: pass\nwhile True: pass",
}


@pytest.mark.parametrize("program", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_does_not_end_is_stopped(sandbox, program):
    outcome = outcome_of(sandbox, program)
    assert outcome.verdict == "time"
    assert outcome.exception == "The program was stopped after 0.5 s."
    assert outcome.seconds >= 0.5


@pytest.mark.parametrize(
    "program", ["x = 'x' * 10**10", "x = [0] * 10**9", "x = []\nwhile True: x.append('a' * 999999)"]
)
def test_memory_is_limited(sandbox, program):
    outcome = outcome_of(sandbox, program, limits=Limits(seconds=5, memory=128 << 20))
    assert outcome.verdict == "memory"
    assert "128 MiB" in outcome.exception
    assert outcome.peak_memory < 200 << 20


def test_memory_that_runs_out_in_small_pieces_is_reported_too(sandbox):
    program = "x = []\nwhile True: x.append([])"
    assert outcome_of(sandbox, program, limits=Limits(seconds=10, memory=64 << 20)).verdict == "memory"


def test_output_is_limited(sandbox):
    outcome = outcome_of(sandbox, "while True: print('x' * 1000)", limits=Limits(seconds=5))
    assert (outcome.verdict, len(outcome.stdout)) == ("output", 64 << 10)
    to_errors = outcome_of(sandbox, "import sys\nwhile True: sys.stderr.write('x' * 1000)", limits=Limits(seconds=5))
    assert to_errors.verdict == "output"
    to_results = outcome_of(sandbox, "import os\nwhile True: os.write(3, b'x' * 65536)", limits=Limits(seconds=5))
    assert to_results.verdict == "output"


def test_a_crash_is_only_the_programs(sandbox):
    outcome = outcome_of(sandbox, "import ctypes\nctypes.string_at(0)")
    assert (outcome.verdict, outcome.exception) == ("error", "The program crashed (SIGSEGV).")
    assert outcome_of(sandbox, "x = 1", "x").verdict == "ok"


def test_recursion_ends_in_an_exception_or_a_limit(sandbox):
    assert "RecursionError" in outcome_of(sandbox, "def f(): f()\nf()").exception
    deep = "import sys\nsys.setrecursionlimit(10**9)\ndef f(n): return f(n + 1)\nf(0)"
    assert outcome_of(sandbox, deep, limits=Limits(seconds=5, memory=128 << 20)).verdict in ("memory", "error", "time")


def test_exits(sandbox):
    assert outcome_of(sandbox, "print(1)\nraise SystemExit").verdict == "ok"
    assert outcome_of(sandbox, "import sys\nsys.exit(3)").exception.startswith("SystemExit: 3")
    assert outcome_of(sandbox, "import sys\nsys.exit(0)", "1 + 1").results == (None,)
    outcome = outcome_of(sandbox, "import os\nos._exit(0)", "1 + 1")
    assert (outcome.verdict, outcome.results) == ("error", (None,))


@pytest.mark.parametrize("report", ["2:ux", "2:fx", "9999999999:x", "x", "2:r1", "2:d\\xff", "-1:"])
def test_forged_reports_do_not_mislead(sandbox, report):
    outcome = outcome_of(sandbox, f"import os\nos.write(3, b'{report}')\nraise KeyError(1)", "1 + 1")
    assert (outcome.verdict, outcome.results) == ("error", ("1" if report == "2:r1" else None,))
    assert outcome_of(sandbox, "x = 1", "x").results == ("1",)


NOT_STARTED = {
    "does not parse": ("def f(:\n", "SyntaxError"),
    "zero byte": ("x = 1\0", "null bytes"),
    "deeply nested": ("(" * 5000 + ")" * 5000, "nested"),
    "deep operators": ("-" * 100_000 + "1", "nested"),
    "too large": ("#" * (300 << 10), "larger than 256 KiB"),
    "half a character": ("'\ud800'", "half a character"),
}


@pytest.mark.parametrize(("program", "reason"), NOT_STARTED.values(), ids=NOT_STARTED.keys())
def test_what_cannot_be_a_program_is_not_started(sandbox, program, reason):
    outcome = sandbox.run(program, ("1",), SHORT)
    assert (outcome.verdict, outcome.results) == ("refused", (None,))
    assert reason in outcome.exception


def test_an_ordinary_program_has_what_it_needs(sandbox):
    outcome = outcome_of(
        sandbox,
        """
        import json, math, re, statistics, random, datetime, time
        from collections import Counter, defaultdict
        from dataclasses import dataclass
        from decimal import Decimal
        from functools import reduce

        @dataclass
        class Point:
            x: int

        time.sleep(0.001)
        print(json.dumps({"é": math.pi}, ensure_ascii=False), re.sub("a", "b", "aa"), Point(1), Decimal("1.1") * 3)
        print(statistics.median([1, 2, 9]), Counter("aab"), "\\N{BULLET}", "x".encode("latin-1"))
        assert time.time() > 0 and 0 <= random.random() < 1 and datetime.datetime.now()
        def total(values): return reduce(lambda a, b: a + b, values)
        """,
        "total([1, 2, 3])",
        "total([[1], [2]])",
    )
    assert outcome.verdict == "ok", outcome.exception
    assert outcome.results == ("6", "[1, 2]")
    assert outcome.stdout.splitlines() == [
        '{"é": 3.141592653589793} bb Point(x=1) 3.3',
        "2 Counter({'a': 2, 'b': 1}) • b'x'",
    ]


def test_each_call_answers_for_itself(sandbox):
    outcome = outcome_of(
        sandbox, "def f(n):\n    print(n)\n    return 1 // n", "f(1)", "f(0)", "f(-1)", "range(2)", "f(1"
    )
    assert outcome.verdict == "error"
    assert outcome.results == ("1", None, "-1", None, None)
    assert outcome.values == ("1", None, "-1", "range(0, 2)", None)
    assert outcome.exception.startswith("ZeroDivisionError: integer division or modulo by zero (line 3)")
    assert outcome.stdout == "1\n0\n-1\n"


def test_what_was_answered_before_a_stop_is_kept(sandbox):
    outcome = outcome_of(sandbox, "def f(n):\n    while n: pass\n    return n", "f(0)", "f(1)", "f(0)")
    assert (outcome.verdict, outcome.results) == ("time", ("0", None, None))


def test_programs_do_not_see_each_other(sandbox):
    outcome_of(sandbox, "import builtins, math\nbuiltins.len = None\nmath.pi = 3\nleft = 1")
    outcome = outcome_of(sandbox, "import math", "len('ab')", "math.pi > 3", "left")
    assert outcome.results == ("2", "True", None)


def test_the_order_of_sets_is_the_same_in_every_sandbox():
    orders = {run("", ("list({'a', 'b', 'c', 'd', 'e'})",)).results for _ in range(3)}
    assert len(orders) == 1


def test_it_works_from_any_folder_and_goes_on_after_its_child_was_killed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Sandbox() as own:
        assert own.run("", ("1",)).results == ("1",)
        child = own._child
        os.killpg(child.pid, 9)
        child.wait()
        assert own.run("", ("2",)).results == ("2",)
    assert session_processes(child.pid) == []


def test_the_child_ends_with_whoever_asked():
    code = (
        "from codegen_desktop.generation.sandbox import Sandbox\nimport os\n"
        "s = Sandbox()\nprint(s._child.pid, flush=True)\nos._exit(0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    try:
        handle = os.pidfd_open(int(ended.stdout))
    except ProcessLookupError:
        return
    assert select.select([handle], [], [], 20)[0], "the child outlived its parent"
    os.close(handle)


def test_without_its_walls_nothing_is_run(monkeypatch):
    monkeypatch.setattr(sandbox_module, "missing", lambda: "This is another system.")
    outcome = run("print(1)", ("1",))
    assert (outcome.verdict, outcome.stdout, outcome.results) == ("unavailable", "", (None,))
    assert "This is another system." in outcome.exception
    with pytest.raises(SandboxError, match="another system"):
        Sandbox()


def test_walls_that_do_not_hold_are_noticed(monkeypatch):
    monkeypatch.setattr(sandbox_module, "_PROBE", ("1 + 1",))
    with pytest.raises(SandboxError, match="could still open"):
        Sandbox()


def test_an_installed_app_starts_its_child_by_a_hidden_option(monkeypatch):
    command = [sys.executable, "-m", "codegen_desktop", "--sandbox-child"]
    monkeypatch.setattr(sandbox_module, "_command", lambda: command)
    root = str(Path(__file__).resolve().parents[2])
    monkeypatch.setattr(sandbox_module, "ENVIRONMENT", {"PYTHONPATH": root})
    assert run("print(1)", ("1 + 1",)).results == ("2",)
