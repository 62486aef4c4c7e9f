"""The instruments of the Training tab and the prompts through time, as a person reads them from a kept run."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from small_lab import fill, small_dataset, small_tokenizer

from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.losses import token_losses
from codegen_desktop.lab import Lab
from codegen_desktop.model.batch_order import lay_out, order
from codegen_desktop.model.records import KindScore, RowScore, TrainStep
from codegen_desktop.model.rows import make_rows
from codegen_desktop.model.runs import append_steps, load_run, load_weights, save_epoch
from codegen_desktop.tokenization.kinds import KINDS
from codegen_desktop.tokenization.tokenizer import PAD_ID, START_ID
from codegen_desktop.ui import style, theme
from codegen_desktop.ui.training.inside import panel as views
from codegen_desktop.ui.training.inside.batch_view import BatchModel
from codegen_desktop.ui.training.tab import TrainingTab
from codegen_desktop.ui.workspace import Workspace

EPOCHS = 2


def measure(lab: Lab) -> None:
    """Write beside the epochs of the small Lab's run what a training measures of them, and eight steps."""
    run = load_run(lab)
    dataset = small_dataset()
    rows = make_rows(small_tokenizer(dataset), [snippet.text for snippet in dataset.test], 50)
    for result in run.epochs:
        decoder = Decoder(load_weights(lab, run.id, result.epoch), run.shape)
        losses = token_losses(decoder, [rows.row(number) for number in range(len(rows))])
        flat = np.concatenate(losses)
        kinds = tuple(
            KindScore(kind, int(here.sum()), float(flat[here].mean()) if here.any() else 0.0, 0.1 * result.epoch)
            for place, kind in enumerate(KINDS)
            if (here := rows.kinds == place) is not None
        )
        means = sorted((RowScore(number, float(one.mean())) for number, one in enumerate(losses)), key=_loss)
        save_epoch(
            lab,
            run.id,
            dataclasses.replace(result, kinds=kinds, hardest=tuple(means[:-3:-1]), easiest=tuple(means[:2])),
        )
    append_steps(
        lab,
        run.id,
        [TrainStep(n, 8, 1 + (n - 1) // 4, 3.0, 0.2, 0.01, 90, 0.1, 2.0 / n, 0.1 / n) for n in range(1, 9)],
    )


def _loss(score: RowScore) -> float:
    return score.loss


@pytest.fixture(params=["measured"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A Lab with a run of two epochs; measured as now, or as before the instruments existed."""
    path = tmp_path / "small.cglab"
    with Lab.create(path) as lab:
        fill(lab, EPOCHS)
        if request.param == "measured":
            measure(lab)
    return path


@pytest.fixture
def tab(workspace: Workspace, kept: Path, qtbot: QtBot) -> TrainingTab:
    """The tab in a wide window with that Lab open, the instruments in front."""
    made = TrainingTab(workspace)
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    workspace.spawn(workspace.open_lab(kept))
    qtbot.waitUntil(lambda: workspace.run is not None and made.is_settled(), timeout=20_000)
    return made


def look(tab: TrainingTab, qtbot: QtBot, view: int) -> None:
    """Choose an instrument with the mouse and the keys."""
    inside = tab.parts.inside
    qtbot.mouseClick(tab.parts.right_switch.buttons()[1], Qt.MouseButton.LeftButton)
    assert inside.isVisible()
    inside.views.setFocus()
    qtbot.keyClick(inside.views, Qt.Key.Key_Home)
    for _ in range(view):
        qtbot.keyClick(inside.views, Qt.Key.Key_Down)
    assert inside.views.currentText() == views.VIEWS[view]
    qtbot.waitUntil(tab.is_settled, timeout=10_000)


def test_kinds_of_token_after_each_epoch(tab: TrainingTab, qtbot: QtBot) -> None:
    look(tab, qtbot, views.KINDS)
    inside = tab.parts.inside
    assert inside.kinds.isVisible()
    assert [row.score.kind for row in inside.kinds.rows] == ["layout", "punctuation", "keyword", "name", "literal"]
    assert sum(row.share for row in inside.kinds.rows) == pytest.approx(1)
    assert {row.epoch for row in inside.kinds.rows} == {EPOCHS}
    assert "Layout and punctuation are" in inside.sentence
    qtbot.keyClick(inside.epochs, Qt.Key.Key_Home)
    assert {row.epoch for row in inside.kinds.rows} == {0}
    assert "Before the first step" in inside.sentence
    accuracy, _ = inside.kinds.plots
    assert [curve.y.tolist() for curve in accuracy.curves] == [pytest.approx([0, 0.1, 0.2])] * 5


def test_the_hardest_and_easiest_snippets_with_the_loss_of_every_token(tab: TrainingTab, qtbot: QtBot) -> None:
    look(tab, qtbot, views.SNIPPETS)
    inside = tab.parts.inside
    qtbot.waitUntil(lambda: bool(inside.snippets.code.entries), timeout=10_000)
    scored = inside.snippets.scored
    assert scored is not None
    texts = [snippet.text for snippet in small_dataset().test]
    for snippet in scored.snippets:
        assert snippet.text == texts[snippet.row]
        assert np.mean([token.loss for token in snippet.tokens]) == pytest.approx(snippet.loss, rel=1e-4)
        assert "".join(snippet.text[token.start : token.end] for token in snippet.tokens) == snippet.text
    entries = inside.snippets.code.entries
    assert [entry.title for entry in entries] == ["Hardest 1", "Hardest 2", "Easiest 1", "Easiest 2"]
    assert all(len(entry.shares) == len(one.tokens) - 1 for entry, one in zip(entries, scored.snippets, strict=True))
    assert f"hardest: {scored.snippets[0].loss:.2f}" in inside.sentence
    inside.views.setFocus()
    qtbot.keyClick(tab, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert inside.snippets.twin.isVisible(), "the choice of instruments stands in the card's header, and counts"
    assert inside.snippets.twin.model().rowCount() == sum(len(snippet.tokens) for snippet in scored.snippets)


def test_the_first_batch_as_the_model_saw_it(tab: TrainingTab, workspace: Workspace, qtbot: QtBot) -> None:
    look(tab, qtbot, views.BATCH)
    inside = tab.parts.inside
    qtbot.waitUntil(lambda: inside.batch.model is not None, timeout=10_000)
    run = workspace.run
    assert run is not None
    dataset = small_dataset()
    rows = make_rows(small_tokenizer(dataset), [snippet.text for snippet in dataset.train], 50)
    grid = lay_out(rows, order(rows, run.options.batch, run.options.seed, 1)[0])
    model, table = inside.batch.model, inside.batch.grid
    assert model is not None
    assert table is not None
    assert (model.rowCount(), model.columnCount()) == (2 * run.options.batch, 1 + grid.inputs.shape[1])
    shown = [[model.token_id(row, at) for at in range(grid.inputs.shape[1])] for row in model.rows]
    assert shown[::2] == grid.inputs.tolist()
    assert shown[1::2] == grid.targets.tolist()
    assert all(row[0] == START_ID for row in shown[::2])
    for inputs, targets in zip(shown[::2], shown[1::2], strict=True):
        assert [number for number in inputs[1:] if number != PAD_ID] == targets[: sum(n != PAD_ID for n in targets) - 1]
    assert model.index(0, 1).data() == "start"
    pads = [index for index in cells(model) if "pad: fills" in index.data(Qt.ItemDataRole.ToolTipRole)]
    assert len(pads) == int((~grid.real).sum())
    table.selectRow(1)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text().split("\t")[:2] == ["1 target", model.index(1, 1).data()]
    assert f"{int(grid.real.sum())} targets" in inside.sentence


def cells(model: BatchModel) -> list[QModelIndex]:
    return [model.index(row, at) for row in range(model.rowCount()) for at in range(1, model.columnCount())]


def test_the_signals_of_the_steps(tab: TrainingTab, qtbot: QtBot) -> None:
    look(tab, qtbot, views.SIGNALS)
    inside = tab.parts.inside
    assert inside.signals.plots["gradient_norm"].curves[0].y.tolist() == [2.0 / n for n in range(1, 9)]
    assert inside.signals.plots["update_norm"].curves[0].y.tolist() == [0.1 / n for n in range(1, 9)]
    assert inside.signals.plots["speed"].curves[0].y.tolist() == pytest.approx([900] * 8)
    assert "Gradient norm" in inside.sentence
    qtbot.mouseClick(inside.table_button, Qt.MouseButton.LeftButton)
    assert inside.signals.twin.isVisible()
    assert inside.signals.twin.model().rowCount() == 8


@pytest.mark.parametrize("kept", ["old"], indirect=True)
def test_a_run_from_before_says_plainly_what_is_not_known_of_it(tab: TrainingTab, qtbot: QtBot) -> None:
    for view, page in ((views.KINDS, tab.parts.inside.kinds), (views.SNIPPETS, tab.parts.inside.snippets)):
        look(tab, qtbot, view)
        assert not page.isVisible()
        assert "before that was measured" in tab.parts.inside.empty_words
    look(tab, qtbot, views.BATCH)
    assert tab.parts.inside.batch.isVisible(), "the batch follows from rows and seed, which every run has"


def test_texts_of_another_dataset_are_not_shown(tab: TrainingTab, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.set_dataset(small_dataset("other"), 99)
    look(tab, qtbot, views.BATCH)
    assert "another dataset" in tab.parts.inside.empty_words
    assert not tab.parts.inside.batch.isVisible()


def test_the_prompts_through_time(tab: TrainingTab, qtbot: QtBot) -> None:
    prompts = tab.parts.prompts
    assert prompts.isVisible()
    assert prompts.slider.maximum() == EPOCHS
    newest = prompts.shown
    assert newest is not None
    assert newest.epoch == EPOCHS
    assert [entry.code for entry in prompts.code.entries] == [one.prompt + one.text for one in newest.completions]
    prompts.slider.setFocus()
    qtbot.keyClick(prompts.slider, Qt.Key.Key_Home)
    untrained = prompts.shown
    assert untrained is not None
    assert untrained.epoch == 0
    assert [entry.code for entry in prompts.code.entries] == [one.prompt + one.text for one in untrained.completions]
    assert "Valid Python" in prompts.sentence
    assert prompts.plot.curves[0].x.tolist() == [0, 1, 2]
    qtbot.keyClick(tab, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert prompts.table.isVisible()
    assert prompts.table.model().columnCount() == 1 + len(prompts.plot.curves[0].x)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_in_a_small_window_the_page_holds_the_instruments(
    tab: TrainingTab, dressed: QApplication, qtbot: QtBot, scale: float
) -> None:
    style.apply(dressed, theme.Theme().with_scale(scale).with_dark(True))
    tab.resize(round(1024 * scale), round(640 * scale))
    tab.parts.switch.choose(2)
    inside = tab.parts.inside
    for view in range(len(views.VIEWS)):
        inside.views.setCurrentIndex(view)
        qtbot.waitUntil(tab.is_settled, timeout=10_000)
        assert inside.isVisible()
        assert inside.views.isVisible()
        assert inside.width() <= tab.width()
    assert tab.minimumSizeHint().height() <= theme.px(558), "a window of 640 has so much room for a tab"
