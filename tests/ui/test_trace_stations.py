"""The stations of the trace where room is short: nothing that is said is cut or squeezed."""

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from codegen_desktop.ui import style, theme
from codegen_desktop.ui.generation.choice_stations import ProbabilitiesStation, ProbabilityList, SelectionStation
from codegen_desktop.ui.generation.facts import OtherTokens, ProbabilityRow, share_words, shortened
from codegen_desktop.ui.generation.trace_panel import WIDTHS
from codegen_desktop.ui.widgets.table import Table

SHARES = (1.0, 0.99999, 0.1234, 0.00051, 0.000004, 0.0)
ROWS = tuple(
    ProbabilityRow(2000 + n, "·returned", -12.345, -123.45, "greedy", share, n == 0) for n, share in enumerate(SHARES)
)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_small_shares_are_shown_whole_in_the_table(dressed: QApplication, qtbot: QtBot, scale: float) -> None:
    style.apply(dressed, theme.Theme().with_scale(scale))
    station = ProbabilitiesStation()
    qtbot.addWidget(station)
    station._model.set_rows(ROWS)
    station.show_table(True)
    station.resize(theme.px(WIDTHS[2]), theme.px(300))
    station.show()
    table = station.findChild(Table)
    assert isinstance(table, Table)
    assert table.horizontalScrollBar().maximum() == 0, "it scrolls sideways"
    metrics = QFontMetrics(table.font())
    for column in range(1, 6):
        words = [table.model().index(row, column).data() for row in range(len(ROWS))]
        widest = max(metrics.horizontalAdvance(one) for one in words)
        assert widest + 2 * (theme.px(5) + 3) <= table.columnWidth(column), (column, words)


def test_rows_scroll_before_they_are_squeezed(dressed: QApplication, qtbot: QtBot) -> None:
    assert dressed is not None
    station, selection = ProbabilitiesStation(), SelectionStation()
    for one in (station, selection):
        qtbot.addWidget(one)
        one.resize(theme.px(350), theme.px(130))
        one.show()
    rows = station.findChild(ProbabilityList)
    assert isinstance(rows, ProbabilityList)
    rows.set_rows(ROWS, OtherTokens(3, (), 0.0), 1.0)
    qtbot.waitUntil(lambda: rows.height() >= theme.px(22) * (len(ROWS) + 2))
    for one in (station, selection):
        area = one.findChild(QScrollArea)
        assert isinstance(area, QScrollArea)
        assert area.verticalScrollBar().maximum() > 0


def test_words_for_shares_and_lines() -> None:
    assert [share_words(share, 3) for share in SHARES] == [
        "100.000 %", "99.999 %", "12.340 %", "0.051 %", "< 0.001 %", "0",
    ]  # fmt: skip
    assert shortened("def f(a): return a") == "def f(a): return a"
    assert shortened("def ascending(heights): return sorted(heights)") == "def ascending(heights): …"
    assert shortened("x" * 40) == "x" * 26 + " …"
