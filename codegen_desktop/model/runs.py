"""Runs in the Lab: what was trained, on what, how it went, and every checkpoint it can be used or resumed from.

A run's checkpoints are of two kinds. `weights` of the untrained model and of every epoch stay for good; those
between epochs stay as long as the `state` of the same step, and of states the newest two are kept: should the
newest be damaged, the one before it still holds. Needs no torch.
"""

import dataclasses
import json
import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.errors import CheckpointError, TrainingError
from codegen_desktop.lab import Lab, now
from codegen_desktop.model.checkpoint import pack_weights, unpack_state, unpack_weights
from codegen_desktop.model.records import (
    CheckpointTaken,
    EpochResult,
    TrainingJob,
    TrainingState,
    TrainStep,
)
from codegen_desktop.model.run_record import Run as Run  # the record is theirs too who work with runs
from codegen_desktop.model.run_record import RunState as RunState
from codegen_desktop.model.run_record import new_body, read_run

STATES_KEPT = 2
"""How many of a run's newest states are kept."""

_SOUND = "CASE WHEN json_valid(body) THEN coalesce(json_extract(body, '$.broken'), '') = '' ELSE 1 END"
"""Not broken on purpose; a damaged record counts as sound, so that it is told and not passed over."""


def create_run(
    lab: Lab,
    job: TrainingJob,
    *,
    dataset_id: int,
    tokenizer_id: int,
    dataset_fingerprint: str,
    name: str = "",
    broken: str = "",
) -> Run:
    """Write a new run, in state `running`, for a job that is about to start."""
    body = new_body(job, dataset_fingerprint, broken)
    with lab.transaction() as connection:
        cursor = connection.execute(
            "INSERT INTO run (created, name, state, dataset_id, tokenizer_id, body) VALUES (?, ?, 'running', ?, ?, ?)",
            (now(), name, dataset_id, tokenizer_id, json.dumps(body)),
        )
        run_id = cursor.lastrowid
        assert run_id is not None
        if not name:
            connection.execute("UPDATE run SET name = ? WHERE id = ?", (f"Run {run_id}", run_id))
    return load_run(lab, run_id)


def append_steps(lab: Lab, run_id: int, steps: Sequence[TrainStep]) -> None:
    """Write steps; one that was written before a crash is replaced by its equal."""
    if steps:
        with lab.transaction() as connection:
            _insert_steps(connection, run_id, steps)


def save_epoch(lab: Lab, run_id: int, result: EpochResult) -> None:
    """Write the result of an epoch."""
    with lab.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO epoch VALUES (?, ?, ?)",
            (run_id, result.epoch, json.dumps(dataclasses.asdict(result))),
        )


def save_checkpoint(lab: Lab, run_id: int, taken: CheckpointTaken, steps: Sequence[TrainStep] = ()) -> None:
    """Write weights and state, and the steps that led there, in one transaction; thin out older ones."""
    body = json.dumps({"ends_epoch": taken.ends_epoch})
    with lab.transaction() as connection:
        _insert_steps(connection, run_id, steps)
        for kind, data in (("weights", pack_weights(taken.weights)), ("state", taken.state)):
            digest = lab.put_blob(connection, data)
            connection.execute(
                "INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?, ?, ?, ?, ?)",
                (run_id, taken.step, taken.epoch, kind, now(), digest, body),
            )
        _thin_out(connection, run_id)


def start_run(lab: Lab, run_id: int) -> None:
    """Write that a run goes on; from then its last epoch counts again, should another have been chosen."""
    with lab.transaction() as connection:
        connection.execute(
            "UPDATE run SET state = 'running', body = json_remove(body, '$.chosen_epoch') WHERE id = ?", (run_id,)
        )


def finish_run(lab: Lab, run_id: int, state: RunState, problem: str = "") -> None:
    """Write how a run ended and how fast it was."""
    steps = load_steps(lab, run_id)
    seconds = sum(step.seconds for step in steps)
    speed = sum(step.tokens for step in steps) / seconds if seconds > 0 else 0.0
    with lab.transaction() as connection:
        body = json.loads(connection.execute("SELECT body FROM run WHERE id = ?", (run_id,)).fetchone()[0])
        body |= {"tokens_per_second": speed, "problem": problem}
        connection.execute("UPDATE run SET state = ?, body = ? WHERE id = ?", (state, json.dumps(body), run_id))


def load_run(lab: Lab, run_id: int | None = None) -> Run:
    """A run with its epochs; the newest that is not broken where no number is given. Raises TrainingError if none is.

    By its number a broken one is found too.
    """
    if run_id is None:
        row = lab.connection.execute(f"SELECT * FROM run WHERE {_SOUND} ORDER BY id DESC LIMIT 1").fetchone()
    else:
        row = lab.connection.execute("SELECT * FROM run WHERE id = ?", (run_id,)).fetchone()
    if row is None:
        what = "This Lab holds no trained model yet." if run_id is None else f"This Lab holds no run {run_id}."
        raise TrainingError(what, "Train a model first, or choose another run.")
    return _run(lab, row)


def load_trained_run(lab: Lab) -> Run:
    """The newest run that kept weights after a step, however it ended, and was not broken on purpose.

    Raises TrainingError when there is none.
    """
    row = lab.connection.execute(
        "SELECT * FROM run WHERE id IN (SELECT run_id FROM checkpoint WHERE kind = 'weights' AND step > 0) "
        f"AND {_SOUND} ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        raise TrainingError(
            "This Lab holds no trained model yet.",
            "Train one first: in the Training tab, or with `codegen-desktop lab`.",
        )
    return _run(lab, row)


