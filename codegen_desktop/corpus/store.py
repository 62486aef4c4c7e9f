"""Saving a dataset in a Lab and loading it again."""

import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from codegen_desktop.corpus.dataset import Dataset, Reason, Split, Verdict
from codegen_desktop.corpus.snippet import Origin, Snippet, TestCase
from codegen_desktop.errors import CorpusError
from codegen_desktop.lab import Lab, now

_SNIPPET_COLUMNS = (
    "dataset_id, number, part, text, language, licence, source, path, first_line, last_line, split_group, "
    "instruction, tests, family, operations, nats"
)
_VERDICT_COLUMNS = "dataset_id, number, source, path, line, reason, detail"


def save_dataset(lab: Lab, dataset: Dataset) -> int:
    """Store a dataset; gives its id. One transaction: whole or not there.

    Raises CorpusError when a text cannot be stored, ValueError when the split's indices do not rise.
    """
    _check_split(dataset)
    body = json.dumps(
        {"seed": dataset.split.seed, "rule": dataset.split.rule, "versions": dataset.versions}, ensure_ascii=False
    )
    try:
        with lab.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO dataset (created, name, fingerprint, body) VALUES (?, ?, ?, ?)",
                (now(), dataset.name, dataset.fingerprint, body),
            )
            dataset_id = cursor.lastrowid
            assert dataset_id is not None, "an INSERT gives a row id"
            _insert(connection, "snippet", _SNIPPET_COLUMNS, _snippet_rows(dataset_id, dataset))
            _insert(connection, "verdict", _VERDICT_COLUMNS, _verdict_rows(dataset_id, dataset.left_out))
    except UnicodeEncodeError as error:
        raise CorpusError(
            "A snippet holds half of a surrogate pair, which cannot be stored. The dataset was not saved.",
            "Remove that character from its source.",
        ) from error
    return dataset_id


def load_dataset(lab: Lab, dataset_id: int | None = None) -> Dataset:
    """Load a dataset by id, or the newest. Raises CorpusError when there is none or it has changed since."""
    if dataset_id is None:
        dataset_id = latest_dataset_id(lab)
    connection = lab.connection
    head = connection.execute("SELECT name, fingerprint, body FROM dataset WHERE id = ?", (dataset_id,)).fetchone()
    if dataset_id is None or head is None:
        raise CorpusError("This Lab has no such dataset.", "Choose a corpus first.")
    name, fingerprint, body = head
    try:
        dataset = _read(connection, dataset_id, name, json.loads(body))
        unchanged = dataset.fingerprint == fingerprint
    except (ValueError, KeyError, TypeError, sqlite3.OperationalError) as error:
        raise _damaged(name) from error
    if not unchanged:
        raise _damaged(name)
    return dataset


def latest_dataset_id(lab: Lab) -> int | None:
    """The id of the dataset stored last; None when there is none."""
    row = lab.connection.execute("SELECT max(id) FROM dataset").fetchone()
    return None if row[0] is None else int(row[0])


def _insert(connection: sqlite3.Connection, table: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    marks = ", ".join("?" for _ in columns.split(","))
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def _snippet_rows(dataset_id: int, dataset: Dataset) -> Iterator[tuple[object, ...]]:
    part = dict.fromkeys(dataset.split.train, "train") | dict.fromkeys(dataset.split.test, "test")
    for number, snippet in enumerate(dataset.snippets):
        origin = snippet.origin
        tests = json.dumps([(test.arguments, test.expected) for test in snippet.tests], ensure_ascii=False)
        operations = json.dumps(snippet.operations, ensure_ascii=False)
        yield (
            *(dataset_id, number, part.get(number, ""), snippet.text, snippet.language, snippet.licence),
            *(origin.source, origin.path, origin.first_line, origin.last_line, snippet.group, snippet.instruction),
            *(tests, snippet.family, operations, snippet.nats),
        )


def _verdict_rows(dataset_id: int, verdicts: Iterable[Verdict]) -> Iterator[tuple[object, ...]]:
    for number, verdict in enumerate(verdicts):
        assert verdict.reason is not None, "the ledger of left-out pieces holds no accepted one"
        yield (
            *(dataset_id, number, verdict.source, verdict.path, verdict.line),
            *(verdict.reason.value, verdict.detail),
        )


def _read(connection: sqlite3.Connection, dataset_id: int, name: str, body: dict[str, Any]) -> Dataset:
    """Put the rows of a dataset together again. Raises what reading damaged rows raises."""
    snippets: list[Snippet] = []
    parts: dict[str, list[int]] = {"train": [], "test": [], "": []}
    query = f"SELECT {_SNIPPET_COLUMNS} FROM snippet WHERE dataset_id = ? ORDER BY number"
    for row in connection.execute(query, (dataset_id,)):
        parts[row[2]].append(len(snippets))
        snippets.append(_snippet(row))
    query = f"SELECT {_VERDICT_COLUMNS} FROM verdict WHERE dataset_id = ? ORDER BY number"
    return Dataset(
        name=name,
        snippets=tuple(snippets),
        split=Split(tuple(parts["train"]), tuple(parts["test"]), int(body["seed"]), str(body["rule"])),
        left_out=tuple(
            Verdict(source, path, line, Reason(reason), detail)
            for _, _, source, path, line, reason, detail in connection.execute(query, (dataset_id,))
        ),
        versions=tuple((str(what), str(version)) for what, version in body["versions"]),
    )


def _snippet(row: tuple[Any, ...]) -> Snippet:
    _, _, _, text, language, licence, source, path, first, last, group, instruction, tests, family, ops, nats = row
    return Snippet(
        text=text,
        origin=Origin(source, path, first, last),
        licence=licence,
        group=group,
        language=language,
        instruction=instruction,
        tests=tuple(TestCase(arguments, expected) for arguments, expected in json.loads(tests)),
        family=family,
        operations=tuple(json.loads(ops)),
        nats=nats,
    )


def _check_split(dataset: Dataset) -> None:
    for part in (dataset.split.train, dataset.split.test):
        if any(left >= right for left, right in itertools.pairwise(part)):
            raise ValueError("the indices of a split must rise: a Lab keeps the order of the snippets, not theirs")


def _damaged(name: str) -> CorpusError:
    return CorpusError(
        f"The stored dataset {name!r} of this Lab has changed since it was saved. Everything else in it still holds.",
        "Choose the corpus again.",
    )
