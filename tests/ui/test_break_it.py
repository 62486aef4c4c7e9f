"""*Break it* as a person uses it: train a mystery, open evidence, answer, read why, and train what was repaired."""

from dataclasses import replace
from random import Random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from codegen_desktop.config import PRESETS
from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.starter import starter_snippets
from codegen_desktop.corpus.store import save_dataset
from codegen_desktop.errors import TrainingError
from codegen_desktop.lab import Lab
from codegen_desktop.model.breaking import BROKEN, key_of_code
from codegen_desktop.model.evidence import Written
from codegen_desktop.model.runs import list_runs, load_run
from codegen_desktop.mystery import list_mysteries
from codegen_desktop.quiz.answers import LabAnswers
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.store import save_tokenizer
from codegen_desktop.ui import style, theme
from codegen_desktop.ui.training.breaking.diagnosis_page import DIAGNOSIS, EVIDENCE
from codegen_desktop.ui.training.breaking.dialog import BreakItDialog
from codegen_desktop.ui.training.breaking.exhibits import written
from codegen_desktop.ui.training.tab import TrainingTab
from codegen_desktop.ui.workspace import Workspace

COUNT = 60
MOUSE = Qt.MouseButton.LeftButton


def code_for(key: str) -> int:
    """The first code that stands for a pipeline."""
    return next(code for code in range(1, 1000) if key_of_code(code) == key)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    test = tuple(range(4, COUNT, 5))
    train = tuple(index for index in range(COUNT) if index not in test)
    return Dataset("starter", tuple(starter_snippets(COUNT, seed=5)), Split(train, test, 5, "test"))


@pytest.fixture
def ready(workspace: Workspace, lab: Lab, dataset: Dataset) -> Workspace:
    """A workspace with a Lab, a dataset and its tokenizer; no run yet."""
    workspace.lab = lab
    tokenizer = learn_tokenizer("bpe", [snippet.text for snippet in dataset.train], 400)
    dataset_id = save_dataset(lab, dataset)
    workspace.set_dataset(dataset, dataset_id)
    workspace.set_tokenizer(tokenizer, save_tokenizer(lab, dataset_id, tokenizer))
    return workspace


def opened(workspace: Workspace, qtbot: QtBot, width: int = 1060, height: int = 720) -> BreakItDialog:
    dialog = BreakItDialog(workspace, random=Random(1))
    qtbot.addWidget(dialog)
    dialog.resize(width, height)
    dialog.show()
    qtbot.waitUntil(lambda: not workspace.work.tasks, timeout=10_000)
    return dialog


def train(dialog: BreakItDialog, qtbot: QtBot, code: int) -> None:
    dialog.start_page.code_field.setValue(code)
    qtbot.mouseClick(dialog.start_page.train_button, MOUSE)
    assert dialog.is_training
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.diagnosis_page, timeout=120_000)


def test_a_mystery_from_code_to_explanation(ready: Workspace, lab: Lab, qtbot: QtBot) -> None:
    dialog = opened(ready, qtbot)
    train(dialog, qtbot, code_for("no-newlines"))
    page = dialog.diagnosis_page
    assert not any(card.is_open for card in page.cards.values())
    for key in ("parts", "writing"):
        qtbot.mouseClick(page.cards[key].button, MOUSE)
        assert page.cards[key].is_open
    assert "0.0" in page.cards["parts"].text
    assert not page.question.answer_button.isEnabled()
    page.question.choices["stuck"].click()
    page.question.confidence.choose(2)
    qtbot.mouseClick(page.question.answer_button, MOUSE)
    qtbot.waitUntil(lambda: bool(page.question.solution), timeout=10_000)
    assert page.question.verdict.text == "Not this one"
    assert "Line breaks were lost" in page.question.solution
    assert "no line break at all" in page.question.solution
    assert "You said: The learning rate was far too low" in page.question.solution
    (event,) = LabAnswers(lab).events("break-it")
    assert event.body["key"] == "stuck"
    assert event.body["confidence"] == "certain"
    assert event.body["opened"] == ["parts", "writing"]
    assert not event.body["correct"]


