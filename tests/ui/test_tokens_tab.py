"""The Tokens tab as a person uses it: typing, pointing, comparing, building, and what is cut."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.starter import starter_snippets
from codegen_desktop.corpus.store import save_dataset
from codegen_desktop.lab import Lab
from codegen_desktop.model.rows import make_rows
from codegen_desktop.tokenization.lengths import measure_lengths
from codegen_desktop.tokenization.registry import TOKENIZERS, learn_tokenizer
from codegen_desktop.tokenization.store import load_tokenizer
from codegen_desktop.tokenization.tokenizer import END_ID, PAD_ID, START_ID, Tokenizer
from codegen_desktop.ui import style, theme
from codegen_desktop.ui.tokens.facts import RowSide, printable, row_cells, row_sentence, text_facts
from codegen_desktop.ui.tokens.histogram import bars_of, nice_ceiling
from codegen_desktop.ui.tokens.id_grid import COLUMNS
from codegen_desktop.ui.tokens.lengths_card import lengths_of, longer_words, reading
from codegen_desktop.ui.tokens.snippet_card import OWN_TEXT, characters_before, utf16_length
from codegen_desktop.ui.tokens.tab import LONGEST_TEXT, TokensTab
from codegen_desktop.ui.workspace import Workspace

COUNT = 60
CONTEXT = 50
LINE = "def add(a, b): return a + b"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Sixty starter snippets, every fifth unseen."""
    test = tuple(range(4, COUNT, 5))
    train = tuple(index for index in range(COUNT) if index not in test)
    return Dataset("starter", tuple(starter_snippets(COUNT, seed=3)), Split(train, test, 3, "by composition"))


@pytest.fixture(scope="module")
def bpe(dataset: Dataset) -> Tokenizer:
    """The default tokenizer on these snippets."""
    return learn_tokenizer("bpe", [snippet.text for snippet in dataset.train], 2048)


@pytest.fixture
def tab(workspace: Workspace, qtbot: QtBot) -> TokensTab:
    """The tab in a window of the start size."""
    made = TokensTab(workspace)
    qtbot.addWidget(made)
    made.resize(1440, 800)
    made.show()
    return made


@pytest.fixture
def filled(tab: TokensTab, workspace: Workspace, dataset: Dataset, bpe: Tokenizer, qtbot: QtBot) -> TokensTab:
    """The tab with the snippets and their tokenizer."""
    workspace.set_dataset(dataset, 1)
    workspace.set_tokenizer(bpe, 1)
    qtbot.waitUntil(tab.is_settled, timeout=10_000)
    return tab


def write(tab: TokensTab, text: str) -> None:
    """Put a text into the editor, as pasting does."""
    tab.snippet.editor.setPlainText(text)


def test_without_snippets_the_way_to_them_is_offered(tab: TokensTab, workspace: Workspace, qtbot: QtBot) -> None:
    assert tab.no_dataset.isVisible()
    assert not tab.build_button.isVisible()
    assert tab.no_dataset.primary is not None
    with qtbot.waitSignal(workspace.open_stage, timeout=1_000) as asked:
        qtbot.mouseClick(tab.no_dataset.primary, Qt.MouseButton.LeftButton)
    assert asked.args == ["dataset"]


def test_building_learns_from_the_training_part_and_saves(
    tab: TokensTab, workspace: Workspace, lab: Lab, dataset: Dataset, bpe: Tokenizer, qtbot: QtBot
) -> None:
    workspace.lab = lab
    workspace.set_dataset(dataset, save_dataset(lab, dataset))
    assert tab.no_tokens.isVisible()
    assert tab.no_tokens.primary is not None
    qtbot.mouseClick(tab.no_tokens.primary, Qt.MouseButton.LeftButton)
    assert tab.cancel_button.isVisible()
    qtbot.waitUntil(lambda: workspace.tokenizer is not None and tab.is_settled(), timeout=20_000)
    assert workspace.tokenizer is not None
    assert load_tokenizer(lab).to_json() == workspace.tokenizer.to_json() == bpe.to_json()
    assert tab.cards.isVisible()
    assert tab.build_button.text() == "Build again"
    assert all(tab.columns[kind.name].facts is not None for kind in TOKENIZERS)


def test_typing_cuts_at_once_in_every_column(filled: TokensTab, bpe: Tokenizer, qtbot: QtBot) -> None:
    write(filled, "")
    qtbot.keyClicks(filled.snippet.editor, LINE)
    assert [chip.id for chip in filled.columns["bpe"].flow.chips] == bpe.encode(LINE)
    assert filled.columns["words"].flow.chips
    assert filled.snippet.round_trip == f"Decodes back to the same {len(LINE)} characters"
    assert filled.snippet.examples.currentText() == "Example: the brief's own line"
    qtbot.keyClicks(filled.snippet.editor, "!")
    assert filled.snippet.examples.currentText() == OWN_TEXT


