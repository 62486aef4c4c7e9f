"""The window as a person meets it: first page, stages by key, text size, theme, small windows, closing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QAccessible, QAction, QDragEnterEvent, QDropEvent, QShortcut
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from small_lab import fill

from codegen_desktop.lab import Lab
from codegen_desktop.ui import place, settings, theme
from codegen_desktop.ui.main_window import MainWindow
from codegen_desktop.ui.stages import Mark, Stage
from codegen_desktop.ui.widgets.pipeline_bar import PipelineBar
from codegen_desktop.ui.workspace import Workspace

EXTRA = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(workspace: Workspace, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window, shown and active."""
    made = MainWindow(workspace)
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=3000)
    yield made
    qtbot.waitUntil(lambda: not workspace.jobs, timeout=20_000)


def action(window: MainWindow, words: str) -> QAction:
    return next(one for menu in window.menuBar().findChildren(QMenu) for one in menu.actions() if one.text() == words)


def test_the_first_page_offers_one_primary_button_and_no_dead_ones(window: MainWindow) -> None:
    page = window.pages.current
    assert window.pages.shows_first_run
    primary = [button for button in page.findChildren(QPushButton) if button.property("class") in ("hero", "primary")]
    assert [button.text().strip() for button in primary] == ["Run the whole lab"]
    assert window.focusWidget() is primary[0]
    assert all(button.isEnabled() for button in page.findChildren(QPushButton))


