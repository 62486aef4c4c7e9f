"""The model's forward and backward pass written out by hand: the same numbers as autograd's, in much less time.

A small model on a processor spends more time around its matrix products than in them: autograd keeps a node for every
operation and asks for fresh memory at every one. Here each part of a layer keeps in standing memory what its backward
pass will need, and the backward pass is the chain rule, line by line: matrix products here, what surrounds them in
`operations`. `Transformer` stays the definition: the tests compare every gradient with autograd's through it.

Letters in shapes as in `transformer`; M is the number of positions, B·T, and N that of real targets among them.
"Slope of x" is short for the derivative of the loss with respect to x.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional as F

from codegen_desktop.model.batches import Batch
from codegen_desktop.model.operations import Operations, operations_for
from codegen_desktop.model.transformer import Layer, RMSNorm, Transformer, rotation

LONGEST = 256
"""Positions in a row up to which the whole table of attention is small enough to be kept."""

Room = Callable[..., Tensor]
"""`room(name, *size)` gives standing memory: the same place for the same name, filled with whatever was there."""


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What a pass found, for every target: its loss in nats, and whether it had the highest score. (N,) each."""

    losses: Tensor
    right: Tensor


def by_autograd(model: Transformer, batch: Batch, shares: Tensor) -> Judgement:
    """Judge a batch and leave every weight's gradient of Σ shares·losses. shares: (N,)."""
    known = [weight.grad for weight in model.parameters() if weight.grad is not None]
    if known:
        torch._foreach_zero_(known)
    logits = model(batch.inputs, batch.wanted)  # (N, V)
    losses = F.cross_entropy(logits, batch.targets, reduction="none")  # (N,)
    torch.autograd.backward(losses @ shares)
    scores = logits.detach()
    own = scores.gather(1, batch.targets.unsqueeze(1)).squeeze(1)
    return Judgement(losses.detach(), own >= scores.amax(dim=-1))


def judge_of(
    model: Transformer, device: torch.device, rows: int, operations: Operations | None = None
) -> Callable[[Batch, Tensor], Judgement]:
    """The faster way on this device to judge batches of up to `rows` rows and leave their gradients."""
    written_out = device.type == "cpu" and model.shape.context <= LONGEST
    return Backpropagation(model, rows, operations) if written_out else partial(by_autograd, model)


class Backpropagation:
    """`by_autograd` written out, for one model and batches of up to `rows` rows.

    Takes the place of the weights' gradients for good: they must not be set to None while it is used.
    """

    def __init__(self, model: Transformer, rows: int, operations: Operations | None = None) -> None:
        self.model = model
        self.embedding = model.model.embed_tokens.weight
        self._operations = operations or operations_for(self.embedding.device, self.embedding.dtype)
        self._blocks: dict[str, Tensor] = {}
        self._plans: dict[tuple[int, int], _Plan] = {}
        self._plan(rows, model.shape.context)  # lays out all memory, large enough for every batch

    @torch.no_grad()
    def __call__(self, batch: Batch, shares: Tensor) -> Judgement:
        """Judge a batch and leave every weight's gradient of Σ shares·losses. shares: (N,)."""
        plan, embedding = self._plan(*batch.inputs.shape), self.embedding
        ids = batch.inputs.flatten()
        torch.index_select(embedding, 0, ids, out=plan.stream)
        for part in plan.parts:
            part.forward()
        read = torch.index_select(plan.stream, 0, batch.wanted)  # (N, C)
        norm = _Norm(self.model.model.norm, plan.operations, self._room, "last", read, torch.empty_like(read))
        scores = self._room("scores", len(read), len(embedding))
        torch.mm(norm.forward(), embedding.t(), out=scores)
        losses, right = plan.operations.judge(scores, batch.targets, shares)  # scores are their own slopes now
        torch.mm(scores.t(), norm.out, out=gradient_of(embedding))
        at_read = torch.zeros_like(read)
        norm.backward(torch.mm(scores, embedding), at_read)
        plan.slope.zero_().index_copy_(0, batch.wanted, at_read)
        for part in reversed(plan.parts):
            part.backward()
        gradient_of(embedding).index_add_(0, ids, plan.slope)
        return Judgement(losses, right)

    def _plan(self, B: int, T: int) -> "_Plan":
        plan = self._plans.get((B, T))
        if plan is None:
            plan = self._plans[B, T] = _Plan(self.model, B, T, self._operations, self._room)
        return plan

    def _room(self, name: str, *size: int) -> Tensor:
        """Standing memory by name; a larger wish than before gets a larger place."""
        block = self._blocks.get(name)
        count = math.prod(size)
        if block is None or len(block) < count:
            block = self._blocks[name] = self.embedding.detach().new_empty(count)
        return block[:count].view(size)


