"""What a Lab is on disk: its header, its pages and how their space is given back, and who holds it."""

import contextlib
import os
import sqlite3
import sys
import time
from pathlib import Path

from codegen_desktop.errors import LabError
from codegen_desktop.paths import exists

APPLICATION_ID = 0x43474C42
"""`CGLB`: what makes an SQLite file a Lab."""

STALE_AFTER = 45.0
"""Seconds without a heartbeat after which another computer's lock counts as left behind."""

PAGE_BYTES = 16_384
"""A checkpoint is written in a third less time than with SQLite's 4,096 bytes: four times fewer pages to link."""

CACHE_KIB = 24_000
"""Room for a whole checkpoint of the Reference size, so that it reaches the disk in one go, with fewer waits for it."""

PAGES_AT_ONCE = 128
"""Pages given back in one change: another thread that writes waits for no more than these two megabytes."""

_INCREMENTAL = 2


def lay_out(connection: sqlite3.Connection) -> None:
    """Make an empty file a Lab: its mark, its page size, and that pages of deleted things can be given back."""
    _set_pages(connection)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def renew_layout(connection: sqlite3.Connection) -> None:
    """Write a Lab of an earlier version anew with today's pages; where the disk has no room it stays as it is."""
    if connection.execute("PRAGMA auto_vacuum").fetchone()[0] != _INCREMENTAL:
        with contextlib.suppress(sqlite3.OperationalError):
            _set_pages(connection)
            connection.execute("VACUUM")


def give_back_space(connection: sqlite3.Connection) -> None:
    """Make the file smaller by its free pages, a few at a time. Raises sqlite3.OperationalError where it is busy."""
    if connection.execute("PRAGMA auto_vacuum").fetchone()[0] != _INCREMENTAL:
        connection.execute("VACUUM")
        return
    free = connection.execute("PRAGMA freelist_count").fetchone()[0]
    while free:
        connection.execute(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})").fetchall()
        before, free = free, connection.execute("PRAGMA freelist_count").fetchone()[0]
        if free >= before:
            return


def _set_pages(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute(f"PRAGMA auto_vacuum = {_INCREMENTAL}")


def check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise LabError(f"{path} cannot be read: {error.strerror or error}.", "Check who may read it.") from error
    is_lab = header[:16] == b"SQLite format 3\0" and int.from_bytes(header[68:72], "big") == APPLICATION_ID
    if not is_lab:
        raise LabError(f"{path.name} is not a Lab file; nothing was changed.", "Choose a file that ends in .cglab.")


def undo_what_was_cut_off(path: Path) -> None:
    """Let SQLite take back the change that a killed program left half written: a connection for reading cannot.

    A change that another program is making at this moment is left alone. Where it does not work, opening says why.
    """
    if exists(path.with_name(f"{path.name}-journal")):
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")


def is_held(host: str, pid: int, beat: float, this_host: str) -> bool:
    if host != this_host or sys.platform == "win32":  # Windows cannot ask whether a process lives by signal 0
        return time.time() - beat < STALE_AFTER
    if pid == os.getpid():  # this window itself, or a killed program whose number came back, as in a container
        return time.time() - beat < STALE_AFTER
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
