"""Every broken pipeline shows in what is measured of it, and the rules tell it from all the others by numbers alone."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from codegen_desktop.config import SamplingOptions, TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.starter import starter_snippets
from codegen_desktop.corpus.store import save_dataset
from codegen_desktop.errors import CorpusError, TrainingError, UserError
from codegen_desktop.lab import Lab
from codegen_desktop.model.breaking import BROKEN, key_of_code
from codegen_desktop.model.diagnosis import Finding, diagnose
from codegen_desktop.model.records import TrainStep, Wishes
from codegen_desktop.model.runs import list_runs
from codegen_desktop.mystery import (
    TWIN,
    Answer,
    Material,
    Mystery,
    find_twin,
    first_answer,
    keep_answer,
    keep_aside,
    list_mysteries,
    load_mystery,
    train_broken,
    train_mystery,
)
from codegen_desktop.pipeline import RunStarted, answer, report_on, train_and_watch
from codegen_desktop.quiz.answers import LabAnswers
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.store import save_tokenizer

COUNT = 200
SMALL = TrainingOptions(
    preset="custom", snippets=COUNT, epochs=8, layers=2, width=32, heads=2, feed_forward=64, batch=8, threads=1,
    device="cpu", checkpoint_seconds=0,
)  # fmt: skip
SHORT = SMALL.model_copy(update={"epochs": 1})


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Material]:
    """A Lab of the module with a small dataset and its tokenizer."""
    test = tuple(range(4, COUNT, 5))
    train = tuple(index for index in range(COUNT) if index not in test)
    dataset = Dataset("starter", tuple(starter_snippets(COUNT, seed=5)), Split(train, test, 5, "test"))
    folder: Path = tmp_path_factory.mktemp("mysteries")
    with Lab.create(folder / "mysteries.cglab") as lab:
        tokenizer = learn_tokenizer("bpe", [snippet.text for snippet in dataset.train], 400)
        dataset_id = save_dataset(lab, dataset)
        yield Material(lab, dataset, dataset_id, tokenizer, save_tokenizer(lab, dataset_id, tokenizer))


@pytest.fixture(scope="module")
def mysteries(material: Material) -> dict[str, Mystery]:
    """Every pipeline, really trained."""
    return {broken.key: trained(material, broken.key) for broken in BROKEN}


def trained(material: Material, key: str, code: int = 7) -> Mystery:
    for _ in train_broken(material, key, code, SMALL):
        pass
    found = load_mystery(material.lab, list_runs(material.lab)[-1].id)
    assert found is not None
    return found


def finding(mystery: Mystery, key: str) -> Finding:
    return next(one for one in diagnose(mystery.run, mystery.evidence) if one.key == key)


@pytest.mark.parametrize("key", [broken.key for broken in BROKEN])
def test_the_numbers_of_a_pipeline_fit_it_and_no_other(mysteries: dict[str, Mystery], key: str) -> None:
    findings = diagnose(mysteries[key].run, mysteries[key].evidence)
    assert [one.key for one in findings] == [broken.key for broken in BROKEN]
    assert [one.key for one in findings if one.fits] == [key]
    assert all(one.because.endswith(".") for one in findings)


def test_copied_snippets_make_the_test_part_look_easier_than_it_is(mysteries: dict[str, Mystery]) -> None:
    broken, healthy = mysteries["duplicates"].evidence, mysteries["healthy"].evidence
    assert broken.kept_alone - broken.test_alone > 2 * abs(healthy.kept_alone - healthy.test_alone)
    assert broken.parts.copied == round(broken.parts.test / 2)
    assert (
        f"{broken.parts.copied} of the {broken.parts.test} test snippets"
        in finding(mysteries["duplicates"], "duplicates").because
    )


def test_learning_from_the_test_part_looks_best_and_is_worst(mysteries: dict[str, Mystery]) -> None:
    broken, healthy = mysteries["test-part"], mysteries["healthy"]
    assert broken.run.epochs[-1].test_loss < healthy.run.epochs[-1].test_loss / 2
    assert broken.evidence.kept_alone > healthy.evidence.kept_alone


def test_without_the_mask_the_loss_is_impossible_and_the_model_cannot_write(mysteries: dict[str, Mystery]) -> None:
    broken = mysteries["no-mask"]
    floor = broken.run.baselines.floor
    assert floor is not None
    assert broken.run.epochs[-1].test_loss < floor
    assert broken.evidence.test_alone > broken.run.baselines.bigram.loss
    assert not any(one.passes for one in broken.evidence.written)


def test_a_model_that_repeats_what_it_sees_writes_one_token_for_ever(mysteries: dict[str, Mystery]) -> None:
    broken = mysteries["not-shifted"]
    assert broken.run.epochs[-1].test_accuracy > 0.95
    assert broken.evidence.test_alone > broken.run.baselines.uniform.loss
    assert broken.evidence.batch.asked == broken.evidence.batch.sees
    assert broken.evidence.written[0].text == "," * len(broken.evidence.written[0].text)


def test_shuffled_labels_stop_at_token_frequencies(mysteries: dict[str, Mystery]) -> None:
    broken = mysteries["shuffled-labels"]
    assert broken.run.epochs[-1].test_loss == pytest.approx(broken.run.baselines.unigram.loss, rel=0.1)
    assert broken.evidence.batch.next_share < 0.1


def test_a_learning_rate_too_high_or_too_low(mysteries: dict[str, Mystery]) -> None:
    fast, stuck = mysteries["too-fast"], mysteries["stuck"]
    assert fast.evidence.curve.highest > fast.run.baselines.uniform.loss + 1
    assert stuck.run.epochs[-1].test_loss == pytest.approx(stuck.run.epochs[0].test_loss, rel=1e-3)
    assert stuck.evidence.curve.highest < 1.02 * stuck.run.baselines.uniform.loss


def test_without_line_breaks_the_model_writes_none(mysteries: dict[str, Mystery]) -> None:
    broken, healthy = mysteries["no-newlines"], mysteries["healthy"]
    assert broken.run.epochs[-1].test_loss < 1.3 * healthy.run.epochs[-1].test_loss
    assert not any("\n" in one.text for one in broken.evidence.written)
    assert any("\n" in one.text for one in healthy.evidence.written)


def test_the_decoder_measures_what_training_measured(mysteries: dict[str, Mystery]) -> None:
    for key in ("healthy", "duplicates", "too-fast"):
        mystery = mysteries[key]
        assert mystery.evidence.test_alone == pytest.approx(mystery.run.epochs[-1].test_loss, rel=1e-3)


def test_the_first_batch_is_shown_as_the_model_sees_it(mysteries: dict[str, Mystery]) -> None:
    batch = mysteries["healthy"].evidence.batch
    assert batch.sees[0] == "START"
    assert batch.sees[1:] == batch.asked[:-1]
    assert batch.asked[-1] == "END"
    assert "⏎" in "".join(batch.asked)


def test_a_mystery_says_its_code_and_nothing_else(mysteries: dict[str, Mystery]) -> None:
    assert {mystery.run.name for mystery in mysteries.values()} == {"Mystery 7"}
    assert [mystery.run.broken for mystery in mysteries.values()] == [broken.key for broken in BROKEN]
    curve = mysteries["healthy"].evidence.curve
    assert curve.steps[-1] == SMALL.epochs * COUNT * 4 // 5 // SMALL.batch
    assert curve.losses[0] > curve.losses[-1]


def test_no_pipeline_sees_what_is_kept_aside(material: Material) -> None:
    whole, kept = keep_aside(material.dataset)
    assert len(whole.test) == len(kept) == COUNT // 10
    assert not {one.text for one in kept} & {one.text for one in (*whole.train, *whole.test)}


def test_a_broken_run_is_never_used_evaluated_or_continued(material: Material, mysteries: dict[str, Mystery]) -> None:
    assert mysteries
    lab, run = material.lab, mysteries["no-mask"].run
    with pytest.raises(TrainingError, match="holds no trained model"):
        answer(lab, "def add(a,", SamplingOptions())
    with pytest.raises(TrainingError, match="broken on purpose: it cannot be evaluated"):
        next(report_on(lab, run, material.dataset, material.tokenizer))
    again = train_and_watch(
        lab, material.dataset, material.dataset_id, material.tokenizer, material.tokenizer_id, SMALL, resume=run
    )
    with pytest.raises(TrainingError, match="cannot go on"):
        next(again)


def test_the_healthy_twin_is_trained_once(material: Material) -> None:
    started = []
    for code in (11, 12):
        events = list(train_mystery(material, code, SHORT))
        started += [event.run for event in events if isinstance(event, RunStarted)]
    assert [run.name for run in started] == ["Healthy twin", "Mystery 11", "Mystery 12"]
    assert [run.broken for run in started[1:]] == [key_of_code(11), key_of_code(12)]
    twin = find_twin(material.lab, material.dataset_id, material.tokenizer_id)
    assert twin is not None
    assert (twin.run.id, twin.evidence.code) == (started[0].id, TWIN)
    assert find_twin(material.lab, 99, material.tokenizer_id) is None


def test_what_is_closed_early_leaves_nothing_and_what_is_stopped_leaves_no_mystery(material: Material) -> None:
    before = [run.id for run in list_runs(material.lab)]
    events = train_broken(material, "stuck", 21, SHORT)
    next(event for event in events if isinstance(event, TrainStep))
    events.close()
    assert [run.id for run in list_runs(material.lab)] == before
    wishes = Wishes()
    for event in train_broken(material, "stuck", 22, SHORT, wishes):
        wishes.stop = wishes.stop or isinstance(event, TrainStep)
    stopped = list_runs(material.lab)[-1]
    assert (stopped.name, stopped.state) == ("Mystery 22", "stopped")
    assert load_mystery(material.lab, stopped.id) is None
    assert stopped.id not in [mystery.run.id for mystery in list_mysteries(material.lab)]


def test_training_that_breaks_off_is_evidence_too(material: Material) -> None:
    wild = {"learning_rate": 0.1, "optimizer": "adamw", "weight_decay": 10.0, "epochs": 20, "warmup": 0}
    huge = SHORT.model_copy(update=wild)  # times 100: every step multiplies the weights by about -99
    for _ in train_broken(material, "too-fast", 31, huge):
        pass
    run = list_runs(material.lab)[-1]
    assert run.state == "failed"
    found = load_mystery(material.lab, run.id)
    assert found is not None
    assert [one.key for one in diagnose(found.run, found.evidence) if one.fits] == ["too-fast"]
    assert "finite" in finding(found, "too-fast").because


def test_the_first_answer_counts(material: Material, mysteries: dict[str, Mystery]) -> None:
    answers, mystery = LabAnswers(material.lab), mysteries["no-mask"]
    assert first_answer(answers, mystery) is None
    given = Answer("healthy", "sure", ("curves",))
    keep_answer(answers, mystery, given)
    keep_answer(answers, mystery, Answer("no-mask", "sure", ()))
    assert first_answer(answers, mystery) == given
    assert [event.body["correct"] for event in answers.events("break-it")] == [False, True]
    assert first_answer(answers, mysteries["stuck"]) is None


def test_what_cannot_be_made_is_told(material: Material) -> None:
    with pytest.raises(UserError, match="no broken pipeline named"):
        next(train_broken(material, "gremlins"))
    few = Dataset("few", material.dataset.snippets[:10], Split(tuple(range(8)), (8, 9), 1, "test"))
    with pytest.raises(CorpusError, match="at least 4 test snippets; there are 2"):
        keep_aside(few)
    with pytest.raises(ValueError, match="from 1 to 9999"):
        next(train_mystery(material, 0))


def test_damaged_evidence_is_no_mystery(material: Material, mysteries: dict[str, Mystery]) -> None:
    run_id = mysteries["stuck"].run.id
    with material.lab.transaction() as connection:
        connection.execute("UPDATE evaluation SET body = '{\"code\": 1}' WHERE run_id = ?", (run_id,))
    assert load_mystery(material.lab, run_id) is None
    assert np.isfinite(mysteries["healthy"].evidence.kept_alone)
