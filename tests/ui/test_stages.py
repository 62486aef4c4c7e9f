"""The line of a stage says what is true of the run it speaks of."""

from dataclasses import replace

import pytest
from small_lab import fill, small_dataset, small_tokenizer

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import Run, load_run
from codegen_desktop.ui.stages import shape_part, training_state


@pytest.fixture
def dataset() -> Dataset:
    """A hundred snippets, eighty to learn from."""
    return small_dataset(count=100)


@pytest.fixture
def run(lab: Lab) -> Run:
    """A finished run that used twenty snippets."""
    fill(lab)
    return load_run(lab)


def test_a_run_of_fewer_snippets_shows_its_own_counts(dataset: Dataset, run: Run) -> None:
    tokenizer = small_tokenizer(dataset)
    assert training_state(dataset, tokenizer, None, False).parts == ("80 train / 20 test", "ready to start")
    assert training_state(dataset, tokenizer, run, True).parts == ("16 train / 4 test", "epoch 2/2", "loss 3.10")
    assert shape_part(dataset, run.options) == ("16 train / 4 test",)


def test_a_run_cannot_use_more_than_there_are(dataset: Dataset, run: Run) -> None:
    many = run.options.model_copy(update={"snippets": 1000})
    assert training_state(dataset, None, replace(run, options=many), True).parts[0] == "80 train / 20 test"
