"""Parting a dataset into what is learned from and what stays unseen, by whole groups."""

import random
from collections.abc import Sequence

from codegen_desktop.corpus.dataset import Split

TRAIN_SHARE = 0.8
"""The brief's share: 8,000 of 10,000 snippets are learned from."""


def split_by_group(groups: Sequence[str], seed: int, unit: str, train_share: float = TRAIN_SHARE) -> Split:
    """Part snippets so that those of one group stand on one side; `groups[i]` is the group of snippet `i`.

    Groups are drawn in an order the seed decides and go to the test part while they fit into its share; where none
    fits, the smallest group does. Where all snippets are of one group, the snippets themselves are drawn. `unit` names
    what a group is (`file`) in the rule. Needs at least two snippets.
    """
    if len(groups) < 2:
        raise ValueError("a split needs at least two snippets")
    if len(set(groups)) == 1:
        return split_by_group([f"{number:08}" for number in range(len(groups))], seed, "snippet", train_share)
    members: dict[str, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    names = sorted(members)
    random.Random(seed).shuffle(names)
    room = max(1, round(len(groups) * (1 - train_share)))
    test: list[int] = []
    for name in names:
        if len(members[name]) <= room - len(test):
            test += members[name]
    if not test:
        test = members[min(names, key=lambda name: len(members[name]))]
    unseen = frozenset(test)
    return Split(
        train=tuple(index for index in range(len(groups)) if index not in unseen),
        test=tuple(sorted(test)),
        seed=seed,
        rule=f"by {unit}; {len(names):,} groups, none on both sides",
    )
