"""What the Training tab works out before anything is drawn: curves, readings, rows and reference lines."""

import math

import pytest

from codegen_desktop.config import PRESETS
from codegen_desktop.model.records import Baselines, BaselineScore, EpochResult, TrainStep
from codegen_desktop.ui.training.epoch_rows import epoch_rows
from codegen_desktop.ui.training.history import RunHistory, number_rows
from codegen_desktop.ui.training.line_labels import spread
from codegen_desktop.ui.training.lines import reference_lines
from codegen_desktop.ui.training.prompt_table import one_line
from codegen_desktop.ui.training.reading import duration, matching_preset, reading, rough_duration
from codegen_desktop.ui.training.recipe import problem
from codegen_desktop.ui.training.scale import Scale

BASELINES = Baselines(
    BaselineScore(math.log(100), 0.01, 2.0),
    BaselineScore(4.0, 0.1, 1.8),
    BaselineScore(2.5, 0.4, 1.2),
    BaselineScore(2.0, 0.5, 1.0),
    0.5,
)


def step(number: int, loss: float = 2.0, steps: int = 10, epoch: int = 1) -> TrainStep:
    return TrainStep(number, steps, epoch, loss, 0.5, 0.01, 100, 0.5)


def result(epoch: int, train_loss: float, test_loss: float, accuracy: float = 0.5) -> EpochResult:
    return EpochResult(epoch, train_loss, accuracy, test_loss, accuracy, 1.0, 3.0)


def history_of(*results: EpochResult) -> RunHistory:
    history = RunHistory(5, BASELINES)
    for one in results:
        history.add_result(one)
    return history


def test_smoothing_and_places() -> None:
    history = RunHistory(2, BASELINES, smoothing=0.5)
    history.add_result(result(0, 4.0, 4.1))
    for number in range(1, 5):
        history.add_step(step(number, loss=2.0, steps=8))
    assert list(history.raw("loss").x) == [0.25, 0.5, 0.75, 1.0]
    assert list(history.smoothed("loss").y) == [4.0, 3.0, 2.5, 2.25, 2.125]
    assert history.seconds_left() == pytest.approx(2.0)
    assert history.tokens_per_second() == pytest.approx(200.0)
    history.set_smoothing(0.0)
    assert list(history.smoothed("loss").y) == [4.0, 2.0, 2.0, 2.0, 2.0]
    history.add_step(step(3, loss=9.0, steps=8))
    assert [one.step for one in history.steps] == [1, 2, 3], "a resumed run takes the place of what it tells again"
    assert number_rows(history)[0].step is None


def test_the_reading_follows_its_rules() -> None:
    assert "untrained" in reading(RunHistory(5))[1]
    assert "ln 100" in reading(history_of(result(0, 4.6, 4.6)))[1]
    learning = reading(history_of(result(0, 4.6, 4.6), result(1, 2.2, 2.1), result(2, 1.6, 1.5)))
    assert learning[0] == "The model is learning, not memorising."
    assert "after every epoch" in learning[1]
    assert "5-gram" in learning[1]
    rising = reading(history_of(result(1, 2.0, 2.0), result(2, 1.5, 2.1), result(3, 1.0, 2.2)))
    assert rising[0] == "The model is starting to memorise."
    assert "2 epochs" in rising[1]
    once = reading(history_of(result(1, 2.0, 2.0), result(2, 1.5, 2.1)))
    assert "rose in the last epoch" in once[0]
    apart = reading(history_of(result(1, 2.0, 2.2), result(2, 1.0, 2.1)))
    assert "1.10 above" in apart[1]
    assert "still better" in reading(history_of(result(1, 3.0, 3.0)))[1]
    assert "ahead of the reference" in reading(history_of(result(1, 1.0, 1.0, 0.9)))[1]
    assert "behind the reference" in reading(history_of(result(1, 3.0, 3.0, 0.1)))[1]


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ([], []),
        ([50.0], [50.0]),
        ([20.0, 60.0], [20.0, 60.0]),  # far apart: where they want to be
        ([50.0, 50.0], [45.0, 55.0]),
        ([52.0, 50.0, 90.0], [56.0, 46.0, 90.0]),  # the order is kept
        ([99.0, 98.0, 97.0], [95.0, 85.0, 75.0]),  # not beyond the end
        ([-40.0, 3.0], [5.0, 15.0]),
        ([10.0, 18.0, 21.0], [6.333, 16.333, 26.333]),
    ],
)
def test_names_of_lines_are_spread_apart(wanted: list[float], places: list[float]) -> None:
    assert spread(wanted, 10, 5, 95) == pytest.approx(places, abs=0.01)


def test_where_there_is_no_room_the_names_move_closer() -> None:
    assert spread([1.0, 2.0, 3.0], 10, 0, 10) == pytest.approx([0, 5, 10])


def test_rows_lines_and_words() -> None:
    history = history_of(result(0, 4.6, 4.6), result(1, 2.0, 1.9))
    for number in range(1, 4):
        history.add_step(step(number, steps=10, epoch=2))
    rows = epoch_rows(history, 5, running=True)
    assert [row.state for row in rows] == ["done", "done", "running", "waiting", "waiting", "waiting"]
    assert rows[2].observation == "Running, step 1 of 2 (train, smoothed)"
    paused = epoch_rows(history, 5, running=True, paused=True)
    assert paused[2].observation == "Paused at step 1 of 2 (train, smoothed)"
    assert rows[1].reference == "2.3 · 0.25"
    assert rows[0].reference == "–"
    lines = reference_lines(history, Scale("loss"))
    assert [line.text for line in lines] == ["Random guess 4.61", "Word pairs 2.50", "5-gram 2.00", "Floor 0.50"]
    assert lines[0].meaning == "Random guess, ln 100: 4.61"
    assert len(reference_lines(history, Scale("accuracy"))) == 3
    assert reference_lines(None, Scale("loss")) == ()
    assert [duration(seconds) for seconds in (8.4, 161, 3900)] == ["8 s", "2 min 41 s", "1 h 05 min"]
    assert one_line("\n    return a\n") == "return a"
    assert one_line(" \n ") == "(nothing)"
    assert matching_preset(PRESETS["quick"]) == "quick"
    assert matching_preset(PRESETS["quick"].model_copy(update={"width": 32})) == "custom"
    assert not problem(PRESETS["reference"])
    assert problem(PRESETS["reference"].model_copy(update={"heads": 3}))


def test_time_left_counts_the_steps_and_what_every_epoch_takes_beside_them() -> None:
    history = RunHistory(epochs=2)
    assert history.seconds_left() is None
    history.add_aside(0, 6.0)
    for number, seconds in enumerate([9.0, 9.0, *[0.5] * 8], start=1):  # the first steps are slow
        history.add_step(TrainStep(number, 40, 1, 2.0, 0.1, 0.01, 10, seconds))
    assert history.seconds_left() == pytest.approx(30 * 0.5 + 2 * 6.0)
    history.add_result(result(1, 2.0, 2.0))
    history.add_aside(1, 4.0)
    assert history.seconds_left() == pytest.approx(30 * 0.5 + 4.0)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "5 s"),
        (21, "20 s"),
        (88, "90 s"),
        (100, "2 min"),
        (230, "4 min"),
        (3700, "1 h 00 min"),
        (4300, "1 h 10 min"),
    ],
)
def test_an_expected_time_is_said_in_one_unit(seconds: float, words: str) -> None:
    assert rough_duration(seconds) == words
