"""Writing after many prompts at once: rows share every matrix product, and a finished row leaves the batch."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.config import SamplingOptions
from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.generation.decoder import Decoder, Floats
from codegen_desktop.generation.sampling import choose
from codegen_desktop.generation.trace import Ended
from codegen_desktop.tokenization.tokenizer import END_ID

BATCH = 256
"""Rows side by side: 50 MB of keys and values for the Reference model."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written after one prompt: token ids without the end mark, and how it ended."""

    ids: tuple[int, ...]
    ended: Ended


def write_many(
    decoder: Decoder, prompts: Sequence[Sequence[int]], options: SamplingOptions, *, batch: int = BATCH
) -> Generator[Progress, None, tuple[Written, ...]]:
    """Write after each prompt (ids from `encode_prompt`), yielding how many are done; returns them in order.

    Row r draws from a generator seeded with (seed, r), so its text depends neither on the batch nor on its
    neighbours.
    """
    written: dict[int, Written] = {}
    # Prompts of one length share the longest common pass, so they go side by side.
    order = sorted(range(len(prompts)), key=lambda number: len(prompts[number]))
    for first in range(0, len(order), batch):
        numbers = order[first : first + batch]
        rows = _Rows(decoder, [prompts[number] for number in numbers], numbers, options)
        while rows.open:
            for number, result in rows.step():
                written[number] = result
            yield Progress(len(written), len(prompts), "Writing the answers")
    return tuple(written[number] for number in range(len(prompts)))


class _Rows:
    """The rows of one batch that are still being written. All are at the same position, so nothing is padded."""

    def __init__(
        self, decoder: Decoder, prompts: list[Sequence[int]], numbers: list[int], options: SamplingOptions
    ) -> None:
        self._decoder, self._options = decoder, options
        self.open = list(range(len(prompts)))
        self._numbers = numbers
        self._ids = [list(prompt) for prompt in prompts]
        self._prompt_lengths = [len(prompt) for prompt in prompts]
        self._draws = [np.random.default_rng([options.seed, number]) for number in numbers]
        self._state = decoder.start(len(prompts))
        shared = min(self._prompt_lengths)
        self._fresh = np.array([ids[:shared] for ids in self._ids], np.intp)  # (B, N): what the next pass reads

    def step(self) -> list[tuple[int, Written]]:
        """One pass over the open rows; returns those that ended with it, each with its prompt's number."""
        stream = self._decoder.extend(self._state, self._fresh)  # (B, C)
        position = self._state.length
        writing = [place for place, row in enumerate(self.open) if self._prompt_lengths[row] <= position]
        if writing:
            chosen = self._choose(self._decoder.logits(stream[writing]), [self.open[place] for place in writing])
            for place, token in zip(writing, chosen, strict=True):
                self._ids[self.open[place]].append(token)
        ended = [self._ended(self.open[place]) if place in set(writing) else None for place in range(len(self.open))]
        finished = [self._finish(row, how) for row, how in zip(self.open, ended, strict=True) if how is not None]
        if finished:
            kept = [place for place, how in enumerate(ended) if how is None]
            self._state.keep(np.array(kept, np.intp))
            self.open = [self.open[place] for place in kept]
        self._fresh = np.array([[self._ids[row][position]] for row in self.open], np.intp).reshape(-1, 1)
        return finished

    def _choose(self, logits: Floats, rows: list[int]) -> list[int]:
        """The next token of each of these rows. logits: (B, V)."""
        if self._options.temperature == 0:
            likeliest: NDArray[np.intp] = logits.argmax(axis=-1)
            return [int(token) for token in likeliest]
        return [choose(scores, self._options, self._draws[row]).id for scores, row in zip(logits, rows, strict=True)]

    def _ended(self, row: int) -> Ended | None:
        if self._ids[row][-1] == END_ID:
            return "end"
        count = len(self._ids[row]) - self._prompt_lengths[row]
        full = self._state.length == self._decoder.shape.context
        return "length" if count == self._options.max_tokens or full else None

    def _finish(self, row: int, ended: Ended) -> tuple[int, Written]:
        ids = self._ids[row][self._prompt_lengths[row] :]
        return self._numbers[row], Written(tuple(ids[:-1] if ended == "end" else ids), ended)
