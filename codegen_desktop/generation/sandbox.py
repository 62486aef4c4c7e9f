"""Runs code that nobody has read: in a separate process that can compute and print, and nothing else.

Protection `limited` (Linux): a child of ours, started beforehand, forks one process per program; that process gives
up files, sockets, processes and signals, has a limit of memory, time and output, and answers in text. Where this
cannot be had nothing is run at all: `unavailable`, with the reason.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from codegen_desktop.errors import SandboxError
from codegen_desktop.generation.sandbox_child import pack, unpack
from codegen_desktop.generation.sandbox_lock import missing

VerdictName = Literal["ok", "error", "time", "memory", "output", "refused", "unavailable"]

PROTECTION = "limited"
"""The name of this protection in every result."""

ENVIRONMENT = {"PYTHONHASHSEED": "0"}
"""All the child gets: the order of a set of strings is the same in every run."""

_GRACE = 2.0
"""Seconds beyond a program's limit after which the child itself counts as stuck and is ended."""

_START_LIMIT = 30.0
"""Seconds a child may take to start on a busy machine."""

_PROBE = (
    "open('/dev/null', 'rb')",
    "__import__('os').listdir('/')",
    "__import__('socket').socket()",
    "__import__('os').kill(__import__('os').getppid(), 0)",
    "__import__('os').execv('/bin/true', ['true'])",
    "__import__('threading').Thread(target=print).start()",
)
"""What a locked process must not be able to do: tried once with every new child."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one program may use: wall-clock seconds, bytes of address space, of printed text, of its own text."""

    seconds: float = 3.0
    memory: int = 512 << 20
    output: int = 64 << 10
    program: int = 256 << 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a program.

    `results` has one entry per call: `repr` of its value where that is plain built-in data, None where the call
    raised, gave some other object, or was never reached. `values` is the same with other objects' `repr` kept, for
    showing only. `exception` is the first one, in words. `refused`: not started, as it does not parse or is too
    large. `peak_memory` in bytes.
    """

    verdict: VerdictName
    stdout: str = ""
    exception: str | None = None
    results: tuple[str | None, ...] = ()
    values: tuple[str | None, ...] = ()
    seconds: float = 0.0
    peak_memory: int = 0
    protection: str = PROTECTION


@dataclass(slots=True)
class _Job:
    """The program that the child runs: how many calls, its limits, and until when an answer must be there."""

    calls: int
    limits: Limits
    deadline: float = 0.0
    refusal: str | None = None


def run(program: str, calls: tuple[str, ...] = (), limits: Limits | None = None) -> Outcome:
    """Run one program and evaluate some calls in its names; the verdict is `unavailable` where that is not safe."""
    try:
        with Sandbox() as sandbox:
            return sandbox.run(program, calls, limits)
    except SandboxError as error:
        return Outcome("unavailable", exception=str(error), results=(None,) * len(calls), values=(None,) * len(calls))


class Sandbox:
    """A child that waits for programs; one program at a time. Use it in a `with` statement."""

    def __init__(self) -> None:
        """Start the child and try its walls. Raises SandboxError, with the reason, where code cannot be locked away."""
        reason = missing()
        if reason is not None:
            raise _unavailable(reason)
        self._child: subprocess.Popen[bytes] | None = None
        self._job: _Job | None = None
        try:
            self._start()
            self._try_walls()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child and everything it started."""
        self._stop()

    def run(self, program: str, calls: tuple[str, ...] = (), limits: Limits | None = None) -> Outcome:
        """Run one program, then evaluate each call in its names. Raises SandboxError if the child cannot be had."""
        self.submit(program, calls, limits)
        return self.collect()

    def submit(self, program: str, calls: tuple[str, ...] = (), limits: Limits | None = None) -> None:
        """Begin to run a program; `collect` waits for it. Raises SandboxError if the child cannot be had."""
        assert self._job is None, "one program at a time"
        limits = limits or Limits()
        self._job = _Job(len(calls), limits)
        try:
            texts = [text.encode() for text in (program, *calls)]
        except UnicodeEncodeError:
            self._job.refusal = "The code holds half a character."
            return
        if len(texts[0]) > limits.program:
            self._job.refusal = f"The code is larger than {limits.program // 1024} KiB."
            return
        if self._child is None or self._child.poll() is not None:
            self._stop()
            self._start()
        numbers = [str(number).encode() for number in (limits.seconds, limits.memory, limits.output)]
        self._send(pack([texts[0], *numbers, *texts[1:]]))
        self._job.deadline = time.monotonic() + limits.seconds + _GRACE

    def collect(self) -> Outcome:
        """Wait for the program that was submitted and say what became of it."""
        job, self._job = self._job, None
        assert job is not None, "nothing was submitted"
        nothing = (None,) * job.calls
        if job.refusal is not None:
            return Outcome("refused", exception=job.refusal, results=nothing, values=nothing)
        answer = self._receive(job.deadline)
        if answer is not None:
            return _outcome(answer, job.calls, job.limits)
        stuck = self._child is not None and self._child.poll() is None
        self._stop()
        if stuck:
            return Outcome("time", exception=_stopped(job.limits), results=nothing, values=nothing)
        return Outcome("error", exception="The sandbox's process was ended.", results=nothing, values=nothing)

    def _start(self) -> None:
        """Start the child in a session of its own, with an empty environment, and wait for its first word."""
        try:
            self._child = subprocess.Popen(
                _command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd="/",  # no program can name a file anyway; a folder of its own would be left behind by a crash
                env=ENVIRONMENT,
                start_new_session=True,
            )
        except OSError as error:
            raise _unavailable(f"The sandbox's process does not start: {error.strerror or error}.") from error
        if self._receive(time.monotonic() + _START_LIMIT) != [b"ready"]:
            raise _unavailable(f"The sandbox's process does not start. {self._last_words()}".strip())

    def _last_words(self) -> str:
        """The last line that a child which did not start wrote to its error stream."""
        assert self._child is not None
        self._child.kill()
        _, complaint = self._child.communicate()
        lines = complaint[-2000:].decode("utf-8", "replace").splitlines()
        return lines[-1] if lines else ""

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _try_walls(self) -> None:
        outcome = self.run("", ("1 + 1", *_PROBE), Limits(seconds=10.0))
        if outcome.verdict == "unavailable":
            raise _unavailable(outcome.exception or "")
        if outcome.values[0] != "2":
            raise _unavailable(f"A locked process cannot even compute: {outcome.exception}")
        if any(value is not None for value in outcome.values[1:]):
            raise _unavailable("A process that should be locked away could still open a file, a socket or a program.")

    def _send(self, message: bytes) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # a child that has gone is noticed when it does not answer
            self._child.stdin.write(message)
            self._child.stdin.flush()

    def _receive(self, deadline: float) -> list[bytes] | None:
        """Wait for the child's next message; None if the child ends or it is too late (monotonic seconds)."""
        assert self._child is not None
        assert self._child.stdout is not None
        data = b""
        poll = select.poll()
        poll.register(self._child.stdout, select.POLLIN)
        while not (whole := unpack(data)):
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                return None
            piece = os.read(self._child.stdout.fileno(), 1 << 20)
            if not piece:
                return None
            data += piece
        return unpack(whole[0])


