"""Measures how late the window's timer fires, and how much a training is slowed down by being watched.

    python -m tests.benchmarks.window_gaps [quick|reference]      while tabs and torch come in, and the whole lab runs
    python -m tests.benchmarks.window_gaps training [--epochs 2] [--pairs 3] [--snippets 10000] [--threads 1]

`training` makes a Lab with snippets and tokens, then trains in copies of it, in a process of its own each time: in
the Training tab of the real window with its plots live, and headless, in alternating order. It reports by how many
milliseconds a precise 16 ms timer of the window was late while the model was trained, and how many times as long the
run took in the window as beside it: the whole run by the wall, its median step, and processor time of the process
(which holds the drawing too). Works offscreen. Nothing is asserted; the goals are p99 <= 50 ms and 5 % slower.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from PySide6.QtCore import QObject, Qt, QTimer

from codegen_desktop.config import PRESETS, TokenizerOptions, TrainingOptions
from codegen_desktop.corpus.starter import starter_dataset
from codegen_desktop.corpus.store import latest_dataset_id, load_dataset, save_dataset
from codegen_desktop.lab import Lab
from codegen_desktop.model.records import TrainStep
from codegen_desktop.pipeline import RunStarted, prepare_tokenizer, train_and_watch
from codegen_desktop.tokenization.store import latest_tokenizer_id, load_tokenizer
from codegen_desktop.ui import app
from codegen_desktop.ui.main_window import MainWindow
from codegen_desktop.ui.stages import Stage
from tests.benchmarks.starter_job import CORPUS_SEED, result_of

TICK_MS = 16
START_MS = 6_000
"""By then tabs and torch are in; where they are not, it is waited for as long again."""


class Ticker(QObject):
    """Notes by how many milliseconds every tick of a precise timer comes late."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._last = time.perf_counter()
        self._late: list[float] = []
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(TICK_MS)
        timer.timeout.connect(self._on_timer_timeout)
        timer.start()

    def _on_timer_timeout(self) -> None:
        now = time.perf_counter()
        self._late.append((now - self._last) * 1000 - TICK_MS)
        self._last = now

    def take(self) -> dict[str, float]:
        """The lateness since the last call: some shares of the sorted ticks, the longest, and how many there were."""
        late, self._late = sorted(self._late), []
        shares = {f"p{share}": late[len(late) * share // 100] for share in (50, 95, 99)}
        return shares | {"max": late[-1], "ticks": len(late)}


class Stopwatch:
    """Follows the events of one training: seconds by the wall and of processor time, and every step's seconds."""

    def __init__(self) -> None:
        self._began = (0.0, 0.0)
        self._steps: list[float] = []

    def see(self, event: object) -> None:
        """Take note of an event."""
        if isinstance(event, RunStarted):
            self._began = (time.perf_counter(), time.process_time())
        elif isinstance(event, TrainStep):
            self._steps.append(event.seconds)

    def stop(self) -> dict[str, float]:
        """What was measured since the run started."""
        return {
            "wall": time.perf_counter() - self._began[0],
            "cpu": time.process_time() - self._began[1],
            "step": statistics.median(self._steps),
            "steps": len(self._steps),
        }


class WholeLabWatch(QObject):
    """Starts with a window, measures, runs the lab, and closes the window."""

    def __init__(self, window: MainWindow, preset: str) -> None:
        super().__init__(window)
        self._window = window
        self._preset = preset
        self._ticker = Ticker(self)
        QTimer.singleShot(START_MS, self, self._on_started)
        window.workspace.lab_report.connect(self._on_lab_report)

    def _on_started(self) -> None:
        _tell("tabs and torch", self._ticker.take())
        self._window.whole_lab.start(PRESETS[self._preset])

    def _on_lab_report(self, _report: object) -> None:
        _tell(f"whole lab, {self._preset}", self._ticker.take())
        self._window.close()


class TrainingWatch(QObject):
    """Opens the Training tab of a window, trains there, prints what was measured, and closes the window."""

    def __init__(self, window: MainWindow, options: TrainingOptions) -> None:
        super().__init__(window)
        self._window = window
        self._options = options
        self._ticker = Ticker(self)
        self._watch = Stopwatch()
        window.workspace.training_event.connect(self._on_training_event)
        QTimer.singleShot(START_MS, self, self._on_started)

    def _on_started(self) -> None:
        from codegen_desktop.ui.training.tab import TrainingTab  # not before the window: bringing tabs in is measured

        if self._window.workspace.tokenizer is None or "codegen_desktop.model.train" not in sys.modules:
            QTimer.singleShot(START_MS, self, self._on_started)
            return
        self._window.show_stage(Stage.TRAINING)
        tab = self._window.pages.tab(Stage.TRAINING)
        assert isinstance(tab, TrainingTab)
        tab.session.ended.connect(self._on_session_ended)
        tab.session.failed.connect(self._on_session_failed)
        tab.session.start(self._options)

    def _on_training_event(self, event: object) -> None:
        if isinstance(event, RunStarted):
            self._ticker.take()
        self._watch.see(event)

    def _on_session_ended(self, _run: object) -> None:
        print(json.dumps(self._watch.stop() | {"late": self._ticker.take()}), flush=True)
        self._window.close()

    def _on_session_failed(self, error: BaseException) -> None:
        print(f"The training failed: {error}", file=sys.stderr)
        self._window.close()


def main() -> int:
    """Do what is asked; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default="quick", choices=("quick", "reference", "training"))
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--snippets", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--child", nargs=2, metavar=("WAY", "LAB"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.what != "training":
        return in_window(lambda window: WholeLabWatch(window, asked.what))
    changed = {name: getattr(asked, name) for name in ("epochs", "snippets", "threads")}
    options = PRESETS["reference"].model_copy(update=changed | {"preset": "custom", "device": "cpu"})
    if asked.child is None:
        compare(options, asked.pairs)
        return 0
    way, lab = asked.child
    if way == "window":
        return in_window(lambda window: TrainingWatch(window, options), Path(lab))
    headless(Path(lab), options)
    return 0


def in_window(watch: Callable[[MainWindow], QObject], lab: Path | None = None) -> int:
    """Open the real window in a data folder of its own, with something that watches it."""
    show = MainWindow.show

    def shown(window: MainWindow) -> None:
        show(window)
        window.resize(1440, 900)
        watch(window)

    MainWindow.show = shown
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CODEGEN_DATA"] = folder
        return app.run(lab)


def headless(path: Path, options: TrainingOptions) -> None:
    """Train in a Lab without a window, and print what was measured."""
    with Lab.open(path) as lab:
        dataset_id = latest_dataset_id(lab)
        assert dataset_id is not None
        tokenizer_id = latest_tokenizer_id(lab, dataset_id)
        assert tokenizer_id is not None
        dataset, tokenizer = load_dataset(lab, dataset_id), load_tokenizer(lab, tokenizer_id)
        watch = Stopwatch()
        for event in train_and_watch(lab, dataset, dataset_id, tokenizer, tokenizer_id, options):
            watch.see(event)
        print(json.dumps(watch.stop()), flush=True)


def compare(options: TrainingOptions, pairs: int) -> None:
    """Train in the window and headless, in alternating order, and print both."""
    found: dict[str, list[dict[str, Any]]] = {"window": [], "headless": []}
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.cglab"
        with Lab.create(made) as lab:
            dataset = result_of(starter_dataset(options.snippets, CORPUS_SEED))
            result_of(prepare_tokenizer(lab, dataset, save_dataset(lab, dataset), TokenizerOptions()))
        for pair in range(pairs):
            for way in ("window", "headless") if pair % 2 == 0 else ("headless", "window"):
                copy = Path(folder) / f"{way}-{pair}.cglab"
                shutil.copyfile(made, copy)
                found[way].append(child(way, copy))
                copy.unlink()
    for late in (run["late"] for run in found["window"]):
        _tell(f"Training tab, {found['window'][0]['steps']:,} steps, {options.threads} thread(s)", late)
    for way, runs in found.items():
        wall, cpu, step = (statistics.median(run[name] for run in runs) for name in ("wall", "cpu", "step"))
        print(f"{way:8}: run {wall:.1f} s, processor {cpu:.1f} s, median step {step * 1e3:.2f} ms")
    for name, what in (("wall", "whole run"), ("step", "median step"), ("cpu", "processor time")):
        ratios = [mine[name] / plain[name] for mine, plain in zip(*found.values(), strict=True)]
        print(f"{what}: window / headless {statistics.median(ratios):.3f} ({_numbers(ratios)})")


def child(way: str, lab: Path) -> dict[str, Any]:
    """Run this file in a process of its own for one training, and read what it prints."""
    command = [sys.executable, "-m", "tests.benchmarks.window_gaps", *sys.argv[1:], "--child", way, str(lab)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    if not done.stdout.strip():
        raise SystemExit(f"The training ({way}) gave no numbers; what it said is above.")
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def _numbers(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.3f}" for value in values)


def _tell(what: str, late: dict[str, float]) -> None:
    shares = "  ".join(f"{name} {late[name]:.1f}" for name in ("p50", "p95", "p99"))
    print(f"{what}: {shares}  max {late['max']:.0f} ms late, {late['ticks']:,} ticks", flush=True)


if __name__ == "__main__":
    sys.exit(main())
