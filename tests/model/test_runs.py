"""Runs are kept whole: every epoch's weights, the last two states, and what became of them."""

from collections.abc import Generator

import numpy as np
import pytest

from codegen_desktop.config import TrainingOptions
from codegen_desktop.errors import CheckpointError, TrainingError
from codegen_desktop.lab import Lab
from codegen_desktop.model.checkpoint import unpack_state
from codegen_desktop.model.recording import recorded
from codegen_desktop.model.records import CheckpointTaken, EpochResult, TrainEvent, TrainingJob, TrainStep, Wishes
from codegen_desktop.model.runs import (
    Run,
    create_run,
    delete_run,
    list_runs,
    load_run,
    load_state,
    load_steps,
    load_weights,
    mark_interrupted,
    rename_run,
    save_epoch,
)
from codegen_desktop.model.train import train


@pytest.fixture
def run(lab: Lab, job: TrainingJob) -> Run:
    """A run that is about to start."""
    return create_run(lab, job, dataset_id=1, tokenizer_id=1, dataset_fingerprint="f" * 64)


def count(lab: Lab, table: str) -> int:
    return int(lab.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def damage(lab: Lab, kind: str, step: int) -> None:
    """Change one byte of a stored block, as a bad disk would."""
    (digest,) = lab.connection.execute(
        "SELECT sha256 FROM checkpoint WHERE kind = ? AND step = ?", (kind, step)
    ).fetchone()
    (data,) = lab.connection.execute("SELECT data FROM blob WHERE sha256 = ?", (digest,)).fetchone()
    lab.connection.execute("UPDATE blob SET data = ? WHERE sha256 = ?", (data[:-1] + b"\x99", digest))


def test_a_finished_run_is_kept_whole(lab: Lab, job: TrainingJob, run: Run) -> None:
    events = list(recorded(lab, run.id, train(job)))
    kept = load_run(lab)
    assert kept.state == "finished"
    assert kept.options == job.options
    assert kept.shape == job.shape
    assert kept.baselines == job.baselines
    assert kept.parameters == job.shape.parameters
    assert kept.tokens_per_second > 0
    assert dict(kept.versions)["torch"] == "2.13.0" or dict(kept.versions)["torch"].startswith("2.13.0+")
    assert kept.epochs == tuple(event for event in events if isinstance(event, EpochResult))
    assert load_steps(lab, run.id) == tuple(event for event in events if isinstance(event, TrainStep))
    for taken in (event for event in events if isinstance(event, CheckpointTaken)):
        weights = load_weights(lab, run.id, taken.epoch)
        assert all(np.array_equal(weights[name], taken.weights[name]) for name in weights)


def test_the_last_two_states_are_kept_and_nothing_lies_about(lab: Lab, job: TrainingJob, run: Run) -> None:
    often = job.options.model_copy(update={"checkpoint_seconds": 1e-9})
    for _ in recorded(lab, run.id, train(TrainingJob(often, job.shape, job.train, job.test, job.baselines))):
        pass
    rows = lab.connection.execute("SELECT kind, step FROM checkpoint ORDER BY step").fetchall()
    assert [step for kind, step in rows if kind == "state"] == [15, 16]
    assert [step for kind, step in rows if kind == "weights"] == [0, 8, 15, 16]
    assert count(lab, "blob") == 6


def test_the_state_of_an_epoch_is_thinned_too_and_its_weights_stay(lab: Lab, job: TrainingJob, run: Run) -> None:
    longer = job.options.model_copy(update={"epochs": 5})
    for _ in recorded(lab, run.id, train(TrainingJob(longer, job.shape, job.train, job.test, job.baselines))):
        pass
    rows = lab.connection.execute("SELECT kind, step FROM checkpoint ORDER BY step").fetchall()
    assert [step for kind, step in rows if kind == "state"] == [32, 40]
    assert [step for kind, step in rows if kind == "weights"] == [0, 8, 16, 24, 32, 40]
    assert count(lab, "blob") == 8
    assert all(len(load_weights(lab, run.id, epoch)) > 0 for epoch in range(6))


def test_a_stopped_run_goes_on_in_the_lab(lab: Lab, job: TrainingJob, run: Run) -> None:
    whole = create_run(lab, job, dataset_id=1, tokenizer_id=1, dataset_fingerprint="f" * 64)
    for _ in recorded(lab, whole.id, train(job)):
        pass
    wishes = Wishes()
    for event in recorded(lab, run.id, train(job, wishes=wishes)):
        wishes.stop = wishes.stop or (isinstance(event, TrainStep) and event.step == 11)
    assert load_run(lab, run.id).state == "stopped"
    for _ in recorded(lab, run.id, train(job, load_state(lab, run.id))):
        pass
    assert load_run(lab, run.id).state == "finished"
    losses = [[step.loss for step in load_steps(lab, number)] for number in (whole.id, run.id)]
    assert losses[0] == losses[1]
    one, other = (load_weights(lab, number) for number in (whole.id, run.id))
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_closing_early_leaves_a_run_that_can_go_on(lab: Lab, job: TrainingJob, run: Run) -> None:
    events = recorded(lab, run.id, train(job))
    for event in events:
        if isinstance(event, TrainStep) and event.step == 10:
            break
    events.close()
    assert load_run(lab, run.id).state == "stopped"
    assert len(load_steps(lab, run.id)) == 10
    assert unpack_state(load_state(lab, run.id).state)[1].step == 8, "the end of the first epoch"


def test_ctrl_c_leaves_a_run_that_can_go_on(lab: Lab, job: TrainingJob, run: Run) -> None:
    def interrupted() -> Generator[TrainEvent, None, None]:
        for event in train(job):
            yield event
            if isinstance(event, TrainStep) and event.step == 10:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(recorded(lab, run.id, interrupted()))
    assert load_run(lab, run.id).state == "stopped"
    assert len(load_steps(lab, run.id)) == 10


def test_a_run_that_fails_says_why_and_keeps_what_it_had(lab: Lab, job: TrainingJob, run: Run) -> None:
    def failing() -> Generator[TrainEvent, None, None]:
        for event in train(job):
            yield event
            if isinstance(event, TrainStep) and event.step == 9:
                raise TrainingError("The loss is no longer a finite number.", "Train again.")

    with pytest.raises(TrainingError, match="no longer a finite"):
        list(recorded(lab, run.id, failing()))
    kept = load_run(lab, run.id)
    assert (kept.state, kept.problem) == ("failed", "The loss is no longer a finite number. Train again.")
    assert len(load_weights(lab, run.id, 1)) > 0


@pytest.mark.parametrize("body", ["{", "{}", "[]", "7"])
@pytest.mark.parametrize("table", ["run", "epoch"])
def test_a_damaged_record_is_told_in_words(lab: Lab, run: Run, table: str, body: str) -> None:
    save_epoch(lab, run.id, EpochResult(0, 5.0, 0.1, 5.1, 0.1, 1.0, 1.0))
    lab.connection.execute(f"UPDATE {table} SET body = ?", (body,))
    with pytest.raises(CheckpointError, match="record of Run 1 is damaged"):
        load_run(lab, run.id)


def test_a_run_cut_off_by_a_crash_is_interrupted(lab: Lab, job: TrainingJob, run: Run) -> None:
    events = recorded(lab, run.id, train(job))
    next(events)
    path = lab.path
    with Lab.open(path, read_only=True) as crashed:
        assert load_run(crashed).state == "running"
        assert mark_interrupted(crashed) == 0, "a Lab that is open for reading is left alone"
    assert mark_interrupted(lab) == 1
    assert load_run(lab, run.id).state == "interrupted"
    events.close()


def test_a_damaged_newest_state_falls_back_to_the_one_before(lab: Lab, job: TrainingJob, run: Run) -> None:
    for _ in recorded(lab, run.id, train(job)):
        pass
    damage(lab, "state", 16)
    assert unpack_state(load_state(lab, run.id).state)[1].step == 8
    damage(lab, "weights", 8)
    with pytest.raises(CheckpointError, match="check sum"):
        load_state(lab, run.id)
    with pytest.raises(CheckpointError, match="check sum"):
        load_weights(lab, run.id, 1)
    assert len(load_weights(lab, run.id, 2)) > 0


def test_what_is_missing_is_said(lab: Lab, run: Run) -> None:
    with pytest.raises(CheckpointError, match="does not hold any weights"):
        load_weights(lab, run.id)
    with pytest.raises(CheckpointError, match="does not hold the weights of epoch 3"):
        load_weights(lab, run.id, 3)
    with pytest.raises(CheckpointError, match="before its first checkpoint"):
        load_state(lab, run.id)
    with pytest.raises(TrainingError, match="no run 99"):
        load_run(lab, 99)
    delete_run(lab, run.id)
    with pytest.raises(TrainingError, match="no trained model yet"):
        load_run(lab)


def test_deleting_a_run_frees_the_space(lab: Lab, job: TrainingJob, run: Run) -> None:
    kept = create_run(lab, job, dataset_id=1, tokenizer_id=1, dataset_fingerprint="f" * 64, name="Kept")
    other = job.options.model_copy(update={"seed": 9})
    for number, options in ((run.id, other), (kept.id, job.options)):
        for _ in recorded(lab, number, train(TrainingJob(options, job.shape, job.train, job.test, job.baselines))):
            pass
    size = lab.path.stat().st_size
    (held,) = lab.connection.execute(
        "SELECT sum(length(data)) FROM blob JOIN checkpoint USING (sha256) WHERE run_id = ?", (run.id,)
    ).fetchone()
    delete_run(lab, run.id)
    assert lab.path.stat().st_size <= size - held
    assert [left.name for left in list_runs(lab)] == ["Kept"]
    assert all(len(load_weights(lab, kept.id, epoch)) > 0 for epoch in (0, 1, 2))


def test_deleting_a_run_while_another_trains_frees_the_space_and_disturbs_nothing(
    lab: Lab, job: TrainingJob, run: Run
) -> None:
    whole = [event.loss for event in train(job) if isinstance(event, TrainStep)]
    for _ in recorded(lab, run.id, train(job)):
        pass
    other = create_run(lab, job, dataset_id=1, tokenizer_id=1, dataset_fingerprint="f" * 64)
    for event in recorded(lab, other.id, train(job)):
        if isinstance(event, TrainStep) and event.step == 5:
            size = lab.path.stat().st_size
            delete_run(lab, run.id)
            assert lab.path.stat().st_size < size
    assert [step.loss for step in load_steps(lab, other.id)] == whole
    assert load_run(lab, other.id).state == "finished"


def test_an_old_run_means_what_it_meant_when_an_option_was_not_there_yet(lab: Lab, job: TrainingJob, run: Run) -> None:
    for option, meant in (("instruction_weight", 1.0), ("middle_share", 0)):
        lab.connection.execute("UPDATE run SET body = json_remove(body, ?)", (f"$.options.{option}",))
        assert getattr(load_run(lab, run.id).options, option) == meant
        assert getattr(job.options, option) == TrainingOptions().model_dump()[option]
    assert TrainingOptions().instruction_weight != 1.0


def test_runs_have_names(lab: Lab, run: Run) -> None:
    assert run.name == f"Run {run.id}"
    rename_run(lab, run.id, "With Muon")
    assert load_run(lab, run.id).name == "With Muon"
