"""The trained model in NumPy: it computes what the torch model computes, token by token, and can record all of it.

At this size a decoder is bound by the number of calls, not by arithmetic; so weights that read the same vector are
joined, norm gains are folded into them, and keys and values of earlier tokens are kept.

Letters in shapes: L layers, B rows side by side, N new positions, T positions so far, R = B·N, C width, H heads,
D head width, F feed-forward width, V vocabulary. Names and formulas are those of `Qwen3ForCausalLM`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.errors import CheckpointError, GenerationError
from codegen_desktop.model.shape import ModelShape

Floats = NDArray[np.float32]


@dataclass(slots=True, eq=False)
class Recording:
    """What one pass did, filled in by `Decoder.extend`; only for a single row (B = 1).

    attention: L arrays (H, N, T), all new positions. The rest is at the last position:
    attention_updates, feed_forward_updates: L arrays (C,) added to the stream.
    after_attention, after_feed_forward: L arrays (C,), the stream behind each.
    """

    attention: list[Floats] = field(default_factory=list)
    attention_updates: list[Floats] = field(default_factory=list)
    after_attention: list[Floats] = field(default_factory=list)
    feed_forward_updates: list[Floats] = field(default_factory=list)
    after_feed_forward: list[Floats] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class DecoderState:
    """Keys and values of the tokens so far. keys, values: (L, B, H, room, D); `length` of the room is filled."""

    keys: Floats
    values: Floats
    length: int = 0

    def keep(self, rows: NDArray[np.intp]) -> None:
        """Go on with some of the rows only."""
        self.keys = self.keys[:, rows]
        self.values = self.values[:, rows]


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """One layer's weights, turned for `x @ w`, the norms' gains folded in."""

    qkv: Floats  # (C, 3C)
    output: Floats  # (C, C)
    gate_up: Floats  # (C, 2F)
    down: Floats  # (F, C)
    cosine: Floats  # (room, 2H, 2, D/2): queries' and keys' gains and the 1/√D of the queries are in it
    sine: Floats  # the same for the other half of each pair, with its sign


class Decoder:
    """A model ready to write. Build it once per checkpoint; it is not changed by use and may be shared by threads."""

    def __init__(self, weights: Mapping[str, NDArray[np.floating]], shape: ModelShape) -> None:
        """Take the weights of a checkpoint. Raises CheckpointError when they do not have the given shape."""
        self.shape = shape
        self._embedding = _weight(weights, "model.embed_tokens.weight", (shape.vocabulary, shape.width))
        gain = _weight(weights, "model.norm.weight", (shape.width,))
        self._head = np.ascontiguousarray((self._embedding * gain).T)  # (C, V)
        self._layers = tuple(_layer(weights, shape, number) for number in range(shape.layers))

    def start(self, rows: int = 1) -> DecoderState:
        """An empty state for `rows` texts side by side."""
        shape = self.shape
        size = (shape.layers, rows, shape.heads, shape.context, shape.head_width)
        return DecoderState(np.empty(size, np.float32), np.empty(size, np.float32))

    def embed(self, ids: Sequence[int]) -> Floats:
        """The embedding rows of some tokens: (T, C)."""
        rows: Floats = self._embedding[np.asarray(ids, np.intp)]
        return rows

    def extend(
        self, state: DecoderState, ids: NDArray[np.integer], recording: Recording | None = None
    ) -> NDArray[np.float32]:
        """Read N more tokens of each row. ids: (B, N). Returns (B, C): the stream behind the last of them.

        Raises GenerationError when the row has no room for them.
        """
        B, N = ids.shape
        if state.length + N > self.shape.context:
            raise GenerationError(
                f"The text is longer than the {self.shape.context} positions this model was trained on.",
                "Shorten it, or train with a longer row.",
            )
        x = self._embedding[ids.reshape(-1)]  # (R, C)
        for number, layer in enumerate(self._layers):
            attended = self._attend(state, number, layer, x, B, recording)
            x = x + attended
            hidden = self._normalise(x) @ layer.gate_up  # (R, 2F)
            gate, up = hidden[:, : self.shape.feed_forward], hidden[:, self.shape.feed_forward :]
            with np.errstate(over="ignore"):  # an infinite exp(-gate) shuts the gate, as it should
                shut = 1.0 + np.exp(-gate)
            added = (gate / shut * up) @ layer.down  # (R, C)
            if recording is not None:
                recording.attention_updates.append(attended[-1])
                recording.after_attention.append(x[-1])
                recording.feed_forward_updates.append(added[-1])
            x = x + added
            if recording is not None:
                recording.after_feed_forward.append(x[-1])
        state.length += N
        stream: Floats = x.reshape(B, N, -1)[:, -1]
        return stream

    def logits(self, stream: Floats) -> Floats:
        """Scores over the vocabulary from the stream behind any layer: (..., C) to (..., V)."""
        return np.asarray(self._normalise(stream) @ self._head)

    def _normalise(self, x: Floats) -> Floats:
        """Divide by the root mean square over the last axis; the gain is in the next weight."""
        squares = np.einsum("...c,...c->...", x, x)[..., None]
        return np.asarray(x / np.sqrt(squares / self.shape.width + self.shape.norm_epsilon))

    def _attend(
        self, state: DecoderState, number: int, layer: _Layer, x: Floats, B: int, recording: Recording | None
    ) -> Floats:
        """One layer's attention: (R, C) to (R, C); writes the new keys and values into the state."""
        shape, start = self.shape, state.length
        H, D, C = shape.heads, shape.head_width, shape.width
        qkv = (self._normalise(x) @ layer.qkv).reshape(B, -1, 3 * C)  # (B, N, 3C)
        stop = start + qkv.shape[1]
        both = qkv[:, :, : 2 * C].reshape(B, -1, 2 * H, D)
        squares = np.einsum("bnhd,bnhd->bnh", both, both)[..., None]
        halves = (both / np.sqrt(squares / D + shape.norm_epsilon)).reshape(B, -1, 2 * H, 2, D // 2)
        turned = halves * layer.cosine[start:stop]
        turned += halves[:, :, :, ::-1] * layer.sine[start:stop]
        heads = turned.reshape(B, -1, 2 * H, D).transpose(0, 2, 1, 3)  # (B, 2H, N, D)
        keys, values = state.keys[number], state.values[number]
        keys[:, :, start:stop] = heads[:, H:]
        values[:, :, start:stop] = qkv[:, :, 2 * C :].reshape(B, -1, H, D).transpose(0, 2, 1, 3)
        scores = heads[:, :H] @ keys[:, :, :stop].swapaxes(-1, -2)  # (B, H, N, T)
        if stop - start > 1:  # a token must not see those after it
            scores[..., start:] += np.triu(np.full((stop - start, stop - start), -np.inf, np.float32), 1)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        if recording is not None:
            recording.attention.append(scores[0])
        mixed = (scores @ values[:, :, :stop]).transpose(0, 2, 1, 3).reshape(-1, C)  # (R, C)
        return np.asarray(mixed @ layer.output)


def _weight(weights: Mapping[str, NDArray[np.floating]], name: str, size: tuple[int, ...]) -> Floats:
    """One weight as float32. Raises CheckpointError where it is missing or has another size."""
    found = weights.get(name)
    if found is None or found.shape != size:
        has = "is missing" if found is None else f"has the size {found.shape}, not {size}"
        raise CheckpointError(
            f"The checkpoint does not fit this model: {name} {has}.", "Choose another checkpoint of this run."
        )
    return np.asarray(found, np.float32)


def _layer(weights: Mapping[str, NDArray[np.floating]], shape: ModelShape, number: int) -> _Layer:
    """Join and turn the weights of layer `number`."""
    C, D, F = shape.width, shape.head_width, shape.feed_forward

    def take(name: str, *size: int) -> Floats:
        return _weight(weights, f"model.layers.{number}.{name}.weight", size)

    before, between = take("input_layernorm", C), take("post_attention_layernorm", C)
    qkv = np.concatenate([take(f"self_attn.{part}_proj", C, C) for part in "qkv"]) * before
    gate_up = np.concatenate([take("mlp.gate_proj", F, C), take("mlp.up_proj", F, C)]) * between
    cosine, sine = _rotation(shape, take("self_attn.q_norm", D), take("self_attn.k_norm", D))
    return _Layer(
        qkv=np.ascontiguousarray(qkv.T),
        output=np.ascontiguousarray(take("self_attn.o_proj", C, C).T),
        gate_up=np.ascontiguousarray(gate_up.T),
        down=np.ascontiguousarray(take("mlp.down_proj", C, F).T),
        cosine=cosine,
        sine=sine,
    )


def _rotation(shape: ModelShape, query_gain: Floats, key_gain: Floats) -> tuple[Floats, Floats]:
    """What a normalised head is multiplied by at each position, itself and its swapped halves: (room, 2H, 2, D/2).

    A pair (a, b) turns to (a·cos - b·sin, b·cos + a·sin), as in Su et al. 2021 with the halves paired.
    """
    H, D = shape.heads, shape.head_width
    frequencies = shape.rope_base ** -(np.arange(0, D, 2, dtype=np.float64) / D)
    angles = np.outer(np.arange(shape.context), frequencies)[:, None, None, :]  # (room, 1, 1, D/2)
    gains = np.stack([query_gain / np.sqrt(D), key_gain]).astype(np.float64).repeat(H, axis=0).reshape(2 * H, 2, -1)
    sign = np.array([-1.0, 1.0]).reshape(2, 1)
    cosine, sine = np.cos(angles) * gains, np.sin(angles) * sign * gains[:, ::-1]
    return cosine.astype(np.float32), sine.astype(np.float32)
