"""How fast the Reference preset trains here: `python -m tests.benchmarks.training_speed [--threads 1 2] [--steps 60]`.

Prints, for each number of threads: real tokens a second over whole steps (forward, backward, correction), the share
of this machine's own float32 matrix-multiply rate that 6·N floating-point operations per real token make of it (pads
not counted), the same with Muon's own products counted, and where a step's time goes. The multiply rate is measured
beside it, at the model's own shapes, in the same process, before and after; the better of the two counts.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from torch.nn import functional as F

from codegen_desktop.config import PRESETS
from codegen_desktop.corpus.starter import starter_dataset
from codegen_desktop.model.batch_order import order
from codegen_desktop.model.batches import Batch, collate
from codegen_desktop.model.optimizer import Muon, Optimizer
from codegen_desktop.model.rows import Rows, make_rows
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.model.transformer import Transformer, initialise
from codegen_desktop.tokenization.registry import learn_tokenizer

OPTIONS = PRESETS["reference"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--batch", type=int, default=OPTIONS.batch)
    asked = parser.parse_args()
    rows, shape = starter_rows()
    print(f"{shape.parameters:,} weights, batch {asked.batch}, {rows.tokens / len(rows):.1f} tokens a row, "
          f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}")  # fmt: skip
    for threads in asked.threads:
        torch.set_num_threads(threads)
        report(rows, shape, asked.batch, asked.steps, threads)


def starter_rows() -> tuple[Rows, ModelShape]:
    """The training part of the default corpus, cut by its own tokenizer."""
    making = starter_dataset(2_000, OPTIONS.seed)
    while True:
        try:
            next(making)
        except StopIteration as made:
            dataset = made.value
            break
    texts = [snippet.text for snippet in dataset.train]
    tokenizer = learn_tokenizer("bpe", texts, 2048)
    shape = ModelShape(
        tokenizer.vocabulary_size,
        OPTIONS.layers,
        OPTIONS.width,
        OPTIONS.heads,
        OPTIONS.feed_forward,
        OPTIONS.context,
    )
    return make_rows(tokenizer, texts, OPTIONS.context), shape


def report(rows: Rows, shape: ModelShape, batch: int, steps: int, threads: int) -> None:
    """Train for some steps and print the figures of one number of threads."""
    model = Transformer(shape)
    initialise(model, torch.Generator().manual_seed(OPTIONS.seed))
    optimizer = Optimizer(model, OPTIONS)
    batches = [collate(rows, numbers) for numbers in order(rows, batch, OPTIONS.seed, 1)]
    tokens = statistics.mean(len(part.targets) for part in batches)
    rate = multiply_rate(shape, int(tokens))
    times = [timed_step(model, optimizer, batches[number % len(batches)], number) for number in range(steps)]
    rate = max(rate, multiply_rate(shape, int(tokens)))
    forward, backward, correction = (statistics.median(part) for part in zip(*times[3:], strict=True))
    seconds = forward + backward + correction
    work = 6 * shape.parameters * tokens
    print(
        f"{threads} thread(s): {tokens / seconds:,.0f} tokens/s; step {seconds * 1e3:.1f} ms = forward "
        f"{forward * 1e3:.1f} + backward {backward * 1e3:.1f} + correction {correction * 1e3:.1f}; "
        f"multiply rate {rate / 1e9:.0f} GFLOP/s, of which 6N per token {work / seconds / rate:.0%}, "
        f"with Muon's products {(work + muon_work(optimizer)) / seconds / rate:.0%}"
    )


def timed_step(model: Transformer, optimizer: Optimizer, batch: Batch, number: int) -> tuple[float, float, float]:
    """Seconds of forward, backward and correction of one step."""
    start = time.perf_counter()
    loss = F.cross_entropy(model(batch.inputs, batch.wanted), batch.targets)
    loss.item()
    middle = time.perf_counter()
    torch.autograd.backward(loss)
    end = time.perf_counter()
    optimizer.step(number, 10_000)
    return middle - start, end - middle, time.perf_counter() - end


def multiply_rate(shape: ModelShape, tokens: int) -> float:
    """Floating-point operations a second of a float32 product (tokens, width) by (width, feed-forward)."""
    left, right = torch.randn(tokens, shape.width), torch.randn(shape.width, shape.feed_forward)
    return 2 * tokens * shape.width * shape.feed_forward / fastest(lambda: left @ right)


def fastest(work: Callable[[], object], tries: int = 200) -> float:
    """The shortest time in seconds that some work took."""
    times = []
    for _ in range(tries):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def muon_work(optimizer: Optimizer) -> float:
    """Floating-point operations of all Newton-Schulz rounds of one step."""
    muon = optimizer.muon
    if not isinstance(muon, Muon):
        return 0.0
    total = 0.0
    for group in muon.groups:
        count, rows, columns = group.momentum.shape
        total += muon.rounds * count * (4 * rows * rows * columns + 2 * rows**3)
    return total


if __name__ == "__main__":
    main()
