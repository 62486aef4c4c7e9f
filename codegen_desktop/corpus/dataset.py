"""A dataset: the snippets, the verdict on everything that was seen, and which part each snippet belongs to."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from codegen_desktop.corpus.snippet import Snippet


class Reason(StrEnum):
    """Why something was left out; a closed list."""

    NOT_UTF8 = "not UTF-8"
    NOT_TEXT = "not text"
    DOES_NOT_PARSE = "does not parse"
    TOO_LONG = "too long"
    TOO_SHORT = "too short"
    DUPLICATE = "same as another snippet"
    OVER_LIMIT = "over the limit"
    UNREADABLE = "cannot be read"
    NO_CODE = "holds no function"
    NOT_PYTHON = "not Python"
    NOT_OWN_CODE = "not own code"
    LINK = "a link, not followed"
    BAD_RECORD = "not a usable record"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one function, record or file: accepted (`reason` is None) or left out with one reason."""

    source: str
    path: str
    line: int
    reason: Reason | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Indices into the snippets: what is learned from and what stays unseen. `rule` says how it was made."""

    train: tuple[int, ...]
    test: tuple[int, ...]
    seed: int
    rule: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Snippets, their split, and the ledger of left-out pieces (accepted pieces are the snippets themselves)."""

    name: str
    snippets: tuple[Snippet, ...]
    split: Split
    left_out: tuple[Verdict, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()

    @property
    def train(self) -> tuple[Snippet, ...]:
        """The snippets to learn from, in dataset order."""
        return tuple(self.snippets[index] for index in self.split.train)

    @property
    def test(self) -> tuple[Snippet, ...]:
        """The snippets never learned from, in dataset order."""
        return tuple(self.snippets[index] for index in self.split.test)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all snippets in order and their parts: recorded in every run."""
        digest = hashlib.sha256()
        test = frozenset(self.split.test)
        for index, snippet in enumerate(self.snippets):
            digest.update(snippet.fingerprint.encode())
            digest.update(b"test" if index in test else b"train")
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long piece of work is: `done` of `total` (0 when unknown), and what is being done."""

    done: int
    total: int
    what: str
