"""Where the program's own data files are, and where a learner's work is kept."""

import os
from datetime import datetime
from pathlib import Path

import platformdirs

from codegen_desktop.errors import LabError

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """The path of a file or folder under `resources/`, in a checkout and in an installed app alike."""
    installed = _PACKAGE / "_resources"
    root = installed if installed.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)


def exists(path: Path) -> bool:
    """Whether there is something at a path that this program may look at; False too for a name that is too long."""
    try:
        return path.exists()
    except OSError:
        return False


def data_dir() -> Path:
    """The folder that holds everything a learner makes; made if missing.

    `CODEGEN_DATA` names it; else it is the system's place for a program's data. Raises LabError if it cannot be
    made or written to.
    """
    named = os.environ.get("CODEGEN_DATA")
    folder = Path(named) if named else Path(platformdirs.user_data_dir("codegen-desktop", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabError(
            f"The data folder {folder} cannot be made: {error.strerror or error}.",
            "Set CODEGEN_DATA to a folder you can write to.",
        ) from error
    if not os.access(folder, os.W_OK):
        raise LabError(
            f"The data folder {folder} cannot be written to.", "Set CODEGEN_DATA to a folder you can write to."
        )
    return folder


def new_lab_path() -> Path:
    """A path in the data folder for a new Lab, named after the present moment; nothing is there yet."""
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    folder = data_dir() / "labs"
    path = folder / f"lab-{stamp}.cglab"
    number = 2
    while path.exists():
        path = folder / f"lab-{stamp}-{number}.cglab"
        number += 1
    return path
