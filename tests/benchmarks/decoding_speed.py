"""How fast the NumPy decoder writes, as ratios on this machine in one run; nothing is asserted.

Run: OMP_NUM_THREADS=1 python tests/benchmarks/decoding_speed.py
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch

from codegen_desktop.config import PRESETS, SamplingOptions
from codegen_desktop.generation.batch import write_many
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.generate import generate
from codegen_desktop.generation.sampling import choose
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.model.transformer import Transformer
from codegen_desktop.tokenization.registry import learn_tokenizer

ROUNDS = 7
PROMPT = 12


def main() -> None:
    """Measure single-stream, traced and batched decoding of the Reference shape with random weights."""
    torch.set_num_threads(1)
    options = PRESETS["reference"]
    shape = ModelShape(2048, options.layers, options.width, options.heads, options.feed_forward, options.context)
    torch.manual_seed(0)
    model = Transformer(shape)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, 1.0 if weight.dim() == 1 else 0.0, 0.05)
    decoder = Decoder({name: weight.detach().numpy() for name, weight in model.named_parameters()}, shape)
    tokens = shape.context - PROMPT
    sources = [path.read_text() for path in Path(__file__).resolve().parents[2].glob("codegen_desktop/**/*.py")]
    tokenizer = learn_tokenizer("bpe", sources, shape.vocabulary)
    sampled = SamplingOptions(temperature=1.0)
    plain, sampling, traced, whole = medians(
        lambda: write(decoder, tokens),
        lambda: drain(generate(decoder, tokenizer, "def add(a, b):\n    ", sampled, trace=False)),
        lambda: drain(generate(decoder, tokenizer, "def add(a, b):\n    ", sampled, trace=True)),
        lambda: write_with_torch(model, tokens),
    )
    print(f"model: {shape.parameters:,} weights, {tokens} tokens after a prompt of {PROMPT}, one thread")
    print(f"NumPy with cache      {tokens / plain:8,.0f} tokens/s")
    print(f"  torch without cache {tokens / whole:8,.0f} tokens/s   {whole / plain:5.2f} x its time")
    print(f"sampled text, no trace: {sampling * 1e3:.1f} ms; with the full trace {traced / sampling:.2f} x that")
    first = medians(lambda: decoder.logits(decoder.extend(decoder.start(), prompt(shape.context))))[0]
    print(f"first token after a prompt of {shape.context}: {first * 1e3:.1f} ms")
    for batch in (1, 64, 256):
        report_batch(decoder, batch)
    logits = np.random.default_rng(0).normal(size=2048).astype(np.float32)
    rng = np.random.default_rng(0)
    chosen = medians(lambda: [choose(logits, SamplingOptions(), rng) for _ in range(100)])[0]
    print(f"choosing from 2,048 logits: {chosen * 1e4:.0f} us")


def report_batch(decoder: Decoder, batch: int) -> None:
    """Greedy writing of `batch` rows, against this machine's rate at one of its own matrix products."""
    prompts = [[1, *np.random.default_rng(row).integers(6, 2048, PROMPT - 1).tolist()] for row in range(batch)]
    (seconds,) = medians(lambda: drain(write_many(decoder, prompts, SamplingOptions(temperature=0.0))))
    tokens = batch * decoder.shape.context
    a = np.ones((batch, decoder.shape.width), np.float32)
    b = np.ones((decoder.shape.width, 4 * decoder.shape.width), np.float32)
    (product,) = medians(lambda: [a @ b for _ in range(200)])
    rate = 2 * decoder.shape.parameters * tokens / seconds
    machine = 200 * 2 * a.size * b.shape[1] / product
    share = f"{rate / 1e9:5.1f} GFLOP/s, {rate / machine:.2f} of a matrix product's"
    print(f"batch {batch:3}: {tokens / seconds:9,.0f} positions/s, {share}")


def medians(*works: Callable[[], object]) -> list[float]:
    """The median seconds of each piece of work, measured in turns so that noise falls on all alike."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            began = time.perf_counter()
            work()
            seconds[place].append(time.perf_counter() - began)
    return [float(np.median(row)) for row in seconds]


def prompt(length: int) -> np.ndarray:
    """(1, length) ids."""
    return np.random.default_rng(1).integers(6, 2048, (1, length))


def write(decoder: Decoder, tokens: int) -> None:
    """Greedily, one row."""
    state, fresh = decoder.start(), prompt(PROMPT)
    for _ in range(tokens):
        fresh = decoder.logits(decoder.extend(state, fresh)).argmax(-1)[None]


def write_with_torch(model: Transformer, tokens: int) -> None:
    """Greedily, the whole row again for every token."""
    ids = torch.from_numpy(prompt(PROMPT))
    with torch.inference_mode():
        for _ in range(tokens):
            last = torch.tensor([ids.shape[1] - 1])
            ids = torch.cat([ids, model(ids, last).argmax(-1)[None]], dim=1)


def drain(generator: Iterable[object]) -> None:
    """Run a generator to its end."""
    for _ in generator:
        pass


if __name__ == "__main__":
    main()