def gradient_of(weight: Tensor) -> Tensor:
    """The memory of a weight's gradient, made where there is none yet."""
    if weight.grad is None:
        weight.grad = torch.empty_like(weight)
    return weight.grad


class _Plan:
    """The parts of the model with all their places for one size of batch, so that a pass only computes.

    `stream` is the residual stream and `slope` the loss' slope there: (M, C) both.
    """

    def __init__(self, model: Transformer, B: int, T: int, operations: Operations, room: Room) -> None:
        shape = model.shape
        self.B, self.T, self.operations = B, T, operations
        self.stream, self.slope = (room(name, B * T, shape.width) for name in ("stream", "slope"))
        half = shape.head_width // 2
        self.cosine, self.sine = (
            table[:T, 0, :half].to(self.stream).contiguous() for table in rotation(shape)
        )  # (T, D/2): both halves of a head turn by the same angles
        self.parts: list[_Attention | _FeedForward] = []
        for number, layer in enumerate(model.model.layers):
            assert isinstance(layer, Layer)
            self.parts.append(_Attention(layer, self, room, f"{number} attention"))
            self.parts.append(_FeedForward(layer, self, room, f"{number} feed-forward"))


class _Norm:
    """The norm of x, (..., C), into `out`."""

    def __init__(self, norm: RMSNorm, operations: Operations, room: Room, name: str, x: Tensor, out: Tensor) -> None:
        self.operations, self.x, self.out = operations, x, out
        self.weight, self.gradient, self.epsilon = norm.weight, gradient_of(norm.weight), norm.epsilon
        self.inverse = room(f"{name} inverse", len(x))
        self.normal = room(f"{name} normal", *x.shape)

    def forward(self) -> Tensor:
        """Fill `out`."""
        self.operations.norm(self.x, self.weight, self.epsilon, self.inverse, self.normal, self.out)
        return self.out

    def again(self) -> Tensor:
        """Fill `out` once more: others use its place, and making it again is cheaper than fetching it from afar."""
        return torch.mul(self.normal, self.weight, out=self.out)

    def backward(self, slope: Tensor, into: Tensor) -> None:
        """Add the slope of x to `into`; `slope`, that of the output, is used up."""
        self.operations.norm_back(slope, self.normal, self.inverse, self.weight, self.gradient, into)


