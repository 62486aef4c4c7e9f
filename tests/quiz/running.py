"""Runs the short programs of our own banks in this process, for the tests that prove keys."""

import contextlib
import io
import traceback

from codegen_desktop.quiz.keys import Ran

NAME = "<program of a question>"


def run_here(program: str) -> Ran:
    """Execute one of our own, trusted programs and catch what it prints or ends in."""
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(program, NAME, "exec"), {"__name__": "__main__"})
    except Exception as error:
        return Ran(out.getvalue(), type(error).__name__, _line(error))
    return Ran(out.getvalue())


def _line(error: Exception) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == NAME]
    return frames[-1].lineno if frames else None
