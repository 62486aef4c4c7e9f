"""A person's own code: a folder, a Python file, or records in a JSON-lines file, with a verdict on everything in it.

To add a kind of file: write a function that reads one file into findings, and add a line to `SOURCES`.
"""

import os
import stat
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from codegen_desktop.corpus.dataset import Dataset, Progress, Reason, Verdict
from codegen_desktop.corpus.decoding import Refusal, decode
from codegen_desktop.corpus.functions import cut_functions
from codegen_desktop.corpus.records import read_records
from codegen_desktop.corpus.snippet import Origin, Snippet, TestCase
from codegen_desktop.corpus.split import split_by_group
from codegen_desktop.errors import CorpusError
from codegen_desktop.paths import exists

MOST_BYTES_A_FILE = 1 << 20
"""A larger source file is left out unread."""

MOST_BYTES = 1 << 30
MOST_FILES = 200_000
"""What is found beyond these, in the order of the names, is left out."""

NOT_OWN_FOLDERS = frozenset(
    (".git", ".hg", ".svn", "__pycache__", "node_modules", "venv", ".venv", ".tox", ".nox", "site-packages")
)
"""Folders of other people's or a tool's files: each is one line in the ledger."""


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of code in a file: its text with its instruction line, and where it stands.

    Pieces of one `identity` are the same; pieces of one `group` stand on one side of the split.
    """

    text: str
    first_line: int
    last_line: int
    identity: str
    group: str
    instruction: str | None = None
    tests: tuple[TestCase, ...] = ()


@dataclass(frozen=True, slots=True)
class FileSource:
    """A kind of file: what it is called, how its name ends, its largest size, and how it is read into findings."""

    title: str
    suffixes: tuple[str, ...]
    most_bytes: int
    read: Callable[[Path, str], Iterator[Found | Refusal]]


def read_python(path: Path, name: str) -> Iterator[Found | Refusal]:
    """The functions of a Python file; a docstring's first line becomes the instruction and leaves the code."""
    with path.open("rb") as file:
        text = decode(file.read(MOST_BYTES_A_FILE))
    if not text.strip():
        raise Refusal(Reason.TOO_SHORT, 1, "empty")
    pieces = cut_functions(text)
    if not pieces:
        raise Refusal(Reason.NO_CODE, 1, "")
    for piece in pieces:
        text = piece.text if piece.summary is None else f"# {piece.summary}\n{piece.text_without_docstring}"
        yield Found(text, piece.first_line, piece.last_line, piece.syntax, name, piece.summary)


def read_json_lines(path: Path, _: str) -> Iterator[Found | Refusal]:
    """The records of a JSON-lines file; one solution under several instructions is several snippets of one group."""
    empty = True
    for line, record in read_records(path):
        empty = False
        if isinstance(record, Refusal):
            yield record
        else:
            identity = f"{record.syntax} {record.instruction or ''}"
            yield Found(record.text, line, line, identity, record.syntax, record.instruction, record.tests)
    if empty:
        raise Refusal(Reason.TOO_SHORT, 1, "empty")


SOURCES: tuple[FileSource, ...] = (
    FileSource("Python", (".py", ".pyw"), MOST_BYTES_A_FILE, read_python),
    FileSource("JSON lines", (".jsonl", ".ndjson"), MOST_BYTES, read_json_lines),
)
"""Every kind of file that can be read, alone or in a folder."""


@dataclass(slots=True)
class _Ledger:
    """What was taken and what was not; `first_seen` says where an identity was met first."""

    source: str
    licence: str = "unknown"
    snippets: list[Snippet] = field(default_factory=list)
    left_out: list[Verdict] = field(default_factory=list)
    first_seen: dict[str, str] = field(default_factory=dict)

    def refuse(self, path: str, line: int, reason: Reason, detail: str) -> None:
        """Enter why something is left out."""
        self.left_out.append(Verdict(self.source, path, line, reason, detail))

    def judge(self, path: str, found: Found) -> None:
        """Take a piece, unless the same one was taken before."""
        here = f"{path}:{found.first_line}"
        first = self.first_seen.setdefault(found.identity, here)
        if first != here:
            self.refuse(path, found.first_line, Reason.DUPLICATE, f"same as {first}")
            return
        origin = Origin(self.source, path, found.first_line, found.last_line)
        self.snippets.append(
            Snippet(found.text, origin, self.licence, found.group, instruction=found.instruction, tests=found.tests)
        )


