"""The small parts act as a person expects: keys, clicks, words for a screen reader, tables that say the same."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QTextEdit, QVBoxLayout, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from codegen_desktop.errors import UserError
from codegen_desktop.tokenization.tokenizer import Token
from codegen_desktop.ui import style, theme
from codegen_desktop.ui.widgets.card import Card
from codegen_desktop.ui.widgets.code_view import CodeView
from codegen_desktop.ui.widgets.empty_state import EmptyState
from codegen_desktop.ui.widgets.fields import ElidedComboBox
from codegen_desktop.ui.widgets.focus_ring import FocusRing
from codegen_desktop.ui.widgets.heat_map import HeatMap
from codegen_desktop.ui.widgets.labels import Badge, ReadingLine
from codegen_desktop.ui.widgets.segmented import Segmented
from codegen_desktop.ui.widgets.share_bar import percent
from codegen_desktop.ui.widgets.stat import Stat
from codegen_desktop.ui.widgets.table import Column, RowsModel, Table
from codegen_desktop.ui.widgets.token_flow import TokenFlow, chips_of, visible_text

pytestmark = pytest.mark.usefixtures("dressed")


def show(qtbot: QtBot, widget: QWidget, width: int = 400, height: int = 200) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()


def test_void_calls_lose_no_reference_to_none(qtbot: QtBot) -> None:
    """PYSIDE-3474: PySide6 6.12.0 on Python 3.11 lost one reference to None a call and aborted within minutes."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(1000):
        widget.update()
    assert before - sys.getrefcount(None) < 100


# Segmented


