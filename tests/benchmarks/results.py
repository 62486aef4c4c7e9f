"""Keeps what a long benchmark measured, entry by entry, so that it can be run in parts and go on after a stop."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

VERSION = 1


class Results:
    """Entries in a JSON file; each is found again by everything that decided its numbers, its key."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: list[dict[str, Any]] = []
        if path.exists():
            told = json.loads(path.read_text(encoding="utf-8"))
            if told.get("version") != VERSION:
                raise SystemExit(f"{path} is of another version: name another file with --results.")
            self._entries = told["entries"]

    def find(self, key: Mapping[str, Any]) -> dict[str, Any] | None:
        """What was measured under a key, None where nothing was."""
        return next((entry["found"] for entry in self._entries if entry["key"] == dict(key)), None)

    def add(self, key: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        """Keep an entry: written aside, flushed, then renamed."""
        self._entries.append({"key": dict(key), "found": dict(found)})
        aside = self._path.with_suffix(".part")
        with aside.open("w", encoding="utf-8") as file:
            json.dump({"version": VERSION, "entries": self._entries}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._path)


def fingerprint(paths: Iterable[Path], *more: bytes) -> str:
    """Twelve characters that change with the content of some files and with whatever else is given."""
    digest = hashlib.sha256()
    for content in (*(path.read_bytes() for path in sorted(paths)), *more):
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()[:12]
