"""Keeps an earlier epoch of a run because its test loss is lower, and marks the run for it.

The last epoch is what a run is used and judged by: choosing by the test part makes the test part one more thing that
was learned from. Where a person does it all the same, the run says so from then on. Needs no torch.
"""

import json

from codegen_desktop.errors import TrainingError
from codegen_desktop.lab import Lab
from codegen_desktop.model.records import EpochResult
from codegen_desktop.model.runs import Run, load_run


def choose_epoch(lab: Lab, run_id: int, epoch: int | None) -> Run:
    """Let `load_weights` without an epoch give this one's weights from now on, and mark the run; None undoes it.

    The last epoch of a finished run needs no choice: naming it undoes one. Raises TrainingError where the run is
    still training or has no such epoch; epoch 0, the untrained model, cannot be chosen.
    """
    run = load_run(lab, run_id)
    if run.state == "running":
        raise TrainingError(f"{run.name} is still training.", "Stop it first, or wait for its end.")
    trained = [result.epoch for result in run.epochs if result.epoch > 0]
    if epoch is not None and epoch not in trained:
        held = f"it has the epochs 1 to {trained[-1]}" if trained else "it has no whole epoch"
        raise TrainingError(f"{run.name} cannot be used as of epoch {epoch}: {held}.", "Choose one of its epochs.")
    chosen = None if run.state == "finished" and epoch == trained[-1] else epoch
    with lab.transaction() as connection:
        body = json.loads(connection.execute("SELECT body FROM run WHERE id = ?", (run_id,)).fetchone()[0])
        body["chosen_epoch"] = chosen
        connection.execute("UPDATE run SET body = ? WHERE id = ?", (json.dumps(body), run_id))
    return load_run(lab, run_id)


def chosen_epoch(lab: Lab, run_id: int) -> int | None:
    """The epoch that was chosen for a run, None where the last one counts."""
    row = lab.connection.execute("SELECT json_extract(body, '$.chosen_epoch') FROM run WHERE id = ?", (run_id,))
    found: int | None = row.fetchone()[0]
    return found


def result_in_use(run: Run) -> EpochResult | None:
    """What was measured of the weights that are used: the chosen epoch's, else the last one's; None before any."""
    chosen = [result for result in run.epochs if result.epoch == run.chosen_epoch]
    return chosen[0] if chosen else run.epochs[-1] if run.epochs else None


def chosen_on_test(run: Run) -> str:
    """The mark of a run that uses an earlier epoch, in words; empty for every other run."""
    if run.chosen_epoch is None:
        return ""
    return f"chosen on test: epoch {run.chosen_epoch} of {run.epochs[-1].epoch}"
