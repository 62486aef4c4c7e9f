"""The Quiz tab in small windows, in other looks, and for those who do not see or click."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot
from quiz_person import Key, Mouse, options, press, shown

from codegen_desktop.ui import style, theme
from codegen_desktop.ui.quiz.layout import REPORT, SETS
from codegen_desktop.ui.quiz.tab import QuizTab
from codegen_desktop.ui.workspace import Workspace


def test_a_small_window_puts_the_side_columns_behind_a_switch(qtbot: QtBot, workspace: Workspace) -> None:
    tab = shown(qtbot, workspace, 1024, 640)
    parts = tab._parts
    assert parts.question.isVisible()
    assert not parts.set_list.isVisible()
    assert not parts.report.isVisible()
    for place, part in ((SETS, parts.set_list), (REPORT, parts.report)):
        qtbot.mouseClick(parts.switch.buttons()[place], Mouse.LeftButton)
        assert part.isVisible()
        assert not parts.question.isVisible()
    box = tab.findChild(QComboBox)
    assert isinstance(box, QComboBox)
    box.activated.emit(box.findText("Practice"))
    assert tab.current is not None
    assert tab.current.id == "practice.purpose"


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_is_cut_off_sideways(qtbot: QtBot, workspace: Workspace, qapp: QApplication, scale: float) -> None:
    style.apply(qapp, theme.Theme().with_scale(scale))
    tab = shown(qtbot, workspace, 1440, 900)
    for key in ("model", "practice", "test"):
        tab.choose_set(key)
        for place in range(len(tab._set.questions)):
            tab._go_to(place)
            page = tab._parts.question._scroll.widget()
            assert page is not None
            assert page.width() <= tab._parts.question._scroll.viewport().width()
            for made in tab._parts.question.findChildren(QAbstractButton):
                assert not made.isVisibleTo(tab) or made.height() >= theme.px(24), made.accessibleName()


def test_the_look_can_change_at_any_moment(qtbot: QtBot, tab: QuizTab, qapp: QApplication) -> None:
    tab.choose_set("practice")
    press(qtbot, "b")
    press(qtbot, Key.Key_Return)
    style.apply(qapp, theme.Theme().with_dark(True).with_scale(1.5))
    assert theme.colours().text in options(tab).buttons[1]._text.text()
    style.apply(qapp, theme.Theme())
    assert theme.colours().text in options(tab).buttons[1]._text.text()


def test_every_control_has_a_name_and_a_role(tab: QuizTab) -> None:
    for key in ("model", "test"):
        tab.choose_set(key)
        for place in range(len(tab._set.questions)):
            tab._go_to(place)
            for widget in tab.findChildren(QWidget):
                if not widget.isVisibleTo(tab) or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
                    continue
                interface = QAccessible.queryAccessibleInterface(widget)
                assert interface is not None
                role = interface.role()
                if role in (QAccessible.Role.Pane, QAccessible.Role.Client, QAccessible.Role.Splitter):
                    continue
                assert interface.text(QAccessible.Text.Name), f"{widget} has no name ({role})"


def test_tab_goes_from_left_to_right_and_top_to_bottom(qtbot: QtBot, tab: QuizTab) -> None:
    tab.choose_set("practice")
    tab._go_to(2)
    press(qtbot, "a")
    qtbot.waitUntil(lambda: options(tab).buttons[-1].isVisible())
    parts = tab._parts
    parts.set_list.findChildren(QAbstractButton)[0].setFocus()
    seen: list[QWidget] = []
    for _ in range(60):
        press(qtbot, Key.Key_Tab)
        here = QApplication.focusWidget()
        assert here is not None
        if here in seen:
            break
        seen.append(here)
    question = parts.question
    wanted = [question, *question.boxes.boxes, question._code, *options(tab).buttons]
    wanted += [question.check_button, question.hint_button, question.give_up_button, parts.report._table]
    assert [widget for widget in seen if widget in wanted] == wanted
