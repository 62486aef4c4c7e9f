"""How a token is chosen from the model's scores: a row of stages, each a pure function, then one seeded draw."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.config import SamplingOptions


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The tokens that can still be chosen, the likeliest first; equal ones in the order of their ids.

    ids: (n,) token ids. scores: (n,) logits, divided by the temperature once that stage has passed.
    probabilities: (n,) softmax of the scores over these n tokens alone, so their sum is 1.
    """

    ids: NDArray[np.int64]
    scores: NDArray[np.float64]
    probabilities: NDArray[np.float64]

    def first(self, count: int) -> "Candidates":
        """The `count` likeliest, their probabilities shared out anew."""
        if count >= len(self.ids):
            return self
        kept = self.probabilities[:count]
        return Candidates(self.ids[:count], self.scores[:count], kept / kept.sum())


@dataclass(frozen=True, slots=True, eq=False)
class StageResult:
    """What one stage left: its name, whether its setting did anything, and the tokens that survive it."""

    name: str
    active: bool
    candidates: Candidates

    @property
    def survivors(self) -> int:
        """How many tokens can still be chosen."""
        return len(self.candidates.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """One choice with everything that led to it.

    `model` holds all V tokens before any stage; `stages` one result per entry of STAGES. The survivors of the
    last stage lie end to end on a bar from 0 to 1, the likeliest first; the chosen token is the one under `draw`
    and takes the piece from `lower` to `upper`. Where one token is left nothing is drawn: `draw` is None.
    """

    id: int
    rank: int
    model: Candidates
    stages: tuple[StageResult, ...]
    draw: float | None
    lower: float
    upper: float

    @property
    def final(self) -> Candidates:
        """The tokens among which the draw decided."""
        return self.stages[-1].candidates

    @property
    def probability(self) -> float:
        """The chosen token's probability by the model itself, before any stage."""
        return float(self.model.probabilities[self.model.ids == self.id][0])


def rank(logits: NDArray[np.floating]) -> Candidates:
    """All tokens by falling logit. logits: (V,)."""
    scores = logits.astype(np.float64)
    order = np.argsort(-scores)
    ranked = scores[order]
    if (ranked[1:] == ranked[:-1]).any():  # equal ones by id; the stable sort is three times as slow
        order = np.argsort(-scores, kind="stable")
    return Candidates(order, ranked, softmax(ranked))


def likeliest(logits: NDArray[np.float32], count: int) -> list[list[tuple[int, float]]]:
    """Ids and probabilities of the `count` likeliest tokens of each row, without ranking the rest. logits: (R, V)."""
    count = min(count, logits.shape[-1])
    best = np.argpartition(-logits, count - 1, axis=-1)[:, :count]
    top = np.take_along_axis(logits, best, -1)
    order = np.lexsort((best, -top), axis=-1)
    best, top = np.take_along_axis(best, order, -1), np.take_along_axis(top, order, -1).astype(np.float64)
    sums = np.exp(logits - logits.max(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True, dtype=np.float64)
    shares = np.exp(top - top[:, :1]) / sums
    return [list(zip(*row, strict=True)) for row in zip(best.tolist(), shares.tolist(), strict=True)]


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities from scores of any size, computed without overflow; (n,) to (n,)."""
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum())


def temperature(candidates: Candidates, options: SamplingOptions) -> Candidates:
    """Divide the scores by the temperature; at 0, and below a millionth, only the likeliest token is left."""
    if options.temperature < 1e-6:
        return candidates.first(1)
    if options.temperature == 1:
        return candidates
    scores = candidates.scores / options.temperature
    return Candidates(candidates.ids, scores, softmax(scores))


def top_k(candidates: Candidates, options: SamplingOptions) -> Candidates:
    """Keep the k likeliest (Fan et al. 2018); 0 keeps all."""
    return candidates.first(options.top_k) if options.top_k else candidates


def top_p(candidates: Candidates, options: SamplingOptions) -> Candidates:
    """Keep the fewest likeliest tokens whose probabilities reach top-p together (Holtzman et al. 2020)."""
    if options.top_p >= 1:
        return candidates
    reached = np.cumsum(candidates.probabilities)
    return candidates.first(int(np.searchsorted(reached, options.top_p)) + 1)


def min_p(candidates: Candidates, options: SamplingOptions) -> Candidates:
    """Drop tokens with less than this share of the likeliest one's probability (Nguyen et al. 2024)."""
    if options.min_p <= 0:
        return candidates
    bar = options.min_p * candidates.probabilities[0]
    return candidates.first(max(1, int(np.count_nonzero(candidates.probabilities >= bar))))


STAGES: tuple[tuple[str, Callable[[Candidates, SamplingOptions], Candidates]], ...] = (
    ("temperature", temperature),
    ("top_k", top_k),
    ("top_p", top_p),
    ("min_p", min_p),
)
"""The pipeline, in the order of SamplingOptions' fields; a stage is named like its field."""


def choose(logits: NDArray[np.floating], options: SamplingOptions, rng: np.random.Generator) -> Selection:
    """Choose the next token. logits: (V,), finite. One number is drawn from `rng` unless one token is left."""
    model = candidates = rank(logits)
    stages = []
    for name, stage in STAGES:
        before, candidates = candidates, stage(candidates, options)
        stages.append(StageResult(name, candidates is not before, candidates))
    if len(candidates.ids) == 1:
        return Selection(int(candidates.ids[0]), 0, model, tuple(stages), None, 0.0, 1.0)
    bar = np.cumsum(candidates.probabilities)
    draw = float(rng.random())
    # The bar may end at 0.9999999 by rounding: a draw beyond its end falls on the last token.
    place = min(int(np.searchsorted(bar, draw, side="right")), len(bar) - 1)
    lower = float(bar[place - 1]) if place else 0.0
    return Selection(int(candidates.ids[place]), place, model, tuple(stages), draw, lower, float(bar[place]))
