"""The sandbox's own process: it waits for programs and forks one locked-down process for each.

Standard library only, and little of it, so that it starts at once. It never runs a program itself and never knows
what a program should answer: expected values stay with whoever asked. Messages are netstrings (length, colon,
bytes), whole lists of them inside one more.

Started by `sandbox.Sandbox`; in an installed app through the executable's hidden option `--sandbox-child`.
"""

import builtins
import contextlib
import gc
import importlib
import io
import os
import select
import signal
import sys
import time
import types
import warnings
from typing import Any

from codegen_desktop.generation.sandbox_lock import lock

PRELOADED = (
    "abc", "array", "base64", "bisect", "calendar", "cmath", "collections", "collections.abc", "contextlib", "copy",
    "dataclasses", "datetime", "decimal", "encodings.ascii", "encodings.latin_1", "enum", "fractions", "functools",
    "hashlib", "heapq", "itertools", "json", "math", "numbers", "operator", "random", "re", "socket", "statistics",
    "string", "struct", "textwrap", "threading", "time", "traceback", "types", "typing", "unicodedata",
)  # fmt: skip
"""The modules a program can import: a locked process can open no file, so they are loaded before."""

FILE = "<program>"
"""The file name in a program's tracebacks."""

RESULT_CAP, TOTAL_CAP = 16 << 10, 1 << 20
"""Most bytes of one result, and of all results of a program."""

_PLAIN = (int, float, complex, bool, str, bytes, type(None))


def pack(parts: "list[bytes]") -> bytes:
    """Some bytes as one message."""
    inner = b"".join(b"%d:%b" % (len(part), part) for part in parts)
    return b"%d:%b" % (len(inner), inner)


def unpack(data: bytes) -> "list[bytes]":
    """The whole netstrings at the beginning of some bytes; stops at the first that is cut short or malformed."""
    parts, place = [], 0
    while (colon := data.find(b":", place, place + 12)) > 0 and data[place:colon].isdigit():
        stop = colon + 1 + int(data[place:colon])
        if stop > len(data):
            break
        parts.append(data[colon + 1 : stop])
        place = stop
    return parts


def read_message(descriptor: int) -> "list[bytes] | None":
    """Wait for one message; None when the other side has gone."""
    head = b""
    while not head.endswith(b":"):
        byte = os.read(descriptor, 1)
        if not byte:
            return None
        head += byte
    body, missing = [], int(head[:-1])
    while missing:
        piece = os.read(descriptor, min(missing, 1 << 16))
        if not piece:
            return None
        body.append(piece)
        missing -= len(piece)
    return unpack(b"".join(body))


def main() -> None:
    """Serve requests from standard input until it closes: [program, seconds, memory, output cap, call, ...]."""
    for name in (*PRELOADED, "fcntl", "resource"):
        importlib.import_module(name)
    os.environ.clear()
    sys.path.clear()
    warnings.simplefilter("ignore")
    nothing = os.open(os.devnull, os.O_RDONLY)
    gc.collect()
    gc.freeze()
    _write(1, pack([b"ready"]))
    while (request := read_message(0)) is not None:
        _write(1, pack(_serve(request, nothing)))


def _serve(request: "list[bytes]", nothing: int) -> "list[bytes]":
    """Run one program in a process of its own: [how, status, seconds, peak bytes, output, results]."""
    program, seconds, memory, cap, *calls = request
    output, output_end = os.pipe()
    results, results_end = os.pipe()
    server, began = os.getpid(), time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            _become(nothing, output_end, results_end)
            _report_unless_locked(int(memory), float(seconds), server)
            _perform(program, calls)
        finally:
            os._exit(0)
    os.close(output_end)
    os.close(results_end)
    caps = {output: int(cap), results: TOTAL_CAP}
    how, streams = _watch(child, caps, began + float(seconds))
    _, status, usage = os.wait4(child, 0)
    took = time.monotonic() - began
    for descriptor in caps:
        os.close(descriptor)
    numbers = (os.waitstatus_to_exitcode(status), took, usage.ru_maxrss * 1024)
    return [how, *(str(number).encode() for number in numbers), streams[output], streams[results]]


