"""The figure as a person reads, sets and saves it: units, scale, windows, zoom, table, and files."""

import csv
import io
import math
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from small_lab import fill

from codegen_desktop.lab import Lab
from codegen_desktop.model.records import Baselines, BaselineScore, EpochResult, TrainStep
from codegen_desktop.model.runs import append_steps, load_run
from codegen_desktop.ui import style, theme
from codegen_desktop.ui.training import picture
from codegen_desktop.ui.training.content import Shown, content, y_range
from codegen_desktop.ui.training.figure import Figure
from codegen_desktop.ui.training.figure_options import FigureOptions, from_text
from codegen_desktop.ui.training.history import RunHistory, Series, number_rows
from codegen_desktop.ui.training.scale import Scale
from codegen_desktop.ui.training.tab import TrainingTab
from codegen_desktop.ui.workspace import Workspace

BASELINES = Baselines(
    BaselineScore(math.log(100), 0.01, 2.0),
    BaselineScore(4.0, 0.1, 1.8),
    BaselineScore(2.5, 0.4, 1.2),
    BaselineScore(2.0, 0.5, 1.0),
    0.5,
)
STEPS = 1000


def history(done: int = STEPS) -> RunHistory:
    """Two epochs of 500 steps, as far as they went; a nat per token is half a bit per byte."""
    made = RunHistory(2, BASELINES)
    made.add_result(EpochResult(0, 4.5, 0.01, 4.6, 0.01, 2.3, 0.0))
    for number in range(1, done + 1):
        loss = 4.0 * math.exp(-number / 300) + 0.6
        made.add_step(TrainStep(number, STEPS, 1 + (number - 1) // 500, loss, 1 - loss / 5, 0.01, 100, 0.01))
        if number % 500 == 0:
            made.add_result(EpochResult(number // 500, loss, 0.5, loss + 0.1, 0.5, (loss + 0.1) / 2, 5.0))
    return made


@pytest.fixture
def figure(dressed: QApplication, qtbot: QtBot) -> Figure:
    assert dressed is not None
    made = Figure()
    qtbot.addWidget(made)
    made.resize(1100, 380)
    made.show()
    made.set_history(history())
    return made


def choose(figure: Figure, name: str, value: object) -> None:
    figure.view_menu.action(name, value).trigger()


def test_every_number_follows_the_unit(figure: Figure) -> None:
    plot, run = figure.plots["loss"], history()
    losses = np.array([result.test_loss for result in run.results])
    for unit, places, word in (
        ("nats", losses, "4.61"),
        ("bits", losses / 2, "2.30"),
        ("perplexity", np.log10(np.exp(losses)), "100"),  # on a log scale, until it is turned off
    ):
        choose(figure, "unit", unit)
        assert plot.test_points()[1] == pytest.approx(places)
        assert f"Random guess {word}" in plot.labels.accessibleName().replace(", ln 100:", "").replace(
            " among 100 tokens:", ""
        ).replace("guess:", "guess")
        assert figure.plots["accuracy"].test_points()[1] == pytest.approx([0.01, 0.5, 0.5])
    figure.view_menu.log_action.trigger()
    assert plot.test_points()[1] == pytest.approx(np.exp(losses))


def test_what_was_chosen_is_there_at_the_next_start(figure: Figure, qtbot: QtBot) -> None:
    choose(figure, "unit", "bits")
    choose(figure, "window", "epoch")
    choose(figure, "smoothing", 0.6)
    figure.view_menu.log_action.trigger()
    later = Figure()
    qtbot.addWidget(later)
    assert later.options == FigureOptions(smoothing=0.6, unit="bits", logarithmic=True, window="epoch")
    assert later.view_menu.action("unit", "bits").isChecked()
    assert later.view_menu.log_action.isChecked()


@pytest.mark.parametrize("text", ["", "{", "7", '{"unit": "ells", "smoothing": "much", "window": []}'])
def test_settings_that_cannot_be_are_the_usual_ones(text: str) -> None:
    assert from_text(text) == FigureOptions()


def test_windows_follow_a_run_and_show_it_closely(figure: Figure) -> None:
    going = history(600)
    figure.set_history(going)
    choose(figure, "window", "epoch")
    assert figure.plots["loss"].view.viewRange()[0] == pytest.approx([0.2, 1.23])
    choose(figure, "window", "steps")
    assert figure.plots["loss"].view.viewRange()[0] == pytest.approx([0.8, 1.212])
    low, high = figure.plots["loss"].view.viewRange()[1]
    assert 0.5 < low < high < 2.0
    for number in range(601, 701):
        going.add_step(TrainStep(number, STEPS, 2, 1.0, 0.5, 0.01, 100, 0.01))
    figure.refresh()
    for plot in figure.plots.values():
        assert plot.view.viewRange()[0] == pytest.approx([1.0, 1.412])
    assert not figure.reset_button.isVisible()


def test_a_zoom_stays_while_a_run_goes_on_and_can_be_reset(figure: Figure, qtbot: QtBot) -> None:
    going = history(600)
    figure.set_history(going)
    whole = figure.plots["accuracy"].view.viewRange()
    figure.plots["loss"].setFocus()
    qtbot.keyClick(figure.plots["loss"], Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert figure.reset_button.isVisible()
    zoomed = figure.plots["accuracy"].view.viewRange()[0]
    going.add_step(TrainStep(601, STEPS, 2, 1.0, 0.5, 0.01, 100, 0.01))
    figure.refresh()
    for plot in figure.plots.values():
        assert plot.view.viewRange()[0] == pytest.approx(zoomed)
    qtbot.mouseClick(figure.reset_button, Qt.MouseButton.LeftButton)
    assert figure.plots["accuracy"].view.viewRange() == [pytest.approx(part) for part in whole]
    assert not figure.reset_button.isVisible()


def test_the_legend_says_which_train_line_is_which(figure: Figure) -> None:
    words = {label.text() for label in figure.findChildren(type(figure.title)) if label.isVisible()}
    assert "Train: faint each step, strong smoothed 0.9" in words
    choose(figure, "smoothing", 0.0)
    words = {label.text() for label in figure.findChildren(type(figure.title)) if label.isVisible()}
    assert "Train: each step" in words


def test_the_table_follows_a_run_step_by_step(figure: Figure) -> None:
    going = history(0)
    figure.set_history(going)
    figure.show_table(True)
    model = figure.findChild(type(figure._table)).model()
    told = history()
    for step in told.steps[:520]:
        going.add_step(step)
        if step.step in (1, 2, 3, 400, 500):
            figure.refresh()
        if step.step == 500:
            going.add_result(told.results[1])
            figure.refresh()
    figure.refresh()
    assert model.rows == number_rows(going)
    assert model.index(500, 0).data() == "500"
    assert model.index(500, 4).data() == f"{told.results[1].test_loss:.4f}"
    again = told.steps[449]
    going.add_step(again)
    figure.refresh()
    assert model.rowCount() == 451


def test_pictures_hold_both_plots_in_light_colours_whatever_the_window(dressed: QApplication) -> None:
    shown = Shown(history())
    light = picture.png(shown, "Run 1")
    style.apply(dressed, theme.Theme().with_dark(True).with_scale(2.0))
    assert picture.png(shown, "Run 1") == light
    image = QImage.fromData(light)
    assert (image.width(), image.height()) == (2400, 1040)
    inks = {image.pixelColor(x, y).name() for x in range(0, 2400, 3) for y in range(220, 940, 3)}
    assert {"#0f5fb3", "#d4560a", "#ffffff"} <= inks
    root = ElementTree.fromstring(picture.svg(shown, "Run 1 <b>"))
    words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    for word in ("Run 1 <b>", "Loss ↓ nats per token", "Accuracy ↑", "Epochs", "Random guess 4.61", "100 %"):
        assert word in words


def test_a_picture_needs_no_run_and_few_points() -> None:
    assert picture.svg(Shown(), "Training").startswith(b"<?xml")
    x = np.arange(50_000, dtype=np.float64)
    y = np.sin(x / 900)
    y[12_345] = 7.0
    drawn = picture.thinned(Series(x, y))
    assert len(drawn.x) < 2000
    assert 7.0 in drawn.y
    assert (drawn.x[0], drawn.x[-1]) == (0, 49_999)
    assert np.all(np.diff(drawn.x) > 0)


@pytest.mark.parametrize("form", ["png", "svg", "csv"])
def test_saving_the_figure(workspace: Workspace, lab: Lab, tmp_path: Path, qtbot: QtBot, form: str) -> None:
    fill(lab)
    append_steps(lab, 1, [TrainStep(step, 8, 1 + step // 5, 4.0, 0.2, 0.01, 50, 0.1) for step in range(1, 9)])
    workspace.lab = lab
    tab = TrainingTab(workspace)
    qtbot.addWidget(tab)
    tab.show()
    workspace.set_run(load_run(lab))
    qtbot.waitUntil(tab.is_settled, timeout=20_000)
    menu = tab.parts.figure.view_menu
    next(action for action in menu.saves if f"({form.upper()})" in action.text()).trigger()
    dialog = tab.saving.dialog
    assert isinstance(dialog, QFileDialog)
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    path = tmp_path / f"figure.{form}"
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    qtbot.waitUntil(lambda: tab.saving.dialog is None)
    assert workspace.messages.current is not None
    assert str(path) in workspace.messages.current.what
    data = path.read_bytes()
    if form == "csv":
        assert len(list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))) == 9
    else:
        assert data.startswith(b"\x89PNG" if form == "png" else b"<?xml")
    assert sorted(tmp_path.glob("figure*")) == [path]
    tab.saving.save(tmp_path / "test.cglab" / f"x.{form}", form)
    assert workspace.messages.current.kind == "error"


def test_scales_and_their_numbers() -> None:
    plain = Scale("loss")
    assert [words for _, words in plain.ticks(0, 7.3)] == ["0", "1", "2", "3", "4", "5", "6", "7"]
    assert [words for _, words in plain.ticks(0.16, 0.31, 4)] == ["0.2", "0.25", "0.3"]
    log = Scale("loss", "perplexity", logarithmic=True)
    assert [words for _, words in log.ticks(math.log10(1.2), math.log10(2000), 12)][-3:] == ["500", "1,000", "2,000"]
    assert [place for place, _ in log.ticks(0, 3, 4)] == pytest.approx([0, 1, 2, 3])
    assert [words for _, words in log.ticks(math.log10(1.5), math.log10(1.64), 4)] == ["1.5", "1.55", "1.6"]
    assert log.place_one(math.log(1000)) == pytest.approx(3.0)
    assert log.write(math.log(1305)) == "1,305"
    assert math.isnan(Scale("loss", "nats", logarithmic=True).place_one(0.0))
    assert math.isnan(Scale("loss", "bits").place_one(1.0)), "without a run nobody knows the bytes of a token"
    assert Scale("loss", "bits", bits_per_nat=0.5).write(1.0) == "0.50"
    assert Scale("accuracy", "perplexity", logarithmic=True).place_one(0.5) == 0.5
    assert [words for _, words in Scale("accuracy").ticks(0, 1.02)] == ["0", "20 %", "40 %", "60 %", "80 %", "100 %"]


def test_a_plot_without_a_run_has_room_for_the_trace_in_every_unit() -> None:
    for options in (FigureOptions(), FigureOptions().with_unit("bits"), FigureOptions().with_unit("perplexity")):
        told = content(Shown(None, options), "loss")
        low, high = y_range(told, (0, 5), whole=True)
        assert math.isfinite(low)
        assert math.isfinite(high)
        assert low < high
