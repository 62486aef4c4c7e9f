"""Devices are found, not guessed; threads are timed once and kept; a damaged note is measured again."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest
import torch

from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.errors import TrainingError
from codegen_desktop.model.devices import choose, choose_device, choose_threads, found_devices
from codegen_desktop.model.records import TrainingJob


def finish(generator: Generator[Progress, None, object]) -> tuple[int, object]:
    """How many values it yielded, and what it returned."""
    count = 0
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            return count, stop.value
        count += 1


def test_the_processor_is_always_there() -> None:
    assert found_devices()[-1] == "cpu"
    assert ("cuda" in found_devices()) == torch.cuda.is_available()


def test_auto_takes_the_first_that_hides_the_future(job: TrainingJob) -> None:
    assert choose_device("auto", job.shape) == found_devices()[0]


@pytest.mark.parametrize("name", sorted({"cuda", "mps"} - set(found_devices())))
def test_a_device_that_is_not_there_is_refused(job: TrainingJob, name: str) -> None:
    with pytest.raises(TrainingError, match=f"no {name} device"):
        choose_device(name, job.shape)


def test_threads_are_timed_once_and_kept(job: TrainingJob, own_data_folder: Path) -> None:
    before = torch.get_num_threads()
    timed, threads = finish(choose_threads(job.options, job.shape))
    assert timed >= 2
    assert torch.get_num_threads() == before
    kept = json.loads((own_data_folder / "machine.json").read_text(encoding="utf-8"))
    assert list(kept["threads"].values()) == [threads]
    assert torch.__version__ in next(iter(kept["threads"]))
    assert finish(choose_threads(job.options, job.shape)) == (0, threads)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 9}', '{"version": 1, "threads": {"a": "b"}}'])
def test_a_damaged_note_is_measured_again(job: TrainingJob, own_data_folder: Path, text: str) -> None:
    own_data_folder.mkdir()
    (own_data_folder / "machine.json").write_text(text, encoding="utf-8")
    timed, threads = finish(choose_threads(job.options, job.shape))
    assert timed >= 2
    assert isinstance(threads, int)


def test_named_threads_and_device_are_taken(job: TrainingJob) -> None:
    options = job.options.model_copy(update={"threads": 3, "device": "cpu"})
    assert finish(choose(options, job.shape)) == (0, ("cpu", 3))
