"""The command `train`: trains in a Lab without the window, and tells it as a table or as one JSON object a line."""

import argparse
import contextlib
import dataclasses
import json
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from types import FrameType
from typing import Any

from pydantic import ValidationError

from codegen_desktop import pipeline, printing
from codegen_desktop.command_lab import opened_lab
from codegen_desktop.config import PRESETS, Preset, TrainingOptions
from codegen_desktop.errors import UserError
from codegen_desktop.lab import Lab
from codegen_desktop.model.breaking import RECIPE
from codegen_desktop.model.records import CheckpointTaken, EpochResult, TrainStep, Wishes
from codegen_desktop.model.resuming import resumable_run
from codegen_desktop.model.runs import Run, weights_digest
from codegen_desktop.mystery import train_broken_in_lab
from codegen_desktop.pipeline import LabEvent, RunStarted

STOPPED = 130
"""Exit status after a person stopped the training, as after an interrupted program."""

Told = dict[str, Any]
"""One line of `--json-events`: `event` names its kind."""


def train(options: argparse.Namespace) -> int:
    """Train; returns the exit status: 0 when every epoch is done, 130 when it was stopped before. Raises UserError."""
    out = sys.stderr if options.json_events else sys.stdout
    wishes = Wishes()
    events = _JsonLines(wishes) if options.json_events else None
    try:
        chosen = _chosen_options(options)
        with opened_lab(options.lab, out) as lab, _stopped_by_signals(wishes) as signals:
            resume = resumable_run(lab, options.run) if options.resume else None
            if options.broken:
                wished = train_broken_in_lab(lab, options.broken, chosen, wishes)
            else:
                wished = pipeline.train_in_lab(lab, chosen, resume=resume, wishes=wishes)
            training = _noticing_start(wished, signals)
            if events is None:
                run = printing.print_events(training, out, lab.heartbeat)
            else:
                run = printing.follow(training, events.teller(lab), lab.heartbeat)
    except BaseException as error:
        if events is not None:
            events.tell_end(error)
        raise
    ended = {"event": "done" if run.state == "finished" else "stopped", **_about(run)}
    if events is None:
        printing.Console(out).line(_last_line(run))
    else:
        events.tell(ended)
        events.raise_what_broke()
    return 0 if run.state == "finished" else STOPPED


def parse_options(base: TrainingOptions, changes: Sequence[str]) -> TrainingOptions:
    """Options with changes of the form `name=value`. Raises UserError for an unknown name or a wrong value."""
    given: dict[str, str] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        name = name.strip().replace("-", "_")
        if not equals or name not in TrainingOptions.model_fields:
            raise UserError(
                f"--option {change}: {'there is no such option' if equals else 'this is not NAME=VALUE'}.",
                f"The options are: {', '.join(_names())}.",
            )
        if name == "preset":
            raise UserError(f"--option {change}: a preset is a whole set of options.", f"Use --preset {value}.")
        given[name] = value.strip()
    try:
        changed = TrainingOptions.model_validate({**base.model_dump(), **given})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        field = TrainingOptions.model_fields[name]
        raise UserError(
            f"--option {name}={given.get(name, '')}: {first['msg']}.", f"{field.title}: {field.description}"
        ) from error
    fits = changed.model_dump(exclude={"preset"}) == base.model_dump(exclude={"preset"})
    return changed if fits else changed.model_copy(update={"preset": "custom"})


def _chosen_options(options: argparse.Namespace) -> TrainingOptions:
    if options.resume and (options.option or options.preset):
        raise UserError("A run that goes on keeps the options it began with.", "Leave out --preset and --option.")
    if options.run and not options.resume:
        raise UserError("--run names the run that --resume goes on with.", "Add --resume, or leave out --run.")
    if options.broken:
        if options.resume or options.preset:
            raise UserError("A broken pipeline has a recipe of its own.", "Leave out --resume and --preset.")
        return parse_options(RECIPE, options.option)
    preset: Preset = options.preset or "reference"
    return parse_options(PRESETS[preset], options.option)


