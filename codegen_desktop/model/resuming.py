"""Finds the run that a training can go on with. Needs no torch."""

from collections.abc import Sequence

from codegen_desktop.errors import TrainingError
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import Run, list_runs, require_sound

RESUMABLE = ("stopped", "interrupted", "failed")
"""States of a run that ended before its last epoch."""


def resumable_run(lab: Lab, wanted: str = "") -> Run:
    """The newest sound run that ended early and kept a state to go on from; or the one of this name or number.

    One that was broken on purpose never goes on. A name that is also a number is looked for as a name first. Raises
    TrainingError where no run can go on.
    """
    runs = list_runs(lab)[::-1]
    if not wanted:
        found = next(
            (run for run in runs if run.state in RESUMABLE and not run.broken and _has_state(lab, run.id)), None
        )
        if found is None:
            raise TrainingError(
                "This Lab holds no run to go on with: none ended early and kept a checkpoint.", "Train a new run."
            )
        return found
    found = next((run for run in runs if run.name == wanted), None)
    found = found or next((run for run in runs if str(run.id) == wanted), None)
    if found is None:
        names = ", ".join(run.name for run in runs[:5]) or "none"
        raise TrainingError(f"This Lab holds no run named {wanted}.", f"Its newest runs: {names}.")
    require_sound(found, "go on")
    if found.state not in RESUMABLE:
        raise TrainingError(f"{found.name} is {found.state}: there is nothing to go on with.", "Choose another run.")
    if not _has_state(lab, found.id):
        raise TrainingError(f"{found.name} ended before its first checkpoint.", "Train a new run.")
    return found


def require_device(run: Run, found: Sequence[str]) -> None:
    """Raise TrainingError unless the device a run was trained on is among those found here."""
    if run.device not in found:
        raise TrainingError(
            f"{run.name} was trained on a {run.device} device, and there is none here: it cannot go on to the same "
            "numbers.",
            "Go on with it where it began, or train a new run.",
        )


def _has_state(lab: Lab, run_id: int) -> bool:
    found = lab.connection.execute(
        "SELECT 1 FROM checkpoint WHERE run_id = ? AND kind = 'state' LIMIT 1", (run_id,)
    ).fetchone()
    return found is not None
