"""Kills trainings at random moments and resumes them: `python -m tests.benchmarks.kill_and_resume [--kills 50]`.

A small job is trained once without interruption, with a checkpoint after every step. Then the same job is started
again and again, ended by SIGKILL at a random moment (while it starts, after a random step, while a checkpoint is being
written; every fourth run several times in a row), and resumed with `train --resume` until it is done. Every step's
loss and accuracy, every epoch's numbers and every checkpoint's SHA-256 must be those of the uninterrupted run, what was
told and what is in the Lab alike. Exit status 1 where one bit differs.
"""

import argparse
import dataclasses
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import load_run, load_steps, weights_digest
from tests.small_labs import small_lab

OPTIONS = (
    "epochs=4", "layers=2", "width=128", "heads=4", "feed_forward=352", "batch=8", "threads=1", "device=cpu", "seed=7",
)  # fmt: skip

EVERY_STEP, OFTEN = "checkpoint_seconds=0.000001", "checkpoint_seconds=0.08"

Told = dict[str, Any]


@dataclass
class Curve:
    """What a run told, by step and epoch, without what may differ between equal runs."""

    steps: dict[int, Told] = field(default_factory=dict)
    epochs: dict[int, Told] = field(default_factory=dict)
    weights: dict[int, str] = field(default_factory=dict)

    def add(self, told: Told) -> None:
        """Take a line of `--json-events`."""
        if told["event"] == "step":
            self.steps[told["step"]] = _equal_part(told)
        elif told["event"] == "epoch":
            self.epochs[told["epoch"]] = _equal_part(told)
        elif told["event"] == "checkpoint":
            self.weights[told["step"]] = told["sha256"]

    def differences(self, whole: "Curve") -> list[str]:
        """Where this curve, or the part of one, is not the other's."""
        pairs = (
            ("step", self.steps, whole.steps),
            ("epoch", self.epochs, whole.epochs),
            ("weights after step", self.weights, whole.weights),
        )
        return [f"{what} {key}" for what, mine, its in pairs for key in mine if mine[key] != its.get(key)]


@dataclass
class Life:
    """One start of the command: seconds to its first line, its lines, its last step, and how it ended.

    `while_writing`: it left a change of the Lab half written, which the next opening takes back.
    """

    startup: float
    lines: list[Told]
    ended: int
    status: int
    while_writing: bool

    @property
    def killed(self) -> bool:
        """Whether it was ended by force; a kill that comes too late finds it done."""
        return self.status < 0


@dataclass
class Trial:
    """One run, killed and resumed to its end."""

    lives: list[Life]
    differences: list[str]

    @property
    def kills(self) -> list[Life]:
        """The starts that were ended by force."""
        return [life for life in self.lives if life.killed]