def require_sound(run: Run, purpose: str) -> None:
    """Raise TrainingError for a run from Break it; `purpose` says what for, as in `be exported`."""
    if run.broken:
        raise TrainingError(
            f"{run.name} is from Break it, where pipelines are broken on purpose: it cannot {purpose}.",
            "Choose a run that was trained as it should be.",
        )


def list_runs(lab: Lab) -> tuple[Run, ...]:
    """All runs, the oldest first."""
    return tuple(_run(lab, row) for row in lab.connection.execute("SELECT * FROM run ORDER BY id").fetchall())


def load_steps(lab: Lab, run_id: int) -> tuple[TrainStep, ...]:
    """The steps of a run, in order."""
    rows = lab.connection.execute("SELECT body FROM step WHERE run_id = ? ORDER BY step", (run_id,))
    return tuple(TrainStep(**json.loads(body)) for (body,) in rows)


def load_weights(lab: Lab, run_id: int, epoch: int | None = None) -> dict[str, NDArray[np.float32]]:
    """The weights after an epoch (0: the untrained model).

    Where none is named: the newest of the run, or those of the epoch that was chosen on test.

    Raises CheckpointError when there are none or they are damaged, TrainingError when there is no such run.
    """
    run = load_run(lab, run_id)
    rows = _checkpoints(lab, run_id, "weights")
    epoch = run.chosen_epoch if epoch is None else epoch
    if epoch is not None:
        rows = [row for row in rows if row[1] == epoch and json.loads(row[3])["ends_epoch"]]
    if not rows:
        which = "any weights" if epoch is None else f"the weights of epoch {epoch}"
        raise CheckpointError(f"{run.name} does not hold {which}.", "Choose another epoch or run, or train again.")
    return unpack_weights(lab.get_blob(rows[0][2]), run.shape)


def load_state(lab: Lab, run_id: int) -> TrainingState:
    """Where a run can go on: its newest state that is whole.

    Raises CheckpointError when there is none, TrainingError when there is no such run.
    """
    run = load_run(lab, run_id)
    weights = {step: digest for step, _, digest, _ in _checkpoints(lab, run_id, "weights")}
    problem = CheckpointError(f"{run.name} was stopped before its first checkpoint.", "Train again.")
    for step, _, digest, _ in _checkpoints(lab, run_id, "state"):
        try:
            state = lab.get_blob(digest)
            unpack_state(state)
            return TrainingState(unpack_weights(lab.get_blob(weights[step]), run.shape), state)
        except CheckpointError as error:
            problem = error
    raise problem


def weights_digest(lab: Lab, run_id: int, step: int) -> str:
    """The SHA-256 of the weights kept at a step, as safetensors. Raises CheckpointError when there are none."""
    for taken, _, digest, _ in _checkpoints(lab, run_id, "weights"):
        if taken == step:
            return digest
    raise CheckpointError(f"No weights are kept at step {step}.", "Choose another epoch or run, or train again.")


def rename_run(lab: Lab, run_id: int, name: str) -> None:
    """Give a run another name."""
    with lab.transaction() as connection:
        connection.execute("UPDATE run SET name = ? WHERE id = ?", (name, run_id))


def delete_run(lab: Lab, run_id: int) -> None:
    """Delete a run with everything it left, and make the file smaller by it."""
    with lab.transaction() as connection:
        connection.execute("DELETE FROM run WHERE id = ?", (run_id,))
    lab.sweep_blobs()
    lab.give_back_space()


def mark_interrupted(lab: Lab) -> int:
    """After opening a Lab: a run that still says `running` was cut off; returns how many were."""
    if lab.read_only:
        return 0
    with lab.transaction() as connection:
        return connection.execute("UPDATE run SET state = 'interrupted' WHERE state = 'running'").rowcount


def _insert_steps(connection: sqlite3.Connection, run_id: int, steps: Sequence[TrainStep]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO step VALUES (?, ?, ?)",
        [(run_id, step.step, json.dumps(dataclasses.asdict(step))) for step in steps],
    )


def _thin_out(connection: sqlite3.Connection, run_id: int) -> None:
    """Drop old states, the weights between epochs that belong to them, and the blobs nothing refers to any more."""
    rows = connection.execute(
        "SELECT step, kind, sha256, body FROM checkpoint WHERE run_id = ? ORDER BY step DESC", (run_id,)
    ).fetchall()
    kept = [step for step, kind, _, _ in rows if kind == "state"][:STATES_KEPT]
    for step, kind, digest, body in rows:
        if step in kept or (kind == "weights" and json.loads(body)["ends_epoch"]):
            continue
        connection.execute("DELETE FROM checkpoint WHERE run_id = ? AND step = ? AND kind = ?", (run_id, step, kind))
        connection.execute(
            "DELETE FROM blob WHERE sha256 = ? AND sha256 NOT IN (SELECT sha256 FROM checkpoint)", (digest,)
        )


def _checkpoints(lab: Lab, run_id: int, kind: str) -> list[tuple[int, int, str, str]]:
    """(step, epoch, sha256, body) of a run's checkpoints of a kind, newest first."""
    return lab.connection.execute(
        "SELECT step, epoch, sha256, body FROM checkpoint WHERE run_id = ? AND kind = ? ORDER BY step DESC",
        (run_id, kind),
    ).fetchall()


def _run(lab: Lab, row: tuple[Any, ...]) -> Run:
    results = lab.connection.execute("SELECT body FROM epoch WHERE run_id = ? ORDER BY epoch", (row[0],)).fetchall()
    return read_run(row, [result for (result,) in results])
