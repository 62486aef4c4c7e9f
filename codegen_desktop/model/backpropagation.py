"""The model's forward and backward pass written out by hand: the same numbers as autograd's, in much less time.

A small model on a processor spends more time around its matrix products than in them: autograd keeps a node for every
operation and asks for fresh memory at every one. Here each part of a layer keeps in standing memory what its backward
pass will need, and the backward pass is the chain rule, line by line. `Transformer` stays the definition: the tests
compare every gradient with autograd's through it.

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


def judge_of(model: Transformer, device: torch.device, rows: int) -> Callable[[Batch, Tensor], Judgement]:
    """The faster way on this device to judge batches of up to `rows` rows and leave their gradients."""
    written_out = device.type == "cpu" and model.shape.context <= LONGEST
    return Backpropagation(model, rows) if written_out else partial(by_autograd, model)


class Backpropagation:
    """`by_autograd` written out, for one model on the processor and batches of up to `rows` rows.

    Takes the place of the weights' gradients for good: they must not be set to None while it is used.
    """

    def __init__(self, model: Transformer, rows: int) -> None:
        self.model = model
        self.embedding = model.model.embed_tokens.weight
        self._blocks: dict[str, Tensor] = {}
        self._plans: dict[tuple[int, int], _Plan] = {}
        _Plan(model, rows, model.shape.context, self._room)  # lays out all memory, large enough for every batch

    @torch.no_grad()
    def __call__(self, batch: Batch, shares: Tensor) -> Judgement:
        """Judge a batch and leave every weight's gradient of Σ shares·losses. shares: (N,)."""
        B, T = batch.inputs.shape
        plan = self._plans.get((B, T))
        if plan is None:
            plan = self._plans[B, T] = _Plan(self.model, B, T, self._room)
        ids = batch.inputs.flatten()
        torch.index_select(self.embedding, 0, ids, out=plan.stream)
        for part in plan.parts:
            part.forward()
        judgement = self._head(plan, batch, shares)
        for part in reversed(plan.parts):
            part.backward()
        gradient_of(self.embedding).index_add_(0, ids, plan.slope)
        return judgement

    def _head(self, plan: "_Plan", batch: Batch, shares: Tensor) -> Judgement:
        """Judge the real positions of the stream and write its slope."""
        count, (vocabulary, width) = len(batch.targets), self.embedding.shape
        read = torch.index_select(plan.stream, 0, batch.wanted)  # (N, C)
        norm = _Norm(self.model.model.norm, self._room, "last", read, self._room("last out", count, width))
        final = norm.forward()
        scores = torch.mm(final, self.embedding.t(), out=self._room("scores", count, vocabulary))
        target = batch.targets.unsqueeze(1)
        own, best = scores.gather(1, target), scores.amax(dim=-1, keepdim=True)  # (N, 1)
        raised = scores.sub_(best).exp_()  # e^(score - best); divided by their sum they are the probabilities
        total = raised.sum(dim=-1, keepdim=True)
        losses = total.log() - (own - best)
        # The slope of a score is its probability, less 1 for the target. Everything stays multiplied by `total` here,
        # and is divided by it where there are only C numbers a row.
        raised.scatter_add_(1, target, -total)
        per_row = shares.unsqueeze(1) / total
        torch.mm(raised.t(), final * per_row, out=gradient_of(self.embedding))
        at_final = torch.mm(raised, self.embedding).mul_(per_row)
        plan.slope.zero_().index_copy_(0, batch.wanted, norm.backward(at_final))
        return Judgement(losses.squeeze(1), (own >= best).squeeze(1))

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
    """The parts of the model with all their places for one size of batch, so that a pass only computes."""

    def __init__(self, model: Transformer, B: int, T: int, room: Room) -> None:
        shape = model.shape
        self.stream, self.slope = (room(name, B * T, shape.width) for name in ("stream", "slope"))
        place = _Place(B, T, shape.heads, *_tables(model, T), self.stream, self.slope)
        self.parts: list[_Attention | _FeedForward] = []
        for number, layer in enumerate(model.model.layers):
            assert isinstance(layer, Layer)
            self.parts.append(_Attention(layer, place, room, f"{number} attention"))
            self.parts.append(_FeedForward(layer, place, room, f"{number} feed-forward"))


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """What all parts share: the size, the tables of the positions, the residual stream and its slope, (M, C) both."""

    B: int
    T: int
    H: int
    cosine: Tensor  # (T, C), the same for every head
    sine: Tensor  # (T, C), negative in the first half of a head
    mask: Tensor  # (T, T), added to the scores of attention
    stream: Tensor
    slope: Tensor


