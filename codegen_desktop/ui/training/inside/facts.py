"""What the instruments read from the Lab and compute, as generators that a job runs away from the window. No torch."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.sampling import sample_dataset
from codegen_desktop.errors import CheckpointError
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.losses import token_losses
from codegen_desktop.lab import Lab
from codegen_desktop.model.batch_order import Grid, lay_out, order
from codegen_desktop.model.records import EpochResult, RowScore
from codegen_desktop.model.runs import Run, load_weights
from codegen_desktop.pipeline import learning_rows, training_rows
from codegen_desktop.tokenization.kinds import KINDS
from codegen_desktop.tokenization.tokenizer import END_ID, SPECIAL_TOKENS, Tokenizer


@dataclass(frozen=True, slots=True)
class TokenLoss:
    """One token of a snippet: its place in the text, its kind, and its loss in nats; None where it is not known.

    The end mark stands behind the last character.
    """

    text: str
    start: int
    end: int
    kind: str
    loss: float | None


@dataclass(frozen=True, slots=True)
class ScoredSnippet:
    """A test snippet with its mean loss; `rank` counts from 1 among the hardest, or among the easiest."""

    hard: bool
    rank: int
    row: int
    loss: float
    text: str
    tokens: tuple[TokenLoss, ...]


@dataclass(frozen=True, slots=True)
class ScoredSnippets:
    """The hardest and easiest test snippets of a run after an epoch, the most extreme first."""

    run_id: int
    epoch: int
    snippets: tuple[ScoredSnippet, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FirstBatch:
    """The batch of a run's first step as the model sees it; `words` has the visible text of every id in it."""

    run_id: int
    grid: Grid
    words: dict[int, str]
    instruction_weight: float


def read_first_batch(run: Run, dataset: Dataset, tokenizer: Tokenizer) -> Generator[FirstBatch, None, None]:
    """Lay the first batch of a run out again: its order follows from the run's rows and seed alone."""
    used = sample_dataset(dataset, run.options.snippets, run.options.seed)
    rows = learning_rows(used.train, tokenizer, run.options)
    grid = lay_out(rows, order(rows, run.options.batch, run.options.seed, 1)[0])
    ids = {int(number) for number in np.unique(np.concatenate([grid.inputs, grid.targets]))}
    yield FirstBatch(run.id, grid, {number: words(tokenizer, number) for number in ids}, run.options.instruction_weight)


def read_snippets(
    lab: Lab, run: Run, dataset: Dataset, tokenizer: Tokenizer, result: EpochResult
) -> Generator[ScoredSnippets, None, None]:
    """The hardest and easiest snippets of an epoch with the loss of each token, where its weights are kept."""
    used = sample_dataset(dataset, run.options.snippets, run.options.seed)
    scores = [(True, place, score) for place, score in enumerate(result.hardest, start=1)]
    scores += [(False, place, score) for place, score in enumerate(result.easiest, start=1)]
    texts = tuple(used.test[score.row] for _, _, score in scores)
    rows = training_rows(texts, tokenizer, run.shape.context)
    each = [rows.row(place) for place in range(len(rows))]
    try:
        losses = token_losses(Decoder(load_weights(lab, run.id, result.epoch), run.shape), each)
    except CheckpointError:
        losses = []  # the weights of this epoch are gone or damaged: the code is shown without them
    snippets = []
    for place, (hard, rank, score) in enumerate(scores):
        kinds = rows.kinds[rows.offsets[place] : rows.offsets[place + 1]].tolist()
        known = losses[place].tolist() if losses else [None] * len(each[place])
        text = texts[place].text
        snippets.append(_snippet(hard, rank, score, text, _tokens(tokenizer, text, each[place].tolist(), kinds, known)))
    yield ScoredSnippets(run.id, result.epoch, tuple(snippets))


def words(tokenizer: Tokenizer, token_id: int) -> str:
    """A token as a cell shows it: spaces as ·, line ends as ⏎; half a character as its bytes."""
    if token_id < len(SPECIAL_TOKENS):
        return SPECIAL_TOKENS[token_id].strip("<|>")
    return visible(tokenizer.token_bytes(token_id))


def visible(piece: bytes) -> str:
    """Bytes as text with its white space marked."""
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        return " ".join(f"0x{byte:02X}" for byte in piece)
    return text.replace("\r", "␍").replace("\n", "⏎").replace("\t", "⇥").replace(" ", "·")


def _snippet(hard: bool, rank: int, score: RowScore, text: str, tokens: tuple[TokenLoss, ...]) -> ScoredSnippet:
    return ScoredSnippet(hard, rank, score.row, score.loss, text, tokens)


def _tokens(
    tokenizer: Tokenizer, text: str, ids: list[int], kinds: list[int], losses: list[float | None]
) -> tuple[TokenLoss, ...]:
    spans = [(token.start, token.end) for token in tokenizer.tokens(text)]
    found = []
    for place, (number, kind, loss) in enumerate(zip(ids, kinds, losses, strict=True)):
        start, end = spans[place] if number != END_ID else (len(text), len(text))
        found.append(TokenLoss(words(tokenizer, number), start, end, KINDS[kind], loss))
    return tuple(found)
