"""The sentences over the instruments, made by rules from measured numbers only; plain text."""

from collections.abc import Sequence

import numpy as np

from codegen_desktop.model.records import EpochResult, KindScore, TrainStep
from codegen_desktop.tokenization.kinds import KINDS, LAYOUT, PUNCTUATION

EASY = (KINDS[LAYOUT], KINDS[PUNCTUATION])
"""The kinds that follow from what stands before them more than from what the code is about."""

RARE = 0.02
"""A kind with a smaller share of the tokens is not spoken of."""

FEW = 50
"""Steps at each end that are compared."""


def kinds_reading(result: EpochResult) -> str:
    """What the kinds of token say after an epoch; empty where they were not measured."""
    kinds, total = result.kinds, sum(score.tokens for score in result.kinds)
    if not total:
        return ""
    if result.epoch == 0:
        best = max(kinds, key=lambda score: score.accuracy)
        return (
            f"Before the first step no kind is predicted: at best {_percent(best.accuracy)} ({best.kind}). "
            "Whatever differs later was learned."
        )
    easy = [score for score in kinds if score.kind in EASY]
    others = [score for score in kinds if score.kind not in EASY]
    share = sum(score.tokens for score in easy) / total
    hardest = min(
        (score for score in kinds if score.tokens >= RARE * total), key=lambda score: score.accuracy, default=kinds[0]
    )
    first = f"Layout and punctuation are {_percent(share)} of the test tokens and right in {_percent(_mean(easy))}"
    if others and _mean(easy) > _mean(others) + 0.02:
        first += f": they lift the accuracy to {_percent(_mean(kinds))}; the other kinds have {_percent(_mean(others))}"
    elif others:
        first += f", the other kinds in {_percent(_mean(others))}: the easy tokens do not lift the accuracy"
    return f"{first}. Hardest: {hardest.kind}, {_percent(hardest.accuracy)}."


def snippets_reading(result: EpochResult) -> str:
    """How far apart the hardest and the easiest test snippet are; empty where they were not measured."""
    if not result.hardest or not result.easiest:
        return ""
    worst, best = result.hardest[0].loss, result.easiest[0].loss
    ratio = f", {worst / best:,.0f} times as much" if best > 0 and worst >= 2 * best else ""
    return f"Easiest test snippet: loss {best:.2f}; hardest: {worst:.2f}{ratio}; all together {result.test_loss:.2f}."


def batch_reading(rows: int, positions: int, real: int, asked: int, instruction_weight: float) -> str:
    """What a batch consists of: `positions` are rows times columns, `real` of them hold a target."""
    pads = positions - real
    spare = f"{pads:,} pads ({pads / positions:.0%}) count for nothing" if pads else "there is no pad"
    asking = f"{asked:,} belong to an instruction and count {instruction_weight:g}; " if asked else ""
    counted = f"{asking}{spare}"
    first = f"{rows:,} snippets, {real:,} targets: each row is its own answer, moved by one"
    return f"{first}. {counted[0].upper()}{counted[1:]}."


def signals_reading(steps: Sequence[TrainStep]) -> str:
    """What happened to the gradient from the first to the last steps; empty where it was not measured."""
    norms = np.array([step.gradient_norm for step in steps])
    if not len(norms) or not norms.any():
        return ""
    if len(norms) < 2 * FEW:
        return f"Gradient norm {np.median(norms[-FEW:]):.2g} (median of the last {min(FEW, len(norms))} steps)."
    first, last = float(np.median(norms[:FEW])), float(np.median(norms[-FEW:]))
    moved = f"fell from {first:.2g} to {last:.2g}" if last < first else f"rose from {first:.2g} to {last:.2g}"
    spike = int(norms.argmax())
    return (
        f"The gradient norm {moved} (medians of the first and last {FEW} steps); "
        f"its highest value was {norms[spike]:.2g}, at step {steps[spike].step:,}."
    )


def _mean(scores: Sequence[KindScore]) -> float:
    """The accuracy over all tokens of some kinds."""
    tokens = sum(score.tokens for score in scores)
    return sum(score.accuracy * score.tokens for score in scores) / tokens if tokens else 0.0


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
