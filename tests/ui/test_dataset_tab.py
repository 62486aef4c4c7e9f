"""The Dataset tab as a person uses it: reading corpora, finding snippets, seeing what was left out and the split."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit, QRadioButton, QScrollArea, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from codegen_desktop.corpus.dataset import Dataset, Reason, Split, Verdict
from codegen_desktop.corpus.snippet import Origin, Snippet
from codegen_desktop.corpus.starter import starter_snippets
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.ui import style, theme
from codegen_desktop.ui.dataset.facts import count_tokens, dataset_facts, leakage_sentence, reading
from codegen_desktop.ui.dataset.flow import flow_stages
from codegen_desktop.ui.dataset.preview import function_name
from codegen_desktop.ui.dataset.rows import Part, RowFilter, dataset_rows, first_code_line, select_rows
from codegen_desktop.ui.dataset.tab import DatasetTab
from codegen_desktop.ui.dataset.table_model import LINES, NUMBER, SNIPPET, TOKENS, DatasetTableModel
from codegen_desktop.ui.workspace import Workspace

COUNT = 60


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Sixty starter snippets, every fifth unseen, and three pieces that were left out."""
    snippets = tuple(starter_snippets(COUNT, seed=3))
    test = tuple(range(4, COUNT, 5))
    return Dataset(
        name="starter",
        snippets=snippets,
        split=Split(tuple(index for index in range(COUNT) if index not in test), test, 3, "by composition"),
        left_out=(
            Verdict("own", "long.py", 12, Reason.TOO_LONG, "91 tokens"),
            Verdict("own", "long.py", 40, Reason.TOO_LONG, "77 tokens"),
            Verdict("own", "broken.py", 2, Reason.DOES_NOT_PARSE, "invalid syntax"),
        ),
    )


@pytest.fixture
def tab(workspace: Workspace, qtbot: QtBot) -> DatasetTab:
    """The tab in a window of the start size."""
    made = DatasetTab(workspace)
    qtbot.addWidget(made)
    made.resize(1440, 800)
    made.show()
    return made


@pytest.fixture
def filled(tab: DatasetTab, workspace: Workspace, dataset: Dataset, qtbot: QtBot) -> DatasetTab:
    """The tab with the sixty snippets."""
    workspace.set_dataset(dataset, 1)
    qtbot.waitUntil(tab.is_settled, timeout=5_000)
    return tab


def rows_shown(tab: DatasetTab) -> int:
    return tab.browser.rows.rowCount()


def test_an_empty_tab_says_what_is_missing(tab: DatasetTab) -> None:
    assert "no snippets" in tab.head.reading
    assert tab.read_button.text() == "Read snippets"
    assert rows_shown(tab) == 0
    assert tab.browser.preview.details == "There are no snippets yet."


def test_a_dataset_fills_every_part(filled: DatasetTab) -> None:
    assert filled.head.reading == (
        "<b>60 snippets</b> are ready from the Starter grammar. <b>3</b> were left out, each with a reason."
    )
    assert [button.text() for button in filled.browser.parts.buttons()] == [
        "All  60",
        "Train  48",
        "Test  12",
        "Left out  3",
    ]
    assert rows_shown(filled) == COUNT
    assert filled.split.leakage == "0 test snippets are also in train"
    assert [(row.name, row.count) for row in filled.ledger.reasons.rows] == [("too long", 2), ("does not parse", 1)]
    assert filled.strip.stages[2].shape_out == "48 + 12"


def test_the_parts_and_the_filter_narrow_the_table(filled: DatasetTab, dataset: Dataset, qtbot: QtBot) -> None:
    browser = filled.browser
    qtbot.mouseClick(browser.parts.buttons()[2], Qt.MouseButton.LeftButton)
    assert rows_shown(filled) == 12
    assert {browser.rows.row_at(row).part for row in range(12)} == {Part.TEST}

    qtbot.mouseClick(browser.parts.buttons()[0], Qt.MouseButton.LeftButton)
    wanted = function_name(dataset.snippets[7].text)
    qtbot.keyClicks(browser.filter_field, f"def {wanted}(")
    expected = [index for index, one in enumerate(dataset.snippets) if f"def {wanted}(" in one.text]
    shown = [browser.rows.row_at(row).index for row in range(rows_shown(filled))]
    assert 7 in shown
    assert set(expected) <= set(shown)

    browser.filter_field.clear()
    qtbot.keyClicks(browser.filter_field, "no such words anywhere")
    assert rows_shown(filled) == 0
    assert browser.nothing.isVisible()
    assert browser.nothing.standard is not None
    qtbot.mouseClick(browser.nothing.standard, Qt.MouseButton.LeftButton)
    assert rows_shown(filled) == COUNT


