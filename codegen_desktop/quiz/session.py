"""A learner's way through one set of questions: tries, hints, points; every event is kept before it counts."""

import contextlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from codegen_desktop.errors import QuizError
from codegen_desktop.quiz.answers import Answers, Body, Event
from codegen_desktop.quiz.bank import parse_item
from codegen_desktop.quiz.items import Choice, Multi, Order, Shown
from codegen_desktop.quiz.marking import CREDIT, Given, Verdict, credit, mark

Arrangement = Literal["fixed", "shuffled"]


@dataclass(frozen=True, slots=True)
class Try:
    """One answer and the verdict it got."""

    given: Given
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Progress:
    """Where one question stands. `points` is None until it is over: right, out of tries, or solution asked for."""

    tries: tuple[Try, ...] = ()
    hints: int = 0
    gave_up: bool = False
    points: float | None = None

    @property
    def over(self) -> bool:
        """Whether the solution may be shown."""
        return self.points is not None

    @property
    def right(self) -> bool:
        """Whether the last answer was right."""
        return bool(self.tries) and self.tries[-1].verdict.right

    @property
    def next_credit(self) -> float:
        """The share of the points that a right answer would earn now."""
        return CREDIT[min(len(self.tries), len(CREDIT) - 1)]


@dataclass(frozen=True, slots=True)
class Score:
    """Points so far of the points of all questions that are over; counts of questions."""

    points: float
    of: float
    over: int
    right_at_first: int
    questions: int


@dataclass
class Session:
    """The mutable state of one quiz. `quiz` is the name its events are kept under; items come in bank order.

    A fixed arrangement keeps that order; a shuffled one is drawn from `seed`, questions and options alike.
    """

    quiz: str
    items: tuple[Shown, ...]
    answers: Answers
    version: str = ""
    arrangement: Arrangement = "fixed"
    seed: int = 42
    attempt: int = field(default=1, init=False)
    _progress: dict[str, Progress] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        if not self.items:
            raise QuizError("This set holds no question.", "Choose another set.")
        self._resume(self.answers.events(self.quiz))

    @property
    def order(self) -> tuple[Shown, ...]:
        """The items in the order they are asked."""
        if self.arrangement == "fixed":
            return self.items
        shuffled = list(self.items)
        random.Random(f"{self.seed} {self.quiz} questions").shuffle(shuffled)
        return tuple(shuffled)

    def option_order(self, item: Choice | Multi) -> tuple[int, ...]:
        """The indices of an item's options in the order they are shown."""
        places = list(range(len(item.option)))
        if self.arrangement == "shuffled" and item.shuffle:
            random.Random(f"{self.seed} {item.id} options").shuffle(places)
        return tuple(places)

    def line_order(self, item: Order) -> tuple[int, ...]:
        """The order in which lines are laid out at first: drawn from the seed, and never a right one."""
        places = list(range(len(item.line)))
        source = random.Random(f"{self.seed} {item.id} lines")
        while tuple(places) in item.right_orders:
            source.shuffle(places)
        return tuple(places)

    def progress(self, item: Shown) -> Progress:
        """Where a question stands."""
        return self._progress.get(item.id, Progress())

    def answer(self, item: Shown, given: Given) -> Verdict:
        """Judge an answer and keep it. Raises QuizError for no answer or a question that is over, LabError when it
        cannot be kept; the question then stands where it stood."""
        before = self.progress(item)
        if before.over:
            raise QuizError("This question is answered.", "Start the set again to answer it once more.")
        verdict = mark(item, given)
        after = _with_answer(before, item, Try(given, verdict))
        self._keep(item, _answer_body(item, after, self))
        self._progress[item.id] = after
        return verdict

    def take_hint(self, item: Shown) -> str | None:
        """The next hint of a question, None when there is no further one."""
        before = self.progress(item)
        if before.hints >= len(item.hint):
            return None
        self._keep(item, {"event": "hint", "number": before.hints + 1})
        self._progress[item.id] = replace(before, hints=before.hints + 1)
        return item.hint[before.hints]

    def give_up(self, item: Shown) -> None:
        """Show the solution for no points; a question that is over stays as it is."""
        before = self.progress(item)
        if not before.over:
            self._keep(item, {"event": "solution"})
            self._progress[item.id] = replace(before, gave_up=True, points=0.0)

    def restart(self) -> None:
        """Begin the set again; earlier answers stay kept."""
        self.answers.add(self.quiz, "", {"event": "restart", "attempt": self.attempt + 1})
        self.attempt += 1
        self._progress.clear()

    @property
    def is_begun(self) -> bool:
        """Whether anything was answered, hinted or shown since the set was begun."""
        return bool(self._progress)

    @property
    def score(self) -> Score:
        """What the questions that are over have earned."""
        states = [(item, self.progress(item)) for item in self.items]
        over = [(item, state) for item, state in states if state.over]
        return Score(
            points=sum(state.points or 0.0 for _, state in over),
            of=sum(item.points for item, _ in over),
            over=len(over),
            right_at_first=sum(state.right and len(state.tries) == 1 for _, state in over),
            questions=len(self.items),
        )

    @property
    def worth_another_look(self) -> Shown | None:
        """The question that cost the most tries, first in order among equals; None when all went well."""
        costly = [item for item in self.order if self.progress(item).over and self._lost(item) > 0]
        return max(costly, key=self._lost, default=None)

    def _lost(self, item: Shown) -> float:
        return item.points - (self.progress(item).points or 0.0)

    def _keep(self, item: Shown, body: Body) -> None:
        self.answers.add(self.quiz, item.id, {"attempt": self.attempt, **body})

    def _resume(self, events: Sequence[Event]) -> None:
        """Bring back the newest attempt; what was judged then stays as it was judged."""
        restarts = [event.body.get("attempt") for event in events if event.body.get("event") == "restart"]
        self.attempt = max([number for number in restarts if isinstance(number, int)], default=1)
        current = [event for event in events if event.body.get("attempt") == self.attempt]
        self._restore_items(current)
        by_id = {item.id: item for item in self.items}
        for event in current:
            if event.item in by_id:
                item = by_id[event.item]
                self._progress[item.id] = _replayed(self.progress(item), item, event.body)

    def _restore_items(self, events: Sequence[Event]) -> None:
        """Questions made from a run are kept with their answers: show those, not ones made anew from a changed run."""
        frozen: dict[str, Shown] = {}
        for event in events:
            text = event.body.get("frozen")
            if isinstance(text, str):
                with contextlib.suppress(QuizError):  # a damaged row is passed over; the others still hold
                    kept = parse_item(text)
                    if isinstance(kept, Shown) and kept.id == event.item:
                        frozen[event.item] = kept
        present = {item.id for item in self.items}
        self.items = (
            *(frozen.get(item.id, item) for item in self.items),
            *(item for key, item in frozen.items() if key not in present),
        )


