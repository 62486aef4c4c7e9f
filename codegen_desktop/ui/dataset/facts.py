"""The figures of the Dataset tab, counted from the dataset itself: parts, reasons, licences, leakage, shapes."""

import re
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass
from html import escape

from codegen_desktop.corpus.dataset import Dataset, Progress
from codegen_desktop.tokenization.tokenizer import Tokenizer
from codegen_desktop.ui.dataset.rows import DatasetRow, Part, dataset_rows

_COMMENT_LINE = re.compile(r"^\s*#.*$", re.MULTILINE)
_BATCH = 500

_NAMES = {"starter": "the Starter grammar", "stdlib": "the standard library"}


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """Everything the tab shows about one dataset.

    `leaked` are indices of test snippets whose code also stands in the training part, spaces, blank lines and
    comment lines aside.
    """

    dataset: Dataset
    rows: tuple[DatasetRow, ...]
    train: int
    test: int
    left_out: int
    reasons: tuple[tuple[str, int], ...]
    licences: tuple[tuple[str, int], ...]
    leaked: tuple[int, ...]

    @property
    def accepted(self) -> int:
        """How many snippets there are, training and test part together."""
        return self.train + self.test


def normalised(text: str) -> str:
    """Code without comment lines, with every run of white space as one space: what counts as the same code."""
    return " ".join(_COMMENT_LINE.sub("", text).split())


def leaked_snippets(dataset: Dataset) -> tuple[int, ...]:
    """Indices of the test snippets whose normalised text also stands in the training part, in order."""
    known = {normalised(dataset.snippets[index].text) for index in dataset.split.train}
    return tuple(index for index in dataset.split.test if normalised(dataset.snippets[index].text) in known)


def dataset_facts(dataset: Dataset) -> DatasetFacts:
    """Count everything once; takes about a tenth of a second for 10,000 snippets."""
    reasons = Counter(str(verdict.reason) for verdict in dataset.left_out)
    licences = Counter(snippet.licence for snippet in dataset.snippets)
    return DatasetFacts(
        dataset=dataset,
        rows=dataset_rows(dataset),
        train=len(dataset.split.train),
        test=len(dataset.split.test),
        left_out=len(dataset.left_out),
        reasons=tuple(reasons.most_common()),
        licences=tuple(licences.most_common()),
        leaked=leaked_snippets(dataset),
    )


def count_tokens(dataset: Dataset, tokenizer: Tokenizer) -> Generator[Progress, None, tuple[int, ...]]:
    """The number of tokens of every snippet, in dataset order, without start and end marks."""
    texts = [snippet.text for snippet in dataset.snippets]
    counts: list[int] = []
    for first in range(0, len(texts), _BATCH):
        counts.extend(len(ids) for ids in tokenizer.encode_many(texts[first : first + _BATCH]))
        yield Progress(len(counts), len(texts), "Counting tokens")
    return tuple(counts)


def reading(facts: DatasetFacts) -> str:
    """The sentence at the top of the tab, as rich text."""
    noun, verb = ("snippet", "is") if facts.accepted == 1 else ("snippets", "are")
    source = _NAMES.get(facts.dataset.name, escape(facts.dataset.name))
    ready = f"<b>{facts.accepted:,} {noun}</b> {verb} ready from {source}."
    if facts.left_out == 0:
        return f"{ready} Nothing was left out."
    if facts.left_out == 1:
        return f"{ready} <b>1</b> was left out, with its reason."
    return f"{ready} <b>{facts.left_out:,}</b> were left out, each with a reason."


def leakage_sentence(facts: DatasetFacts) -> str:
    """What the badge under the split says."""
    count = len(facts.leaked)
    if count == 0:
        return "0 test snippets are also in train"
    noun = "snippet is" if count == 1 else "snippets are"
    return f"{count:,} test {noun} also in train"


def part_counts(facts: DatasetFacts) -> dict[Part | None, int]:
    """How many rows each choice above the table shows; None stands for all accepted snippets."""
    return {None: facts.accepted, Part.TRAIN: facts.train, Part.TEST: facts.test, Part.LEFT_OUT: facts.left_out}
