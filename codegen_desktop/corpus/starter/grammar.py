"""The whole grammar: the families, the split by composition, and the writing of every snippet."""

import math
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from codegen_desktop.corpus.dataset import Dataset, Progress, Split
from codegen_desktop.corpus.snippet import Origin, Snippet
from codegen_desktop.corpus.starter.cases import write_cases
from codegen_desktop.corpus.starter.draw import UNSEEN_SHARE, Draw
from codegen_desktop.corpus.starter.integers import ARITHMETIC, BRANCH, CHAIN, CONDITION
from codegen_desktop.corpus.starter.lists import LISTS, RANGES
from codegen_desktop.corpus.starter.loops import ACCUMULATORS, RECURSION
from codegen_desktop.corpus.starter.nested import NESTED, PAIRS
from codegen_desktop.corpus.starter.operation import PIECE_LIMIT, Composition, Draft, Family, Operation, count_pieces
from codegen_desktop.corpus.starter.questions import QUESTIONS
from codegen_desktop.corpus.starter.ranking import RANKING
from codegen_desktop.corpus.starter.tables import BUILDS, TABLES
from codegen_desktop.corpus.starter.texts import TEXTS
from codegen_desktop.corpus.starter.words import WORDS

FAMILIES: tuple[Family, ...] = (
    ARITHMETIC,
    CHAIN,
    CONDITION,
    BRANCH,
    LISTS,
    RANGES,
    QUESTIONS,
    ACCUMULATORS,
    RECURSION,
    TABLES,
    BUILDS,
    NESTED,
    PAIRS,
    TEXTS,
    WORDS,
    RANKING,
)

BRIEF = "def add(a, b): return a + b"
"""The example of the brief this project grew from; the learning part has it with and without an instruction."""

_ADD = ARITHMETIC.shapes[0].compositions[0]

BARE_SHARE = 0.1
TEST_SHARE = 0.2
ENOUGH = 10
"""An operation is tested only where at least this many learning compositions hold it."""

_SPARE = 2
"""Compositions above the rule: one that cannot be written after all is replaced by another."""

MOST_HELD_OUT = 0.25
"""Of an operation's compositions of one length so many are held out first; more only where a family's share asks it."""


class _Rule(NamedTuple):
    """Which compositions may be tested: their operations stay in so many learned ones, in all families and at home."""

    anywhere: int
    at_home: int
    most_held_out: float = MOST_HELD_OUT
    by_family: bool = True


_RULES = (
    _Rule(ENOUGH, ENOUGH),
    _Rule(ENOUGH, 5),
    _Rule(ENOUGH, 5, 0.4),
    _Rule(ENOUGH, 5, 0.5),
    _Rule(ENOUGH, 5, 0.5, by_family=False),
    _Rule(5, 2, 1.0),
    _Rule(2, 1, 1.0),
    _Rule(0, 0, 1.0),
    _Rule(-_SPARE, -_SPARE, 1.0),
    _Rule(-_SPARE, -_SPARE, 1.0, by_family=False),
)
"""How the test part is filled, strictest first; those below `ENOUGH` are only for corpora too small for it."""

_TRIES = 60
_TRIALS = 6


def surprise_of_refusals(tries: int) -> float:
    """An unbiased estimate of −ln p from the number of refused tries before the first one that had probability p.

    It is 1 + 1/2 + ... + 1/tries (inverse binomial sampling: van Opheusden, Acerbi and Ma, 2020). What is written is
    what was drawn given that it was accepted, so this much is taken off the −ln p of the draw.
    """
    return math.fsum(1 / number for number in range(1, tries + 1))


@dataclass(frozen=True, slots=True)
class _Slot:
    """A snippet to be written: its family, its composition, and −ln p of having drawn them."""

    family: Family
    composition: Composition
    nats: float

    @property
    def key(self) -> tuple[str, ...]:
        return self.family.key(self.composition)


def _quotas(count: int) -> list[Family]:
    """One family for each of `count` snippets, as near to the shares as whole numbers come."""
    total = sum(family.share for family in FAMILIES)
    wanted = [count * family.share / total for family in FAMILIES]
    whole = [int(number) for number in wanted]
    by_rest = sorted(range(len(FAMILIES)), key=lambda index: whole[index] - wanted[index])
    for index in by_rest[: count - sum(whole)]:
        whole[index] += 1
    return [family for family, number in zip(FAMILIES, whole, strict=True) for _ in range(number)]


