"""What surrounds the matrix products of a training step: norms, turning, softmax, gates, the loss, and their slopes.

Two forms give the same numbers: plain ones in torch, and ones compiled from `operations.c`, which pass over memory
once where torch does so for every sign in a formula. Letters in shapes as in `transformer`; M = B·T. All tensors are
contiguous. What an operation is told to fill or change is named in its first line.
"""

import math
from typing import Any, Protocol

import torch
from torch import Tensor

from codegen_desktop.model import compiled


class Operations(Protocol):
    """All of them. Slopes are derivatives of the loss."""

    def norm(self, x: Tensor, weight: Tensor, epsilon: float, inverse: Tensor, normal: Tensor, out: Tensor) -> None:
        """Fill inverse (M) = 1/√(mean x² + ε), normal = x·inverse and out = normal·weight; x: (M, C)."""
        ...

    def norm_back(
        self, slope: Tensor, normal: Tensor, inverse: Tensor, weight: Tensor, gradient: Tensor, into: Tensor
    ) -> None:
        """Add the slope of x to `into` (M, C) and fill the gradient of the weight (C); slope, that of out, is lost."""
        ...

    def heads(
        self, asked: Tensor, weights: Tensor, epsilon: float, cosine: Tensor, sine: Tensor, inverse: Tensor,
        normal: Tensor, out: Tensor,
    ) -> None:  # fmt: skip
        """Fill out (3, B, H, T, D) with q and k, normalised per head and turned, and v, of asked (3, B, T, H, D).

        weights: (2, D), cosine and sine: (T, D/2). Fills inverse (2, B, T, H) and normal (2, B, T, H, D) as well.
        """
        ...

    def heads_back(
        self, slopes: Tensor, weights: Tensor, cosine: Tensor, sine: Tensor, inverse: Tensor, normal: Tensor,
        asked: Tensor, gradients: Tensor,
    ) -> None:  # fmt: skip
        """Fill asked (3, B, T, H, D) with the slopes of q, k and v as they were asked, from those of `heads`' out.

        Fills the gradients of both weights, (2, D); slopes (3, B, H, T, D) are lost.
        """
        ...

    def looks(self, scores: Tensor, scale: float, causal: bool) -> None:
        """Turn scores (n, T, T) into shares: the softmax of scale·scores over the positions that may be seen."""
        ...

    def looks_back(self, slope: Tensor, shares: Tensor, scale: float) -> None:
        """Turn the slope of the shares, (n, T, T), into that of the scores."""
        ...

    def gate(self, gates: Tensor, features: Tensor, made: Tensor) -> None:
        """Fill made = silu(gates)·features; (M, F) each."""
        ...

    def gate_back(self, slope: Tensor, gates: Tensor, features: Tensor) -> None:
        """Turn gates and features into their own slopes, from that of `made`, which is lost; (M, F) each."""
        ...

    def judge(self, scores: Tensor, targets: Tensor, shares: Tensor) -> tuple[Tensor, Tensor]:
        """Turn scores (N, V) into their slopes of Σ shares·losses; returns losses (N) and right (N, bool)."""
        ...

    def look_ahead(self, gradients: Tensor, momentum: Tensor, keep: float) -> float:
        """Draw momentum towards the gradients by 1 - keep, then the gradients towards it by keep (Nesterov).

        Returns the length of the gradients as they were.
        """
        ...

    def correct(self, values: Tensor, corrections: Tensor, sizes: Tensor, decay: float, rate: float) -> float:
        """Take rate times a change from the values, (n, R, C): sizes·corrections, and decay·values where both agree.

        Returns the length of the change, the rate included. corrections (n, R, C) are lost; sizes: (n, 1, 1).
        """
        ...


