"""How long a checkpoint keeps a training waiting: `python -m tests.benchmarks.checkpoint_time [--times 10]`.

A model of the Reference size trains in a Lab in the folder (default: the system's for temporary files); after every
third step a checkpoint is wished for, and the time from that step to the next one's beginning is taken: the copy in
memory, the packing, and the transaction with its check sums until the disk has it. Prints the median, the fastest and
the slowest, and beside them how long the disk takes for as many plain bytes, so that a slow disk is known as one.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from codegen_desktop.config import PRESETS
from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.starter import starter_dataset
from codegen_desktop.lab import Lab
from codegen_desktop.model.baselines import baselines
from codegen_desktop.model.recording import recorded
from codegen_desktop.model.records import CheckpointTaken, TrainingJob, TrainStep, Wishes
from codegen_desktop.model.rows import Rows, make_rows
from codegen_desktop.model.runs import create_run
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.model.train import train
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer
from tests.small_labs import finish

OPTIONS = PRESETS["reference"].model_copy(update={"threads": 1, "device": "cpu", "checkpoint_seconds": 0})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--times", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        seconds, size = measure(Path(folder), asked.times)
        plain = [write_plainly(Path(folder) / "plain", size) for _ in range(asked.times)]
    print(f"{len(seconds)} checkpoints of {size / 1e6:.1f} MB: {told(seconds)}")
    print(f"as many plain bytes, written and synchronised: {told(plain)}")


def measure(folder: Path, times: int) -> tuple[list[float], int]:
    """Seconds of each checkpoint, and the bytes of one."""
    job = reference_job()
    wishes = Wishes()
    seconds: list[float] = []
    with Lab.create(folder / "measured.cglab") as lab:
        run = create_run(lab, job, dataset_id=1, tokenizer_id=1, dataset_fingerprint="")
        events = recorded(lab, run.id, train(job, wishes=wishes))
        asked = time.perf_counter()
        for event in events:
            match event:
                case TrainStep():
                    wishes.checkpoint = event.step % 3 == 0
                case CheckpointTaken() if event.step > 0:
                    seconds.append(time.perf_counter() - asked)
            if len(seconds) == times:
                break
            asked = time.perf_counter()
        events.close()
        (size,) = lab.connection.execute(
            "SELECT sum(length(data)) FROM blob JOIN checkpoint USING (sha256) "
            "WHERE step = (SELECT max(step) FROM checkpoint)"
        ).fetchone()
    return seconds, size


def reference_job() -> TrainingJob:
    """A job of the Reference size on fewer snippets."""
    dataset: Dataset = finish(starter_dataset(600, OPTIONS.seed))
    tokenizer = learn_tokenizer("bpe", [snippet.text for snippet in dataset.train], 2048)
    shape = ModelShape(2048, OPTIONS.layers, OPTIONS.width, OPTIONS.heads, OPTIONS.feed_forward, OPTIONS.context)
    train_rows, test_rows = rows(tokenizer, dataset, "train"), rows(tokenizer, dataset, "test")
    return TrainingJob(OPTIONS, shape, train_rows, test_rows, baselines(train_rows, test_rows, 2048))


def rows(tokenizer: Tokenizer, dataset: Dataset, part: str) -> Rows:
    """The rows of a part of the dataset."""
    snippets = dataset.train if part == "train" else dataset.test
    return make_rows(tokenizer, [snippet.text for snippet in snippets], OPTIONS.context)


def write_plainly(path: Path, size: int) -> float:
    """Seconds to write so many random bytes to a file and have the disk keep them."""
    data = os.urandom(size)
    start = time.perf_counter()
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - start


def told(seconds: list[float]) -> str:
    """Median, fastest and slowest in words."""
    return f"median {statistics.median(seconds):.3f} s, fastest {min(seconds):.3f} s, slowest {max(seconds):.3f} s"


if __name__ == "__main__":
    main()
