"""What the dataset table shows, as plain values: one row a snippet or left-out piece, with filter and sort.

Nothing here knows a widget, so that the table model stays a thin view over a tuple.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from codegen_desktop.corpus.dataset import Dataset, Verdict
from codegen_desktop.corpus.snippet import Snippet


class Part(StrEnum):
    """Where a piece of code ended up."""

    TRAIN = "Train"
    TEST = "Test"
    LEFT_OUT = "Left out"


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One line of the table.

    `index` points into the dataset's snippets, or into its verdicts where `part` is LEFT_OUT; `number` is the
    same counted from 1. `line` is the first line of code (for a left-out piece its detail), `searched` is what
    the filter looks at, in lower case.
    """

    index: int
    number: int
    line: str
    instruction: str
    file: str
    lines: int
    licence: str
    part: Part
    reason: str
    searched: str


@dataclass(frozen=True, slots=True)
class RowFilter:
    """What the learner wants to see: a part (None is every accepted snippet), words, a reason, a licence."""

    part: Part | None = None
    words: str = ""
    reason: str = ""
    licence: str = ""


def first_code_line(text: str) -> str:
    """The first line that is neither blank nor a comment; the first line where there is only that."""
    lines = text.splitlines() or [""]
    for line in lines:
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            return stripped
    return lines[0].strip()


def dataset_rows(dataset: Dataset) -> tuple[DatasetRow, ...]:
    """All snippets in dataset order, then everything that was left out."""
    test = frozenset(dataset.split.test)
    snippets = [
        _snippet_row(index, snippet, Part.TEST if index in test else Part.TRAIN)
        for index, snippet in enumerate(dataset.snippets)
    ]
    return (*snippets, *(_verdict_row(index, verdict) for index, verdict in enumerate(dataset.left_out)))


def _snippet_row(index: int, snippet: Snippet, part: Part) -> DatasetRow:
    file = snippet.origin.path or snippet.origin.source
    return DatasetRow(
        index=index,
        number=index + 1,
        line=first_code_line(snippet.text),
        instruction=snippet.instruction or "",
        file=file,
        lines=snippet.text.count("\n") + 1,
        licence=snippet.licence,
        part=part,
        reason="",
        searched=f"{file}\n{snippet.text}".lower(),
    )


def _verdict_row(index: int, verdict: Verdict) -> DatasetRow:
    reason = str(verdict.reason or "")
    return DatasetRow(
        index=index,
        number=index + 1,
        line=reason,
        instruction=verdict.detail,
        file=verdict.path or verdict.source,
        lines=verdict.line,
        licence="",
        part=Part.LEFT_OUT,
        reason=reason,
        searched=f"{verdict.path}\n{verdict.source}\n{reason}\n{verdict.detail}".lower(),
    )


def select_rows(rows: Sequence[DatasetRow], wanted: RowFilter) -> list[int]:
    """Positions of the rows that fit, in order; every word of the filter must occur somewhere."""
    words = wanted.words.lower().split()
    return [
        position
        for position, row in enumerate(rows)
        if _is_in_part(row, wanted)
        and (not wanted.licence or row.licence == wanted.licence)
        and all(word in row.searched for word in words)
    ]


def _is_in_part(row: DatasetRow, wanted: RowFilter) -> bool:
    if wanted.reason:
        return row.reason == wanted.reason
    if wanted.part is None:
        return row.part is not Part.LEFT_OUT
    return row.part is wanted.part


def sort_positions(
    positions: Iterable[int], key: Callable[[int], str | int | float], *, descending: bool = False
) -> list[int]:
    """The positions ordered by a key; equal ones keep dataset order in both directions."""
    return sorted(positions, key=key, reverse=descending)
