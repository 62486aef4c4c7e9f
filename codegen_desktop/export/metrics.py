"""Writes what a run measured, for other programs: CSV for a spreadsheet, JSON lines for scripts, TensorBoard's events.

All of it can be had from the Lab at any time; nothing is written while a run goes on.
"""

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from codegen_desktop.errors import TrainingError, UserError
from codegen_desktop.export.event_file import Scalars, event_file
from codegen_desktop.lab import Lab
from codegen_desktop.model.records import EpochResult, TrainStep
from codegen_desktop.model.runs import Run, list_runs, load_run, load_steps, require_sound

MetricsFormat = Literal["csv", "jsonl", "tensorboard"]

FORMAT_VERSION = 1
"""The version of the JSON lines, named in their first one."""

CSV_HEADINGS = (
    "run",
    "epoch",
    "step",
    "train_loss",
    "train_accuracy",
    "learning_rate",
    "tokens",
    "seconds",
    "gradient_norm",
    "update_norm",
    "test_loss",
    "test_accuracy",
    "bits_per_byte",
    "observation",
)
"""A row a step; the last four columns are filled where an epoch ends, and in the first row for the untrained model."""


def find_run(lab: Lab, wanted: str = "") -> Run:
    """The run with this name, or else with this number; the newest that is not broken where nothing is named.

    Raises TrainingError where there is none, or where several have the name.
    """
    if not wanted:
        return load_run(lab)
    runs = list_runs(lab)
    found = [run for run in runs if run.name == wanted] or [run for run in runs if str(run.id) == wanted]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{run.id} ({run.name})" for run in runs) or "none"
    problem = f"{len(found)} runs are called {wanted}" if found else f"This Lab holds no run named {wanted}"
    raise TrainingError(f"{problem}.", f"Name one by its number: {known}.")


def export_metrics(lab: Lab, run_id: int, folder: Path, form: MetricsFormat) -> Path:
    """Write the metrics of a run into a folder, which is made where it is missing; returns the file's path.

    Raises TrainingError for a run that does not exist, measured nothing or was broken on purpose, UserError where
    nothing can be written.
    """
    run, steps = load_run(lab, run_id), load_steps(lab, run_id)
    require_sound(run, "be exported")
    if not steps and not run.epochs:
        raise TrainingError(f"{run.name} measured nothing: it ended before its first step.", "Choose another run.")
    path = folder / _file_name(run, form)
    data = {"csv": _csv_bytes, "jsonl": _jsonl_bytes, "tensorboard": _event_bytes}[form](run, steps)
    write_aside(path, data)
    return path


def write_aside(path: Path, data: bytes) -> None:
    """Write a file beside its place, then put it there; makes its folder. Raises UserError where that fails."""
    aside = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(data)
        aside.replace(path)
    except OSError as error:
        raise UserError(
            f"{path.name} could not be written: {error.strerror or error}. Nothing else was changed.",
            "Choose another folder.",
        ) from error


def metrics_csv(name: str, steps: Sequence[TrainStep], results: Sequence[EpochResult]) -> str:
    """The numbers of a run as CSV text with headings: losses in nats per token, accuracies as shares, seconds.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_HEADINGS)
    run = _safe(name)
    for step, result in _beside(steps, results):
        told = _step_cells(step, result)
        measured = _result_cells(result)
        writer.writerow([run, *told, *measured])
    return out.getvalue()


def _beside(
    steps: Sequence[TrainStep], results: Sequence[EpochResult]
) -> Iterator[tuple[TrainStep | None, EpochResult | None]]:
    """Every step with what was measured after it; results without a step of their own stand alone, in their place."""
    left = {result.epoch: result for result in results}
    if 0 in left:
        yield None, left.pop(0)
    ends = {step.epoch: step.step for step in steps}  # the last step of each epoch that is known
    for step in steps:
        yield step, left.pop(step.epoch, None) if ends[step.epoch] == step.step else None
    for _, result in sorted(left.items()):
        yield None, result


def _step_cells(step: TrainStep | None, result: EpochResult | None) -> list[object]:
    if step is not None:
        numbers = (step.loss, step.accuracy, step.learning_rate, step.tokens, step.seconds)
        return [step.epoch, step.step, *numbers, step.gradient_norm, step.update_norm]
    assert result is not None
    return [result.epoch, 0 if result.epoch == 0 else "", result.train_loss, result.train_accuracy, *[""] * 5]


def _result_cells(result: EpochResult | None) -> list[object]:
    if result is None:
        return [""] * 4
    return [result.test_loss, result.test_accuracy, result.bits_per_byte, _safe(result.observation)]


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _csv_bytes(run: Run, steps: Sequence[TrainStep]) -> bytes:
    return metrics_csv(run.name, steps, run.epochs).encode("utf-8-sig")  # Excel needs the mark


def _jsonl_bytes(run: Run, steps: Sequence[TrainStep]) -> bytes:
    lines: list[dict[str, Any]] = [{"event": "run", "version": FORMAT_VERSION, **_about(run)}]
    for step, result in _beside(steps, run.epochs):
        if step is not None:
            lines.append({"event": "step", **asdict(step)})
        if result is not None:
            lines.append({"event": "epoch", **asdict(result)})
    return "".join(json.dumps(_finite(line), ensure_ascii=False) + "\n" for line in lines).encode()


def _about(run: Run) -> dict[str, Any]:
    apart = {"epochs", "options", "versions"}
    plain = {part.name: getattr(run, part.name) for part in fields(run) if part.name not in apart}
    return {
        **plain,
        "shape": asdict(run.shape),
        "baselines": asdict(run.baselines),
        "options": run.options.model_dump(),
        "versions": dict(run.versions),
        "parameters": run.parameters,
    }


def _finite(value: Any) -> Any:
    """The same without numbers that JSON does not have: they become null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    return [_finite(part) for part in value] if isinstance(value, list | tuple) else value


def _event_bytes(run: Run, steps: Sequence[TrainStep]) -> bytes:
    began = datetime.fromisoformat(run.created).timestamp()
    return event_file(began, _scalars(began, steps, run.epochs))


def _scalars(began: float, steps: Sequence[TrainStep], results: Sequence[EpochResult]) -> Iterator[Scalars]:
    """The curves at every step; time passes as the steps took it, pauses and measuring not counted."""
    moment, number = began, 0
    for step, result in _beside(steps, results):
        values: dict[str, float] = {}
        if step is not None:
            moment, number = moment + step.seconds, step.step
            values |= {
                "loss/train": step.loss,
                "accuracy/train": step.accuracy,
                "optimizer/learning_rate": step.learning_rate,
                "speed/tokens_per_second": step.tokens / step.seconds if step.seconds > 0 else 0.0,
            }
            if step.gradient_norm or step.update_norm:  # 0 in runs from before they were measured
                values["optimizer/gradient_norm"] = step.gradient_norm
                values["optimizer/update_norm"] = step.update_norm
        if result is not None:
            values |= {
                "loss/test": result.test_loss,
                "accuracy/test": result.test_accuracy,
                "loss/test_bits_per_byte": result.bits_per_byte,
            }
        yield Scalars(moment, number, values)


def _file_name(run: Run, form: MetricsFormat) -> str:
    """A name every system takes. TensorBoard reads each folder as a run and wants `tfevents` in the file's name."""
    name = re.sub(r"[^\w.-]+", "-", run.name).strip("-.")[:60] or "run"
    if form == "tensorboard":
        began = int(datetime.fromisoformat(run.created).timestamp())
        return f"{name}-{run.id}/events.out.tfevents.{began:010d}.codegen-desktop"
    return f"{name}-{run.id}.{form}"
