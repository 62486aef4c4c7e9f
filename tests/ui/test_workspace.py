"""What is open and current, what turns stale, and work that is kept alive and stopped."""

import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot
from small_lab import fill, small_dataset, small_tokenizer

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.errors import TrainingError
from codegen_desktop.lab import Lab
from codegen_desktop.model.records import EpochResult, TrainStep
from codegen_desktop.model.runs import load_run
from codegen_desktop.ui.messages import Message
from codegen_desktop.ui.stages import Mark, Stage, StageState
from codegen_desktop.ui.workspace import Workspace


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """The path of a closed Lab with everything in it."""
    path = tmp_path / "filled.cglab"
    with Lab.create(path) as lab:
        fill(lab)
    return path


def test_a_first_run_has_nothing(workspace: Workspace) -> None:
    assert workspace.lab is None
    assert workspace.dataset is None
    assert workspace.stage(Stage.DATASET).mark is Mark.WAITING
    assert workspace.stage(Stage.TRAINING).text == "waits for tokens"


def test_saving_makes_a_lab_and_moves_the_stages(workspace: Workspace, qtbot: QtBot) -> None:
    dataset = small_dataset()
    changed: list[tuple[str, str, str]] = []
    workspace.stage_changed.connect(lambda *what: changed.append(what))

    async def work() -> None:
        await workspace.save_dataset(dataset)
        await workspace.save_tokenizer(small_tokenizer(dataset))

    with qtbot.waitSignals(
        [workspace.lab_changed, workspace.corpus_changed, workspace.tokenizer_changed], timeout=9000
    ):
        workspace.spawn(work())
    assert workspace.lab is not None
    assert workspace.lab.path.parent.name == "labs"
    assert ("dataset", "20 × variable", "done") in changed
    assert workspace.stage(Stage.TOKENS).parts[0] == "20 × 50"
    assert workspace.stage(Stage.TRAINING) == StageState(
        Mark.READY, ("16 train / 4 test", "ready to start"), None, (1, 0)
    )
    assert workspace.tokenizer_is_fresh


def test_a_lab_opens_with_everything_in_it(workspace: Workspace, qtbot: QtBot, filled: Path) -> None:
    with qtbot.waitSignal(workspace.run_changed, timeout=9000):
        workspace.spawn(workspace.open_lab(filled))
    assert workspace.dataset is not None
    assert workspace.tokenizer is not None
    assert workspace.run is not None
    assert workspace.run_is_fresh
    qtbot.waitUntil(lambda: workspace.stage(Stage.TRAINING).mark is Mark.DONE, timeout=3000)
    assert workspace.stage(Stage.TRAINING).parts == ("16 train / 4 test", "epoch 2/2", "loss 3.10")
    assert workspace.stage(Stage.GENERATION).text == "Run 1 can write"


def test_another_dataset_makes_later_stages_stale(workspace: Workspace, qtbot: QtBot, filled: Path) -> None:
    with qtbot.waitSignal(workspace.run_changed, timeout=9000):
        workspace.spawn(workspace.open_lab(filled))
    with qtbot.waitSignal(workspace.corpus_changed, timeout=9000):
        workspace.spawn(save(workspace, small_dataset("other", 30)))
    assert not workspace.tokenizer_is_fresh
    assert not workspace.run_is_fresh
    marks = [workspace.stage(stage).mark for stage in Stage]
    assert marks[:4] == [Mark.DONE, Mark.STALE, Mark.STALE, Mark.STALE]
    assert workspace.stage(Stage.TOKENS).text == "Dataset changed · build again"


async def save(workspace: Workspace, dataset: Dataset) -> None:
    await workspace.save_dataset(dataset)


def test_a_lab_that_cannot_be_opened_leaves_the_open_one(
    workspace: Workspace, qtbot: QtBot, filled: Path, tmp_path: Path
) -> None:
    with qtbot.waitSignal(workspace.run_changed, timeout=9000):
        workspace.spawn(workspace.open_lab(filled))
    bad = tmp_path / "bad.cglab"
    bad.write_bytes(b"not a lab at all")
    with qtbot.waitSignal(workspace.message, timeout=9000) as told:
        workspace.spawn(workspace.open_lab(bad))
    assert isinstance(told.args[0], Message)
    assert "not a Lab" in told.args[0].what
    assert workspace.lab is not None
    assert workspace.lab.path == filled
    assert workspace.dataset is not None


