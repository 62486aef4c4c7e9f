"""Compile codegen_desktop/model/operations.c where a C compiler is found, so that training takes a quarter less time.

    python packaging/build_operations.py [TARGET]

Optional: without a compiler, or where compiling fails, this says so and ends well, and the program uses its plain form
of the same operations. The functions choose between AVX-512, AVX2 and plain x86-64 when they are loaded (with gcc on
Linux), so that what is built here runs on other computers too. Uses the standard library only.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "codegen_desktop" / "model"
SOURCE = FOLDER / "operations.c"
TARGET = FOLDER / "compiled_operations.so"

FLAGS = ("-O3", "-shared", "-fPIC", "-fno-math-errno", "-fno-trapping-math", "-fno-signed-zeros", "-fassociative-math",
         "-freciprocal-math")  # fmt: skip
"""Sums may be reordered. Infinities and NaN stay what they are: a loss that left the finite must be noticed.

Not `-ffast-math`, which contains all of these: a library linked with it makes the whole process, NumPy and torch
included, round the smallest numbers to nothing from the moment it is loaded.
"""


def find_compiler() -> str | None:
    """The C compiler of this system: `CC`, else gcc, cc or clang."""
    wished = os.environ.get("CC")
    return next((path for name in (wished, "gcc", "cc", "clang") if name and (path := shutil.which(name))), None)


def seal_of(target: Path) -> Path:
    """Where the check sum of a library stands; it is loaded only with it, for a torn library would end the program."""
    return target.with_suffix(".sha256")


def build(target: Path) -> str:
    """Compile to `target`, aside first; returns what to tell."""
    compiler = find_compiler()
    if platform.system() == "Windows" or compiler is None:
        return "No C compiler was found: training uses its plain operations, which take about a third longer."
    aside = target.with_suffix(f".{os.getpid()}.part")
    command = [compiler, *FLAGS, str(SOURCE), "-o", str(aside), "-lm"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{compiler} could not be run ({error}): training uses its plain operations."
    if done.returncode:
        aside.unlink(missing_ok=True)
        return f"{compiler} could not compile {SOURCE.name}: training uses its plain operations.\n{done.stderr.strip()}"
    seal_of(target).write_bytes(hashlib.sha256(aside.read_bytes()).hexdigest().encode())
    aside.replace(target)
    return f"Compiled {SOURCE.name} with {compiler}."


def main() -> None:
    """Build, unless what is there is newer than its source."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    whole = target.exists() and seal_of(target).exists()
    if not whole or target.stat().st_mtime < SOURCE.stat().st_mtime:
        print(build(target))


if __name__ == "__main__":
    main()
