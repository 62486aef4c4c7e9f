"""Keeping an evaluation beside its run in the Lab."""

import json
from dataclasses import asdict

from codegen_desktop.generation.evaluate import Evaluation, Failure, Score
from codegen_desktop.lab import Lab, now

KIND = "greedy pass@1"
"""What these evaluations measured, as the Lab writes it."""


def save_evaluation(lab: Lab, run_id: int, found: Evaluation) -> None:
    """Store what an evaluation of a run found; the newest counts."""
    with lab.transaction() as connection:
        connection.execute(
            "INSERT INTO evaluation (run_id, created, kind, body) VALUES (?, ?, ?, ?)",
            (run_id, now(), KIND, json.dumps(asdict(found))),
        )


def load_evaluation(lab: Lab, run_id: int) -> Evaluation | None:
    """The newest evaluation of a run; None where it was never evaluated."""
    row = lab.connection.execute(
        "SELECT body FROM evaluation WHERE run_id = ? AND kind = ? ORDER BY id DESC LIMIT 1", (run_id, KIND)
    ).fetchone()
    if row is None:
        return None
    body = json.loads(row[0])
    body["families"] = tuple(Score(**family) for family in body["families"])
    body["failures"] = tuple(Failure(**failure) for failure in body["failures"])
    body["subset"] = None if body["subset"] is None else Score(**body["subset"])
    return Evaluation(**body)