def _draft(slot: _Slot, draw: Draw, *, bare: bool) -> tuple[Draft, str]:
    """A draft of the slot and the whole text that the model would read."""
    draft = slot.family.write(draw, slot.composition)
    return draft, draft.code if bare else f"# {draft.instruction}\n{draft.code}"


class _Planner:
    """Draws compositions that fit a row and can be tested; one whose drafts all fail is drawn again."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._fitting: dict[Composition, bool] = {}

    def draw(self, family: Family) -> _Slot:
        """A slot of this family."""
        share = Draw.surprise(family.share / sum(other.share for other in FAMILIES))
        tries = 0
        while True:
            draw = Draw(self._random)
            shape = draw.weighted(family.shapes, [shape.weight for shape in family.shapes])
            composition = draw.pick(shape.compositions)
            slot = _Slot(family, composition, share + draw.nats - surprise_of_refusals(tries))
            if self._fits(slot):
                return slot
            tries += 1

    def _fits(self, slot: _Slot) -> bool:
        key = slot.composition
        if key not in self._fitting:
            self._fitting[key] = any(self._try(slot) for _ in range(_TRIALS))
        return self._fitting[key]

    def _try(self, slot: _Slot) -> bool:
        """Whether one draft of the slot fits a row and can be tested."""
        draw = Draw(self._random)
        draft, text = _draft(slot, draw, bare=False)
        if count_pieces(text) > PIECE_LIMIT:
            return False
        return bool(write_cases(self._random, draft.code, draft.arguments, draw.constants))


def _plan(count: int, random: Random, planner: _Planner) -> list[_Slot]:
    """What to write, in order; the first two are the brief's own example where there are that many."""
    families = _quotas(count)
    random.shuffle(families)
    slots = [planner.draw(family) for family in families]
    arithmetic = [index for index, slot in enumerate(slots) if slot.family is ARITHMETIC][:2]
    for place, index in enumerate(arithmetic):
        brief = _Slot(ARITHMETIC, _ADD, slots[index].nats)
        slots[index] = slots[place]
        slots[place] = brief
    return slots


def count_uses(slots: Iterable[tuple[Family, Composition]]) -> Counter[Operation | tuple[Family, Operation]]:
    """How many different compositions hold an operation, in all families and in each.

    Doubling is the same operation on a list and on a number.
    """
    uses: Counter[Operation | tuple[Family, Operation]] = Counter()
    for family, composition in set(slots):
        uses.update(set(composition))
        uses.update((family, operation) for operation in set(composition))
    return uses


def _held_out(slots: Sequence[_Slot], random: Random) -> set[tuple[str, ...]]:
    """The compositions of the test part: a fifth of every family's snippets, as near as the rules let it come.

    Every operation of a chosen composition stays in at least `ENOUGH` compositions that are not chosen, at least five
    of them of its own family; a corpus too small for this gets the strictest rule that fits.
    """
    sizes = Counter(slot.key for slot in slots)
    families = {slot.key: slot.family.name for slot in slots}
    quota = {name: math.ceil(size * TEST_SHARE) for name, size in Counter(families[slot.key] for slot in slots).items()}
    left = round(len(slots) * TEST_SHARE)
    compositions = {slot.key: (slot.family, slot.composition) for slot in slots}
    uses = count_uses(compositions.values())
    all_of = Counter((name, len(key)) for key in sizes for name in set(key))
    held: Counter[tuple[str, int]] = Counter()
    candidates = sorted(key for key in sizes if len(key) > 1)
    random.shuffle(candidates)
    chosen: set[tuple[str, ...]] = set()
    for rule in _RULES:
        for key in candidates:
            room = min(left, quota[families[key]]) if rule.by_family else left
            if key in chosen or sizes[key] > room:
                continue
            places = [(name, len(key)) for name in set(key)]
            family, composition = compositions[key]
            known = all(
                uses[operation] > rule.anywhere + _SPARE and uses[family, operation] > rule.at_home + _SPARE
                for operation in composition
            )
            if known and all(held[place] + 1 <= rule.most_held_out * all_of[place] for place in places):
                chosen.add(key)
                left -= sizes[key]
                quota[families[key]] -= sizes[key]
                uses.subtract(count_uses([compositions[key]]))
                held.update(places)
    return chosen