def test_nothing_shown_before_the_answer_says_what_was_done(ready: Workspace, qtbot: QtBot) -> None:
    dialog = opened(ready, qtbot)
    code = code_for("no-mask")
    train(dialog, qtbot, code)
    page = dialog.diagnosis_page
    told = " ".join(card.text for card in page.cards.values()) + page.question.solution
    for broken in BROKEN:
        for words in (broken.question, broken.done, broken.sign, broken.repair):
            assert words not in told
    assert page.known is not None
    assert page.known.mystery.run.name == f"Mystery {code}"
    assert page.known.mystery.run.options.learning_rate == PRESETS["quick"].learning_rate


def test_the_healthy_run_stands_beside_it(ready: Workspace, lab: Lab, qtbot: QtBot) -> None:
    dialog = opened(ready, qtbot)
    train(dialog, qtbot, code_for("stuck"))
    known = dialog.diagnosis_page.known
    assert known is not None
    assert known.twin is not None
    last, healthy = known.mystery.run.epochs[-1], known.twin.run.epochs[-1]
    assert f"{last.test_loss:.2f} ({healthy.test_loss:.2f})" in dialog.diagnosis_page.cards["curves"].text
    assert healthy.test_loss < last.test_loss
    assert [run.name for run in list_runs(lab)] == ["Healthy twin", known.mystery.run.name]


def test_line_breaks_that_are_written_stand_side_by_side() -> None:
    lines = Written("# say\n", "a\n\n\nb  <c>\n\n", parses=False, tests=1, passes=False)
    shown = written(lines)
    assert "a⏎⏎⏎<br>b&nbsp;&nbsp;&lt;c&gt;⏎⏎</span>" in shown
    assert "not valid Python, its tests fail" in shown
    assert "(nothing)" in written(replace(lines, text="", passes=None))


def test_a_mystery_is_never_the_model_in_use(ready: Workspace, lab: Lab, qtbot: QtBot) -> None:
    dialog = opened(ready, qtbot)
    train(dialog, qtbot, code_for("stuck"))
    assert ready.run is None
    with pytest.raises(TrainingError, match="is from Break it"):
        ready.set_run(list_runs(lab)[-1])
    with pytest.raises(TrainingError, match="holds no trained model"):
        load_run(lab)
    assert ready.run is None


def test_stopping_leaves_nothing(ready: Workspace, lab: Lab, qtbot: QtBot) -> None:
    dialog = opened(ready, qtbot)
    qtbot.mouseClick(dialog.start_page.train_button, MOUSE)
    qtbot.mouseClick(dialog.stop_button, MOUSE)
    qtbot.waitUntil(lambda: not dialog.is_training, timeout=60_000)
    assert dialog.pages.currentWidget() is dialog.start_page
    assert list_mysteries(lab) == ()


def test_earlier_mysteries_are_listed_and_opened(ready: Workspace, qtbot: QtBot) -> None:
    dialog = opened(ready, qtbot)
    code = code_for("stuck")
    train(dialog, qtbot, code)
    page, start = dialog.diagnosis_page, dialog.start_page
    page.question.choices["stuck"].click()
    qtbot.mouseClick(page.question.answer_button, MOUSE)
    qtbot.waitUntil(lambda: page.question.verdict.text == "Right", timeout=10_000)
    qtbot.mouseClick(page.back_button, MOUSE)
    qtbot.waitUntil(lambda: start.earlier.count() == 1 and "right" in start.earlier.item(0).text(), timeout=10_000)
    assert start.earlier.item(0).text().startswith(f"Mystery {code}: right")
    qtbot.mouseClick(start.earlier.viewport(), MOUSE, pos=start.earlier.visualItemRect(start.earlier.item(0)).center())
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is page, timeout=10_000)
    assert "What decides" in page.question.solution


