"""Writing code one token at a time: every token is yielded with what led to it, from the pass that chose it."""

import codecs
import time
from collections.abc import Callable, Generator

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.config import SamplingOptions
from codegen_desktop.errors import GenerationError
from codegen_desktop.generation.decoder import Decoder, Floats, Recording
from codegen_desktop.generation.sampling import Selection, choose, likeliest
from codegen_desktop.generation.trace import MARKS, Completion, Ended, LayerTrace, LensToken, Prediction, Trace
from codegen_desktop.tokenization.tokenizer import END_ID, START_ID, Tokenizer

LENS_TOKENS = 5
"""How many tokens of each layer's own answer are kept."""

RUNNERS_UP = 10
"""How many tokens that were not chosen are kept beside the chosen one."""


def generate(
    decoder: Decoder, tokenizer: Tokenizer, prompt: str, options: SamplingOptions, *, trace: bool = True
) -> Generator[Prediction, None, Completion]:
    """Write on from a prompt: yields a Prediction as each token is chosen and returns the Completion.

    It ends at the model's end mark, after `options.max_tokens` tokens, or when the row is full. The same seed and
    settings give the same text, with and without a trace. Raises GenerationError for a prompt that cannot be
    continued.
    """
    ids = encode_prompt(decoder, tokenizer, prompt)
    return (yield from write(decoder, tokenizer, ids, prompt, options, trace=trace))


def write(
    decoder: Decoder,
    tokenizer: Tokenizer,
    ids: list[int],
    prompt: str,
    options: SamplingOptions,
    *,
    after: str = "",
    trace: bool,
) -> Generator[Prediction, None, Completion]:
    """What `generate` does, from the ids that the model reads; `prompt` and `after` are only kept beside the text."""
    clock = time.perf_counter()
    room = min(options.max_tokens, decoder.shape.context - len(ids) + 1)
    writer = _Writer(decoder, tokenizer, ids, options, trace=trace)
    predictions: list[Prediction] = []
    seconds = 0.0
    while len(predictions) < room and not (predictions and predictions[-1].is_end):
        predictions.append(writer.predict(last=len(predictions) + 1 == room))
        seconds += time.perf_counter() - clock
        yield predictions[-1]
        clock = time.perf_counter()
    ended: Ended = "end" if predictions[-1].is_end else "length"
    text = "".join(prediction.text for prediction in predictions)
    return Completion(prompt, text, tuple(predictions), ended, options, seconds, after)


def complete(
    decoder: Decoder, tokenizer: Tokenizer, prompt: str, options: SamplingOptions, *, trace: bool = False
) -> Completion:
    """Run `generate` to its end."""
    return finish(generate(decoder, tokenizer, prompt, options, trace=trace))


def finish(writing: Generator[Prediction, None, Completion]) -> Completion:
    """Take every prediction and give the completion."""
    while True:
        try:
            next(writing)
        except StopIteration as stop:
            completion: Completion = stop.value
            return completion


def encode_prompt(decoder: Decoder, tokenizer: Tokenizer, prompt: str) -> list[int]:
    """The start mark and the ids of a prompt. Raises GenerationError saying what to do where it cannot be continued."""
    check_tokenizer(decoder, tokenizer)
    if says_nothing(prompt):
        raise GenerationError(
            "The prompt is empty.", "Write an instruction such as `# add a and b`, or a beginning of code."
        )
    check_characters(prompt, "prompt")
    ids = [START_ID, *tokenizer.encode(prompt)]
    if len(ids) > decoder.shape.context:
        raise GenerationError(
            f"The prompt has {len(ids) - 1} tokens; this model reads at most {decoder.shape.context - 1}.",
            "Shorten the prompt, or train a model with a longer row.",
        )
    return ids


def check_tokenizer(decoder: Decoder, tokenizer: Tokenizer) -> None:
    """Raise GenerationError where a tokenizer has ids that the model does not know."""
    if tokenizer.vocabulary_size > decoder.shape.vocabulary:
        raise GenerationError(
            "This tokenizer does not belong to this model.", "Choose the run's own tokenizer, or train again."
        )


