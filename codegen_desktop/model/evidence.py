"""What can be measured of a pipeline without knowing what was done to it: its parts, its rows, and its losses.

Everything a learner sees of a mystery, and everything the rules in `diagnosis` judge by, is in here and in the run
itself. Needs no torch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.model.batch_order import lay_out, order
from codegen_desktop.model.records import TrainingJob, TrainStep
from codegen_desktop.tokenization.tokenizer import SPECIAL_TOKENS, Tokenizer

TOGETHER = 20
"""Steps whose mean loss is looked at: one step alone says little."""

POINTS = 120
"""Points a stored curve has at most."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands in the two parts. Texts are compared as a whole, letter by letter.

    `copied` counts test snippets that also stand in the learning part, `leaked` learning snippets that also stand
    in the test part. `line_breaks` is their number per learning snippet, `source_line_breaks` that per snippet of
    the Lab.
    """

    train: int
    different: int
    test: int
    copied: int
    leaked: int
    line_breaks: float
    source_line_breaks: float


@dataclass(frozen=True, slots=True)
class FirstBatch:
    """One row of the first batch as text of tokens: what the model sees at each place, and what is asked for there.

    `next_share` is the share of all targets of the learning part that are the next token of their own row,
    `same_share` the share that are the token the model sees at that very place.
    """

    sees: tuple[str, ...]
    asked: tuple[str, ...]
    next_share: float
    same_share: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Train loss by step, thinned: every value is the mean over as many steps as lie between two points.

    `highest` is the highest mean of any `TOGETHER` steps in a row.
    """

    steps: tuple[int, ...]
    losses: tuple[float, ...]
    highest: float


@dataclass(frozen=True, slots=True)
class Written:
    """What the model wrote after a prompt, greedily, and what became of it: see `fixed_prompts.PromptCompletion`."""

    prompt: str
    text: str
    parses: bool
    tests: int
    passes: bool | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was measured of a mystery beside its run.

    `test_alone` and `kept_alone` are mean losses in nats per token measured one token at a time, as when the model
    writes: on the pipeline's own test part, and on `kept` snippets of the Lab that no pipeline touched. `problem`
    says why training ended early, empty where it did not.
    """

    code: int
    parts: Parts
    batch: FirstBatch
    curve: Curve
    test_alone: float
    kept_alone: float
    kept: int
    written: tuple[Written, ...]
    problem: str = ""

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Evidence":
        """What `dataclasses.asdict` and JSON made of one. Raises KeyError or TypeError where it is something else."""
        inner = {"parts": Parts(**told["parts"]), "batch": FirstBatch(**_tuples(told["batch"]))}
        written = tuple(Written(**one) for one in told["written"])
        return cls(**{**told, **inner, "curve": Curve(**_tuples(told["curve"])), "written": written})


def measure_parts(made: Dataset, source: Dataset) -> Parts:
    """Count what stands in the parts that a pipeline made, and in the snippets it was given."""
    train, test = [snippet.text for snippet in made.train], [snippet.text for snippet in made.test]
    learned, held = frozenset(train), frozenset(test)
    return Parts(
        train=len(train),
        different=len(learned),
        test=len(test),
        copied=sum(text in learned for text in test),
        leaked=sum(text in held for text in train),
        line_breaks=sum(text.count("\n") for text in train) / len(train),
        source_line_breaks=sum(snippet.text.count("\n") for snippet in source.snippets) / len(source.snippets),
    )


def read_first_batch(job: TrainingJob, tokenizer: Tokenizer) -> FirstBatch:
    """The first row of the first batch, and how what is asked for stands to what the model sees."""
    rows = job.train
    numbers = order(rows, job.options.batch, job.options.seed, epoch=1)[0]
    grid = lay_out(rows, numbers)
    real = grid.real[0]
    asked = rows.ids if rows.labels is None else rows.labels
    seen = np.concatenate([[-1], rows.ids[:-1]])  # at a row's beginning stands START, which is no token of a text
    seen[rows.offsets[:-1]] = grid.inputs[0, 0]
    return FirstBatch(
        sees=tuple(token_text(tokenizer, int(token)) for token in grid.inputs[0][real]),
        asked=tuple(token_text(tokenizer, int(token)) for token in grid.targets[0][real]),
        next_share=float(np.mean(asked == rows.ids)),
        same_share=float(np.mean(asked == seen)),
    )


def token_text(tokenizer: Tokenizer, token: int) -> str:
    """A token as a person can read it: spaces as ·, line ends as ⏎, special tokens by their names."""
    if token < len(SPECIAL_TOKENS):
        return SPECIAL_TOKENS[token].strip("<|>").upper()
    text = tokenizer.token_bytes(token).decode("utf-8", "replace")
    return text.replace(" ", "·").replace("\n", "⏎").replace("\t", "⇥")


def make_curve(steps: Sequence[TrainStep]) -> Curve:
    """The curve of a training's steps; of no step an empty one."""
    losses = np.array([step.loss for step in steps], np.float64)
    if not len(losses):
        return Curve((), (), 0.0)
    width = max(1, -(-len(losses) // POINTS))
    groups = [losses[start : start + width] for start in range(0, len(losses), width)]
    ends = np.minimum(np.arange(1, len(groups) + 1) * width, len(losses))
    together = min(TOGETHER, len(losses))
    running = np.convolve(losses, np.full(together, 1 / together), mode="valid")
    return Curve(
        steps=tuple(int(steps[end - 1].step) for end in ends),
        losses=tuple(float(group.mean()) for group in groups),
        highest=float(running.max()),
    )


def _tuples(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
