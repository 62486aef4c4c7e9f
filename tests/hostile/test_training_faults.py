"""What can go wrong beneath a training: each time plain words, the last checkpoint whole, and a new start possible."""

import contextlib
import resource
import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import pytest

from codegen_desktop.errors import LabError, TrainingError
from codegen_desktop.lab import Lab
from codegen_desktop.model.faults import explain
from codegen_desktop.model.recording import recorded
from codegen_desktop.model.records import TrainEvent, TrainingJob, TrainStep
from codegen_desktop.model.resuming import require_device, resumable_run
from codegen_desktop.model.runs import (
    Run,
    create_run,
    list_runs,
    load_run,
    load_state,
    load_steps,
    load_weights,
    mark_interrupted,
)
from codegen_desktop.model.train import train
from tests.model.tiny_jobs import tiny_job
from tests.small_labs import TINY_OPTIONS, small_lab


@pytest.fixture(scope="module")
def whole() -> list[float]:
    """The losses of the tiny job that nothing disturbs."""
    return [event.loss for event in train(tiny_job()) if isinstance(event, TrainStep)]


def new_run(lab: Lab, job: TrainingJob) -> Run:
    """A run that is about to start."""
    return create_run(lab, job, dataset_id=1, tokenizer_id=1, dataset_fingerprint="f" * 64)


def disturbed(events: Generator[TrainEvent, None, None], disturb: Callable[[], object]) -> None:
    """Train, and let something happen after the eleventh step, three after the first epoch's checkpoint."""
    for event in events:
        if isinstance(event, TrainStep) and event.step == 11:
            disturb()


def still_whole(lab: Lab, run: Run, whole: list[float]) -> None:
    """The last checkpoint loads, the run goes on from it to the same numbers, and a new one can start."""
    assert len(load_weights(lab, run.id, 1)) > 0
    assert resumable_run(lab).id == run.id
    for _ in recorded(lab, run.id, train(tiny_job(), load_state(lab, run.id))):
        pass
    assert [step.loss for step in load_steps(lab, run.id)] == whole
    assert (load_run(lab, run.id).state, load_run(lab, run.id).problem) == ("finished", "")
    for _ in recorded(lab, new_run(lab, tiny_job()).id, train(tiny_job())):
        pass
    assert list_runs(lab)[-1].state == "finished"


def test_a_full_disk(lab: Lab, whole: list[float]) -> None:
    run = new_run(lab, tiny_job())

    def fill() -> None:
        lab.give_back_space()
        pages = lab.connection.execute("PRAGMA page_count").fetchone()[0]
        lab.connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite's own way of a disk without room

    with pytest.raises(LabError, match="disk is full"):
        disturbed(recorded(lab, run.id, train(tiny_job())), fill)
    failed = load_run(lab, run.id)
    assert failed.state == "failed"
    assert "disk is full" in failed.problem
    assert "What was saved before still holds" in failed.problem
    lab.connection.execute("PRAGMA max_page_count = 1000000")
    still_whole(lab, run, whole)


def test_a_lab_that_can_only_be_read_any_more(lab: Lab, whole: list[float]) -> None:
    run = new_run(lab, tiny_job())
    with pytest.raises(LabError, match="its file or disk can only be read"):
        disturbed(recorded(lab, run.id, train(tiny_job())), lambda: lab.connection.execute("PRAGMA query_only = ON"))
    lab.connection.execute("PRAGMA query_only = OFF")
    assert load_run(lab, run.id).state == "running", "it could not be written any more"
    assert mark_interrupted(lab) == 1, "as the next opening does"
    still_whole(lab, run, whole)


def test_a_lab_that_was_opened_for_reading(lab: Lab) -> None:
    lab.close()
    with Lab.open(lab.path, read_only=True) as read, pytest.raises(LabError, match="open for reading only"):
        new_run(read, tiny_job())


def test_a_lab_that_is_moved_away(tmp_path: Path, whole: list[float]) -> None:
    path, elsewhere = tmp_path / "mine.cglab", tmp_path / "elsewhere.cglab"
    with Lab.create(path) as lab:
        run = new_run(lab, tiny_job())
        with pytest.raises(LabError, match=r"no longer there: it was moved, renamed or deleted"):
            disturbed(recorded(lab, run.id, train(tiny_job())), lambda: path.rename(elsewhere))
        elsewhere.rename(path)
    with Lab.open(path) as lab:
        mark_interrupted(lab)
        assert load_run(lab, run.id).state == "interrupted"
        still_whole(lab, run, whole)


