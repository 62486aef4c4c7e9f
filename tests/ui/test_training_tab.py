"""The Training tab as a person uses it: choosing, starting, pausing, stopping, going on, and reading what it says."""

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from codegen_desktop.config import PRESETS, TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.starter import starter_snippets
from codegen_desktop.corpus.store import save_dataset
from codegen_desktop.lab import Lab
from codegen_desktop.model.records import TrainStep
from codegen_desktop.model.runs import list_runs, load_run, load_steps
from codegen_desktop.pipeline import train_and_watch
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.store import save_tokenizer
from codegen_desktop.ui import style, theme
from codegen_desktop.ui.stages import Mark, Stage
from codegen_desktop.ui.training.epoch_rows import EpochRow
from codegen_desktop.ui.training.epoch_table import EpochTable, shortened
from codegen_desktop.ui.training.layout import INSIDE, MODEL, PROMPTS
from codegen_desktop.ui.training.stop_dialog import StopDialog
from codegen_desktop.ui.training.tab import TrainingTab
from codegen_desktop.ui.training.transport import ORDER
from codegen_desktop.ui.widgets.segmented import Segmented
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


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    test = tuple(range(4, COUNT, 5))
    train = tuple(index for index in range(COUNT) if index not in test)
    return Dataset("starter", tuple(starter_snippets(COUNT, seed=5)), Split(train, test, 5, "by composition"))


@pytest.fixture
def ready(workspace: Workspace, lab: Lab, dataset: Dataset) -> Workspace:
    """A workspace with a Lab, a dataset and its tokenizer; no run yet."""
    prepare(workspace, lab, dataset)
    return workspace


def prepare(workspace: Workspace, lab: Lab, dataset: Dataset) -> None:
    """Put a Lab with a dataset and its tokenizer into a workspace."""
    workspace.lab = lab
    tokenizer = learn_tokenizer("bpe", [snippet.text for snippet in dataset.train], 400)
    dataset_id = save_dataset(lab, dataset)
    workspace.set_dataset(dataset, dataset_id)
    workspace.set_tokenizer(tokenizer, save_tokenizer(lab, dataset_id, tokenizer))


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
    tab.parts.recipe.options_changed.emit(TINY)


def click(tab: TrainingTab, qtbot: QtBot) -> None:
    qtbot.mouseClick(tab.parts.transport.start_button, Qt.MouseButton.LeftButton)


def ask_to_stop(tab: TrainingTab, qtbot: QtBot) -> StopDialog:
    """Click Stop and wait for its question."""
    qtbot.mouseClick(tab.parts.transport.stop_button, Qt.MouseButton.LeftButton)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, StopDialog)
    return dialog


def press(qtbot: QtBot, words: str) -> None:
    """Click a choice of the open dialog."""
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    card = next(one for one in dialog.findChildren(QPushButton) if one.accessibleName() == words)
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)


def begin_long(tab: TrainingTab, qtbot: QtBot, steps: int = 10) -> None:
    """Start a training that ends only when it is told to, and wait for some steps."""
    tab.parts.transport.choose("custom")
    tab.parts.recipe.set_options(TINY.model_copy(update={"epochs": 600}))
    click(tab, qtbot)
    qtbot.waitUntil(lambda: tab.steps_drawn >= steps, timeout=60_000)


def waits(tab: TrainingTab) -> bool:
    return tab.session.waits and bool(tab.parts.transport.change_text)


def steps_shown(tab: TrainingTab) -> list[TrainStep]:
    assert tab.shown.history is not None
    return tab.shown.history.steps


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


