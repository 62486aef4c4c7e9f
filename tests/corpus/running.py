"""Running a generator to its end."""

from collections.abc import Generator

from codegen_desktop.corpus.dataset import Dataset, Progress


def finish(work: Generator[Progress, None, Dataset]) -> Dataset:
    """The dataset a generator returns; its progress must never go back within one piece of work."""
    before: Progress | None = None
    while True:
        try:
            progress = next(work)
        except StopIteration as finished:
            dataset: Dataset = finished.value
            return dataset
        assert 0 <= progress.done <= progress.total or progress.total == 0
        assert before is None or before.total != progress.total or before.done <= progress.done
        before = progress
