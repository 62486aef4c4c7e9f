"""The Training tab as a person uses it: choosing, starting, pausing, stopping, going on, and reading what it says."""

import math
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSpinBox
from pytestqt.qtbot import QtBot

from codegen_desktop.config import PRESETS, TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.starter import starter_snippets
from codegen_desktop.corpus.store import save_dataset
from codegen_desktop.lab import Lab
from codegen_desktop.model.records import Baselines, BaselineScore, EpochResult, TrainStep
from codegen_desktop.model.runs import list_runs, load_run, load_steps
from codegen_desktop.pipeline import train_and_watch
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.store import save_tokenizer
from codegen_desktop.ui import style, theme
from codegen_desktop.ui.training.epoch_rows import epoch_rows
from codegen_desktop.ui.training.history import RunHistory, number_rows
from codegen_desktop.ui.training.layout import MODEL, PROMPTS
from codegen_desktop.ui.training.lines import reference_lines
from codegen_desktop.ui.training.prompt_table import one_line
from codegen_desktop.ui.training.reading import duration, matching_preset, reading
from codegen_desktop.ui.training.recipe import problem
from codegen_desktop.ui.training.tab import TrainingTab
from codegen_desktop.ui.workspace import Workspace

COUNT = 40
TINY = TrainingOptions(
    preset="custom",
    snippets=COUNT,
    epochs=2,
    layers=1,
    width=16,
    heads=2,
    feed_forward=16,
    batch=8,
    device="cpu",
    threads=1,
)
BASELINES = Baselines(
    BaselineScore(math.log(100), 0.01, 2.0),
    BaselineScore(4.0, 0.1, 1.8),
    BaselineScore(2.5, 0.4, 1.2),
    BaselineScore(2.0, 0.5, 1.0),
    0.5,
)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    test = tuple(range(4, COUNT, 5))
    train = tuple(index for index in range(COUNT) if index not in test)
    return Dataset("starter", tuple(starter_snippets(COUNT, seed=5)), Split(train, test, 5, "by composition"))


@pytest.fixture
def ready(workspace: Workspace, lab: Lab, dataset: Dataset) -> Workspace:
    """A workspace with a Lab, a dataset and its tokenizer; no run yet."""
    workspace.lab = lab
    tokenizer = learn_tokenizer("bpe", [snippet.text for snippet in dataset.train], 400)
    dataset_id = save_dataset(lab, dataset)
    workspace.set_dataset(dataset, dataset_id)
    workspace.set_tokenizer(tokenizer, save_tokenizer(lab, dataset_id, tokenizer))
    return workspace


def open_tab(workspace: Workspace, qtbot: QtBot, width: int = 1440, height: int = 900) -> TrainingTab:
    tab = TrainingTab(workspace)
    qtbot.addWidget(tab)
    tab.resize(width, height)
    tab.show()
    qtbot.waitUntil(tab.is_settled, timeout=20_000)
    return tab


def choose_tiny(tab: TrainingTab) -> None:
    """Make the tiny recipe, as typing it into the form does."""
    tab.parts.transport.choose("custom")
    tab.parts.recipe.set_options(TINY)


def click(tab: TrainingTab, qtbot: QtBot) -> None:
    qtbot.mouseClick(tab.parts.transport.start_button, Qt.MouseButton.LeftButton)


def train(workspace: Workspace, options: TrainingOptions = TINY) -> None:
    """A finished run in the Lab, made without the window; the newest is current."""
    assert workspace.lab is not None
    assert workspace.dataset is not None
    assert workspace.tokenizer is not None
    assert workspace.dataset_id is not None
    assert workspace.tokenizer_id is not None
    events = train_and_watch(
        workspace.lab, workspace.dataset, workspace.dataset_id, workspace.tokenizer, workspace.tokenizer_id, options
    )
    for event in events:
        workspace.training_event.emit(event)
    workspace.set_run(load_run(workspace.lab))


def step(number: int, loss: float = 2.0, steps: int = 10, epoch: int = 1) -> TrainStep:
    return TrainStep(number, steps, epoch, loss, 0.5, 0.01, 100, 0.5)


def result(epoch: int, train_loss: float, test_loss: float, accuracy: float = 0.5) -> EpochResult:
    return EpochResult(epoch, train_loss, accuracy, test_loss, accuracy, 1.0, 3.0)


def history_of(*results: EpochResult) -> RunHistory:
    history = RunHistory(5, BASELINES)
    for one in results:
        history.add_result(one)
    return history


