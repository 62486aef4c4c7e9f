"""The long work of the Tokens tab: learning tokenizers and counting what they make of a dataset."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass

from codegen_desktop.corpus.dataset import Dataset, Progress
from codegen_desktop.tokenization.registry import TOKENIZERS, learn_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer
from codegen_desktop.ui.tokens.facts import CorpusCounts, VocabularyEntry, corpus_counts, vocabulary_entries


@dataclass(frozen=True, slots=True)
class Study:
    """One tokenizer and what it makes of every snippet of a dataset.

    `most` is the vocabulary size it was learned with, None where it came from a Lab; fewer tokens may have been found.
    """

    dataset: Dataset
    tokenizer: Tokenizer
    most: int | None
    counts: CorpusCounts
    vocabulary: tuple[VocabularyEntry, ...]


def study_tokenizer(
    dataset: Dataset, tokenizer: Tokenizer, most: int | None = None
) -> Generator[Progress, None, Study]:
    """Count what a tokenizer makes of a dataset."""
    counts = yield from corpus_counts(dataset, tokenizer)
    return Study(dataset, tokenizer, most, counts, vocabulary_entries(tokenizer, counts.train))


def build_tokenizer(dataset: Dataset, name: str, vocabulary: int) -> Generator[Progress, None, Study]:
    """Learn a tokenizer from the training part only, then count. Raises TokenizerError."""
    yield Progress(0, 0, "Learning the vocabulary from the training part")
    tokenizer = learn_tokenizer(name, [snippet.text for snippet in dataset.train], vocabulary)
    return (yield from study_tokenizer(dataset, tokenizer, vocabulary))


def study_all(
    dataset: Dataset, in_use: Tokenizer, vocabulary: int, known: Mapping[str, Study]
) -> Generator[Study | Progress, None, Mapping[str, Study]]:
    """Study the tokenizer in use, then learn the other kinds of at most `vocabulary` tokens to compare; none is saved.

    A study that is `known` and still right is taken over.
    """
    studies: dict[str, Study] = {}
    for kind in (in_use.name, *(kind.name for kind in TOKENIZERS if kind.name != in_use.name)):
        before = known.get(kind)
        if kind == in_use.name:
            fits = before is not None and before.dataset is dataset and before.tokenizer is in_use
            work = study_tokenizer(dataset, in_use)
        else:
            fits = before is not None and before.dataset is dataset and before.most == vocabulary
            work = build_tokenizer(dataset, kind, vocabulary)
        studies[kind] = before if fits and before is not None else (yield from work)
        yield studies[kind]
    return studies
