"""How long the figure of the Training tab takes to redraw while a run of many steps goes on.

`python -m tests.benchmarks.figure_redraw [STEPS ...]` (from the root of the checkout; 2,000 and 50,000 by default)
prints milliseconds, median and worst but one of sixty redraws with five new steps each: working out what is drawn,
painting it, and the same for the table of numbers. The window redraws at most ten times a second.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from codegen_desktop.model.records import Baselines, BaselineScore, EpochResult, TrainStep
from codegen_desktop.ui import app
from codegen_desktop.ui.training.figure import Figure
from codegen_desktop.ui.training.history import RunHistory

REDRAWS = 60
NEW_STEPS = 5
BASELINES = Baselines(
    BaselineScore(7.0, 0.001, 3.0),
    BaselineScore(5.0, 0.1, 2.0),
    BaselineScore(2.2, 0.4, 1.0),
    BaselineScore(1.3, 0.6, 0.6),
    0.4,
)


def main(lengths: list[int]) -> None:
    """Measure and print, one line a length."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CODEGEN_DATA"] = folder
        application = app.make_application(dark=False, text_scale=1.0)
        for steps in lengths:
            _measure(steps, application.processEvents)


def _measure(steps: int, process: Callable[[], object]) -> None:
    noise = random.Random(1)
    total = steps + 2 * REDRAWS * NEW_STEPS
    history = RunHistory(5, BASELINES)
    history.add_result(EpochResult(0, 7.0, 0.0, 7.0, 0.0, 3.0, 0.0))

    def add(count: int) -> None:
        for _ in range(count):
            number = len(history.steps) + 1
            loss = 7.0 * 2.7 ** (-number / 3000) + 0.3 * noise.random() + 0.4
            history.add_step(TrainStep(number, total, 1 + number * 5 // (total + 1), loss, 0.5, 0.01, 500, 0.05))

    add(steps)
    figure = Figure()
    figure.resize(1100, 380)
    figure.show()
    figure.set_history(history)
    process()
    spent: dict[str, list[float]] = {"work out": [], "paint": [], "table": []}
    for what in ("work out", "table"):
        figure.show_table(what == "table")
        for _ in range(REDRAWS):
            add(NEW_STEPS)
            spent[what].append(_milliseconds(figure.refresh))
            painted = _milliseconds(figure.repaint, process)
            if what == "work out":
                spent["paint"].append(painted)
    figure.close()
    told = ", ".join(f"{what} {statistics.median(each):.1f} / {sorted(each)[-2]:.1f}" for what, each in spent.items())
    print(f"{steps:,} steps, ms (median / worst but one): {told}")


def _milliseconds(*calls: Callable[[], object]) -> float:
    began = time.perf_counter()
    for call in calls:
        call()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main([int(length) for length in sys.argv[1:]] or [2_000, 50_000])
