"""The model: a decoder-only transformer with the shape of Qwen3, written to be read from top to bottom.

Letters in shapes: B rows in a batch, T positions in a row, C width, H heads, D numbers per head (C = H·D),
F feed-forward width, V vocabulary, N real targets in a batch.

The parts carry the names that `Qwen3ForCausalLM` of Hugging Face `transformers` gives them, so a weight is called
`model.layers.0.self_attn.q_proj.weight` here and there. Sources: Vaswani et al. 2017 (attention), Zhang and
Sennrich 2019 (RMSNorm), Su et al. 2021 (rotary positions), Shazeer 2020 (SwiGLU), Qwen3 technical report 2025
(queries and keys normalised per head).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from codegen_desktop.model.shape import ModelShape


class RMSNorm(nn.Module):
    """Divide each vector by its root mean square, then scale every number by a learned weight."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        """(..., C) to (..., C)."""
        return F.rms_norm(x, self.weight.shape, self.weight, self.epsilon)


class Attention(nn.Module):
    """Every position looks back at itself and the positions before it, and mixes what it finds there."""

    def __init__(self, shape: ModelShape, *, causal: bool) -> None:
        super().__init__()
        self.heads = shape.heads
        self.causal = causal
        self.q_proj = nn.Linear(shape.width, shape.width, bias=False)
        self.k_proj = nn.Linear(shape.width, shape.width, bias=False)
        self.v_proj = nn.Linear(shape.width, shape.width, bias=False)
        self.o_proj = nn.Linear(shape.width, shape.width, bias=False)
        self.q_norm = RMSNorm(shape.head_width, shape.norm_epsilon)
        self.k_norm = RMSNorm(shape.head_width, shape.norm_epsilon)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """x: (B, T, C); cosine, sine: (T, 1, D). Returns (B, T, C)."""
        B, T, C = x.shape
        q = self.q_proj(x).view(B, T, self.heads, -1)  # (B, T, H, D): what a position is looking for
        k = self.k_proj(x).view(B, T, self.heads, -1)  # (B, T, H, D): what a position offers
        v = self.v_proj(x).view(B, T, self.heads, -1)  # (B, T, H, D): what it hands over when looked at
        q = rotate(self.q_norm(q), cosine, sine)
        k = rotate(self.k_norm(k), cosine, sine)
        # softmax(q·kᵀ/√D)·v, the future hidden. Pads stand on the right, so hiding the future hides them too.
        mixed = F.scaled_dot_product_attention(
            q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), is_causal=self.causal
        )  # (B, H, T, D)
        found: Tensor = self.o_proj(mixed.transpose(1, 2).reshape(B, T, C))
        return found


class FeedForward(nn.Module):
    """Each position by itself: F features of the stream, each let through as far as its gate allows."""

    def __init__(self, shape: ModelShape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.up_proj = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.down_proj = nn.Linear(shape.feed_forward, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) to (B, T, C)."""
        made: Tensor = self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))
        return made


class Layer(nn.Module):
    """One layer adds two corrections to the residual stream: what attention found, then what the feed-forward made."""

    def __init__(self, shape: ModelShape, *, causal: bool) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(shape.width, shape.norm_epsilon)
        self.self_attn = Attention(shape, causal=causal)
        self.post_attention_layernorm = RMSNorm(shape.width, shape.norm_epsilon)
        self.mlp = FeedForward(shape)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """x: (B, T, C) to (B, T, C)."""
        x = x + self.self_attn(self.input_layernorm(x), cosine, sine)
        after: Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return after


class Decoder(nn.Module):
    """Embedding, layers and the last norm: from token ids to the residual stream that the head reads."""

    def __init__(self, shape: ModelShape, *, causal: bool) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape, causal=causal) for _ in range(shape.layers))
        self.norm = RMSNorm(shape.width, shape.norm_epsilon)

    def forward(self, ids: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """ids: (B, T). Returns (B, T, C)."""
        x = self.embed_tokens(ids)
        for layer in self.layers:
            x = layer(x, cosine, sine)
        stream: Tensor = self.norm(x)
        return stream


class Transformer(nn.Module):
    """The whole model. The head is the embedding once more: a token's score is its vector's product with the stream.

    `causal=False` lets positions see the future. It exists to be caught: by the self-test in `devices`, and by
    learners who take the mask away to see what happens.
    """

    cosine: Tensor
    sine: Tensor

    def __init__(self, shape: ModelShape, *, causal: bool = True) -> None:
        super().__init__()
        self.shape = shape
        self.causal = causal
        with torch.random.fork_rng(devices=[]):  # torch's own first filling shall not move the global random numbers
            self.model = Decoder(shape, causal=causal)
        cosine, sine = rotation(shape)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)

    def forward(self, ids: Tensor, wanted: Tensor | None = None) -> Tensor:
        """Scores (logits) for the next token.

        ids: (B, T) integers, pads on the right. wanted: (N,) flat positions b·T + t whose scores are asked for;
        the rest, pads above all, never reach the head. Returns (N, V), or (B·T, V) when `wanted` is None.
        """
        T = ids.shape[1]
        stream = self.model(ids, self.cosine[:T], self.sine[:T]).flatten(0, 1)  # (B·T, C)
        if wanted is not None:
            stream = stream.index_select(0, wanted)  # (N, C)
        return F.linear(stream, self.model.embed_tokens.weight)


def rotation(shape: ModelShape) -> tuple[Tensor, Tensor]:
    """Cosine and sine of the angle by which each pair of numbers turns at each position: (context, 1, D) each.

    Number i is paired with number i + D/2, as in Qwen3 and Llama of `transformers`; pair i turns by
    position / rope_base^(2i/D).
    """
    half = torch.arange(0, shape.head_width, 2, dtype=torch.float64) / shape.head_width
    angles = torch.outer(torch.arange(shape.context, dtype=torch.float64), shape.rope_base**-half)  # (context, D/2)
    both = torch.cat([angles, angles], dim=-1).unsqueeze(1)
    return both.cos().float(), both.sin().float()


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Turn the pairs of each head by the angle of their position. x: (B, T, H, D); cosine, sine: (T, 1, D)."""
    first, second = x.chunk(2, dim=-1)
    return x * cosine + torch.cat([-second, first], dim=-1) * sine


def initialise(model: Transformer, generator: torch.Generator) -> None:
    """Fill the weights at random, the same for the same generator state on every device (drawn on the CPU).

    Embedding: normal, deviation 0.02. Matrices that read the stream: uniform with deviation 1/√C. Matrices that
    write to it (`o_proj`, `down_proj`): zero, so that an untrained layer adds nothing and the first gradients are
    clean. Norm weights: one.
    """
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() == 1:
                fresh = torch.ones(weight.shape)
            elif name.endswith("embed_tokens.weight"):
                fresh = torch.empty(weight.shape).normal_(0.0, 0.02, generator=generator)
            elif name.endswith(("o_proj.weight", "down_proj.weight")):
                fresh = torch.zeros(weight.shape)
            else:
                bound = (3.0 / weight.shape[1]) ** 0.5
                fresh = torch.empty(weight.shape).uniform_(-bound, bound, generator=generator)
            weight.copy_(fresh)
