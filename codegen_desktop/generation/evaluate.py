"""How often the model is right: it answers unseen instructions greedily, and the answers' tests are run."""

import re
import time
from collections.abc import Collection, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from codegen_desktop.config import SamplingOptions
from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.corpus.snippet import Snippet
from codegen_desktop.errors import GenerationError
from codegen_desktop.generation.batch import write_many
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.generate import encode_prompt
from codegen_desktop.generation.grading import Grade, grade_many
from codegen_desktop.generation.sandbox import PROTECTION, Sandbox
from codegen_desktop.generation.syntax import parses
from codegen_desktop.tokenization.tokenizer import Tokenizer

_CONSTANT = re.compile(r"\d+(?:\.\d+)?|'[^'\n]*'|\"[^\"\n]*\"")


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that did not pass: the instruction as the model met it, what it wrote, and what went wrong."""

    prompt: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Score:
    """`passed` of `of` instructions answered with code that passes all its tests; `name` says which instructions."""

    name: str
    passed: int
    of: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Greedy pass@1: `passed` of `total` instructions, and `parsed` answers that are Python.

    `families` in the order of their names; `subset` is the score of the instructions that were asked for
    separately. `seconds` holds writing and running together.
    """

    passed: int
    total: int
    parsed: int
    families: tuple[Score, ...]
    subset: Score | None
    failures: tuple[Failure, ...]
    seconds: float
    protection: str

    @property
    def pass_at_1(self) -> float:
        """The share of instructions answered with code that passes its tests; 0 where there were none."""
        return self.passed / self.total if self.total else 0.0


def evaluate(
    decoder: Decoder,
    tokenizer: Tokenizer,
    snippets: Sequence[Snippet],
    *,
    subset: Collection[int] = (),
    subset_name: str = "",
) -> Generator[Progress, None, Evaluation]:
    """Answer the instruction of every snippet that has tests, and run them.

    `subset` holds indices into `snippets` whose score is given separately. Raises SandboxError where code cannot be
    run safely, before anything is written. An instruction that does not fit into a row counts as a failure.
    """
    began = time.monotonic()
    with Sandbox():  # so that a machine without one says so now
        pass
    numbers = [number for number, snippet in enumerate(snippets) if snippet.tests and snippet.instruction]
    tasks = [snippets[number] for number in numbers]
    answers = yield from _answers(decoder, tokenizer, [snippet.prompt for snippet in tasks])
    pairs = [(answer, snippet.tests) for answer, snippet in zip(answers, tasks, strict=True)]
    grades = yield from grade_many(pairs)
    wanted = frozenset(subset)
    chosen = [grade for number, grade in zip(numbers, grades, strict=True) if number in wanted]
    return Evaluation(
        passed=_passed(grades),
        total=len(grades),
        parsed=sum(parses(answer) for answer in answers),
        families=_by_family(tasks, grades),
        subset=Score(subset_name, _passed(chosen), len(chosen)) if wanted else None,
        failures=tuple(
            Failure(snippet.prompt, answer[len(snippet.prompt) :], grade.reason or "")
            for snippet, answer, grade in zip(tasks, answers, grades, strict=True)
            if not grade.all_passed
        ),
        seconds=time.monotonic() - began,
        protection=PROTECTION,
    )


def unseen_constants(train: Sequence[Snippet], test: Sequence[Snippet]) -> frozenset[int]:
    """The indices of test snippets that name a number or a string which no training snippet names."""
    seen = {constant for snippet in train for constant in _CONSTANT.findall(snippet.text)}
    return frozenset(
        number
        for number, snippet in enumerate(test)
        if any(constant not in seen for constant in _CONSTANT.findall(snippet.text))
    )


def _answers(decoder: Decoder, tokenizer: Tokenizer, prompts: Sequence[str]) -> Generator[Progress, None, list[str]]:
    """Each prompt with what the model writes after it, greedily; just the prompt where it does not fit into a row."""
    rows: dict[int, list[int]] = {}
    for number, prompt in enumerate(prompts):
        with suppress(GenerationError):
            rows[number] = encode_prompt(decoder, tokenizer, prompt)
    greedy = SamplingOptions(temperature=0.0, max_tokens=decoder.shape.context)
    written = yield from write_many(decoder, list(rows.values()), greedy)
    texts = {number: tokenizer.decode(row.ids) for number, row in zip(rows, written, strict=True)}
    return [prompt + texts.get(number, "") for number, prompt in enumerate(prompts)]


def _passed(grades: Sequence[Grade]) -> int:
    return sum(grade.all_passed for grade in grades)


def _by_family(tasks: Sequence[Snippet], grades: Sequence[Grade]) -> tuple[Score, ...]:
    families: dict[str, list[Grade]] = {}
    for snippet, grade in zip(tasks, grades, strict=True):
        families.setdefault(snippet.family, []).append(grade)
    return tuple(Score(name, _passed(found), len(found)) for name, found in sorted(families.items()))
