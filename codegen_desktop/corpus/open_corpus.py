"""One door to every corpus: the built-in ones by name, a person's own by path."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from codegen_desktop.corpus.dataset import Dataset, Progress
from codegen_desktop.corpus.sources import path_dataset
from codegen_desktop.corpus.starter import starter_dataset
from codegen_desktop.corpus.stdlib import stdlib_dataset
from codegen_desktop.errors import CorpusError
from codegen_desktop.paths import exists


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus that is always there: its key, title, a sentence, and how it is made from a count and a seed."""

    name: str
    title: str
    sentence: str
    make: Callable[[int, int], Generator[Progress, None, Dataset]]


CORPORA: tuple[Corpus, ...] = (
    Corpus(
        "starter",
        "Starter",
        "Small functions, each with an instruction and tests, written by a grammar from a seed.",
        starter_dataset,
    ),
    Corpus(
        "stdlib",
        "Standard library",
        "Short functions of Python's own library and of the libraries this program uses.",
        stdlib_dataset,
    ),
)
"""The corpora that need no file, the default first."""


def open_corpus(name_or_path: str, seed: int, count: int = 10_000) -> Generator[Progress, None, Dataset]:
    """Make or read a corpus; `count` is how many snippets a built-in one shall have, a path gives all it holds.

    Raises CorpusError for a path where nothing is, for one that gives fewer than two snippets, and for a `count`
    below two.
    """
    if count < 2:
        raise CorpusError(f"{count} snippet(s) cannot be parted into learning and test.", "Use at least 2 snippets.")
    for corpus in CORPORA:
        if corpus.name == name_or_path:
            return (yield from corpus.make(count, seed))
    if not name_or_path or not exists(Path(name_or_path)):
        names = " or ".join(corpus.name for corpus in CORPORA)
        raise CorpusError(
            f"There is no corpus and no file called {name_or_path!r}.", f"Choose {names}, or the path of your code."
        )
    return (yield from path_dataset(Path(name_or_path), seed))
