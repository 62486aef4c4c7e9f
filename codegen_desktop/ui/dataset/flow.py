"""The data flow in four stages with the shapes of this dataset: from raw code to token probabilities."""

from dataclasses import dataclass

from codegen_desktop.tokenization.tokenizer import Token, Tokenizer

EXAMPLE = "def add(a, b): return a + b"
"""The snippet that is followed through the stages."""

_ASKED_AFTER = "def add(a,"


@dataclass(frozen=True, slots=True)
class FlowChip:
    """One token of the example: its id decides its colour; `is_answer` marks what the model has to say."""

    id: int
    text: str
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class FlowStage:
    """One stage: its name, the shape that goes in (empty for the first) and out, what happens, and the example.

    Without a tokenizer there are no `chips`; `code` is the example as plain code.
    """

    number: int
    name: str
    shape_in: str
    shape_out: str
    sentence: str
    code: str = ""
    chips: tuple[FlowChip, ...] = ()

    @property
    def description(self) -> str:
        """The stage in one sentence, for a screen reader and a tooltip."""
        shapes = f"{self.shape_in} becomes {self.shape_out}" if self.shape_in else self.shape_out
        answer = "".join(f", then the model has to say {chip.text}" for chip in self.chips if chip.is_answer)
        pieces = " ".join(chip.text for chip in self.chips if not chip.is_answer)
        example = pieces or self.code
        return f"{self.number} {self.name}: {shapes}. {self.sentence}." + (f" {example}{answer}." if example else "")


def flow_stages(train: int, test: int, context: int, tokenizer: Tokenizer | None) -> tuple[FlowStage, ...]:
    """The brief's four stages for a dataset of `train` and `test` snippets and rows of `context` positions."""
    total = f"{train + test:,}"
    rows = f"{total} × {context}"
    whole = _chips(tokenizer, EXAMPLE)
    asked = _chips(tokenizer, _ASKED_AFTER)
    answer = tuple(FlowChip(chip.id, chip.text, True) for chip in whole[len(asked) : len(asked) + 1])
    learned = whole[:10]
    return (
        FlowStage(1, "Raw code dataset", "", f"{total} snippets × variable", "Collect code examples", EXAMPLE),
        FlowStage(2, "Tokenization", "variable", f"{rows} tokens", "Split code into words and symbols", "", whole),
        FlowStage(3, "Train/test split", rows, f"{train:,} + {test:,}", "Training example", "", learned),
        FlowStage(
            4,
            "Model training",
            f"{train:,} × {context}",
            "token probabilities",
            "Learn to predict the next token",
            "",
            (*asked, *answer) if whole[: len(asked)] == asked else asked,
        ),
    )


def _chips(tokenizer: Tokenizer | None, text: str) -> tuple[FlowChip, ...]:
    return () if tokenizer is None else tuple(FlowChip(token.id, _shown(token)) for token in tokenizer.tokens(text))


def _shown(token: Token) -> str:
    """A token without the space before it, as the strip shows words and symbols only."""
    if token.text is None:
        return " ".join(f"0x{byte:02X}" for byte in token.bytes)
    return token.text.strip(" ") or "·"
