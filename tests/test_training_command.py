"""The command `train`: exact lines out, stopped by signals and kept, resumed to the same numbers."""

import contextlib
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from codegen_desktop import cli
from codegen_desktop.config import PRESETS
from codegen_desktop.errors import UserError
from codegen_desktop.lab import Lab
from codegen_desktop.model.checkpoint import pack_weights
from codegen_desktop.model.diagnosis import diagnose
from codegen_desktop.model.runs import list_runs, load_run, load_steps, load_weights
from codegen_desktop.mystery import load_mystery
from codegen_desktop.training_command import parse_options
from tests.small_labs import TINY_OPTIONS, small_lab

Told = dict[str, Any]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A Lab with snippets and tokens, and no run."""
    return small_lab(tmp_path_factory.mktemp("prepared") / "small.cglab").read_bytes()


@pytest.fixture
def path(tmp_path: Path, prepared: bytes) -> Path:
    """A copy of that Lab for one test."""
    copy = tmp_path / "small.cglab"
    copy.write_bytes(prepared)
    return copy


def flags(path: Path, *more: str, options: Sequence[str] = TINY_OPTIONS) -> list[str]:
    """The command line of a tiny training."""
    return ["train", "--lab", str(path), "--json-events", *more, *(f"--option={option}" for option in options)]


def run(*arguments: str) -> tuple[int, list[Told], str]:
    """Run a command line in this process; gives exit status, the objects told, and standard error."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.run(arguments)
    return status, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def of(told: list[Told], event: str) -> list[Told]:
    """The lines of one kind, without what differs between two equal runs."""
    return [{key: value for key, value in line.items() if key != "seconds"} for line in told if line["event"] == event]


