"""What training reports: small frozen records that the plot, the table, the log and the command line all read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrainStep:
    """One optimizer step: mean loss in nats and next-token accuracy over the `tokens` real targets of its batch."""

    step: int
    steps: int
    epoch: int
    loss: float
    accuracy: float
    learning_rate: float
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class EpochResult:
    """The state after an epoch; epoch 0 is the untrained model.

    Losses in nats per token. `train_loss` and `train_accuracy` are averages over the epoch's own steps, taken
    while the model was learning (for epoch 0: measured on a sample of the training part); `test_*` are measured
    after the epoch over the whole test part. `bits_per_byte` is the test loss per byte of text. `seconds` is
    training time without evaluation.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    bits_per_byte: float
    seconds: float
    observation: str = ""


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
