"""Every test of this folder gets a tiny job, and torch on one thread."""

from collections.abc import Iterator

import pytest
import torch
from tiny_jobs import tiny_job

from codegen_desktop.model.records import TrainingJob


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Torch uses one thread, and the setting is given back."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def job() -> TrainingJob:
    """Sixty rows to learn from, two epochs of eight steps, a model of two layers."""
    return tiny_job()
