"""What goes into training and what it reports: frozen records that the plot, the table, the log and the CLI read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.model.rows import Rows
from codegen_desktop.model.shape import ModelShape

Weights = Mapping[str, NDArray[np.float32]]
"""A model's weights by their Hugging Face names; `shape.weight_shapes` lists them."""


@dataclass(frozen=True, slots=True)
class TrainStep:
    """One optimizer step: mean loss in nats and next-token accuracy over the `tokens` real targets of its batch.

    `gradient_norm` is the Euclidean length of all gradients together, `update_norm` that of the change they made to
    the weights; 0 in runs from before they were measured.
    """

    step: int
    steps: int
    epoch: int
    loss: float
    accuracy: float
    learning_rate: float
    tokens: int
    seconds: float
    gradient_norm: float = 0.0
    update_norm: float = 0.0


@dataclass(frozen=True, slots=True)
class KindScore:
    """How well one kind of token (see `tokenization.kinds`) is predicted: mean loss in nats over its `tokens`."""

    kind: str
    tokens: int
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class RowScore:
    """The mean loss in nats per token of one test row; `row` counts the rows of the test part from 0."""

    row: int
    loss: float


@dataclass(frozen=True, slots=True)
class EpochResult:
    """The state after an epoch; epoch 0 is the untrained model.

    Losses in nats per token. `train_loss` and `train_accuracy` are averages over the epoch's own steps, taken
    while the model was learning (for epoch 0: measured on a sample of the training part); `test_*` are measured
    after the epoch over the whole test part. `bits_per_byte` is the test loss per byte of text. `seconds` is
    training time without evaluation. `kinds` are scores over the test part by kind of token; `hardest` and `easiest`
    the test rows with the highest and the lowest loss, the most extreme first. Empty where they were not measured.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    bits_per_byte: float
    seconds: float
    observation: str = ""
    kinds: tuple[KindScore, ...] = ()
    hardest: tuple[RowScore, ...] = ()
    easiest: tuple[RowScore, ...] = ()

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "EpochResult":
        """What `dataclasses.asdict` made of one. Raises TypeError where it is something else."""
        if not isinstance(told, Mapping):
            raise TypeError("an epoch is an object")
        parts = {"kinds": KindScore, "hardest": RowScore, "easiest": RowScore}
        read = {name: tuple(part(**item) for item in told.get(name, ())) for name, part in parts.items()}
        return cls(**{**told, **read})


@dataclass(frozen=True, slots=True)
class BaselineScore:
    """How well a way of guessing without a neural network does on the test part, in the units of EpochResult."""

    loss: float
    accuracy: float
    bits_per_byte: float


@dataclass(frozen=True, slots=True)
class Baselines:
    """Guessing by chance, by frequency, and from the last one or four tokens; `floor` is the grammar's own loss.

    `floor` is an estimate: −log p of the grammar for the test snippets divided by their tokens, None where no
    grammar wrote them.
    """

    uniform: BaselineScore
    unigram: BaselineScore
    bigram: BaselineScore
    five_gram: BaselineScore
    floor: float | None


@dataclass(frozen=True, slots=True, eq=False)
class CheckpointTaken:
    """A copy of the model between two steps, `step` steps after the start, in the epoch numbered `epoch`.

    `ends_epoch` is True where the copy is the model after a whole epoch (epoch 0: the untrained one). `state`
    holds what else is needed to go on to the bit: see `checkpoint.pack_state`.
    """

    step: int
    epoch: int
    weights: Weights
    state: bytes
    ends_epoch: bool


TrainEvent = TrainStep | EpochResult | CheckpointTaken | Progress
"""Everything a training tells."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingState:
    """Where a run can go on: the weights and the packed state of one CheckpointTaken."""

    weights: Weights
    state: bytes


@dataclass(frozen=True, slots=True, eq=False)
class TrainingJob:
    """Everything that decides a run's numbers. `device` and `threads` are settled here, by `devices.choose`.

    `baselines` are only spoken of in the observations. `causal` is False only in a pipeline that was broken on
    purpose (see `breaking`): its model sees the tokens it is to predict. `plain`: the compiled operations are not used
    even where they are there, so that a run that began without them goes on to the same bits.
    """

    options: TrainingOptions
    shape: ModelShape
    train: Rows
    test: Rows
    baselines: Baselines
    device: str = "cpu"
    threads: int = 1
    causal: bool = True
    plain: bool = False


@dataclass(slots=True)
class Wishes:
    """What a person asks of a running training; looked at between two steps, set from any thread.

    `checkpoint`: take one now. `stop`: take one now and end there; the run can be resumed from it.
    """

    checkpoint: bool = False
    stop: bool = False
