"""Brings torch in after the first paint, without stopping the window.

Importing torch holds Python's lock for 170 to 840 ms at a time, nearly all of it while the system loads its shared
libraries. Here these are loaded first by a foreign call, which gives the lock up meanwhile; what is left of the
import is Python code, which lets the window in every millisecond. Measured on two cores: the longest gap of a 5 ms
timer falls from 310 ms to 14 ms. On Windows torch has to come before Qt (pytorch#166628).
"""

import contextlib
import ctypes
import importlib
import importlib.util
import os
import sys
from pathlib import Path

_LIBRARIES = ("c10", "torch_cpu", "torch", "shm", "torch_python")
"""In the order in which each needs those before it."""


def load_torch() -> None:
    """Import the training half of the program; called in a thread that is not the window's, and only once.

    Raises ImportError where torch is missing or broken.
    """
    for path in _library_paths():
        _load_library(path)
    importlib.import_module("codegen_desktop.model.train")


def load_torch_before_qt() -> None:
    """On Windows import torch now, before whatever imports Qt; elsewhere do nothing.

    A torch that is missing or broken is told by `load_torch`, when there is a window to tell it in.
    """
    if sys.platform == "win32":
        with contextlib.suppress(ImportError, OSError):
            importlib.import_module("codegen_desktop.model.train")


def _library_paths() -> list[Path]:
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None or sys.platform == "win32":
        return []
    folder = Path(found.origin).parent / "lib"
    ending = "dylib" if sys.platform == "darwin" else "so"
    paths = [folder / f"lib{name}.{ending}" for name in _LIBRARIES]
    return [path for path in paths if path.is_file()]


def _load_library(path: Path) -> None:
    """Load a shared library with Python's lock given up; one that cannot be loaded is left to the import."""
    loader = ctypes.CDLL(None).dlopen
    loader.restype, loader.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    loader(os.fsencode(path), os.RTLD_NOW)
