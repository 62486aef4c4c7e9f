"""The size of a model: what fixes the name and the shape of every weight."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelShape:
    """Widths and counts of a decoder-only transformer of the Qwen3 family.

    `context` is the row length: 50 positions hold at most 49 tokens and an end mark.
    """

    vocabulary: int
    layers: int
    width: int
    heads: int
    feed_forward: int
    context: int
    rope_base: float = 10_000.0
    norm_epsilon: float = 1e-6

    @property
    def head_width(self) -> int:
        """Numbers per attention head."""
        return self.width // self.heads

    @property
    def parameters(self) -> int:
        """Number of weights; the output matrix is the embedding, counted once."""
        per_layer = (
            4 * self.width * self.width + 3 * self.width * self.feed_forward + 2 * self.width + 2 * self.head_width
        )
        return self.vocabulary * self.width + self.layers * per_layer + self.width


def weight_shapes(shape: ModelShape) -> dict[str, tuple[int, ...]]:
    """Every weight's name and shape, in model order; the names are those of `Qwen3ForCausalLM` in transformers.

    A matrix is stored as (outputs, inputs). There is no `lm_head.weight`: the head is the embedding.
    """
    width, inner = shape.width, shape.feed_forward
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (shape.vocabulary, width)}
    for layer in range(shape.layers):
        prefix = f"model.layers.{layer}"
        shapes |= {
            f"{prefix}.input_layernorm.weight": (width,),
            f"{prefix}.self_attn.q_proj.weight": (width, width),
            f"{prefix}.self_attn.k_proj.weight": (width, width),
            f"{prefix}.self_attn.v_proj.weight": (width, width),
            f"{prefix}.self_attn.o_proj.weight": (width, width),
            f"{prefix}.self_attn.q_norm.weight": (shape.head_width,),
            f"{prefix}.self_attn.k_norm.weight": (shape.head_width,),
            f"{prefix}.post_attention_layernorm.weight": (width,),
            f"{prefix}.mlp.gate_proj.weight": (inner, width),
            f"{prefix}.mlp.up_proj.weight": (inner, width),
            f"{prefix}.mlp.down_proj.weight": (width, inner),
        }
    return shapes | {"model.norm.weight": (width,)}
