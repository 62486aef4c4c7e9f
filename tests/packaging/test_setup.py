"""The set-up scripts are plain POSIX shell and say what would come before it comes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"


def plan(tmp_path: Path, names: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run plan_install.py on a report that names local files of 2 MB each."""
    items = []
    for name in names:
        wheel = tmp_path / f"{name}-1.0-py3-none-any.whl"
        wheel.write_bytes(bytes(2_000_000))
        items.append({"metadata": {"name": name, "version": "1.0"}, "download_info": {"url": wheel.as_uri()}})
    items.append(
        {"metadata": {"name": "codegen-desktop", "version": "0"}, "download_info": {"url": "x", "dir_info": {}}}
    )
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"install": items}))
    command = [sys.executable, str(PACKAGING / "plan_install.py"), str(report), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": str(tmp_path)})


def test_the_plan_names_packages_and_size(tmp_path: Path) -> None:
    answer = plan(tmp_path, ["torch", "numpy"])
    assert answer.returncode == 0
    assert "Installing 2 packages, 4 MB to fetch: numpy 1.0, torch 1.0" in answer.stdout


def test_nothing_new_is_said(tmp_path: Path) -> None:
    assert "Nothing new" in plan(tmp_path, []).stdout


@pytest.mark.skipif(Path("/dev/nvidia0").exists(), reason="this machine has the card the plan looks for")
def test_nvidia_packages_stop_a_machine_without_such_a_card(tmp_path: Path) -> None:
    answer = plan(tmp_path, ["torch", "nvidia-cublas-cu12"])
    assert answer.returncode == 3
    for way in ("PIP_INDEX_URL", "CODEGEN_WHEELS", "--yes"):
        assert way in answer.stderr
    assert plan(tmp_path, ["torch", "nvidia-cublas-cu12"], "--yes").returncode == 0


@pytest.mark.parametrize("name", ["start.sh", "check.sh", "environment.sh"])
def test_scripts_are_posix_shell(name: str) -> None:
    subprocess.run(["sh", "-n", str(PACKAGING / name)], check=True)


@pytest.mark.parametrize(("missing", "qt", "status"), [("libgl1 ", 1, 1), ("libgl1 ", 0, 0), ("", 1, 0)])
def test_without_system_packages_it_goes_on_only_if_qt_loads(
    tmp_path: Path, missing: str, qt: int, status: int
) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\nexit {qt}\n")
    python.chmod(0o755)
    script = f'set -eu; . "{PACKAGING}/environment.sh"; missing="{missing}"; check_qt; echo gone on'
    answer = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert answer.returncode == status
    assert ("gone on" in answer.stdout) == (status == 0)
    assert ("libgl1" in answer.stderr) == (status == 1)


def test_packaging_and_resources_are_no_python_packages() -> None:
    root = PACKAGING.parent
    assert not (root / "packaging" / "__init__.py").exists(), "it would hide the library `packaging`"
    assert not (root / "resources" / "__init__.py").exists()