def test_stages_open_by_key_and_are_made_only_then(window: MainWindow, qtbot: QtBot) -> None:
    for stage in (Stage.QUIZ, Stage.TOKENS, Stage.TRAINING, Stage.GENERATION, Stage.DATASET):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + stage.number), Qt.KeyboardModifier.ControlModifier)
        assert window.stage is stage
        assert window.bar.currentIndex() == stage.number - 1
    assert window.pages.shows_first_run, "nothing was chosen, so the first page is there again"
    qtbot.keyClick(window, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert window.stage is Stage.TOKENS


def test_the_bar_opens_stages_too(window: MainWindow, qtbot: QtBot) -> None:
    where = window.bar.tabRect(2).center()
    qtbot.mouseClick(window.bar, Qt.MouseButton.LeftButton, pos=where)
    assert window.stage is Stage.TRAINING
    window.workspace.open_stage.emit("quiz")
    assert window.stage is Stage.QUIZ


def test_text_size_and_theme_by_key_are_kept(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    assert theme.current().text_scale == 1.5
    qtbot.keyClick(window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert theme.current().text_scale == 1.25
    qtbot.keyClick(window, Qt.Key.Key_L, EXTRA)
    assert theme.current().dark
    assert settings.stored_theme() == theme.current()
    qtbot.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert theme.current().text_scale == 1.0
    window.step_text_scale(-1)
    assert theme.current().text_scale == 1.0


@pytest.mark.parametrize(
    ("size", "scale", "compact"), [((1440, 900), 1.0, False), ((1024, 640), 1.0, True), ((1440, 900), 1.5, True)]
)
def test_small_windows_are_compact(
    window: MainWindow, qtbot: QtBot, size: tuple[int, int], scale: float, compact: bool
) -> None:
    window.resize(*size)
    window.set_text_scale(scale)
    assert window.status.isVisible() is not compact
    qtbot.waitUntil(lambda: window.bar.height() == theme.px(54 if compact else 66), timeout=3000)


@pytest.mark.parametrize(("size", "scale"), [((1024, 640), 2.0), ((1440, 900), 1.0)])
def test_the_window_never_grows_by_its_content(window: MainWindow, size: tuple[int, int], scale: float) -> None:
    window.resize(*size)
    window.set_text_scale(scale)
    for stage in Stage:
        window.show_stage(stage)
        QApplication.processEvents()
        assert window.size() == QSize(*size)


def test_every_control_has_a_name(window: MainWindow) -> None:
    nameless: list[str] = []

    def walk(widget: QWidget) -> None:
        interface = QAccessible.queryAccessibleInterface(widget)
        kinds = (QAccessible.Role.Button, QAccessible.Role.ComboBox, QAccessible.Role.EditableText)
        if widget.isVisible() and interface is not None and interface.role() in kinds:
            hidden = widget.objectName().startswith("qt_")
            if not interface.text(QAccessible.Text.Name) and not hidden:
                nameless.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
        for child in widget.children():
            if isinstance(child, QWidget):
                walk(child)

    for stage in Stage:
        window.show_stage(stage)
        walk(window)
    assert not nameless, nameless


def test_keyboard_goes_from_region_to_region(window: MainWindow, qtbot: QtBot) -> None:
    window.show_stage(Stage.TRAINING)
    seen: list[QWidget | None] = []
    for _ in range(12):
        qtbot.keyClick(window, Qt.Key.Key_F6)
        seen.append(window.focusWidget())
    assert any(isinstance(widget, PipelineBar) for widget in seen)
    assert len({id(widget) for widget in seen}) >= 3
    qtbot.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window.focusWidget() is seen[-2]


def test_the_run_menu_says_what_the_tab_offers(window: MainWindow) -> None:
    window.show_stage(Stage.TRAINING)
    offered = {one.key().toString() for one in window.pages.current.findChildren(QShortcut)}
    assert "F5" in offered
    menu = next(menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&Run")
    menu.aboutToShow.emit()
    assert action(window, "The tab's main action\tF5").isEnabled()
    pressed: list[int] = []
    shortcut = next(one for one in window.pages.current.findChildren(QShortcut) if one.key().toString() == "F5")
    shortcut.activated.connect(lambda: pressed.append(1))
    action(window, "The tab's main action\tF5").trigger()
    assert pressed == [1]


def test_no_two_actions_have_one_key(window: MainWindow) -> None:
    keys = [
        key.toString()
        for menu in window.menuBar().findChildren(QMenu)
        for one in menu.actions()
        for key in one.shortcuts()
    ]
    assert len(keys) == len(set(keys))


def test_events_are_told_in_the_status_bar(window: MainWindow) -> None:
    window.workspace.say("Tokens built.")
    assert window.status.event_text == "Tokens built."
    window.workspace.set_stage(Stage.DATASET, Mark.RUNNING, "reading", progress=0.3)
    assert window.bar.accessibleTabName(0) == "Dataset, stage 1 of 5, running, reading"


def test_a_lab_is_chosen_in_a_dialog_that_does_not_block(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "mine.cglab"
    with Lab.create(path) as lab:
        fill(lab)
    action(window, "Open a lab…").trigger()
    dialog = window.files.dialog
    assert isinstance(dialog, QFileDialog)
    with qtbot.waitSignal(window.workspace.run_changed, timeout=10_000):
        dialog.fileSelected.emit(str(path))
        dialog.done(1)
    assert window.files.dialog is None
    assert not window.pages.shows_first_run
    copy = tmp_path / "copy.cglab"
    action(window, "Write a copy of the lab…").trigger()
    assert window.files.dialog is not None
    with qtbot.waitSignal(window.workspace.message, timeout=10_000):
        window.files.dialog.fileSelected.emit(str(copy))
        window.files.dialog.done(1)
    with Lab.open(copy, read_only=True) as kept:
        assert kept.connection.execute("SELECT count(*) FROM snippet").fetchone() == (20,)


def test_what_is_dropped_anywhere_is_opened(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "dropped.cglab"
    with Lab.create(path) as lab:
        fill(lab)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, left, none)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(window.workspace.run_changed, timeout=10_000):
        window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, none))
    words = QMimeData()
    words.setText("not a file")
    refused = QDragEnterEvent(QPoint(5, 5), copy, words, left, none)
    refused.ignore()
    window.dragEnterEvent(refused)
    assert not refused.isAccepted()


def test_the_lab_s_whole_name_is_shown(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a lab with quite a long name.cglab"
    Lab.create(path).close()
    with qtbot.waitSignal(window.workspace.lab_changed, timeout=10_000):
        window.files.open_lab(path)
    name = next(one for one in window.menuBar().findChildren(QLabel) if one.text() == path.stem)
    qtbot.waitUntil(lambda: name.width() >= name.sizeHint().width(), timeout=3000)
    window.set_text_scale(1.5)
    qtbot.waitUntil(lambda: name.width() >= name.sizeHint().width(), timeout=3000)


def test_about_shows_versions_and_every_licence(window: MainWindow) -> None:
    from codegen_desktop.ui import about

    dialog = about.show(window)
    words = " ".join(label.text() for label in dialog.findChildren(QWidget) if hasattr(label, "text"))
    assert "torch" in words
    dialog.close()


def test_the_place_is_kept_and_the_window_closes_at_once(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1100, 700)
    with qtbot.waitSignal(window.closed, timeout=3000):
        window.close()
    assert settings.stored_geometry() is not None
    assert QApplication.activeModalWidget() is None
    other = MainWindow(window.workspace)
    qtbot.addWidget(other)
    place.restore(other)
    assert other.height() == 700  # the width is bounded by the test's screen of 800


def test_opening_and_closing_leaves_no_widgets(workspace: Workspace, qtbot: QtBot) -> None:
    def once() -> int:
        made = MainWindow(workspace)
        made.show()
        made.close()
        with qtbot.waitSignal(made.destroyed, timeout=5000):
            made.deleteLater()
        return len(QApplication.allWidgets())

    counts = [once() for _ in range(6)]
    assert counts[-1] <= counts[1]