def test_decoders_are_read_once_and_dropped_with_the_lab(workspace: Workspace, qtbot: QtBot, filled: Path) -> None:
    got: list[object] = []

    async def read() -> None:
        await workspace.open_lab(filled, read_only=True)
        got.extend([await workspace.decoder(), await workspace.decoder(2), await workspace.decoder(0)])
        await workspace.close_lab()
        try:
            await workspace.decoder()
        except TrainingError as error:
            got.append(error)

    workspace.spawn(read())
    qtbot.waitUntil(lambda: len(got) == 4, timeout=9000)
    assert got[0] is got[1]
    assert got[0] is not got[2]
    assert isinstance(got[3], TrainingError)


def test_a_training_anywhere_moves_its_stage(workspace: Workspace) -> None:
    workspace.training_event.emit(TrainStep(50, 100, 1, 2.0, 0.5, 0.01, 400, 0.1))
    state = workspace.stage(Stage.TRAINING)
    assert state == StageState(Mark.RUNNING, ("epoch 1", "step 50 of 100"), 0.5, (0, 1))
    workspace.training_event.emit(EpochResult(1, 2.0, 0.4, 1.9, 0.5, 1.0, 3.0))
    assert workspace.stage(Stage.TRAINING).text == "epoch 1 · loss 1.90"
    assert workspace.stage(Stage.TRAINING).progress == 0.5


def test_work_is_kept_told_and_forgotten(workspace: Workspace, qtbot: QtBot) -> None:
    def count() -> Generator[int, None, str]:
        yield from range(5)
        return "done"

    values: list[int] = []
    results: list[str] = []
    job = workspace.run_job(count(), on_values=values.extend, on_success=results.append)
    assert workspace.jobs == (job,)
    qtbot.waitUntil(lambda: results == ["done"], timeout=5000)
    assert values == [0, 1, 2, 3, 4]
    qtbot.waitUntil(lambda: not workspace.jobs, timeout=5000)


def test_errors_nobody_waits_for_go_to_the_banner(workspace: Workspace, qtbot: QtBot) -> None:
    def fail() -> Generator[int, None, None]:
        yield 1
        raise TrainingError("No threads.", "Try 1.")

    with qtbot.waitSignal(workspace.message, timeout=5000) as told:
        workspace.run_job(fail())
    assert told.args[0].what == "No threads."
    with qtbot.waitSignal(workspace.message, timeout=5000) as told:
        workspace.call(int, "x")
    assert "ValueError" in told.args[0].what
    heard: list[BaseException] = []
    workspace.call(int, "x", otherwise=heard.append)
    qtbot.waitUntil(lambda: bool(heard), timeout=5000)
    answers: list[int] = []
    workspace.call(int, "7", then=answers.append)
    qtbot.waitUntil(lambda: answers == [7], timeout=5000)


def test_closing_stops_running_and_paused_work(workspace: Workspace, qtbot: QtBot) -> None:
    ended: list[str] = []

    def endless(name: str) -> Generator[int, None, None]:
        try:
            while True:
                QThread.msleep(1)
                yield 1
        finally:
            ended.append(name)

    seen: list[int] = []
    workspace.run_job(endless("running"), on_values=seen.extend)
    paused = workspace.run_job(endless("paused"), on_values=seen.extend)
    qtbot.waitUntil(lambda: len(seen) > 2, timeout=5000)
    paused.pause()
    told: list[object] = []
    paused.cancelled.connect(lambda: told.append("cancelled"))
    assert workspace.close(timeout=5.0)
    assert sorted(ended) == ["paused", "running"]
    assert not told, "nothing reaches the window after it closed"


def test_closing_does_not_wait_for_ever(workspace: Workspace, qtbot: QtBot) -> None:
    gate = threading.Event()

    def stuck() -> Generator[int, None, None]:
        yield 1
        gate.wait(20)

    seen: list[int] = []
    job = workspace.run_job(stuck(), on_values=seen.extend)
    qtbot.waitUntil(lambda: seen == [1], timeout=5000)
    assert not workspace.close(timeout=0.05)
    gate.set()
    assert job.wait(5000)


def test_a_cut_off_run_is_marked_when_the_lab_is_opened(workspace: Workspace, qtbot: QtBot, filled: Path) -> None:
    with Lab.open(filled) as lab, lab.transaction() as connection:
        connection.execute("UPDATE run SET state = 'running'")
    with qtbot.waitSignal(workspace.run_changed, timeout=9000):
        workspace.spawn(workspace.open_lab(filled))
    assert workspace.lab is not None
    assert load_run(workspace.lab).state == "interrupted"


def test_parts_are_dropped_by_rank() -> None:
    state = StageState(Mark.DONE, ("shape", "epoch", "loss"), None, (2, 0, 1))
    assert [state.fitting(count) for count in (3, 2, 1, 0)] == [
        "shape · epoch · loss",
        "epoch · loss",
        "epoch",
        "",
    ]
    assert StageState(Mark.DONE, ("a", "b")).fitting(1) == "a"