def test_segments_move_with_arrow_keys_and_are_one_stop(qtbot: QtBot) -> None:
    segments = Segmented("Preset", ["Quick", "Reference", "Deep"])
    show(qtbot, segments)
    told: list[int] = []
    segments.chosen.connect(told.append)
    segments.buttons()[1].setEnabled(False)
    segments.buttons()[0].setFocus()
    qtbot.keyClick(segments.buttons()[0], Qt.Key.Key_Right)
    assert segments.index == 2
    qtbot.keyClick(segments.buttons()[2], Qt.Key.Key_Right)
    assert segments.index == 0
    assert told == [2, 0]
    stops = [button for button in segments.buttons() if button.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [segments.buttons()[0]]
    segments.set_count(0, "40 s")
    assert segments.buttons()[0].accessibleName() == "Preset: Quick 40 s"
    with pytest.raises(ValueError, match="2 to 5"):
        Segmented("One", ["only"])


# Table


def rows_model() -> RowsModel[tuple[int, str]]:
    return RowsModel(
        (
            Column("#", lambda row: str(row[0]), "right", width=50, value=lambda row: row[0]),
            Column("Name", lambda row: row[1], mono=True),
        ),
        [(10, "ten"), (9, "nine"), (100, "hundred")],
        dim=lambda row: row[0] == 9,
    )


def test_the_model_is_a_good_model(qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(rows_model())


def test_a_saved_table_holds_no_formula_and_rows_can_be_replaced() -> None:
    model = rows_model()
    model.set_rows([(-3, "=1+1"), (4, "@x"), (5, "plain - text")])
    assert model.as_csv() == "#,Name\n-3,'=1+1\n4,'@x\n5,plain - text\n"
    model.replace_from(1, [(6, "six"), (7, "seven"), (8, "eight")])
    assert [row[0] for row in model.rows] == [-3, 6, 7, 8]
    model.replace_from(4, [])
    model.replace_from(2, [])
    assert [row[0] for row in model.rows] == [-3, 6]


def test_a_table_sorts_by_value_copies_and_saves(qtbot: QtBot, tmp_path: Path) -> None:
    model = rows_model()
    table = Table("Numbers", model)
    show(qtbot, table)
    table.set_sortable(0)
    assert [row[0] for row in model.rows] == [9, 10, 100]
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert [row[0] for row in model.rows] == [100, 10, 9]
    model.sort(7)
    table.selectRow(1)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "10\tten"
    table.save_csv(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == "#,Name\n100,hundred\n10,ten\n9,nine\n"
    assert not list(tmp_path.glob("*.part"))
    with pytest.raises(UserError, match="could not be written"):
        table.save_csv(tmp_path / "missing" / "t.csv")
    dialog = table.ask_for_csv()
    dialog.fileSelected.emit(str(tmp_path / "chosen.csv"))
    dialog.close()
    assert (tmp_path / "chosen.csv").is_file()
    dim = model.index(2, 0).data(Qt.ItemDataRole.ForegroundRole)
    assert dim.name().upper() == theme.colours().text3
    assert model.index(0, 0).data(Qt.ItemDataRole.ForegroundRole) is None


# Code


def test_code_is_coloured_across_lines_and_as_it_changes(qtbot: QtBot) -> None:
    view = CodeView("Code", read_only=False)
    show(qtbot, view)
    view.set_code('x = 1\ny = "two"\nreturn x')

    def colour(line: int, column: int) -> str:
        formats = view.document().findBlockByNumber(line).layout().formats()
        return next(
            (f.format.foreground().color().name().upper() for f in formats if f.start <= column < f.start + f.length),
            "",
        )

    assert colour(1, 5) == theme.colours().literal
    assert colour(2, 0) == theme.colours().keyword
    view.setPlainText('x = """1\ny = "two"\nreturn x')
    view.moveCursor(view.textCursor().MoveOperation.End)
    assert colour(2, 0) == theme.colours().literal, "inside the string that was opened two lines above"


def test_an_editor_indents_and_is_no_trap(qtbot: QtBot) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    view, other = CodeView("Prompt", read_only=False), QLineEdit()
    layout.addWidget(view)
    layout.addWidget(other)
    show(qtbot, window)
    view.setFocus()
    qtbot.keyClicks(view, "def f(a):")
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.code == "def f(a):\n    "
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert view.code == "def f(a):\n        "
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert window.focusWidget() is other
    assert view.code == "def f(a):\n        "


def test_marked_lines_have_a_note(qtbot: QtBot) -> None:
    view = CodeView("Code")
    show(qtbot, view)
    view.set_code("def f():\nreturn 1")
    before = view.grab().toImage()
    view.mark_lines({2: "expected an indented block", 99: "not there"})
    assert len(view.extraSelections()) == 1
    assert isinstance(view.extraSelections()[0], QTextEdit.ExtraSelection)
    assert view.grab().toImage() != before
    view.mark_lines({})
    assert not view.extraSelections()


# Tokens

TOKENS = (
    Token(14, "def", b"def", 0, 3),
    Token(270, " add", b" add", 3, 7),
    Token(7, "\n    ", b"\n    ", 7, 12),
    Token(300, None, b"\xe2", 12, 13),
    Token(2, "", b"", 13, 13),
    Token(14, "def", b"def", 13, 16),
)


def test_whitespace_and_bytes_are_visible() -> None:
    assert [visible_text(token) for token in TOKENS] == ["def", "·add", "⏎····", "0xE2", "<|end|>", "def"]
    assert visible_text(TOKENS[1], show_spaces=False) == " add"
    assert [chip.cut for chip in chips_of(TOKENS, limit=4)] == [False] * 4 + [True] * 2


def test_the_flow_moves_with_keys_tells_and_speaks(qtbot: QtBot) -> None:
    flow = TokenFlow("Tokens of the snippet")
    show(qtbot, flow)
    flow.set_chips(chips_of(TOKENS))
    told: list[int] = []
    flow.current_changed.connect(told.append)
    flow.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Home):
        qtbot.keyClick(flow, key)
    assert told == [0, 1, 0, 5, 0]
    assert flow.accessibleDescription() == "def  id 14 · position 0"
    with qtbot.waitSignal(flow.activated, timeout=1000) as pinned:
        qtbot.keyClick(flow, Qt.Key.Key_Return)
    assert pinned.args == [0]
    model = flow.twin_model()
    assert model.rowCount() == len(TOKENS)
    assert model.index(1, 1).data() == "·add"


def test_the_flow_is_clicked_hovered_and_wraps(qtbot: QtBot) -> None:
    flow = TokenFlow("Tokens")
    show(qtbot, flow, 120, 60)
    flow.set_chips(chips_of(TOKENS * 30))
    assert flow.verticalScrollBar().maximum() > 0
    with qtbot.waitSignal(flow.hovered, timeout=1000) as hovered:
        qtbot.mouseMove(flow.viewport(), QPoint(12, 12))
    assert hovered.args == [0]
    qtbot.mouseClick(flow.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
    assert flow.current == 0
    flow.set_current(len(flow.chips) - 1)
    assert flow.verticalScrollBar().value() > 0, "the cursor is scrolled to"
    before = flow.grab().toImage()
    flow.set_show_ids(True)
    flow.highlight_id(14)
    assert flow.grab().toImage() != before


# Heat-map and shares


def test_the_heat_map_speaks_its_cells(qtbot: QtBot) -> None:
    heat = HeatMap("Attention of layer 1, head 1")
    show(qtbot, heat, 300, 300)
    values = np.tril(np.array([[1.0, 0, 0], [0.3, 0.7, 0], [0.42, 0.5, 0.08]]))
    heat.set_values(values, ["def", "a", ","], ["def", "a", ","])
    heat.setFocus()
    qtbot.keyClick(heat, Qt.Key.Key_Right)
    assert heat.cursor_cell == (2, 1)
    assert heat.accessibleDescription() == ", to a, 50 %"
    qtbot.keyClick(heat, Qt.Key.Key_Home)
    qtbot.keyClick(heat, Qt.Key.Key_Left)
    assert heat.cursor_cell == (2, 0)
    qtbot.keyClick(heat, Qt.Key.Key_Up)
    assert heat.sentence(0, 2) == "def cannot look at ,: it comes later"
    model = heat.twin_model()
    assert model.index(2, 1).data() == "42.0 %"
    assert model.index(0, 3).data() == "–"
    with pytest.raises(ValueError, match="rows"):
        heat.set_values(values, ["a"], ["b"])
    heat.grab()


def test_shares_are_written_with_one_useful_digit() -> None:
    assert [percent(share) for share in (0.8172, 0.0004, 0.0, 1.0)] == ["81.7 %", "0.04 %", "0", "100.0 %"]


# The rest


def test_the_ring_follows_the_focus(qtbot: QtBot) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    first, second = QPushButton("one"), QPushButton("two")
    layout.addWidget(first)
    layout.addWidget(second)
    ring = FocusRing(window)
    show(qtbot, window)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=2000)
    first.setFocus()
    assert ring.isVisible()
    assert ring.geometry().center() == first.geometry().center()
    second.setFocus()
    assert ring.geometry().contains(second.geometry())
    second.hide()
    assert not ring.isVisible() or not ring.geometry().contains(second.geometry())


def test_a_card_a_badge_a_stat_and_an_empty_state(qtbot: QtBot) -> None:
    card = Card("Ledger", "note")
    show(qtbot, card)
    assert card.accessibleName() == "Ledger"
    action = card.add_action("CSV", "download")
    card.set_chosen(True)
    assert card.property("class") == "card-chosen"
    qtbot.waitUntil(action.isVisible, timeout=2000)
    badge = Badge("ok", "0 leaked")
    badge.show_verdict("error", "14 leaked")
    assert (badge.text, badge.property("class")) == ("14 leaked", "badge-error")
    stat = Stat("loss ↓")
    assert stat.value == "–"
    stat.set_value("0.98")
    assert stat.value == "0.98"
    empty = EmptyState("brain-circuit", "No model yet", "Train one.", "Train Quick")
    assert empty.primary is not None
    assert empty.standard is None
    for made in (badge, stat, empty):
        qtbot.addWidget(made)


def test_a_reading_line_keeps_its_words_through_a_change_of_theme(dressed: QApplication, qtbot: QtBot) -> None:
    line = ReadingLine("<b>10,000</b> snippets")
    show(qtbot, line)
    style.apply(dressed, theme.current().with_dark(True))
    assert line.reading == "<b>10,000</b> snippets"
    assert theme.colours().text in line.text()


def test_a_choice_that_does_not_fit_is_told_whole_in_its_tooltip(dressed: QApplication, qtbot: QtBot) -> None:
    assert dressed is not None
    box, plain = ElidedComboBox(), QComboBox()
    for one in (box, plain):
        qtbot.addWidget(one)
        one.addItem("if cost is above 5 multiply cost by two, otherwise leave it alone")
        one.resize(160, 28)
    assert box.toolTip() == box.currentText()
    assert box.grab().toImage() != plain.grab().toImage(), "the words end with an ellipsis"
    for one in (box, plain):
        one.resize(700, 28)
    assert box.grab().toImage() == plain.grab().toImage()
