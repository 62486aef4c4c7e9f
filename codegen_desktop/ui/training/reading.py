"""The sentences of the Training tab, made by rules from measured numbers only."""

import math
from itertools import pairwise

from codegen_desktop.config import PRESETS, Preset, TrainingOptions
from codegen_desktop.model.records import EpochResult
from codegen_desktop.model.reference import REFERENCE_TRACE
from codegen_desktop.ui.training.history import RunHistory

PRESET_TITLES: dict[Preset, str] = {
    "quick": "Quick",
    "reference": "Reference",
    "deep": "Deep",
    "custom": "Custom",
}

CLOSE = 0.15
"""Nats between train and test loss that still count as close."""


def duration(seconds: float) -> str:
    """A span of time with one useful unit or two: `8 s`, `2 min 41 s`, `1 h 05 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def rough_duration(seconds: float) -> str:
    """A span of time that is only expected, in as few words as are honest: `20 s`, `4 min`, `1 h 10 min`."""
    if seconds < 90:
        return f"{max(5, 5 * round(seconds / 5))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    tens = 10 * round(minutes / 10)
    return f"{tens // 60} h {tens % 60:02d} min"


def step_words(history: RunHistory) -> str:
    """What the newest step read and changed, for a training that waits; empty before the first.

    Each step reads other snippets, so the loss before it is named as theirs: the two are no before and after.
    """
    if not history.steps:
        return ""
    step = history.steps[-1]
    before = f" · the step before, on others: {history.steps[-2].loss:.3f}" if len(history.steps) > 1 else ""
    norms = f" · gradient {step.gradient_norm:.3g} · weights moved {step.update_norm:.3g}" if step.update_norm else ""
    loss = f"Loss {step.loss:.3f} on its {step.tokens:,} tokens"
    return f"{loss}{norms}{before} · learning rate {step.learning_rate:.3g}"


def reading(history: RunHistory) -> tuple[str, str]:
    """A verdict and what it rests on, for the strip under the plots: both are plain text, either may be empty."""
    results = history.results
    if history.failed:
        return "Training stopped with an error.", "Everything measured before is shown and was saved."
    if not results:
        return "", "Nothing measured yet: the first point is the untrained model."
    trained = [result for result in results if result.epoch > 0]
    if not trained:
        return _untrained(history, results[0])
    verdict, because = _verdict(trained)
    comparison = _against_reference(trained[-1])
    table = _against_tables(history, trained[-1])
    return verdict, " ".join(part for part in (because, table, comparison, _chosen(history)) if part)


def _chosen(history: RunHistory) -> str:
    chosen = next((result for result in history.results if result.epoch == history.chosen_epoch), None)
    if chosen is None:
        return ""
    return f"In use is epoch {chosen.epoch}, chosen on test: its test loss {chosen.test_loss:.2f} is partly luck."


def _untrained(history: RunHistory, start: EpochResult) -> tuple[str, str]:
    if history.baselines is None:
        return "Not trained yet.", f"Test loss begins at {start.test_loss:.2f}."
    chance = history.baselines.uniform.loss
    return (
        f"Loss starts near {start.test_loss:.2f}.",
        f"That is about ln {round(math.exp(chance)):,} = {chance:.2f}: before training, all tokens are equally likely.",
    )


def _verdict(trained: list[EpochResult]) -> tuple[str, str]:
    last = trained[-1]
    gap = last.test_loss - last.train_loss
    rising = _rising(trained)
    if rising >= 2 and last.train_loss < trained[-1 - rising].train_loss:
        return (
            "The model is starting to memorise.",
            f"Test loss has risen for {rising} epochs while train loss falls.",
        )
    if rising:
        return "Test loss rose in the last epoch.", "One rise may be chance; two in a row would not be."
    if len(trained) == 1:
        return "The model is learning.", f"After the first epoch test loss is {last.test_loss:.2f}."
    if gap <= CLOSE:
        return (
            "The model is learning, not memorising.",
            "Test loss has fallen after every epoch and stays close to train loss."
            if _always_falling(trained)
            else "Test loss has fallen in the last epoch and stays close to train loss.",
        )
    return (
        "The model is learning, with a growing memory of its snippets.",
        f"Test loss still falls but is {gap:.2f} above train loss.",
    )


def _rising(trained: list[EpochResult]) -> int:
    """Epochs in a row, counted from the last one back, whose test loss rose."""
    rising = 0
    for before, after in zip(reversed(trained[:-1]), reversed(trained[1:]), strict=True):
        if after.test_loss <= before.test_loss:
            break
        rising += 1
    return rising


def _always_falling(trained: list[EpochResult]) -> bool:
    return all(after.test_loss < before.test_loss for before, after in pairwise(trained))


def _against_tables(history: RunHistory, last: EpochResult) -> str:
    if history.baselines is None:
        return ""
    for score, name in (
        (history.baselines.five_gram, "a 5-gram table"),
        (history.baselines.bigram, "a word-pair table"),
    ):
        if last.test_loss < score.loss:
            return f"It beats {name} ({score.loss:.2f})."
    return f"A word-pair table ({history.baselines.bigram.loss:.2f}) is still better."


def _against_reference(last: EpochResult) -> str:
    if last.epoch > len(REFERENCE_TRACE):
        return ""
    quoted = REFERENCE_TRACE[last.epoch - 1]
    if last.test_loss < quoted.loss and last.test_accuracy > quoted.accuracy:
        return "It is ahead of the reference trace."
    if last.test_loss > quoted.loss and last.test_accuracy < quoted.accuracy:
        return "It is behind the reference trace."
    return ""


def matching_preset(options: TrainingOptions) -> Preset:
    """The preset whose options these are, whatever they call themselves; `custom` when none fits."""
    for name, preset in PRESETS.items():
        if preset.model_dump(exclude={"preset"}) == options.model_dump(exclude={"preset"}):
            return name
    return "custom"