class PlainOperations:
    """In torch, for every device and precision."""

    def norm(self, x: Tensor, weight: Tensor, epsilon: float, inverse: Tensor, normal: Tensor, out: Tensor) -> None:
        """See Operations."""
        torch.mean(x.square(), -1, out=inverse).add_(epsilon).rsqrt_()
        torch.mul(x, inverse.unsqueeze(-1), out=normal)
        torch.mul(normal, weight, out=out)

    def norm_back(
        self, slope: Tensor, normal: Tensor, inverse: Tensor, weight: Tensor, gradient: Tensor, into: Tensor
    ) -> None:
        """See Operations."""
        product = slope * normal
        torch.sum(product, 0, out=gradient)
        along = (product @ weight).unsqueeze(1) / slope.shape[1]
        into.addcmul_(slope.mul_(weight).addcmul_(normal, along, value=-1.0), inverse.unsqueeze(1))

    def heads(
        self, asked: Tensor, weights: Tensor, epsilon: float, cosine: Tensor, sine: Tensor, inverse: Tensor,
        normal: Tensor, out: Tensor,
    ) -> None:  # fmt: skip
        """See Operations."""
        torch.mean(asked[:2].square(), -1, out=inverse).add_(epsilon).rsqrt_()
        torch.mul(asked[:2], inverse.unsqueeze(-1), out=normal)
        first, second = (normal * weights[:, None, None, None]).chunk(2, dim=-1)
        cosine, sine = cosine.unsqueeze(1), sine.unsqueeze(1)  # (T, 1, D/2)
        turned = torch.cat([first * cosine - second * sine, second * cosine + first * sine], dim=-1)
        out[:2].copy_(turned.transpose(2, 3))
        out[2].copy_(asked[2].transpose(1, 2))

    def heads_back(
        self, slopes: Tensor, weights: Tensor, cosine: Tensor, sine: Tensor, inverse: Tensor, normal: Tensor,
        asked: Tensor, gradients: Tensor,
    ) -> None:  # fmt: skip
        """See Operations."""
        first, second = slopes[:2].transpose(2, 3).chunk(2, dim=-1)
        cosine, sine = cosine.unsqueeze(1), sine.unsqueeze(1)
        back = torch.cat([first * cosine + second * sine, second * cosine - first * sine], dim=-1)  # (2, B, T, H, D)
        product = back * normal
        torch.sum(product.flatten(1, 3), 1, out=gradients)
        weights = weights[:, None, None, None]
        along = (product * weights).mean(-1, keepdim=True)
        torch.mul(back.mul_(weights).addcmul_(normal, along, value=-1.0), inverse.unsqueeze(-1), out=asked[:2])
        asked[2].copy_(slopes[2].transpose(1, 2))

    def looks(self, scores: Tensor, scale: float, causal: bool) -> None:
        """See Operations."""
        if causal:
            T = scores.shape[-1]
            scores.masked_fill_(torch.ones(T, T, dtype=torch.bool, device=scores.device).triu_(1), -torch.inf)
        scores.copy_(torch.softmax(scores.mul_(scale), -1))

    def looks_back(self, slope: Tensor, shares: Tensor, scale: float) -> None:
        """See Operations."""
        along = (slope * shares).sum(-1, keepdim=True)
        slope.sub_(along).mul_(shares).mul_(scale)

    def gate(self, gates: Tensor, features: Tensor, made: Tensor) -> None:
        """See Operations."""
        torch.mul(torch.nn.functional.silu(gates), features, out=made)

    def gate_back(self, slope: Tensor, gates: Tensor, features: Tensor) -> None:
        """See Operations."""
        opened = gates.sigmoid()
        silu = gates * opened
        bend = opened.addcmul_(silu, 1.0 - opened)  # the slope of silu
        torch.mul(slope, features, out=gates).mul_(bend)
        torch.mul(slope, silu, out=features)

    def judge(self, scores: Tensor, targets: Tensor, shares: Tensor) -> tuple[Tensor, Tensor]:
        """See Operations."""
        target = targets.unsqueeze(1)
        own, best = scores.gather(1, target), scores.amax(dim=-1, keepdim=True)  # (N, 1)
        raised = scores.sub_(best).exp_()  # e^(score - best); divided by their sum they are the probabilities
        total = raised.sum(dim=-1, keepdim=True)
        losses = total.log() - (own - best)
        share = shares.unsqueeze(1)
        raised.mul_(share / total).scatter_add_(1, target, -share)
        return losses.squeeze(1), (own >= best).squeeze(1)

    def look_ahead(self, gradients: Tensor, momentum: Tensor, keep: float) -> float:
        """See Operations."""
        length = float(torch.linalg.vector_norm(gradients))
        momentum.lerp_(gradients, 1.0 - keep)
        gradients.lerp_(momentum, keep)
        return length

    def correct(self, values: Tensor, corrections: Tensor, sizes: Tensor, decay: float, rate: float) -> float:
        """See Operations."""
        corrections.mul_(sizes)
        agrees = (corrections * values).gt_(0)  # 1 where it does, 0 elsewhere
        corrections.addcmul_(agrees, values, value=decay)
        values.add_(corrections, alpha=-rate)
        return rate * float(torch.linalg.vector_norm(corrections))


