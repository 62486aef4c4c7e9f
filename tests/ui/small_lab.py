"""A tiny Lab for the window's tests: twenty snippets, a tokenizer, and a run whose weights are random numbers."""

import numpy as np

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Split
from codegen_desktop.corpus.snippet import Origin, Snippet
from codegen_desktop.corpus.store import save_dataset
from codegen_desktop.lab import Lab
from codegen_desktop.model.baselines import baselines
from codegen_desktop.model.records import CheckpointTaken, EpochResult, TrainingJob
from codegen_desktop.model.rows import make_rows
from codegen_desktop.model.runs import create_run, finish_run, save_checkpoint, save_epoch
from codegen_desktop.model.shape import ModelShape, weight_shapes
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.store import save_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer


def small_dataset(name: str = "small", count: int = 20) -> Dataset:
    snippets = tuple(
        Snippet(f"def f{number}(a):\n    return a + {number}", Origin("test", f"{name}.py"), "MIT", f"g{number}")
        for number in range(count)
    )
    parts = tuple(range(count))
    return Dataset(name, snippets, Split(parts[: count * 4 // 5], parts[count * 4 // 5 :], 42, "test"))


def small_tokenizer(dataset: Dataset) -> Tokenizer:
    return learn_tokenizer("bpe", [snippet.text for snippet in dataset.train], 300)


def fill(lab: Lab, epochs: int = 2) -> None:
    """A Lab with a dataset, a tokenizer and a finished run whose weights are small random numbers."""
    dataset = small_dataset()
    dataset_id = save_dataset(lab, dataset)
    tokenizer = small_tokenizer(dataset)
    tokenizer_id = save_tokenizer(lab, dataset_id, tokenizer)
    options = TrainingOptions(
        preset="custom", layers=1, width=16, heads=2, feed_forward=16, epochs=epochs, snippets=20, batch=4
    )
    shape = ModelShape(tokenizer.vocabulary_size, 1, 16, 2, 16, 50)
    train, test = (make_rows(tokenizer, [one.text for one in part], 50) for part in (dataset.train, dataset.test))
    counted = baselines(train, test, tokenizer.vocabulary_size, floor_nats=None)
    job = TrainingJob(options, shape, train, test, counted)
    run = create_run(
        lab, job, dataset_id=dataset_id, tokenizer_id=tokenizer_id, dataset_fingerprint=dataset.fingerprint
    )
    draw = np.random.default_rng(1)
    for epoch in range(epochs + 1):
        weights = {name: draw.normal(0, 0.1, size).astype(np.float32) for name, size in weight_shapes(shape).items()}
        save_epoch(lab, run.id, EpochResult(epoch, 5.0 - epoch, 0.1, 5.1 - epoch, 0.1, 1.0, 1.0))
        save_checkpoint(
            lab, run.id, CheckpointTaken(step=epoch * 4, epoch=epoch, ends_epoch=True, weights=weights, state=b"state")
        )
    finish_run(lab, run.id, "finished")
