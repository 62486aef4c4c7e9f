"""Lab files with a few snippets and a tokenizer, in which a training takes a second."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

from codegen_desktop.config import TokenizerOptions
from codegen_desktop.lab import Lab
from codegen_desktop.pipeline import prepare_dataset, prepare_tokenizer

R = TypeVar("R")

TINY_OPTIONS = (
    "epochs=2", "layers=1", "width=16", "heads=2", "feed_forward=16", "batch=8", "threads=1", "device=cpu", "seed=7",
    "checkpoint_seconds=0",
)  # fmt: skip
"""The options of a training of some ten steps an epoch, as `train --option` takes them."""


def small_lab(path: Path, snippets: int = 96) -> Path:
    """Make a Lab at `path` that holds so many small functions and the tokens learned from them."""
    records = path.with_suffix(".jsonl")
    lines = [{"code": f"def plus_{number}(a):\n    return a + {number}"} for number in range(snippets)]
    records.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with Lab.create(path) as lab:
        dataset, dataset_id = finish(prepare_dataset(lab, str(records), 7))
        finish(prepare_tokenizer(lab, dataset, dataset_id, TokenizerOptions(vocabulary=300)))
    return path


def finish(events: Generator[object, None, R]) -> R:
    """Run a generator to its end and give back what it returns."""
    while True:
        try:
            next(events)
        except StopIteration as stop:
            returned: R = stop.value
            return returned
