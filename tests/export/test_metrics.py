"""What other programs read of a run: every number as it was measured, in three formats."""

import csv
import io
import json
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from codegen_desktop import cli
from codegen_desktop.config import TrainingOptions
from codegen_desktop.errors import TrainingError, UserError
from codegen_desktop.export.event_file import Scalars, crc32c, event_file
from codegen_desktop.export.metrics import export_metrics, find_run, metrics_csv
from codegen_desktop.lab import Lab
from codegen_desktop.model.records import Baselines, BaselineScore, EpochResult, TrainingJob, TrainStep
from codegen_desktop.model.rows import Rows
from codegen_desktop.model.runs import Run, append_steps, create_run, load_run, rename_run, save_epoch
from codegen_desktop.model.shape import ModelShape

SCORE = BaselineScore(4.0, 0.1, 2.0)


@pytest.fixture
def run(lab: Lab) -> Run:
    """Two epochs of two steps and the first step of a third."""
    rows = Rows(np.zeros(2, np.int32), np.array([0, 2]), np.array([4]), np.zeros(1, np.int64))
    job = TrainingJob(
        TrainingOptions(preset="custom", epochs=3),
        ModelShape(300, 1, 16, 2, 16, 50),
        rows,
        rows,
        Baselines(SCORE, SCORE, SCORE, SCORE, None),
    )
    made = create_run(lab, job, dataset_id=1, tokenizer_id=1, dataset_fingerprint="f" * 64)
    steps = [
        TrainStep(number, 6, (number + 1) // 2, 4.0 - number / 7, 0.1 * number, 0.01, 90 + number, 0.5, 1.5, 0.25)
        for number in range(1, 6)
    ]
    append_steps(lab, made.id, steps)
    for epoch in range(3):
        save_epoch(lab, made.id, EpochResult(epoch, 4.0 - epoch, 0.1, 4.2 - epoch, 0.2, 1.1, 1.0, f"=epoch {epoch}"))
    return load_run(lab, made.id)


def test_csv_has_a_row_a_step_with_the_epochs_beside_their_last(lab: Lab, run: Run, tmp_path: Path) -> None:
    path = export_metrics(lab, run.id, tmp_path / "new" / "folder", "csv")
    assert path.name == "Run-1-1.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert [row["step"] for row in rows] == ["0", "1", "2", "3", "4", "5"]
    assert [row["test_loss"] for row in rows] == ["4.2", "", "3.2", "", "2.2", ""]
    assert float(rows[3]["train_loss"]) == 4.0 - 3 / 7
    assert rows[3]["gradient_norm"] == "1.5"
    assert rows[2]["observation"] == "'=epoch 1", "a spreadsheet must not take it for a formula"
    assert not list(path.parent.glob("*.part"))


def test_a_name_is_no_formula_and_no_path(lab: Lab, run: Run, tmp_path: Path) -> None:
    rename_run(lab, run.id, '=cmd|"/c calc"!A1 ../../x')
    path = export_metrics(lab, run.id, tmp_path, "csv")
    assert path.parent == tmp_path
    assert {row["run"] for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))} == {
        '\'=cmd|"/c calc"!A1 ../../x'
    }
    assert export_metrics(lab, run.id, tmp_path, "tensorboard").parent.parent == tmp_path


def test_an_epoch_whose_steps_are_not_known_stands_alone() -> None:
    results = [EpochResult(epoch, 3.0, 0.1, 3.1, 0.2, 1.0, 1.0) for epoch in (0, 1)]
    rows = list(csv.DictReader(io.StringIO(metrics_csv("Run", [], results))))
    assert [(row["epoch"], row["step"], row["test_loss"]) for row in rows] == [("0", "0", "3.1"), ("1", "", "3.1")]


