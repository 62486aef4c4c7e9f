"""Filling a gap: what the model writes between two texts, once it was trained with `TrainingOptions.middle_share`."""

from codegen_desktop.config import SamplingOptions, TrainingOptions
from codegen_desktop.errors import GenerationError
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.generate import check_characters, check_tokenizer, finish, says_nothing, write
from codegen_desktop.generation.trace import Completion
from codegen_desktop.model.middle import ask
from codegen_desktop.tokenization.tokenizer import START_ID, Tokenizer


def fill_in(
    decoder: Decoder, tokenizer: Tokenizer, before: str, after: str, options: SamplingOptions, *, trace: bool = False
) -> Completion:
    """Write what stands between `before` and `after`; either may be empty. It ends as `generate` does.

    Raises GenerationError for sides that cannot be read. Whether the model was trained for it cannot be seen in its
    weights: ask `check_trained` first.
    """
    ids = encode_sides(decoder, tokenizer, before, after)
    return finish(write(decoder, tokenizer, ids, before, options, after=after, trace=trace))


def encode_sides(decoder: Decoder, tokenizer: Tokenizer, before: str, after: str) -> list[int]:
    """The start mark and the ids that ask for what is between. Raises GenerationError where they cannot be read."""
    check_tokenizer(decoder, tokenizer)
    if says_nothing(before) and says_nothing(after):
        raise GenerationError(
            "There is nothing before the gap and nothing after it.", "Write the code around the gap first."
        )
    check_characters(before, "text before the gap")
    check_characters(after, "text after the gap")
    ids = [START_ID, *ask(tokenizer.encode(before), tokenizer.encode(after))]
    if len(ids) > decoder.shape.context:
        raise GenerationError(
            f"The texts around the gap have {len(ids) - 4} tokens; this model reads at most "
            f"{decoder.shape.context - 4}.",
            "Shorten them, or train a model with a longer row.",
        )
    return ids


def check_trained(name: str, options: TrainingOptions) -> None:
    """Raise GenerationError where the run called `name` never learned to fill a gap."""
    if options.middle_share == 0:
        raise GenerationError(
            f"{name} was not trained to fill in a middle: it only writes on from left to right.",
            "Train with the expert option fill in the middle at 30 or 50, or leave out what comes after.",
        )
