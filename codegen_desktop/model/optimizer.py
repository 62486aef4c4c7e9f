"""How gradients become corrections: Muon for the layers' matrices, AdamW for everything else, and their schedule.

Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon) replaces a matrix' averaged gradient by the nearest
matrix whose singular values are all about 1, so that rare directions are learned as fast as common ones. Torch's own
Muon works in bfloat16, which most CPUs do not have; here it stays in float32, and all matrices of one shape are
treated in one batched product.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from codegen_desktop.config import TrainingOptions
from codegen_desktop.errors import CheckpointError

POLYNOMIAL = (3.4445, -4.7750, 2.0315)
"""Coefficients a, b, c of one Newton-Schulz round X ← aX + bX(XᵀX) + cX(XᵀX)² (Jordan et al. 2024)."""

MOMENTUM_WARMUP = 100
"""Steps over which Muon's momentum rises from 0.85 to 0.95."""


def schedule(step: int, steps: int, warmup: int, decay: float) -> float:
    """The share of the full learning rate at a step (0-based): a rise, a plateau, and a straight fall to nothing.

    The fall takes the last `decay` share of the run. Always above 0 and at most 1.
    """
    rise = min(1.0, (step + 1) / (warmup + 1))
    falling = max(1.0, decay * steps)
    fall = min(1.0, (steps - step) / (falling + 1))
    return min(rise, fall)


def orthogonalise(matrices: Tensor, rounds: int) -> Tensor:
    """The nearest matrices with all singular values near 1, by Newton-Schulz rounds: (n, R, C) with R ≤ C, any n."""
    a, b, c = POLYNOMIAL
    x: Tensor = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)  # now no singular value is over 1
    for _ in range(rounds):
        square = x @ x.mT  # (n, R, R)
        x = torch.baddbmm(x, torch.baddbmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return x


@dataclass(slots=True, eq=False)
class _Group:
    """Matrices of one shape up to turning, all treated lying: R ≤ C.

    `sizes` is √(outputs / inputs) where that is over 1, so that a correction moves every output alike.
    """

    names: list[str]
    weights: list[nn.Parameter]
    momentum: Tensor  # (n, R, C)
    sizes: Tensor  # (n, 1, 1)

    @classmethod
    def of(cls, weights: dict[str, nn.Parameter]) -> "_Group":
        """The group of some matrices, at the start of a run."""
        matrices = list(weights.values())
        rows, columns = sorted(matrices[0].shape)
        sizes = [max(1.0, weight.shape[0] / weight.shape[1]) ** 0.5 for weight in matrices]
        return cls(
            names=list(weights),
            weights=matrices,
            momentum=matrices[0].new_zeros(len(matrices), rows, columns),
            sizes=matrices[0].new_tensor(sizes).view(-1, 1, 1),
        )

    def stacked(self, tensors: Sequence[Tensor]) -> Tensor:
        """A new (n, R, C) from n tensors of shape (R, C) or (C, R)."""
        return torch.stack([tensor if _lies(tensor) else tensor.mT for tensor in tensors])


class Muon:
    """Momentum, made orthogonal; weights are pulled towards zero only where the correction pulls the same way.

    That caution (Liang et al. 2024, "Cautious Optimizers") keeps decay from undoing what was learned.
    """

    def __init__(self, weights: Mapping[str, nn.Parameter], decay: float, rounds: int) -> None:
        self.decay = decay
        self.rounds = rounds
        by_shape: dict[tuple[int, ...], dict[str, nn.Parameter]] = {}
        for name, weight in weights.items():
            by_shape.setdefault(tuple(sorted(weight.shape)), {})[name] = weight
        self.groups = [_Group.of(members) for members in by_shape.values()]

    @torch.no_grad()
    def step(self, number: int, rate: float, share: float) -> None:
        """Correct all matrices once. `number` counts from 0; `share` scales the decay with the schedule."""
        keep = 0.85 + 0.10 * min(1.0, number / MOMENTUM_WARMUP)
        for group in self.groups:
            gradient = group.stacked([_gradient(weight) for weight in group.weights])
            group.momentum.lerp_(gradient, 1.0 - keep)
            ahead = gradient.lerp_(group.momentum, keep)  # Nesterov: look one step ahead
            correction = orthogonalise(ahead, self.rounds)
            if self.decay:
                pull = group.stacked(group.weights)
                agrees = correction * pull > 0
                correction.mul_(group.sizes).add_(pull.mul_(agrees), alpha=self.decay * share)
            else:
                correction.mul_(group.sizes)
            for weight, change in zip(group.weights, correction.unbind(), strict=True):
                weight.add_(change if _lies(weight) else change.mT, alpha=-rate)

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
    def step(self, number: int, rate: float) -> None:
        """Correct all weights once. `number` counts from 0: the bias of the young averages depends on it."""
        for part, decay in self.parts:
            weights: list[Tensor] = list(part.values())
            torch._fused_adamw_(
                weights,
                [_gradient(weight) for weight in part.values()],
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

    def state(self) -> dict[str, Tensor]:
        """Everything needed to go on, by name."""
        return {f"mean.{name}": mean for name, mean in self.means.items()} | {
            f"square.{name}": square for name, square in self.squares.items()
        }


class Optimizer:
    """The two together, as the options ask: what `train` calls between two steps."""

    def __init__(self, model: nn.Module, options: TrainingOptions) -> None:
        self.options = options
        self.weights = dict(model.named_parameters())
        matrices = {name: weight for name, weight in self.weights.items() if ".layers." in name and weight.dim() == 2}
        self.muon = None
        rest = self.weights
        if options.optimizer == "muon":
            self.muon = Muon(matrices, options.weight_decay, options.muon_rounds)
            rest = {name: weight for name, weight in self.weights.items() if name not in matrices}
            self.adamw = AdamW(rest, 0.0, (0.9, 0.95))
        else:
            self.adamw = AdamW(rest, options.weight_decay, (0.9, 0.99))

    def step(self, number: int, steps: int) -> float:
        """Correct the weights with their gradients, then forget the gradients; returns the learning rate used."""
        share = schedule(number, steps, self.options.warmup, self.options.decay)
        if self.muon is not None:
            self.muon.step(number, self.options.matrix_learning_rate * share, share)
        self.adamw.step(number, self.options.learning_rate * share)
        for weight in self.weights.values():
            weight.grad = None
        rate = self.options.matrix_learning_rate if self.muon is not None else self.options.learning_rate
        return rate * share

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


def _lies(matrix: Tensor) -> bool:
    return matrix.shape[0] <= matrix.shape[1]


def _gradient(weight: nn.Parameter) -> Tensor:
    assert weight.grad is not None, "every weight takes part in every step"
    return weight.grad
