"""The model has the shape and the names it promises, hides the future, and keeps pads from the head."""

import math

import pytest
import torch
from torch.nn import functional as F

from codegen_desktop.model.devices import found_devices, sees_future
from codegen_desktop.model.shape import ModelShape, weight_shapes
from codegen_desktop.model.transformer import Transformer, initialise, rotate, rotation
from codegen_desktop.tokenization.tokenizer import PAD_ID

SHAPE = ModelShape(vocabulary=40, layers=2, width=16, heads=2, feed_forward=24, context=12)


def made(seed: int = 0, *, every_layer_speaks: bool = False, causal: bool = True) -> Transformer:
    model = Transformer(SHAPE, causal=causal)
    random = torch.Generator().manual_seed(seed)
    initialise(model, random)
    if every_layer_speaks:
        with torch.no_grad():
            for weight in model.parameters():
                weight.add_(torch.randn(weight.shape, generator=random), alpha=0.2)
    return model


def test_names_and_shapes_are_those_of_qwen3() -> None:
    model = made()
    assert {name: tuple(weight.shape) for name, weight in model.named_parameters()} == weight_shapes(SHAPE)
    assert list(model.state_dict()) == list(weight_shapes(SHAPE)), "nothing else is stored, the tied head least of all"
    assert sum(weight.numel() for weight in model.parameters()) == SHAPE.parameters


def test_head_is_the_embedding() -> None:
    model = made()
    ids = torch.tensor([[1, 7, 8]])
    with torch.no_grad():
        before = model(ids)
        model.model.embed_tokens.weight[30] += 1.0  # a token that is not in the input
        after = model(ids)
    changed = (before != after).any(dim=0)
    assert changed.nonzero().flatten().tolist() == [30]


def test_an_untrained_model_is_about_as_good_as_chance() -> None:
    model = made()
    ids = torch.arange(24).view(2, 12)
    loss = F.cross_entropy(model(ids), (ids.flatten() + 7) % SHAPE.vocabulary)
    assert loss.item() == pytest.approx(math.log(SHAPE.vocabulary), abs=0.3)


def test_the_same_seed_makes_the_same_weights() -> None:
    pairs = zip(made(3).parameters(), made(3).parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)
    assert not torch.equal(made(3).model.embed_tokens.weight, made(4).model.embed_tokens.weight)


@pytest.mark.parametrize("device", found_devices())
def test_the_future_is_hidden(device: str) -> None:
    assert not sees_future(made(), torch.device(device))


@pytest.mark.parametrize("device", found_devices())
def test_the_self_test_catches_a_missing_mask(device: str) -> None:
    assert sees_future(made(causal=False), torch.device(device))


def test_a_later_position_does_see_an_earlier_token() -> None:
    model = made(every_layer_speaks=True)
    one, other = torch.tensor([[1, 7, 8, 9]]), torch.tensor([[1, 20, 8, 9]])
    with torch.no_grad():
        assert not torch.allclose(model(one)[3], model(other)[3])


def test_pads_change_nothing_and_get_no_scores() -> None:
    model = made(every_layer_speaks=True)
    short, padded = torch.tensor([[1, 7, 8]]), torch.tensor([[1, 7, 8, PAD_ID, PAD_ID], [1, 9, 10, 11, 12]])
    wanted = torch.tensor([0, 1, 2])
    with torch.no_grad():
        scores = model(padded, wanted)
        assert scores.shape == (3, SHAPE.vocabulary)
        assert torch.allclose(scores, model(short), atol=1e-5)


def test_rotation_depends_on_distance_alone() -> None:
    """q at position m times k at position n is the same for every pair with the same m - n (Su et al. 2021)."""
    cosine, sine = rotation(SHAPE)
    q, k = torch.randn(2, SHAPE.head_width, generator=torch.Generator().manual_seed(0))
    everywhere = torch.ones(1, SHAPE.context, 1, 1)
    turned_q, turned_k = (rotate(everywhere * vector, cosine, sine)[0, :, 0] for vector in (q, k))
    products = turned_q @ turned_k.T  # (T, T)
    for distance in range(-3, 4):
        diagonal = products.diagonal(distance)
        assert torch.allclose(diagonal, diagonal[0].expand_as(diagonal), atol=1e-4)
