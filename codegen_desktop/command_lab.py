"""Opens the Lab that a command works in, or makes it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from codegen_desktop.corpus.store import latest_dataset_id
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import mark_interrupted
from codegen_desktop.paths import exists, new_lab_path


@contextlib.contextmanager
def opened_lab(path: Path | None, out: TextIO) -> Iterator[Lab]:
    """Open the Lab at `path`, or make it; without a path make a new one in the data folder and say where.

    A run that was cut off is marked as interrupted. A new Lab in which nothing was saved is removed again.
    """
    if path is not None and exists(path):
        with Lab.open(path) as lab:
            mark_interrupted(lab)
            yield lab
        return
    useless = True
    lab = Lab.create(path if path is not None else new_lab_path())
    try:
        with lab:
            print(f"Lab: {lab.path}", file=out)
            try:
                yield lab
            finally:
                useless = latest_dataset_id(lab) is None
    finally:
        if useless:
            lab.path.unlink(missing_ok=True)
