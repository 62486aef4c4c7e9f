"""Options that describe themselves: the form, the command-line flag and the stored JSON all come from one definition.

Every field carries a title, a range and one sentence of help; `level` says who needs to see it: `lesson`,
`standard` or `expert`.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Level = Literal["lesson", "standard", "expert"]
Preset = Literal["quick", "reference", "deep", "custom"]


def _option(default: Any, title: str, description: str, level: Level = "standard", **limits: Any) -> Any:
    return Field(default, title=title, description=description, json_schema_extra={"level": level}, **limits)


def _percent(given: Any) -> Any:
    """A number of percent as a form or a command line writes it: `30` and `30 %` are 30."""
    text = given.removesuffix("%").strip() if isinstance(given, str) else ""
    return int(text) if text.isdecimal() else given


class Options(BaseModel):
    """The base of every option model: frozen, and unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TokenizerOptions(Options):
    """How text is cut into tokens."""

    tokenizer: str = _option("bpe", "Tokenizer", "The way code is cut into tokens.", "lesson")
    vocabulary: int = _option(
        2048, "Vocabulary size", "The number of different tokens, special ones included.", "lesson", ge=300, le=16384
    )


class TrainingOptions(Options):
    """The model's size and how it is trained."""

    preset: Preset = _option("reference", "Preset", "A named set of options, or your own.", "lesson")
    snippets: int = _option(
        10_000,
        "Snippets",
        "How many snippets are used, learning and test part together.",
        "lesson",
        ge=2,
        le=10_000_000,
    )
    epochs: int = _option(5, "Epochs", "How often the model reads the whole learning part.", "lesson", ge=1, le=1000)
    seed: int = _option(42, "Seed", "The same seed on the same machine gives the same curve.", "lesson", ge=0, le=2**31)
    layers: int = _option(4, "Layers", "How many transformer layers stand one after another.", ge=1, le=48)
    width: int = _option(128, "Width", "How many numbers describe each token.", ge=16, le=4096, multiple_of=16)
    heads: int = _option(4, "Heads", "How many ways of looking back each layer has.", ge=1, le=64)
    feed_forward: int = _option(
        352, "Feed-forward width", "The width inside each layer's feed-forward part.", "expert", ge=16, le=16384
    )
    context: int = _option(50, "Row length", "Positions in a row: the tokens and one end mark.", ge=8, le=2048)
    batch: int = _option(16, "Batch", "How many snippets the model sees before each correction.", ge=1, le=1024)
    optimizer: Literal["muon", "adamw"] = _option(
        "muon",
        "Optimizer",
        "How gradients become corrections: Muon learns more per step; AdamW is the common one, with a learning rate "
        "near 0.003.",
        "expert",
    )
    matrix_learning_rate: float = _option(
        0.02, "Learning rate of the matrices", "Size of Muon's corrections to weight matrices.", "expert", gt=0, le=10
    )
    learning_rate: float = _option(
        0.016, "Learning rate", "Size of AdamW's corrections: embedding and norms, or everything.", gt=0, le=10
    )
    warmup: int = _option(
        30, "Warm-up steps", "Steps over which the learning rate rises from nothing.", "expert", ge=0, le=10_000
    )
    decay: float = _option(
        1.0,
        "Decay share",
        "The last share of the run over which the learning rate falls in a line.",
        "expert",
        ge=0,
        le=1,
    )
    weight_decay: float = _option(
        0.5, "Weight decay", "How strongly weights are pulled towards zero.", "expert", ge=0, le=10
    )
    muon_rounds: int = _option(
        5,
        "Newton-Schulz rounds",
        "How closely Muon makes its corrections orthogonal: 3 is faster, 5 learns how steps are put together better.",
        "expert",
        ge=1,
        le=10,
    )
    instruction_weight: float = _option(
        0.3,
        "Weight of instructions",
        "How much a token of an instruction counts in what is learned; a token of code counts 1.",
        "expert",
        gt=0,
        le=1,
    )
    middle_share: Annotated[Literal[0, 30, 50], BeforeValidator(_percent)] = _option(
        0,
        "Fill in the middle, %",
        "The share of snippets read with their end first, to learn to fill a gap. It costs writing from left to right, "
        "which is practised less: a small model then answers clearly fewer instructions right.",
        "expert",
    )
    checkpoint_seconds: float = _option(
        20.0,
        "Seconds between checkpoints",
        "How much training time a power cut can cost; 0 keeps only the end of each epoch.",
        "expert",
        ge=0,
        le=3600,
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = _option("auto", "Device", "Where the model is trained.")
    threads: int = _option(
        0, "Threads", "Processor threads for training; 0 measures the best number once on this machine.", ge=0, le=256
    )


class SamplingOptions(Options):
    """How the next token is chosen from the model's probabilities; the fields' order is the order of the stages."""

    temperature: float = _option(
        0.8,
        "Temperature",
        "Below 1 the likely tokens gain, above 1 the unlikely ones do; 0 always takes the likeliest.",
        "lesson",
        ge=0,
        le=5,
    )
    top_k: int = _option(0, "Top-k", "Keep only the k likeliest tokens; 0 keeps all.", "lesson", ge=0, le=65536)
    top_p: float = _option(
        1.0, "Top-p", "Keep the likeliest tokens that together reach this share.", "lesson", gt=0, le=1
    )
    min_p: float = _option(
        0.0, "Min-p", "Drop tokens less likely than this share of the likeliest one.", "standard", ge=0, le=1
    )
    seed: int = _option(42, "Seed", "The same seed and settings give the same text.", "lesson", ge=0, le=2**31)
    max_tokens: int = _option(49, "Max tokens", "The most tokens to write.", "lesson", ge=1, le=2048)


PRESETS: dict[Preset, TrainingOptions] = {
    "quick": TrainingOptions(
        preset="quick", snippets=2_000, epochs=3, layers=2, width=64, heads=2, feed_forward=176, batch=8
    ),
    "reference": TrainingOptions(preset="reference"),
    "deep": TrainingOptions(preset="deep", epochs=10, layers=6, width=256, heads=8, feed_forward=704),
}
"""The named sets of options; `custom` is whatever a person makes of one of them."""
