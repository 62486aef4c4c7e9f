"""Loads `operations.c` where it was compiled for this machine (`packaging/build_operations.py`). Needs no torch.

Nothing depends on it: where it is missing, damaged, or compiled from another version of its source, the plain
operations are used, which give the same numbers to the precision of float32.
"""

import ctypes
import hashlib
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

VERSION = 2
"""What the library says it is; raised with every change of a function's meaning."""

SOURCE = Path(__file__).with_name("operations.c")

LIBRARY = SOURCE.with_name("compiled_operations" + (".dll" if sys.platform == "win32" else ".so"))

_POINTER, _SIZE, _NUMBER = ctypes.c_void_p, ctypes.c_int64, ctypes.c_float

_ARGUMENTS = {
    "norm": (*[_POINTER] * 2, _NUMBER, *[_POINTER] * 3, *[_SIZE] * 2),
    "norm_back": (*[_POINTER] * 6, *[_SIZE] * 2),
    "heads": (*[_POINTER] * 2, _NUMBER, *[_POINTER] * 5, *[_SIZE] * 4),
    "heads_back": (*[_POINTER] * 8, *[_SIZE] * 4),
    "looks": (_POINTER, _NUMBER, *[_SIZE] * 3),
    "looks_back": (*[_POINTER] * 2, _NUMBER, *[_SIZE] * 2),
    "gate": (*[_POINTER] * 3, _SIZE),
    "gate_back": (*[_POINTER] * 3, _SIZE),
    "judge": (*[_POINTER] * 5, *[_SIZE] * 2),
    "look_ahead": (*[_POINTER] * 2, _NUMBER, _SIZE),
    "correct": (*[_POINTER] * 3, *[_NUMBER] * 2, *[_SIZE] * 2),
}


@cache
def library() -> ctypes.CDLL | None:
    """The compiled functions, or None where there are none that fit."""
    return load(LIBRARY)


def load(path: Path) -> ctypes.CDLL | None:
    """The compiled functions of a file; None where it is missing, is not as it was built, or means something else.

    Its SHA-256 stands beside it: loading a torn library would not fail but end the program.
    """
    with suppress(OSError, AttributeError):
        seal = path.with_suffix(".sha256").read_bytes()
        if hashlib.sha256(path.read_bytes()).hexdigest().encode() != seal:
            return None
        loaded = ctypes.CDLL(str(path))
        loaded.version.restype = ctypes.c_int64
        if loaded.version() != VERSION:
            return None
        for name, arguments in _ARGUMENTS.items():
            function = getattr(loaded, name)
            function.argtypes = arguments
            function.restype = ctypes.c_double if name in ("look_ahead", "correct") else None
        return loaded
    return None
