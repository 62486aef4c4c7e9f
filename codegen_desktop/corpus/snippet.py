"""What a piece of code is once it is in the lab, with everything known about where it came from."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a snippet was found: the source's name, the path inside it, and its lines (1-based, inclusive)."""

    source: str
    path: str
    first_line: int = 1
    last_line: int = 1


@dataclass(frozen=True, slots=True)
class TestCase:
    """One call of the snippet's function: the text between the parentheses, and `repr` of the value it must give.

    `TestCase("[3, 8], 2", "[8]")` means: `f([3, 8], 2)` returns a value equal to, and of the same type as, `[8]`.
    """

    __test__ = False  # not a pytest class

    arguments: str
    expected: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of code as the model reads it.

    `text` is everything the model sees, without a newline at its end; where there is an `instruction`, the text
    begins with the line `# <instruction>`. Tests are kept beside the text, never in it. `group` decides the
    split: snippets of one group never stand on both sides. `nats` is −log p of the text under the grammar that
    wrote it (natural logarithm), where a grammar did.
    """

    text: str
    origin: Origin
    licence: str
    group: str
    language: str = "python"
    instruction: str | None = None
    tests: tuple[TestCase, ...] = ()
    family: str = ""
    operations: tuple[str, ...] = ()
    nats: float | None = None

    @property
    def prompt(self) -> str:
        """The instruction as the model meets it: a comment line with its newline; empty without an instruction."""
        return f"# {self.instruction}\n" if self.instruction is not None else ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of language and text, in hex."""
        return hashlib.sha256(f"{self.language}\0{self.text}".encode()).hexdigest()