def _tables(model: Transformer, T: int) -> tuple[Tensor, Tensor, Tensor]:
    """Cosine, signed sine and mask for rows of T positions."""
    cosine, sine = (table[:T].to(model.model.embed_tokens.weight) for table in rotation(model.shape))  # (T, 1, D)
    half = model.shape.head_width // 2
    signed = torch.cat([-sine[..., :half], sine[..., half:]], dim=-1)
    mask = sine.new_full((T, T), -math.inf).triu_(1) if model.causal else sine.new_zeros(T, T)
    cosine, signed = (table.repeat(1, 1, model.shape.heads).squeeze(1) for table in (cosine, signed))
    return cosine, signed, mask


class _Norm:
    """RMSNorm of x, (..., C), into `out`: x·r·w with r = 1/√(mean x² + ε)."""

    def __init__(self, norm: RMSNorm, room: Room, name: str, x: Tensor, out: Tensor) -> None:
        self.x, self.out = x, out
        self.weight, self.gradient = norm.weight, gradient_of(norm.weight)
        self.epsilon = x.new_tensor(norm.epsilon)
        self.inverse = room(f"{name} inverse", *x.shape[:-1], 1)
        self.normal = room(f"{name} normal", *x.shape)
        self.product = room("norm product", *x.shape)
        self.along = room("norm along", x.shape[0])

    def forward(self) -> Tensor:
        """Fill `out`."""
        _inverse_root(self.x, self.epsilon, self.inverse)
        torch.mul(self.x, self.inverse, out=self.normal)
        return self.again()

    def again(self) -> Tensor:
        """Fill `out` once more: others use its place, and making it again is cheaper than fetching it from afar."""
        return torch.mul(self.normal, self.weight, out=self.out)

    def backward(self, slope: Tensor) -> Tensor:
        """The slope of x, made in the place of `slope`, that of the output."""
        torch.mul(slope, self.normal, out=self.product)
        torch.sum(self.product, 0, out=self.gradient)
        torch.mv(self.product, self.weight, out=self.along)
        slope.mul_(self.weight).addcmul_(self.normal, self.along.unsqueeze(1), value=-1.0 / slope.shape[-1])
        return slope.mul_(self.inverse)


def _inverse_root(x: Tensor, epsilon: Tensor, out: Tensor) -> None:
    """1/√(mean x² + ε) over the last dimension: (..., C) to (..., 1)."""
    torch.linalg.vector_norm(x, dim=-1, keepdim=True, out=out)
    torch.addcmul(epsilon, out, out, value=1.0 / x.shape[-1], out=out).rsqrt_()


