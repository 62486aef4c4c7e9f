"""The Generation tab as a person uses it: asking, watching the tokens, opening one, running what was written."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QSlider, QSpinBox
from pytestqt.qtbot import QtBot

from codegen_desktop.config import SamplingOptions, TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.starter import starter_snippets
from codegen_desktop.corpus.store import save_dataset
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.generate import complete, piece_reader
from codegen_desktop.generation.trace import Completion
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import load_run, load_weights
from codegen_desktop.pipeline import train_and_watch
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.store import save_tokenizer
from codegen_desktop.ui import style, theme
from codegen_desktop.ui.generation.editor import GenerationEditor, tint, units
from codegen_desktop.ui.generation.facts import (
    embedding_rows,
    head_attention,
    lens_rows,
    masked_by,
    probability_rows,
    segments,
    share_words,
)
from codegen_desktop.ui.generation.result_card import call_problem
from codegen_desktop.ui.generation.tab import GenerationTab
from codegen_desktop.ui.workspace import Workspace

COUNT = 60
TINY = TrainingOptions(
    preset="custom",
    snippets=COUNT,
    epochs=2,
    layers=2,
    width=32,
    heads=2,
    feed_forward=32,
    batch=8,
    device="cpu",
    threads=1,
)
PROMPT = "def add(a,"


@pytest.fixture
def trained(workspace: Workspace, lab: Lab) -> Workspace:
    """A workspace whose current run was really trained, for a moment."""
    test = tuple(range(4, COUNT, 5))
    train = tuple(index for index in range(COUNT) if index not in test)
    dataset = Dataset("starter", tuple(starter_snippets(COUNT, seed=5)), Split(train, test, 5, "by composition"))
    tokenizer = learn_tokenizer("bpe", [snippet.text for snippet in dataset.train], 400)
    dataset_id = save_dataset(lab, dataset)
    tokenizer_id = save_tokenizer(lab, dataset_id, tokenizer)
    for _ in train_and_watch(lab, dataset, dataset_id, tokenizer, tokenizer_id, TINY):
        pass
    workspace.lab = lab
    workspace.set_dataset(dataset, dataset_id)
    workspace.set_tokenizer(tokenizer, tokenizer_id)
    workspace.set_run(load_run(lab))
    return workspace


@pytest.fixture
def tab(trained: Workspace, qtbot: QtBot) -> GenerationTab:
    """The tab with the model ready."""
    made = GenerationTab(trained)
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    qtbot.waitUntil(made.is_settled, timeout=20_000)
    return made


def settle(tab: GenerationTab, qtbot: QtBot) -> None:
    qtbot.waitUntil(tab.is_settled, timeout=30_000)


def write(tab: GenerationTab, qtbot: QtBot, prompt: str = PROMPT) -> None:
    """Type a prompt and complete it by the key."""
    tab.parts.editor.set_text(prompt)
    tab.parts.editor.setFocus()
    qtbot.keyClick(tab.parts.editor, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    settle(tab, qtbot)


def alone(workspace: Workspace, options: SamplingOptions, epoch: int = 2) -> Completion:
    """The same completion, made without the window."""
    assert workspace.lab is not None
    assert workspace.run is not None
    assert workspace.tokenizer is not None
    decoder = Decoder(load_weights(workspace.lab, workspace.run.id, epoch), workspace.run.shape)
    return complete(decoder, workspace.tokenizer, PROMPT, options, trace=True)


def test_without_a_model_the_way_to_one_is_offered(workspace: Workspace, qtbot: QtBot) -> None:
    tab = GenerationTab(workspace)
    qtbot.addWidget(tab)
    tab.show()
    assert tab.parts.empty.isVisible()
    assert tab.parts.empty.primary is not None
    with qtbot.waitSignal(workspace.open_stage, timeout=1_000) as asked:
        qtbot.mouseClick(tab.parts.empty.primary, Qt.MouseButton.LeftButton)
    assert asked.args == ["training"]


def test_completing_writes_tints_traces_and_judges(tab: GenerationTab, trained: Workspace, qtbot: QtBot) -> None:
    write(tab, qtbot)
    expected = alone(trained, SamplingOptions())
    assert tab.parts.editor.code == expected.code
    tints = tab.parts.editor.tints
    assert [round(piece.probability, 6) for piece in tints] == [
        round(one.probability, 6) for one in expected.predictions
    ]
    assert tints[0].start == len(PROMPT)
    assert tints[-1].end == len(expected.code)
    assert len(tab.parts.trace.tokens.chips) == len(expected.predictions)
    assert tab.parts.trace.current == 0
    assert tab.parts.result.verdicts[0] in ("Valid Python", "Does not parse")
    assert trained.stage("generation").mark == "done"
    run = trained.run
    assert run is not None
    assert run.name in tab.parts.head.reading


def test_the_result_says_that_it_is_checking(tab: GenerationTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    card = tab.parts.result
    said: list[str] = []
    await_findings = card.await_findings
    monkeypatch.setattr(card, "await_findings", lambda: (await_findings(), said.append(card.waiting)))
    assert card.waiting.startswith("Nothing written yet")
    write(tab, qtbot)
    assert said == ["Checking what was written…"]
    assert card.waiting == ""


def test_every_token_can_be_opened_in_picture_and_table(tab: GenerationTab, trained: Workspace, qtbot: QtBot) -> None:
    write(tab, qtbot)
    expected = alone(trained, SamplingOptions())
    trace = tab.parts.trace
    for number, prediction in enumerate(expected.predictions):
        trace.choose(number)
        assert trace.probabilities.chosen == prediction.id
        assert trace.selection.draw == prediction.selection.draw
        assert trace.embedding.tokens == len(prediction.trace.ids) if prediction.trace is not None else False
        for station in (trace.embedding, trace.layers, trace.probabilities, trace.selection):
            assert station.sentence
    trace.choose(0)
    qtbot.keyClick(tab, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert trace.current == 1
    qtbot.keyClick(tab, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert trace.shows_table
    trace.layers.choose_layer(0)
    trace.layers.choose_head(1)
    assert (trace.layers.layer, trace.layers.head) == (0, 1)


def test_one_token_at_a_time_gives_the_same_text(tab: GenerationTab, trained: Workspace, qtbot: QtBot) -> None:
    expected = alone(trained, SamplingOptions())
    tab.parts.editor.set_text(PROMPT)
    for number in range(1, 4):
        qtbot.mouseClick(tab.parts.token_button, Qt.MouseButton.LeftButton)
        settle(tab, qtbot)
        assert len(tab.parts.trace.tokens.chips) == min(number, len(expected.predictions))
        assert expected.code.startswith(tab.parts.editor.code.rstrip("\ufffd"))


def test_completing_again_writes_anew_and_an_edit_ends_the_tints(
    tab: GenerationTab, trained: Workspace, qtbot: QtBot
) -> None:
    write(tab, qtbot)
    seed = tab.parts.sampling.findChild(QSpinBox, "seed")
    assert isinstance(seed, QSpinBox)
    seed.setValue(7)
    tab.complete()
    settle(tab, qtbot)
    written = alone(trained, SamplingOptions(seed=7)).code
    assert tab.parts.editor.code == written.replace("\r", "\n"), "an editor knows one kind of line break"
    qtbot.keyClicks(tab.parts.editor, " x")
    assert tab.parts.editor.tints == ()
    assert tab.parts.result.verdicts == ()


def test_what_if_an_earlier_epoch_had_written(tab: GenerationTab, trained: Workspace, qtbot: QtBot) -> None:
    write(tab, qtbot)
    code = tab.parts.editor.code
    tab.parts.trace.epoch_slider.setValue(0)
    settle(tab, qtbot)
    untrained = alone(trained, SamplingOptions(), epoch=0)
    chips = tab.parts.trace.tokens.chips
    assert [chip.id for chip in chips] == [one.id for one in untrained.predictions]
    assert tab.parts.editor.code == code, "a what-if leaves the text"
    tab.parts.trace.epoch_slider.setValue(2)
    settle(tab, qtbot)
    own = alone(trained, SamplingOptions())
    assert [chip.id for chip in tab.parts.trace.tokens.chips] == [one.id for one in own.predictions]


def test_an_unseen_instruction_is_asked_with_a_click(tab: GenerationTab, trained: Workspace, qtbot: QtBot) -> None:
    assert trained.dataset is not None
    unseen = {snippet.prompt for snippet in trained.dataset.test}
    prompts = tab.parts.suggestions.prompts
    assert prompts
    assert set(prompts) <= unseen
    choices = tab.parts.suggestions.list
    place = choices.visualItemRect(choices.item(0)).center()
    qtbot.mouseClick(choices.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(tab, qtbot)
    assert tab.parts.editor.code.startswith(prompts[0])
    assert any("tests" in verdict for verdict in tab.parts.result.verdicts)


def test_an_instruction_without_its_line_end_gets_one(tab: GenerationTab, qtbot: QtBot) -> None:
    write(tab, qtbot, "x = 1\n\n# add a and b")
    assert tab.parts.editor.code.startswith("x = 1\n\n# add a and b\n")
    assert tab.parts.editor.tints[0].start == len("x = 1\n\n# add a and b\n")


def test_an_empty_prompt_is_refused_in_words(tab: GenerationTab, trained: Workspace, qtbot: QtBot) -> None:
    write(tab, qtbot, "   ")
    assert trained.messages.current is not None
    assert trained.messages.current.what == "The prompt is empty."
    assert tab.parts.complete_button.isEnabled()
    write(tab, qtbot)
    assert tab.parts.editor.tints


def test_running_in_the_sandbox_shows_the_value(tab: GenerationTab, qtbot: QtBot) -> None:
    tab.parts.editor.set_text("def double(n):\n    print('seen', n)\n    return 2 * n")
    tab.parts.result.set_call("double(21)")
    qtbot.mouseClick(tab.parts.result.run_button, Qt.MouseButton.LeftButton)
    settle(tab, qtbot)
    output = tab.parts.result.output
    assert output == "seen 21\n42" or output.startswith("Not run:")
    tab.parts.result.set_call("double(")
    qtbot.mouseClick(tab.parts.result.run_button, Qt.MouseButton.LeftButton)
    assert tab.is_settled(), "what is no expression is not run"
    assert call_problem("double(")
    assert not call_problem("double(1)")


def test_stopping_keeps_the_tokens_that_are_there(tab: GenerationTab, qtbot: QtBot) -> None:
    tab.parts.editor.set_text(PROMPT)
    tab.complete()
    tab.stop()
    settle(tab, qtbot)
    assert tab.parts.complete_button.isEnabled()
    assert tab.parts.editor.code.startswith(PROMPT)
    assert not tab.parts.editor.isReadOnly()


def test_sliders_and_fields_say_the_same(tab: GenerationTab) -> None:
    form = tab.parts.sampling
    slider = next(one for one in form.findChildren(QSlider) if one.accessibleName().startswith("Temperature"))
    slider.setValue(0)
    assert form.options.temperature == 0
    top_k = form.findChild(QSpinBox, "top_k")
    assert isinstance(top_k, QSpinBox)
    top_k.setValue(5)
    assert form.options.top_k == 5
    assert form.options.temperature == 0
    form.reset()
    assert form.options == SamplingOptions()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_a_small_window_shows_the_stations_behind_numbers(
    tab: GenerationTab, dressed: QApplication, qtbot: QtBot, scale: float
) -> None:
    style.apply(dressed, theme.Theme().with_scale(scale).with_dark(True))
    tab.resize(round(1024 * scale), round(640 * scale))
    write(tab, qtbot)
    stations = (
        tab.parts.trace.embedding,
        tab.parts.trace.layers,
        tab.parts.trace.probabilities,
        tab.parts.trace.selection,
    )
    for number, station in enumerate(stations):
        qtbot.keyClick(tab, Qt.Key(Qt.Key.Key_1 + number), Qt.KeyboardModifier.AltModifier)
        assert station.isVisible()
        assert station.width() >= station.minimumSizeHint().width()
    assert not stations[0].isVisible()
    assert tab.parts.sampling_button.isVisible()
    qtbot.mouseClick(tab.parts.sampling_button, Qt.MouseButton.LeftButton)
    assert tab.parts.sampling.isVisible()


def test_the_stations_read_the_recorded_numbers(trained: Workspace) -> None:
    options = SamplingOptions(temperature=0.7, top_k=6, top_p=0.9)
    completion = alone(trained, options)
    assert trained.tokenizer is not None
    piece = piece_reader(trained.tokenizer)
    for prediction in completion.predictions:
        trace = prediction.trace
        assert trace is not None
        rows, others = probability_rows(prediction, options, piece)
        assert sum(row.probability for row in rows) + others.probability == pytest.approx(1.0)
        assert sum(row.chosen for row in rows) == 1
        assert all(row.scaled == pytest.approx(row.logit / 0.7) for row in rows)
        assert {row.mask for row in rows} <= {"", "top-k", "top-p"}
        assert all((row.probability > 0) == (row.mask == "") for row in rows)
        assert len(rows) + others.count == len(trace.logits)
        assert len(masked_by(prediction.selection)) == len(trace.logits) - len(prediction.selection.final.ids)
        pieces = segments(prediction, piece)
        assert pieces[0].lower == 0
        assert pieces[-1].upper == pytest.approx(1.0)
        assert [one.id for one in pieces if one.chosen] == [prediction.id]
        assert lens_rows(trace)[-1].id == int(trace.logits.argmax())
        assert np.allclose(head_attention(trace.layers[0], -1)[-1].sum(), 1.0, atol=1e-5)
        assert [row.id for row in embedding_rows(trace)] == list(trace.ids)


def test_greedy_draws_nothing(trained: Workspace) -> None:
    options = SamplingOptions(temperature=0.0)
    first = alone(trained, options).predictions[0]
    assert trained.tokenizer is not None
    rows, others = probability_rows(first, options, piece_reader(trained.tokenizer))
    assert rows[0].probability == 1.0
    assert rows[0].scaled is None
    assert {row.mask for row in rows[1:]} == {"greedy"}
    assert others.probability == 0
    assert first.selection.draw is None


def test_words_tints_and_prompts(dressed: QApplication, qtbot: QtBot) -> None:
    assert dressed is not None
    assert [share_words(share) for share in (0.8171, 0.0004, 0.0, 1.0)] == ["81.7 %", "< 0.1 %", "0", "100.0 %"]
    assert tint(0.0) == pytest.approx(0.03)
    assert tint(1.0) == pytest.approx(0.40)
    assert units("a😀") == 3
    editor = GenerationEditor()
    qtbot.addWidget(editor)
    editor.set_text("x = '😀'\n\ndef f(a):\n    return a\n\n\n# next")
    start, prompt = editor.prompt()
    assert prompt.strip() == "# next"
    assert editor.code.encode("utf-16-le")[2 * start :].decode("utf-16-le").startswith(prompt)
    editor.moveCursor(QTextCursor.MoveOperation.Start)
    assert editor.prompt() == (0, "")