def _command() -> list[str]:
    """How the child is started: this interpreter without site packages, or an installed app's hidden option.

    Not with -I, which would also ignore the one variable it is given; nothing else reaches it from outside.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, "--sandbox-child"]
    root = str(Path(__file__).resolve().parents[2])
    code = (
        f"import sys; sys.path.insert(0, {root!r}); from codegen_desktop.generation.sandbox_child import main; main()"
    )
    return [sys.executable, "-s", "-S", "-P", "-B", "-X", "utf8", "-c", code]


def _outcome(answer: list[bytes], calls: int, limits: Limits) -> Outcome:
    """Read the child's answer: nothing in it but numbers of ours and text of the program's."""
    how, status, seconds, peak, output, reports = answer
    steps = [(part[:1].decode("ascii", "replace"), part[1:].decode("utf-8", "replace")) for part in unpack(reports)]
    given = [(tag, text) for tag, text in steps if tag in "rox"][:calls]
    given += [("x", "")] * (calls - len(given))
    verdict, exception = _verdict(how.decode(), int(status), steps, limits)
    return Outcome(
        verdict,
        stdout=output.decode("utf-8", "replace"),
        exception=exception,
        results=tuple(text if tag == "r" else None for tag, text in given),
        values=tuple(text if tag in "ro" else None for tag, text in given),
        seconds=float(seconds),
        peak_memory=int(peak),
    )


def _verdict(how: str, status: int, steps: list[tuple[str, str]], limits: Limits) -> tuple[VerdictName, str | None]:
    """One word for what happened, and the exception in words."""
    if how == "time" or status == -signal.SIGXCPU:
        return "time", _stopped(limits)
    if how == "output":
        return "output", f"The program was stopped: it gave more than {limits.output // 1024} KiB."
    first: dict[str, str] = {}
    for tag, text in steps:
        first.setdefault(tag, text)
    if steps and steps[0][0] in "uf":  # before the program began, so not written by it
        return "unavailable" if steps[0][0] == "u" else "refused", steps[0][1]
    if "m" in first or status == -signal.SIGKILL:
        return "memory", f"The program was stopped: it needs more than {limits.memory >> 20} MiB."
    if "e" in first or "x" in first:
        return "error", first.get("e", first.get("x"))
    if status < 0:
        return "error", f"The program crashed ({signal.Signals(-status).name})."
    if "d" not in first:
        return "error", "The program ended its own process before it was done."
    return "ok", None


def _stopped(limits: Limits) -> str:
    return f"The program was stopped after {limits.seconds:g} s."


def _unavailable(reason: str) -> SandboxError:
    return SandboxError(f"Code cannot be run safely here. {reason}", "Everything but running and grading code works.")