def check_characters(text: str, name: str) -> None:
    """Raise GenerationError where the text called `name` holds half a character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise GenerationError(
            f"The {name} holds half a character at position {error.start + 1}.", "Delete it and write it again."
        ) from error


def says_nothing(prompt: str) -> bool:
    """Whether a prompt holds nothing but spaces, line breaks and comment signs."""
    return not prompt.strip("# \t\r\n")


def piece_reader(tokenizer: Tokenizer) -> Callable[[int], str]:
    """A function that gives the text of a single token: a mark by its name, bytes of a broken character as `\\xNN`."""
    known = dict(enumerate(MARKS))

    def piece(token: int) -> str:
        text = known.get(token)
        if text is None:
            text = known[token] = tokenizer.token_bytes(token).decode("utf-8", "backslashreplace")
        return text

    return piece


class _Writer:
    """What a completion carries from token to token: the ids so far, the cache, the draws, half a character."""

    def __init__(
        self, decoder: Decoder, tokenizer: Tokenizer, ids: list[int], options: SamplingOptions, *, trace: bool
    ) -> None:
        self._decoder, self._tokenizer, self._options = decoder, tokenizer, options
        self._ids = ids
        self._fresh = np.array([ids], np.intp)  # (1, N): what the next pass reads
        self._state = decoder.start()
        self._rng = np.random.default_rng(options.seed)
        self._piece = piece_reader(tokenizer)
        self._characters = codecs.getincrementaldecoder("utf-8")("replace")
        self._tracer = _Tracer(decoder, self._piece) if trace else None

    def predict(self, *, last: bool) -> Prediction:
        """One pass and one choice; with the `last`, what is left of an unfinished character becomes U+FFFD."""
        recording = Recording() if self._tracer is not None else None
        stream = self._decoder.extend(self._state, self._fresh, recording)
        logits = self._decoder.logits(stream)[0, : self._tokenizer.vocabulary_size]
        if not np.isfinite(logits).all():
            raise GenerationError("The model's scores are not numbers any more.", "Choose an earlier checkpoint.")
        selection = choose(logits, self._options, self._rng)
        trace = None
        if self._tracer is not None and recording is not None:
            trace = self._tracer.trace(recording, self._ids, logits)
        written = self._tokenizer.token_bytes(selection.id)
        prediction = Prediction(
            id=selection.id,
            text=self._characters.decode(written, final=last or selection.id == END_ID),
            piece=self._piece(selection.id),
            probability=selection.probability,
            position=len(self._ids),
            runners_up=_runners_up(selection, self._piece),
            selection=selection,
            trace=trace,
        )
        self._ids.append(selection.id)
        self._fresh = np.array([[selection.id]], np.intp)
        return prediction


def _runners_up(selection: Selection, piece: Callable[[int], str]) -> tuple[LensToken, ...]:
    """The likeliest tokens besides the chosen one."""
    model, count = selection.model, RUNNERS_UP + 1
    pairs = zip(model.ids[:count].tolist(), model.probabilities[:count].tolist(), strict=True)
    tokens = (LensToken(token, piece(token), share) for token, share in pairs if token != selection.id)
    return tuple(tokens)[:RUNNERS_UP]


class _Tracer:
    """Turns the recordings of a completion's passes into traces.

    What earlier passes gave, embedding rows and attention, is written once into arrays of the row's size; every
    trace holds a view of the part that was known when its token was chosen.
    """

    def __init__(self, decoder: Decoder, piece: Callable[[int], str]) -> None:
        shape = decoder.shape
        self._decoder, self._piece = decoder, piece
        self._embeddings = np.zeros((shape.context, shape.width), np.float32)
        self._maps = np.zeros((shape.layers, shape.heads, shape.context, shape.context), np.float32)
        self._texts: list[str] = []

    def trace(self, recording: Recording, ids: list[int], logits: Floats) -> Trace:
        """The trace of the pass that read `ids` to their end. logits: (V,)."""
        known, T = len(self._texts), len(ids)
        self._embeddings[known:T] = self._decoder.embed(ids[known:])
        for layer_map, attention in zip(self._maps, recording.attention, strict=True):
            layer_map[:, known:T, :T] = attention
        self._texts += [self._piece(token) for token in ids[known:]]
        # The last layer's own answer is the model's answer: the logits that chose the token, not computed again.
        streams = np.stack([self._embeddings[T - 1], *recording.after_feed_forward[:-1]])  # (L, C)
        lenses = np.concatenate([self._decoder.logits(streams)[:, : len(logits)], logits[None]])  # (L + 1, V)
        own = [
            tuple(LensToken(token, self._piece(token), share) for token, share in row)
            for row in likeliest(lenses, LENS_TOKENS)
        ]
        layers = tuple(
            LayerTrace(
                attention_map=layer_map[:, :T, :T],
                attention_update=lengths[0],
                after_attention=lengths[1],
                feed_forward_update=lengths[2],
                after_feed_forward=lengths[3],
                lens=lens,
            )
            for layer_map, lengths, lens in zip(self._maps, _lengths(recording), own[1:], strict=True)
        )
        return Trace(tuple(ids), tuple(self._texts), self._embeddings[:T], own[0], layers, logits)


def _lengths(recording: Recording) -> list[list[float]]:
    """Euclidean lengths for each layer: attention's update, the stream behind it, and both of the feed-forward part."""
    vectors: NDArray[np.float32] = np.array(
        [
            recording.attention_updates,
            recording.after_attention,
            recording.feed_forward_updates,
            recording.after_feed_forward,
        ]
    )  # (4, L, C)
    lengths: list[list[float]] = np.sqrt(np.einsum("klc,klc->lk", vectors, vectors)).tolist()
    return lengths
