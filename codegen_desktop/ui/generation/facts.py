"""What the four stations of the prediction trace show, read from one recorded Prediction and from nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.config import SamplingOptions
from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.generation.sampling import Selection
from codegen_desktop.generation.trace import LayerTrace, Prediction, Trace
from codegen_desktop.model.choosing import chosen_on_test, result_in_use
from codegen_desktop.model.runs import Run

ROWS_SHOWN = 9
"""Tokens listed in the third station before all the others are summed up."""

MASK_NAMES = {"temperature": "greedy", "top_k": "top-k", "top_p": "top-p", "min_p": "min-p"}
"""What a stage is called where it masked a token; temperature masks only at 0."""


def visible(piece: str) -> str:
    """A token's own text with its whitespace marked, so that nothing is invisible."""
    return piece.replace("\n", "⏎").replace("\t", "⇥").replace(" ", "·")


def model_sentence(run: Run, dataset: Dataset | None) -> str:
    """Who writes and how good it is, in Qt's rich text; `dataset` is the run's own, where it is open."""
    used = result_in_use(run)
    assert used is not None  # a run without a measured epoch cannot write
    read = ""
    if dataset is not None:
        share = min(1.0, run.options.snippets / max(1, len(dataset.snippets)))
        read = f"It has read about {round(len(dataset.split.train) * share):,} snippets and gets "
    gets = f"{read or 'It gets '}<b>{used.test_accuracy * 100:.0f} %</b> of next tokens right."
    epochs = f"{used.epoch} epoch{'s' * (used.epoch != 1)}" if used.epoch else "no training"
    mark = f" ({chosen_on_test(run)})" if run.chosen_epoch is not None else ""
    return f"Written by <b>{escape(run.name)}</b> after {epochs}{mark}. {gets}"


def shortened(line: str, longest: int = 28) -> str:
    """A line of code for the pipeline bar: whole words, with an ellipsis where some are left out."""
    return line if len(line) <= longest else f"{line[: longest - 1].rpartition(' ')[0] or line[: longest - 2]} …"


def share_words(share: float, digits: int = 1) -> str:
    """A share in few characters, with one digit after the point in at most seven: `81.7 %`, `< 0.1 %`, `0`."""
    if share <= 0:
        return "0"
    smallest = 10.0**-digits
    return f"{share * 100:.{digits}f} %" if share * 100 >= smallest / 2 else f"< {smallest:.{digits}f} %"


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddingRow:
    """One token on its way in: where it stands, what it is, and its row of the embedding (C,)."""

    position: int
    id: int
    text: str
    vector: NDArray[np.float32]


def embedding_rows(trace: Trace) -> tuple[EmbeddingRow, ...]:
    """The tokens so far with their numbers, the start mark at position 0."""
    return tuple(
        EmbeddingRow(position, token, visible(text), trace.embeddings[position])
        for position, (token, text) in enumerate(zip(trace.ids, trace.texts, strict=True))
    )


@dataclass(frozen=True, slots=True)
class LensRow:
    """The best guess behind one layer, if the model ended there. `layer` 0 is the embedding alone."""

    layer: int
    id: int
    text: str
    probability: float

    @property
    def name(self) -> str:
        """`Input`, `Layer 1`, and so on."""
        return f"Layer {self.layer}" if self.layer else "Input"


def lens_rows(trace: Trace) -> tuple[LensRow, ...]:
    """The best guess of the embedding and behind every layer."""
    answers = [trace.input_lens, *(layer.lens for layer in trace.layers)]
    return tuple(
        LensRow(number, answer[0].id, visible(answer[0].text), answer[0].probability)
        for number, answer in enumerate(answers)
    )


def head_attention(layer: LayerTrace, head: int) -> NDArray[np.float32]:
    """(T, T) what each token looked at in one head; `head` -1 is the mean over all heads."""
    attention = layer.attention_map
    chosen: NDArray[np.float32] = attention.mean(axis=0) if head < 0 else attention[head]
    return chosen


@dataclass(frozen=True, slots=True)
class ProbabilityRow:
    """One token on its way to the draw: its logit, that divided by the temperature, what masked it, its share.

    `scaled` is None at temperature 0, which divides nothing. `mask` is empty where the token was kept.
    """

    id: int
    text: str
    logit: float
    scaled: float | None
    mask: str
    probability: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class OtherTokens:
    """Everything below the listed tokens: how many, which stages masked them, and their share together."""

    count: int
    masks: tuple[str, ...]
    probability: float


def probability_rows(
    prediction: Prediction, options: SamplingOptions, piece: Callable[[int], str], shown: int = ROWS_SHOWN
) -> tuple[tuple[ProbabilityRow, ...], OtherTokens]:
    """The likeliest tokens by falling logit, the chosen one always among them, and all others together.

    `piece` names token ids. The listed shares and that of the others sum to 1.
    """
    selection = prediction.selection
    model, final = selection.model, selection.final
    shares = dict(zip(final.ids.tolist(), final.probabilities.tolist(), strict=True))
    ids = model.ids[:shown].tolist()
    if selection.id not in ids:
        ids[-1] = selection.id
    logits = dict(zip(model.ids.tolist(), model.scores.tolist(), strict=True))
    masks = masked_by(selection)
    warm = options.temperature
    rows = tuple(
        ProbabilityRow(
            id=token,
            text=visible(piece(token)),
            logit=logits[token],
            scaled=logits[token] / warm if warm > 0 else None,
            mask=masks.get(token, ""),
            probability=shares.get(token, 0.0),
            chosen=token == selection.id,
        )
        for token in ids
    )
    rest = [token for token in model.ids.tolist() if token not in set(ids)]
    names = tuple(dict.fromkeys(masks[token] for token in rest if token in masks))
    return rows, OtherTokens(len(rest), names, max(0.0, 1.0 - sum(row.probability for row in rows)))


def masked_by(selection: Selection) -> dict[int, str]:
    """For every token that cannot be chosen any more, the name of the stage that masked it."""
    masks: dict[int, str] = {}
    alive = set(selection.model.ids.tolist())
    for stage in selection.stages:
        left = set(stage.candidates.ids.tolist())
        for token in alive - left:
            masks[token] = MASK_NAMES[stage.name]
        alive = left
    return masks


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the bar from 0 to 1 on which the draw falls."""

    id: int
    text: str
    lower: float
    upper: float
    chosen: bool


def segments(prediction: Prediction, piece: Callable[[int], str], shown: int = 40) -> tuple[Segment, ...]:
    """The survivors end to end, the likeliest first; those after `shown` make one last piece without a name."""
    final = prediction.selection.final
    ends = np.cumsum(final.probabilities)
    made = []
    for place, token in enumerate(final.ids[:shown].tolist()):
        lower = float(ends[place - 1]) if place else 0.0
        text = visible(piece(token))
        made.append(Segment(token, text, lower, float(ends[place]), token == prediction.id))
    if len(final.ids) > shown:
        lower, upper = prediction.selection.lower, prediction.selection.upper
        chosen = next((piece for piece in made if piece.chosen), None)
        made.append(Segment(-1, "", made[-1].upper, 1.0, False))
        if chosen is None:
            made.append(Segment(prediction.id, visible(prediction.piece), lower, upper, True))
    return tuple(made)
