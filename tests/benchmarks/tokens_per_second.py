"""Real tokens a second while training, ours beside two peers with as many weights; pads are not counted.

    python -m tests.benchmarks.tokens_per_second [--seeds 1 2 3] [--rounds 5] [--steps 20] [--batch 16] [--threads 1]

Ours is the Reference preset through the program's own `train`; the peers are a plain GPT-2-style model with padded
batches (`peers/plain_gpt.py`) and the `Trainer` of Hugging Face `transformers` on a `Qwen3ForCausalLM` of exactly our
shape (`peers/hugging_face.py`; left out where `pip install .[benchmark]` was not run). All train in one process and
take turns, a round of some steps each; a seed counts with the median of its rounds, the report is the median of the
seeds. A step is everything from the rows to the corrected weights.
"""

import argparse
import dataclasses
import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch

from codegen_desktop.config import PRESETS
from codegen_desktop.model.records import TrainingJob, TrainStep
from codegen_desktop.model.train import train
from codegen_desktop.tokenization.tokenizer import Tokenizer
from tests.benchmarks.peers.plain_gpt import PlainTraining, Recipe, load_optimizer_code
from tests.benchmarks.starter_job import starter_job

GOALS = {"plain GPT-2 style, padded": 1.5, "transformers Trainer, Qwen3": 2.0}
OURS = "ours"

Round = Callable[[int], tuple[int, float, float]]
"""Makes some steps; gives real tokens, processor seconds and wall seconds."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--batch", type=int, default=PRESETS["reference"].batch)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--snippets", type=int, default=2_000)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    load_optimizer_code()
    options = PRESETS["reference"].model_copy(update={"batch": asked.batch, "epochs": 1_000})
    job, tokenizer = starter_job(options, asked.snippets, asked.threads)
    speeds: dict[str, list[tuple[float, float]]] = {}
    for seed in asked.seeds:
        for name, speed in one_seed(job, tokenizer, seed, asked.rounds, asked.steps).items():
            speeds.setdefault(name, []).append(speed)
    print(
        f"{job.shape.parameters:,} weights, batch {asked.batch}, {job.train.tokens / len(job.train):.1f} tokens a row, "
        f"{asked.threads} thread(s), {len(asked.seeds)} seed(s), torch {torch.__version__}\n"
    )
    report(speeds)


def one_seed(
    job: TrainingJob, tokenizer: Tokenizer, seed: int, rounds: int, steps: int
) -> dict[str, tuple[float, float]]:
    """Tokens per processor second and per wall second of every contender, medians over the rounds."""
    contenders = make_contenders(job, tokenizer, seed)
    rates: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            tokens, cpu, wall = contender(steps)
            if number:  # the first round is for warming up
                rates[name].append((tokens / cpu, tokens / wall))
    return {
        name: (statistics.median(cpu for cpu, _ in rows), statistics.median(wall for _, wall in rows))
        for name, rows in rates.items()
    }


def make_contenders(job: TrainingJob, tokenizer: Tokenizer, seed: int) -> dict[str, Round]:
    """Ours first, then the peers that are installed."""
    options = job.options.model_copy(update={"seed": seed})
    plain_name, trainer_name = GOALS
    batch = job.options.batch
    plain = PlainTraining(job.shape, job.train, Recipe(batch=batch), job.options.epochs, seed)
    print(f"seed {seed}: plain model of {plain.model.parameters_counted:,} weights", flush=True)
    contenders = {OURS: our_rounds(dataclasses.replace(job, options=options)), plain_name: plain_rounds(plain)}
    try:
        from tests.benchmarks.peers import hugging_face
    except ImportError as missing:
        print(f"Left out: {trainer_name} ({missing}); pip install .[benchmark]")
        return contenders
    hugging_face.be_quiet()
    trainer = hugging_face.TrainerPeer(job.shape, job.train, tokenizer, batch, seed)
    return contenders | {trainer_name: trainer.round}


def our_rounds(job: TrainingJob) -> Round:
    """Rounds of the program's own training; what it measures between epochs is not counted."""
    events = train(job)

    def some_steps(steps: int) -> tuple[int, float, float]:
        made, tokens, cpu, wall = 0, 0, 0.0, 0.0
        while made < steps:
            cpu_start, wall_start = time.process_time(), time.perf_counter()
            event = next(events)
            if isinstance(event, TrainStep):
                cpu += time.process_time() - cpu_start
                wall += time.perf_counter() - wall_start
                made, tokens = made + 1, tokens + event.tokens
        return tokens, cpu, wall

    return some_steps


def plain_rounds(training: PlainTraining) -> Round:
    """Rounds of the plain model."""

    def some_steps(steps: int) -> tuple[int, float, float]:
        cpu_start, wall_start = time.process_time(), time.perf_counter()
        tokens = sum(training.step() for _ in range(steps))
        return tokens, time.process_time() - cpu_start, time.perf_counter() - wall_start

    return some_steps


def report(speeds: dict[str, list[tuple[float, float]]]) -> None:
    """Print medians over the seeds, and how many times as fast ours is: by processor time and by wall time."""
    print("| | tokens per CPU second | tokens per second | ours by CPU time | ours by wall time | goal |")
    print("|---|---|---|---|---|---|")
    for name, rows in speeds.items():
        ratios = [(own[0] / row[0], own[1] / row[1]) for own, row in zip(speeds[OURS], rows, strict=True)]
        by_cpu, by_wall = [cpu for cpu, _ in ratios], [wall for _, wall in ratios]
        goal = f"at least {GOALS[name]}" if name in GOALS else ""
        cells = (
            name,
            f"{statistics.median(cpu for cpu, _ in rows):,.0f}",
            f"{statistics.median(wall for _, wall in rows):,.0f}",
            f"{statistics.median(by_cpu):.2f} x ({min(by_cpu):.2f} to {max(by_cpu):.2f})",
            f"{statistics.median(by_wall):.2f} x",
            goal,
        )
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
