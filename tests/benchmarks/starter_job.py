"""The training that the benchmarks measure: the Starter corpus, its own tokenizer, and a preset's options."""

from collections.abc import Generator
from typing import TypeVar

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.snippet import Snippet
from codegen_desktop.corpus.starter import starter_dataset
from codegen_desktop.model.baselines import baselines
from codegen_desktop.model.records import TrainingJob
from codegen_desktop.model.rows import Rows, make_rows
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer

CORPUS_SEED = 42
"""The snippets are always the same; a benchmark's seeds are those of the training."""

VOCABULARY = 2048

Result = TypeVar("Result")


def starter_job(options: TrainingOptions, snippets: int, threads: int = 1) -> tuple[TrainingJob, Tokenizer]:
    """A training on `snippets` learning snippets and a quarter as many test snippets, and its tokenizer.

    It runs on the processor with a given number of threads, and takes checkpoints only at the end of an epoch.
    """
    total = snippets * 5 // 4
    dataset = result_of(starter_dataset(total, CORPUS_SEED))
    tokenizer = learn_tokenizer("bpe", [snippet.text for snippet in dataset.train], VOCABULARY)
    train, test = (rows_of(part, tokenizer, options.context) for part in (dataset.train, dataset.test))
    shape = shape_of(options, tokenizer.vocabulary_size)
    told = options.model_copy(update={"checkpoint_seconds": 0.0, "snippets": total})
    counted = baselines(train, test, tokenizer.vocabulary_size, floor_nats=None)
    return TrainingJob(told, shape, train, test, counted, threads=threads), tokenizer


def rows_of(part: tuple[Snippet, ...], tokenizer: Tokenizer, context: int) -> Rows:
    """The rows of some snippets, each with its instruction marked, as the pipeline makes them."""
    texts = [snippet.text for snippet in part]
    prompts = [snippet.prompt if snippet.text.startswith(snippet.prompt) else "" for snippet in part]
    return make_rows(tokenizer, texts, context, prompts)


def shape_of(options: TrainingOptions, vocabulary: int) -> ModelShape:
    """The model that the options describe."""
    return ModelShape(vocabulary, options.layers, options.width, options.heads, options.feed_forward, options.context)


def result_of(generator: Generator[object, None, Result]) -> Result:
    """Run a generator to its end and take what it returns."""
    while True:
        try:
            next(generator)
        except StopIteration as end:
            made: Result = end.value
            return made