def main() -> int:
    """Measure, print, and say whether every bit was the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--snippets", type=int, default=160, help="size of the job")
    asked = parser.parse_args()
    draw, kills, differences = random.Random(asked.seed), 0, 0
    writing = fresh = 0
    with tempfile.TemporaryDirectory() as folder:
        prepared = small_lab(Path(folder) / "prepared.cglab", asked.snippets)
        whole, startup = uninterrupted(prepared)
        print(f"{len(whole.steps)} steps, {len(whole.epochs)} epochs, {len(whole.weights)} checkpoints uninterrupted")
        print(f"{'run':>4}  {'killed after step (* while writing the Lab)':<48}  result", flush=True)
        number = 0
        while kills < asked.kills:
            number += 1
            wanted = min(asked.kills - kills, draw.choice((2, 3, 4)) if number % 4 == 0 else 1)
            trial = one_trial(prepared, whole, wanted, startup, draw)
            kills += len(trial.kills)
            differences += len(trial.differences)
            writing += sum(life.while_writing for life in trial.kills)
            fresh += sum(life.status == 2 for life in trial.lives)
            where = ", ".join(f"{life.ended}{'*' * life.while_writing}" for life in trial.kills)
            print(f"{number:>4}  {where:<48}  {', '.join(trial.differences[:3]) or 'equal'}", flush=True)
    print(f"{kills} kills in {number} runs, {writing} of them while the Lab was written, {fresh} before a checkpoint.")
    print("Every bit is the same." if not differences else f"{differences} DIFFERENCES.")
    return 1 if differences else 0


def uninterrupted(prepared: Path) -> tuple[Curve, float]:
    """The curve of the job that nobody disturbs, and the seconds from its start to its first line."""
    path = prepared.with_name("whole.cglab")
    shutil.copy(prepared, path)
    curve = Curve()
    life = live(path, (*OPTIONS, EVERY_STEP), None, 0.0)
    for told in life.lines:
        curve.add(told)
    if life.status != 0 or in_lab(path).differences(curve):
        raise SystemExit(f"the uninterrupted run failed: {life.lines[-1:]}")
    return curve, life.startup


def one_trial(prepared: Path, whole: Curve, kills: int, startup: float, draw: random.Random) -> Trial:
    """Start the job, kill it so many times, resume it until it is done, and compare."""
    path = prepared.with_name("killed.cglab")
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    shutil.copy(prepared, path)
    lives: list[Life] = []
    differences: list[str] = []
    options: tuple[str, ...] | None = (*OPTIONS, OFTEN)
    while True:
        after, wait = None, 0.0
        if sum(life.killed for life in lives) < kills:
            after, wait = _moment(len(whole.steps) - (lives[-1].ended if lives else 0), startup, draw)
        life = live(path, options, after, wait)
        lives.append(life)
        curve = Curve()
        for told in life.lines:
            curve.add(told)
        differences += curve.differences(whole)
        if life.killed:
            options = None
        elif life.status == 2 and "no run to go on with" in life.lines[-1]["problem"]:
            options = (*OPTIONS, OFTEN)  # it was killed before its first checkpoint
        else:
            break
    if life.status != 0:
        differences.append(f"it did not end well: {life.lines[-1:]}")
    kept = in_lab(path)
    differences += kept.differences(whole)
    for what, mine, its in (("steps", kept.steps, whole.steps), ("epochs", kept.epochs, whole.epochs)):
        if mine.keys() != its.keys():
            differences.append(f"the Lab holds {len(mine)} {what}, not {len(its)}")
    return Trial(lives, differences)


def _moment(left: int, startup: float, draw: random.Random) -> tuple[int, float]:
    """When to kill: after so many steps told, and so many seconds more; 0 steps: while it starts."""
    if draw.random() < 0.15 or left < 2:
        return 0, draw.uniform(0.0, 1.2 * startup)
    return draw.randrange(1, left), draw.uniform(0.0, 0.05)


def live(path: Path, options: tuple[str, ...] | None, after: int | None, wait: float) -> Life:
    """Start the command (no options: `--resume`); kill it `wait` seconds after its `after`-th step, if one is named."""
    how = ["--resume"] if options is None else [f"--option={option}" for option in options]
    command = [sys.executable, "-m", "codegen_desktop", "train", "--lab", str(path), "--json-events", *how]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        if after == 0:
            _kill(process, wait)
        lines = [process.stdout.readline()]
        startup = time.perf_counter() - start
        steps = 0
        while after and steps < after and (line := process.stdout.readline()):
            lines.append(line)
            steps += b'"event": "step"' in line
        if after:
            _kill(process, wait)
        lines += process.stdout.readlines()
        status = process.wait()
    told = [json.loads(line) for line in lines if line.endswith(b"\n")]
    journal = path.with_name(f"{path.name}-journal")
    ended = max((line["step"] for line in told if line["event"] == "step"), default=0)
    return Life(startup, told, ended, status, journal.exists() and journal.stat().st_size > 0)


def _kill(process: subprocess.Popen[bytes], wait: float) -> None:
    time.sleep(wait)
    process.kill()


def in_lab(path: Path) -> Curve:
    """The curve that the newest run of a Lab holds, and the weights of its epochs."""
    with Lab.open(path) as lab:
        run = load_run(lab)
        assert run.state == "finished", run.state
        curve = Curve()
        for step in load_steps(lab, run.id):
            curve.add({"event": "step", **dataclasses.asdict(step)})
        for result in run.epochs:
            told = {"loss": result.test_loss, "accuracy": result.test_accuracy, **dataclasses.asdict(result)}
            curve.add({"event": "epoch", **json.loads(json.dumps(told))})
        kept = lab.connection.execute(
            "SELECT step FROM checkpoint WHERE kind = 'weights' AND run_id = ?", (run.id,)
        ).fetchall()
        curve.weights = {step: weights_digest(lab, run.id, step) for (step,) in kept}
        return curve


def _equal_part(told: Told) -> Told:
    return {key: value for key, value in told.items() if key != "seconds"}


if __name__ == "__main__":
    sys.exit(main())
