"""The command line: exact shapes out, exit status 2 and plain words for what a person can mend."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from codegen_desktop import cli
from codegen_desktop.lab import Lab
from codegen_desktop.ui.versions import version_lines

PROGRAM = (sys.executable, "-m", "codegen_desktop")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command line in this process; gives exit status, standard output and standard error."""
    status = cli.run(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_version_names_what_matters(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--version")
    assert status == 0
    for name in ("Codegen Desktop", "Python 3.", "torch 2.13.0", "Qt 6.11", platform.platform()):
        assert name in out
    assert out == ", ".join(version_lines()) + "\n", "the words of the About window, in one line"


@pytest.mark.parametrize("arguments", [["--version"], ["generate", "--lab", "none.cglab", "--prompt", "x"]])
def test_torch_and_qt_are_not_loaded_for_what_does_not_need_them(arguments: list[str]) -> None:
    program = (
        "import sys; from codegen_desktop import cli; cli.run(sys.argv[1:]); "
        "print('torch' in sys.modules, 'PySide6' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "False False"


def test_help_does_not_load_torch() -> None:
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "codegen_desktop", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "codegen_desktop.cli" in answer.stderr
    assert "| torch" not in answer.stderr.replace("  ", "")
    assert "selftest" in answer.stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "no Lab file"), (b"not a lab", "not a Lab"), (b"SQLite format 3\0", "not a Lab")],
    ids=["missing", "text", "cut"],
)
def test_generating_from_what_is_no_lab_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, words: str
) -> None:
    path = tmp_path / "x.cglab"
    if content is not None:
        path.write_bytes(content)
    status, out, err = run(capsys, "generate", "--lab", str(path), "--prompt", "def", "--json")
    assert (status, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


def test_generating_without_a_model_says_so(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    lab.close()
    status, _, err = run(capsys, "generate", "--lab", str(lab.path), "--prompt", "def")
    assert status == 2
    assert "no trained model" in err


def test_a_lab_in_use_is_refused(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "lab", "--lab", str(lab.path), "--preset", "quick")
    assert status == 2
    assert "in use" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["lab", "--corpus", "no/such/folder"],
        ["lab", "--seed", "-1"],
        ["lab", "--threads", "-2"],
    ],
)
def test_bad_wishes_are_refused_in_words(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    status, out, err = run(capsys, *arguments, "--json")
    assert (status, out) == (2, "")
    assert err.splitlines()[-1].startswith("codegen-desktop: ")


def test_too_small_corpora_are_refused_and_the_lab_keeps_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab_path = tmp_path / "kept.cglab"
    with Lab.create(lab_path) as lab:
        lab.set_setting("mine", 1)
    empty, one = tmp_path / "empty", tmp_path / "one.py"
    empty.mkdir()
    one.write_text("def f(a):\n    return a\n")
    for path in (empty, one):
        status, _, err = run(capsys, "lab", "--corpus", str(path), "--lab", str(lab_path), "--preset", "quick")
        assert status == 2, err
    with Lab.open(lab_path) as lab:
        assert lab.setting("mine") == 1


def test_an_unwritable_data_folder_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CODEGEN_DATA", str(tmp_path / "file" / "data"))
    status, out, err = run(capsys, "lab", "--preset", "quick", "--json")
    assert (status, out) == (2, "")
    assert "CODEGEN_DATA" in err


def test_a_full_disk_behind_the_output_is_said() -> None:
    with Path("/dev/full").open("wb") as full:
        answer = subprocess.run([*PROGRAM, "--version"], check=False, stdout=full, stderr=subprocess.PIPE)
    assert answer.returncode == 2
    assert answer.stderr.startswith(b"codegen-desktop: ")
    assert b"Traceback" not in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_output_nobody_reads_ends_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        answer = subprocess.run([*PROGRAM, "--version"], check=False, stdout=writer, stderr=subprocess.PIPE)
    finally:
        os.close(writer)
    assert (answer.returncode, answer.stderr) == (1, b"")


def test_a_terminal_without_a_character_gets_its_escape(tmp_path: Path) -> None:
    name = tmp_path / "é.cglab"
    arguments = ["lab", "--corpus", "nothing", "--lab", str(name)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    answer = subprocess.run([*PROGRAM, *arguments], check=False, env=environment, capture_output=True)
    assert answer.returncode == 2
    assert b"\\xe9.cglab" in answer.stdout


def test_a_new_lab_that_stayed_empty_is_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new.cglab"
    assert run(capsys, "lab", "--corpus", "", "--lab", str(path))[0] == 2
    assert not path.exists()


def test_a_run_that_was_cut_off_is_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cut.cglab"
    with Lab.create(path) as lab, lab.transaction() as connection:
        connection.execute("INSERT INTO run VALUES (1, '', 'Run 1', 'running', 1, 1, '{}')")
    assert run(capsys, "lab", "--corpus", "nothing", "--lab", str(path))[0] == 2
    with Lab.open(path) as lab:
        assert lab.connection.execute("SELECT state FROM run").fetchone() == ("interrupted",)


def write_corpus(folder: Path) -> None:
    """Twenty-four different small functions in a folder."""
    folder.mkdir()
    for number in range(24):
        body = f'def plus_{number}(value):\n    """Add {number} to a value."""\n    return value + {number}\n'
        (folder / f"module_{number}.py").write_text(body)


@pytest.mark.slow
def test_a_whole_small_lab_prints_the_exact_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_corpus(tmp_path / "code")
    lab_path = tmp_path / "small.cglab"
    arguments = ["lab", "--corpus", str(tmp_path / "code"), "--preset", "quick", "--threads", "1", "--seed", "7"]
    status, out, err = run(capsys, *arguments, "--lab", str(lab_path), "--json")
    assert status == 0, err
    report = json.loads(out)
    assert list(report) == [
        "corpus",
        "seed",
        "stages",
        "epochs",
        "baselines",
        "trace",
        "samples",
        "pass_at_1",
        "parameters",
        "threads",
        "device",
        "tokens_per_second",
    ]
    assert [list(stage) for stage in report["stages"]] == [["name", "shape_in", "shape_out"]] * 4
    assert [epoch["epoch"] for epoch in report["epochs"]] == [1, 2, 3]
    assert set(report["epochs"][0]) == {
        "epoch",
        "train_loss",
        "test_loss",
        "test_accuracy",
        "bits_per_byte",
        "seconds",
        "observation",
    }
    assert list(report["baselines"]) == ["uniform", "unigram", "bigram", "five_gram"]
    assert (report["seed"], report["threads"], report["pass_at_1"]) == (7, 1, None)
    assert report["trace"]["prompt"] == "def add(a,"
    assert [set(sample) for sample in report["samples"]] == [{"prompt", "code", "verdict"}] * len(report["samples"])

    status, out, err = run(
        capsys,
        "generate",
        "--lab",
        str(lab_path),
        "--prompt",
        "def plus_3(",
        "--max-tokens",
        "5",
        "--temperature",
        "0",
        "--json",
    )
    assert status == 0, err
    answer = json.loads(out)
    assert list(answer) == ["prompt", "seed", "samples", "tokens_per_second"]
    (sample,) = answer["samples"]
    assert list(sample) == ["code", "tokens", "ended", "parses", "tests", "copied"]
    assert sample["ended"] in ("end", "length")
    assert [list(token) for token in sample["tokens"]] == [["id", "text", "probability"]] * len(sample["tokens"])

    status, out, _ = run(
        capsys, *arguments[:1], "--preset", "quick", "--threads", "1", "--seed", "7", "--lab", str(lab_path)
    )
    assert status == 0
    assert "Data flow" in out
    assert "the brief" in out
    again = [line for line in out.splitlines() if line.strip().startswith(("1 ", "2 ", "3 "))]
    assert any(f"{report['epochs'][2]['test_loss']:.3f}" in line for line in again), "same seed, same curve"
