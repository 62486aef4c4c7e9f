"""The Lab file: one SQLite database holds everything a learner makes, and every change is saved as it happens.

This module knows files, tables, transactions and blobs; what a snippet, a run or an answer is, the stages know.
"""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from codegen_desktop.errors import CheckpointError, LabError
from codegen_desktop.lab_file import (
    CACHE_KIB,
    check_header,
    give_back_space,
    is_held,
    lay_out,
    renew_layout,
    undo_what_was_cut_off,
)
from codegen_desktop.lab_tables import MIGRATIONS
from codegen_desktop.paths import exists


def now() -> str:
    """The moment, in UTC, as the Lab writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass
class Lab:
    """An open Lab. Every thread gets its own connection; `close` gives the file free for others."""

    path: Path
    read_only: bool = False
    _token: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    _local: threading.local = field(default_factory=threading.local, repr=False)
    _connections: list[sqlite3.Connection] = field(default_factory=list, repr=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _closed: bool = False

    @classmethod
    def create(cls, path: Path) -> "Lab":
        """Make a new Lab at `path` and open it. Raises LabError if something is there or it cannot be written."""
        if exists(path):
            raise LabError(f"{path} is there already; nothing was changed.", "Choose another name or open that file.")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(exist_ok=False)
        except OSError as error:
            raise LabError(
                f"No Lab can be made at {path}: {error.strerror or error}.", "Choose a folder you can write to."
            ) from error
        try:
            connection = sqlite3.connect(path, isolation_level=None)
            lay_out(connection)
            connection.close()
            return cls.open(path)
        except sqlite3.Error as error:
            path.unlink(missing_ok=True)
            raise cls(path)._explain(error) from error
        except LabError:
            path.unlink(missing_ok=True)
            raise

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> "Lab":
        """Open an existing Lab; bring an older one up to date after keeping a copy of it.

        Raises LabError when the file is missing, not a Lab, damaged, newer than this program, or in use.
        """
        if not exists(path) or not path.is_file():
            raise LabError(f"There is no Lab file at {path}.", "Check the name, or leave it out to make a new Lab.")
        check_header(path)
        if read_only:
            undo_what_was_cut_off(path)
        lab = cls(path, read_only)
        try:
            lab._bring_up_to_date()
            if not read_only:
                lab._take()
                renew_layout(lab.connection)
        except BaseException:
            lab._disconnect()
            raise
        return lab

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's own connection, in autocommit mode."""
        if self._closed:
            raise LabError(f"{self.path.name} is closed.", "Open it again.")
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
        return connection

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One change, whole or not there. Raises LabError when the disk is full or the file cannot be written."""
        connection = self.connection
        if self.read_only:
            raise LabError(f"{self.path.name} is open for reading only; nothing was changed.", "Open it for writing.")
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise self._explain(error) from error
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise
            raise self._damaged(error) from error

    def put_blob(self, connection: sqlite3.Connection, data: bytes) -> str:
        """Store bytes inside the transaction of `connection`; the name given back is their SHA-256.

        Where the same bytes were stored before and have been damaged since, they are whole again.
        """
        digest = hashlib.sha256(data).hexdigest()
        connection.execute(
            "INSERT INTO blob VALUES (?, ?) "
            "ON CONFLICT DO UPDATE SET data = excluded.data WHERE data IS NOT excluded.data",
            (digest, data),
        )
        return digest

    def get_blob(self, sha256: str) -> bytes:
        """The bytes stored under a SHA-256. Raises CheckpointError when they are missing or have changed."""
        try:
            row = self.connection.execute("SELECT data FROM blob WHERE sha256 = ?", (sha256,)).fetchone()
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error
        if row is None:
            raise CheckpointError(
                "A stored block of this Lab is missing. Everything else in it still holds.",
                "Choose another epoch or run, or train again.",
            )
        data = row[0]
        if not isinstance(data, bytes) or hashlib.sha256(data).hexdigest() != sha256:
            raise CheckpointError(
                "A stored block of this Lab is damaged: its check sum is wrong. Everything else still holds.",
                "Choose another epoch or run, or train again.",
            )
        return data

    def give_back_space(self) -> None:
        """Make the file smaller by what was deleted from it; what is busy or full now is given back another time."""
        with contextlib.suppress(sqlite3.OperationalError):
            give_back_space(self.connection)

    def sweep_blobs(self) -> int:
        """Delete blobs that nothing refers to; returns how many. Called after a run or dataset was deleted."""
        with self.transaction() as connection:
            cursor = connection.execute(
                "DELETE FROM blob WHERE sha256 NOT IN "
                "(SELECT sha256 FROM checkpoint UNION SELECT sha256 FROM tokenizer)"
            )
            return cursor.rowcount

    def setting(self, key: str) -> object:
        """A stored setting as the JSON value it was, or None."""
        row = self.connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def set_setting(self, key: str, value: object) -> None:
        """Store a setting as JSON."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (key, json.dumps(value)))

    def copy_to(self, target: Path) -> None:
        """Write a complete copy beside the open file: aside first, then renamed. Raises LabError if it cannot."""
        aside = target.with_name(target.name + ".part")
        try:
            aside.unlink(missing_ok=True)
            copy = sqlite3.connect(aside)
            with contextlib.closing(copy):
                self.connection.backup(copy)
                copy.execute("DELETE FROM holder")
                copy.commit()
            aside.replace(target)
        except (OSError, sqlite3.Error) as error:
            aside.unlink(missing_ok=True)
            raise LabError(f"No copy could be written to {target}: {error}.", "Choose another folder.") from error

    def heartbeat(self) -> None:
        """Say that this program still holds the file; called every few seconds by the window's timer or the CLI.

        A file that is busy writing is not waited for: the next beat will do.
        """
        if self.read_only or self._closed:
            return
        with contextlib.suppress(sqlite3.OperationalError):
            self.connection.execute("UPDATE holder SET beat = ? WHERE token = ?", (time.time(), self._token))

    def close(self) -> None:
        """Give the file free and close every connection. Safe to call twice."""
        if self._closed:
            return
        if not self.read_only:
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute("DELETE FROM holder WHERE token = ?", (self._token,))
        self._disconnect()

    def __enter__(self) -> "Lab":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Close it, and say in words what SQLite could not read or write."""
        self.close()
        if isinstance(error, sqlite3.OperationalError):
            raise self._explain(error) from error
        if type(error) is sqlite3.DatabaseError:  # its other children are faults of this program
            raise self._damaged(error) from error

    def _connect(self) -> sqlite3.Connection:
        mode = "ro" if self.read_only else "rw"
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        try:
            connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5.0, check_same_thread=False)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
        except sqlite3.OperationalError as error:
            raise self._explain(error) from error
        except sqlite3.Error as error:
            raise self._damaged(error) from error
        with self._guard:
            self._connections.append(connection)
        return connection

    def _disconnect(self) -> None:
        self._closed = True
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def _bring_up_to_date(self) -> None:
        connection = self._connect()
        self._local.connection = connection
        try:
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise self._damaged(None)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise self._explain(error) from error
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the check may quote bytes that are no text
            raise self._damaged(error) from error
        if version > len(MIGRATIONS):
            raise LabError(f"{self.path.name} was made by a newer version of this program.", "Install that version.")
        if version == len(MIGRATIONS):
            return
        if self.read_only:
            raise LabError(f"{self.path.name} was made by an older version.", "Open it once for writing.")
        try:
            if version > 0:
                shutil.copy2(self.path, self.path.with_name(f"{self.path.stem}.before-{len(MIGRATIONS)}.cglab"))
            for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
                connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
        except (OSError, sqlite3.OperationalError) as error:
            raise self._explain(error) from error

    def _take(self) -> None:
        host, pid = socket.gethostname(), os.getpid()
        with self.transaction() as connection:
            row = connection.execute("SELECT host, pid, beat FROM holder").fetchone()
            if row is not None and is_held(row[0], row[1], row[2], host):
                raise LabError(
                    f"{self.path.name} is in use by another window or command (process {row[1]} on {row[0]}).",
                    "Close it there first, or use another Lab.",
                )
            connection.execute(
                "INSERT OR REPLACE INTO holder VALUES (1, ?, ?, ?, ?)", (self._token, host, pid, time.time())
            )

    def _explain(self, error: Exception) -> LabError:
        text = str(error)
        if "full" in text or (isinstance(error, OSError) and error.errno == 28):
            return LabError(
                f"The disk is full, so {self.path.name} could not be changed. What was saved before still holds.",
                "Free some space and try again.",
            )
        if "locked" in text or "busy" in text:
            return LabError(f"{self.path.name} is being written by another program.", "Try again in a moment.")
        if "no such" in text:
            return self._damaged(error)
        if not exists(self.path):
            return LabError(
                f"{self.path} is no longer there: it was moved, renamed or deleted while it was open.",
                "Put it back where it was, or open it where it is now. What was saved before is in it.",
            )
        if "readonly" in text:
            why = "its file or disk can only be read"
        elif "disk I/O" in text:
            why = "the disk is full, failing or gone"
        else:
            why = text
        return LabError(
            f"{self.path.name} could not be written: {why}. What was saved before still holds.",
            "Check the disk, and that its folder can be written to.",
        )

    def _damaged(self, error: Exception | None) -> LabError:
        detail = f" ({error})" if error is not None else ""
        return LabError(f"{self.path.name} is damaged or not a Lab{detail}.", "Open a copy, or make a new Lab.")
