"""The NumPy decoder against an independent float64 computation and against the torch model."""

import numpy as np
import pytest
import torch

from codegen_desktop.errors import CheckpointError, GenerationError
from codegen_desktop.generation.decoder import Decoder, Recording
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.model.transformer import Transformer


def rms(x, gain, epsilon):
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + epsilon) * gain


def rotated(x, base):
    """Turn complex numbers made of the halves of each head; x: (T, H, D)."""
    T, _, D = x.shape
    angles = np.arange(T)[:, None, None] * base ** (-np.arange(D // 2) / (D // 2))
    turned = (x[..., : D // 2] + 1j * x[..., D // 2 :]) * np.exp(1j * angles)
    return np.concatenate([turned.real, turned.imag], -1)


def reference(weights, shape, ids):
    """The whole row at once in float64, from the formulas. Returns streams per layer, attention maps, logits."""
    w = {name: array.astype(np.float64) for name, array in weights.items()}
    x, streams, maps = w["model.embed_tokens.weight"][ids], [], []
    T, heads = len(ids), (len(ids), shape.heads, shape.head_width)
    future = np.arange(T)[:, None] < np.arange(T)
    for number in range(shape.layers):
        p = {name.split(f"layers.{number}.")[-1].removesuffix(".weight"): array for name, array in w.items()}
        h = rms(x, p["input_layernorm"], shape.norm_epsilon)
        q, k, v = ((h @ p[f"self_attn.{part}_proj"].T).reshape(heads) for part in "qkv")
        q = rotated(rms(q, p["self_attn.q_norm"], shape.norm_epsilon), shape.rope_base)
        k = rotated(rms(k, p["self_attn.k_norm"], shape.norm_epsilon), shape.rope_base)
        scores = np.where(future, -np.inf, np.einsum("thd,shd->hts", q, k) / shape.head_width**0.5)
        attention = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
        x = x + np.einsum("hts,shd->thd", attention, v).reshape(T, -1) @ p["self_attn.o_proj"].T
        between = x
        h = rms(x, p["post_attention_layernorm"], shape.norm_epsilon)
        gate = h @ p["mlp.gate_proj"].T
        x = x + (gate / (1 + np.exp(-gate)) * (h @ p["mlp.up_proj"].T)) @ p["mlp.down_proj"].T
        maps.append(attention)
        streams.append((between, x))
    return streams, maps, rms(x, w["model.norm.weight"], shape.norm_epsilon) @ w["model.embed_tokens.weight"].T


@pytest.fixture
def ids(shape):
    return np.random.default_rng(5).integers(0, shape.vocabulary, shape.context)


def test_every_number_of_a_pass_equals_the_float64_computation(decoder, weights, shape, ids):
    streams, maps, logits = reference(weights, shape, ids)
    state = decoder.start()
    for start, stop in ((0, 7), (7, 8), (8, 9), (9, 20), *((t, t + 1) for t in range(20, shape.context))):
        recording = Recording()
        found = decoder.logits(decoder.extend(state, ids[None, start:stop], recording))[0]
        assert np.abs(found - logits[stop - 1]).max() < 1e-5 * np.abs(logits[stop - 1]).max()
        for layer in range(shape.layers):
            between, after = streams[layer]
            assert np.allclose(recording.attention[layer], maps[layer][:, start:stop, :stop], atol=1e-5)
            assert np.allclose(recording.after_attention[layer], between[stop - 1], rtol=1e-4, atol=1e-4)
            assert np.allclose(recording.after_feed_forward[layer], after[stop - 1], rtol=1e-4, atol=1e-4)
            before = recording.after_attention[layer] - recording.attention_updates[layer]
            came_in = streams[layer - 1][1] if layer else weights["model.embed_tokens.weight"][ids]
            assert np.allclose(before, came_in[stop - 1], rtol=1e-4, atol=1e-4)
            assert np.allclose(
                recording.after_attention[layer] + recording.feed_forward_updates[layer],
                recording.after_feed_forward[layer],
            )


def test_logits_equal_the_torch_model(decoder, weights, shape, ids):
    model = Transformer(shape)
    model.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()}, strict=True)
    with torch.no_grad():
        expected = model(torch.from_numpy(ids)[None]).numpy()  # (T, V)
    state = decoder.start()
    found = np.concatenate([decoder.logits(decoder.extend(state, ids[None, t : t + 1])) for t in range(shape.context)])
    assert np.abs(found - expected).max() < 1e-5 * np.abs(expected).max()
    assert (found.argmax(-1) == expected.argmax(-1)).all()


def test_greedy_tokens_equal_the_torch_model(decoder, weights, shape):
    model = Transformer(shape)
    model.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    for seed in range(5):
        ours = theirs = [1, *np.random.default_rng(seed).integers(6, shape.vocabulary, 4).tolist()]
        state, fresh = decoder.start(), np.array([ours])
        with torch.no_grad():
            while len(theirs) < shape.context:
                theirs = [*theirs, int(model(torch.tensor([theirs]))[-1].argmax())]
        while len(ours) < shape.context:
            fresh = decoder.logits(decoder.extend(state, fresh)).argmax(-1)[None]
            ours = [*ours, int(fresh[0, 0])]
        assert ours == theirs


def test_rows_side_by_side_do_not_touch_each_other(decoder, shape):
    rows = np.random.default_rng(2).integers(0, shape.vocabulary, (5, 9))
    state = decoder.start(5)
    decoder.extend(state, rows[:, :4])
    decoder.extend(state, rows[:, 4:6])
    kept = np.array([3, 1])
    state.keep(kept)
    together = decoder.logits(decoder.extend(state, rows[kept, 6:]))
    alone = [decoder.logits(decoder.extend(decoder.start(), rows[None, row]))[0] for row in kept]
    assert np.allclose(together, alone, rtol=1e-4, atol=1e-4)


def test_a_full_row_is_refused(decoder, shape):
    state = decoder.start()
    decoder.extend(state, np.ones((1, shape.context), np.intp))
    with pytest.raises(GenerationError, match="40 positions"):
        decoder.extend(state, np.ones((1, 1), np.intp))


def test_a_checkpoint_of_another_shape_is_refused(weights, shape):
    missing = {name: array for name, array in weights.items() if "layers.2.mlp.up" not in name}
    with pytest.raises(CheckpointError, match=r"layers\.2\.mlp\.up_proj\.weight is missing"):
        Decoder(missing, shape)
    wider = ModelShape(shape.vocabulary, shape.layers, 64, shape.heads, shape.feed_forward, shape.context)
    with pytest.raises(CheckpointError, match="has the size"):
        Decoder(weights, wider)
