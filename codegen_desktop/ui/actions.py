"""The window's actions, menu by menu, each with its key."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from codegen_desktop.ui import about, menus
from codegen_desktop.ui.regions import focus_next_region
from codegen_desktop.ui.stages import Stage

if TYPE_CHECKING:
    from codegen_desktop.ui.main_window import MainWindow


def fill_menus(window: "MainWindow") -> None:
    """Fill the menu row of a window."""
    _fill_file(window)
    menus.fill_edit_menu(menus.add_menu(window.menuBar(), "&Edit"))
    _fill_run(window)
    _fill_view(window)
    menu = menus.add_menu(window.menuBar(), "&Help")
    menus.add_action(menu, "About Codegen Desktop", lambda: about.show(window), "F1")


def _fill_file(window: "MainWindow") -> None:
    menu, key = menus.add_menu(window.menuBar(), "&File"), QKeySequence.StandardKey
    menus.add_action(menu, "New lab", window.files.new_lab, "Ctrl+Shift+N")
    menus.add_action(menu, "Go step by step", window.begin_step_by_step, "Ctrl+N")
    menus.add_action(menu, "Use your own code…", window.choose_code, key.Open)
    menus.add_action(menu, "Open a lab…", window.files.choose_lab, "Ctrl+L")
    menu.addSeparator()
    menus.add_action(menu, "Write a copy of the lab…", window.files.choose_copy, key.Save)
    menu.addSeparator()
    menus.add_action(menu, "Quit", window.close, key.Quit)


def _fill_run(window: "MainWindow") -> None:
    menu = menus.add_menu(window.menuBar(), "&Run")
    start = menus.add_action(menu, "Run the whole lab", window.run_whole_lab, "Ctrl+Shift+R")
    stop = menus.add_action(menu, "Stop the whole lab", window.whole_lab.stop, "Ctrl+Shift+F5")
    stop.setEnabled(False)
    window.whole_lab.running_changed.connect(stop.setEnabled)
    window.whole_lab.running_changed.connect(start.setDisabled)
    menu.addSeparator()
    menus.add_tab_actions(menu, lambda: window.pages.current)


def _fill_view(window: "MainWindow") -> None:
    menu, key = menus.add_menu(window.menuBar(), "&View"), QKeySequence.StandardKey
    menus.fill_stage_menu(menu, window.show_stage)
    menus.add_action(menu, "Next stage", lambda: _step(window, 1), "Ctrl+Tab")
    menus.add_action(menu, "Next region", lambda: focus_next_region(window, 1), "F6")
    menus.add_action(menu, "Previous region", lambda: focus_next_region(window, -1), "Shift+F6")
    menu.addSeparator()
    menus.add_action(menu, "Larger text", lambda: window.step_text_scale(1), key.ZoomIn, "Ctrl+=")
    menus.add_action(menu, "Smaller text", lambda: window.step_text_scale(-1), key.ZoomOut)
    menus.add_action(menu, "Normal text", lambda: window.set_text_scale(1.0), "Ctrl+0")
    menus.add_action(menu, "Light or dark", window.switch_theme, "Ctrl+Shift+L")


def _step(window: "MainWindow", step: int) -> None:
    stages = list(Stage)
    window.show_stage(stages[(stages.index(window.stage) + step) % len(stages)])
