"""The list of runs as a person uses it: compare, open, rename, delete and export."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from small_lab import fill

from codegen_desktop.lab import Lab
from codegen_desktop.model.records import EpochResult, TrainStep
from codegen_desktop.model.runs import append_steps, list_runs, load_run
from codegen_desktop.ui import style, theme
from codegen_desktop.ui.training.runs.comparison_dialog import ComparisonDialog
from codegen_desktop.ui.training.runs.delete_dialog import DeleteDialog
from codegen_desktop.ui.training.runs.list_model import RunListModel
from codegen_desktop.ui.training.runs.run_list import RunList, box_area
from codegen_desktop.ui.training.tab import TrainingTab
from codegen_desktop.ui.workspace import Workspace


@pytest.fixture
def tab(workspace: Workspace, lab: Lab, qtbot: QtBot) -> TrainingTab:
    """The tab over a Lab with three runs; the newest is shown."""
    for _ in range(3):
        fill(lab)
    lab.connection.execute("UPDATE run SET tokenizer_id = 1, dataset_id = 1")
    for run in list_runs(lab):
        steps = [TrainStep(step, 8, 1 + step // 5, 4.0 - step / 10, 0.2, 0.01, 50, 0.1) for step in range(1, 9)]
        append_steps(lab, run.id, steps)
    workspace.lab = lab
    made = TrainingTab(workspace)
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    workspace.set_run(load_run(lab))
    qtbot.waitUntil(made.is_settled, timeout=20_000)
    return made


def run_list(tab: TrainingTab) -> RunList:
    return tab.parts.run_list


def place(tab: TrainingTab, row: int) -> QPoint:
    """The middle of the words of a run; rows are counted from the newest."""
    view = run_list(tab)
    return view.visualRect(view.model().index(row, 0)).center()


def box(tab: TrainingTab, row: int) -> QPoint:
    view = run_list(tab)
    return box_area(view.visualRect(view.model().index(row, 0))).center()


def press(tab: TrainingTab, qtbot: QtBot, at: QPoint) -> None:
    qtbot.mouseClick(run_list(tab).viewport(), Qt.MouseButton.LeftButton, pos=at)


def names(tab: TrainingTab) -> list[str]:
    model = run_list(tab).model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_a_checked_run_is_a_ghost_in_both_plots_and_named(tab: TrainingTab, lab: Lab, qtbot: QtBot) -> None:
    assert not tab.parts.compare_button.isEnabled()
    assert "Check the boxes" in tab.parts.compare_button.toolTip()
    press(tab, qtbot, box(tab, 1))
    assert tab.shown.run_id == 3, "the check box does not open the run"
    run_list(tab).setFocus()
    run_list(tab).setCurrentIndex(run_list(tab).model().index(2, 0))
    qtbot.keyClick(run_list(tab), Qt.Key.Key_Space)
    assert [run.name for run in tab.parts.figure.shown.compared] == ["Run 2", "Run 1"]
    for what, plot in tab.parts.figure.plots.items():
        assert f"Run 2, test {what} after epoch 2" in plot.labels.accessibleName()
        ghosts = [list(zip(*curve.getOriginalDataset(), strict=True)) for curve in plot.compared_curves]
        losses = [(float(one.epoch), getattr(one, f"test_{what}")) for one in load_run(lab, 2).epochs]
        assert ghosts == [losses, losses]
    press(tab, qtbot, place(tab, 1))
    qtbot.waitUntil(lambda: tab.shown.run_id == 2 and tab.is_settled(), timeout=20_000)
    assert [run.name for run in tab.parts.figure.shown.compared] == ["Run 1"], "a run is not its own ghost"
    qtbot.keyClick(run_list(tab), Qt.Key.Key_Space)
    press(tab, qtbot, box(tab, 2))
    assert tab.parts.figure.shown.compared == ()


def test_comparing_opens_a_table(tab: TrainingTab, qtbot: QtBot) -> None:
    press(tab, qtbot, box(tab, 2))
    qtbot.mouseClick(tab.parts.compare_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: tab.run_actions.dialog is not None, timeout=10_000)
    dialog = tab.run_actions.dialog
    assert isinstance(dialog, ComparisonDialog)
    model = dialog.table.model()
    assert [model.headerData(column, Qt.Orientation.Horizontal) for column in range(3)] == ["", "Run 3", "Run 1"]
    rows = [[model.index(row, column).data() for column in range(3)] for row in range(model.rowCount())]
    assert ["Test loss, nats per token ↓", "3.100", "3.100"] in rows
    assert dialog.reading.text().startswith("The test losses are equal")
    dialog.reject()
    qtbot.waitUntil(lambda: tab.run_actions.dialog is None)


def test_enter_opens_the_run_at_the_cursor(tab: TrainingTab, workspace: Workspace, qtbot: QtBot) -> None:
    view = run_list(tab)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert workspace.run is not None
    assert workspace.run.name == "Run 3", "moving the cursor opens nothing"
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert workspace.run.name == "Run 2"


def test_a_name_is_changed_in_place(tab: TrainingTab, workspace: Workspace, lab: Lab, qtbot: QtBot) -> None:
    view = run_list(tab)
    view.setFocus()
    for typed in ("  ", "With Muon "):
        qtbot.keyClick(view, Qt.Key.Key_F2)
        field = view.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        field.selectAll()
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: view.findChild(QLineEdit) is None)
    qtbot.waitUntil(lambda: names(tab)[0] == "With Muon", timeout=10_000)
    assert [run.name for run in list_runs(lab)] == ["Run 1", "Run 2", "With Muon"]
    assert workspace.run is not None
    assert workspace.run.name == "With Muon"


def asked(tab: TrainingTab, qtbot: QtBot) -> DeleteDialog:
    qtbot.waitUntil(lambda: tab.run_actions.dialog is not None, timeout=10_000)
    dialog = tab.run_actions.dialog
    assert isinstance(dialog, DeleteDialog)
    return dialog


def test_deleting_says_what_is_lost_and_the_newest_left_is_shown(
    tab: TrainingTab, workspace: Workspace, lab: Lab, qtbot: QtBot
) -> None:
    view = run_list(tab)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    dialog = asked(tab, qtbot)
    assert "8 steps" in dialog.sentence.text()
    assert "3 saved models" in dialog.sentence.text()
    assert "kB" in dialog.sentence.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.run_actions.dialog is None)
    assert len(list_runs(lab)) == 3, "Enter keeps"
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.mouseClick(asked(tab, qtbot).delete_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names(tab) == ["Run 2", "Run 1"], timeout=20_000)
    qtbot.waitUntil(lambda: workspace.run is not None and tab.is_settled(), timeout=20_000)
    assert workspace.run is not None
    assert workspace.run.name == "Run 2"
    assert tab.steps_drawn == 8


def test_a_run_that_is_trained_is_not_deleted(tab: TrainingTab, workspace: Workspace, lab: Lab, qtbot: QtBot) -> None:
    lab.connection.execute("UPDATE run SET state = 'running' WHERE id = 3")
    tab.shown.reader.read_runs()
    qtbot.waitUntil(lambda: run_list(tab).shown_run is not None and run_list(tab).shown_run.state == "running")
    run_list(tab).setFocus()
    qtbot.keyClick(run_list(tab), Qt.Key.Key_Delete)
    assert workspace.messages.current is not None
    assert "being trained" in workspace.messages.current.what
    assert tab.run_actions.dialog is None
    assert len(list_runs(lab)) == 3


def test_a_run_that_was_broken_is_marked_and_never_opened(
    tab: TrainingTab, workspace: Workspace, lab: Lab, qtbot: QtBot
) -> None:
    lab.connection.execute("UPDATE run SET body = json_set(body, '$.broken', 'no mask') WHERE id = 2")
    tab.shown.reader.read_runs()
    index = run_list(tab).model().index(1, 0)
    qtbot.waitUntil(lambda: "From Break it" in str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
    press(tab, qtbot, place(tab, 1))
    assert workspace.run is not None
    assert workspace.run.id == 3
    menu = run_list(tab).menu_for(run_list(tab).model().index(1, 0))
    assert not submenu(menu, "Export").isEnabled()
    assert not submenu(menu, "Use").isEnabled()


def submenu(menu: QMenu, word: str) -> QMenu:
    found = next(one for one in menu.findChildren(QMenu) if one.title().startswith(word))
    assert isinstance(found, QMenu)
    return found


def test_exporting_from_the_menu(tab: TrainingTab, workspace: Workspace, tmp_path: Path, qtbot: QtBot) -> None:
    menu = run_list(tab).menu_for(run_list(tab).model().index(1, 0))
    words = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert words == ["Open", "Compare", "Rename", "Use the model of", "Export what was measured", "Delete…"]
    submenu(menu, "Export").actions()[0].trigger()
    dialog = tab.run_actions.dialog
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path))
    dialog.reject()
    written = tmp_path / "Run-2-2.csv"
    qtbot.waitUntil(lambda: workspace.messages.current is not None, timeout=10_000)
    rows = list(csv.DictReader(io.StringIO(written.read_text("utf-8-sig"))))
    assert [row["step"] for row in rows] == [str(step) for step in range(9)]
    assert rows[0]["test_loss"] == "5.1"


def test_the_list_keeps_cursor_and_checks_when_it_is_read_again(tab: TrainingTab, lab: Lab, qtbot: QtBot) -> None:
    view = run_list(tab)
    press(tab, qtbot, box(tab, 1))
    assert view.currentIndex().row() == 1
    runs = list_runs(lab)
    results = (*runs[0].epochs, EpochResult(3, 1.0, 0.5, 1.1, 0.5, 1.0, 1.0))
    view.set_runs((replace(runs[0], epochs=results), *runs[1:]), 3)
    assert view.currentIndex().row() == 1
    assert [run.name for run in view.compared] == ["Run 2"]


def test_a_name_being_typed_stays_while_the_runs_are_read_again(tab: TrainingTab, lab: Lab, qtbot: QtBot) -> None:
    view = run_list(tab)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_F2)
    field = view.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    assert field.text() == "Run 3"
    qtbot.keyClicks(field, "Half a na")
    view.set_runs(list_runs(lab), 3)
    assert view.findChild(QLineEdit) is field
    assert field.text() == "Half a na"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.findChild(QLineEdit) is None)
    assert names(tab)[0] == "Run 3"


def test_the_model_is_a_good_one(lab: Lab, qtmodeltester: ModelTester) -> None:
    fill(lab)
    fill(lab)
    model = RunListModel()
    model.set_runs(list_runs(lab))
    qtmodeltester.check(model)
    model.set_runs(list_runs(lab)[:1])
    qtmodeltester.check(model)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_names_of_many_compared_runs_never_stand_on_each_other(
    tab: TrainingTab, lab: Lab, dressed: QApplication, scale: float
) -> None:
    style.apply(dressed, theme.Theme().with_scale(scale))
    tab.resize(1024, 640)
    runs = list_runs(lab)
    many = tuple(replace(runs[0], id=number, name=f"A run with a long name, {number}") for number in range(10, 22))
    tab.parts.figure.set_compared(many)
    for plot in tab.parts.figure.plots.values():
        areas = plot.labels.areas()
        assert len(areas) >= 2
        for place, area in enumerate(areas):
            assert not any(area.adjusted(0, 1, 0, -1).intersects(other) for other in areas[:place])
        assert all(area.top() >= 0 and area.bottom() <= plot.labels.height() + 1 for area in areas)
        assert "long name, 21, test" in plot.labels.accessibleName()


def test_an_earlier_epoch_is_used_only_when_asked_and_marked(
    tab: TrainingTab, workspace: Workspace, lab: Lab, qtbot: QtBot
) -> None:
    def epochs() -> QMenu:
        return submenu(run_list(tab).menu_for(run_list(tab).model().index(0, 0)), "Use")

    assert [action.isChecked() for action in epochs().actions()] == [True, False]
    earlier = epochs().actions()[1]
    assert earlier.text() == "epoch 1, chosen on test (test loss 4.100)"
    earlier.trigger()
    words = run_list(tab).model().index(0, 0)
    qtbot.waitUntil(lambda: "Chosen on test: epoch 1 of 2" in words.data(Qt.ItemDataRole.AccessibleTextRole))
    assert load_run(lab, 3).chosen_epoch == 1
    assert workspace.run is not None
    assert workspace.run.chosen_epoch == 1
    assert workspace.messages.current is not None
    assert "no longer a test" in workspace.messages.current.what_to_do
    assert [action.isChecked() for action in epochs().actions()] == [False, True]
    epochs().actions()[0].trigger()
    qtbot.waitUntil(lambda: load_run(lab, 3).chosen_epoch is None)
    qtbot.waitUntil(lambda: "Chosen" not in words.data(Qt.ItemDataRole.AccessibleTextRole))


def test_after_the_last_run_nothing_is_shown(tab: TrainingTab, workspace: Workspace, lab: Lab, qtbot: QtBot) -> None:
    lab.connection.execute("DELETE FROM run WHERE id < 3")
    run_list(tab).setFocus()
    qtbot.keyClick(run_list(tab), Qt.Key.Key_Delete)
    qtbot.mouseClick(asked(tab, qtbot).delete_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workspace.run is None and tab.is_settled(), timeout=20_000)
    qtbot.waitUntil(lambda: names(tab) == [])
    assert tab.steps_drawn == 0
    assert tab.parts.figure.sentence == ""
    assert list_runs(lab) == ()
