"""How much memory the program uses and the machine has."""

import os
import sys
from pathlib import Path

GIGABYTE = 1e9


def memory_in_use() -> tuple[float, float] | None:
    """Resident memory of this process and memory of the machine, in GB; None where the system does not tell.

    Linux tells both in /proc; on other systems nothing is shown rather than a guess.
    """
    if sys.platform != "linux":
        return None
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / GIGABYTE, total / GIGABYTE


def memory_words() -> str:
    """As the status bar says it; empty where unknown."""
    known = memory_in_use()
    return "" if known is None else f"Memory {known[0]:.1f} of {known[1]:.0f} GB"
