"""The selftest: every failure is a finding in words and exit status 1, and it hides no other part's."""

from pathlib import Path

import pytest

from codegen_desktop import cli, selftest
from codegen_desktop.errors import SandboxError


def fails_with(error: Exception) -> selftest.Check:
    def check(_folder: Path) -> str:
        raise error

    return check


def is_empty(folder: Path) -> str:
    assert folder.is_dir()
    return f"{len(list(folder.iterdir()))} files"


def run(capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str], str]:
    status = cli.run(["selftest"])
    captured = capsys.readouterr()
    return status, captured.out.splitlines(), captured.err


def test_any_failure_is_told_with_its_traceback_and_the_other_parts_are_looked_at(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = (("first", fails_with(RuntimeError("no kernel image"))), ("second", fails_with(AssertionError())))
    monkeypatch.setattr(selftest, "PARTS", (*parts, ("third", is_empty)))
    status, lines, err = run(capsys)
    assert status == 1
    assert lines == ["FAILED  first: no kernel image", "FAILED  second: AssertionError", "ok      third: 0 files"]
    assert err.count("Traceback") == 2
    assert "RuntimeError: no kernel image" in err


def test_what_a_person_can_mend_is_told_in_words_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    check = fails_with(SandboxError("Code cannot be run safely here.", "Use a newer kernel."))
    monkeypatch.setattr(selftest, "PARTS", (("sandbox", check),))
    expected = (1, ["FAILED  sandbox: Code cannot be run safely here. Use a newer kernel."], "")
    assert run(capsys) == expected


def test_without_a_place_for_temporary_files_every_part_fails_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(selftest.tempfile, "tempdir", str(tmp_path / "gone"))
    monkeypatch.setattr(selftest, "PARTS", (("lab", is_empty),))
    status, (line,), _ = run(capsys)
    assert status == 1
    assert line.startswith("FAILED  lab: ")


def test_the_parts_without_a_window_pass(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "PARTS", tuple(part for part in selftest.PARTS if part[0] in ("lab", "training")))
    status, lines, err = run(capsys)
    assert (status, err) == (0, "")
    assert [line.split(":")[0] for line in lines] == ["ok      lab", "ok      training"]
