"""The tab bar drawn as the pipeline: names for a screen reader, lines that fit, marks that differ in shape."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from codegen_desktop.ui import style, theme
from codegen_desktop.ui.stages import EMPTY, Mark, Stage, StageState
from codegen_desktop.ui.widgets.pipeline_bar import PipelineBar

pytestmark = pytest.mark.usefixtures("dressed")


def show(qtbot: QtBot, bar: PipelineBar, width: int, height: int) -> None:
    qtbot.addWidget(bar)
    bar.resize(width, height)
    bar.show()
    bar.activateWindow()


def test_stages_have_full_names_for_a_screen_reader(qtbot: QtBot) -> None:
    bar = PipelineBar(EMPTY)
    show(qtbot, bar, 1440, 66)
    bar.show_state(Stage.TRAINING, StageState(Mark.RUNNING, ("epoch 3 of 5", "loss 1.10"), 0.5))
    assert bar.accessibleTabName(2) == "Training, stage 3 of 5, running, epoch 3 of 5, loss 1.10"
    interface = QAccessible.queryAccessibleInterface(bar)
    assert interface.role() == QAccessible.Role.PageTabList
    assert interface.child(2).role() == QAccessible.Role.PageTab
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert bar.currentIndex() == 1


def test_parts_of_a_line_are_dropped_whole(qtbot: QtBot) -> None:
    bar = PipelineBar(EMPTY)
    show(qtbot, bar, 1440, 66)
    state = StageState(Mark.RUNNING, ("8,000 train / 2,000 test", "epoch 3/5", "loss 1.10"), 0.5, (2, 0, 1))
    bar.show_state(Stage.TRAINING, state)
    assert bar.second_line(Stage.TRAINING) == "8,000 train / 2,000 test · epoch 3/5 · loss 1.10"
    bar.resize(900, 54)
    assert bar.second_line(Stage.TRAINING) == "epoch 3/5 · loss 1.10"
    assert bar.tabToolTip(2).startswith("Training: running. 8,000 train / 2,000 test")


@pytest.mark.parametrize(("width", "scale"), [(1024, 1.0), (1440, 1.0), (3000, 1.0), (1440, 2.0), (1024, 2.0)])
def test_every_name_has_room(dressed: QApplication, qtbot: QtBot, width: int, scale: float) -> None:
    style.apply(dressed, theme.current().with_scale(scale))
    bar = PipelineBar(EMPTY)
    show(qtbot, bar, width, 66)
    names = QFontMetrics(theme.font(14, 600))
    for index, stage in enumerate(Stage):
        bar.setCurrentIndex(index)
        assert bar.name_area(stage).width() >= names.horizontalAdvance(stage.heading)
        assert bar.tabRect(4).right() <= width
        if index:
            assert bar.tabRect(index).left() > bar.tabRect(index - 1).left()


@pytest.mark.parametrize("mark", list(Mark))
def test_every_mark_has_its_own_shape(qtbot: QtBot, mark: Mark) -> None:
    bar = PipelineBar(EMPTY)
    show(qtbot, bar, 1440, 66)

    def picture(shown: Mark) -> object:
        bar.show_state(Stage.DATASET, StageState(shown, ("x",), 0.5))
        return bar.grab().toImage()

    others = [other for other in Mark if other is not mark and {mark, other} != {Mark.WAITING, Mark.READY}]
    assert all(picture(mark) != picture(other) for other in others)
