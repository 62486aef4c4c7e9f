"""How gradients become corrections: Muon for the layers' matrices, AdamW for everything else, and their schedule.

Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon) replaces a matrix' averaged gradient by the nearest
matrix whose singular values are all about 1, so that rare directions are learned as fast as common ones. Torch's own
Muon works in bfloat16, which most CPUs do not have; here it stays in float32, and all matrices of one shape are
treated in one batched product.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from codegen_desktop.config import TrainingOptions
from codegen_desktop.errors import CheckpointError
from codegen_desktop.model.operations import Operations, operations_for

POLYNOMIAL = (3.4445, -4.7750, 2.0315)
"""Coefficients a, b, c of one Newton-Schulz round X ← aX + bX(XᵀX) + cX(XᵀX)² (Jordan et al. 2024).

Coefficients that reach the same in fewer rounds (Amsel et al. 2025) were tried: with two or three such rounds the loss
is as low, but four to ten in a hundred unseen tasks fail; after five of these, two to four (Reference, three seeds).
"""

MOMENTUM_WARMUP = 100
"""Steps over which Muon's momentum rises from 0.85 to 0.95."""


@dataclass(frozen=True, slots=True)
class Norms:
    """Euclidean lengths over many weights together: of the gradient, and of the change it made."""

    gradient: float = 0.0
    update: float = 0.0

    def with_part(self, gradient: float, update: float) -> "Norms":
        """The lengths over these and some more weights."""
        return Norms(math.hypot(self.gradient, gradient), math.hypot(self.update, update))


@dataclass(frozen=True, slots=True)
class Correction:
    """What a step did: the learning rate it used (Muon's where there is one), and how far it went."""

    learning_rate: float
    norms: Norms


def schedule(step: int, steps: int, warmup: int, decay: float) -> float:
    """The share of the full learning rate at a step (0-based): a rise, a plateau, and a straight fall to nothing.

    The fall takes the last `decay` share of the run. Always above 0 and at most 1.
    """
    rise = min(1.0, (step + 1) / (warmup + 1))
    falling = max(1.0, decay * steps)
    fall = min(1.0, (steps - step) / (falling + 1))
    return min(rise, fall)


