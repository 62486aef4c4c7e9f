"""Real code that is always there: short functions of Python's own library and of the libraries the app uses."""

import random
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field

from codegen_desktop.corpus.dataset import Dataset, Progress, Reason, Verdict
from codegen_desktop.corpus.decoding import Refusal, decode
from codegen_desktop.corpus.functions import Piece, count_tokens, cut_functions
from codegen_desktop.corpus.libraries import Library, libraries
from codegen_desktop.corpus.snippet import Origin, Snippet
from codegen_desktop.corpus.split import split_by_group
from codegen_desktop.errors import CorpusError

NAME = "stdlib"

MOST_TOKENS = 50
"""The brief's length: functions of more tokens (see `functions.count_tokens`) are left out."""


@dataclass(slots=True)
class _Harvest:
    """What has been found so far; `first_seen` maps a syntax tree's hash to where it was met first."""

    snippets: list[Snippet] = field(default_factory=list)
    left_out: list[Verdict] = field(default_factory=list)
    first_seen: dict[str, str] = field(default_factory=dict)
    versions: list[tuple[str, str]] = field(default_factory=list)


def stdlib_dataset(count: int = 10_000, seed: int = 42) -> Generator[Progress, None, Dataset]:
    """Collect `count` different functions, 80 % of them to learn from, parted by file.

    Libraries are read one after another until there are enough; of the last one as many functions as are missing are
    drawn by the seed. Fewer come back where fewer are found. Every function met has its place among the snippets or
    in the ledger, and so has every file without one. Raises CorpusError when there are not two.
    """
    return (yield from collect(libraries(), count, seed))


def collect(sources: Iterable[Library], count: int, seed: int) -> Generator[Progress, None, Dataset]:
    """The same from libraries one names; they are read only as far as they are needed."""
    harvest = _Harvest()
    for library in sources:
        if len(harvest.snippets) >= count:
            break
        known = len(harvest.snippets)
        yield from _read_library(library, harvest)
        _draw(harvest, known, count, seed)
    if len(harvest.snippets) < 2:
        raise CorpusError(
            "No Python sources were found on this computer, so there is no real code to learn from.",
            "Use the Starter corpus or a folder of your own code.",
        )
    return Dataset(
        name=NAME,
        snippets=tuple(harvest.snippets),
        split=split_by_group([snippet.group for snippet in harvest.snippets], seed, "file"),
        left_out=tuple(harvest.left_out),
        versions=tuple(harvest.versions),
    )


def _read_library(library: Library, harvest: _Harvest) -> Generator[Progress, None, None]:
    harvest.versions.append((library.name, library.version))
    for number, path in enumerate(library.paths):
        yield Progress(number, len(library.paths), f"Reading the functions of {library.name} {library.version}")
        try:
            pieces = cut_functions(decode(library.read(path)))
            if not pieces:
                raise Refusal(Reason.NO_CODE, 1, "")
        except Refusal as refusal:
            harvest.left_out.append(Verdict(library.name, path, refusal.line, refusal.reason, refusal.detail))
            continue
        except OSError as error:
            harvest.left_out.append(Verdict(library.name, path, 1, Reason.UNREADABLE, error.strerror or str(error)))
            continue
        for piece in pieces:
            _judge(library, path, piece, harvest)
    yield Progress(len(library.paths), len(library.paths), f"{library.name} {library.version} is read")


def _judge(library: Library, path: str, piece: Piece, harvest: _Harvest) -> None:
    """Take a function, or enter why it is left out."""
    try:
        if count_tokens(piece.text, MOST_TOKENS) > MOST_TOKENS:
            raise Refusal(Reason.TOO_LONG, 1, f"more than {MOST_TOKENS} tokens")
    except Refusal as refusal:
        harvest.left_out.append(Verdict(library.name, path, piece.first_line, refusal.reason, refusal.detail))
        return
    here = f"{library.name}/{path}:{piece.first_line}"
    first = harvest.first_seen.setdefault(piece.syntax, here)
    if first != here:
        detail = f"same as {first}"
        harvest.left_out.append(Verdict(library.name, path, piece.first_line, Reason.DUPLICATE, detail))
        return
    origin = Origin(library.name, path, piece.first_line, piece.last_line)
    harvest.snippets.append(Snippet(piece.text, origin, library.licence, f"{library.name}/{path}"))


def _draw(harvest: _Harvest, known: int, count: int, seed: int) -> None:
    """Keep as many of the snippets from `known` on as are missing to `count`; the others go into the ledger."""
    found = harvest.snippets[known:]
    if known + len(found) <= count:
        return
    kept = frozenset(random.Random(seed).sample(range(len(found)), count - known))
    harvest.snippets[known:] = [snippet for index, snippet in enumerate(found) if index in kept]
    detail = f"{count:,} were asked for"
    for index, snippet in enumerate(found):
        if index not in kept:
            origin = snippet.origin
            verdict = Verdict(origin.source, origin.path, origin.first_line, Reason.OVER_LIMIT, detail)
            harvest.left_out.append(verdict)
