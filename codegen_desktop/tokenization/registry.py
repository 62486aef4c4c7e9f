"""The tokenizers one can choose from, and how one that was stored is opened again.

To add one: write a function that learns it, and add a line to `TOKENIZERS`.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer as Backend

from codegen_desktop.errors import TokenizerError
from codegen_desktop.tokenization import bpe, words
from codegen_desktop.tokenization.byte_tokenizer import ByteTokenizer, alphabet
from codegen_desktop.tokenization.tokenizer import SPECIAL_TOKENS, Tokenizer


@dataclass(frozen=True, slots=True)
class TokenizerKind:
    """One way of cutting: its key, title, a sentence of explanation, how it is learned and a blank one.

    `blank` makes the tokenizer with nothing learned (special tokens and bytes only); its settings define the kind.
    """

    name: str
    title: str
    sentence: str
    learn: Callable[[Sequence[str], int], Tokenizer]
    blank: Callable[[], Backend]


TOKENIZERS: tuple[TokenizerKind, ...] = (
    TokenizerKind(
        bpe.NAME,
        "Byte-level BPE",
        "Frequent words are one token, rare ones a few; operators and symbols always stand alone.",
        bpe.learn_bpe,
        bpe.blank_bpe,
    ),
    TokenizerKind(
        words.NAME,
        "Words & symbols",
        "Every known word, symbol or line break with its indentation is one token; the rest is spelled in bytes.",
        words.learn_words,
        words.blank_words,
    ),
)


def learn_tokenizer(name: str, texts: Sequence[str], vocabulary: int) -> Tokenizer:
    """Learn a tokenizer of the registry from texts; `vocabulary` counts ids, special tokens included.

    Raises TokenizerError for an unknown name, no text, or a vocabulary that is too small.
    """
    return _kind(name).learn(texts, vocabulary)


def open_tokenizer(json_text: str) -> Tokenizer:
    """Open what `to_json` gave. Raises TokenizerError when it is damaged or not one of this program's tokenizers."""
    _check_document(json_text)
    try:
        backend = Backend.from_str(json_text)
    except Exception as error:  # `tokenizers` raises bare Exception for whatever it cannot read
        raise _damaged(str(error)) from error
    return ByteTokenizer.wrap(_kind_of(backend).name, backend)


def _kind(name: str) -> TokenizerKind:
    for kind in TOKENIZERS:
        if kind.name == name:
            return kind
    names = ", ".join(kind.name for kind in TOKENIZERS)
    raise TokenizerError(f"There is no tokenizer called {name!r}.", f"Choose one of: {names}.")


def _kind_of(backend: Backend) -> TokenizerKind:
    """The kind whose cut, decoder, special tokens and model settings a tokenizer has: they are what defines a kind."""
    settings = _settings(backend)
    for kind in TOKENIZERS:
        if settings == _settings(kind.blank()):
            return kind
    raise _damaged("it cuts in a way this program does not know")


def _settings(backend: Backend) -> dict[str, Any]:
    """Everything in a `tokenizer.json` but what was learned."""
    document: dict[str, Any] = json.loads(backend.to_str())
    model = {key: value for key, value in document["model"].items() if key not in ("vocab", "merges")}
    return {**document, "model": model}


def _check_document(json_text: str) -> None:
    """Raise TokenizerError unless the text is a BPE over all 256 bytes with the special tokens in their places."""
    try:
        document = json.loads(json_text)
    except (ValueError, RecursionError) as error:
        raise _damaged(str(error)) from error
    model = document.get("model") if isinstance(document, dict) else None
    if not isinstance(model, dict) or model.get("type") != "BPE":
        raise _damaged("it is not a byte-level BPE")
    vocabulary, merges = model.get("vocab"), model.get("merges")
    if not isinstance(vocabulary, dict) or not isinstance(merges, list):
        raise _damaged("it has no vocabulary or no merges")
    if any(type(number) is not int for number in vocabulary.values()):
        raise _damaged("an id is not a number")
    if sorted(vocabulary.values()) != list(range(len(vocabulary))):
        raise _damaged("its ids have gaps")
    if [vocabulary.get(token) for token in SPECIAL_TOKENS] != list(range(len(SPECIAL_TOKENS))):
        raise _damaged("its special tokens are not in their places")
    if any(letter not in vocabulary for letter in alphabet()):
        raise _damaged("one of the 256 bytes is missing")
    if not all(_is_merge(merge, vocabulary) for merge in merges):
        raise _damaged("a merge names a token that is not there")


def _is_merge(merge: object, vocabulary: dict[str, int]) -> bool:
    """Whether a stored merge is a pair of entries whose joining is an entry too."""
    if not isinstance(merge, list) or len(merge) != 2:
        return False
    left, right = merge
    return isinstance(left, str) and isinstance(right, str) and {left, right, left + right} <= vocabulary.keys()


def _damaged(detail: str) -> TokenizerError:
    return TokenizerError(
        f"The stored tokenizer is damaged or not one of ours: {detail}.", "Learn the tokenizer again."
    )
