"""A finished completion as a person or another program wants it: code, tokens, and what was found out about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from codegen_desktop.corpus.snippet import Snippet, TestCase
from codegen_desktop.errors import SandboxError
from codegen_desktop.generation.copied import Copied, TrainingIndex
from codegen_desktop.generation.grading import Grade, grade
from codegen_desktop.generation.sandbox import Sandbox
from codegen_desktop.generation.syntax import SyntaxProblem, problem
from codegen_desktop.generation.trace import Completion


@dataclass(frozen=True, slots=True)
class Sample:
    """One completion, checked. `grade` is None without tests or where nothing can be run safely (`ungraded` says why).

    `problem` is why prompt and code together are not Python; `copied` the longest run shared with training, None
    where there is none or no index was given.
    """

    completion: Completion
    problem: SyntaxProblem | None
    grade: Grade | None
    ungraded: str | None
    copied: Copied | None

    @property
    def prompt(self) -> str:
        """What the model was given."""
        return self.completion.prompt

    @property
    def code(self) -> str:
        """What it wrote after the prompt."""
        return self.completion.text

    @property
    def parses(self) -> bool:
        """Whether prompt and code together are Python."""
        return self.problem is None

    @property
    def verdict(self) -> str:
        """The most telling finding in a few words."""
        if self.grade is not None:
            return f"{self.grade.passed} of {self.grade.of} tests passed"
        if self.problem is not None:
            return f"does not parse ({self.problem})"
        return "parses; no tests" if self.ungraded is None else "parses; tests not run"

    def as_json(self) -> dict[str, Any]:
        """One entry of `samples` in what `codegen-desktop generate --json` prints."""
        found, run = self.grade, self.copied
        origin = None if run is None else run.snippet.origin
        return {
            "code": self.code,
            "tokens": [
                {"id": token.id, "text": token.text, "probability": token.probability}
                for token in self.completion.tokens
            ],
            "ended": self.completion.ended,
            "parses": self.parses,
            "tests": None if found is None else {"passed": found.passed, "of": found.of},
            "copied": None
            if run is None or origin is None
            else {
                "tokens": run.tokens,
                "origin": f"{origin.source}: {origin.path}, line {origin.first_line}",
                "licence": run.snippet.licence,
            },
        }


def make_sample(
    completion: Completion,
    tests: Sequence[TestCase] = (),
    index: TrainingIndex | None = None,
    sandbox: Sandbox | None = None,
) -> Sample:
    """Check a completion: does it parse, does it pass its tests, how much of it stands in the training part.

    Tests run in `sandbox`, or in one of their own.
    """
    found, ungraded = None, None
    if tests:
        try:
            if sandbox is not None:
                found = grade(completion.code, tests, sandbox)
            else:
                with Sandbox() as own:
                    found = grade(completion.code, tests, own)
        except SandboxError as error:
            ungraded = str(error)
    run = index.longest_copy([token.id for token in completion.tokens]) if index is not None else None
    return Sample(completion, problem(completion.code), found, ungraded, run)


def tests_for(prompt: str, snippets: Sequence[Snippet]) -> tuple[TestCase, ...]:
    """The tests of the snippet whose instruction a prompt is; none where no snippet asks the same."""
    asked = prompt.strip()
    found = next((snippet for snippet in snippets if snippet.instruction and snippet.prompt.strip() == asked), None)
    return found.tests if found is not None else ()
