"""What the Generation tab does away from the window: open a model, write with it, judge what it wrote, run it."""

import random
from collections.abc import Generator
from dataclasses import dataclass, field

from codegen_desktop.config import SamplingOptions
from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.sampling import sample_dataset
from codegen_desktop.corpus.snippet import Snippet
from codegen_desktop.generation.copied import TrainingIndex
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.generate import generate
from codegen_desktop.generation.report import Sample, make_sample, tests_for
from codegen_desktop.generation.sandbox import Limits, Outcome, run
from codegen_desktop.generation.trace import Completion, Prediction
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import Run, load_weights
from codegen_desktop.tokenization.store import load_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer

KEPT = 12
"""Decoders of one run's epochs that are kept ready."""

SUGGESTED = 40
"""Unseen instructions offered at once."""


@dataclass(slots=True)
class Writer:
    """One run ready to write: its tokenizer and, made when first asked for, the decoder of every epoch.

    Used by one job at a time.
    """

    lab: Lab
    run: Run
    tokenizer: Tokenizer
    _decoders: dict[int, Decoder] = field(default_factory=dict)
    _index: TrainingIndex | None = None

    @property
    def last_epoch(self) -> int:
        """The newest epoch whose weights are kept."""
        return max((result.epoch for result in self.run.epochs), default=0)

    @property
    def epoch_in_use(self) -> int:
        """The epoch whose model writes: the last one, unless an earlier one was chosen on test."""
        return self.last_epoch if self.run.chosen_epoch is None else self.run.chosen_epoch

    def decoder(self, epoch: int) -> Decoder:
        """The model after an epoch. Raises CheckpointError where its weights are missing or damaged."""
        if epoch not in self._decoders:
            while len(self._decoders) >= KEPT:
                self._decoders.pop(next(iter(self._decoders)))
            self._decoders[epoch] = Decoder(load_weights(self.lab, self.run.id, epoch), self.run.shape)
        return self._decoders[epoch]

    def index(self, dataset: Dataset) -> TrainingIndex:
        """The run's own training part, searchable."""
        if self._index is None:
            used = sample_dataset(dataset, self.run.options.snippets, self.run.options.seed)
            self._index = TrainingIndex(self.tokenizer, used.train)
        return self._index


@dataclass(frozen=True, slots=True)
class Opened:
    """A run ready to write, and instructions it has never met; none where its dataset is not the current one."""

    writer: Writer
    unseen: tuple[Snippet, ...]


def open_writer(
    lab: Lab, run_record: Run, tokenizer: Tokenizer | None, dataset: Dataset | None
) -> Generator[Opened, None, Opened]:
    """Open a run for writing; its tokenizer is read from the Lab where it is not the one given.

    Raises CheckpointError where the newest weights are missing or damaged, TokenizerError without a tokenizer.
    """
    own = tokenizer if tokenizer is not None else load_tokenizer(lab, run_record.tokenizer_id)
    writer = Writer(lab, run_record, own)
    writer.decoder(writer.epoch_in_use)
    opened = Opened(writer, unseen_instructions(dataset, run_record) if dataset is not None else ())
    yield opened
    return opened


def write(writer: Writer, prompt: str, options: SamplingOptions, epoch: int) -> Generator[Prediction, None, Completion]:
    """Write on from a prompt with the model after an epoch, every token with its trace."""
    return (yield from generate(writer.decoder(epoch), writer.tokenizer, prompt, options, trace=True))


@dataclass(frozen=True, slots=True)
class Judged:
    """A checked completion, and the arguments of its first test where it answers a known instruction."""

    sample: Sample
    arguments: str | None


def judge(writer: Writer, completion: Completion, dataset: Dataset | None) -> Generator[Judged, None, Judged]:
    """Check a completion: its syntax, the tests of the instruction it answers, and what it shares with training.

    The last two need the run's own dataset; without it nothing is said about them.
    """
    tests = tests_for(completion.prompt, dataset.snippets) if dataset is not None else ()
    index = writer.index(dataset) if dataset is not None else None
    judged = Judged(make_sample(completion, tests, index), tests[0].arguments if tests else None)
    yield judged
    return judged


def run_call(program: str, call: str) -> Generator[Outcome, None, Outcome]:
    """Run a program in the sandbox and evaluate one call (none where it is empty)."""
    outcome = run(program, (call,) if call else (), Limits())
    yield outcome
    return outcome


def unseen_instructions(dataset: Dataset, run_record: Run, seed: int = 0) -> tuple[Snippet, ...]:
    """Some snippets with an instruction from the test part that the run used, in a drawn order."""
    used = sample_dataset(dataset, run_record.options.snippets, run_record.options.seed)
    asked = [snippet for snippet in used.test if snippet.instruction]
    return tuple(random.Random(seed).sample(asked, min(SUGGESTED, len(asked))))