class CompiledOperations:
    """From `operations.c`, for float32 on the processor; see Operations for what each does."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def norm(self, x: Tensor, weight: Tensor, epsilon: float, inverse: Tensor, normal: Tensor, out: Tensor) -> None:
        """See Operations."""
        self._library.norm(*_places(x, weight), epsilon, *_places(inverse, normal, out), *x.shape)

    def norm_back(
        self, slope: Tensor, normal: Tensor, inverse: Tensor, weight: Tensor, gradient: Tensor, into: Tensor
    ) -> None:
        """See Operations."""
        self._library.norm_back(*_places(slope, normal, inverse, weight, gradient, into), *slope.shape)

    def heads(
        self, asked: Tensor, weights: Tensor, epsilon: float, cosine: Tensor, sine: Tensor, inverse: Tensor,
        normal: Tensor, out: Tensor,
    ) -> None:  # fmt: skip
        """See Operations."""
        arrays = _places(cosine, sine, inverse, normal, out)
        self._library.heads(*_places(asked, weights), epsilon, *arrays, *asked.shape[1:])

    def heads_back(
        self, slopes: Tensor, weights: Tensor, cosine: Tensor, sine: Tensor, inverse: Tensor, normal: Tensor,
        asked: Tensor, gradients: Tensor,
    ) -> None:  # fmt: skip
        """See Operations."""
        arrays = _places(slopes, weights, cosine, sine, inverse, normal, asked, gradients)
        self._library.heads_back(*arrays, *asked.shape[1:])

    def looks(self, scores: Tensor, scale: float, causal: bool) -> None:
        """See Operations."""
        self._library.looks(*_places(scores), scale, causal, *scores.shape[:2])

    def looks_back(self, slope: Tensor, shares: Tensor, scale: float) -> None:
        """See Operations."""
        self._library.looks_back(*_places(slope, shares), scale, *slope.shape[:2])

    def gate(self, gates: Tensor, features: Tensor, made: Tensor) -> None:
        """See Operations."""
        self._library.gate(*_places(gates, features, made), made.numel())

    def gate_back(self, slope: Tensor, gates: Tensor, features: Tensor) -> None:
        """See Operations."""
        self._library.gate_back(*_places(slope, gates, features), slope.numel())

    def judge(self, scores: Tensor, targets: Tensor, shares: Tensor) -> tuple[Tensor, Tensor]:
        """See Operations."""
        losses, right = torch.empty_like(shares), torch.empty(len(shares), dtype=torch.bool)
        self._library.judge(*_places(scores, targets, shares, losses, right), *scores.shape)
        return losses, right

    def look_ahead(self, gradients: Tensor, momentum: Tensor, keep: float) -> float:
        """See Operations."""
        squares: float = self._library.look_ahead(*_places(gradients, momentum), keep, gradients.numel())
        return math.sqrt(squares)

    def correct(self, values: Tensor, corrections: Tensor, sizes: Tensor, decay: float, rate: float) -> float:
        """See Operations."""
        count = values[0].numel()
        squares: float = self._library.correct(*_places(values, corrections, sizes), decay, rate, len(values), count)
        return rate * math.sqrt(squares)


def _places(*tensors: Tensor) -> list[int]:
    """Where the numbers of some tensors lie."""
    assert all(tensor.is_contiguous() for tensor in tensors), "row after row, as the compiled form reads them"
    return [tensor.data_ptr() for tensor in tensors]


def operations_for(device: torch.device, dtype: torch.dtype = torch.float32) -> Operations:
    """The faster form there is for this device and precision."""
    library = compiled.library() if device.type == "cpu" and dtype is torch.float32 else None
    return CompiledOperations(library) if library is not None else PlainOperations()
