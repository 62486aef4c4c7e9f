"""Measures how late the window's timer fires: while tabs and torch come in, and while the whole lab runs.

    python tests/benchmarks/window_gaps.py [quick|reference]

Prints milliseconds by which a precise 16 ms timer was late; works offscreen. Nothing is asserted.
"""

import os
import sys
import tempfile
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from PySide6.QtCore import QObject, Qt, QTimer

from codegen_desktop.config import PRESETS
from codegen_desktop.ui import app
from codegen_desktop.ui.main_window import MainWindow

TICK_MS = 16
START_MS = 6_000
"""By then tabs and torch are in."""


class Watch(QObject):
    """Starts with a window, measures, runs the lab, and closes the window."""

    def __init__(self, window: MainWindow, preset: str) -> None:
        super().__init__(window)
        self._window = window
        self._preset = preset
        self._last = time.perf_counter()
        self._late: list[float] = []
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(TICK_MS)
        timer.timeout.connect(self._on_timer_timeout)
        timer.start()
        QTimer.singleShot(START_MS, self, self._on_started)
        window.workspace.lab_report.connect(self._on_lab_report)

    def _on_timer_timeout(self) -> None:
        now = time.perf_counter()
        self._late.append((now - self._last) * 1000 - TICK_MS)
        self._last = now

    def _on_started(self) -> None:
        self._tell("tabs and torch")
        self._window.whole_lab.start(PRESETS[self._preset])

    def _on_lab_report(self, _report: object) -> None:
        self._tell(f"whole lab, {self._preset}")
        self._window.close()

    def _tell(self, what: str) -> None:
        late, self._late = sorted(self._late), []
        p50, p95, p99 = (late[int(len(late) * share)] for share in (0.5, 0.95, 0.99))
        print(f"{what}: p50 {p50:.1f}  p95 {p95:.1f}  p99 {p99:.1f}  max {late[-1]:.0f} ms late, {len(late):,} ticks")


def main() -> int:
    """Open the real window in a data folder of its own."""
    preset = sys.argv[1] if len(sys.argv) > 1 else "quick"
    show = MainWindow.show

    def shown(window: MainWindow) -> None:
        show(window)
        window.resize(1440, 900)
        Watch(window, preset)

    MainWindow.show = shown
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CODEGEN_DATA"] = folder
        return app.run()


if __name__ == "__main__":
    sys.exit(main())
