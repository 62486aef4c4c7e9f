"""What the grammar combines: operations with their wordings and code, and the families that join them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from codegen_desktop.corpus.starter.draw import Draw, Pool

ATOM, POWER, UNARY, TERM, SUM, COMPARE, NOT, AND, OR = range(10, 1, -1)
"""How tightly an expression holds together, from a name or a call (10) down to `a or b` (2)."""

PIECE_LIMIT = 48
"""The most pieces a snippet may have: a row holds 49 tokens, and a rare word may become more than one token."""

_PIECE = re.compile(r"\n\s*| ?[^\W\d_]+| ?\d| ?(?:\*\*|//|[<>=!+*-]=)| ?[^\w\s]|\s|_")


def count_pieces(text: str) -> int:
    """How many pieces the fine pre-tokenizer makes of a text: words, operators, digits, line starts."""
    return len(_PIECE.findall(text))


class Expression(NamedTuple):
    """A piece of code with how tightly it holds together."""

    text: str
    level: int = ATOM

    def within(self, level: int) -> str:
        """The text as an operand that must hold together at least this tightly."""
        return self.text if self.level >= level else f"({self.text})"


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a function can do.

    `role` says where it may stand (`test`, `map`, `reduce` ...). `wordings` are at least four ways to ask for it,
    as an order (`double {it}`) or, for tests, as a property (`above {k}`); `nouns` are ways to speak of its
    result (`twice {it}`). `code` is a template over the operand `{x}`, which must hold together at `operand`;
    the result holds together at `level`. `{k}` and `{j}` are constants from `constants`. A reducing operation
    also says how a loop does it: what `result` starts with, the step for a value `{v}`, and what is returned.
    `word` stands for the operation in a function's name, where its own name does not.
    """

    name: str
    role: str
    wordings: tuple[str, ...]
    code: str = "{x}"
    level: int = ATOM
    operand: int = ATOM
    nouns: tuple[str, ...] = ()
    constants: tuple[Pool, ...] = ()
    word: str = ""
    start: str = "[]"
    step: str = "result.append({v})"
    finish: str = "result"


Composition = tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """An operation whose constants are drawn."""

    operation: Operation
    slots: Mapping[str, str]

    @property
    def word(self) -> str:
        """The operation in one word."""
        return (self.operation.word or self.operation.name).split()[-1]

    def say(self, draw: Draw, **names: str) -> str:
        """One of the operation's wordings with its constants and these names filled in."""
        return draw.wording(self.operation.wordings).format(**self.slots, **names)

    def noun(self, draw: Draw, it: str) -> str:
        """One of the ways to speak of the operation's result on `it`."""
        return draw.wording(self.operation.nouns).format(**self.slots, it=it)

    def apply(self, operand: Expression) -> Expression:
        """The operation's code on an operand, with parentheses only where Python needs them."""
        text = self.operation.code.format(**self.slots, x=operand.within(self.operation.operand))
        return Expression(text, self.operation.level)

    def on(self, name: str) -> str:
        """The operation's code on a plain name."""
        return self.apply(Expression(name)).text


class Steps:
    """A composition with its constants drawn, found by role or in order."""

    def __init__(self, draw: Draw, composition: Composition) -> None:
        self.all = tuple(
            Step(op, {slot: draw.constant(pool) for slot, pool in zip("kj", op.constants, strict=False)})
            for op in composition
        )

    def of(self, role: str) -> Step | None:
        """The first step with this role, if any."""
        return next((step for step in self.all if step.operation.role == role), None)

    @property
    def word(self) -> str:
        """The function's name where its steps are of different kinds: what the last one gives."""
        return self.all[-1].word

    @property
    def words(self) -> str:
        """The function's name where its steps are alike: all of them in order."""
        return "_".join(step.word for step in self.all)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a family writes: the instruction (without `# `), the code, and the kind of each argument."""

    instruction: str
    code: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """One way a family combines operations: its compositions, and how often it is drawn within the family."""

    weight: float
    compositions: tuple[Composition, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of function: its weight among the families, its shapes, and how one of its compositions is written."""

    name: str
    share: float
    shapes: tuple[Shape, ...]
    write: Callable[[Draw, Composition], Draft]

    def key(self, composition: Composition) -> tuple[str, ...]:
        """The names of a composition's operations; where an operation stands belongs to its name."""
        return tuple(f"{self.name}.{operation.name}" for operation in composition)


def join(draw: Draw, phrases: Sequence[str]) -> str:
    """Phrases in the order in which they are done."""
    return draw.wording((" then ", ", then ")).join(phrases) if len(phrases) > 1 else phrases[0]


def function(draw: Draw, name: str, parameters: str, body: Sequence[str]) -> str:
    """A function's code; a body of one line may stand beside the head."""
    head = f"def {name}({parameters}):"
    if len(body) == 1 and not draw.usual():
        return f"{head} {body[0]}"
    return "\n".join((head, *(f"    {line}" for line in body)))


def collect(
    draw: Draw, loops: Sequence[str], value: str, condition: str, reduce: Step | None, whole: str = ""
) -> list[str]:
    """The body that gathers `value` over some `for` clauses: as a comprehension or as a loop.

    `condition` may be empty. `whole` names the iterable where the value is its bare element, so that `sum(xs)` is
    written and not `sum(x for x in xs)`.
    """
    slots = reduce.slots if reduce else {}
    if draw.usual():
        clause = " ".join((value, *loops)) + (f" if {condition}" if condition else "")
        bare = bool(whole) and not condition
        listed = whole if bare else f"[{clause}]"
        if reduce is None:
            return [f"return {listed}"]
        return [f"return {reduce.operation.code.format(g=whole if bare else clause, l=listed, **slots)}"]
    lines = [f"result = {reduce.operation.start if reduce else '[]'}"]
    heads = (*loops, f"if {condition}") if condition else tuple(loops)
    lines += [f"{'    ' * depth}{head}:" for depth, head in enumerate(heads)]
    step = reduce.operation.step if reduce else "result.append({v})"
    lines.append("    " * len(heads) + step.format(v=value))
    lines.append(f"return {reduce.operation.finish.format(**slots) if reduce else 'result'}")
    return lines
