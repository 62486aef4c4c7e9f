"""Opening a Lab with the newest dataset, tokenizer and run in it; blocking, so called in another thread."""

from dataclasses import dataclass
from pathlib import Path

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.store import latest_dataset_id, load_dataset
from codegen_desktop.errors import CheckpointError, TrainingError, UserError
from codegen_desktop.lab import Lab
from codegen_desktop.model import runs
from codegen_desktop.model.runs import Run
from codegen_desktop.tokenization.store import latest_tokenizer_id, load_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class LabContents:
    """What of a Lab is current after opening it; `problem` is the first part that could not be read."""

    dataset: Dataset | None = None
    dataset_id: int | None = None
    tokenizer: Tokenizer | None = None
    tokenizer_id: int | None = None
    tokenizer_dataset_id: int | None = None
    run: Run | None = None
    problem: UserError | None = None


def open_with_contents(path: Path, read_only: bool) -> tuple[Lab, LabContents]:
    """Open a Lab and read what is newest in it. Raises LabError where the file itself cannot be used.

    A run that was cut off is marked as interrupted.
    """
    lab = Lab.open(path, read_only=read_only)
    try:
        runs.mark_interrupted(lab)
        return lab, read_contents(lab)
    except BaseException:
        lab.close()
        raise


def read_contents(lab: Lab) -> LabContents:
    """The newest dataset, tokenizer and run. A part that is damaged is left out and told; the rest is usable."""
    problem: UserError | None = None
    dataset: Dataset | None = None
    tokenizer: Tokenizer | None = None
    dataset_id, tokenizer_id = latest_dataset_id(lab), latest_tokenizer_id(lab)
    try:
        dataset = load_dataset(lab, dataset_id) if dataset_id is not None else None
        tokenizer = load_tokenizer(lab, tokenizer_id) if tokenizer_id is not None else None
    except UserError as error:
        problem = error
    fresh = dataset_id is not None and latest_tokenizer_id(lab, dataset_id) == tokenizer_id
    try:
        run = runs.load_run(lab)
    except TrainingError:  # a Lab without a run is as good as any
        run = None
    except CheckpointError as error:
        run, problem = None, problem or error
    return LabContents(dataset, dataset_id, tokenizer, tokenizer_id, dataset_id if fresh else None, run, problem)
