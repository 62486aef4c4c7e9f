"""The peer that training is compared with: a plain GPT-2-style model and the loop most people would train it with.

Architecture as published by Radford et al. 2019 (GPT-2): learned positions, LayerNorm before attention and
feed-forward, GELU, a feed-forward four times as wide as the stream, the head tied to the embedding. Sizes, settings
and loop are those of nanoGPT's example for the CPU (github.com/karpathy/nanoGPT, written anew from its description):
no biases, no dropout, AdamW with beta2 0.99 and decay 0.1 on matrices, learning rate 1e-3 falling to a tenth in a
cosine after 100 steps of warm-up, gradients cut at length 1, batch 12. One snippet a row, padded to 50 positions; the
loss leaves pads out. The rows lie ready as one tensor, so that making batches costs the peer next to nothing.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from codegen_desktop.model.rows import Rows
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.tokenization.tokenizer import START_ID

NO_TARGET = -1
"""Marks pads among the targets."""

MEASURING_BATCH = 50


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the plain model is trained; the defaults are those it ships with."""

    learning_rate: float = 1e-3
    batch: int = 12
    warmup: int = 100
    weight_decay: float = 0.1
    betas: tuple[float, float] = (0.9, 0.99)
    longest_gradient: float = 1.0

    def rate(self, step: int, steps: int) -> float:
        """The learning rate at a step (0-based) of a run of `steps`."""
        if step < self.warmup:
            return self.learning_rate * (step + 1) / (self.warmup + 1)
        share = (step - self.warmup) / max(1, steps - self.warmup)
        return self.learning_rate * (0.1 + 0.9 * 0.5 * (1.0 + math.cos(math.pi * min(1.0, share))))


class PlainAttention(nn.Module):
    """Queries, keys and values from one matrix; torch's own attention kernel."""

    def __init__(self, shape: ModelShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.read = nn.Linear(shape.width, 3 * shape.width, bias=False)
        self.write = nn.Linear(shape.width, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) to (B, T, C)."""
        B, T, C = x.shape
        parts = (part.view(B, T, self.heads, -1).transpose(1, 2) for part in self.read(x).split(C, dim=2))
        mixed = F.scaled_dot_product_attention(*parts, is_causal=True)  # (B, H, T, D)
        found: Tensor = self.write(mixed.transpose(1, 2).reshape(B, T, C))
        return found


class PlainBlock(nn.Module):
    """Attention and feed-forward, each behind its norm and added to the stream."""

    def __init__(self, shape: ModelShape) -> None:
        super().__init__()
        self.norm_before_attention = nn.LayerNorm(shape.width, bias=False)
        self.attention = PlainAttention(shape)
        self.norm_before_features = nn.LayerNorm(shape.width, bias=False)
        self.read = nn.Linear(shape.width, 4 * shape.width, bias=False)
        self.write = nn.Linear(4 * shape.width, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) to (B, T, C)."""
        x = x + self.attention(self.norm_before_attention(x))
        after: Tensor = x + self.write(F.gelu(self.read(self.norm_before_features(x))))
        return after


class PlainGPT(nn.Module):
    """The whole model; vocabulary, layers, width, heads and row length are those of `shape`."""

    def __init__(self, shape: ModelShape) -> None:
        super().__init__()
        self.tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(shape.context, shape.width)
        self.blocks = nn.ModuleList(PlainBlock(shape) for _ in range(shape.layers))
        self.norm = nn.LayerNorm(shape.width, bias=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                into_stream = name.endswith("write.weight")
                nn.init.normal_(weight, 0.0, 0.02 / math.sqrt(2 * shape.layers) if into_stream else 0.02)

    def forward(self, ids: Tensor) -> Tensor:
        """ids: (B, T). Returns scores (B, T, V), those of pads too."""
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        return F.linear(self.norm(x), self.tokens.weight)

    @property
    def parameters_counted(self) -> int:
        """Number of weights; the head is the embedding, counted once."""
        return sum(weight.numel() for weight in self.parameters())


class PlainTraining:
    """A run of the plain model that is advanced step by step."""

    def __init__(self, shape: ModelShape, rows: Rows, recipe: Recipe, epochs: int, seed: int) -> None:
        self.recipe = recipe
        self.inputs, self.targets = padded(rows, shape.context)
        self.lengths = torch.from_numpy(rows.lengths)
        self.steps = math.ceil(len(rows) / recipe.batch) * epochs
        self.done = 0
        torch.manual_seed(seed)
        self.model = PlainGPT(shape)
        self._random = torch.Generator().manual_seed(seed)  # its own: trainings take turns
        weights = list(self.model.parameters())
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [weight for weight in weights if weight.dim() >= 2], "weight_decay": recipe.weight_decay},
                {"params": [weight for weight in weights if weight.dim() < 2], "weight_decay": 0.0},
            ],
            lr=recipe.learning_rate,
            betas=recipe.betas,
        )
        self._waiting: list[Tensor] = []

    def step(self) -> int:
        """Read one batch and correct the weights once; returns how many real tokens it held."""
        if not self._waiting:
            self._waiting = list(torch.randperm(len(self.inputs), generator=self._random).split(self.recipe.batch))
        numbers = self._waiting.pop()
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate(self.done, self.steps)
        loss = _loss(self.model, self.inputs[numbers], self.targets[numbers], "mean")
        loss.item()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.longest_gradient)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.done += 1
        return int(self.lengths[numbers].sum())

    def loss_on(self, rows: Rows) -> float:
        """Mean loss in nats over all real targets of some rows."""
        inputs, targets = padded(rows, self.inputs.shape[1])
        with torch.inference_mode():
            parts = zip(inputs.split(MEASURING_BATCH), targets.split(MEASURING_BATCH), strict=True)
            return sum(_loss(self.model, *part, "sum").item() for part in parts) / rows.tokens


def load_optimizer_code() -> None:
    """One step on next to nothing: the first step of `torch.optim` imports torch's compiler, which takes seconds."""
    weight = nn.Parameter(torch.zeros(1, 1))
    weight.grad = torch.zeros(1, 1)
    torch.optim.AdamW([weight]).step()


def padded(rows: Rows, positions: int) -> tuple[Tensor, Tensor]:
    """Inputs and targets of all rows, (rows, positions) each: START and the row without its last; pads on the right."""
    inputs = torch.zeros(len(rows), positions, dtype=torch.int64)
    targets = torch.full((len(rows), positions), NO_TARGET, dtype=torch.int64)
    inputs[:, 0] = START_ID
    for number in range(len(rows)):
        row = torch.from_numpy(rows.row(number)).long()
        targets[number, : len(row)] = row
        inputs[number, 1 : len(row)] = row[:-1]
    return inputs, targets


def _loss(model: PlainGPT, inputs: Tensor, targets: Tensor, reduction: str) -> Tensor:
    return F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten(), ignore_index=NO_TARGET, reduction=reduction)