@pytest.mark.parametrize("missing", ["dataset", "tokens", "stale", "read only"])
def test_start_is_off_and_says_why(ready: Workspace, lab: Lab, dataset: Dataset, qtbot: QtBot, missing: str) -> None:
    match missing:
        case "dataset":
            ready.dataset = None
        case "tokens":
            ready.tokenizer = None
        case "stale":
            ready.set_dataset(dataset, 99)
        case "read only":
            lab.read_only = True
    tab = open_tab(ready, qtbot)
    button = tab.parts.transport.start_button
    assert not button.isEnabled()
    assert button.toolTip() in tab.parts.transport.where_text
    assert len(button.toolTip().split()) > 5
    qtbot.keyClick(tab, Qt.Key.Key_F5)
    assert not tab.session.running
    lab.read_only = False


def test_a_training_from_start_to_end(ready: Workspace, lab: Lab, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    choose_tiny(tab)
    with qtbot.waitSignal(ready.run_changed, timeout=60_000):
        click(tab, qtbot)
        assert tab.session.running
    qtbot.waitUntil(tab.is_settled, timeout=20_000)
    run = ready.run
    assert run is not None
    assert run.state == "finished"
    rows = tab.parts.epoch_table.rows
    assert [row.epoch for row in rows] == [0, 1, 2]
    assert [row.loss for row in rows] == [one.test_loss for one in run.epochs]
    assert [row.observation for row in rows] == [one.observation for one in run.epochs]
    prompts = tab.parts.prompt_table.model()
    assert prompts.rowCount() == 5
    assert prompts.columnCount() == 4
    assert prompts.index(0, 0).data() == "def add(a,"
    x, y = tab.parts.figure.plots["loss"].test_points()
    assert list(x) == [0, 1, 2]
    assert list(y) == [one.test_loss for one in run.epochs]
    assert ready.messages.current is not None
    assert "Training finished" in ready.messages.current.what
    assert tab.parts.run_list.model().rowCount() == 1
    assert len(load_steps(lab, run.id)) == 8


def test_pausing_waits_and_stopping_keeps_what_can_go_on(ready: Workspace, lab: Lab, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    choose_tiny(tab)
    tab.parts.recipe.set_options(TINY.model_copy(update={"epochs": 60}))
    click(tab, qtbot)
    qtbot.waitUntil(lambda: len(tab.parts.epoch_table.rows) > 0 and tab.steps_drawn > 10, timeout=60_000)
    assert not tab.parts.recipe.isEnabled() or tab.parts.recipe.options.epochs == 60
    qtbot.keyClick(tab, Qt.Key.Key_F5)
    assert tab.session.paused
    assert tab.parts.transport.start_button.text() == "Continue"
    assert ready.stage("training").mark == "paused"
    qtbot.mouseClick(tab.parts.transport.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not tab.session.running and tab.is_settled(), timeout=60_000)
    run = ready.run
    assert run is not None
    assert run.state == "stopped"
    assert ready.messages.current is not None
    assert "is kept" in ready.messages.current.what
    assert tab.parts.continue_button.isVisible()
    done = len(load_steps(lab, run.id))
    with qtbot.waitSignal(tab.session.changed, timeout=5_000):
        qtbot.mouseClick(tab.parts.continue_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: tab.steps_drawn > done, timeout=60_000)
    tab.session.stop()
    qtbot.waitUntil(lambda: not tab.session.running and tab.is_settled(), timeout=60_000)
    assert len(list_runs(lab)) == 1
    numbers = [one.step for one in load_steps(lab, run.id)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_run_that_was_made_before_is_drawn_and_another_can_be_chosen(ready: Workspace, qtbot: QtBot) -> None:
    train(ready)
    train(ready, TINY.model_copy(update={"seed": 7}))
    tab = open_tab(ready, qtbot)
    newest = ready.run
    assert newest is not None
    assert tab.parts.prompt_table.model().columnCount() == 4
    assert tab.parts.run_list.currentIndex().data() == newest.name
    assert tab.parts.recipe.options.seed == 7
    second = tab.parts.run_list.visualRect(tab.parts.run_list.model().index(1, 0)).center()
    qtbot.mouseClick(tab.parts.run_list.viewport(), Qt.MouseButton.LeftButton, pos=second)
    qtbot.waitUntil(tab.is_settled, timeout=20_000)
    assert ready.run is not None
    assert ready.run.id == newest.id - 1
    assert tab.parts.recipe.options.seed == TINY.seed
    assert [row.loss for row in tab.parts.epoch_table.rows] == [one.test_loss for one in ready.run.epochs]


def test_a_training_that_runs_elsewhere_is_drawn_but_not_driven(ready: Workspace, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    seen = []
    ready.training_event.connect(lambda event: seen.append((event, tab.parts.transport.start_button.isEnabled())))
    train(ready)
    qtbot.waitUntil(tab.is_settled, timeout=20_000)
    assert not any(enabled for event, enabled in seen if isinstance(event, TrainStep))
    assert tab.steps_drawn == 8
    assert tab.parts.transport.start_button.isEnabled()


def test_a_failure_is_told_and_start_is_usable_again(ready: Workspace, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    absent = "cuda" if sys.platform == "darwin" else "mps"
    tab.parts.transport.choose("custom")
    tab.parts.recipe.set_options(TINY.model_copy(update={"device": absent}))
    click(tab, qtbot)
    qtbot.waitUntil(lambda: not tab.session.running, timeout=30_000)
    assert ready.messages.current is not None
    assert ready.messages.current.kind == "error"
    assert ready.stage("training").mark == "failed"
    assert tab.parts.transport.start_button.isEnabled()


def test_presets_and_the_form(ready: Workspace, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    qtbot.keyClick(tab, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert tab.parts.recipe.options == PRESETS["quick"]
    qtbot.mouseClick(tab.parts.change_button, Qt.MouseButton.LeftButton)
    assert tab.parts.transport.preset == "custom"
    layers = tab.parts.recipe.findChild(QSpinBox, "layers")
    assert isinstance(layers, QSpinBox)
    layers.setValue(3)
    assert tab.parts.recipe.options.layers == 3
    assert tab.parts.recipe.options.preset == "custom"
    heads = tab.parts.recipe.findChild(QSpinBox, "heads")
    assert isinstance(heads, QSpinBox)
    heads.setValue(5)
    assert not tab.parts.transport.start_button.isEnabled()
    assert "5 heads" in tab.parts.transport.start_button.toolTip()
    heads.setValue(4)
    assert tab.parts.transport.start_button.isEnabled()


def test_the_table_twin_and_the_reading_by_keys(ready: Workspace, qtbot: QtBot) -> None:
    train(ready)
    tab = open_tab(ready, qtbot)
    qtbot.keyClick(tab, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert tab.parts.figure.shows_table
    qtbot.keyClick(tab, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    plot = tab.parts.figure.plots["loss"]
    plot.setFocus()
    with qtbot.waitSignal(plot.cursor_moved, timeout=1_000) as moved:
        qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert moved.args == [pytest.approx(1.75)]
    whole = plot.view.viewRange()[0]
    qtbot.keyClick(plot, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert plot.view.viewRange()[0][1] - plot.view.viewRange()[0][0] < whole[1] - whole[0]
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.view.viewRange()[0] == pytest.approx(whole)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_small_window_folds_into_a_switch(
    ready: Workspace, dressed: QApplication, qtbot: QtBot, scale: float
) -> None:
    train(ready)
    style.apply(dressed, theme.Theme().with_scale(scale).with_dark(True))
    tab = open_tab(ready, qtbot, round(1024 * scale), round(640 * scale))
    for place, part in ((PROMPTS, tab.parts.prompt_table), (MODEL, tab.parts.recipe)):
        tab.parts.switch.choose(place)
        assert part.isVisible()
        assert not tab.parts.epoch_table.isVisible()
    tab.resize(round(1440 * scale), round(900 * scale))
    for part in (tab.parts.epoch_table, tab.parts.prompt_table, tab.parts.recipe, tab.parts.run_list):
        assert part.isVisible()


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


def test_rows_lines_and_words() -> None:
    history = history_of(result(0, 4.6, 4.6), result(1, 2.0, 1.9))
    for number in range(1, 4):
        history.add_step(step(number, steps=10, epoch=2))
    rows = epoch_rows(history, 5, running=True)
    assert [row.state for row in rows] == ["done", "done", "running", "waiting", "waiting", "waiting"]
    assert rows[1].reference == "2.3 · 0.25"
    assert rows[0].reference == "–"
    lines = {line.text for line in reference_lines(history, "loss")}
    assert lines == {
        "Random guess: ln 100 = 4.61",
        "Word-pair table: 2.50",
        "5-gram table: 2.00",
        "Floor of the grammar: 0.50",
    }
    assert len(reference_lines(history, "accuracy")) == 3
    assert reference_lines(None, "loss") == ()
    assert [duration(seconds) for seconds in (8.4, 161, 3900)] == ["8 s", "2 min 41 s", "1 h 05 min"]
    assert one_line("\n    return a\n") == "return a"
    assert one_line(" \n ") == "(nothing)"
    assert matching_preset(PRESETS["quick"]) == "quick"
    assert matching_preset(TINY) == "custom"
    assert not problem(PRESETS["reference"])
    assert problem(PRESETS["reference"].model_copy(update={"heads": 3}))
