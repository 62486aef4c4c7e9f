"""How fast the Reference preset trains here: `python -m tests.benchmarks.training_speed [--threads 1 2] [--steps 60]`.

Prints, for each number of threads: real tokens a processor second over whole steps (both passes and the correction),
the share of this machine's own float32 matrix-multiply rate that 6·N floating-point operations per real token make of
it (pads not counted), and the same with Muon's own products counted. The multiply rate is measured beside it, at the
model's own shapes, in the same process, before and after, the better of the two: once for the best of these products
and once for all of them together. The faster half of the steps counts: the machine is shared.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from functools import partial

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from codegen_desktop.config import PRESETS
from codegen_desktop.corpus.starter import starter_dataset
from codegen_desktop.model.backpropagation import judge_of
from codegen_desktop.model.batch_order import order
from codegen_desktop.model.batches import collate
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
    judge = judge_of(model, torch.device("cpu"), batch)
    batches = [collate(rows, numbers) for numbers in order(rows, batch, OPTIONS.seed, 1)]
    tokens = statistics.mean(len(part.targets) for part in batches)
    rates = [multiply_rates(shape, batch * shape.context * 3 // 4)]
    passes, corrections = [], []
    for number in range(steps):
        part = batches[number % len(batches)]
        shares = torch.full((len(part.targets),), 1.0 / len(part.targets))
        start = time.process_time()
        judge(part, shares)
        middle = time.process_time()
        optimizer.step(number, 10_000)
        passes.append(middle - start)
        corrections.append(time.process_time() - middle)
    rates.append(multiply_rates(shape, batch * shape.context * 3 // 4))
    one, all_shapes = (max(pair) for pair in zip(*rates, strict=True))
    there, back = (statistics.mean(sorted(part[3:])[: max(1, steps // 2)]) for part in (passes, corrections))
    seconds, work = (there + back) / threads, 6 * shape.parameters * tokens
    products = work + muon_work(optimizer)
    print(
        f"{threads} thread(s): {tokens / seconds:,.0f} tokens a CPU second; step {seconds * 1e3:.1f} ms = both passes "
        f"{there / threads * 1e3:.1f} + correction {back / threads * 1e3:.1f}\n"
        f"  of the best product's {one / 1e9:.0f} GFLOP/s: 6N per token {work / seconds / one:.0%}, "
        f"with Muon's products {products / seconds / one:.0%}\n"
        f"  of the {all_shapes / 1e9:.0f} GFLOP/s over all the products of a step: 6N per token "
        f"{work / seconds / all_shapes:.0%}, with Muon's products {products / seconds / all_shapes:.0%}"
    )


def multiply_rates(shape: ModelShape, tokens: int) -> tuple[float, float]:
    """Floating-point operations a second, in float32: of the best product of the model's shapes, and of all together.

    All together are the three products of every matrix in a step: forward, for its input, and for itself, each into a
    place that is there already and as fast as it ever was.
    """
    width, inner = shape.width, shape.feed_forward
    matrices = [((width, width), 4 * shape.layers), ((inner, width), 2 * shape.layers),
                ((width, inner), shape.layers), ((shape.vocabulary, width), 1)]  # fmt: skip
    best, operations, seconds = 0.0, 0.0, 0.0
    for (outputs, inputs), count in matrices:
        weight, x, slope = torch.randn(outputs, inputs), torch.randn(tokens, inputs), torch.randn(tokens, outputs)
        for left, right in ((x, weight.t()), (slope, weight), (slope.t(), x)):
            out = left @ right
            shortest = fastest(partial(torch.mm, left, right, out=out))
            best = max(best, 2 * tokens * outputs * inputs / shortest)
            operations += 2 * tokens * outputs * inputs * count
            seconds += shortest * count
    return best, operations / seconds


def fastest(work: Callable[[], object], tries: int = 40) -> float:
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
        long, square = 4 * rows * rows * columns, 2 * rows**3
        if columns > 2 * rows:  # see `optimizer.orthogonalise`
            total += count * (long + (4 * muon.rounds - 3) * square)
        else:
            total += count * muon.rounds * (long + square)
    return total


if __name__ == "__main__":
    main()
