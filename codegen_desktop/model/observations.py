"""One sentence beside each epoch, made from rules over its numbers, the epochs before it and the baselines.

Rules are tried from the top; the first that holds speaks. They compare numbers and say nothing about what goes on in
the model. Losses in nats per token, accuracies as percentages. A sentence stands beside its epoch's loss and accuracy
and does not repeat them; most fit on two short lines.
"""

from collections.abc import Callable, Sequence

from codegen_desktop.model.records import Baselines, EpochResult

Rule = Callable[[Sequence[EpochResult], Baselines], str | None]


def observe(results: Sequence[EpochResult], baselines: Baselines) -> str:
    """A sentence on the last of `results`, which begin with the earliest epoch that is known."""
    for rule in RULES:
        sentence = rule(results, baselines)
        if sentence is not None:
            return sentence
    raise AssertionError("the last rule always speaks")


def _untrained(results: Sequence[EpochResult], baselines: Baselines) -> str | None:
    last = results[-1]
    if last.epoch != 0:
        return None
    return f"Before the first step: guessing among all tokens would give {baselines.uniform.loss:.2f}."


def _memorising(results: Sequence[EpochResult], _: Baselines) -> str | None:
    if len(results) < 3:
        return None
    first, second, last = results[-3:]
    rising = first.test_loss < second.test_loss < last.test_loss
    falling = first.train_loss > second.train_loss > last.train_loss
    if not (rising and falling):
        return None
    return (
        f"Test loss rose for two epochs while train loss fell to {last.train_loss:.2f}: "
        "it is beginning to memorise the learning part."
    )


def _worse(results: Sequence[EpochResult], _: Baselines) -> str | None:
    if len(results) < 2 or results[-1].test_loss <= results[-2].test_loss:
        return None
    before, last = results[-2:]
    return f"Test loss rose from {before.test_loss:.2f} to {last.test_loss:.2f} in this epoch."


def _at_the_floor(results: Sequence[EpochResult], baselines: Baselines) -> str | None:
    gap = None if baselines.floor is None else results[-1].test_loss - baselines.floor
    if gap is None or gap > 0.1 * results[-1].test_loss:
        return None
    return f"{gap:.2f} above the grammar's own {baselines.floor:.2f} (an estimate): little is left to learn."


def _slowing(results: Sequence[EpochResult], baselines: Baselines) -> str | None:
    if len(results) < 2 or results[-1].test_loss >= baselines.five_gram.loss:
        return None
    before, last = results[-2:]
    fall = before.test_loss - last.test_loss
    if fall > 0.02 * before.test_loss:
        return None
    return f"Test loss fell by only {fall:.3f}: the curve has flattened."


def _below_five_gram(results: Sequence[EpochResult], baselines: Baselines) -> str | None:
    last, line = results[-1], baselines.five_gram
    if last.test_loss >= line.loss:
        return None
    if len(results) < 2 or results[-2].test_loss >= line.loss:
        return f"Below the five-token table's {line.loss:.2f}: more than the last four tokens is used."
    if baselines.floor is None:
        return f"{line.loss - last.test_loss:.2f} below the five-token table, which predicts {line.accuracy:.0%}."
    above = last.test_loss - baselines.floor
    return f"{above:.2f} above the grammar's own loss; the five-token table predicts {line.accuracy:.0%}."


def _below_bigram(results: Sequence[EpochResult], baselines: Baselines) -> str | None:
    last, line = results[-1], baselines.bigram
    if last.test_loss >= line.loss:
        return None
    return f"Below the word-pair table's {line.loss:.2f}: more than the last token is used."


def _below_unigram(results: Sequence[EpochResult], baselines: Baselines) -> str | None:
    last, line = results[-1], baselines.unigram
    if last.test_loss >= line.loss:
        return None
    return f"Below the {line.loss:.2f} of token frequencies: what stands before a token is used."


def _not_yet(_: Sequence[EpochResult], baselines: Baselines) -> str:
    return f"Knowing only how frequent each token is would give {baselines.unigram.loss:.2f}."


RULES: tuple[Rule, ...] = (
    _untrained,
    _memorising,
    _worse,
    _at_the_floor,
    _slowing,
    _below_five_gram,
    _below_bigram,
    _below_unigram,
    _not_yet,
)
"""From the most telling to the one that always holds."""