def path_dataset(path: Path, seed: int) -> Generator[Progress, None, Dataset]:
    """Read a folder (and all in it, links not followed), a Python file or a JSON-lines file.

    Everything met ends among the snippets or in the ledger: each function, each record, each file that gave neither,
    each folder that was not entered. Raises CorpusError when there is nothing at `path`, when it cannot be read, or
    when it gives fewer than two snippets.
    """
    if not exists(path):
        raise CorpusError(f"There is nothing to read at {_shown(str(path))}.", "Check the path, and who may read it.")
    ledger = _Ledger(_shown(path.absolute().name or str(path)))
    yield Progress(0, 0, f"Looking for files in {ledger.source}")
    files = _walk(path, ledger) if path.is_dir() else [(path, ledger.source)]
    room = MOST_BYTES
    for number, (file, name) in enumerate(files):
        yield Progress(number, len(files), f"Reading {name}")
        room -= _read_file(file, name, room, ledger)
    yield Progress(len(files), len(files), f"{ledger.source} is read")
    _check_enough(ledger)
    groups = [snippet.group for snippet in ledger.snippets]
    split = split_by_group(groups, seed, "file (of a record: its solution)")
    return Dataset(ledger.source, tuple(ledger.snippets), split, tuple(ledger.left_out))


def _walk(folder: Path, ledger: _Ledger) -> list[tuple[Path, str]]:
    """The files of a folder with their names inside it, by name; links and others' folders go into the ledger."""
    found: list[tuple[Path, str]] = []
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            with os.scandir(current) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            name = current.relative_to(folder).as_posix()
            ledger.refuse(_shown(name), 1, Reason.UNREADABLE, error.strerror or str(error))
            continue
        inner: list[Path] = []
        for entry in entries:
            place = Path(entry.path)
            name = _shown(place.relative_to(folder).as_posix())
            if entry.is_symlink():
                ledger.refuse(name, 1, Reason.LINK, "")
            elif not entry.is_dir(follow_symlinks=False):
                found.append((place, name))
            elif entry.name in NOT_OWN_FOLDERS or (place / "pyvenv.cfg").exists():
                ledger.refuse(f"{name}/", 1, Reason.NOT_OWN_CODE, "the folder was not entered")
            else:
                inner.append(place)
        waiting += reversed(inner)
    for _, name in found[MOST_FILES:]:
        ledger.refuse(name, 1, Reason.OVER_LIMIT, f"more than {MOST_FILES:,} files")
    return found[:MOST_FILES]


def _read_file(path: Path, name: str, room: int, ledger: _Ledger) -> int:
    """Put what a file holds into the ledger; gives the bytes it used up of the `room` left for all files."""
    kind = next((kind for kind in SOURCES if path.suffix.lower() in kind.suffixes), None)
    if kind is None:
        ledger.refuse(name, 1, Reason.NOT_PYTHON, "")
        return 0
    try:
        size = _size(path)
        if size > min(kind.most_bytes, room):
            raise Refusal(Reason.OVER_LIMIT, 1, f"{size:,} bytes, {min(kind.most_bytes, room):,} allowed")
        for found in kind.read(path, name):
            if isinstance(found, Refusal):
                ledger.refuse(name, found.line, found.reason, found.detail)
            else:
                ledger.judge(name, found)
    except Refusal as refusal:
        ledger.refuse(name, refusal.line, refusal.reason, refusal.detail)
        return 0
    except OSError as error:
        ledger.refuse(name, 1, Reason.UNREADABLE, error.strerror or str(error))
        return 0
    return size


def _size(path: Path) -> int:
    """Bytes of a regular file. Raises Refusal for anything else, such as a pipe, which reading would wait for."""
    facts = path.stat()
    if not stat.S_ISREG(facts.st_mode):
        raise Refusal(Reason.UNREADABLE, 1, "not a regular file")
    return facts.st_size


def _shown(name: str) -> str:
    """A file's name as text that can be stored: bytes that are not UTF-8 become their escapes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _check_enough(ledger: _Ledger) -> None:
    """Raise CorpusError where there are not two snippets, saying what was found instead."""
    if len(ledger.snippets) > 1:
        return
    found = "only one snippet" if ledger.snippets else "no snippet"
    reasons = sorted({verdict.reason.value for verdict in ledger.left_out if verdict.reason is not None})
    left = f" Left out: {len(ledger.left_out):,} ({', '.join(reasons)})." if reasons else ""
    raise CorpusError(
        f"{ledger.source} gives {found}; training needs at least 2, one to learn from and one to test with.{left}",
        "Choose a folder with more Python functions.",
    )
