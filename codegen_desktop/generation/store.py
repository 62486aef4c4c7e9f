"""Keeping an evaluation beside its run in the Lab."""

import json
from dataclasses import asdict

from codegen_desktop.generation.evaluate import Evaluation, Failure, Score
from codegen_desktop.lab import Lab, now
from codegen_desktop.model.choosing import chosen_epoch

KIND = "greedy pass@1"
"""What these evaluations measured, as the Lab writes it."""


def save_evaluation(lab: Lab, run_id: int, found: Evaluation) -> None:
    """Store what an evaluation of a run found; the newest counts, as long as the same epoch of the run is used."""
    body = {**asdict(found), "chosen_epoch": chosen_epoch(lab, run_id)}
    with lab.transaction() as connection:
        connection.execute(
            "INSERT INTO evaluation (run_id, created, kind, body) VALUES (?, ?, ?, ?)",
            (run_id, now(), KIND, json.dumps(body)),
        )


def load_evaluation(lab: Lab, run_id: int) -> Evaluation | None:
    """The newest evaluation of a run with the weights it is used with; None where those were never evaluated."""
    rows = lab.connection.execute(
        "SELECT body FROM evaluation WHERE run_id = ? AND kind = ? ORDER BY id DESC", (run_id, KIND)
    ).fetchall()
    if not rows:
        return None
    chosen = chosen_epoch(lab, run_id)
    for (text,) in rows:
        body = json.loads(text)
        if body.pop("chosen_epoch", None) != chosen:
            continue
        body["families"] = tuple(Score(**family) for family in body["families"])
        body["failures"] = tuple(Failure(**failure) for failure in body["failures"])
        body["subset"] = None if body["subset"] is None else Score(**body["subset"])
        return Evaluation(**body)
    return None