def test_json_lines_begin_with_the_run(lab: Lab, run: Run, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in export_metrics(lab, run.id, tmp_path, "jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == [
        "run",
        "epoch",
        "step",
        "step",
        "epoch",
        "step",
        "step",
        "epoch",
        "step",
    ]
    assert (lines[0]["version"], lines[0]["name"], lines[0]["options"]["epochs"]) == (1, "Run 1", 3)
    assert lines[2]["loss"] == 4.0 - 1 / 7
    assert lines[-2]["observation"] == "=epoch 2"


def test_json_lines_hold_no_number_that_json_does_not_have(lab: Lab, run: Run, tmp_path: Path) -> None:
    append_steps(lab, run.id, [TrainStep(6, 6, 3, float("nan"), 0.0, 0.01, 90, 0.5, float("inf"))])
    text = export_metrics(lab, run.id, tmp_path, "jsonl").read_text()
    assert "NaN" not in text
    assert "Infinity" not in text
    assert json.loads(text.splitlines()[-1])["loss"] is None


def test_the_check_sum_is_that_of_the_standard() -> None:
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, section B.4
    assert crc32c(b"\xff" * 32) == 0x62A8AB43


def test_an_event_file_is_read_back_to_the_same_numbers(lab: Lab, run: Run, tmp_path: Path) -> None:
    path = export_metrics(lab, run.id, tmp_path, "tensorboard")
    assert "tfevents" in path.name
    first, *events = [dict(fields(record)) for record in records(path.read_bytes())]
    assert first[3] == b"brain.Event:2"
    told = [(event.get(2, 0), scalars(event[5])) for event in events]
    assert [step for step, _ in told] == [0, 1, 2, 3, 4, 5]
    assert told[0][1]["loss/test"] == pytest.approx(4.2)
    assert told[5][1]["loss/train"] == pytest.approx(4.0 - 5 / 7)
    assert "loss/test" not in told[5][1]
    assert told[4][1]["accuracy/test"] == pytest.approx(0.2)
    moments = [struct.unpack("<d", event[1])[0] for event in events]
    assert [later - moments[0] for later in moments] == pytest.approx([0, 0.5, 1.0, 1.5, 2.0, 2.5])


def test_steps_of_any_size_are_written_whole() -> None:
    (_, event) = records(event_file(0.0, [Scalars(1.0, 3_000_000_000, {"a" * 300: 0.5})]))
    assert dict(fields(event))[2] == 3_000_000_000
    assert scalars(dict(fields(event))[5]) == {"a" * 300: 0.5}


def test_runs_are_found_by_name_or_number(lab: Lab, run: Run) -> None:
    assert find_run(lab).id == find_run(lab, "1").id == find_run(lab, "Run 1").id == run.id
    with pytest.raises(TrainingError, match=r"no run named Muon. Name one by its number: 1 \(Run 1\)"):
        find_run(lab, "Muon")
    lab.connection.execute("INSERT INTO run SELECT 2, created, name, state, dataset_id, tokenizer_id, body FROM run")
    with pytest.raises(TrainingError, match="2 runs are called Run 1"):
        find_run(lab, "Run 1")


def test_the_command_line_writes_the_same_file(
    lab: Lab, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = export_metrics(lab, run.id, tmp_path / "window", "jsonl").read_bytes()
    asked = ["export-metrics", "--lab", str(lab.path), "--run", "Run 1", "--to", str(tmp_path), "--format", "jsonl"]
    assert cli.run(asked) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path == tmp_path / "Run-1-1.jsonl"
    assert path.read_bytes() == expected
    lab.connection.execute("UPDATE run SET body = json_set(body, '$.broken', 'no mask')")
    assert cli.run(asked) == 2
    assert "broken on purpose" in capsys.readouterr().err


def test_what_cannot_be_written_is_told(lab: Lab, run: Run, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("kept")
    with pytest.raises(UserError, match="could not be written"):
        export_metrics(lab, run.id, in_the_way, "csv")
    assert in_the_way.read_text() == "kept"
    lab.connection.execute("DELETE FROM step")
    lab.connection.execute("DELETE FROM epoch")
    with pytest.raises(TrainingError, match="measured nothing"):
        export_metrics(lab, run.id, tmp_path, "csv")


# A reader of its own, written from the format's description


def records(data: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(data):
        (length,) = struct.unpack_from("<Q", data, place)
        assert masked(data[place : place + 8]) == struct.unpack_from("<I", data, place + 8)[0]
        body = data[place + 12 : place + 12 + length]
        assert len(body) == length
        assert masked(body) == struct.unpack_from("<I", data, place + 12 + length)[0]
        yield body
        place += 16 + length


def masked(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:  # bit by bit, without a table
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 * (crc & 1))
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) % 2**32


def fields(data: bytes) -> Iterator[tuple[int, object]]:
    place = 0

    def varint() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = data[place]
            place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while place < len(data):
        number, kind = divmod(varint(), 8)
        if kind == 0:
            yield number, varint()
            continue
        length = {1: 8, 5: 4}.get(kind) or varint()
        yield number, data[place : place + length]
        place += length


def scalars(summary: object) -> dict[str, float]:
    assert isinstance(summary, bytes)
    told = {}
    for number, value in fields(summary):
        assert number == 1
        assert isinstance(value, bytes)
        parts = dict(fields(value))
        tag, simple = parts[1], parts[2]
        assert isinstance(tag, bytes)
        assert isinstance(simple, bytes)
        told[tag.decode()] = struct.unpack("<f", simple)[0]
    return told
