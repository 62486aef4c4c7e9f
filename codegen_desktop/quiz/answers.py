"""Keeps what a learner did in a quiz: in the Lab, one row an event, written before anything is shown; or in memory."""

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any, Protocol

from codegen_desktop.errors import LabError
from codegen_desktop.lab import Lab, now

FORMAT = "cgd-answer/1"

Body = dict[str, Any]
"""What one event says, as JSON: `event` is answer, hint, solution or restart; see `session` for the rest."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one item of one quiz, at a moment in UTC."""

    created: str
    item: str
    body: Body


class Answers(Protocol):
    """Where events of quizzes are kept."""

    @property
    def kept(self) -> bool:
        """Whether what is added outlives the program."""
        ...

    def add(self, quiz: str, item: str, body: Body) -> None:
        """Keep one event; it is safe when this returns. Raises LabError when it cannot be kept."""
        ...

    def events(self, quiz: str) -> tuple[Event, ...]:
        """Every readable event of a quiz, oldest first."""
        ...


@dataclass
class MemoryAnswers:
    """Events that last as long as the program, on top of those read from somewhere else."""

    rows: dict[str, list[Event]] = field(default_factory=dict)
    below: Answers | None = None
    kept: bool = field(default=False, init=False)

    def add(self, quiz: str, item: str, body: Body) -> None:
        """Keep one event in memory."""
        self.rows.setdefault(quiz, []).append(Event(now(), item, {"format": FORMAT, **body}))

    def events(self, quiz: str) -> tuple[Event, ...]:
        """Every event of a quiz, oldest first."""
        earlier = self.below.events(quiz) if self.below is not None else ()
        return (*earlier, *self.rows.get(quiz, ()))


@dataclass(frozen=True)
class LabAnswers:
    """Events in the `answer` table of a Lab, each in a transaction of its own."""

    lab: Lab
    kept: bool = field(default=True, init=False)

    def add(self, quiz: str, item: str, body: Body) -> None:
        """Write one event. Raises LabError when the Lab cannot be written; nothing was changed then."""
        text = json.dumps({"format": FORMAT, **body}, ensure_ascii=False)
        with self.lab.transaction() as connection:
            connection.execute(
                "INSERT INTO answer (created, quiz, item, body) VALUES (?, ?, ?, ?)", (now(), quiz, item, text)
            )

    @property
    def is_used(self) -> bool:
        """Whether anything was ever answered in this Lab."""
        return bool(self._rows("SELECT 1 FROM answer LIMIT 1"))

    def events(self, quiz: str) -> tuple[Event, ...]:
        """Every readable event of a quiz, oldest first; a row that a newer program wrote is left alone."""
        rows = self._rows("SELECT created, item, body FROM answer WHERE quiz = ? ORDER BY id", quiz)
        found = (_event(*row) for row in rows)
        return tuple(event for event in found if event is not None)

    def _rows(self, question: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            return self.lab.connection.execute(question, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise LabError(f"The answers of {self.lab.path.name} cannot be read ({error}).", "Open a copy.") from error


def open_answers(lab: Lab | None) -> Answers:
    """Where answers go: into the Lab; into memory without one, or above a Lab that is open for reading only."""
    if lab is None:
        return MemoryAnswers()
    return MemoryAnswers(below=LabAnswers(lab)) if lab.read_only else LabAnswers(lab)


def carry_over(earlier: MemoryAnswers, answers: LabAnswers) -> int:
    """Write what was answered before there was a Lab into a Lab that holds no answer yet; returns how many events.

    A Lab that holds answers already is another piece of work and stays as it is.
    """
    if earlier.below is not None or not earlier.rows or answers.is_used:
        return 0
    rows = [(quiz, event) for quiz, events in earlier.rows.items() for event in events]
    with answers.lab.transaction() as connection:
        connection.executemany(
            "INSERT INTO answer (created, quiz, item, body) VALUES (?, ?, ?, ?)",
            [(event.created, quiz, event.item, json.dumps(event.body, ensure_ascii=False)) for quiz, event in rows],
        )
    return len(rows)


def _event(created: str, item: str, body: str) -> Event | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        return None
    return Event(created, item, value)
