"""Where the model is trained and with how many threads, found out by trying on this very machine."""

import statistics
import time
from collections.abc import Generator
from dataclasses import replace

import torch

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.errors import TrainingError
from codegen_desktop.model import machine
from codegen_desktop.model.backpropagation import judge_of
from codegen_desktop.model.batches import Batch
from codegen_desktop.model.optimizer import Optimizer
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.model.transformer import Transformer, initialise

SECONDS_PER_TRY = 0.4
"""How long each number of threads is timed, twice."""

GAIN_WORTH_A_THREAD = 0.9
"""More threads are taken only if a step then takes less than this share of the time: idle threads help the rest."""


def choose(options: TrainingOptions, shape: ModelShape) -> Generator[Progress, None, tuple[str, int]]:
    """The device and the number of threads for a new run; a resumed run keeps those it was started with.

    Raises TrainingError when a device is asked for by name and is not there.
    """
    device = choose_device(options.device, shape)
    if options.threads:
        return device, options.threads
    if device != "cpu":
        return device, 1  # the processor only hands out work
    threads = yield from choose_threads(options, shape)
    return device, threads


def found_devices() -> tuple[str, ...]:
    """The devices torch can use here, the fastest kind first; the processor is always the last."""
    found = []
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return (*found, "cpu")


def choose_device(wish: str, shape: ModelShape) -> str:
    """The device of that name; for `auto` the first that hides the future. Raises TrainingError if it is not there."""
    found = found_devices()
    if wish == "auto":
        model = Transformer(replace(shape, layers=1))
        return next((name for name in found if not sees_future(model, torch.device(name))), "cpu")
    if wish not in found:
        raise TrainingError(
            f"There is no {wish} device that torch can use here.", f"Choose auto, or one of: {', '.join(found)}."
        )
    return wish


def sees_future(model: Transformer, device: torch.device) -> bool:
    """Whether a later token changes an earlier score: a wrong mask, or an attention kernel that is broken there.

    Real kernels have done so (pytorch issue 195910: MPS in half precision). Tried on a twin of the model's first
    layer with random weights, because a fresh model's layers add nothing yet and would hide it.
    """
    random = torch.Generator().manual_seed(0)
    twin = Transformer(replace(model.shape, layers=1), causal=model.causal)
    with torch.no_grad():
        for weight in twin.parameters():
            weight.copy_(torch.randn(weight.shape, generator=random) / max(1, weight.dim() - 1) / 4)
    length = min(model.shape.context, 16)
    ids = torch.randint(0, model.shape.vocabulary, (2, length), generator=random)
    changed = ids.clone()
    middle = length // 2
    changed[:, middle:] = (changed[:, middle:] + 1) % model.shape.vocabulary
    with torch.inference_mode():
        twin.to(device)
        before, after = (twin(row.to(device)).view(2, length, -1)[:, :middle].cpu() for row in (ids, changed))
    return not torch.allclose(before, after, rtol=1e-4, atol=1e-4)


def choose_threads(options: TrainingOptions, shape: ModelShape) -> Generator[Progress, None, int]:
    """The number of threads with which a real step of this size is fastest, timed once a machine and kept.

    It is kept in `machine.json` in the data folder, under the torch version, the processor and the model's size.
    """
    available = machine.processors()
    tries = sorted({count for count in (1, 2, 4, available // 2, available) if 1 <= count <= available})
    key = size_key(options, shape, available)
    kept = machine.remembered("threads").get(key)
    if kept in tries:
        return int(kept)
    seconds: dict[int, list[float]] = {count: [] for count in tries}
    rounds = [(turn, count) for turn in range(2) for count in tries]
    for done, (_, count) in enumerate(rounds):
        yield Progress(done, len(rounds), "Timing training steps on this machine")
        seconds[count].append(_seconds_per_step(options, shape, count))
    best = min(min(times) for times in seconds.values())
    chosen = next(count for count in tries if min(seconds[count]) * GAIN_WORTH_A_THREAD <= best)
    machine.remember("threads", key, chosen)
    return chosen


def _seconds_per_step(options: TrainingOptions, shape: ModelShape, threads: int) -> float:
    """The median time of a whole training step: forward, backward and correction."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        random = torch.Generator().manual_seed(0)
        model = Transformer(shape)
        initialise(model, random)
        optimizer = Optimizer(model, options)
        ids = torch.randint(0, shape.vocabulary, (options.batch, max(2, shape.context * 3 // 4)), generator=random)
        count = ids.numel()
        batch = Batch(ids, ids.flatten(), torch.arange(count), torch.zeros(count, dtype=torch.bool))
        judge, shares = judge_of(model, torch.device("cpu"), options.batch), torch.full((count,), 1.0 / count)
        times: list[float] = []
        while sum(times) < SECONDS_PER_TRY or len(times) < 3:
            start = time.perf_counter()
            judge(batch, shares)
            optimizer.step(len(times), 1_000_000)
            times.append(time.perf_counter() - start)
        return statistics.median(times[1:])
    finally:
        torch.set_num_threads(before)


def size_key(options: TrainingOptions, shape: ModelShape, available: int) -> str:
    """What a step's time depends on: torch, the processor, and the sizes of model and batch."""
    size = f"{shape.layers}x{shape.width} vocabulary {shape.vocabulary} batch {options.batch} {options.optimizer}"
    return f"torch {torch.__version__} | {machine.processor_name()} | {available} processors | {size}"
