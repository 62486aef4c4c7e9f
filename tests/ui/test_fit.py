"""Every tab in a small window with large text: it may scroll down, but never sideways."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from small_lab import fill

from codegen_desktop.lab import Lab
from codegen_desktop.ui import style, theme
from codegen_desktop.ui.fit import Fit, FitWatch, fit_of
from codegen_desktop.ui.main_window import MainWindow
from codegen_desktop.ui.stages import Stage
from codegen_desktop.ui.widgets.segmented import Segmented
from codegen_desktop.ui.workspace import Workspace


@pytest.mark.parametrize(
    ("size", "scale", "fit"),
    [
        ((1440, 900), 1.0, Fit.WIDE),
        ((1440, 700), 1.0, Fit.COMPACT),
        ((1024, 640), 1.0, Fit.COMPACT),
        ((1440, 900), 1.5, Fit.COMPACT),
        ((1024, 640), 1.5, Fit.NARROW),
        ((2048, 1600), 2.0, Fit.COMPACT),
    ],
)
def test_the_text_size_counts(
    dressed: QApplication, qtbot: QtBot, size: tuple[int, int], scale: float, fit: Fit
) -> None:
    told: list[Fit] = []
    page = QWidget()
    qtbot.addWidget(page)
    FitWatch(page, told.append)
    page.resize(*size)
    style.apply(dressed, theme.Theme().with_scale(scale))
    page.show()
    assert fit_of(page) is fit
    assert told[0] is Fit.WIDE
    assert told[-1] is fit


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_no_tab_scrolls_sideways_at_1024_by_640(
    workspace: Workspace, tmp_path: Path, dressed: QApplication, qtbot: QtBot, scale: float
) -> None:
    path = tmp_path / "small.cglab"
    with Lab.create(path) as lab:
        fill(lab)
    style.apply(dressed, theme.Theme().with_scale(scale))
    window = MainWindow(workspace)
    qtbot.addWidget(window)
    window.resize(1024, 640)
    window.show()
    workspace.spawn(workspace.open_lab(path))
    qtbot.waitUntil(lambda: workspace.run is not None, timeout=10_000)
    for stage in Stage:
        window.show_stage(stage)
        page = window.pages.current
        qtbot.waitUntil(page.is_settled, timeout=20_000)
        area = window.pages.currentWidget()
        assert isinstance(area, QScrollArea)
        assert page.width() <= area.viewport().width(), stage
        for switch in page.findChildren(Segmented):
            for place in range(len(switch.buttons())):
                switch.choose(place)
                QApplication.sendPostedEvents()
                assert page.minimumSizeHint().width() <= area.viewport().width(), (switch.accessibleName(), place)
    qtbot.waitUntil(lambda: not workspace.jobs, timeout=20_000)