class _Attention:
    """x + o(softmax(q·kᵀ/√D + mask)·v) with q, k and v read from the norm of x."""

    def __init__(self, layer: Layer, place: _Place, room: Room, name: str) -> None:
        part, (M, C) = layer.self_attn, place.stream.shape
        B, T, H, D = place.B, place.T, place.H, C // place.H
        self.place = place
        self.read = room("read", M, C)
        self.norm = _Norm(layer.input_layernorm, room, name, place.stream, self.read)
        self.weights = [proj.weight for proj in (part.q_proj, part.k_proj, part.v_proj, part.o_proj)]
        self.gradients = [gradient_of(weight) for weight in self.weights]
        self.asked = room("asked", 3, M, C)  # q, k and v as they are read; in the backward pass their slopes
        self.norms = part.q_norm.weight, part.k_norm.weight
        self.norm_gradients = [gradient_of(weight) for weight in self.norms]
        self.epsilon = place.stream.new_tensor(part.q_norm.epsilon)
        self.inverse = room(f"{name} q k inverse", 2, M, H, 1)
        self.normal = room(f"{name} q k normal", 2, M, C)
        self.weighted, self.swapped = room("weighted", 2, M, C), room("swapped", 2, M, C)
        self.along = room("q k along", 2, M * H, 1)
        self.turned = room("turned", 2, M, C)
        self.heads = room(f"{name} heads", 3, B * H, T, D)  # q, k and v with every head by itself
        self.found = room(f"{name} found", M, C)
        self.looks = room(f"{name} looks", B * H, T, T)
        self.table, self.table_product = room("table", B * H, T, T), room("table product", B * H, T, T)
        self.mixed, self.at_heads = room("mixed", B * H, T, D), room("at heads", 3, B * H, T, D)
        self.rows = (2, B, T, C)

    def forward(self) -> None:
        """Add what was found to the stream."""
        read = self.norm.forward()
        q, k, v, o = self.weights
        torch.mm(read, q.t(), out=self.asked[0])
        torch.mm(read, k.t(), out=self.asked[1])
        torch.mm(read, v.t(), out=self.asked[2])
        by_head = self.asked[:2].view(*self.inverse.shape[:-1], -1)
        _inverse_root(by_head, self.epsilon, self.inverse)
        torch.mul(by_head, self.inverse, out=self.normal.view_as(by_head))
        torch.mul(self.normal, self._norm_weights(), out=self.weighted)
        torch.mul(self.weighted.view(self.rows), self.place.cosine, out=self.turned.view(self.rows))
        self._swap(self.weighted, self.swapped)
        self.turned.view(self.rows).addcmul_(self.swapped.view(self.rows), self.place.sine)
        self._to_heads(self.turned, self.heads[:2])
        self._to_heads(self.asked[2:], self.heads[2:])
        q_heads, k_heads, v_heads = self.heads.unbind()
        torch.baddbmm(self.place.mask, q_heads, k_heads.mT, alpha=q_heads.shape[-1] ** -0.5, out=self.table)
        torch.softmax(self.table, -1, out=self.looks)
        self._from_heads(torch.bmm(self.looks, v_heads, out=self.mixed).unsqueeze(0), self.found.unsqueeze(0))
        self.place.stream.addmm_(self.found, o.t())

    def backward(self) -> None:
        """Add to the stream's slope what goes through the attention."""
        slope, (q, k, v, o) = self.place.slope, self.weights
        torch.mm(slope.t(), self.found, out=self.gradients[3])
        at_found = torch.mm(slope, o, out=self.asked[2])
        self._to_heads(at_found.unsqueeze(0), self.mixed.unsqueeze(0))
        q_heads, k_heads, v_heads = self.heads.unbind()
        at_q, at_k, at_v = self.at_heads.unbind()
        torch.bmm(self.looks.mT, self.mixed, out=at_v)
        torch.bmm(self.mixed, v_heads.mT, out=self.table)
        at_scores = torch.ops.aten._softmax_backward_data.out(
            self.table, self.looks, -1, self.table.dtype, grad_input=self.table_product
        )
        torch.bmm(at_scores, k_heads, out=at_q)
        torch.bmm(at_scores.mT, q_heads, out=at_k)
        self._from_heads(self.at_heads[:2], self.turned)
        self._from_heads(self.at_heads[2:], self.asked[2:])
        self._backward_q_k()
        read = self.norm.again()
        for slopes, gradient in zip(self.asked, self.gradients, strict=False):
            torch.mm(slopes.t(), read, out=gradient)
        at_read = torch.mm(self.asked[0], q, out=read)
        at_read.addmm_(self.asked[1], k).addmm_(self.asked[2], v)
        slope.add_(self.norm.backward(at_read))

    def _backward_q_k(self) -> None:
        """From the slopes of the turned q and k, still without the scale, to those of q and k as they were read."""
        asked = self.asked[:2]
        torch.mul(self.turned.view(self.rows), self.place.sine, out=asked.view(self.rows))
        self._swap(asked, self.swapped)
        at_weighted = self.swapped.view(self.rows).addcmul_(self.turned.view(self.rows), self.place.cosine)
        at_weighted = at_weighted.view_as(self.normal).mul_(self.heads.shape[-1] ** -0.5)
        product = torch.mul(at_weighted, self.normal, out=self.weighted).view(2, len(self.along[0]), -1)
        for total, gradient in zip(product.sum(1), self.norm_gradients, strict=True):
            gradient.copy_(total)
        torch.bmm(product, torch.stack(self.norms).unsqueeze(2), out=self.along)
        at_weighted.mul_(self._norm_weights())
        by_head = at_weighted.view(*self.inverse.shape[:-1], -1)
        by_head.addcmul_(self.normal.view_as(by_head), self.along.view_as(self.inverse), value=-1.0 / by_head.shape[-1])
        torch.mul(by_head, self.inverse, out=asked.view_as(by_head))

    def _to_heads(self, x: Tensor, heads: Tensor) -> None:
        """(n, M, C) written to (n, B·H, T, D)."""
        B, T, H = self.place.B, self.place.T, self.place.H
        heads.view(-1, B, H, T, heads.shape[-1]).copy_(x.view(len(x), B, T, H, -1).transpose(2, 3))

    def _from_heads(self, heads: Tensor, x: Tensor) -> None:
        """(n, B·H, T, D) written to (n, M, C)."""
        B, T, H = self.place.B, self.place.T, self.place.H
        x.view(len(x), B, T, H, -1).copy_(heads.view(-1, B, H, T, heads.shape[-1]).transpose(2, 3))

    def _norm_weights(self) -> Tensor:
        """The weights of both norms, once for every head: (2, 1, C)."""
        weights = torch.stack(self.norms).unsqueeze(1)  # (2, 1, D)
        return torch.cat([weights] * self.place.H, dim=2)

    def _swap(self, x: Tensor, out: Tensor) -> None:
        """The two halves of every head in each other's place: (2, M, C)."""
        halves = x.view(2, x.shape[1], self.place.H, 2, -1)
        torch.cat([halves[:, :, :, 1:], halves[:, :, :, :1]], dim=3, out=out.view_as(halves))


