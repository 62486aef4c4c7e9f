"""On Windows torch comes before Qt, whichever way a window is opened; elsewhere it does not come that early."""

import subprocess
import sys
from pathlib import Path

import pytest

WATCH = """
import sys
from pathlib import Path
from types import SimpleNamespace
from codegen_desktop import cli, selftest
from codegen_desktop.ui import torch_loading

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in ("torch", "PySide6"):
            print(name, flush=True)
            raise SystemExit(0) if name == "PySide6" else ImportError("torch is broken")

sys.meta_path.insert(0, Watch())
torch_loading.sys = SimpleNamespace(platform=sys.argv[1])
"""

WAYS = {
    "window": "cli.run([])",
    "screenshot": "cli.run(['--screenshot', 'pictures'])",
    "selftest": "selftest.check_window(Path('folder'))",
}


def imported(way: str, platform: str, folder: Path) -> list[str]:
    """The order in which torch and Qt are imported; Qt ends the program, and torch is one that cannot be loaded."""
    program = [sys.executable, "-c", WATCH + WAYS[way], platform]
    return subprocess.run(program, cwd=folder, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("way", WAYS)
def test_on_windows_torch_is_imported_before_qt(way: str, tmp_path: Path) -> None:
    assert imported(way, "win32", tmp_path) == ["torch", "PySide6"]


def test_elsewhere_the_window_comes_first(tmp_path: Path) -> None:
    assert imported("window", "linux", tmp_path) == ["PySide6"]
