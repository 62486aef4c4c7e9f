"""Muon makes corrections orthogonal, decay is cautious, AdamW is torch's AdamW, and the schedule rises and falls."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from codegen_desktop.errors import CheckpointError
from codegen_desktop.model.optimizer import AdamW, Muon, Optimizer, orthogonalise, schedule
from codegen_desktop.model.records import TrainingJob
from codegen_desktop.model.transformer import Transformer


@pytest.mark.parametrize("size", [(3, 16, 16), (2, 16, 48)])
def test_singular_values_come_near_one(size: tuple[int, int, int]) -> None:
    matrices = torch.randn(size, generator=torch.Generator().manual_seed(0)) * 100
    values = torch.linalg.svdvals(orthogonalise(matrices, rounds=6))
    assert values.min() > 0.5
    assert values.max() < 1.3


@pytest.mark.parametrize("size", [(1, 24, 24), (1, 24, 72)])
def test_squares_and_long_matrices_come_near_one(size: tuple[int, int, int]) -> None:
    """They take different ways; singular values spread from 1 down to a twentieth."""
    random = torch.Generator().manual_seed(4)
    left, _ = torch.linalg.qr(torch.randn(1, 24, 24, generator=random))
    right, _ = torch.linalg.qr(torch.randn(1, size[2], 24, generator=random))
    spread = torch.linspace(1.0, 0.05, 24)
    values = torch.linalg.svdvals(orthogonalise(left @ torch.diag_embed(spread) @ right.mT, rounds=5))
    assert values.min() > 0.6
    assert values.max() < 1.25


def test_matrices_of_a_batch_do_not_mix() -> None:
    matrices = torch.randn(4, 8, 12, generator=torch.Generator().manual_seed(0))
    together = orthogonalise(matrices, 5)
    for number in range(4):
        assert torch.allclose(together[number], orthogonalise(matrices[number : number + 1], 5)[0], atol=1e-5)


def test_a_zero_gradient_gives_no_correction() -> None:
    assert orthogonalise(torch.zeros(1, 4, 4), 5).abs().max() == 0


def weight_with_gradient(values: torch.Tensor, gradient: torch.Tensor) -> nn.Parameter:
    weight = nn.Parameter(values.clone())
    weight.grad = gradient.clone()
    return weight


def test_tall_and_wide_matrices_get_the_same_correction_turned() -> None:
    random = torch.Generator().manual_seed(1)
    gradient = torch.randn(6, 10, generator=random)
    wide = weight_with_gradient(torch.zeros(6, 10), gradient)
    tall = weight_with_gradient(torch.zeros(10, 6), gradient.T)
    Muon({"wide": wide, "tall": tall}, decay=0.0, rounds=5).step(0, rate=0.1, share=1.0)
    assert torch.allclose(tall.T, wide * (10 / 6) ** 0.5, atol=1e-6), "tall ones take steps larger by the root of R/C"
    assert wide.norm() > 0


def test_decay_never_works_against_the_correction() -> None:
    random = torch.Generator().manual_seed(2)
    values, gradient = torch.randn(2, 8, 8, generator=random)
    plain, decayed = (weight_with_gradient(values, gradient) for _ in range(2))
    Muon({"w": plain}, decay=0.0, rounds=5).step(0, rate=0.1, share=1.0)
    Muon({"w": decayed}, decay=0.5, rounds=5).step(0, rate=0.1, share=1.0)
    correction = plain.detach() - values
    pulled = decayed.detach() - plain.detach()
    towards_zero = correction * values < 0
    assert (pulled[~towards_zero] == 0).all()
    assert torch.allclose(pulled[towards_zero], -0.1 * 0.5 * values[towards_zero], atol=1e-6)


def test_adamw_is_that_of_torch() -> None:
    random = torch.Generator().manual_seed(3)
    matrix, vector = torch.randn(5, 4, generator=random), torch.randn(4, generator=random)
    ours = {"matrix": nn.Parameter(matrix.clone()), "vector": nn.Parameter(vector.clone())}
    theirs = [nn.Parameter(matrix.clone()), nn.Parameter(vector.clone())]
    mine = AdamW(ours, decay=0.1, betas=(0.9, 0.95))
    reference = torch.optim.AdamW(
        [{"params": theirs[:1], "weight_decay": 0.1}, {"params": theirs[1:], "weight_decay": 0.0}],
        lr=0.01, betas=(0.9, 0.95), eps=1e-10,
    )  # fmt: skip
    for number in range(5):
        for own, other in zip(ours.values(), theirs, strict=True):
            own.grad = torch.randn(own.shape, generator=random)
            other.grad = own.grad.clone()
        mine.step(number, 0.01)
        reference.step()
    for own, other in zip(ours.values(), theirs, strict=True):
        assert torch.allclose(own, other, atol=1e-6)


@pytest.mark.parametrize("name", ["muon", "adamw"])
def test_every_weight_is_corrected_by_exactly_one(job: TrainingJob, name: str) -> None:
    options = job.options.model_copy(update={"optimizer": name})
    model = Transformer(job.shape)
    optimizer = Optimizer(model, options)
    muon = {name for group in (optimizer.muon.groups if optimizer.muon else []) for name in group.names}
    adamw = set(optimizer.adamw.means)
    assert muon | adamw == {name for name, _ in model.named_parameters()}
    assert not muon & adamw
    assert all("_proj.weight" in name for name in muon)


def test_a_state_of_another_model_is_refused(job: TrainingJob) -> None:
    optimizer = Optimizer(Transformer(job.shape), job.options)
    other = job.options.model_copy(update={"optimizer": "adamw"})
    with pytest.raises(CheckpointError, match="does not fit"):
        optimizer.load(Optimizer(Transformer(job.shape), other).state())


@given(steps=st.integers(1, 3000), warmup=st.integers(0, 100), decay=st.floats(0, 1), data=st.data())
def test_schedule_stays_between_nothing_and_all(steps: int, warmup: int, decay: float, data: st.DataObject) -> None:
    step = data.draw(st.integers(0, steps - 1))
    assert 0 < schedule(step, steps, warmup, decay) <= 1


def test_schedule_rises_holds_and_falls_in_a_line() -> None:
    shares = np.array([schedule(step, 100, 9, 0.5) for step in range(100)])
    assert np.allclose(np.diff(shares[:10]), 0.1)
    assert (shares[9:50] == 1).all()
    assert np.allclose(np.diff(shares[50:]), -1 / 51)
    assert shares[-1] == pytest.approx(1 / 51)