def _watch(child: int, caps: "dict[int, int]", deadline: float) -> "tuple[bytes, dict[int, bytes]]":
    """Collect what a process writes until it ends, writes too much, or is out of time; the last two end it."""
    handle = os.pidfd_open(child)
    poll = select.poll()
    for descriptor in (handle, *caps):
        poll.register(descriptor, select.POLLIN)
    poll.register(0, 0)  # tells only when whoever asked has gone
    streams = dict.fromkeys(caps, b"")
    how = b"ended"
    while handle >= 0:
        events = poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
        if not events:
            how = b"time"
        for descriptor, _ in events:
            if descriptor in caps:
                piece = os.read(descriptor, 1 << 16)
                streams[descriptor] += piece
                if not piece:
                    poll.unregister(descriptor)
                elif len(streams[descriptor]) > caps[descriptor]:
                    how = b"output"
            elif descriptor == 0:
                how = b"gone"
        if how != b"ended":
            os.kill(child, signal.SIGKILL)
        # What is still in the pipes is read before the end of the process counts.
        if how != b"ended" or [descriptor for descriptor, _ in events] == [handle]:
            os.close(handle)
            handle = -1
    return how, {descriptor: data[: caps[descriptor]] for descriptor, data in streams.items()}


def _become(nothing: int, output: int, results: int) -> None:
    """Keep four descriptors: 0 empty, 1 and 2 the output, 3 the results."""
    high = [os.dup(descriptor) for descriptor in (nothing, output, output, results)]
    high = [_above(descriptor) for descriptor in high]
    for place, descriptor in enumerate(high):
        os.dup2(descriptor, place)
    os.closerange(4, 256)
    sys.stdin = io.StringIO()
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = io.TextIOWrapper(
            io.FileIO(descriptor, "w"), encoding="utf-8", errors="backslashreplace", write_through=True
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _above(descriptor: int) -> int:
    """A copy of a descriptor that stands clear of the first four."""
    import fcntl

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD, 16)


def _report_unless_locked(memory: int, seconds: float, server: int) -> None:
    """Lock this process, or report why not and end it."""
    try:
        lock(memory, seconds, server)
    except (OSError, ValueError) as error:
        _emit(b"u", f"The system refuses to lock a process away: {error}.")
        os._exit(0)


def _perform(program: bytes, calls: "list[bytes]") -> None:
    """Run a program, then evaluate the calls in its names, and report each step on descriptor 3.

    Reports: f refused, s started, e ended with an exception, m out of memory, r a plain value, o another object,
    x a call that raised, d done. A program can forge those after s; as it does not know what is expected, that
    gains it nothing.
    """
    try:
        code = compile(program.decode(), FILE, "exec", dont_inherit=True)
    except (MemoryError, RecursionError):
        _emit(b"f", "The code is nested too deeply.")
        return
    except (SyntaxError, ValueError) as error:
        _emit(b"f", _described(error))
        return
    _emit(b"s", "")
    spare = bytearray(1 << 20)  # freed when memory runs out, so that this can be reported
    try:
        _execute(code, calls)
    except MemoryError:
        spare.clear()
        _emit(b"m", "MemoryError")


def _execute(code: types.CodeType, calls: "list[bytes]") -> None:
    """Run compiled code and evaluate the calls. Raises MemoryError."""
    names: dict[str, object] = {"__name__": "__main__", "__builtins__": builtins}
    try:
        exec(code, names)
    except MemoryError:
        raise
    except BaseException as error:
        exits_well = isinstance(error, SystemExit) and error.code in (None, 0)
        if exits_well and not calls:
            _emit(b"d", "")
        else:
            _emit(b"e", _described(error))
        return
    for call in calls:
        try:
            value = eval(compile(call.decode(), "<call>", "eval"), names)
            _emit(b"r" if _is_plain(value) else b"o", repr(value))
        except MemoryError:
            raise
        except BaseException as error:
            _emit(b"x", _described(error))
    _emit(b"d", "")


def _is_plain(value: Any) -> bool:
    """Whether a value is made of built-in types only, exactly those and no subclass."""
    kind = type(value)
    if kind in (list, tuple, set, frozenset):
        return all(_is_plain(item) for item in value)
    if kind is dict:
        return all(_is_plain(key) and _is_plain(item) for key, item in value.items())
    return kind in _PLAIN


def _described(error: BaseException) -> str:
    """`ZeroDivisionError: division by zero (line 3)`; the line is the program's own, where it is known."""
    name = type(error).__name__
    try:
        text, line = str(error), None
        if isinstance(error, SyntaxError):
            text, line = error.msg, error.lineno
        step = error.__traceback__
        while step is not None:
            if step.tb_frame.f_code.co_filename == FILE:
                line = step.tb_lineno
            step = step.tb_next
        words = f"{name}: {text[:1000]}" if text else name
        return f"{words} (line {line})" if line else words
    except BaseException:  # the program's own __str__ may do anything
        return name


def _emit(tag: bytes, text: str) -> None:
    """Report one step; a text that is too long is cut and counts as an object, not as a plain value."""
    data = text.encode("utf-8", "backslashreplace")
    if len(data) > RESULT_CAP:
        tag, data = (b"o" if tag == b"r" else tag), data[:RESULT_CAP]
    part = tag + data
    _write(3, b"%d:%b" % (len(part), part))


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main()