def test_a_click_on_a_reason_shows_what_was_left_out_for_it(filled: DatasetTab, qtbot: QtBot) -> None:
    first = filled.ledger.reasons.rows[0]
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert rows_shown(filled) == 2
    assert filled.browser.parts.index == 3
    assert filled.browser.preview.details == "line 12 · left out, too long: 91 tokens"
    qtbot.mouseClick(filled.browser.only_button, Qt.MouseButton.LeftButton)
    assert rows_shown(filled) == COUNT
    assert not first.isChecked()


def test_a_click_on_a_licence_shows_its_snippets(filled: DatasetTab, qtbot: QtBot) -> None:
    row = filled.licences.licences.rows[0]
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert rows_shown(filled) == row.count == COUNT
    assert filled.browser.only_button.isVisible()


def test_the_preview_follows_the_arrow_keys(filled: DatasetTab, dataset: Dataset, qtbot: QtBot) -> None:
    table, preview = filled.browser.table, filled.browser.preview
    assert preview.code == dataset.snippets[0].text
    qtbot.keyClick(table, Qt.Key.Key_Down)
    snippet = dataset.snippets[1]
    assert preview.code == snippet.text
    name = function_name(snippet.text)
    assert preview.tests == tuple((f"{name}({test.arguments})", test.expected) for test in snippet.tests)


def test_sorting_by_lines_and_back(filled: DatasetTab) -> None:
    model = filled.browser.rows
    model.sort(LINES, Qt.SortOrder.DescendingOrder)
    lines = [model.row_at(row).lines for row in range(COUNT)]
    assert lines == sorted(lines, reverse=True)
    model.sort(-1)
    assert [model.row_at(row).index for row in range(COUNT)] == list(range(COUNT))


def test_tokens_are_counted_once_there_is_a_tokenizer(
    filled: DatasetTab, workspace: Workspace, dataset: Dataset, qtbot: QtBot
) -> None:
    model = filled.browser.rows
    assert model.index(0, TOKENS).data() == "–"
    tokenizer = learn_tokenizer("bpe", [snippet.text for snippet in dataset.train], 600)
    workspace.set_tokenizer(tokenizer, 1)
    qtbot.waitUntil(filled.is_settled, timeout=5_000)
    assert model.index(0, TOKENS).data() == str(len(tokenizer.encode(dataset.snippets[0].text)))
    assert "fits in 50" in filled.browser.preview.details
    chips = filled.strip.stages[1].chips
    assert [chip.text for chip in chips] == ["def", "add", "(", "a", ",", "b", ")", ":", "return", "a", "+", "b"]
    assert filled.strip.stages[3].chips[-1].text == "b"
    assert filled.strip.stages[3].chips[-1].is_answer


def test_reading_own_code_saves_it_in_the_lab(
    tab: DatasetTab, workspace: Workspace, tmp_path: Path, qtbot: QtBot
) -> None:
    tab.read_source(str(write_code(tmp_path / "mine")))
    assert tab.cancel_button.isVisible()
    qtbot.waitUntil(lambda: workspace.dataset is not None and tab.is_settled(), timeout=10_000)
    assert workspace.dataset is not None
    assert workspace.dataset_id == 1
    assert {snippet.origin.path for snippet in workspace.dataset.snippets} >= {"shapes.py"}
    assert not tab.cancel_button.isVisible()
    assert tab.read_button.isVisible()


def test_code_can_be_dropped(tab: DatasetTab, workspace: Workspace, tmp_path: Path, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(write_code(tmp_path / "dropped")))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    tab.dropEvent(event)
    assert event.isAccepted()
    qtbot.waitUntil(lambda: workspace.dataset is not None and tab.is_settled(), timeout=10_000)
    assert tab.sources.chosen.endswith("dropped")


