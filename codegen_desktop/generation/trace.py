"""What is known about a generated token: everything that led to it, from the very pass that chose it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.config import SamplingOptions
from codegen_desktop.generation.sampling import Selection
from codegen_desktop.tokenization.tokenizer import END_ID

Ended = Literal["end", "length"]
"""`end`: the model wrote its end mark. `length`: the most tokens were written, or the row was full."""


@dataclass(frozen=True, slots=True)
class LensToken:
    """One token as a layer would have it: its probability if the model ended after that layer."""

    id: int
    text: str
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class LayerTrace:
    """What one layer did at the position that chose the token.

    attention: (H, T) for each head, how much it looked at each of the T tokens so far; each row's sum is 1.
    attention_map: (H, T, T) the same for every position so far, each from the pass that read it; zero above the
    diagonal, and its last row is `attention`.
    attention_update, feed_forward_update: lengths (L2) of the two corrections added to the stream.
    after_attention, after_feed_forward: length of the stream behind each. lens: the five tokens that would be
    likeliest if the head read the stream here (the "logit lens", nostalgebraist 2020).
    """

    attention_map: NDArray[np.float32]
    attention_update: float
    after_attention: float
    feed_forward_update: float
    after_feed_forward: float
    lens: tuple[LensToken, ...]

    @property
    def attention(self) -> NDArray[np.float32]:
        """(H, T) what the last token looked at."""
        row: NDArray[np.float32] = self.attention_map[:, -1]
        return row


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The pass that chose a token, station by station.

    ids, texts: the T tokens so far, the start mark first. embeddings: (T, C) their rows of the embedding.
    input_lens: what the head reads from the last embedding row alone. layers: one LayerTrace each.
    logits: (V,) the scores over the whole vocabulary.
    """

    ids: tuple[int, ...]
    texts: tuple[str, ...]
    embeddings: NDArray[np.float32]
    input_lens: tuple[LensToken, ...]
    layers: tuple[LayerTrace, ...]
    logits: NDArray[np.float32]

    @property
    def embedding(self) -> NDArray[np.float32]:
        """(C,) the row of the last token, with which the pass began."""
        row: NDArray[np.float32] = self.embeddings[-1]
        return row


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """One chosen token.

    `text` is what the token adds to the readable text: empty for the end mark, and while the bytes of a character
    are not complete. `piece` is the token by itself, for labels. `probability` is the model's own, before the
    sampling stages; `selection` holds the stages and the draw. `position` counts tokens before it, the start mark
    included. `trace` is None where none was asked for.
    """

    id: int
    text: str
    piece: str
    probability: float
    position: int
    runners_up: tuple[LensToken, ...]
    selection: Selection
    trace: Trace | None

    @property
    def is_end(self) -> bool:
        """Whether this is the end mark."""
        return self.id == END_ID


@dataclass(frozen=True, slots=True, eq=False)
class Completion:
    """What was written after a prompt. `predictions` holds every choice, the end mark included.

    `after` is what stands behind the gap that was filled in; empty where the model wrote on to the end.
    `seconds` is the time spent predicting, without the time its reader took between tokens; the prompt's own pass
    is part of it.
    """

    prompt: str
    text: str
    predictions: tuple[Prediction, ...]
    ended: Ended
    options: SamplingOptions
    seconds: float
    after: str = ""

    @property
    def code(self) -> str:
        """The prompt, what was written after it, and what stands behind that."""
        return self.prompt + self.text + self.after

    @property
    def tokens(self) -> tuple[Prediction, ...]:
        """The written tokens, without the end mark."""
        return tuple(prediction for prediction in self.predictions if not prediction.is_end)


MARKS = ("‹pad›", "‹start›", "‹end›", "‹prefix›", "‹suffix›", "‹middle›")
"""How the special tokens are named where tokens are listed; by id."""
