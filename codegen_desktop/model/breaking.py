"""Pipelines that are broken on purpose: each changes one thing between the snippets and the weights, and nothing else.

A pipeline is broken in one of two places: the snippets that are read (`Broken.snippets`), or the numbers that go
into training (`Broken.numbers`). Both are functions from the healthy value to the broken one. What the model is
measured against, its test part included, is then what that pipeline itself would have measured. Needs no torch.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.snippet import Snippet
from codegen_desktop.errors import UserError
from codegen_desktop.model.records import TrainingJob
from codegen_desktop.model.rows import Rows
from codegen_desktop.tokenization.tokenizer import START_ID

RECIPE = TrainingOptions(
    preset="custom", snippets=2_000, epochs=4, layers=2, width=64, heads=2, feed_forward=176, batch=8, threads=1
)
"""How every mystery and its healthy twin are trained: Quick with one epoch more."""

COPIED_SHARE = 0.5
"""The share of the test snippets that *duplicates* copies into the learning part."""

COPIES = 2
"""How often each of them stands there."""

TOO_FAST = 100.0
"""By how much *too fast* multiplies the learning rates."""

TOO_SLOW = 1e-6
"""By how much *stuck* multiplies them."""


def _same_snippets(dataset: Dataset, _random: random.Random) -> Dataset:
    return dataset


def _same_numbers(job: TrainingJob) -> TrainingJob:
    return job


@dataclass(frozen=True, slots=True)
class Broken:
    """One way to break a pipeline, or the one that is left whole.

    `question` is how it reads among the answers, `done` what was changed, `sign` what gives it away, `repair` how
    it is mended; whole sentences. `snippets` draws from the random numbers it is given and nothing else.
    """

    key: str
    question: str
    done: str
    sign: str
    repair: str
    snippets: Callable[[Dataset, random.Random], Dataset] = _same_snippets
    numbers: Callable[[TrainingJob], TrainingJob] = _same_numbers


def copy_test_snippets(dataset: Dataset, draw: random.Random) -> Dataset:
    """Half of the test snippets stand in the learning part too, in place of others; both parts keep their sizes."""
    train, test = list(dataset.train), dataset.test
    copied = draw.sample(test, max(1, round(len(test) * COPIED_SHARE)))
    room = min(len(train) - 1, COPIES * len(copied))
    for place, number in enumerate(draw.sample(range(len(train)), room)):
        train[number] = copied[place % len(copied)]
    return _parted(dataset, train, test)


def learn_from_test(dataset: Dataset, _draw: random.Random) -> Dataset:
    """The learning part holds the test snippets, again and again until it is as long as it was."""
    test = dataset.test
    return _parted(dataset, [test[number % len(test)] for number in range(len(dataset.train))], test)


def remove_line_breaks(dataset: Dataset, _draw: random.Random) -> Dataset:
    """Every line break, with the indentation behind it, has become one space in both parts."""

    def on_one_line(snippet: Snippet) -> Snippet:
        return replace(snippet, text=" ".join(line.strip() for line in snippet.text.split("\n")))

    return replace(dataset, snippets=tuple(on_one_line(snippet) for snippet in dataset.snippets))


def shuffle_labels(job: TrainingJob) -> TrainingJob:
    """What is asked for comes from a random place of the learning part; the test part stays as it is."""
    drawn = np.random.default_rng(job.options.seed).permutation(job.train.tokens)
    return replace(job, train=replace(job.train, labels=job.train.ids[drawn]))


def ask_for_the_input(job: TrainingJob) -> TrainingJob:
    """What is asked for at a position is the very token that stands there, in both parts."""
    return replace(job, train=_unshifted(job.train), test=_unshifted(job.test))


def show_the_future(job: TrainingJob) -> TrainingJob:
    """Attention looks at the whole row instead of only back."""
    return replace(job, causal=False)


def correct_too_fast(job: TrainingJob) -> TrainingJob:
    """Every correction is a hundred times as large."""
    return _with_rates(job, TOO_FAST)


def correct_too_slowly(job: TrainingJob) -> TrainingJob:
    """Every correction is a million times smaller."""
    return _with_rates(job, TOO_SLOW)


BROKEN: tuple[Broken, ...] = (
    Broken(
        "duplicates",
        "Test snippets were copied into the learning part",
        "Half of the test snippets were copied into the learning part, each of them twice.",
        "Snippets stand in both parts, and the test loss is lower than the loss on snippets that were kept aside.",
        "Look for equal texts before the split, and keep every group of equal texts on one side.",
        snippets=copy_test_snippets,
    ),
    Broken(
        "test-part",
        "It learned from the test part",
        "The loader was given the test part instead of the learning part, and read it again and again.",
        "Every learning row is a test snippet, and snippets that were kept aside are predicted far worse.",
        "Hand the learning part to training, and the test part to measuring only.",
        snippets=learn_from_test,
    ),
    Broken(
        "no-mask",
        "It could see the tokens it had to predict",
        "The causal mask was taken away: attention looked at the whole row instead of only back.",
        "Loss falls below what is possible, but the model writes nonsense, for then there is nothing to peek at.",
        "Hide the future in attention: a position may look at itself and at what stands before it.",
        numbers=show_the_future,
    ),
    Broken(
        "not-shifted",
        "It had to repeat each token, not to predict the next",
        "What is asked for was not moved by one place: at every position the answer was the token that stands there.",
        "Loss is almost 0 and accuracy almost 100 %, but the model writes the last token over and over.",
        "Move what is asked for by one place: after START comes token 1, after token 1 comes token 2.",
        numbers=ask_for_the_input,
    ),
    Broken(
        "shuffled-labels",
        "The tokens it had to predict were shuffled",
        "What is asked for at each place came from a random other place of the learning part.",
        "Loss stops at what token frequencies alone give, and the model writes the most frequent token for ever.",
        "Keep each row together with its own next tokens.",
        numbers=shuffle_labels,
    ),
    Broken(
        "too-fast",
        "The learning rate was far too high",
        "Every learning rate was multiplied by 100.",
        "Train loss rises above guessing by chance soon after the start.",
        "Divide the learning rate by 100.",
        numbers=correct_too_fast,
    ),
    Broken(
        "stuck",
        "The learning rate was far too low",
        "Every learning rate was divided by a million.",
        "Loss and accuracy stay where the untrained model was.",
        "Multiply the learning rate by a million.",
        numbers=correct_too_slowly,
    ),
    Broken(
        "no-newlines",
        "Line breaks were lost before the text was cut into tokens",
        "Every line break, with the indentation after it, was replaced by one space.",
        "The curves look healthy, but the rows hold no line break, so the model cannot write one.",
        "Read the files with their line breaks and indentation: in Python they carry meaning.",
        snippets=remove_line_breaks,
    ),
    Broken(
        "healthy",
        "Nothing was broken",
        "Nothing was changed: this pipeline is the healthy one, with another seed.",
        "Every number agrees with the healthy run.",
        "Nothing to mend.",
    ),
)
"""Every pipeline a mystery can be; the order is that of the answers."""


def broken_named(key: str) -> Broken:
    """The pipeline of that name. Raises UserError where there is none."""
    for broken in BROKEN:
        if broken.key == key:
            return broken
    names = ", ".join(broken.key for broken in BROKEN)
    raise UserError(f"There is no broken pipeline named {key}.", f"Choose one of: {names}.")


def key_of_code(code: int) -> str:
    """Which pipeline a code number stands for: the same on every computer, and not to be seen from the number."""
    return random.Random(f"mystery {code}").choice(BROKEN).key


def _parted(dataset: Dataset, train: Sequence[Snippet], test: Sequence[Snippet]) -> Dataset:
    """A dataset whose learning part holds exactly these snippets, and then its test part those."""
    first = len(train)
    split = Split(tuple(range(first)), tuple(range(first, first + len(test))), dataset.split.seed, dataset.split.rule)
    return replace(dataset, snippets=(*train, *test), split=split)


def _unshifted(rows: Rows) -> Rows:
    labels = np.full(rows.tokens, START_ID, np.int32)
    labels[1:] = rows.ids[:-1]
    labels[rows.offsets[:-1]] = START_ID
    return replace(rows, labels=labels)


def _with_rates(job: TrainingJob, factor: float) -> TrainingJob:
    options = job.options
    rates = {name: getattr(options, name) * factor for name in ("learning_rate", "matrix_learning_rate")}
    return replace(job, options=options.model_copy(update=rates))