def test_bad_input_is_told_and_the_old_dataset_stays(
    filled: DatasetTab, workspace: Workspace, dataset: Dataset, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(workspace.message, timeout=10_000) as told:
        filled.read_source(str(tmp_path / "empty"))
    assert told.args[0].kind == "error"
    assert workspace.dataset is dataset
    assert rows_shown(filled) == COUNT
    assert filled.read_button.isVisible()


def test_a_cancelled_reading_leaves_the_dataset_as_it_was(
    filled: DatasetTab, workspace: Workspace, dataset: Dataset, qtbot: QtBot
) -> None:
    qtbot.mouseClick(filled.read_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(workspace.message, timeout=10_000) as told:
        qtbot.mouseClick(filled.cancel_button, Qt.MouseButton.LeftButton)
    assert told.args[0].what == "Reading was cancelled."
    assert workspace.dataset is dataset
    assert workspace.lab is None
    qtbot.waitUntil(filled.is_settled, timeout=5_000)


def test_choosing_a_source_is_a_click_on_its_row(tab: DatasetTab, qtbot: QtBot) -> None:
    qtbot.mouseClick(tab.sources.row("stdlib"), Qt.MouseButton.LeftButton)
    assert tab.sources.chosen == "stdlib"
    assert "Standard library" in tab.read_button.toolTip()
    qtbot.mouseClick(tab.sources.row("own").findChild(QRadioButton), Qt.MouseButton.LeftButton)
    assert tab.sources.chosen == ""


def test_leaked_snippets_are_counted_without_comments_and_spacing(dataset: Dataset) -> None:
    learned = dataset.snippets[dataset.split.train[0]]
    copied = replace(learned, text=f"# other words\n{learned.text}\n")
    leaky = replace(dataset, snippets=(*dataset.snippets[:4], copied, *dataset.snippets[5:]))
    facts = dataset_facts(leaky)
    assert facts.leaked == (4,)
    assert leakage_sentence(facts) == "1 test snippet is also in train"


def test_small_windows_fold_the_ledger_beside_the_preview(filled: DatasetTab, qtbot: QtBot) -> None:
    filled.resize(1024, 640)
    assert not filled.right.isVisible()
    assert filled.browser.sides.isVisible()
    qtbot.mouseClick(filled.browser.sides.buttons()[1], Qt.MouseButton.LeftButton)
    assert filled.ledger.isVisible()
    assert not filled.browser.preview.isVisible()
    filled.resize(1440, 900)
    assert filled.right.isVisible()
    assert filled.ledger.isVisible()
    assert filled.browser.preview.isVisible()


def test_everything_that_takes_the_focus_has_a_name(filled: DatasetTab) -> None:
    for widget in filled.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisible():
            continue
        spoken = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        assert spoken or isinstance(widget, QScrollArea | QSplitter | QLineEdit), widget


def test_nothing_is_wider_than_a_small_window_at_large_text(filled: DatasetTab, dressed: QApplication) -> None:
    style.apply(dressed, theme.Theme().with_scale(1.5))
    filled.resize(1440, 760)
    assert filled.minimumSizeHint().width() <= 1440
    assert filled.minimumSizeHint().height() <= 776


def test_the_table_model_keeps_qts_rules(dataset: Dataset) -> None:
    model = DatasetTableModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(dataset_rows(dataset))
    model.set_filter(RowFilter(words="return"))
    model.sort(SNIPPET)
    model.sort(NUMBER, Qt.SortOrder.DescendingOrder)
    model.set_filter(RowFilter(Part.LEFT_OUT))
    assert model.headerData(SNIPPET, Qt.Orientation.Horizontal) == "Reason"
    assert model.rowCount() == 3


def test_filtering_ten_thousand_rows_finds_every_word() -> None:
    snippet = Snippet("def f(x):\n    return x", Origin("a", "b.py"), "MIT", "g")
    dataset = Dataset(
        "own",
        tuple(replace(snippet, text=f"def f{n}(x):\n    return x") for n in range(10_000)),
        Split(tuple(range(9_999)), (9_999,), 0, "by file"),
    )
    rows = dataset_rows(dataset)
    assert select_rows(rows, RowFilter(words="f777( return")) == [777]
    assert len(select_rows(rows, RowFilter(words="B.PY"))) == 10_000


def test_sentences_name_numbers_and_one_thing_is_singular(dataset: Dataset) -> None:
    alone = Dataset("a<b", dataset.snippets[:1], Split((0,), (), 1, "by file"), dataset.left_out[:1])
    facts = dataset_facts(alone)
    assert reading(facts) == "<b>1 snippet</b> is ready from a&lt;b. <b>1</b> was left out, with its reason."
    assert first_code_line("# words\n\n    def f(): pass") == "def f(): pass"
    assert first_code_line("") == ""


def test_counting_tokens_tells_how_far_it_is(dataset: Dataset) -> None:
    tokenizer = learn_tokenizer("bpe", [snippet.text for snippet in dataset.train], 400)
    work = count_tokens(dataset, tokenizer)
    told = [next(work)]
    with pytest.raises(StopIteration) as end:
        next(work)
    assert told[0].done == told[0].total == COUNT
    assert end.value.value == tuple(len(tokenizer.encode(snippet.text)) for snippet in dataset.snippets)


def test_the_flow_without_a_tokenizer_shows_shapes_and_no_chips() -> None:
    stages = flow_stages(8_000, 2_000, 50, None)
    assert [stage.shape_out for stage in stages] == [
        "10,000 snippets × variable",
        "10,000 × 50 tokens",
        "8,000 + 2,000",
        "token probabilities",
    ]
    assert not any(stage.chips for stage in stages)
    assert stages[0].description == (
        "1 Raw code dataset: 10,000 snippets × variable. Collect code examples. def add(a, b): return a + b."
    )


def write_code(folder: Path) -> Path:
    """A folder with two small Python files."""
    folder.mkdir()
    (folder / "shapes.py").write_text("def area(a, b):\n    return a * b\n\n\ndef double(a):\n    return 2 * a\n")
    (folder / "words.py").write_text(
        "def shout(text):\n    return text.upper()\n\n\ndef first(text):\n    return text[0]\n"
    )
    return folder