def test_a_training_tells_the_instruments_what_they_show(ready: Workspace, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    choose_tiny(tab)
    qtbot.mouseClick(tab.parts.right_switch.buttons()[1], Qt.MouseButton.LeftButton)
    inside = tab.parts.inside
    assert "No run yet" in inside.empty_words
    with qtbot.waitSignal(ready.run_changed, timeout=60_000):
        click(tab, qtbot)
    qtbot.waitUntil(lambda: tab.is_settled() and inside.epochs.count() == 3, timeout=20_000)
    run = ready.run
    assert run is not None
    last = run.epochs[-1]
    assert [row.score for row in inside.kinds.rows] == [score for score in last.kinds if score.tokens]
    inside.views.setCurrentIndex(1)
    qtbot.waitUntil(lambda: inside.snippets.scored is not None, timeout=20_000)
    assert inside.snippets.scored is not None
    hardest = inside.snippets.scored.snippets[0]
    assert (hardest.row, hardest.loss) == (last.hardest[0].row, last.hardest[0].loss)
    losses = [token.loss for token in hardest.tokens if token.loss is not None]
    assert sum(losses) / len(losses) == pytest.approx(hardest.loss, rel=1e-3), "the kept weights say the same again"
    inside.views.setCurrentIndex(3)
    assert all(value > 0 for value in inside.signals.plots["gradient_norm"].curves[0].y)
    assert len(inside.signals.plots["update_norm"].curves[0].y) == 8


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
    ask_to_stop(tab, qtbot)
    press(qtbot, "Stop and keep")
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


def test_single_steps_from_the_very_first(ready: Workspace, lab: Lab, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    choose_tiny(tab)
    qtbot.mouseClick(tab.parts.transport.step_button, Qt.MouseButton.LeftButton)
    for done in range(1, 7):  # past the end of the first epoch, which is measured on the way
        qtbot.waitUntil(lambda: waits(tab), timeout=30_000)
        assert tab.steps_drawn == done
        assert f"Loss {steps_shown(tab)[-1].loss:.3f} on its" in tab.parts.transport.change_text
        assert f"paused at step {done} of 8" in tab.parts.transport.where_text
        assert tab.parts.transport.start_button.text() == "Continue"
        with qtbot.waitSignal(tab.session.changed):
            qtbot.keyClick(tab, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: waits(tab), timeout=30_000)
    assert "epoch 2" in tab.parts.transport.where_text.lower()
    click(tab, qtbot)
    qtbot.waitUntil(lambda: not tab.session.running and tab.is_settled(), timeout=30_000)
    assert tab.parts.transport.change_text == ""
    stepped = load_steps(lab, 1)
    train(ready)
    assert [one.loss for one in stepped] == [one.loss for one in load_steps(lab, 2)]


def test_a_step_wished_while_it_runs_makes_it_wait(ready: Workspace, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    begin_long(tab, qtbot)
    qtbot.keyClick(tab, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: waits(tab), timeout=10_000)
    step = tab.steps_drawn
    tab.controls.step()
    qtbot.waitUntil(lambda: waits(tab) and tab.steps_drawn == step + 1, timeout=10_000)
    tab.session.discard()
    qtbot.waitUntil(lambda: not tab.session.running and tab.is_settled(), timeout=30_000)


def test_the_stop_question_goes_on_by_escape_and_training_goes_on_meanwhile(ready: Workspace, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    begin_long(tab, qtbot)
    dialog = ask_to_stop(tab, qtbot)
    said = dialog.discard_card.sentence
    assert " steps (" in said
    qtbot.waitUntil(lambda: dialog.discard_card.sentence != said, timeout=10_000)
    assert f"{steps_shown(tab)[-1].steps:,}" in dialog.keep_card.sentence
    assert "that very step" in dialog.keep_card.sentence
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert tab.session.running
    assert not tab.session.stopping
    ask_to_stop(tab, qtbot)
    press(qtbot, "Stop and keep")
    qtbot.waitUntil(lambda: not tab.session.running and tab.is_settled(), timeout=30_000)
    assert tab.controls.stop_dialog is None


def test_discarding_deletes_the_run_and_shows_the_one_before(ready: Workspace, lab: Lab, qtbot: QtBot) -> None:
    train(ready)
    tab = open_tab(ready, qtbot)
    begin_long(tab, qtbot)
    ask_to_stop(tab, qtbot)
    press(qtbot, "Stop and discard this run")
    qtbot.waitUntil(lambda: ready.messages.current is not None and "discarded" in ready.messages.current.what)
    qtbot.waitUntil(tab.is_settled, timeout=30_000)
    assert [run.id for run in list_runs(lab)] == [1]
    assert load_steps(lab, 2) == ()
    assert tab.steps_drawn == 8
    assert ready.stage("training").mark in ("ready", "done")
    assert tab.parts.transport.start_button.isEnabled()


def test_discarding_the_only_run_leaves_an_empty_tab(ready: Workspace, lab: Lab, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    begin_long(tab, qtbot)
    tab.session.pause()
    ask_to_stop(tab, qtbot)
    press(qtbot, "Stop and discard this run")
    qtbot.waitUntil(lambda: ready.messages.current is not None and "discarded" in ready.messages.current.what)
    qtbot.waitUntil(tab.is_settled, timeout=30_000)
    assert list_runs(lab) == ()
    assert tab.steps_drawn == 0
    assert "Not started" in tab.parts.transport.where_text


def test_the_question_closes_when_the_training_ends_meanwhile(ready: Workspace, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    choose_tiny(tab)
    click(tab, qtbot)
    dialog = ask_to_stop(tab, qtbot)
    with qtbot.waitSignal(dialog.destroyed, timeout=30_000):
        pass
    qtbot.waitUntil(tab.is_settled, timeout=30_000)
    assert ready.run is not None
    assert ready.run.state == "finished"


def test_the_time_of_a_recipe_is_measured_when_idle_and_gives_way_to_a_training(
    ready: Workspace, lab: Lab, qtbot: QtBot
) -> None:
    tab = open_tab(ready, qtbot)
    choose_tiny(tab)
    custom = tab.findChild(Segmented).buttons()[ORDER.index("custom")]
    assert "–" in custom.text()
    assert "Not measured yet" in custom.toolTip()
    ready.torch_loaded.emit()
    qtbot.waitUntil(lambda: "5 s" in custom.text(), timeout=30_000)
    assert "real steps" in custom.toolTip()
    assert list_runs(lab) == ()
    qtbot.waitUntil(lambda: bool(ready.jobs), timeout=30_000)  # the other presets are being measured
    click(tab, qtbot)
    qtbot.waitUntil(lambda: ready.run is not None and tab.is_settled(), timeout=60_000)
    train(ready)
    assert [one.loss for one in load_steps(lab, 1)] == [one.loss for one in load_steps(lab, 2)]


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


def test_what_a_run_wrote_is_kept_when_its_dataset_is_no_longer_current(
    ready: Workspace, dataset: Dataset, qtbot: QtBot
) -> None:
    train(ready)
    ready.set_dataset(dataset, 99)
    tab = open_tab(ready, qtbot)
    qtbot.waitUntil(lambda: tab.parts.prompts.shown is not None, timeout=10_000)
    assert tab.parts.prompts.slider.maximum() == TINY.epochs
    assert [entry.title for entry in tab.parts.prompts.code.entries].count("Seen in training") == 2


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
    for place, part in ((PROMPTS, tab.parts.prompts), (INSIDE, tab.parts.inside), (MODEL, tab.parts.recipe)):
        tab.parts.switch.choose(place)
        assert part.isVisible()
        assert not tab.parts.epoch_table.isVisible()
    tab.resize(round(1440 * scale), round(900 * scale))
    for part in (tab.parts.epoch_table, tab.parts.prompts, tab.parts.recipe, tab.parts.run_list):
        assert part.isVisible()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_names_of_lines_stand_beside_the_plot_and_never_on_each_other(
    ready: Workspace, dressed: QApplication, qtbot: QtBot, scale: float
) -> None:
    train(ready)
    style.apply(dressed, theme.Theme().with_scale(scale))
    tab = open_tab(ready, qtbot, 1024, 640)
    for plot in tab.parts.figure.plots.values():
        areas = plot.labels.areas()
        assert len(areas) >= 3
        assert all(area.top() >= 0 and area.bottom() <= plot.labels.height() + 1 for area in areas)
        for place, area in enumerate(areas):
            assert not any(area.adjusted(0, 1, 0, -1).intersects(other) for other in areas[:place])
        assert plot.labels.geometry().left() >= plot.plotItem.getViewWidget().geometry().right()


@pytest.mark.parametrize("width", [1440, 1024, 500])
def test_a_long_observation_takes_two_lines_where_rows_lack_room_and_else_all_it_needs(
    dressed: QApplication, qtbot: QtBot, width: int
) -> None:
    assert dressed is not None
    table = EpochTable()
    qtbot.addWidget(table)
    words = "Test loss 0.80, 0.32 above the grammar's own; 77% of the test tokens are predicted, by the table 58%. " * 2
    table.resize(width, 300)
    table.show()
    table.set_rows(tuple(EpochRow(epoch, "done", 1.0, 0.5, None, words) for epoch in range(1, 6)))
    bar = table.horizontalScrollBar()
    assert bar.maximum() == bar.minimum()
    qtbot.waitUntil(lambda: table.columnViewportPosition(4) + table.columnWidth(4) == table.viewport().width())
    cell = table.visualRect(table.model().index(0, 4)).adjusted(8, 0, -8, 0)
    flags = Qt.TextFlag.TextWordWrap
    metrics = QFontMetrics(theme.font(12))
    needed = metrics.boundingRect(cell, flags, words)
    fits = 5 * (needed.height() + 8) <= table.viewport().height()
    assert table.rowHeight(0) >= needed.height() if fits else table.rowHeight(0) <= 44
    assert table.model().index(0, 4).data(Qt.ItemDataRole.ToolTipRole) == words
    shown = shortened(words, theme.font(12), cell.width(), 2)
    assert shown == words or shown.endswith("…")
    assert metrics.boundingRect(cell, flags, shown).height() <= 2 * metrics.lineSpacing()
    table.resize(width, 2_000)
    assert needed.height() <= table.rowHeight(0)
    assert needed.width() <= cell.width()
    lines = needed.height() // metrics.lineSpacing()
    assert shortened(words, theme.font(12), cell.width(), lines) == words


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_both_plots_show_the_same_epochs_side_by_side_and_one_above_the_other(
    ready: Workspace, dressed: QApplication, qtbot: QtBot, scale: float
) -> None:
    train(ready)
    style.apply(dressed, theme.Theme().with_scale(scale))
    tab = open_tab(ready, qtbot, 1024, 640)
    loss, accuracy = tab.parts.figure.plots["loss"], tab.parts.figure.plots["accuracy"]
    for low, high in ((-0.02, 2.06), (0.5, 1.0)):
        loss.view.setXRange(low, high, padding=0)
        for plot in (loss, accuracy):
            assert plot.view.viewRange()[0] == pytest.approx([low, high])
    accuracy.reset_zoom()
    assert loss.view.viewRange()[0] == pytest.approx(accuracy.view.viewRange()[0])


def test_tab_goes_through_everything_and_leaves_the_tables(ready: Workspace, qtbot: QtBot) -> None:
    train(ready)
    tab = open_tab(ready, qtbot)
    tab.activateWindow()
    tab.parts.side_by_side_button.setChecked(True)
    tab.parts.transport.start_button.setFocus()
    seen = []
    for _ in range(40):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    for part in (tab.parts.epoch_table, tab.parts.prompt_table, tab.parts.run_list, tab.parts.change_button):
        assert part in seen
    assert seen.count(tab.parts.epoch_table) <= 2
    assert seen.index(tab.parts.epoch_table) < seen.index(tab.parts.prompt_table)


def test_the_stage_says_paused_after_the_step_that_was_being_made(ready: Workspace, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    begin_long(tab, qtbot)
    qtbot.keyClick(tab, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: waits(tab) and tab.shown.is_settled, timeout=30_000)
    ready.training_event.emit(steps_shown(tab)[-1])  # a step that was being made is told after the pause
    qtbot.waitUntil(lambda: ready.stage(Stage.TRAINING).mark is Mark.PAUSED, timeout=10_000)
    done = steps_shown(tab)[-1].step
    assert f"paused at step {done:,}" in ready.stage(Stage.TRAINING).text
    assert not any(row.observation.startswith("Running") for row in tab.parts.epoch_table.rows)
    tab.session.discard()
    qtbot.waitUntil(lambda: not tab.session.running and tab.is_settled(), timeout=30_000)


def test_the_keys_still_work_after_the_focused_switch_was_folded_away(ready: Workspace, qtbot: QtBot) -> None:
    tab = open_tab(ready, qtbot)
    tab.activateWindow()
    tab.parts.right_switch.buttons()[1].setFocus()
    tab.resize(1024, 640)
    qtbot.waitUntil(lambda: tab.parts.switch.isVisible())
    focus = QApplication.focusWidget()
    assert focus is tab or tab.isAncestorOf(focus)