def _with_answer(before: Progress, item: Shown, one: Try) -> Progress:
    tries = (*before.tries, one)
    over = one.verdict.right or len(tries) >= len(CREDIT)
    return replace(before, tries=tries, points=credit(item, len(tries), one.verdict.right) if over else None)


def _answer_body(item: Shown, after: Progress, session: Session) -> Body:
    last = after.tries[-1]
    body: Body = {
        "event": "answer",
        "version": session.version,
        "arrangement": session.arrangement,
        "seed": session.seed,
        "try": len(after.tries),
        "given": last.given,
        "right": last.verdict.right,
        "why": last.verdict.why,
        "misconception": last.verdict.misconception,
        "points": after.points,
        "hints": after.hints,
        "facts": dict(item.facts),
    }
    if item.facts:
        body["frozen"] = item.model_dump_json()
    return body


def _fits(item: Shown, indices: Sequence[object]) -> bool:
    """Whether all of these are numbers of options or lines of the item."""
    count = len(item.option) if isinstance(item, Choice | Multi) else len(item.line) if isinstance(item, Order) else 0
    return all(isinstance(index, int) and 0 <= index < count for index in indices)


def _replayed(before: Progress, item: Shown, body: Body) -> Progress:
    """The state after a kept event; an event that does not fit is passed over."""
    match body:
        case {"event": "hint", "number": int() as number}:
            return replace(before, hints=max(before.hints, min(number, len(item.hint))))
        case {"event": "solution"} if not before.over:
            return replace(before, gave_up=True, points=0.0)
        case {"event": "answer", "given": (str() | list()) as given, "right": bool() as right, **rest}:
            if before.over or (isinstance(given, list) and not _fits(item, given)):
                return before
            value = given if isinstance(given, str) else tuple(given)
            name = rest.get("misconception")
            verdict = Verdict(right, str(rest.get("why", "")), name if isinstance(name, str) else None)
            return _with_answer(before, item, Try(value, verdict))
        case _:
            return before