def test_without_a_dataset_it_says_what_is_missing(workspace: Workspace, qtbot: QtBot) -> None:
    dialog = opened(workspace, qtbot)
    assert not dialog.start_page.train_button.isEnabled()
    assert "choose a dataset" in dialog.start_page.train_button.toolTip()


def test_too_few_snippets_are_told(workspace: Workspace, lab: Lab, dataset: Dataset, qtbot: QtBot) -> None:
    few = Dataset("few", dataset.snippets[:8], Split(tuple(range(6)), (6, 7), 1, "test"))
    workspace.lab = lab
    tokenizer = learn_tokenizer("bpe", [snippet.text for snippet in few.train], 300)
    dataset_id = save_dataset(lab, few)
    workspace.set_dataset(few, dataset_id)
    workspace.set_tokenizer(tokenizer, save_tokenizer(lab, dataset_id, tokenizer))
    dialog = opened(workspace, qtbot)
    qtbot.mouseClick(dialog.start_page.train_button, MOUSE)
    qtbot.waitUntil(lambda: not dialog.is_training, timeout=20_000)
    assert workspace.messages.current is not None
    assert "at least 4 test snippets" in workspace.messages.current.what
    assert list_runs(lab) == ()


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_narrow_window_shows_one_side_at_a_time(
    ready: Workspace, dressed: QApplication, qtbot: QtBot, scale: float
) -> None:
    style.apply(dressed, theme.Theme().with_scale(scale).with_dark(True))
    dialog = opened(ready, qtbot, round(800 * scale), round(560 * scale))
    train(dialog, qtbot, code_for("stuck"))
    page = dialog.diagnosis_page
    for side, seen, hidden in (
        (EVIDENCE, page.cards["curves"].button, page.question.confidence),
        (DIAGNOSIS, page.question.confidence, page.cards["curves"].button),
    ):
        page.switch.choose(side)
        assert seen.isVisible()
        assert not hidden.isVisible()
    dialog.resize(round(1060 * scale), round(720 * scale))
    assert page.question.confidence.isVisible()
    assert page.cards["curves"].button.isVisible()


def test_from_the_training_tab_to_the_repaired_pipeline(ready: Workspace, qtbot: QtBot) -> None:
    tab = TrainingTab(ready)
    qtbot.addWidget(tab)
    tab.resize(1440, 900)
    tab.show()
    qtbot.waitUntil(tab.is_settled, timeout=20_000)
    qtbot.mouseClick(tab.parts.break_button, MOUSE)
    dialog = tab.break_it.dialog
    assert dialog is not None
    train(dialog, qtbot, code_for("too-fast"))
    page = dialog.diagnosis_page
    page.question.choices["too-fast"].click()
    qtbot.mouseClick(page.question.answer_button, MOUSE)
    qtbot.waitUntil(lambda: page.question.verdict.text == "Right", timeout=10_000)
    qtbot.mouseClick(page.question.repair_button, MOUSE)
    assert tab.break_it.dialog is None
    qtbot.waitUntil(lambda: ready.run is not None and not tab.session.running, timeout=60_000)
    assert ready.run is not None
    assert ready.run.options.preset == "quick"
    assert not ready.run.broken
    qtbot.waitUntil(tab.is_settled, timeout=20_000)
    row = next(row for row in range(3) if "Mystery" in tab.parts.run_list.model().index(row, 0).data())
    area = tab.parts.run_list.visualRect(tab.parts.run_list.model().index(row, 0))
    qtbot.mouseClick(tab.parts.run_list.viewport(), MOUSE, pos=area.center())
    qtbot.waitUntil(lambda: tab.break_it.dialog is not None, timeout=10_000)
    reopened = tab.break_it.dialog
    assert reopened is not None
    qtbot.waitUntil(lambda: reopened.pages.currentWidget() is reopened.diagnosis_page, timeout=10_000)
    assert ready.run.options.preset == "quick", "a mystery never becomes the run in use"
    reopened.close()