def test_the_grid_is_the_row_that_training_makes(filled: TokensTab, bpe: Tokenizer, qtbot: QtBot) -> None:
    write(filled, LINE)
    targets = make_rows(bpe, [LINE], CONTEXT).row(0).tolist()
    pads = [PAD_ID] * (CONTEXT - len(targets))
    assert [cell.id for cell in filled.snippet.grid.cells] == [START_ID, *targets[:-1], *pads]
    qtbot.mouseClick(filled.snippet.sides.buttons()[1], Qt.MouseButton.LeftButton)
    assert [cell.id for cell in filled.snippet.grid.cells] == [*targets, *pads]
    assert targets[-1] == END_ID
    assert filled.snippet.grid.lines == CONTEXT // COLUMNS


def test_what_does_not_fit_is_cut_and_said(filled: TokensTab, bpe: Tokenizer) -> None:
    write(filled, "\n".join([LINE] * 6))
    column = filled.columns["bpe"]
    number = len(bpe.encode(filled.snippet.text))
    assert column.words == f"{number} tokens, {number - 49} cut"
    assert [chip.cut for chip in column.flow.chips] == [False] * 49 + [True] * (number - 49)
    facts = column.facts
    assert facts is not None
    assert END_ID not in [cell.id for cell in row_cells(facts, RowSide.TARGET)]
    assert row_sentence(facts, RowSide.TARGET) == "49 ids, 1 pad"
    assert row_sentence(facts, RowSide.INPUT) == "start mark, 48 ids, 1 pad"


def test_the_arrow_keys_link_token_text_and_id(filled: TokensTab, bpe: Tokenizer, qtbot: QtBot) -> None:
    write(filled, LINE)
    flow = filled.columns["bpe"].flow
    for _ in range(3):
        qtbot.keyClick(flow, Qt.Key.Key_Right)
    token = bpe.tokens(LINE)[flow.current]
    assert filled.snippet.marked == LINE[token.start : token.end]
    assert filled.snippet.grid.current == flow.current
    assert "seen" in flow.chips[flow.current].note


def test_the_cursor_in_the_text_rings_its_token_in_the_row(filled: TokensTab, bpe: Tokenizer, qtbot: QtBot) -> None:
    write(filled, LINE)
    editor = filled.snippet.editor
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus, timeout=2_000)
    for _ in range(5):
        qtbot.keyClick(editor, Qt.Key.Key_Right)
    ringed = filled.snippet.grid.current
    token = bpe.tokens(LINE)[ringed]
    assert token.start <= 5 < token.end


def test_the_grid_speaks_and_moves_by_keys(filled: TokensTab, qtbot: QtBot) -> None:
    write(filled, LINE)
    grid = filled.snippet.grid
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.accessibleDescription().startswith("Position 2 of 50: def, id ")
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.accessibleDescription().startswith("Position 12 of 50")


def test_choosing_another_column_shows_its_row_and_offers_to_use_it(
    filled: TokensTab, qtbot: QtBot, workspace: Workspace
) -> None:
    write(filled, LINE)
    words = filled.columns["words"]
    qtbot.mouseClick(words.radio, Qt.MouseButton.LeftButton)
    assert words.facts is not None
    assert [cell.id for cell in filled.snippet.grid.cells][1:4] == [token.id for token in words.facts.tokens[:3]]
    assert filled.build_button.text() == "Use Words & symbols"
    assert workspace.tokenizer is not None
    assert workspace.tokenizer.name == "bpe"
    assert len(filled.vocabulary.shown) == words.facts.vocabulary


