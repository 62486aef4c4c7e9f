"""What was measured once about this machine, kept in `machine.json` in the data folder. Needs no torch."""

import json
import os
import platform
from contextlib import suppress
from pathlib import Path
from typing import Any

from codegen_desktop.errors import UserError
from codegen_desktop.paths import data_dir

VERSION = 1


def remembered(table: str) -> dict[str, Any]:
    """A table of what is kept, by key; empty when the file is missing, damaged or of another version."""
    found = _read().get(table)
    return found if isinstance(found, dict) else {}


def remember(table: str, key: str, value: object) -> None:
    """Keep a value, aside first; where nothing can be written, the next one measures again."""
    with suppress(OSError, UserError):
        told = _read()
        told[table] = {**remembered(table), key: value}
        target = data_dir() / "machine.json"
        aside = target.with_suffix(".part")
        with aside.open("w", encoding="utf-8") as file:
            json.dump({**told, "version": VERSION}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)


def processors() -> int:
    """Logical processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def processor_name() -> str:
    """As the system names it."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _read() -> dict[str, Any]:
    with suppress(OSError, ValueError, UserError):
        told = json.loads((data_dir() / "machine.json").read_text(encoding="utf-8"))
        if isinstance(told, dict) and told.get("version") == VERSION:
            return told
    return {}
