"""Which pipelines fit what was measured, and why each of the others does not: rules over numbers, one a pipeline.

A rule never learns which pipeline it looks at. It compares losses with the baselines of the same data, counts with
counts, and says in one sentence which numbers decided. Losses in nats per token.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from codegen_desktop.model.breaking import BROKEN
from codegen_desktop.model.evidence import Evidence
from codegen_desktop.model.records import EpochResult
from codegen_desktop.model.runs import Run

PEEK = 0.5
"""How many nats worse a model must be when it writes than when it is measured, to have seen what it should not."""

RISE = 0.5
"""How many nats above guessing by chance the train loss must rise to be a learning rate's fault."""

STILL = 0.02
"""The share of the first loss within which nothing counts as learned."""

NEARLY_ALL = 0.9
"""The share from which on a part counts as the other one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the numbers say about one pipeline: whether it fits them, and the sentence that says why or why not."""

    key: str
    fits: bool
    because: str


def diagnose(run: Run, evidence: Evidence) -> tuple[Finding, ...]:
    """A finding for every pipeline, in the order of `BROKEN`; run and evidence are of one mystery."""
    found = {key: Finding(key, *rule(run, evidence)) for key, rule in RULES.items()}
    others = [finding for finding in found.values() if finding.fits]
    if others:
        healthy = Finding("healthy", False, f"One thing is not as it should be: {_lower_first(others[0].because)}")
    else:
        healthy = Finding("healthy", True, _all_well(run, evidence))
    return tuple(found.get(broken.key, healthy) for broken in BROKEN)


def last_measured(run: Run) -> EpochResult:
    """The last epoch whose test loss is a number; the untrained model always has one."""
    return next(result for result in reversed(run.epochs) if math.isfinite(result.test_loss))


def _duplicates(_: Run, evidence: Evidence) -> tuple[bool, str]:
    parts = evidence.parts
    if not parts.copied:
        return False, f"None of the {parts.test:,} test snippets stands in the learning part."
    if _all_leaked(evidence):
        return False, (
            f"{parts.leaked:,} of the {parts.train:,} learning snippets are test snippets: nothing else was read."
        )
    gap = evidence.kept_alone - evidence.test_alone
    return True, (
        f"{parts.copied:,} of the {parts.test:,} test snippets also stand in the learning part. Test loss is "
        f"{evidence.test_alone:.2f}, {abs(gap):.2f} {'below' if gap > 0 else 'above'} the loss on snippets kept aside."
    )


def _test_part(_: Run, evidence: Evidence) -> tuple[bool, str]:
    parts = evidence.parts
    if _all_leaked(evidence):
        return True, (
            f"All {parts.leaked:,} learning snippets are test snippets, only {parts.different:,} different ones. Test "
            f"loss is {evidence.test_alone:.2f}, but {evidence.kept_alone:.2f} on snippets that were kept aside."
        )
    count = f"Only {parts.leaked:,}" if parts.leaked else "None"
    return False, f"{count} of the {parts.train:,} learning snippets stand in the test part."


def _no_mask(run: Run, evidence: Evidence) -> tuple[bool, str]:
    loss = last_measured(run).test_loss
    gap = evidence.test_alone - loss
    told = f"Measured as in training, test loss is {loss:.2f}; measured as when it writes, {evidence.test_alone:.2f}"
    if gap <= PEEK:
        return False, f"{told}: it needs nothing that it cannot see when it writes."
    if evidence.batch.next_share < NEARLY_ALL:
        return False, f"{told}, but it was asked for other tokens than the next ones, which explains that."
    floor = run.baselines.floor
    below = f" The grammar's own floor is {floor:.2f}." if floor is not None and loss < floor else ""
    return True, f"{told}: it had seen the answers.{below}"


def _not_shifted(_: Run, evidence: Evidence) -> tuple[bool, str]:
    share = evidence.batch.same_share
    told = f"{_percent(share)} of the tokens asked for are the one that the model sees at that very place."
    return share >= NEARLY_ALL, told


def _shuffled(run: Run, evidence: Evidence) -> tuple[bool, str]:
    batch, last = evidence.batch, last_measured(run)
    told = f"{_percent(batch.next_share)} of the tokens asked for are the next one of their row"
    if batch.next_share >= NEARLY_ALL:
        return False, f"{told}."
    if batch.same_share >= NEARLY_ALL:
        return False, f"{told}, but {_percent(batch.same_share).lower()} are the one before it: that is no shuffle."
    return True, (
        f"{told}. Test loss stays at {last.test_loss:.2f}; knowing only how frequent each token is gives "
        f"{run.baselines.unigram.loss:.2f}."
    )


def _too_fast(run: Run, evidence: Evidence) -> tuple[bool, str]:
    chance, highest = run.baselines.uniform.loss, evidence.curve.highest
    if evidence.problem:
        return True, f"Training broke off: {evidence.problem}"
    if highest > chance + RISE:
        return True, f"Train loss rose to {highest:.1f}, far above guessing by chance ({chance:.2f})."
    return False, f"Train loss never rose above {highest:.2f}; guessing by chance gives {chance:.2f}."


def _stuck(run: Run, evidence: Evidence) -> tuple[bool, str]:
    first, last = run.epochs[0], last_measured(run)
    moved = max(abs(last.test_loss - first.test_loss), abs(last.train_loss - first.train_loss))
    told = f"Test loss was {first.test_loss:.2f} before the first step and is {last.test_loss:.2f} now"
    if evidence.problem:
        return False, f"Training did not stand still, it broke off: {evidence.problem}"
    if moved <= STILL * first.test_loss:
        return True, f"{told}, train loss {first.train_loss:.2f} and {last.train_loss:.2f}: nothing was learned."
    return False, f"{told}: something was learned, right or wrong."


def _no_newlines(_: Run, evidence: Evidence) -> tuple[bool, str]:
    parts = evidence.parts
    if parts.line_breaks == 0 and parts.source_line_breaks > 0:
        return True, (
            f"The learning rows hold no line break at all; the snippets of the Lab have {parts.source_line_breaks:.1f} "
            "each."
        )
    return False, f"The learning snippets hold {parts.line_breaks:.1f} line breaks each."


Rule = Callable[[Run, Evidence], tuple[bool, str]]

RULES: dict[str, Rule] = {
    "duplicates": _duplicates,
    "test-part": _test_part,
    "no-mask": _no_mask,
    "not-shifted": _not_shifted,
    "shuffled-labels": _shuffled,
    "too-fast": _too_fast,
    "stuck": _stuck,
    "no-newlines": _no_newlines,
}
"""The rule of every pipeline but the healthy one, which fits where no other does."""


def _all_leaked(evidence: Evidence) -> bool:
    return evidence.parts.leaked >= NEARLY_ALL * evidence.parts.train


def _all_well(run: Run, evidence: Evidence) -> str:
    last = last_measured(run)
    return (
        "No snippet stands in both parts, every token asked for is the next one, and the test loss "
        f"({last.test_loss:.2f}) is about that on snippets kept aside ({evidence.kept_alone:.2f})."
    )


def _percent(share: float) -> str:
    """A share in words: almost none is not `0 %`."""
    if 0 < share < 0.005:
        return "Less than 1 %"
    return f"{share * 100:.0f} %"


def _lower_first(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
