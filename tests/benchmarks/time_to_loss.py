"""How soon the Reference preset is as good as a plain GPT-2-style model is after five epochs, in processor time.

    python -m tests.benchmarks.time_to_loss                                     all of it, about an hour
    python -m tests.benchmarks.time_to_loss --snippets 400 --epochs 2 --seeds 1 --grid 0.004x8 --extend 0   a minute
    python -m tests.benchmarks.time_to_loss --part grid|race|report             one part; results are kept in a file

The peer (`peers/plain_gpt.py`) is raced as shipped and with the learning rate and batch that won a grid: the lowest
test loss after all epochs, on one seed; where the best learning rate is at an edge of the grid, twice or half of it
is tried as well. In a race all contenders train in one process with one thread, taking turns fifty times, so that
noise falls on all alike. Every loss is measured on the same test rows, outside of the time that counts: seconds of
processor time inside training steps, batches included. Ours is the `train` of the program itself, its losses are
unweighted. A row of the report: our seconds until the test loss falls below the peer's last one (a line between
measured points), divided by the peer's seconds for all its epochs. With `--our-epochs` shorter runs of ours are raced
as well; in these every token counts alike, as for the peer, and Muon takes three rounds, where Reference itself learns
instructions at 0.3 and takes five: it is made for code that passes its tests, not for the lowest loss.
"""

import argparse
import dataclasses
import json
import math
import os
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

import codegen_desktop.model
from codegen_desktop.config import PRESETS
from codegen_desktop.model.records import TrainingJob
from tests.benchmarks import curves
from tests.benchmarks.curves import Point, our_run, peer_run, seconds_to_reach
from tests.benchmarks.peers import plain_gpt
from tests.benchmarks.peers.plain_gpt import Recipe, load_optimizer_code
from tests.benchmarks.results import Results, fingerprint
from tests.benchmarks.starter_job import starter_job

GRID = "0.001x8,0.002x8,0.004x8,0.001x32,0.002x32,0.004x32"
GOALS = {"shipped": 0.3, "tuned": 0.5}


def main() -> None:
    """Measure what is asked for and not yet known, and print the report."""
    asked = _arguments()
    torch.set_num_threads(1)
    load_optimizer_code()
    options = PRESETS["reference"].model_copy(update={"epochs": asked.epochs, "threads": 1})
    job, _ = starter_job(options, asked.snippets)
    job = dataclasses.replace(job, test=job.test.first(asked.test_rows))
    results = Results(asked.results)
    bench = Bench(job, results, [part.strip() for part in asked.grid.split(",")], asked.extend)
    if asked.part in ("all", "grid"):
        bench.search()
    if asked.part in ("all", "race"):
        for seed in asked.seeds:
            bench.race(seed, asked.our_epochs)
    bench.report(asked.seeds, asked.our_epochs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snippets", type=int, default=8_000, help="learning snippets")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--grid", default=GRID, help="learning rate x batch, with commas between")
    parser.add_argument("--extend", type=int, default=2, help="how often the grid grows where the best is at its edge")
    parser.add_argument("--test-rows", type=int, default=500)
    parser.add_argument("--our-epochs", type=int, nargs="*", default=[], help="race shorter runs of ours as well")
    parser.add_argument("--part", choices=("all", "grid", "race", "report"), default="all")
    parser.add_argument("--results", type=Path, default=Path("time_to_loss.json"))
    return parser.parse_args()


