"""A tiny model with random weights and a tokenizer learned from a handful of functions."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.model.transformer import Transformer
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.tokenizer import END_ID, PAD_ID, START_ID, Tokenizer

TEXTS = tuple(
    f"# {verb} {first} and {second}\ndef {verb}({first}, {second}):\n    return {first} {sign} {second}"
    for verb, sign in (("add", "+"), ("subtract", "-"), ("multiply", "*"), ("divide", "/"))
    for first, second in (("a", "b"), ("x", "y"), ("left", "right"), ("price", "count"))
)

Weights = dict[str, NDArray[np.float32]]


def random_weights(shape: ModelShape, seed: int) -> Weights:
    """Weights large enough that every part of the model matters."""
    rng = np.random.default_rng(seed)
    C, D, F = shape.width, shape.head_width, shape.feed_forward
    sizes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (shape.vocabulary, C), "model.norm.weight": (C,)}
    for layer in range(shape.layers):
        stem = f"model.layers.{layer}."
        sizes |= {f"{stem}{name}.weight": (C,) for name in ("input_layernorm", "post_attention_layernorm")}
        sizes |= {f"{stem}self_attn.{part}_proj.weight": (C, C) for part in "qkvo"}
        sizes |= {f"{stem}self_attn.{part}_norm.weight": (D,) for part in "qk"}
        sizes |= {f"{stem}mlp.{part}_proj.weight": (F, C) for part in ("gate", "up")}
        sizes |= {f"{stem}mlp.down_proj.weight": (C, F)}
    return {
        name: (rng.normal(1, 0.3, size) if len(size) == 1 else rng.normal(0, 0.15, size)).astype(np.float32)
        for name, size in sizes.items()
    }


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return learn_tokenizer("bpe", TEXTS, 320)


@pytest.fixture(scope="session")
def shape(tokenizer: Tokenizer) -> ModelShape:
    return ModelShape(tokenizer.vocabulary_size, layers=3, width=32, heads=4, feed_forward=48, context=40)


@pytest.fixture(scope="session")
def weights(shape: ModelShape) -> Weights:
    return random_weights(shape, seed=1)


@pytest.fixture(scope="session")
def decoder(weights: Weights, shape: ModelShape) -> Decoder:
    return Decoder(weights, shape)


@pytest.fixture(scope="session")
def taught(tokenizer: Tokenizer, shape: ModelShape) -> Decoder:
    """The same model after it has learned TEXTS by heart."""
    rows = [[START_ID, *ids, END_ID] for ids in tokenizer.encode_many(TEXTS)]
    length = max(map(len, rows))
    ids = torch.tensor([row + [PAD_ID] * (length - len(row)) for row in rows])
    torch.manual_seed(3)
    model = Transformer(shape)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.0)
    for _ in range(200):
        loss = torch.nn.functional.cross_entropy(model(ids[:, :-1]), ids[:, 1:].flatten(), ignore_index=PAD_ID)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return Decoder({name: weight.detach().numpy() for name, weight in model.named_parameters()}, shape)
