"""Writes what a training tells into the Lab as it goes on, so that a run is kept however it ends. Needs no torch."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, suppress

from codegen_desktop.errors import UserError
from codegen_desktop.lab import Lab
from codegen_desktop.model.records import CheckpointTaken, EpochResult, TrainEvent, TrainStep
from codegen_desktop.model.runs import append_steps, finish_run, load_run, save_checkpoint, save_epoch, start_run

STEPS_TOGETHER = 100
"""Steps that are written together; a crash loses at most these, and a resumed run writes them again."""


def recorded(lab: Lab, run_id: int, events: Generator[TrainEvent, None, None]) -> Generator[TrainEvent, None, None]:
    """Pass on what a training tells, after writing it to the Lab.

    At the end the run is `finished`, or `stopped` where epochs are missing; `stopped` too when the generator is
    closed early or interrupted from the keyboard, and `failed` when the training raises or the Lab cannot be written.
    """
    start_run(lab, run_id)
    waiting: list[TrainStep] = []
    try:
        with closing(events):
            for event in events:
                _record(lab, run_id, event, waiting)
                yield event
        append_steps(lab, run_id, waiting)
    except (GeneratorExit, KeyboardInterrupt):
        append_steps(lab, run_id, waiting)
        finish_run(lab, run_id, "stopped")
        raise
    except Exception as error:
        problem = str(error) or type(error).__name__
        with suppress(UserError, sqlite3.Error):  # the first error is the one to tell
            append_steps(lab, run_id, waiting)
        with suppress(UserError, sqlite3.Error):  # on its own: a full disk may have room for this and not for steps
            finish_run(lab, run_id, "failed", problem)
        raise
    run = load_run(lab, run_id)
    complete = bool(run.epochs) and run.epochs[-1].epoch == run.options.epochs
    finish_run(lab, run_id, "finished" if complete else "stopped")


def _record(lab: Lab, run_id: int, event: TrainEvent, waiting: list[TrainStep]) -> None:
    """Write one event; steps wait until there are `STEPS_TOGETHER` of them or a checkpoint is written."""
    match event:
        case TrainStep():
            waiting.append(event)
            if len(waiting) >= STEPS_TOGETHER:
                append_steps(lab, run_id, waiting)
                waiting.clear()
        case EpochResult():
            save_epoch(lab, run_id, event)
        case CheckpointTaken():
            save_checkpoint(lab, run_id, event, waiting)
            waiting.clear()
        case _:
            pass  # Progress is only shown
