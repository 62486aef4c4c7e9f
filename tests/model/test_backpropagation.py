"""The passes written out by hand give autograd's numbers: every loss, every gradient, for every size of batch."""

import numpy as np
import pytest
import torch

from codegen_desktop.model.backpropagation import Backpropagation, by_autograd
from codegen_desktop.model.batches import Batch, collate
from codegen_desktop.model.optimizer import Optimizer
from codegen_desktop.model.records import TrainingJob
from codegen_desktop.model.transformer import Transformer, initialise


def trained_looking(job: TrainingJob, *, causal: bool = True, dtype: torch.dtype = torch.float64) -> Transformer:
    """A model none of whose weights is nothing or one, as after some training."""
    model = Transformer(job.shape, causal=causal)
    random = torch.Generator().manual_seed(3)
    initialise(model, random)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn(weight.shape, generator=random) * 0.1)
    return model.to(dtype)


def some_batch(job: TrainingJob, rows: int, start: int = 0) -> tuple[Batch, torch.Tensor]:
    """A batch and uneven shares of its targets."""
    batch = collate(job.train, np.arange(start, start + rows))
    shares = torch.rand(len(batch.targets), generator=torch.Generator().manual_seed(rows), dtype=torch.float64)
    return batch, shares / shares.sum()


def gradients(model: Transformer) -> dict[str, torch.Tensor]:
    found = {}
    for name, weight in model.named_parameters():
        assert weight.grad is not None, name
        found[name] = weight.grad.clone()
    return found


@pytest.mark.parametrize("causal", [True, False])
def test_losses_and_gradients_are_those_of_autograd(job: TrainingJob, causal: bool) -> None:
    reference, written = trained_looking(job, causal=causal), trained_looking(job, causal=causal)
    judge = Backpropagation(written, 4)
    for rows, start in ((4, 0), (1, 7), (4, 20), (9, 30)):  # smaller, again, and larger than it was made for
        batch, shares = some_batch(job, rows, start)
        expected, found = by_autograd(reference, batch, shares), judge(batch, shares)
        assert torch.allclose(found.losses, expected.losses, rtol=1e-12, atol=1e-12)
        assert torch.equal(found.right, expected.right)
        theirs, ours = gradients(reference), gradients(written)
        for name, gradient in theirs.items():
            assert gradient.abs().max() > 0, f"{name} takes part"
            assert torch.allclose(ours[name], gradient, rtol=1e-10, atol=1e-14), name


def test_single_precision_is_as_close_as_it_can_be(job: TrainingJob) -> None:
    exact, single = trained_looking(job), trained_looking(job, dtype=torch.float32)
    batch, shares = some_batch(job, 8)
    by_autograd(exact, batch, shares)
    Backpropagation(single, 8)(batch, shares.float())
    theirs, ours = gradients(exact), gradients(single)
    for name, gradient in theirs.items():
        assert (ours[name].double() - gradient).abs().max() < 2e-6 * gradient.abs().max() + 1e-9, name


def test_scores_far_apart_give_a_finite_loss(job: TrainingJob) -> None:
    """A target a thousand nats below the best: its probability is 0 in single precision, its loss is not infinite."""
    model = trained_looking(job, dtype=torch.float32)
    with torch.no_grad():
        model.model.embed_tokens.weight.mul_(3e3)
    batch, shares = some_batch(job, 4)
    judgement = Backpropagation(model, 4)(batch, shares.float())
    assert judgement.losses.max() > 200
    assert torch.isfinite(judgement.losses).all()
    assert all(torch.isfinite(gradient).all() for gradient in gradients(model).values())


def test_the_passes_agree_while_the_weights_move(job: TrainingJob) -> None:
    """Optimizer and passes share the gradients' memory; ten steps by either way end at the same weights."""
    ends = []
    for way in ("autograd", "written"):
        model = trained_looking(job)
        optimizer = Optimizer(model, job.options)
        judge = Backpropagation(model, 8)
        for step in range(10):
            batch, shares = some_batch(job, 8, step)
            if way == "written":
                judge(batch, shares)
            else:
                by_autograd(model, batch, shares)
            optimizer.step(step, 10)
        ends.append({name: weight.detach().clone() for name, weight in model.named_parameters()})
    for name, weight in ends[0].items():
        assert torch.allclose(weight, ends[1][name], rtol=1e-8, atol=1e-10), name