class _FeedForward:
    """x + down(silu(gate(n))·up(n)) with n the norm of x."""

    def __init__(self, layer: Layer, place: _Place, room: Room, name: str) -> None:
        part, (M, C) = layer.mlp, place.stream.shape
        self.place = place
        self.norm = _Norm(layer.post_attention_layernorm, room, name, place.stream, room("read", M, C))
        self.weights = [proj.weight for proj in (part.gate_proj, part.up_proj, part.down_proj)]
        self.gradients = [gradient_of(weight) for weight in self.weights]
        wide = (M, len(part.gate_proj.weight))
        self.gates, self.features = room(f"{name} gates", *wide), room(f"{name} features", *wide)
        self.opened, self.made = room("opened", *wide), room("made", *wide)

    def forward(self) -> None:
        """Add what was made to the stream."""
        gate, up, down = self.weights
        read = self.norm.forward()
        torch.mm(read, gate.t(), out=self.gates)
        torch.mm(read, up.t(), out=self.features)
        self.place.stream.addmm_(self._make(), down.t())

    def _make(self) -> Tensor:
        """silu(gates)·features; made twice rather than kept."""
        torch.ops.aten.silu.out(self.gates, out=self.opened)
        return torch.mul(self.opened, self.features, out=self.made)

    def backward(self) -> None:
        """Add to the stream's slope what goes through the feed-forward part."""
        slope, (gate, up, down) = self.place.slope, self.weights
        torch.mm(slope.t(), self._make(), out=self.gradients[2])
        at_made = torch.mm(slope, down, out=self.made)
        at_features = self.opened.mul_(at_made)
        at_silu = at_made.mul_(self.features)
        at_gates = torch.ops.aten.silu_backward.grad_input(at_silu, self.gates, grad_input=at_silu)
        read = self.norm.again()
        torch.mm(at_features.t(), read, out=self.gradients[1])
        torch.mm(at_gates.t(), read, out=self.gradients[0])
        at_read = torch.mm(at_features, up, out=read).addmm_(at_gates, gate)
        slope.add_(self.norm.backward(at_read))
