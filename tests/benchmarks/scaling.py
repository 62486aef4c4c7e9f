"""How the time of an epoch grows with snippets, width, depth and cores, from real steps, as a Markdown table.

    python -m tests.benchmarks.scaling [--steps 30] [--cores 1 2] [--snippets 2000 5000 10000 20000]

One thing at a time is changed in the Reference preset. Every row trains some real steps through the program's own
`train` and measures the test part once: an epoch is the median step times the steps of an epoch, and that measuring.
Heads are 32 wide and the feed-forward is 2.75 times the width, as in the presets. The rows take turns: each is
measured `--rounds` times, and the median of the rounds counts.
"""

import argparse
import dataclasses
import math
import os
import statistics
import time

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from codegen_desktop.config import PRESETS, TrainingOptions
from codegen_desktop.model.records import EpochResult, TrainingJob, TrainStep
from codegen_desktop.model.train import train
from tests.benchmarks.starter_job import shape_of, starter_job

WARM_UP = 3
"""Steps of each round that are not counted."""

WIDTHS = (64, 128, 192, 256)
DEPTHS = (2, 4, 6, 8)


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One row of the table: what is changed, and the training that it makes."""

    what: str
    job: TrainingJob
    snippets: int

    @property
    def steps(self) -> int:
        """Steps of an epoch on all its learning snippets, four fifths of the snippets."""
        return math.ceil(self.snippets * 4 // 5 / self.job.options.batch)


@dataclasses.dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of the median step, by the wall and of processor time, and of measuring one test snippet."""

    step: float
    cpu: float
    measuring: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--snippets", type=int, nargs="+", default=[2_000, 5_000, 10_000, 20_000])
    asked = parser.parse_args()
    print(f"Reference preset, torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}", flush=True)
    cases = make_cases(asked.snippets, asked.cores)
    timings: list[list[Timing]] = [[] for _ in cases]
    for _ in range(asked.rounds):
        for case, found in zip(cases, timings, strict=True):
            found.append(measure(case.job, asked.steps))
    print("\n| changed | weights | threads | ms a step | CPU ms a step | steps an epoch | seconds an epoch |")
    print("|---|---|---|---|---|---|---|")
    for case, found in zip(cases, timings, strict=True):
        print(row(case, found))


def make_cases(snippets: list[int], cores: list[int]) -> list[Case]:
    """The Reference preset as it is on each number of cores, then everything that is changed, on the first number."""
    plain = PRESETS["reference"]
    reference, tokenizer = starter_job(plain, plain.snippets * 4 // 5, cores[0])
    cases = [
        Case(f"nothing, {count} core(s)", dataclasses.replace(reference, threads=count), plain.snippets)
        for count in cores
    ]
    for count in snippets:
        if count != plain.snippets:
            cases.append(Case(f"{count:,} snippets", starter_job(plain, count * 4 // 5, cores[0])[0], count))
    sizes = [(f"width {width}", sized(plain, width, plain.layers)) for width in WIDTHS if width != plain.width]
    sizes += [(f"{layers} layers", sized(plain, plain.width, layers)) for layers in DEPTHS if layers != plain.layers]
    for what, options in sizes:
        shape = shape_of(options, tokenizer.vocabulary_size)
        kept = options.model_copy(update={"checkpoint_seconds": 0.0})
        cases.append(Case(what, dataclasses.replace(reference, options=kept, shape=shape), plain.snippets))
    return cases


def sized(options: TrainingOptions, width: int, layers: int) -> TrainingOptions:
    """The same options for a model of another size."""
    return options.model_copy(
        update={"width": width, "layers": layers, "heads": width // 32, "feed_forward": width * 11 // 4}
    )


def measure(job: TrainingJob, steps: int) -> Timing:
    """Train from the start for some steps, and measure the untrained model on a part of the test part."""
    part = dataclasses.replace(job, test=job.test.first(400))
    wall, cpu, untrained, last = [], [], 0.0, 0.0
    events = train(part)
    while len(wall) < steps + WARM_UP:
        wall_start, cpu_start = time.perf_counter(), time.process_time()
        event = next(events)
        last = time.perf_counter() - wall_start
        if isinstance(event, TrainStep):
            wall.append(last)
            cpu.append(time.process_time() - cpu_start)
        elif not wall and not isinstance(event, EpochResult):
            untrained += last
    events.close()
    measured = len(part.test) + min(512, len(part.train))
    return Timing(statistics.median(wall[WARM_UP:]), statistics.median(cpu[WARM_UP:]), untrained / measured)


def row(case: Case, found: list[Timing]) -> str:
    """One row of the table."""
    step, cpu, measuring = (
        statistics.median(getattr(timing, name) for timing in found) for name in ("step", "cpu", "measuring")
    )
    seconds = step * case.steps + measuring * (case.snippets // 5)
    cells = (
        case.what,
        f"{case.job.shape.parameters:,}",
        f"{case.job.threads}",
        f"{step * 1e3:.1f}",
        f"{cpu * 1e3:.1f}",
        f"{case.steps:,}",
        f"{seconds:.1f}",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
