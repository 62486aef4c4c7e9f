"""The size of a model: what fixes the shape of every weight."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelShape:
    """Widths and counts of a decoder-only transformer of the Qwen3 family.

    `context` is the row length: 50 positions hold at most 49 tokens and an end mark.
    """

    vocabulary: int
    layers: int
    width: int
    heads: int
    feed_forward: int
    context: int
    rope_base: float = 10_000.0
    norm_epsilon: float = 1e-6

    @property
    def head_width(self) -> int:
        """Numbers per attention head."""
        return self.width // self.heads

    @property
    def parameters(self) -> int:
        """Number of weights; the output matrix is the embedding, counted once."""
        per_layer = (
            4 * self.width * self.width + 3 * self.width * self.feed_forward + 2 * self.width + 2 * self.head_width
        )
        return self.vocabulary * self.width + self.layers * per_layer + self.width
