"""How much of a Lab's file one run takes, so that deleting it can be weighed before it is done."""

from dataclasses import dataclass

from codegen_desktop.errors import TrainingError
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import delete_run, load_run


@dataclass(frozen=True, slots=True)
class RunSpace:
    """What is lost with a run: bytes that become free, models of finished epochs, steps of the curve, evaluations."""

    bytes: int
    models: int
    steps: int
    evaluations: int


def run_space(lab: Lab, run_id: int) -> RunSpace:
    """Count what only this run holds; blocks that another run holds too are not counted."""
    connection = lab.connection
    (blobs,) = connection.execute(
        "SELECT coalesce(sum(length(data)), 0) FROM blob WHERE sha256 IN "
        "(SELECT sha256 FROM checkpoint WHERE run_id = ?1) AND sha256 NOT IN "
        "(SELECT sha256 FROM checkpoint WHERE run_id <> ?1 UNION SELECT sha256 FROM tokenizer)",
        (run_id,),
    ).fetchone()
    (models,) = connection.execute(
        "SELECT count(*) FROM checkpoint WHERE run_id = ? AND kind = 'weights'", (run_id,)
    ).fetchone()
    steps, written = connection.execute(
        "SELECT count(*), coalesce(sum(length(body)), 0) FROM step WHERE run_id = ?", (run_id,)
    ).fetchone()
    (evaluations,) = connection.execute(  # the prompts of every epoch stand there too: they are not counted as one
        "SELECT count(*) FROM evaluation WHERE run_id = ? AND kind <> 'prompts'", (run_id,)
    ).fetchone()
    return RunSpace(blobs + written, models, steps, evaluations)


def delete_idle_run(lab: Lab, run_id: int) -> None:
    """Delete a run. Raises TrainingError for one that is being trained or does not exist, LabError as `delete_run`."""
    run = load_run(lab, run_id)
    if run.state == "running":
        raise TrainingError(f"{run.name} is being trained and was not deleted.", "Stop it first.")
    delete_run(lab, run_id)
