"""Keeping beside a run in the Lab what was measured with it: evaluations, and the fixed prompts of every epoch."""

import json
from dataclasses import asdict

from codegen_desktop.generation.evaluate import Evaluation, Failure, Score
from codegen_desktop.generation.fixed_prompts import PromptCompletion, PromptsCompleted
from codegen_desktop.lab import Lab, now
from codegen_desktop.model.choosing import chosen_epoch

KIND = "greedy pass@1"
"""What these evaluations measured, as the Lab writes it."""

PROMPTS_KIND = "prompts"
"""How the Lab calls the completed prompts of one epoch."""


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


def save_prompts(lab: Lab, run_id: int, completed: PromptsCompleted) -> None:
    """Store what one epoch of a run wrote after the fixed prompts. Raises LabError where it cannot be written."""
    with lab.transaction() as connection:
        connection.execute(
            "INSERT INTO evaluation (run_id, created, kind, body) VALUES (?, ?, ?, ?)",
            (run_id, now(), PROMPTS_KIND, json.dumps(asdict(completed))),
        )


def load_prompts(lab: Lab, run_id: int) -> dict[int, PromptsCompleted]:
    """What the epochs of a run wrote, by epoch; where one was stored twice the newest counts."""
    rows = lab.connection.execute(
        "SELECT body FROM evaluation WHERE run_id = ? AND kind = ? ORDER BY id", (run_id, PROMPTS_KIND)
    ).fetchall()
    found = (json.loads(body) for (body,) in rows)
    return {
        body["epoch"]: PromptsCompleted(body["epoch"], tuple(PromptCompletion(**one) for one in body["completions"]))
        for body in found
    }
