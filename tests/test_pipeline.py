"""The whole lab over corpora that are unlike the built-in ones."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codegen_desktop.config import SamplingOptions, TrainingOptions
from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.sampling import sample_dataset
from codegen_desktop.corpus.store import load_dataset
from codegen_desktop.errors import GenerationError, TrainingError
from codegen_desktop.generation.fixed_prompts import BRIEF_PROMPT, fixed_prompts
from codegen_desktop.lab import Lab
from codegen_desktop.model.recording import recorded
from codegen_desktop.model.records import CheckpointTaken, TrainStep, Wishes
from codegen_desktop.model.runs import create_run, delete_run, list_runs, load_run, load_steps, load_weights
from codegen_desktop.model.train import train
from codegen_desktop.pipeline import (
    DatasetReady,
    RunStarted,
    TokenizerReady,
    answer,
    train_and_watch,
    training_job,
    whole_lab,
)
from codegen_desktop.printing import print_events, print_report
from codegen_desktop.report import LabReport
from codegen_desktop.tokenization.store import load_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer

TINY = TrainingOptions(
    preset="custom", epochs=1, layers=1, width=16, heads=2, feed_forward=16, batch=8, threads=1, device="cpu", seed=7
)


def write_records(path: Path, **fields: object) -> None:
    """Twelve records whose code differs in one number; `fields` are added to each."""
    lines = [{"code": f"def plus_{number}(a):\n    return a + {number}", **fields} for number in range(12)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def run(lab: Lab, corpus: Path, options: TrainingOptions = TINY) -> tuple[LabReport, str]:
    """Run the lab to its end and print it; gives the report and what was printed."""
    out = io.StringIO()
    report = print_events(whole_lab(lab, str(corpus), options), out, lab.heartbeat)
    print_report(report, out)
    return report, out.getvalue()


def prepared(lab: Lab, corpus: Path) -> tuple[Dataset, Tokenizer]:
    """The first two stages alone."""
    dataset: Dataset | None = None
    for event in whole_lab(lab, str(corpus), TINY):
        if isinstance(event, DatasetReady):
            dataset = event.dataset
        if isinstance(event, TokenizerReady):
            assert dataset is not None
            return dataset, event.tokenizer
    raise AssertionError("there was no tokenizer")


def test_tests_without_an_instruction_are_not_graded(lab: Lab, tmp_path: Path) -> None:
    write_records(tmp_path / "tasks.jsonl", tests=[["1", "2"]])
    report, printed = run(lab, tmp_path / "tasks.jsonl")
    assert report.as_json()["pass_at_1"] is None
    assert "pass@1: not measured" in printed


def test_the_floor_is_printed_and_is_no_baseline_of_the_json(lab: Lab, tmp_path: Path) -> None:
    write_records(tmp_path / "tasks.jsonl")
    report, _ = run(lab, tmp_path / "tasks.jsonl")
    with_floor = replace(report, run=replace(report.run, baselines=replace(report.run.baselines, floor=1.25)))
    told = with_floor.as_json()["baselines"]
    assert list(told) == ["uniform", "unigram", "bigram", "five_gram"]
    assert {tuple(score) for score in told.values()} == {("loss", "accuracy", "bits_per_byte")}
    out = io.StringIO()
    print_report(with_floor, out)
    assert "grammar floor  loss 1.250" in out.getvalue()


def test_the_data_flow_shows_what_the_run_used(lab: Lab, tmp_path: Path) -> None:
    write_records(tmp_path / "tasks.jsonl")
    report, printed = run(lab, tmp_path / "tasks.jsonl", TINY.model_copy(update={"snippets": 5}))
    assert report.stages[2].shape_out == "train 4 x 50, test 1 x 50"
    assert "train 4 x 50, test 1 x 50" in printed
    assert "-> 5 sequences x 50 tokens" in printed


def test_instructions_longer_than_a_row_do_not_end_the_training(lab: Lab, tmp_path: Path) -> None:
    long = " ".join(f"word{number}" for number in range(200))
    write_records(tmp_path / "tasks.jsonl", instruction=long)
    report, printed = run(lab, tmp_path / "tasks.jsonl")
    assert load_run(lab).state == "finished"
    assert report.samples == ()
    assert "pass@1" in printed


def test_a_fixed_prompt_is_one_the_model_can_go_on_with(lab: Lab, tmp_path: Path) -> None:
    write_records(tmp_path / "tasks.jsonl")
    dataset, tokenizer = prepared(lab, tmp_path / "tasks.jsonl")
    assert len(fixed_prompts(dataset, 7, tokenizer, 50)) == 5
    (beginning,) = fixed_prompts(dataset, 7, tokenizer, 4)
    assert BRIEF_PROMPT.startswith(beginning.text)
    assert 0 < len(tokenizer.encode(beginning.text)) < 4


def test_the_shortest_row_carries_the_whole_lab(lab: Lab, tmp_path: Path) -> None:
    codes = [f"x{number} = {number} * {number}" for number in range(12)]
    lines = [json.dumps({"code": code, "instruction": "q" * 9, "tests": [["x", "1"]]}) for code in codes]
    (tmp_path / "tasks.jsonl").write_text("\n".join(lines))
    report, printed = run(lab, tmp_path / "tasks.jsonl", TINY.model_copy(update={"context": 8}))
    assert report.run.state == "finished"
    assert BRIEF_PROMPT.startswith(report.trace.prompt)
    assert report.trace.prompt != BRIEF_PROMPT, "letters that were never joined: ten tokens do not fit into a row of 8"
    assert f"what follows {report.trace.prompt!r}" in printed


@pytest.mark.parametrize(("train", "test"), [((0, 1), ()), ((), (0, 1)), ((0,), ())], ids=["no test", "none", "one"])
def test_a_part_without_snippets_is_said_before_a_run_begins(
    lab: Lab, tmp_path: Path, train: tuple[int, ...], test: tuple[int, ...]
) -> None:
    write_records(tmp_path / "tasks.jsonl")
    (dataset, tokenizer) = prepared(lab, tmp_path / "tasks.jsonl")
    kept = tuple(dataset.snippets[: len(train) + len(test)])
    emptied = replace(dataset, snippets=kept, split=replace(dataset.split, train=train, test=test))
    with pytest.raises(TrainingError, match="holds no snippet"):
        next(train_and_watch(lab, emptied, 1, tokenizer, 1, TINY))
    assert list_runs(lab) == ()


def test_writing_takes_the_newest_run_that_was_trained(lab: Lab, tmp_path: Path) -> None:
    write_records(tmp_path / "tasks.jsonl")
    report, _ = run(lab, tmp_path / "tasks.jsonl")
    events = whole_lab(lab, None, TINY)
    assert any(isinstance(event, CheckpointTaken) for event in events), "the second run keeps its untrained weights"
    events.close()
    assert [made.state for made in list_runs(lab)] == ["finished", "stopped"]
    greedy = SamplingOptions(temperature=0.0, max_tokens=1)
    assert answer(lab, BRIEF_PROMPT, greedy)["samples"][0]["tokens"][0]["id"] == report.trace.predictions[0].id
    delete_run(lab, report.run.id)
    with pytest.raises(TrainingError, match="no trained model"):
        answer(lab, BRIEF_PROMPT, greedy)


def test_a_run_that_fills_middles_says_how_many_it_reads_and_fills_one(lab: Lab, tmp_path: Path) -> None:
    write_records(tmp_path / "tasks.jsonl", instruction="add a number")
    report, printed = run(lab, tmp_path / "tasks.jsonl", TINY.model_copy(update={"middle_share": 50}))
    learning = int(report.stages[3].shape_in.split()[0])
    assert f"Fill in the middle: {round(learning / 2) / learning:.1%} of the learning snippets" in printed
    filled = answer(lab, "# add a number\ndef plus_3(a):", SamplingOptions(max_tokens=3), "+ 3")
    assert 1 <= len(filled["samples"][0]["tokens"]) <= 3


def test_the_test_part_and_what_needs_no_network_stay_the_same_with_middles(lab: Lab, tmp_path: Path) -> None:
    write_records(tmp_path / "tasks.jsonl")
    plain, printed = run(lab, tmp_path / "tasks.jsonl")
    assert "Fill in the middle" not in printed
    filling, _ = run(lab, tmp_path / "tasks.jsonl", TINY.model_copy(update={"middle_share": 50}))
    assert filling.run.baselines == plain.run.baselines
    untrained, learned = zip(plain.run.epochs, filling.run.epochs, strict=True)
    assert untrained[0].test_loss == untrained[1].test_loss, "the same weights, the same test rows"
    assert learned[0].test_loss != learned[1].test_loss


def test_a_resumed_run_reads_the_same_middles(lab: Lab, tmp_path: Path) -> None:
    options = TINY.model_copy(update={"middle_share": 50, "epochs": 2, "batch": 2})
    write_records(tmp_path / "tasks.jsonl")
    whole, _ = run(lab, tmp_path / "tasks.jsonl", options)
    dataset, tokenizer = load_dataset(lab, whole.run.dataset_id), load_tokenizer(lab, whole.run.tokenizer_id)
    wishes = Wishes()
    events = train_and_watch(
        lab, dataset, whole.run.dataset_id, tokenizer, whole.run.tokenizer_id, options, wishes=wishes
    )
    for event in events:
        if isinstance(event, TrainStep) and event.step == 2:
            wishes.stop = True
    stopped = list_runs(lab)[-1]
    assert stopped.state == "stopped"
    resumed = train_and_watch(lab, dataset, 1, tokenizer, 1, options, resume=stopped)
    assert any(isinstance(event, RunStarted) and event.middles for event in resumed)
    for event in resumed:
        assert not isinstance(event, RunStarted)
    again = load_run(lab, stopped.id)
    assert [epoch.test_loss for epoch in again.epochs] == [epoch.test_loss for epoch in whole.run.epochs]
    assert [step.loss for step in load_steps(lab, again.id)] == [step.loss for step in load_steps(lab, whole.run.id)]


def test_a_run_begun_with_the_plain_operations_goes_on_with_them(lab: Lab, tmp_path: Path) -> None:
    options = TINY.model_copy(update={"epochs": 4, "batch": 2})
    write_records(tmp_path / "tasks.jsonl")
    first = run(lab, tmp_path / "tasks.jsonl", options)[0].run
    dataset, tokenizer = load_dataset(lab, first.dataset_id), load_tokenizer(lab, first.tokenizer_id)
    used = sample_dataset(dataset, options.snippets, options.seed)
    job = replace(training_job(used, tokenizer, options), plain=True)
    made = []
    for stop_after in (None, 2):
        begun = create_run(
            lab, job, dataset_id=first.dataset_id, tokenizer_id=first.tokenizer_id, dataset_fingerprint="a"
        )
        wishes = Wishes()
        for event in recorded(lab, begun.id, train(job, None, wishes)):
            wishes.stop = wishes.stop or (isinstance(event, TrainStep) and event.step == stop_after)
        made.append(load_run(lab, begun.id))
    whole, stopped = made
    assert whole.plain
    assert (whole.state, stopped.state) == ("finished", "stopped")
    for _ in train_and_watch(lab, dataset, first.dataset_id, tokenizer, first.tokenizer_id, options, resume=stopped):
        pass
    ends = [load_weights(lab, run_id) for run_id in (whole.id, stopped.id)]
    assert all(np.array_equal(weight, ends[1][name]) for name, weight in ends[0].items())


def test_a_gap_is_not_filled_by_a_run_that_never_learned_it(lab: Lab, tmp_path: Path) -> None:
    write_records(tmp_path / "tasks.jsonl")
    run(lab, tmp_path / "tasks.jsonl")
    with pytest.raises(GenerationError, match="was not trained to fill in a middle"):
        answer(lab, "def plus_3(a):", SamplingOptions(), "+ 3")
