"""How near the time left after 20 steps and the forecast before the start are to what a run then really took.

    python -m tests.benchmarks.time_left [--preset quick] [--runs 5]

Trains on the starter corpus in a Lab of its own, one run after another, each with the time left as the window reckons
it (`RunHistory.seconds_left` on the events of `forecast.timed`). Run it on an idle machine.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar

from codegen_desktop.config import PRESETS, TrainingOptions
from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.forecast import Aside, forecast, timed
from codegen_desktop.lab import Lab
from codegen_desktop.model.records import EpochResult, TrainStep
from codegen_desktop.pipeline import TOKENS, RunStarted, prepare_dataset, prepare_tokenizer, train_and_watch
from codegen_desktop.tokenization.tokenizer import Tokenizer
from codegen_desktop.ui.training.history import RunHistory

T = TypeVar("T")

AFTER = 20
"""Steps after which the time left is noted."""


def main() -> None:
    """Print one line a run and the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=("quick", "reference", "deep"), default="quick")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    options = PRESETS[arguments.preset]
    with tempfile.TemporaryDirectory() as folder, Lab.create(Path(folder) / "time.cglab") as lab:
        dataset, dataset_id = _last(prepare_dataset(lab, "starter", 42))
        tokenizer, tokenizer_id = _last(prepare_tokenizer(lab, dataset, dataset_id, TOKENS))
        expected = _last(forecast(dataset, tokenizer, options, afresh=True)).seconds
        print(f"forecast before the start: {expected:.1f} s", flush=True)
        errors, totals = [], []
        for number in range(arguments.runs):
            whole, said, was = one_run(lab, dataset, dataset_id, tokenizer, tokenizer_id, options)
            errors.append(abs(said / was - 1))
            totals.append(whole)
            print(
                f"run {number + 1}: after {AFTER} steps {said:.1f} s left, really {was:.1f} s "
                f"({said / was - 1:+.0%}); whole run {whole:.1f} s, forecast {expected / whole - 1:+.0%}",
                flush=True,
            )
        print(f"median error of the time left {statistics.median(errors):.0%}")
        print(f"forecast against the median run {expected / statistics.median(totals) - 1:+.0%}")


def one_run(
    lab: Lab, dataset: Dataset, dataset_id: int, tokenizer: Tokenizer, tokenizer_id: int, options: TrainingOptions
) -> tuple[float, float, float]:
    """Seconds of the whole run, seconds said to be left after some steps, and seconds there really were."""
    history = RunHistory(options.epochs)
    began = noted = time.monotonic()
    said = 0.0
    for event in timed(train_and_watch(lab, dataset, dataset_id, tokenizer, tokenizer_id, options)):
        match event:
            case RunStarted():
                history = RunHistory(event.run.options.epochs)
            case TrainStep():
                history.add_step(event)
                if event.step == AFTER:
                    said, noted = history.seconds_left() or 0.0, time.monotonic()
            case EpochResult():
                history.add_result(event)
            case Aside():
                history.add_aside(event.epoch, event.seconds)
    end = time.monotonic()
    return end - began, said, end - noted


def _last(events: Generator[Any, None, T]) -> T:
    """What a generator returns."""
    while True:
        try:
            next(events)
        except StopIteration as stop:
            result: T = stop.value
            return result


if __name__ == "__main__":
    main()
