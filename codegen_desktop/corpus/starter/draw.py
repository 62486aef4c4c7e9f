"""Every random choice of the grammar goes through a `Draw`, which adds up −log p of what it chose."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

T = TypeVar("T")

UNSEEN_SHARE = 0.02
"""The share of test snippets whose constants are drawn from values that training never shows, where there are any."""

USUAL_SHARE = 0.8
"""How often code is written in the usual one of its two styles."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The constants an operation may name; `unseen` ones only in tests."""

    common: tuple[str, ...]
    unseen: tuple[str, ...] = ()


class Draw:
    """A source of choices that remembers how improbable they were.

    `nats` is the sum of −ln p over the choices that show in the code, `wording_nats` over those that show in the
    instruction only. `unseen` says that constants come from the part of each
    pool that training never shows. `constants` lists the constants drawn, in order.
    """

    def __init__(self, random: Random, *, unseen: bool = False) -> None:
        self._random = random
        self._unseen = unseen
        self.nats = 0.0
        self.wording_nats = 0.0
        self.constants: list[str] = []

    @staticmethod
    def surprise(probability: float) -> float:
        """−ln p: how many nats a choice of this probability costs."""
        return -math.log(probability)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each as likely as the others."""
        self.nats += math.log(len(options))
        return options[self._random.randrange(len(options))]

    def wording(self, options: Sequence[str]) -> str:
        """One of several ways to say something, each as likely as the others; the code does not show which."""
        self.wording_nats += math.log(len(options))
        return options[self._random.randrange(len(options))]

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """One of the options, each with its weight's share of the sum of the weights."""
        index = self._random.choices(range(len(options)), weights)[0]
        self.nats -= math.log(weights[index] / math.fsum(weights))
        return options[index]

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.weighted((True, False), (probability, 1.0 - probability))

    def usual(self) -> bool:
        """Whether the usual one of two styles is written: four times in five."""
        return self.chance(USUAL_SHARE)

    def constant(self, pool: Pool) -> str:
        """A constant of a pool, as it is written in code and instruction; one not yet drawn, if there is one."""
        values = pool.unseen if self._unseen and pool.unseen else pool.common
        fresh = tuple(value for value in values if value not in self.constants)
        value = self.pick(fresh or values)
        self.constants.append(value)
        return value