def test_a_loss_that_is_not_finite(lab: Lab, whole: list[float]) -> None:
    hot = tiny_job()
    options = hot.options.model_copy(update={"optimizer": "adamw", "learning_rate": 10.0, "epochs": 400})
    hot = replace(hot, options=options)
    run = new_run(lab, hot)
    with pytest.raises(TrainingError, match=r"no longer (a finite number|finite numbers)"):
        for _ in recorded(lab, run.id, train(hot)):
            pass
    failed = load_run(lab, run.id)
    assert failed.state == "failed"
    assert "smaller learning rate" in failed.problem
    assert len(load_weights(lab, run.id)) > 0
    again = new_run(lab, tiny_job())
    for _ in recorded(lab, again.id, train(tiny_job())):
        pass
    assert [step.loss for step in load_steps(lab, again.id)] == whole


@pytest.mark.parametrize(
    ("limit", "amount", "more", "words"),
    [
        ("RLIMIT_AS", 1_600_000_000, ["width=2048", "layers=48", "heads=64"], "not enough memory"),
        ("RLIMIT_AS", 1_600_000_000, ["width=2048", "layers=48", "heads=64", "threads=0"], "not enough memory"),
        ("RLIMIT_FSIZE", 700_000, ["width=128", "checkpoint_seconds=0.001"], "could not be written"),
    ],
    ids=["memory", "memory while timing", "file size"],
)
def test_a_child_that_gets_too_little(tmp_path: Path, limit: str, amount: int, more: list[str], words: str) -> None:
    path = small_lab(tmp_path / "small.cglab")
    before = len(path.read_bytes())
    assert before < 700_000
    options = [f"--option={option}" for option in (*TINY_OPTIONS, *more)]
    command = [sys.executable, "-m", "codegen_desktop", "train", "--lab", str(path)]
    answer = subprocess.run(
        [*command, *options],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(getattr(resource, limit), (amount, amount)),
    )
    assert answer.returncode == 2, answer.stderr
    assert "Traceback" not in answer.stderr
    assert words in answer.stderr
    with Lab.open(path) as lab:
        assert all(run.state == "failed" and words in run.problem for run in list_runs(lab))
    assert subprocess.run([*command, *(f"--option={o}" for o in TINY_OPTIONS)], check=False).returncode == 0
    with contextlib.closing(Lab.open(path)) as lab:
        assert list_runs(lab)[-1].state == "finished"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "not enough memory"),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:121] err == 0. DefaultCPUAllocator: can't allocate memory: you "
                      "tried to allocate 4000000000000 bytes. Error code 12 (Cannot allocate memory)"), "not enough"),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:114] data. DefaultCPUAllocator: not enough memory: you tried to "
                      "allocate 4000000000000 bytes."), "not enough memory"),
        (RuntimeError("MPS backend out of memory (MPS allocated: 5.00 GB, max: 5.44 GB)."), "not enough memory"),
        (RuntimeError("CUDA error: out of memory\nCUDA kernel errors might"), "not enough memory"),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), "not enough"),
        (RuntimeError("CUDA error: unspecified launch failure\nCUDA kernel errors might be reported later"),
         r"graphics processor stopped working \(CUDA error: unspecified launch failure\)"),
        (RuntimeError("CUDA driver error: device not ready"), "graphics processor stopped working"),
        (RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"), "graphics processor stopped working"),
    ],
)  # fmt: skip
def test_what_torch_says_is_told_in_plain_words(error: RuntimeError, words: str) -> None:
    told = explain(error)
    assert told is not None
    with pytest.raises(TrainingError, match=words):
        raise told
    assert "What was saved before still holds" in told.what


def test_another_error_stays_what_it_is() -> None:
    assert explain(RuntimeError("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)")) is None


def test_a_run_whose_device_is_gone_does_not_go_on_elsewhere(lab: Lab) -> None:
    run = replace(new_run(lab, tiny_job()), device="cuda")
    with pytest.raises(TrainingError, match="trained on a cuda device, and there is none here"):
        require_device(run, ("cpu",))
    require_device(run, ("cuda", "cpu"))
