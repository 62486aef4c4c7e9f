"""Checkpoints come back as they were, and damaged or foreign bytes are refused with a reason."""

from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save

from codegen_desktop.errors import CheckpointError
from codegen_desktop.model.checkpoint import RunProgress, pack_state, pack_weights, unpack_state, unpack_weights
from codegen_desktop.model.records import EpochResult
from codegen_desktop.model.shape import ModelShape, weight_shapes

SHAPE = ModelShape(vocabulary=12, layers=1, width=8, heads=2, feed_forward=12, context=8)
NORM = "model.norm.weight"


def weights() -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    return {name: random.normal(size=size).astype(np.float32) for name, size in weight_shapes(SHAPE).items()}


def test_weights_come_back() -> None:
    before = weights()
    after = unpack_weights(pack_weights(before), SHAPE)
    assert list(after) == list(weight_shapes(SHAPE))
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_parameters_are_counted_as_they_are_shaped() -> None:
    for shape in (SHAPE, ModelShape(2048, 4, 128, 4, 352, 50)):
        assert sum(int(np.prod(size)) for size in weight_shapes(shape).values()) == shape.parameters


def test_state_comes_back() -> None:
    arrays = {"muon.a": np.ones((2, 2), np.float32)}
    progress = RunProgress(step=5, epoch=2, position=3, loss=1 / 3, correct=4, tokens=9, seconds=0.1)
    history = (EpochResult(0, 1.0, 0.1, 2.0, 0.2, 3.0, 0.0, "A sentence."),)
    back, where, past = unpack_state(pack_state(arrays, progress, history))
    assert np.array_equal(back["muon.a"], arrays["muon.a"])
    assert (where, past) == (progress, history)


@pytest.mark.parametrize("data", [b"", b"no tensors", b"\xff" * 64, pack_weights(weights())[:-7]])
def test_damaged_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(CheckpointError, match="damaged"):
        unpack_weights(data, SHAPE)
    with pytest.raises(CheckpointError, match="damaged"):
        unpack_state(data)


def test_other_models_are_refused() -> None:
    with pytest.raises(CheckpointError, match=r"model\.embed_tokens\.weight is float32"):
        unpack_weights(pack_weights(weights()), replace(SHAPE, vocabulary=13))
    with pytest.raises(CheckpointError, match=r"lacks weight model\.layers\.1"):
        unpack_weights(pack_weights(weights()), replace(SHAPE, layers=2))


def test_unexpected_weights_are_refused() -> None:
    with pytest.raises(CheckpointError, match=r"unexpected weight lm_head\.weight"):
        unpack_weights(pack_weights(weights() | {"lm_head.weight": np.ones(3, np.float32)}), SHAPE)


def test_another_number_type_is_refused() -> None:
    with pytest.raises(CheckpointError, match="is float64"):
        unpack_weights(save(weights() | {NORM: np.ones(8)}), SHAPE)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(number: float) -> None:
    broken = weights()
    broken[NORM][3] = number
    with pytest.raises(CheckpointError, match=r"model\.norm\.weight holds numbers that are not finite"):
        unpack_weights(pack_weights(broken), SHAPE)
    with pytest.raises(CheckpointError, match=r"damaged at muon"):
        unpack_state(pack_state({"muon": broken[NORM]}, RunProgress(0, 1, 0), ()))


def test_weights_are_not_a_state() -> None:
    with pytest.raises(CheckpointError, match="does not say where"):
        unpack_state(pack_weights(weights()))
