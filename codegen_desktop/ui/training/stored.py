"""What the Training tab reads from the Lab, as generators that a job runs away from the window."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, replace

from codegen_desktop.config import Preset
from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.sampling import sample_dataset
from codegen_desktop.errors import CheckpointError, UserError
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.fixed_prompts import PromptsCompleted, complete_prompts, fixed_prompts
from codegen_desktop.generation.store import load_prompts
from codegen_desktop.lab import Lab
from codegen_desktop.model.records import TrainStep
from codegen_desktop.model.runs import Run, finish_run, list_runs, load_run, load_steps, load_weights
from codegen_desktop.tokenization.tokenizer import Tokenizer
from codegen_desktop.ui.training.history import RunHistory


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run with its steps."""

    run: Run
    steps: tuple[TrainStep, ...]


def read_runs(lab: Lab) -> Generator[tuple[Run, ...], None, tuple[Run, ...]]:
    """All runs of a Lab, the oldest first."""
    runs = list_runs(lab)
    yield runs
    return runs


def read_run(
    lab: Lab, run_id: int, dataset: Dataset | None, tokenizer: Tokenizer | None
) -> Generator[StoredRun | PromptsCompleted, None, None]:
    """A run's curve, then the fixed prompts as every epoch completed them.

    Where they were not stored they are completed again with the epoch's weights: greedily, so they are those of the
    day it was trained. That needs the run's own dataset and tokenizer; without these they stay unknown.
    """
    run = load_run(lab, run_id)
    yield StoredRun(run, load_steps(lab, run_id))
    kept = load_prompts(lab, run_id)
    yield from kept.values()
    missing = [result.epoch for result in run.epochs if result.epoch not in kept]
    if not missing or dataset is None or tokenizer is None:
        return
    used = sample_dataset(dataset, run.options.snippets, run.options.seed)
    prompts = fixed_prompts(used, run.options.seed, tokenizer, run.shape.context)
    for epoch in missing:
        try:
            weights = load_weights(lab, run_id, epoch)
        except CheckpointError:
            continue  # a damaged checkpoint hides its own column, not the others
        yield complete_prompts(Decoder(weights, run.shape), tokenizer, prompts, epoch)


def history_of(stored: StoredRun) -> RunHistory:
    """A stored run as the plots read it."""
    history = RunHistory(stored.run.options.epochs, stored.run.baselines)
    for result in stored.run.epochs:
        history.add_result(result)
    for step in stored.steps:
        history.add_step(step)
    history.failed = stored.run.state == "failed"
    history.chosen_epoch = stored.run.chosen_epoch
    return history


def fail_run(lab: Lab, run_id: int, problem: str) -> Run:
    """A run whose training failed, as it stands in the Lab.

    The training wrote so itself unless it could not, as on a full disk; it is tried again here, and said in any case.
    """
    run = load_run(lab, run_id)
    if run.state == "running":
        with suppress(UserError):
            finish_run(lab, run_id, "failed", problem)
    return replace(run, state="failed", problem=problem)


def times(runs: tuple[Run, ...]) -> dict[Preset, float]:
    """How many seconds each preset took the last time it was finished here."""
    return {run.options.preset: sum(result.seconds for result in run.epochs) for run in runs if run.state == "finished"}