class Bench:
    """One job, what is known about it, and what is to be found out."""

    def __init__(self, job: TrainingJob, results: Results, grid: list[str], extend: int) -> None:
        self.extend = extend
        self.job = job
        self.results = results
        self.grid = [_recipe(text) for text in grid]
        data = (job.train.ids.tobytes(), job.test.ids.tobytes(), torch.__version__.encode())
        self.peer_code = fingerprint([Path(plain_gpt.__file__)], *data)
        folder = Path(codegen_desktop.model.__file__).parent
        told = job.options.model_dump_json().encode()
        self.code = fingerprint(
            [*folder.glob("*.py"), *folder.glob("*.c"), Path(plain_gpt.__file__), Path(curves.__file__)], *data, told
        )

    def search(self) -> None:
        """Train the plain model with every recipe that is to be tried; what is known already is not done again."""
        while (recipe := self._tried()[1]) is not None:
            *_, last = peer_run(self.job, recipe, seed=self.job.options.seed)
            self.results.add(self._grid_key(recipe), dataclasses.asdict(last))
            print(f"grid {_name(recipe)}: test loss {last.loss:.4f} after {last.cpu:.0f} s", flush=True)

    def winner(self) -> Recipe:
        """The recipe with the lowest test loss."""
        recipes, untried = self._tried()
        if untried is not None:
            raise SystemExit("The grid is not complete: run --part grid first.")
        return self._best(recipes)

    def _tried(self) -> tuple[list[Recipe], Recipe | None]:
        """The recipes, and the next that is to be tried: beyond the grid's edge where the best one lies on it."""
        recipes = list(self.grid)
        for recipe in recipes:
            if self.results.find(self._grid_key(recipe)) is None:
                return recipes, recipe
        for _ in range(self.extend):
            best = self._best(recipes)
            rates = [recipe.learning_rate for recipe in recipes if recipe.batch == best.batch]
            if best.learning_rate not in (min(rates), max(rates)):
                break
            factor = 2.0 if best.learning_rate == max(rates) else 0.5
            beyond = dataclasses.replace(best, learning_rate=best.learning_rate * factor)
            if self.results.find(self._grid_key(beyond)) is None:
                return recipes, beyond
            recipes.append(beyond)
        return recipes, None

    def _best(self, recipes: list[Recipe]) -> Recipe:
        return min(recipes, key=lambda recipe: self._known(recipe)["loss"])

    def _known(self, recipe: Recipe) -> dict[str, Any]:
        found = self.results.find(self._grid_key(recipe))
        assert found is not None, "only recipes that were tried are compared"
        return found

    def race(self, seed: int, our_epochs: list[int]) -> None:
        """Train ours and both peers in turns and keep every point."""
        tuned = self.winner()
        if self.results.find(self._race_key(seed, our_epochs)) is not None:
            return
        runs: dict[str, Iterator[Point]] = {"shipped": peer_run(self.job, Recipe(), seed)}
        runs["tuned"] = peer_run(self.job, tuned, seed)
        for epochs in (self.job.options.epochs, *our_epochs):
            runs[_ours(epochs)] = our_run(self.job, epochs, seed)
        points: dict[str, list[dict[str, Any]]] = {name: [] for name in runs}
        for turn in zip(*runs.values(), strict=True):
            for name, point in zip(runs, turn, strict=True):
                points[name].append(dataclasses.asdict(point))
        self.results.add(self._race_key(seed, our_epochs), points)
        ends = ", ".join(f"{name} {rows[-1]['loss']:.4f} in {rows[-1]['cpu']:.0f} s" for name, rows in points.items())
        print(f"race, seed {seed}: {ends}", flush=True)

    def report(self, seeds: list[int], our_epochs: list[int]) -> None:
        """Print the table of ratios."""
        found = [self.results.find(self._race_key(seed, our_epochs)) for seed in seeds]
        races = [
            {name: [Point(**point) for point in points] for name, points in race.items()} for race in found if race
        ]
        if not races:
            print("No race is known for this code, these options and these seeds: run --part race.")
            return
        sizes = f"{self.job.shape.parameters:,} weights of ours, {len(self.job.train):,} snippets"
        print(f"\n{sizes}, {self.job.options.epochs} epochs, {len(races)} seed(s), tuned: {_name(self.winner())}")
        tried = sorted((self._known(recipe)["loss"], _name(recipe)) for recipe in self._tried()[0])
        print("Tried, by test loss:", "; ".join(f"{loss:.4f} {name}" for loss, name in tried))
        print()
        print("| peer | its test loss | its CPU s | ours | our test loss | our CPU s to reach its | ratio | goal |")
        print("|---|---|---|---|---|---|---|---|")
        for peer, goal in GOALS.items():
            for epochs in (self.job.options.epochs, *our_epochs):
                print(_row(races, peer, goal, epochs))

    def _grid_key(self, recipe: Recipe) -> dict[str, Any]:
        options = self.job.options
        return {
            "part": "grid",
            "recipe": json.loads(json.dumps(dataclasses.asdict(recipe))),
            "epochs": options.epochs,
            "seed": options.seed,
            "code": self.peer_code,
        }

    def _race_key(self, seed: int, our_epochs: list[int]) -> dict[str, Any]:
        return {
            "part": "race",
            "tuned": _name(self.winner()),
            "seed": seed,
            "our_epochs": our_epochs,
            "code": self.code,
        }


def _row(races: list[dict[str, list[Point]]], peer: str, goal: float, epochs: int) -> str:
    """One row of the report: medians over the seeds; a seed in which the loss is never reached counts as never."""
    peers, ours = [race[peer] for race in races], [race[_ours(epochs)] for race in races]
    reached = [_seconds(own, rows[-1].loss) for own, rows in zip(ours, peers, strict=True)]
    ratios = [seconds / rows[-1].cpu for seconds, rows in zip(reached, peers, strict=True)]
    cells = (
        peer,
        f"{statistics.median(rows[-1].loss or 0.0 for rows in peers):.4f}",
        f"{statistics.median(rows[-1].cpu for rows in peers):.1f}",
        _ours(epochs),
        f"{statistics.median(rows[-1].loss or 0.0 for rows in ours):.4f}",
        f"{statistics.median(reached):.1f} of {statistics.median(rows[-1].cpu for rows in ours):.1f}",
        f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})",
        f"{goal}",
    )
    return f"| {' | '.join(cells)} |"


def _seconds(points: list[Point], loss: float | None) -> float:
    """Seconds until a loss is reached; endless where it never is."""
    assert loss is not None, "the last point is always measured"
    reached = seconds_to_reach(points, loss)
    return math.inf if reached is None else reached


def _ours(epochs: int) -> str:
    return f"ours, {epochs} epochs"


def _recipe(text: str) -> Recipe:
    rate, _, batch = text.partition("x")
    return Recipe(learning_rate=float(rate), batch=int(batch))


def _name(recipe: Recipe) -> str:
    return f"learning rate {recipe.learning_rate:g}, batch {recipe.batch}"


if __name__ == "__main__":
    main()
