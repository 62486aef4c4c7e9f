"""One sentence beside each epoch, made from rules over its numbers, the epochs before it and the baselines."""

from collections.abc import Sequence

from codegen_desktop.model.records import Baselines, EpochResult


def observe(results: Sequence[EpochResult], baselines: Baselines) -> str:
    """A sentence on the last of `results`; the first rule that holds speaks."""
    return f"Test loss {results[-1].test_loss:.2f}; guessing by chance gives {baselines.uniform.loss:.2f}."