def start(path: Path, *more: str, options: Sequence[str] = TINY_OPTIONS) -> subprocess.Popen[str]:
    """Start the command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "codegen_desktop", *flags(path, *more, options=options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_until(process: subprocess.Popen[str], event: str, step: int) -> list[Told]:
    """Read lines up to the one that tells this."""
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(json.loads(line))
        if told[-1]["event"] == event and told[-1].get("step", 0) >= step:
            return told
    raise AssertionError(f"it ended before {event} {step}: {told[-1:]}")


def read_rest(process: subprocess.Popen[str]) -> tuple[list[Told], str]:
    """The lines up to the end, and standard error."""
    assert process.stdout is not None
    assert process.stderr is not None
    told = [json.loads(line) for line in process.stdout]
    err = process.stderr.read()
    process.wait()
    return told, err


def test_a_whole_training_tells_every_step_epoch_and_checkpoint(path: Path) -> None:
    status, told, err = run(*flags(path))
    assert (status, err) == (0, "")
    assert told[0]["event"] == "started"
    assert (told[0]["run"], told[0]["name"], told[0]["resumed"], told[0]["threads"]) == (1, "Run 1", False, 1)
    assert told[0]["options"]["preset"] == "custom"
    assert told[-1] == {"event": "done", "run": 1, "name": "Run 1", "state": "finished"}
    steps, epochs, kept = of(told, "step"), of(told, "epoch"), of(told, "checkpoint")
    assert [step["step"] for step in steps] == list(range(1, told[0]["steps"] + 1))
    assert [epoch["epoch"] for epoch in epochs] == [0, 1, 2]
    assert [(line["step"], line["ends_epoch"]) for line in kept] == [(0, True), (10, True), (20, True)]
    with Lab.open(path) as lab:
        assert [step.loss for step in load_steps(lab, 1)] == [line["loss"] for line in steps]
        assert [result.test_loss for result in load_run(lab).epochs] == [line["loss"] for line in epochs]
        assert [result.test_accuracy for result in load_run(lab).epochs] == [line["accuracy"] for line in epochs]
        for line in kept:
            packed = pack_weights(load_weights(lab, 1, line["epoch"]))
            assert hashlib.sha256(packed).hexdigest() == line["sha256"]


def test_without_json_a_table_is_printed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [argument for argument in flags(path) if argument != "--json-events"]
    assert cli.run(arguments) == 0
    out = capsys.readouterr().out
    assert "Epoch   train    test" in out
    assert out.splitlines()[-1].endswith("Run 1 is finished and kept in the Lab.")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_after_the_step_and_the_run_goes_on_to_the_bit(
    path: Path, prepared: bytes, number: signal.Signals
) -> None:
    options = (*TINY_OPTIONS, "snippets=96", "epochs=400")
    with start(path, options=options) as process:
        told = read_until(process, "step", 15)
        process.send_signal(number)
        rest, err = read_rest(process)
    told += rest
    assert (process.returncode, err) == (130, "")
    assert told[-1] == {"event": "stopped", "run": 1, "name": "Run 1", "state": "stopped"}
    last = of(told, "step")[-1]["step"]
    assert of(told, "checkpoint")[-1]["step"] == last

    with start(path, "--resume", options=()) as process:
        resumed = read_until(process, "step", last + 25)
        process.send_signal(number)
        rest, err = read_rest(process)
    resumed += rest
    assert (process.returncode, err) == (130, "")
    assert (resumed[0]["name"], resumed[0]["resumed"]) == ("Run 1", True)
    assert of(resumed, "step")[0]["step"] == last + 1

    end = of(resumed, "step")[-1]["step"]
    whole = path.with_name("whole.cglab")
    whole.write_bytes(prepared)
    with start(whole, options=options) as process:
        uninterrupted = read_until(process, "step", end + 1)
        process.send_signal(number)
        read_rest(process)
    assert of(told, "step") + of(resumed, "step") == of(uninterrupted, "step")[:end]
    both = {line["step"]: line for line in of(told, "checkpoint") + of(resumed, "checkpoint") if line["ends_epoch"]}
    assert list(both.values()) == of(uninterrupted, "checkpoint")[: len(both)]


def test_a_second_signal_ends_at_once_and_keeps_the_last_checkpoint(path: Path) -> None:
    with start(path, options=(*TINY_OPTIONS, "epochs=400")) as process:
        read_until(process, "step", 15)
        os.kill(process.pid, signal.SIGINT)
        os.kill(process.pid, signal.SIGTERM)
        told, _ = read_rest(process)
    assert process.returncode == 130
    assert told[-1]["event"] == "stopped"
    with Lab.open(path) as lab:
        assert load_run(lab).state == "stopped"
        assert len(load_weights(lab, 1, 1)) > 0


def test_when_nobody_reads_any_more_the_run_is_stopped_and_kept(path: Path) -> None:
    with start(path, options=(*TINY_OPTIONS, "epochs=400")) as process:
        read_until(process, "step", 15)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        process.wait()
    assert (process.returncode, err) == (1, "")
    with Lab.open(path) as lab:
        assert load_run(lab).state == "stopped"
        newest = lab.connection.execute("SELECT max(step) FROM checkpoint WHERE kind = 'state'").fetchone()[0]
        assert newest == load_steps(lab, 1)[-1].step, "a checkpoint after the last step"


def test_a_run_is_chosen_by_name_or_number(path: Path) -> None:
    for _ in range(2):
        with start(path, options=(*TINY_OPTIONS, "epochs=400")) as process:
            read_until(process, "step", 2)
            process.send_signal(signal.SIGINT)
            read_rest(process)
    assert run("train", "--lab", str(path), "--resume", "--run", "Run 9", "--json-events")[0] == 2
    for wanted in ("1", "Run 1"):
        with start(path, "--resume", "--run", wanted, options=()) as process:
            assert read_until(process, "started", 0)[0]["run"] == 1
            process.send_signal(signal.SIGINT)
            read_rest(process)
    with Lab.open(path) as lab:
        assert [kept.state for kept in list_runs(lab)] == ["stopped", "stopped"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--option", "nonsense=1"], "no such option"),
        (["--option", "epochs"], "not NAME=VALUE"),
        (["--option", "epochs=many"], "--option epochs=many: Input should be a valid integer"),
        (["--option", "epochs=0"], "greater than or equal to 1"),
        (["--option", "optimizer=sgd"], "'muon' or 'adamw'"),
        (["--option", "preset=quick"], "Use --preset quick"),
        (["--resume"], "holds no run to go on with"),
        (["--resume", "--preset", "quick"], "keeps the options it began with"),
        (["--resume", "--run", "Mine"], "no run named Mine"),
        (["--run", "Mine"], "Add --resume"),
        (["--option", "device=mps"], "no mps device"),
        (["--option", "heads=3"], "cannot be shared by 3 heads"),
        (["--broken", "stuck", "--option", "heads=3"], "cannot be shared by 3 heads"),
    ],
)
def test_what_cannot_be_done_is_told_twice(path: Path, more: list[str], words: str) -> None:
    status, told, err = run("train", "--lab", str(path), "--json-events", *more)
    assert status == 2
    assert told[-1]["event"] == "failed"
    assert words in f"{told[-1]['problem']} {told[-1]['what_to_do']}"
    assert words in err
    assert err.startswith("codegen-desktop: ")
    with Lab.open(path) as lab:
        assert list_runs(lab) == ()


def test_a_finished_run_has_nothing_to_go_on_with(path: Path) -> None:
    assert run(*flags(path))[0] == 0
    status, told, _ = run("train", "--lab", str(path), "--resume", "--json-events")
    assert (status, told[-1]["event"]) == (2, "failed")
    status, told, _ = run("train", "--lab", str(path), "--resume", "--run", "Run 1", "--json-events")
    assert "Run 1 is finished" in told[-1]["problem"]


def test_options_are_those_of_the_preset_until_one_changes() -> None:
    quick = PRESETS["quick"]
    assert parse_options(quick, []) == quick
    assert parse_options(quick, [f"epochs={quick.epochs}"]) == quick
    changed = parse_options(quick, ["learning-rate=0.5", "epochs = 7"])
    assert (changed.learning_rate, changed.epochs, changed.preset) == (0.5, 7, "custom")
    with pytest.raises(UserError, match="options are: snippets, epochs"):
        parse_options(quick, ["lr=1"])


def test_a_broken_pipeline_is_trained_marked_and_never_resumed_or_used(path: Path) -> None:
    status, told, _ = run(*flags(path, "--broken", "stuck"))
    assert (status, told[-1]["event"]) == (0, "done")
    assert len(of(told, "epoch")) >= 2
    with Lab.open(path) as lab:
        (made,) = list_runs(lab)
        assert (made.broken, made.name) == ("stuck", "Pipeline stuck")
        mystery = load_mystery(lab, made.id)
        assert mystery is not None
        assert [one.key for one in diagnose(made, mystery.evidence) if one.fits] == ["stuck"]
    status, told, _ = run(*flags(path, "--resume", options=()))
    assert (status, told[-1]["event"]) == (2, "failed")
    status, told, error = run("generate", "--lab", str(path), "--prompt", "def f(a):")
    assert status == 2
    assert "no trained model" in error


@pytest.mark.parametrize(
    ("more", "problem"),
    [(("--broken", "gremlins"), "no broken pipeline named"), (("--broken", "stuck", "--resume"), "recipe of its own")],
)
def test_what_a_broken_pipeline_cannot_be(path: Path, more: tuple[str, ...], problem: str) -> None:
    status, told, _ = run(*flags(path, *more, options=()))
    assert status == 2
    assert problem in told[-1]["problem"]
    with Lab.open(path) as lab:
        assert list_runs(lab) == ()