def orthogonalise(matrices: Tensor, rounds: int, out: Tensor | None = None) -> Tensor:
    """The nearest matrices with all singular values near 1, by Newton-Schulz rounds: (n, R, C) with R ≤ C, any n."""
    a, b, c = POLYNOMIAL
    length = torch.linalg.vector_norm(matrices.flatten(1), dim=1).view(-1, 1, 1) + 1e-7
    if matrices.shape[2] > 2 * matrices.shape[1]:
        turn = _turn(torch.bmm(matrices, matrices.mT).div_(length.square()), rounds)
        return torch.bmm(turn.div_(length), matrices, out=out)
    x = torch.div(matrices, length, out=out)  # now no singular value is over 1
    for _ in range(rounds):
        square = x @ x.mT  # (n, R, R)
        x = torch.baddbmm(x, torch.baddbmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return x


def _turn(square: Tensor, rounds: int) -> Tensor:
    """All the rounds as one matrix to multiply x with, found from x·xᵀ alone: (n, R, R) to (n, R, R).

    A round multiplies x by p = aI + bS + cS² with S = x·xᵀ, and S by p on both sides. For long x this is less work.
    """
    a, b, c = POLYNOMIAL
    turn: Tensor | None = None
    for number in range(1, rounds + 1):
        factor = torch.baddbmm(square, square, square, beta=b, alpha=c)
        factor.diagonal(dim1=1, dim2=2).add_(a)
        if number < rounds:
            square = factor @ square @ factor
        turn = factor if turn is None else factor @ turn
    assert turn is not None, "there is at least one round"
    return turn


@dataclass(slots=True, eq=False)
class _Group:
    """Matrices of one shape up to turning, all lying (R ≤ C) and side by side in one block, as their gradients are.

    A weight and its gradient are views of these blocks, so nothing is gathered before a correction or handed out
    after it. `sizes` is √(outputs / inputs) where that is over 1, so that a correction moves every output alike.
    """

    names: list[str]
    values: Tensor  # (n, R, C)
    gradients: Tensor  # (n, R, C)
    momentum: Tensor  # (n, R, C)
    spare: Tensor  # (n, R, C), room to work in
    sizes: Tensor  # (n, 1, 1)

    @classmethod
    def of(cls, weights: dict[str, nn.Parameter]) -> "_Group":
        """The group of some matrices, at the start of a run; they move into the block, with what gradient they have."""
        matrices = list(weights.values())
        values = torch.stack([_lying(weight.detach()) for weight in matrices])
        gradients = torch.zeros_like(values)
        for weight, value, gradient in zip(matrices, values, gradients, strict=True):
            turned = weight.shape[0] > weight.shape[1]
            known = weight.grad
            weight.data = value.mT if turned else value
            weight.grad = gradient.mT if turned else gradient
            if known is not None:
                weight.grad.copy_(known)
        sizes = [max(1.0, weight.shape[0] / weight.shape[1]) ** 0.5 for weight in matrices]
        return cls(
            names=list(weights),
            values=values,
            gradients=gradients,
            momentum=torch.zeros_like(values),
            spare=torch.empty_like(values),
            sizes=values.new_tensor(sizes).view(-1, 1, 1),
        )


class Muon:
    """Momentum, made orthogonal; weights are pulled towards zero only where the correction pulls the same way.

    That caution (Liang et al. 2024, "Cautious Optimizers") keeps decay from undoing what was learned.
    """

    def __init__(
        self, weights: Mapping[str, nn.Parameter], decay: float, rounds: int, operations: Operations | None = None
    ) -> None:
        self.decay = decay
        self.rounds = rounds
        by_shape: dict[tuple[int, ...], dict[str, nn.Parameter]] = {}
        for name, weight in weights.items():
            by_shape.setdefault(tuple(sorted(weight.shape)), {})[name] = weight
        self.groups = [_Group.of(members) for members in by_shape.values()]
        some = next(iter(weights.values()))
        self.operations = operations or operations_for(some.device, some.dtype)

    @torch.no_grad()
    def step(self, number: int, rate: float, share: float) -> "Norms":
        """Correct all matrices once. `number` counts from 0; `share` scales the decay with the schedule.

        The gradients are used up.
        """
        keep = 0.85 + 0.10 * min(1.0, number / MOMENTUM_WARMUP)
        norms = Norms()
        for group in self.groups:
            steepness = self.operations.look_ahead(group.gradients, group.momentum, keep)
            correction = orthogonalise(group.gradients, self.rounds, out=group.spare)
            far = self.operations.correct(group.values, correction, group.sizes, self.decay * share, rate)
            norms = norms.with_part(steepness, far)
        return norms

    def state(self) -> dict[str, Tensor]:
        """Everything needed to go on, by name."""
        return {
            f"muon.{name}": momentum
            for group in self.groups
            for name, momentum in zip(group.names, group.momentum.unbind(), strict=True)
        }


class AdamW:
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019), one fused pass over all tensors.

    Only matrices decay. The fused kernel is called directly: `torch.optim.AdamW` gives the same numbers, but its
    first step imports torch's compiler, 2.5 s and 830 modules that nothing here needs.
    """

    def __init__(self, weights: Mapping[str, nn.Parameter], decay: float, betas: tuple[float, float]) -> None:
        self.betas = betas
        self.parts = [
            (part, amount)
            for part, amount in (
                ({name: weight for name, weight in weights.items() if weight.dim() == 2}, decay),
                ({name: weight for name, weight in weights.items() if weight.dim() == 1}, 0.0),
            )
            if part
        ]
        self.means = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        self.squares = {name: torch.zeros_like(weight) for name, weight in weights.items()}

    @torch.no_grad()
    def step(self, number: int, rate: float) -> "Norms":
        """Correct all weights once. `number` counts from 0: the bias of the young averages depends on it."""
        norms = Norms()
        for part, decay in self.parts:
            weights: list[Tensor] = list(part.values())
            gradients = [_gradient(weight) for weight in part.values()]
            before = [weight.clone() for weight in weights]
            torch._fused_adamw_(
                weights,
                gradients,
                [self.means[name] for name in part],
                [self.squares[name] for name in part],
                [],
                [torch.tensor(float(number + 1), device=weight.device) for weight in weights],
                lr=rate,
                beta1=self.betas[0],
                beta2=self.betas[1],
                weight_decay=decay,
                eps=1e-10,
                amsgrad=False,
                maximize=False,
            )
            norms = norms.with_part(_length(gradients), _length(torch._foreach_sub(weights, before)))
        return norms

    def state(self) -> dict[str, Tensor]:
        """Everything needed to go on, by name."""
        return {f"mean.{name}": mean for name, mean in self.means.items()} | {
            f"square.{name}": square for name, square in self.squares.items()
        }


class Optimizer:
    """The two together, as the options ask: what `train` calls between two steps."""

    def __init__(self, model: nn.Module, options: TrainingOptions, operations: Operations | None = None) -> None:
        self.options = options
        self.weights = dict(model.named_parameters())
        matrices = {name: weight for name, weight in self.weights.items() if ".layers." in name and weight.dim() == 2}
        self.muon = None
        rest = self.weights
        if options.optimizer == "muon":
            self.muon = Muon(matrices, options.weight_decay, options.muon_rounds, operations)
            rest = {name: weight for name, weight in self.weights.items() if name not in matrices}
            self.adamw = AdamW(rest, 0.0, (0.9, 0.95))
        else:
            self.adamw = AdamW(rest, options.weight_decay, (0.9, 0.99))

    def step(self, number: int, steps: int) -> "Correction":
        """Correct the weights with their gradients, which are used up."""
        share = schedule(number, steps, self.options.warmup, self.options.decay)
        rate, norms = self.options.learning_rate, Norms()
        if self.muon is not None:
            rate = self.options.matrix_learning_rate
            norms = self.muon.step(number, rate * share, share)
        more = self.adamw.step(number, self.options.learning_rate * share)
        return Correction(rate * share, norms.with_part(more.gradient, more.update))

    def state(self) -> dict[str, Tensor]:
        """Every tensor needed to go on to the bit, by name; the step number and the options are kept beside them."""
        return (self.muon.state() if self.muon is not None else {}) | self.adamw.state()

    @torch.no_grad()
    def load(self, state: Mapping[str, Tensor]) -> None:
        """Take over a state. Raises CheckpointError when its names or shapes are not those of this optimizer."""
        own = self.state()
        if own.keys() != state.keys() or any(own[name].shape != state[name].shape for name in own):
            raise CheckpointError(
                "The stored optimizer state does not fit these training options.",
                "Continue with the options the run was started with.",
            )
        for name, tensor in own.items():
            tensor.copy_(state[name])


def _lying(matrix: Tensor) -> Tensor:
    return matrix if matrix.shape[0] <= matrix.shape[1] else matrix.mT


def _length(tensors: Sequence[Tensor]) -> float:
    """The Euclidean length of all numbers together."""
    return float(torch.stack(torch._foreach_norm(list(tensors))).norm())


def _gradient(weight: nn.Parameter) -> Tensor:
    assert weight.grad is not None, "every weight takes part in every step"
    return weight.grad
