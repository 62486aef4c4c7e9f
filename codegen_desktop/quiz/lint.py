"""Looks a bank through for what its models cannot see: missing reasons, hints that tell the answer, careless words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codegen_desktop.errors import QuizError
from codegen_desktop.quiz.arithmetic import evaluate
from codegen_desktop.quiz.items import (
    SHOWN_TYPES,
    Bank,
    Base,
    Choice,
    FromRun,
    Item,
    Multi,
    Numeric,
    Order,
    Output,
    Wrong,
    is_template,
)

TABS = ("dataset", "tokens", "training", "generation", "quiz")
"""What `see` may point to, followed by `#` and a control where there is one."""

_MIND = re.compile(
    r"\b(thinks?|thinking|thought|knows?|knowing|knew|understands?|understanding|understood|believes?|believed"
    r"|wants?|wanted|realises?|imagines?|guesses what you mean)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"\b(model|models|network|transformer|machine|computer|program|AI|it)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
OPTION = re.compile(r"\{option (\d+)\}")
"""How a text speaks of an option, by its number from 1."""

_FINAL = re.compile(r"Final answer: \{option (\d+)\}")
_HOLE = re.compile(r"\{[^{}]*\}")  # a formula may hold ** as the power
_LETTER = re.compile(
    r"\b(option|answer):? [A-H]\b|(^|[ .,])[B-H] (is|has|uses|gives|swaps|shows)\b|\b[A-H] and [A-H]\b"
)
_CATCH_ALL = re.compile(r"\b(all|none|both) of (the|these|them)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in an item: its id and what is wrong."""

    item: str
    message: str


def lint(bank: Bank, misconceptions: Mapping[str, str]) -> tuple[Problem, ...]:
    """Every problem of a bank, in the order of its items; `misconceptions` are the ids that may be used."""
    return tuple(problem for item in bank.item for problem in lint_item(item, misconceptions))


def lint_item(item: Item, misconceptions: Mapping[str, str]) -> tuple[Problem, ...]:
    """Every problem of one item."""
    if item.type not in SHOWN_TYPES:
        return (Problem(item.id, f"questions of type {item.type} cannot be asked yet"),)
    messages = (
        *_common(item),
        *_by_type(item),
        *_unknown_ids(item, misconceptions),
        *_careless_words(item),
        *_marks(item),
    )
    return tuple(Problem(item.id, message) for message in messages)


def texts(item: Base) -> Iterator[str]:
    """Every text of an item that a learner reads, code left out."""
    yield from (item.prompt, item.about, item.check, *item.hint, *item.solution, *item.mistakes)
    if isinstance(item, Choice | Multi):
        for option in item.option:
            yield from (option.text, option.why)
    if isinstance(item, Numeric | Output):
        yield from (wrong.why for wrong in item.wrong.values())
    if isinstance(item, Choice | Numeric) and item.from_run is not None:
        yield from (wrong.why for wrong in item.from_run.wrong.values())
        yield from (refuse.why for refuse in item.from_run.refuse)
    if isinstance(item, Order):
        for line in item.line:
            yield from (line.text, line.why)


def gives_model_a_mind(text: str) -> bool:
    """Whether a sentence says of the model (or a program) that it thinks, knows, understands, believes or wants."""
    return any(_MIND.search(sentence) and _SUBJECT.search(sentence) for sentence in _SENTENCE.split(text))


def _marks(item: Base) -> Iterator[str]:
    """Back quotes and double stars come in pairs, else they would be shown as they are."""
    for text in texts(item):
        outside = _HOLE.sub("", "".join(text.split("`")[::2]))
        if text.count("`") % 2 or outside.count("**") % 2:
            yield f"a mark is not closed: {text[:60]!r}"


def _common(item: Item) -> Iterator[str]:
    proven = () if is_template(item) else ("verify",)
    for field in ("about", "hint", "solution", "check", "mistakes", "see", *proven):
        if not getattr(item, field):
            yield f"{field} is missing"
    if item.see and item.see.split("#")[0] not in TABS:
        yield f"see points to {item.see}, which is no tab"
    if item.verify and item.verify.kind == "taught" and not item.verify.source:
        yield "a taught key says in source what it rests on"
    lines = item.code.splitlines()
    if any(mark.line > len(lines) for mark in item.marks):
        yield "a mark points below the last line of the code"