class _Writer:
    """Writes slots into snippets that differ from all before, in text and in instruction."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._texts: set[str] = set()
        self._instructions: set[str] = set()

    def write(self, slot: _Slot, place: str, *, bare: bool, test: bool, code: str = "") -> Snippet | None:
        """A snippet for this slot, or None where all tries were refused; `code` asks for just this code.

        The same `place` makes the same choices.
        """
        random = Random(f"starter {self._seed} {place} {slot.key}")
        tries = 100 * _TRIES if code else _TRIES
        for refused in range(tries):
            draw = Draw(random, unseen=test and random.random() < UNSEEN_SHARE)
            draft, text = _draft(slot, draw, bare=bare)
            fresh = text not in self._texts and (bare or draft.instruction not in self._instructions)
            if not fresh or (code and draft.code != code) or count_pieces(text) > PIECE_LIMIT:
                continue
            cases = write_cases(random, draft.code, draft.arguments, draw.constants)
            if not cases:
                continue
            self._texts.add(text)
            nats = slot.nats + draw.nats - (0.0 if code else surprise_of_refusals(refused))
            if not bare:
                self._instructions.add(draft.instruction)
                nats += draw.wording_nats
            if not test:
                nats += Draw.surprise(BARE_SHARE if bare else 1 - BARE_SHARE)
            return Snippet(
                text=text,
                origin=Origin("starter", slot.family.name),
                licence="MIT",
                group="|".join(slot.key),
                instruction=None if bare else draft.instruction,
                tests=cases,
                family=slot.family.name,
                operations=slot.key,
                nats=nats,
            )
        return None


def _write_all(count: int, seed: int) -> Iterator[tuple[Snippet, bool]]:
    """`count` snippets, each with whether it belongs to the test part."""
    random = Random(f"starter {seed}")
    planner = _Planner(random)
    slots = _plan(count, random, planner)
    chosen = _held_out(slots, random)
    learned = {slot.key for slot in slots} - chosen
    learning = [index for index, slot in enumerate(slots) if slot.key in learned and index > 1]
    first = {1} if len(slots) > 1 and slots[1].key in learned else set()
    bare = first | set(random.sample(learning, max(0, round(BARE_SHARE * (len(learning) + 2)) - 1)))
    writer = _Writer(seed)
    tested = [slot for slot in slots if slot.key in chosen]
    for index, slot in enumerate(slots):
        test = slot.key in chosen
        code = BRIEF if index < 2 and slot.composition == _ADD else ""
        snippet = writer.write(slot, str(index), bare=index in bare, test=test, code=code)
        again = 0
        while snippet is None:
            again += 1
            other = random.choice(tested) if test else planner.draw(slot.family)
            if test or other.key not in chosen:
                snippet = writer.write(other, f"{index} again {again}", bare=index in bare, test=test)
        yield snippet, test


def starter_snippets(count: int, seed: int) -> Iterator[Snippet]:
    """Exactly `count` different snippets, the same for the same count and seed."""
    for snippet, _ in _write_all(count, seed):
        yield snippet


def starter_dataset(count: int = 10_000, seed: int = 42) -> Generator[Progress, None, Dataset]:
    """The generated corpus, split four to one by composition.

    Compositions of one operation are always learned. A test composition combines two or more operations, and each
    of them stays in at least ten learning compositions (fewer only where `count` is too small for that).
    """
    snippets: list[Snippet] = []
    parts: tuple[list[int], list[int]] = ([], [])
    for snippet, test in _write_all(count, seed):
        parts[test].append(len(snippets))
        snippets.append(snippet)
        if len(snippets) % 250 == 0:
            yield Progress(len(snippets), count, "Writing and testing snippets")
    rule = "by composition: the test part combines two or more operations in ways never learned"
    split = Split(tuple(parts[0]), tuple(parts[1]), seed, rule)
    return Dataset("starter", tuple(snippets), split, versions=(("grammar", "2"),))
