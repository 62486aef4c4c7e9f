"""The whole program in a process of its own: torch after the first paint, exit status 0, never a hang."""

import subprocess
import sys
from pathlib import Path

START = """
import sys
from PySide6.QtCore import QTimer
from codegen_desktop.ui import app, main_window

show = main_window.MainWindow.show
def shown(window):
    show(window)
    window.grab()
    print("painted", "torch" in sys.modules, "pyqtgraph" in sys.modules, flush=True)
    begin(window)
main_window.MainWindow.show = shown
"""


def run_program(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "QT_QPA_PLATFORM": "offscreen",
        "CODEGEN_DATA": str(folder),
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.run(
        [sys.executable, "-c", START + code], capture_output=True, text=True, timeout=100, env=environment, check=False
    )


def test_torch_comes_after_the_first_paint_and_closing_ends_with_0(tmp_path: Path) -> None:
    done = run_program(
        """
def begin(window):
    def look():
        if hasattr(sys.modules.get("codegen_desktop.model.train"), "train"):
            print("torch is in", flush=True)
            window.close()
    timer = QTimer(window)
    timer.timeout.connect(look)
    timer.start(50)
print("rc", app.run())
""",
        tmp_path,
    )
    assert done.stdout.splitlines() == ["painted False False", "torch is in", "rc 0"], done.stderr
    assert done.returncode == 0


def test_closing_while_a_step_hangs_ends_with_0_and_frees_the_lab(tmp_path: Path) -> None:
    done = run_program(
        """
import time
app.load_torch = lambda: None
app.CLOSE_SECONDS = 0.2
def stuck():
    yield 1
    time.sleep(1000)
def begin(window):
    async def work():
        lab = await window.workspace.ensure_lab()
        print(lab.path, flush=True)
        window.workspace.run_job(stuck(), on_values=lambda _: window.close())
    window.workspace.spawn(work())
app.run()
print("not reached")
""",
        tmp_path,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "painted False False"
    assert len(lines) == 2
    from codegen_desktop.lab import Lab

    Lab.open(Path(lines[1])).close()


def test_an_exception_in_a_slot_is_told_and_the_window_stays(tmp_path: Path) -> None:
    done = run_program(
        """
app.load_torch = lambda: None
def begin(window):
    def fail():
        raise ValueError("in a slot")
    def look():
        print(window.workspace.messages.current.what, window.isVisible(), flush=True)
        window.close()
    QTimer.singleShot(0, fail)
    QTimer.singleShot(100, look)
print("rc", app.run())
""",
        tmp_path,
    )
    lines = done.stdout.splitlines()
    assert lines[1].startswith("Something went wrong inside the program (ValueError)"), done.stderr
    assert lines[1].endswith("True")
    assert lines[2] == "rc 0"
    assert "ValueError: in a slot" in (tmp_path / "logs" / "codegen-desktop.log").read_text(encoding="utf-8")
