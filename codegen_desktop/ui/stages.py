"""The five stages of the pipeline and the line each shows in the bar: a mark, a live shape, and how far it is."""

from dataclasses import dataclass
from enum import StrEnum

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.sampling import part_sizes
from codegen_desktop.model.choosing import result_in_use
from codegen_desktop.model.runs import Run
from codegen_desktop.tokenization.tokenizer import Tokenizer


class Stage(StrEnum):
    """The stages in pipeline order."""

    DATASET = "dataset"
    TOKENS = "tokens"
    TRAINING = "training"
    GENERATION = "generation"
    QUIZ = "quiz"

    @property
    def heading(self) -> str:
        """The name a person reads."""
        return self.value.capitalize()

    @property
    def number(self) -> int:
        """1 to 5."""
        return list(Stage).index(self) + 1


class Mark(StrEnum):
    """How a stage stands; each is drawn in a shape of its own."""

    WAITING = "waiting"
    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STALE = "stale"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StageState:
    """What the pipeline bar shows of a stage.

    `parts` are shown joined by dots; where they do not fit, whole parts are dropped, the one with the highest
    number in `dropped_first` first (without it: from the right). `progress` is a share from 0 to 1 while running.
    """

    mark: Mark
    parts: tuple[str, ...]
    progress: float | None = None
    dropped_first: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The whole second line."""
        return " · ".join(self.parts)

    def fitting(self, fits: int) -> str:
        """The second line with all but `fits` parts dropped, in their order."""
        ranks = self.dropped_first or tuple(range(len(self.parts)))
        kept = sorted(sorted(range(len(self.parts)), key=lambda index: ranks[index])[:fits])
        return " · ".join(self.parts[index] for index in kept)


EMPTY: dict[Stage, StageState] = {
    Stage.DATASET: StageState(Mark.WAITING, ("no snippets yet",)),
    Stage.TOKENS: StageState(Mark.WAITING, ("waits for snippets",)),
    Stage.TRAINING: StageState(Mark.WAITING, ("waits for tokens",)),
    Stage.GENERATION: StageState(Mark.WAITING, ("waits for a model",)),
    Stage.QUIZ: StageState(Mark.READY, ("not started",)),
}
"""The bar of a lab that holds nothing."""


def dataset_state(dataset: Dataset | None) -> StageState:
    """The Dataset stage for a dataset."""
    if dataset is None:
        return EMPTY[Stage.DATASET]
    return StageState(Mark.DONE, (f"{len(dataset.snippets):,} × variable",))


def tokens_state(dataset: Dataset | None, tokenizer: Tokenizer | None, fresh: bool) -> StageState:
    """The Tokens stage; `fresh` says whether the tokenizer was learned from this very dataset."""
    if tokenizer is None:
        return StageState(Mark.READY, ("ready to build",)) if dataset is not None else EMPTY[Stage.TOKENS]
    if not fresh:
        return StageState(Mark.STALE, ("Dataset changed", "build again"))
    rows = f"{len(dataset.snippets):,} × 50" if dataset is not None else "rows of 50"
    return StageState(Mark.DONE, (rows, f"vocab {tokenizer.vocabulary_size:,}"))


def training_state(dataset: Dataset | None, tokenizer: Tokenizer | None, run: Run | None, fresh: bool) -> StageState:
    """The Training stage; `fresh` says whether the run used this dataset and this tokenizer."""
    if run is not None:
        return _run_state(dataset, run, fresh)
    if dataset is None or tokenizer is None:
        return EMPTY[Stage.TRAINING]
    return StageState(Mark.READY, (*shape_part(dataset), "ready to start"), dropped_first=(1, 0))


def generation_state(run: Run | None, fresh: bool) -> StageState:
    """The Generation stage: a model writes, or is waited for."""
    trained = run is not None and (run.state != "failed" or any(result.epoch > 0 for result in run.epochs))
    if run is None or not run.epochs or not trained:
        return EMPTY[Stage.GENERATION]
    if not fresh:
        return StageState(Mark.STALE, (f"{run.name} knows earlier snippets",))
    return StageState(Mark.READY, (f"{run.name} can write",))


def shape_part(dataset: Dataset | None, options: TrainingOptions | None = None) -> tuple[str, ...]:
    """How many snippets are learned from and kept aside, as one part of a line; nothing without a dataset.

    With the `options` of a run: how many of them that run uses.
    """
    if dataset is None:
        return ()
    train, test = part_sizes(dataset, options.snippets if options is not None else len(dataset.snippets))
    return (f"{train:,} train / {test:,} test",)


def _run_state(dataset: Dataset | None, run: Run, fresh: bool) -> StageState:
    if not fresh:
        return StageState(Mark.STALE, ("trained on earlier snippets", "train again"))
    used = result_in_use(run)
    mark = ", chosen on test" if run.chosen_epoch is not None else ""
    done = (
        (f"epoch {used.epoch}/{run.options.epochs}{mark}", f"loss {used.test_loss:.2f}") if used else ("no epoch yet",)
    )
    if run.state == "failed":
        return StageState(Mark.FAILED, ("stopped by a fault", *done))
    parts = (*shape_part(dataset, run.options), *done)
    ranks = (2, 0, 1)[: len(parts)] if dataset is not None and used else ()
    if dataset is not None and not used:
        ranks = (1, 0)
    return StageState(Mark.DONE if used else Mark.READY, parts, dropped_first=ranks)
