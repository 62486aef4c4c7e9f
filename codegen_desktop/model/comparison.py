"""Runs side by side: the options in which they differ, what came of each, and one careful sentence about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from codegen_desktop.config import TrainingOptions
from codegen_desktop.model.choosing import chosen_on_test, result_in_use
from codegen_desktop.model.records import EpochResult
from codegen_desktop.model.runs import Run

SAME = 0.005
"""Two losses that differ by less, in nats or bits, are written alike with two decimals and count as equal."""

_SETTLED = ("preset", "device", "threads")
"""Options whose settled value stands in the run itself, or that only name the others."""


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One line: what it speaks of, and the words for each run in their order."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two or more runs by their names; `differences` holds only rows in which they differ.

    `warnings` say why numbers beside each other do not mean the same; `reading` is one sentence or two.
    """

    runs: tuple[str, ...]
    differences: tuple[ComparedRow, ...]
    results: tuple[ComparedRow, ...]
    warnings: tuple[str, ...]
    reading: str


def compare(runs: Sequence[Run], passed: Mapping[int, float] | None = None) -> Comparison:
    """Compare at least two runs. `passed` holds pass@1 as a share by run id, where a run was evaluated."""
    assert len(runs) >= 2
    differences = _differences(runs)
    return Comparison(
        runs=tuple(run.name for run in runs),
        differences=differences,
        results=_results(runs, passed or {}),
        warnings=_warnings(runs),
        reading=_reading(runs, differences),
    )


def _differences(runs: Sequence[Run]) -> tuple[ComparedRow, ...]:
    titles = {name: field.title or name for name, field in TrainingOptions.model_fields.items()}
    rows = [
        ("Dataset", [f"{run.dataset_id} ({run.dataset_fingerprint[:8]})" for run in runs]),
        ("Tokens", [f"{run.shape.vocabulary:,} (set {run.tokenizer_id})" for run in runs]),
        *(
            (title, [_written(getattr(run.options, name)) for run in runs])
            for name, title in titles.items()
            if name not in _SETTLED
        ),
        ("Device", [run.device for run in runs]),
        ("Threads", [str(run.threads) for run in runs]),
        ("torch", [dict(run.versions).get("torch", "unknown") for run in runs]),
    ]
    return tuple(ComparedRow(name, tuple(values)) for name, values in rows if len(set(values)) > 1)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)


def _results(runs: Sequence[Run], passed: Mapping[int, float]) -> tuple[ComparedRow, ...]:
    def measured(write: Callable[[EpochResult], str]) -> tuple[str, ...]:
        used = [result_in_use(run) for run in runs]
        return tuple(write(result) if result is not None else "–" for result in used)

    rows = [
        ComparedRow("Test loss, nats per token ↓", measured(lambda last: f"{last.test_loss:.3f}")),
        ComparedRow("Test loss, bits per byte ↓", measured(lambda last: f"{last.bits_per_byte:.3f}")),
        ComparedRow("Test accuracy ↑", measured(lambda last: f"{last.test_accuracy * 100:.1f} %")),
        ComparedRow("Train loss of that epoch", measured(lambda last: f"{last.train_loss:.3f}")),
        ComparedRow("Epochs done", tuple(f"{_done(run)} of {run.options.epochs}" for run in runs)),
        ComparedRow("Training time", tuple(f"{sum(one.seconds for one in run.epochs):,.1f} s" for run in runs)),
        ComparedRow("Tokens per second", tuple(f"{run.tokens_per_second:,.0f}" for run in runs)),
        ComparedRow("Parameters", tuple(f"{run.parameters:,}" for run in runs)),
    ]
    if passed:
        shares = (f"{passed[run.id] * 100:.1f} %" if run.id in passed else "not evaluated" for run in runs)
        rows.insert(3, ComparedRow("Answers that pass their tests ↑", tuple(shares)))
    return tuple(rows)


def _done(run: Run) -> int:
    return run.epochs[-1].epoch if run.epochs else 0


def _other_data(runs: Sequence[Run]) -> bool:
    return len({run.dataset_fingerprint for run in runs}) > 1


def _other_tokens(runs: Sequence[Run]) -> bool:
    return len({run.tokenizer_id for run in runs}) > 1


def _other_sample(runs: Sequence[Run]) -> bool:
    """Whether runs of the same dataset and tokens drew other snippets: the tables counted from them differ then."""
    return not _other_data(runs) and not _other_tokens(runs) and any(run.baselines != runs[0].baselines for run in runs)


def _warnings(runs: Sequence[Run]) -> tuple[str, ...]:
    told = [
        f"{run.name} is from Break it, where pipelines are broken on purpose: its numbers may not mean what they say."
        for run in runs
        if run.broken
    ]
    told += [
        f"{run.name} is {chosen_on_test(run)}, so its test numbers look better than new snippets would show."
        for run in runs
        if run.chosen_epoch is not None
    ]
    if _other_data(runs):
        told.append("Not comparable: these runs learned from, and were tested on, different datasets.")
    if _other_tokens(runs):
        told.append("The tokens differ, so a token's loss means something else in each run: compare bits per byte.")
    if _other_sample(runs):
        told.append("The runs drew different snippets from the dataset, so their test parts differ too.")
    unfinished = [run for run in runs if _done(run) < run.options.epochs]
    if unfinished:
        missing = ", ".join(f"{run.name} has {_done(run)} of {run.options.epochs} epochs" for run in unfinished)
        told.append(f"Not all are finished: {missing}.")
    return tuple(told)


def _reading(runs: Sequence[Run], differences: Sequence[ComparedRow]) -> str:
    """One or two sentences by rules; they claim a cause only where a single option differs."""
    measured = [run for run in runs if _done(run) > 0]
    if len(measured) < len(runs):
        missing = ", ".join(run.name for run in runs if run not in measured)
        return f"{missing}: no epoch was finished, so there is nothing to compare yet."
    if _other_data(runs):
        return "Numbers from different datasets say nothing about which run is better."
    bits = _other_tokens(runs)
    ranked = sorted(runs, key=lambda run: _loss(run, bits))
    best, last = ranked[0], ranked[-1]
    gap = _loss(last, bits) - _loss(best, bits)
    unit = "bits per byte" if bits else "nats"
    if gap < SAME:
        verdict = f"The test losses are equal to two decimals ({_loss(best, bits):.2f} {unit})."
    else:
        verdict = (
            f"{best.name} has the lowest test loss, {_loss(best, bits):.2f} {unit}: "
            f"{gap:.2f} below {'the highest, of ' if len(runs) > 2 else ''}{last.name}."
        )
    return f"{verdict} {_because(runs, differences)}"


def _loss(run: Run, bits: bool) -> float:
    used = result_in_use(run)
    assert used is not None  # only runs with a finished epoch are ranked
    return used.bits_per_byte if bits else used.test_loss


def _because(runs: Sequence[Run], differences: Sequence[ComparedRow]) -> str:
    names = [row.name for row in differences]
    if any(_done(run) != _done(runs[0]) for run in runs):
        return "They did not learn for the same number of epochs."
    if not names:
        return "All options are equal."
    if names == ["Seed"]:
        return "Only the seed differs, so this is what chance alone makes."
    if len(names) == 1:
        return f"Only one option differs: {names[0].lower()}. One run of each cannot tell it from chance."
    return f"They differ in {len(names)} ways, so none of them alone explains it."
