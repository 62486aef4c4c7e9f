"""What the instruments say follows from numbers, and their parts show what they were given."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from codegen_desktop.generation.fixed_prompts import PromptCompletion, PromptsCompleted
from codegen_desktop.model.records import EpochResult, KindScore, RowScore, TrainStep
from codegen_desktop.ui.colours import LIGHT
from codegen_desktop.ui.training.epoch_table import row_heights
from codegen_desktop.ui.training.inside.facts import ScoredSnippet, TokenLoss, visible
from codegen_desktop.ui.training.inside.kinds_view import KindsView, kind_rows
from codegen_desktop.ui.training.inside.readings import (
    batch_reading,
    kinds_reading,
    signals_reading,
    snippets_reading,
)
from codegen_desktop.ui.training.inside.signals_view import running_median, signal_values
from codegen_desktop.ui.training.inside.small_plot import Curve, SmallPlot
from codegen_desktop.ui.training.inside.snippets_view import entry_of
from codegen_desktop.ui.training.prompt_view import passing_share, prompts_reading, valid_share
from codegen_desktop.ui.widgets.code_html import Tint, code_html


def after(epoch: int, **accuracies: float) -> EpochResult:
    """An epoch whose kinds have these accuracies; names are half of the tokens."""
    tokens = {"layout": 200, "punctuation": 200, "name": 500, "literal": 90, "comment": 10}
    kinds = tuple(KindScore(kind, tokens[kind], 1 - share, share) for kind, share in accuracies.items())
    return EpochResult(epoch, 1.0, 0.5, 1.2, 0.6, 1.0, 1.0, kinds=kinds)


def step(number: int, gradient: float, seconds: float = 0.5) -> TrainStep:
    return TrainStep(number, 400, 1, 1.0, 0.5, 0.01, 100, seconds, gradient_norm=gradient, update_norm=gradient / 10)


def test_the_reading_of_kinds() -> None:
    easy = kinds_reading(after(2, layout=1.0, punctuation=0.9, name=0.4, literal=0.5, comment=0.1))
    assert easy == (
        "Layout and punctuation are 40 % of the test tokens and right in 95 %: they lift the accuracy to 63 %; "
        "the other kinds have 41 %. Hardest: name, 40 %."
    ), "comments are one token in a hundred: too few to be spoken of"
    level = kinds_reading(after(2, layout=0.5, punctuation=0.5, name=0.49, literal=0.4, comment=0.9))
    assert "right in 50 %, the other kinds in 48 %: the easy tokens do not lift the accuracy." in level
    assert "do not lift" in kinds_reading(after(2, layout=0.3, punctuation=0.3, name=0.5, literal=0.4, comment=0.1))
    untrained = kinds_reading(after(0, layout=0.01, punctuation=0.02, name=0.0, literal=0.0, comment=0.0))
    assert "at best 2 % (punctuation)" in untrained
    assert kinds_reading(after(1)) == ""


def test_the_share_of_a_kind_is_that_of_all_test_tokens() -> None:
    rows = kind_rows(after(1, layout=1.0, punctuation=1.0, name=0.4, literal=0.5, comment=0.1))
    assert [(row.score.kind, row.share) for row in rows][2:] == [("name", 0.5), ("literal", 0.09), ("comment", 0.01)]


def test_the_other_readings() -> None:
    result = EpochResult(
        3, 1.0, 0.5, 1.2, 0.6, 1.0, 1.0, hardest=(RowScore(4, 3.0), RowScore(1, 2.0)), easiest=(RowScore(2, 0.5),)
    )
    assert snippets_reading(result) == (
        "Easiest test snippet: loss 0.50; hardest: 3.00, 6 times as much; all together 1.20."
    )
    assert snippets_reading(after(1)) == ""
    assert batch_reading(4, 40, 30, 10, 0.3) == (
        "4 snippets, 30 targets: each row is its own answer, moved by one. "
        "10 belong to an instruction and count 0.3; 10 pads (25%) count for nothing."
    )
    assert batch_reading(1, 5, 5, 0, 0.3).endswith("moved by one. There is no pad.")


def test_the_reading_of_signals() -> None:
    falling = [step(number, 4.0 if number <= 60 else 0.5) for number in range(1, 201)]
    falling[149] = step(150, 9.0)
    assert signals_reading(falling) == (
        "The gradient norm fell from 4 to 0.5 (medians of the first and last 50 steps); "
        "its highest value was 9, at step 150."
    )
    assert "rose from 0.5 to 4" in signals_reading(falling[::-1])
    assert signals_reading(falling[:3]) == "Gradient norm 4 (median of the last 3 steps)."
    assert signals_reading([step(1, 0.0), step(2, 0.0)]) == "", "a run from before norms were measured"
    assert signals_reading([]) == ""


def test_signals_and_their_median() -> None:
    steps = [step(1, 1.0), step(2, 2.0, seconds=0.0), step(3, 9.0, seconds=0.25)]
    np.testing.assert_array_equal(signal_values(steps, "speed"), [200, np.nan, 400])
    np.testing.assert_array_equal(signal_values(steps, "gradient_norm"), [1, 2, 9])
    np.testing.assert_array_equal(running_median(np.array([1.0, 2.0, 9.0, 3.0]), 3), [2, 3])
    assert len(running_median(np.ones(2), 3)) == 0


def test_the_rates_of_the_prompts() -> None:
    done = PromptsCompleted(
        2,
        (
            PromptCompletion("def add(a,", " b): pass", True),
            PromptCompletion("# a\n", "x", True, tests=3, passes=True, seen=True),
            PromptCompletion("# b\n", "x", True, tests=3, passes=False, seen=True),
            PromptCompletion("# c\n", "(", False, tests=2, passes=False),
        ),
    )
    assert valid_share(done) == 0.75
    assert passing_share(done) == pytest.approx(1 / 3)
    assert prompts_reading(done) == "Valid Python: 3 of 4. Tests passed by 1 of 2 seen and 0 of 1 unseen instructions."
    untested = PromptsCompleted(2, done.completions[:1])
    assert passing_share(untested) is None
    assert prompts_reading(untested) == "Valid Python: 1 of 1. None of them has tests."
    unsafe = PromptsCompleted(2, (PromptCompletion("# a\n", "x", True, tests=3),))
    assert "could not be run safely" in prompts_reading(unsafe)


def test_a_token_is_tinted_by_its_loss_and_underlined_below_one_half() -> None:
    tokens = (
        TokenLoss("if", 0, 2, "keyword", 0.0),
        TokenLoss("·a", 2, 4, "name", 2.5),
        TokenLoss("⏎", 4, 5, "layout", 9.0),
        TokenLoss("end", 5, 5, "layout", 0.1),
    )
    entry = entry_of(ScoredSnippet(True, 2, 7, 2.9, "if a\n", tokens))
    assert entry.title == "Hardest 2"
    assert entry.marks[0].words == "loss 2.90, most at ⏎ (9.0)"
    assert [(one.start, one.end, one.share, one.underlined) for one in entry.shares] == [
        (0, 2, 0.03, False),
        (2, 4, pytest.approx(0.215), True),
        (4, 5, pytest.approx(0.4), False),
    ], "a line break cannot be underlined"
    unknown = dataclasses.replace(tokens[0], loss=None)
    plain = entry_of(ScoredSnippet(False, 1, 7, 0.2, "if", (unknown,)))
    assert (plain.title, plain.marks[0].words, plain.shares) == ("Easiest 1", "loss 0.20", ())


def test_code_keeps_every_character_under_its_tint(dressed: QApplication) -> None:
    assert dressed is not None
    html = code_html("if a < 1:\r\n  b", [Tint(3, 6, "#ABCDEF", underlined=True)])
    assert f'<span style="color:{LIGHT.keyword};">if</span>' in html
    assert '<span style="background-color:#ABCDEF;text-decoration:underline;">a &lt;</span>' in html
    assert "␍\n  b" in html


def test_visible_words_of_tokens() -> None:
    assert visible(b"\n    ") == "⏎····"
    assert visible(b" \xc3") == "0x20 0xC3"


@pytest.mark.parametrize(
    ("needed", "room", "enough", "heights"),
    [
        ([20, 20, 20], 90, 40, [30, 30, 30]),
        ([20, 60, 20], 130, 40, [35, 60, 35]),
        ([20, 20], 400, 40, [44, 44]),
        ([50, 50, 20], 60, 50, [50, 50, 26]),
        ([70, 70, 20], 120, 40, [40, 40, 40]),  # not all fit: no row gets more than is enough
    ],
)
def test_only_rows_that_need_it_are_high(
    dressed: QApplication, needed: list[int], room: int, enough: int, heights: list[int]
) -> None:
    assert dressed is not None
    assert row_heights(needed, room, enough) == heights


def test_a_logarithmic_plot_leaves_out_what_has_no_place(dressed: QApplication, qtbot: QtBot) -> None:
    assert dressed is not None
    plot = SmallPlot("Norm", logarithmic=True)
    qtbot.addWidget(plot)
    plot.show_curves([Curve(np.arange(4.0), np.array([0.0, 0.1, 1.0, 10.0]), LIGHT.train)], 3, "10")
    (low, high) = plot.drawn_range()
    assert low == pytest.approx(-1, abs=0.1)
    assert high == pytest.approx(1, abs=0.1)
    assert plot.accessibleDescription() == "10"


def test_a_kind_that_never_occurs_is_neither_listed_nor_drawn(dressed: QApplication, qtbot: QtBot) -> None:
    assert dressed is not None
    view = KindsView()
    qtbot.addWidget(view)
    results = [after(epoch, layout=0.2 * epoch, punctuation=0.3 * epoch, name=0.1) for epoch in range(3)]
    view.show_results(results, results[-1], 2)
    assert [row.score.kind for row in view.rows] == ["layout", "punctuation", "name"]
    accuracy, loss = view.plots
    assert [curve.y.tolist() for curve in accuracy.curves] == [[0, 0.2, 0.4], [0, 0.3, 0.6], [0.1, 0.1, 0.1]]
    assert len(loss.curves) == 3
