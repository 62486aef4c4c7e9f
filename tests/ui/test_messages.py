"""One banner for everything that is told; errors in their own words, with details on demand and never modal."""

import logging
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from codegen_desktop.errors import CorpusError
from codegen_desktop.paths import data_dir
from codegen_desktop.ui.messages import Action, Message, Messages, message_of, start_log, stop_log
from codegen_desktop.ui.widgets.banner import Banner

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[tuple[Messages, Banner, QLineEdit]]:
    """A window with a field that has the focus, and a banner above it."""
    window = QWidget()
    qtbot.addWidget(window)
    messages = Messages(window)
    banner, field = Banner(messages), QLineEdit()
    layout = QVBoxLayout(window)
    layout.addWidget(banner)
    layout.addWidget(field)
    window.show()
    window.activateWindow()
    field.setFocus()
    yield messages, banner, field
    window.close()


def test_a_user_error_is_told_in_its_own_words(page: tuple[Messages, Banner, QLineEdit]) -> None:
    messages, banner, field = page
    assert not banner.isVisible()
    messages.report(CorpusError("Only <one> snippet was found.", "Choose another folder."))
    assert banner.isVisible()
    assert "Only &lt;one&gt; snippet was found." in banner.text
    assert "Choose another folder." in banner.text
    assert field.hasFocus(), "the focus was stolen"
    assert QApplication.activeModalWidget() is None


def test_an_unexpected_error_has_details_and_is_logged(page: tuple[Messages, Banner, QLineEdit], qtbot: QtBot) -> None:
    messages, banner, _field = page
    path = start_log()
    try:
        try:
            raise ZeroDivisionError("inside")
        except ZeroDivisionError as error:
            messages.report(error)
        details = next(button for button in banner.findChildren(QPushButton) if button.text() == "Details")
        field = banner.findChild(QPlainTextEdit)
        assert field is not None
        assert not field.isVisible()
        qtbot.mouseClick(details, Qt.MouseButton.LeftButton)
        assert field.isVisible()
        assert "ZeroDivisionError: inside" in field.toPlainText()
        assert "Everything saved before still holds" in banner.text
    finally:
        stop_log()
    assert path == data_dir() / "logs" / "codegen-desktop.log"
    assert "ZeroDivisionError: inside" in path.read_text(encoding="utf-8")


def test_closing_and_acting(page: tuple[Messages, Banner, QLineEdit], qtbot: QtBot) -> None:
    messages, banner, _field = page
    done: list[str] = []
    actions = (Action("Build again", lambda: done.append("build")), Action("Keep", lambda: done.append("keep")))
    message = messages.report(CorpusError("The dataset changed."), actions)
    buttons = [button for button in banner.findChildren(QPushButton) if button.text() in ("Build again", "Keep")]
    assert len(buttons) == 2
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert done == ["build"]
    assert not banner.isVisible()

    messages.say("Read.", kind="information")
    messages.dismiss(message)
    assert banner.isVisible(), "an older message does not close a newer one"
    close = banner.findChild(QToolButton)
    assert close is not None
    assert close.accessibleName() == "Close this message"
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert messages.current is None
    assert not banner.isVisible()


def test_memory_and_too_many_actions() -> None:
    assert "Memory ran out" in message_of(MemoryError()).what
    with pytest.raises(ValueError, match="at most two"):
        Message("error", "x", actions=tuple(Action(str(number), lambda: None) for number in range(3)))


def test_the_log_is_closed_again() -> None:
    start_log()
    start_log()
    stop_log()
    assert not logging.getLogger("codegen_desktop").handlers