def _names() -> list[str]:
    return [name for name in TrainingOptions.model_fields if name != "preset"]


class _Signals:
    """What the interrupt signals do: before a run is there they end the program, then they ask it to stop.

    A second one while the run is stopping ends the program at once; the last checkpoint stays.
    """

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self.run_is_there = False

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Stop after the step that is being made, or now."""
        if not self.run_is_there or self._wishes.stop:
            raise KeyboardInterrupt
        self._wishes.stop = True


@contextlib.contextmanager
def _stopped_by_signals(wishes: Wishes) -> Iterator[_Signals]:
    signals = _Signals(wishes)
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signals.on_signal) for number in numbers]
    try:
        yield signals
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _noticing_start(events: Generator[LabEvent, None, Run], signals: _Signals) -> Generator[LabEvent, None, Run]:
    """Pass on a training's events; from its start on, a signal asks it to stop."""
    with contextlib.closing(events):
        while True:
            try:
                event = next(events)
            except StopIteration as stop:
                run: Run = stop.value
                return run
            signals.run_is_there = signals.run_is_there or isinstance(event, RunStarted)
            yield event


class _JsonLines:
    """Prints events as lines of JSON, each flushed; when nobody reads them any more it asks the training to stop."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._broke: OSError | None = None
        self._run: Run | None = None

    def teller(self, lab: Lab) -> Callable[[LabEvent], None]:
        """What is called with every event of a training in a Lab."""

        def tell(event: LabEvent) -> None:
            if isinstance(event, RunStarted):
                self._run = event.run
            told = _told(event, lab, self._run)
            if told is not None:
                self.tell(told)

        return tell

    def tell(self, told: Told) -> None:
        """Print one line; after a failure nothing is printed and the training is asked to stop and be kept."""
        if self._broke is not None:
            return
        try:
            print(json.dumps(told), flush=True)
        except OSError as error:
            self._broke = error
            self._wishes.stop = True

    def tell_end(self, error: BaseException) -> None:
        """Print how a training ended that did not return."""
        about = {} if self._run is None else {"run": self._run.id, "name": self._run.name}
        match error:
            case KeyboardInterrupt():
                self.tell({"event": "stopped", **about})
            case UserError():
                self.tell({"event": "failed", **about, "problem": error.what, "what_to_do": error.what_to_do})
            case _:
                self.tell({"event": "failed", **about, "problem": f"{type(error).__name__}: {error}", "what_to_do": ""})

    def raise_what_broke(self) -> None:
        """Raise the error that ended the printing, if one did."""
        if self._broke is not None:
            raise self._broke


def _told(event: LabEvent, lab: Lab, run: Run | None) -> Told | None:
    """An event as the object that is printed; None for those that only move a progress bar."""
    match event:
        case RunStarted():
            return {
                "event": "started",
                **_about(event.run),
                "resumed": event.resumed,
                "steps": event.steps,
                "device": event.run.device,
                "threads": event.run.threads,
                "parameters": event.run.parameters,
                "options": event.run.options.model_dump(),
                "middles": event.middles,
            }
        case TrainStep():
            return {"event": "step", **dataclasses.asdict(event)}
        case EpochResult():
            loss, accuracy = event.test_loss, event.test_accuracy
            return {"event": "epoch", "loss": loss, "accuracy": accuracy, **dataclasses.asdict(event)}
        case CheckpointTaken():
            assert run is not None, "a run is started before it is kept"
            digest = weights_digest(lab, run.id, event.step)
            where = {"step": event.step, "epoch": event.epoch, "ends_epoch": event.ends_epoch}
            return {"event": "checkpoint", **where, "sha256": digest}
        case _:
            return None


def _about(run: Run) -> Told:
    return {"run": run.id, "name": run.name, "state": run.state}


def _last_line(run: Run) -> str:
    if run.state == "finished":
        return f"{run.tokens_per_second:,.0f} tokens per second; {run.name} is finished and kept in the Lab."
    return f"{run.name} is stopped and kept in the Lab. Go on with --resume."
