"""The wheel holds everything the program needs: built, installed into a fresh environment, and self-tested there."""

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_wheel_works_in_a_fresh_environment(tmp_path: Path) -> None:
    """Dependencies are lent from this environment by a path file; the program itself comes from the wheel only."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "codegen_desktop/_resources/licences/codegen-desktop.txt" in names
    assert not [name for name in names if name.startswith(("tests/", "packaging/"))]

    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    python = venv / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel], check=True)
    (site,) = venv.glob("lib/python3*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")

    where = [python, "-c", "import codegen_desktop; print(codegen_desktop.__file__)"]
    assert str(venv) in subprocess.run(where, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    answer = subprocess.run(
        [venv / "bin" / "codegen-desktop", "selftest"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
