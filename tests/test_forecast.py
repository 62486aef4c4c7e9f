"""A forecast comes from real steps and is kept for the machine; what an epoch takes beside them counts no pause."""

import json
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.errors import TrainingError
from codegen_desktop.forecast import Aside, Forecast, Pace, forecast, timed
from codegen_desktop.generation.fixed_prompts import PromptsCompleted
from codegen_desktop.model.records import TrainStep
from tests.ui.small_lab import small_dataset, small_tokenizer

TINY = TrainingOptions(
    preset="custom", snippets=400, layers=1, width=16, heads=2, feed_forward=16, batch=4, device="cpu", threads=1
)


def finish(generator: Generator[Progress, None, Forecast]) -> tuple[int, Forecast]:
    """How many values it yielded, and what it returned."""
    count = 0
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            return count, stop.value
        count += 1


def test_steps_are_really_made_once_and_kept_for_the_machine(own_data_folder: Path) -> None:
    dataset = small_dataset(count=400)
    tokenizer = small_tokenizer(dataset)
    measured, found = finish(forecast(dataset, tokenizer, TINY))
    assert measured > 12
    assert found.seconds > 0
    assert not found.kept
    kept = json.loads((own_data_folder / "machine.json").read_text(encoding="utf-8"))
    (pace,) = [Pace(*numbers) for numbers in kept["pace"].values()]
    assert min(pace.step, pace.row, pace.epoch) > 0
    again, found = finish(forecast(dataset, tokenizer, TINY.model_copy(update={"epochs": 50})))
    assert again == 1
    assert found.kept
    afresh, found = finish(forecast(dataset, tokenizer, TINY, afresh=True))
    assert afresh > 12
    assert not found.kept
    other, _ = finish(forecast(dataset, tokenizer, TINY.model_copy(update={"batch": 8})))
    assert other > 12


def test_more_epochs_steps_and_rows_take_longer() -> None:
    pace = Pace(snippet=0.001, step=0.1, row=0.01, epoch=1.0)
    one = pace.seconds(TINY.model_copy(update={"epochs": 1}), train=80, test=20)
    assert one == pytest.approx(0.1 + (80 + 20) * 0.01 + 1 + 20 * 0.1 + 20 * 0.01 + 1)
    assert pace.seconds(TINY.model_copy(update={"epochs": 2}), 80, 20) == pytest.approx(one + 2 + 0.2 + 1)


def test_what_cannot_be_trained_cannot_be_forecast() -> None:
    dataset = small_dataset()
    with pytest.raises(TrainingError):
        finish(forecast(dataset, small_tokenizer(dataset), TINY.model_copy(update={"width": 48, "heads": 5})))


def test_asides_count_work_beside_the_steps_and_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def works() -> Generator[Any, None, None]:
        for epoch in (1, 2):
            clock[0] += 5.0  # a step, and half a second of putting rows together
            yield TrainStep(epoch, 2, epoch, 1.0, 0.5, 0.1, 10, 4.5)
            clock[0] += 2.0 * epoch  # measuring and prompts
            yield PromptsCompleted(epoch, ())

    asides = []
    for event in timed(works()):
        clock[0] += 100.0  # a pause
        if isinstance(event, Aside):
            asides.append(event)
    assert asides == [Aside(1, pytest.approx(2.5)), Aside(2, pytest.approx(4.5))]
