"""A smaller dataset drawn from a larger one, for runs that should be short."""

import random
from collections.abc import Sequence
from dataclasses import replace

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.errors import CorpusError


def sample_dataset(dataset: Dataset, count: int, seed: int) -> Dataset:
    """Draw `count` snippets so that every one stays in its part and the parts keep their proportion.

    2,000 of 8,000 + 2,000 are 1,600 + 400. A dataset that is not larger is given back as it is. The ledger and the
    order of the snippets stay. Raises CorpusError for fewer than two snippets.
    """
    if count < 2:
        raise CorpusError(f"{count} snippet(s) cannot be parted into learning and test.", "Use at least 2 snippets.")
    train, test = dataset.split.train, dataset.split.test
    total = len(train) + len(test)
    if count >= total:
        return dataset
    for_train, for_test = part_sizes(dataset, count)
    generator = random.Random(seed)
    kept_train, kept_test = generator.sample(train, for_train), generator.sample(test, for_test)
    kept = sorted([*kept_train, *kept_test])
    place = {old: new for new, old in enumerate(kept)}
    rule = f"{dataset.split.rule}; {len(kept):,} of {total:,} drawn with seed {seed}"
    return replace(
        dataset,
        snippets=tuple(dataset.snippets[index] for index in kept),
        split=replace(dataset.split, train=_moved(kept_train, place), test=_moved(kept_test, place), rule=rule),
    )


def part_sizes(dataset: Dataset, count: int) -> tuple[int, int]:
    """How many snippets to learn from and to test with a run of `count` (at least 2) uses: see `sample_dataset`."""
    train, test = len(dataset.split.train), len(dataset.split.test)
    total = train + test
    if count >= total:
        return train, test
    for_train = min(max(round(count * train / total), count - test, 1), count - 1, train)
    return for_train, min(count - for_train, test)


def _moved(indices: Sequence[int], place: dict[int, int]) -> tuple[int, ...]:
    return tuple(sorted(place[index] for index in indices))
