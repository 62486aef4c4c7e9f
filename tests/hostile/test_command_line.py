"""Whatever a person gives the command line: exit status 2, plain words, no traceback, and what was saved stays."""

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from codegen_desktop import cli
from codegen_desktop.config import TrainingOptions
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import list_runs, load_weights
from codegen_desktop.pipeline import whole_lab

TINY = TrainingOptions(
    preset="custom", epochs=1, layers=1, width=16, heads=2, feed_forward=16, batch=8, threads=1, device="cpu", seed=7
)

OF_CHECKPOINTS = "WHERE sha256 IN (SELECT sha256 FROM checkpoint)"


def write_records(path: Path, count: int, **fields: object) -> Path:
    """Records whose code differs in one number; `fields` are added to each."""
    lines = [{"code": f"def plus_{number}(a):\n    return a + {number}", **fields} for number in range(count)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A Lab file with a finished run."""
    folder = tmp_path_factory.mktemp("finished")
    with Lab.create(folder / "finished.cglab") as lab:
        for _ in whole_lab(lab, str(write_records(folder / "tasks.jsonl", 12)), TINY):
            pass
    return (folder / "finished.cglab").read_bytes()


@pytest.fixture
def kept(tmp_path: Path, finished: bytes) -> Path:
    """A copy of that Lab for one test."""
    path = tmp_path / "kept.cglab"
    path.write_bytes(finished)
    return path


def spoil(path: Path, change: str) -> None:
    """Change a closed Lab as a bad disk or another program would."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(change)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command line that must be refused; gives the sentence on standard error."""
    status = cli.run(arguments)
    captured = capsys.readouterr()
    assert (status, captured.out) == (2, ""), captured.err
    assert "Traceback" not in captured.err
    last = captured.err.splitlines()[-1]
    assert last.startswith("codegen-desktop: ")
    return last


@pytest.mark.parametrize(
    ("count", "fields", "words"),
    [
        (0, {}, "gives no snippet"),
        (1, {}, "only one snippet"),
        (12, {"instruction": ""}, "instruction in tasks.jsonl:1 is empty"),
        (12, {"instruction": " \n"}, "instruction in tasks.jsonl:1 is empty"),
    ],
    ids=["no snippet", "one snippet", "empty instruction", "blank instruction"],
)
def test_a_corpus_that_cannot_be_learned_from(
    kept: Path, capsys: pytest.CaptureFixture[str], count: int, fields: dict[str, object], words: str
) -> None:
    corpus = write_records(kept.parent / "tasks.jsonl", count, **fields)
    said = refused(capsys, "lab", "--corpus", str(corpus), "--lab", str(kept), "--preset", "quick", "--json")
    assert words in said
    with Lab.open(kept) as lab:
        (run,) = list_runs(lab)
        assert run.state == "finished"
        assert load_weights(lab, run.id)
        assert lab.connection.execute("SELECT count(*) FROM dataset").fetchone() == (1,)


@pytest.mark.parametrize("prompt", ["", "  ", "#", "# \n"])
def test_an_empty_instruction(kept: Path, finished: bytes, capsys: pytest.CaptureFixture[str], prompt: str) -> None:
    assert "prompt is empty" in refused(capsys, "generate", "--lab", str(kept), "--prompt", prompt, "--json")
    assert kept.read_bytes() == finished


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (f"UPDATE blob SET data = substr(data, 1, 100) {OF_CHECKPOINTS}", "block of this Lab is damaged"),
        (f"UPDATE blob SET data = 'text' {OF_CHECKPOINTS}", "block of this Lab is damaged"),
        (f"DELETE FROM blob {OF_CHECKPOINTS}", "block of this Lab is missing"),
        ("DELETE FROM checkpoint", "no trained model"),
        ("DELETE FROM checkpoint WHERE step > 0", "no trained model"),
        ("UPDATE run SET body = '{'", "record of Run 1 is damaged"),
        ("UPDATE epoch SET body = '{'", "record of Run 1 is damaged"),
        ("DELETE FROM tokenizer", "no such tokenizer"),
        ("DELETE FROM snippet WHERE number = 3", "has changed"),
        ("DROP TABLE checkpoint", "damaged or not a Lab"),
    ],
)
def test_a_checkpoint_that_is_missing_or_damaged(
    kept: Path, capsys: pytest.CaptureFixture[str], change: str, words: str
) -> None:
    spoil(kept, change)
    assert words in refused(capsys, "generate", "--lab", str(kept), "--prompt", "def plus_3(", "--json")


def test_training_again_mends_a_damaged_checkpoint(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(kept, f"UPDATE blob SET data = 'text' {OF_CHECKPOINTS}")
    with Lab.open(kept) as lab:
        for _ in whole_lab(lab, None, TINY):
            pass
    assert cli.run(["generate", "--lab", str(kept), "--prompt", "def plus_3("]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("command", [["lab", "--preset", "quick"], ["generate", "--prompt", "def"]])
@pytest.mark.parametrize("place", ["text.cglab", "folder.cglab", "file/new.cglab", "/proc/new.cglab", "x" * 300])
def test_a_place_where_no_lab_is_or_can_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str], place: str
) -> None:
    (tmp_path / "folder.cglab").mkdir()
    for name in ("text.cglab", "file"):
        (tmp_path / name).write_text("mine")
    corpus = ["--corpus", str(write_records(tmp_path / "tasks.jsonl", 12))] if command[0] == "lab" else []
    said = refused(capsys, *command, *corpus, "--lab", str(tmp_path / place), "--json")
    assert "Lab" in said
    assert [(tmp_path / name).read_text() for name in ("text.cglab", "file")] == ["mine", "mine"]


def test_a_lab_in_use(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Lab.open(kept) as held:
        held.set_setting("mine", 1)
        assert "in use" in refused(capsys, "lab", "--lab", str(kept), "--preset", "quick", "--json")
        assert held.setting("mine") == 1
        assert cli.run(["generate", "--lab", str(kept), "--prompt", "def"]) == 0, "reading disturbs nobody"