def _by_type(item: Item) -> Iterator[str]:
    match item:
        case Choice() | Multi():
            yield from _options(item)
        case Numeric(from_run=FromRun() as made):
            if not made.wrong:
                yield "no wrong formula is named"
        case Numeric(answer=float() as answer):
            yield from _numeric(item, answer)
        case Output():
            yield from _hints(item, [item.answer])
            if item.answer in item.wrong:
                yield "the right output is listed among the wrong ones"
            if not item.wrong:
                yield "no wrong output is foreseen"
        case Order():
            if not all(line.why for line in item.line):
                yield "a line does not say why it stands there"
            if item.misconception is None:
                yield "no misconception is named"
        case _:
            return


def _options(item: Choice | Multi) -> Iterator[str]:
    seen: set[str] = set()
    for number, option in enumerate(item.option, start=1):
        if not option.why:
            yield f"option {number} has no why"
        if not option.correct and option.misconception is None:
            yield f"option {number} names no misconception"
        if option.correct and option.misconception is not None:
            yield f"option {number} is right, so it shows no misconception"
        if _CATCH_ALL.search(option.text):
            yield f"option {number} is a catch-all"
        if " ".join(option.text.split()) in seen:
            yield f"option {number} says the same as another one"
        seen.add(" ".join(option.text.split()))
    yield from _hints(item, [option.text for option in item.option if option.correct])
    yield from _letters(item)


def _letters(item: Choice | Multi) -> Iterator[str]:
    """Texts speak of options by {option n} only, and the final answer of a choice is its key."""
    for text in texts(item):
        if any(int(number) > len(item.option) for number in OPTION.findall(text)):
            yield "a text speaks of an option that is not there"
        if _LETTER.search(text):
            yield f"a text speaks of an option by its letter: {text[:60]!r}"
        final = _FINAL.search(text)
        if final and int(final[1]) - 1 not in item.key:
            yield f"the solution ends in option {final[1]}, which is wrong"


def _numeric(item: Numeric, answer: float) -> Iterator[str]:
    if not item.wrong:
        yield "no wrong formula is named"
    for formula in item.wrong:
        try:
            if abs(evaluate(formula, item.facts) - answer) <= item.tolerance:
                yield f"the wrong formula {formula} gives the right answer"
        except QuizError as error:
            yield error.what
    shown = f"{answer:,.{item.decimals}f}"
    yield from _hints(item, [shown, shown.replace(",", "")])


def _hints(item: Item, answers: list[str]) -> Iterator[str]:
    """A hint never says the answer, nor the letter of an option."""
    for number, hint in enumerate(item.hint, start=1):
        said = hint.lower().replace("`", "").rstrip(".")
        for answer in answers:
            wanted = re.escape(answer.lower().replace("`", "").strip().rstrip("."))
            if wanted and re.search(rf"(?<![\w.,]){wanted}(?![\w]|[.,]\d)", said):
                yield f"hint {number} gives the answer away"
                break
        if re.search(r"\b(option|answer) [A-H]\b", hint):
            yield f"hint {number} names an option"


def _unknown_ids(item: Item, misconceptions: Mapping[str, str]) -> Iterator[str]:
    used: list[str | None] = []
    if isinstance(item, Choice | Multi):
        used = [option.misconception for option in item.option]
    elif isinstance(item, Numeric | Output):
        used = [wrong.misconception for wrong in _foreseen(item)]
    elif isinstance(item, Order):
        used = [item.misconception]
    for name in used:
        if name is not None and name not in misconceptions:
            yield f"the misconception {name} is not in the list"


def _foreseen(item: Numeric | Output) -> tuple[Wrong, ...]:
    made = item.from_run.wrong.values() if isinstance(item, Numeric) and item.from_run is not None else ()
    return (*item.wrong.values(), *made)


def _careless_words(item: Base) -> Iterator[str]:
    for text in texts(item):
        if gives_model_a_mind(text):
            yield f"a sentence gives the model a mind: {text[:80]!r}"