class _Attention:
    """x + o(softmax(q·kᵀ/√D)·v) with q, k and v read from the norm of x."""

    def __init__(self, layer: Layer, plan: _Plan, room: Room, name: str) -> None:
        part, (M, C), B, T = layer.self_attn, plan.stream.shape, plan.B, plan.T
        H, D = part.heads, C // part.heads
        self.plan, self.causal, self.scale = plan, part.causal, D**-0.5
        self.norm = _Norm(layer.input_layernorm, plan.operations, room, name, plan.stream, room("read", M, C))
        self.weights = [proj.weight for proj in (part.q_proj, part.k_proj, part.v_proj, part.o_proj)]
        self.gradients = [gradient_of(weight) for weight in self.weights]
        self.norms = part.q_norm.weight, part.k_norm.weight
        self.norm_gradients = [gradient_of(weight) for weight in self.norms]
        self.epsilon = part.q_norm.epsilon
        self.asked = room("asked", 3, M, C)  # q, k and v as they are read; on the way back their slopes
        self.asked_by_head = self.asked.view(3, B, T, H, D)
        self.inverse, self.normal = (
            room(f"{name} heads inverse", 2, B, T, H),
            room(f"{name} heads normal", 2, B, T, H, D),
        )
        self.heads = room(f"{name} heads", 3, B, H, T, D)  # q, k and v with every head by itself
        self.q, self.k, self.v = self.heads.view(3, B * H, T, D).unbind()
        self.at_heads = room("at heads", 3, B, H, T, D)
        self.at_q, self.at_k, self.at_v = self.at_heads.view(3, B * H, T, D).unbind()
        self.looks, self.at_looks = room(f"{name} looks", B * H, T, T), room("at looks", B * H, T, T)
        self.mixed = room("mixed", B * H, T, D)
        self.mixed_by_head = self.mixed.view(B, H, T, D).transpose(1, 2)
        self.found = room(f"{name} found", M, C)
        self.found_by_head = self.found.view(B, T, H, D)

    def forward(self) -> None:
        """Add what was found to the stream."""
        plan, read, (q, k, v, o) = self.plan, self.norm.forward(), self.weights
        for weight, asked in zip((q, k, v), self.asked, strict=True):
            torch.mm(read, weight.t(), out=asked)
        plan.operations.heads(
            self.asked_by_head, torch.stack(self.norms), self.epsilon, plan.cosine, plan.sine, self.inverse,
            self.normal, self.heads,
        )  # fmt: skip
        torch.bmm(self.q, self.k.mT, out=self.looks)
        plan.operations.looks(self.looks, self.scale, self.causal)
        torch.bmm(self.looks, self.v, out=self.mixed)
        self.found_by_head.copy_(self.mixed_by_head)
        plan.stream.addmm_(self.found, o.t())

    def backward(self) -> None:
        """Add to the stream's slope what goes through the attention."""
        plan, slope, (q, k, v, o) = self.plan, self.plan.slope, self.weights
        torch.mm(slope.t(), self.found, out=self.gradients[3])
        torch.mm(slope, o, out=self.found)
        self.mixed_by_head.copy_(self.found_by_head)
        torch.bmm(self.looks.mT, self.mixed, out=self.at_v)
        torch.bmm(self.mixed, self.v.mT, out=self.at_looks)
        plan.operations.looks_back(self.at_looks, self.looks, self.scale)
        torch.bmm(self.at_looks, self.k, out=self.at_q)
        torch.bmm(self.at_looks.mT, self.q, out=self.at_k)
        norm_gradients = slope.new_empty(2, self.heads.shape[-1])
        plan.operations.heads_back(
            self.at_heads, torch.stack(self.norms), plan.cosine, plan.sine, self.inverse, self.normal,
            self.asked_by_head, norm_gradients,
        )  # fmt: skip
        for gradient, total in zip(self.norm_gradients, norm_gradients, strict=True):
            gradient.copy_(total)
        read = self.norm.again()
        for at_asked, gradient in zip(self.asked, self.gradients, strict=False):
            torch.mm(at_asked.t(), read, out=gradient)
        at_q, at_k, at_v = self.asked
        at_read = torch.mm(at_q, q, out=read).addmm_(at_k, k).addmm_(at_v, v)
        self.norm.backward(at_read, slope)


class _FeedForward:
    """x + down(silu(gate(n))·up(n)) with n the norm of x."""

    def __init__(self, layer: Layer, plan: _Plan, room: Room, name: str) -> None:
        part, (M, C) = layer.mlp, plan.stream.shape
        self.plan = plan
        self.norm = _Norm(layer.post_attention_layernorm, plan.operations, room, name, plan.stream, room("read", M, C))
        self.weights = [proj.weight for proj in (part.gate_proj, part.up_proj, part.down_proj)]
        self.gradients = [gradient_of(weight) for weight in self.weights]
        wide = (M, len(part.gate_proj.weight))
        self.gates, self.features = room(f"{name} gates", *wide), room(f"{name} features", *wide)
        self.made, self.at_made = room(f"{name} made", *wide), room("at made", *wide)

    def forward(self) -> None:
        """Add what was made to the stream."""
        read, (gate, up, down) = self.norm.forward(), self.weights
        torch.mm(read, gate.t(), out=self.gates)
        torch.mm(read, up.t(), out=self.features)
        self.plan.operations.gate(self.gates, self.features, self.made)
        self.plan.stream.addmm_(self.made, down.t())

    def backward(self) -> None:
        """Add to the stream's slope what goes through the feed-forward part."""
        slope, (gate, up, down) = self.plan.slope, self.weights
        torch.mm(slope.t(), self.made, out=self.gradients[2])
        torch.mm(slope, down, out=self.at_made)
        self.plan.operations.gate_back(self.at_made, self.gates, self.features)  # now their own slopes
        read = self.norm.again()
        torch.mm(self.gates.t(), read, out=self.gradients[0])
        torch.mm(self.features.t(), read, out=self.gradients[1])
        at_read = torch.mm(self.gates, gate, out=read).addmm_(self.features, up)
        self.norm.backward(at_read, slope)