def test_spaces_and_ids_can_be_shown_or_not(filled: TokensTab, qtbot: QtBot) -> None:
    write(filled, LINE)
    flow = filled.columns["bpe"].flow
    assert any("·" in chip.text for chip in flow.chips)
    filled.spaces.click()
    assert not any("·" in chip.text for chip in flow.chips)
    without = flow.sizeHint().height()
    qtbot.keyClick(filled, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert filled.ids.isChecked()
    assert flow.sizeHint().height() > without


def test_the_histogram_says_what_training_cuts(filled: TokensTab, dataset: Dataset, bpe: Tokenizer) -> None:
    texts = [snippet.text for snippet in dataset.snippets]
    lengths = filled.lengths.lengths
    assert lengths == measure_lengths(bpe, texts)
    rows = make_rows(bpe, texts, CONTEXT)
    cut = sum(rows.row(number)[-1] != END_ID for number in range(len(rows)))
    assert lengths.longer_than(CONTEXT) == cut
    bars = filled.lengths.picture.bars
    assert sum(bar.count for bar in bars) == COUNT
    assert sum(bar.count for bar in bars if bar.first > CONTEXT - 1) == cut
    assert reading(lengths, CONTEXT, bpe, True) == filled.head.reading


def test_every_picture_has_a_table_that_says_the_same(filled: TokensTab, qtbot: QtBot) -> None:
    write(filled, LINE)
    for twin, rows in (
        (filled.lengths.twin, len(filled.lengths.picture.bars)),
        (filled.snippet.twin, CONTEXT),
        (filled.columns["bpe"].twin, len(filled.columns["bpe"].flow.chips)),
    ):
        qtbot.mouseClick(twin.button, Qt.MouseButton.LeftButton)
        assert twin.table is not None
        assert twin.table.isVisible()
        assert twin.table.model().rowCount() == rows
    write(filled, "x")
    assert filled.columns["bpe"].twin.table is not None
    assert filled.columns["bpe"].twin.table.model().rowCount() == 1


def test_the_vocabulary_is_filtered_and_counts_the_training_part(
    filled: TokensTab, dataset: Dataset, bpe: Tokenizer, qtbot: QtBot
) -> None:
    card = filled.vocabulary
    assert len(card.shown) == bpe.vocabulary_size
    qtbot.keyClicks(card.filter_field, "return")
    assert card.shown
    assert all("return" in entry.text for entry in card.shown)
    wanted = bpe.encode("x\n    return x")
    ids = [token for snippet in dataset.train for token in bpe.encode(snippet.text)]
    for entry in card.shown:
        assert entry.count == ids.count(entry.id)
    assert {entry.id for entry in card.shown} & set(wanted)


def test_a_changed_dataset_makes_the_tokens_stale(
    filled: TokensTab, workspace: Workspace, dataset: Dataset, qtbot: QtBot
) -> None:
    workspace.set_dataset(Dataset("other", dataset.snippets[:20], Split(tuple(range(16)), (16, 17, 18, 19), 1, "x")), 2)
    qtbot.waitUntil(filled.is_settled, timeout=10_000)
    assert filled.head.reading.startswith("<b>The dataset changed</b> after the tokens were built.")


def test_odd_texts_lose_nothing_and_break_nothing(filled: TokensTab) -> None:
    for text in ("", "\x00\x01", "שלום = 1", "🌍" * 3, "x" * (LONGEST_TEXT + 10)):
        write(filled, text)
        facts = filled.columns["bpe"].facts
        assert facts is not None
        assert facts.comes_back
        assert facts.text == text[:LONGEST_TEXT]
    write(filled, "\ud800")
    assert filled.columns["bpe"].facts is None or filled.columns["bpe"].facts.comes_back


def test_small_windows_put_the_cards_behind_one_switch(filled: TokensTab, qtbot: QtBot) -> None:
    filled.resize(1024, 640)
    assert filled.columns["bpe"].isVisible()
    assert not filled.lengths.isVisible()
    qtbot.mouseClick(filled.cards.sides.buttons()[2], Qt.MouseButton.LeftButton)
    assert filled.lengths.isVisible()
    assert not filled.columns["bpe"].isVisible()
    filled.resize(1440, 900)
    assert filled.lengths.isVisible()
    assert filled.columns["bpe"].isVisible()


def test_everything_that_takes_the_focus_has_a_name(filled: TokensTab) -> None:
    for widget in filled.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisible():
            continue
        spoken = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        assert spoken or isinstance(widget, QScrollArea | QSplitter | QLineEdit), widget


def test_nothing_is_wider_than_a_small_window_at_large_text(filled: TokensTab, dressed: QApplication) -> None:
    style.apply(dressed, theme.Theme().with_scale(1.5))
    filled.resize(1440, 760)
    assert filled.minimumSizeHint().width() <= 1440
    assert filled.minimumSizeHint().height() <= 760


def test_bars_meet_the_longest_row_and_count_everything() -> None:
    bars = bars_of(((0, 2), (49, 3), (50, 4), (400, 5)), 49)
    assert sum(bar.count for bar in bars) == 14
    assert [(bar.first, bar.last) for bar in bars][8:11] == [(40, 44), (45, 49), (50, 54)]
    assert bars[-1].name == "145 and more"
    assert bars[-1].count == 5
    assert [nice_ceiling(value) for value in (0, 5, 37, 999, 4_001)] == [4, 6, 40, 1_000, 6_000]


def test_sentences_count_what_is_longer(bpe: Tokenizer) -> None:
    lengths = lengths_of((10, 49, 50, 120))
    assert longer_words(lengths, CONTEXT) == "2 snippets (50.0 %) are longer"
    assert "<b>2 snippets (50.0 %)</b> are longer than 50, so their ends are cut." in reading(lengths, 50, bpe, True)
    assert reading(lengths_of((1,)), 50, bpe, True).endswith("<b>No snippet</b> is longer than 50, so nothing is cut.")


def test_words_in_pieces_and_partial_characters(bpe: Tokenizer) -> None:
    facts = text_facts(bpe, "x + qzxwv", CONTEXT)
    assert (facts.words, facts.in_pieces) == (2, 1)
    assert facts.in_pieces_share == 0.5
    assert text_facts(bpe, "1 + 2", CONTEXT).in_pieces_share is None
    assert {printable(token) for token in bpe.tokens("é")} <= {"é", "0xC3", "0xA9"}
    assert printable(bpe.tokens("\x07")[0]) == "\\x07"


def test_positions_of_qt_and_python_differ_beyond_the_first_plane() -> None:
    text = "a🌍b"
    assert utf16_length(text) == 4
    assert [characters_before(text, units) for units in range(5)] == [0, 1, 2, 2, 3]
