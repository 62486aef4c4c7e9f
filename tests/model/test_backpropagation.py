"""The passes written out by hand give autograd's numbers: every loss, every gradient, for every size of batch."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from codegen_desktop.model import compiled
from codegen_desktop.model.backpropagation import Backpropagation, by_autograd
from codegen_desktop.model.batches import Batch, collate
from codegen_desktop.model.operations import CompiledOperations, Operations, PlainOperations, operations_for
from codegen_desktop.model.optimizer import Optimizer
from codegen_desktop.model.records import TrainingJob
from codegen_desktop.model.transformer import Transformer, initialise

FORMS = [PlainOperations(), *([CompiledOperations(compiled.library())] if compiled.library() else [])]
"""Every form of the operations that there is here."""


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


def test_the_compiled_operations_are_used_where_there_is_a_compiler(tmp_path: Path) -> None:
    built = tmp_path / "operations.so"
    told = subprocess.run(
        [sys.executable, "packaging/build_operations.py", str(built)], capture_output=True, text=True, check=True
    ).stdout
    assert built.exists() == ("Compiled" in told), told
    used = isinstance(operations_for(torch.device("cpu")), CompiledOperations)
    assert used == compiled.LIBRARY.exists(), "a library that was built is loaded"
    assert isinstance(operations_for(torch.device("cpu"), torch.float64), PlainOperations)
    assert np.float32(1e-40) * np.float32(1) > 0, "loading it does not round the smallest numbers away"


def test_a_library_that_is_not_as_it_was_built_is_never_loaded(tmp_path: Path) -> None:
    built = tmp_path / "operations.so"
    subprocess.run([sys.executable, "packaging/build_operations.py", str(built)], capture_output=True, check=True)
    assert (compiled.load(built) is not None) == built.exists()
    whole = built.read_bytes() if built.exists() else b"\x7fELF of nothing"
    for number, wrong in enumerate((whole[: len(whole) // 2], whole[:-1] + b"x", b"", whole + b"x")):
        damaged = tmp_path / f"damaged {number}.so"  # another name: the first one is in use
        damaged.write_bytes(wrong)
        damaged.with_suffix(".sha256").write_bytes(hashlib.sha256(whole).hexdigest().encode())
        assert compiled.load(damaged) is None
    unsealed = tmp_path / "unsealed.so"
    unsealed.write_bytes(whole)
    assert compiled.load(unsealed) is None


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


@pytest.mark.parametrize("operations", FORMS)
@pytest.mark.parametrize("causal", [True, False])
def test_single_precision_is_as_close_as_it_can_be(job: TrainingJob, operations: Operations, causal: bool) -> None:
    exact = trained_looking(job, causal=causal)
    single = trained_looking(job, causal=causal, dtype=torch.float32)
    batch, shares = some_batch(job, 8)
    expected = by_autograd(exact, batch, shares)
    found = Backpropagation(single, 8, operations)(batch, shares.float())
    assert torch.allclose(found.losses.double(), expected.losses, rtol=1e-5, atol=1e-5)
    assert torch.equal(found.right, expected.right)
    theirs, ours = gradients(exact), gradients(single)
    for name, gradient in theirs.items():
        assert (ours[name].double() - gradient).abs().max() < 4e-6 * gradient.abs().max() + 1e-9, name


@pytest.mark.parametrize("operations", FORMS)
def test_a_model_that_left_the_finite_is_noticed(job: TrainingJob, operations: Operations) -> None:
    for value in (float("nan"), float("inf")):
        model = trained_looking(job, dtype=torch.float32)
        with torch.no_grad():
            model.model.norm.weight[0] = value
        batch, shares = some_batch(job, 4)
        assert not torch.isfinite(Backpropagation(model, 4, operations)(batch, shares.float()).losses).all()


@pytest.mark.parametrize("operations", FORMS)
def test_scores_far_apart_give_a_finite_loss(job: TrainingJob, operations: Operations) -> None:
    """A target a thousand nats below the best: its probability is 0 in single precision, its loss is not infinite."""
    model = trained_looking(job, dtype=torch.float32)
    with torch.no_grad():
        model.model.embed_tokens.weight.mul_(3e3)
    batch, shares = some_batch(job, 4)
    judgement = Backpropagation(model, 4, operations)(batch, shares.float())
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


@pytest.mark.parametrize("operations", FORMS)
def test_corrections_are_those_of_their_formula(operations: Operations) -> None:
    random = torch.Generator().manual_seed(1)
    gradients, momentum, values, corrections = torch.randn(4, 3, 40, 130, generator=random, dtype=torch.float64)
    mixed = momentum + 0.1 * (gradients - momentum)
    ahead = gradients + 0.9 * (mixed - gradients)
    sizes = torch.tensor([1.0, 2.0, 0.5], dtype=torch.float64).view(3, 1, 1)
    change = sizes * corrections + 0.3 * values * (corrections * values > 0)
    moved = values - 0.02 * change

    single = [tensor.float() for tensor in (gradients, momentum, values, corrections, sizes)]
    steepness = operations.look_ahead(single[0], single[1], 0.9)
    assert steepness == pytest.approx(float(gradients.norm()), rel=1e-5)
    assert torch.allclose(single[1].double(), mixed, atol=1e-6)
    assert torch.allclose(single[0].double(), ahead, atol=1e-6)
    length = operations.correct(single[2], single[3], single[4], 0.3, 0.02)
    assert length == pytest.approx(0.02 * float(change.norm()), rel=1e-5)
    assert torch.allclose(single[2].double(), moved, atol=1e-6)


@pytest.mark.parametrize("operations", FORMS)
def test_gates_far_from_nothing_are_shut_or_open(operations: Operations) -> None:
    """A learning rate that is far too high drives gates there; e^x beyond float32 must not come back with a sign."""
    gates = torch.cat([torch.linspace(-400.0, 400.0, 8001), torch.tensor([-1e30, 1e30])])
    exact = gates.double().requires_grad_()
    expected = torch.nn.functional.silu(exact)
    expected.sum().backward()
    made, features = torch.empty_like(gates), torch.ones_like(gates)
    operations.gate(gates, features, made)
    operations.gate_back(torch.ones_like(gates), gates, features)
    assert torch.allclose(made.double(), expected, rtol=1e-6, atol=1e-7)
    assert torch.allclose(features.double(), expected, rtol=1e-6, atol=1e-7)
    assert exact.grad is not None
    assert torch.allclose(gates.double(), exact.grad, rtol=1e-6, atol=1e-6)
