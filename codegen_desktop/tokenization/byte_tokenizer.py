"""The one tokenizer class: bytes and merges held by Hugging Face `tokenizers`, tokens with exact bytes and spans.

Every tokenizer of the registry is a byte-level BPE in the `tokenizer.json` format: the 256 bytes are always in the
vocabulary, so there is no unknown token and every text comes back exactly. They differ in where they cut before
merging and in what the merges are.
"""

import itertools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from codegen_desktop.errors import TokenizerError
from codegen_desktop.tokenization.tokenizer import SPECIAL_TOKENS, Token

SMALLEST_VOCABULARY = len(SPECIAL_TOKENS) + 256
"""The special tokens and the 256 bytes; every entry beyond is learned."""


def byte_letters() -> tuple[str, ...]:
    """The visible letter that stands for each byte in a `tokenizer.json`, by byte value.

    Source: `bytes_to_unicode` of GPT-2's encoder: printable Latin-1 stands for itself, the rest is moved up to U+0100.
    """
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    moved = itertools.count(0x100)
    return tuple(chr(byte) if byte in printable else chr(next(moved)) for byte in range(256))


def alphabet() -> list[str]:
    """The letters of the 256 bytes in the order in which they become ids, on every machine the same."""
    return sorted(byte_letters())


def blank_vocabulary() -> dict[str, int]:
    """The vocabulary before anything is learned: the special tokens, then the 256 bytes."""
    return {entry: number for number, entry in enumerate([*SPECIAL_TOKENS, *alphabet()])}


@dataclass(frozen=True, slots=True, eq=False)
class ByteTokenizer:
    """A tokenizer over bytes; `bytes_of[i]` are the bytes of id `i`, empty for a special token."""

    name: str
    backend: Tokenizer
    bytes_of: tuple[bytes, ...]

    @classmethod
    def wrap(cls, name: str, backend: Tokenizer) -> "ByteTokenizer":
        """Take a Hugging Face tokenizer whose special tokens have the ids 0 to 5 and whose ids have no gaps.

        A special token that is written out in a text is text: it is cut like any other (`encode_special_tokens`).
        Raises TokenizerError when an entry is spelled with anything but the letters of the 256 bytes.
        """
        backend.encode_special_tokens = True
        return cls(name, backend, _bytes_by_id(backend.get_vocab(with_added_tokens=True)))

    @property
    def vocabulary_size(self) -> int:
        """Number of ids, special tokens included."""
        return len(self.bytes_of)

    def encode(self, text: str) -> list[int]:
        """The ids of a text, without start or end mark. Raises TokenizerError for a lone surrogate."""
        try:
            ids: list[int] = self.backend.encode(text, add_special_tokens=False).ids
        except TypeError as error:
            check_text(text)
            raise TokenizerError("This text cannot be cut into tokens.", "Check where it comes from.") from error
        return ids

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of many texts, in order, on all processors. Raises TokenizerError for a lone surrogate."""
        allow_parallelism()
        try:
            encodings = self.backend.encode_batch_fast(list(texts), add_special_tokens=False)
        except TypeError as error:
            for text in texts:
                check_text(text)
            raise TokenizerError("These texts cannot be cut into tokens.", "Check where they come from.") from error
        return [encoding.ids for encoding in encodings]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of some ids; special tokens give nothing, broken UTF-8 gives U+FFFD."""
        return b"".join(map(self.token_bytes, ids)).decode("utf-8", "replace")

    def tokens(self, text: str) -> tuple[Token, ...]:
        """The tokens of a text with their bytes and their spans in characters."""
        ids = self.encode(text)
        character_of = _character_of_byte(text)
        tokens, position = [], 0
        for token_id in ids:
            piece = self.bytes_of[token_id]
            start, last = character_of(position), character_of(position + len(piece) - 1)
            tokens.append(Token(token_id, _text_or_none(piece), piece, start, last + 1))
            position += len(piece)
        return tuple(tokens)

    def token_bytes(self, token_id: int) -> bytes:
        """The bytes one id stands for; a special token stands for none. Raises ValueError for an unknown id."""
        if not 0 <= token_id < len(self.bytes_of):
            raise ValueError(f"id {token_id} is not in a vocabulary of {len(self.bytes_of)}")
        return self.bytes_of[token_id]

    def to_json(self) -> str:
        """The whole tokenizer in the `tokenizer.json` format of Hugging Face `tokenizers`."""
        text: str = self.backend.to_str()
        return text


def make_backend(model: models.BPE, pre_tokenizer: pre_tokenizers.PreTokenizer) -> Tokenizer:
    """Put a model and its cut together with the byte decoder and the six special tokens."""
    backend = Tokenizer(model)
    backend.pre_tokenizer = pre_tokenizer
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in SPECIAL_TOKENS])
    return backend


def cut_then_bytes(expression: str) -> pre_tokenizers.PreTokenizer:
    """A pre-tokenizer that cuts by a regular expression and then spells every piece in byte letters."""
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(expression), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def check_learnable(texts: Sequence[str], vocabulary: int) -> None:
    """Raise TokenizerError where nothing can be learned: no text, a vocabulary too small, a lone surrogate."""
    if vocabulary < SMALLEST_VOCABULARY:
        raise TokenizerError(
            f"A vocabulary of {vocabulary} is too small: the special tokens and the 256 bytes need "
            f"{SMALLEST_VOCABULARY}.",
            "Choose a larger vocabulary.",
        )
    if not any(texts):
        raise TokenizerError("There is no text to learn a tokenizer from.", "Choose a dataset with snippets first.")
    for text in texts:
        check_text(text)


def check_text(text: str) -> None:
    """Raise TokenizerError when a text holds half of a surrogate pair, which UTF-8 cannot hold."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise TokenizerError(
            f"Character {error.start + 1} of the text is U+{ord(text[error.start]):04X}, half of a surrogate pair: "
            "it is no character by itself and cannot be stored.",
            "Remove that character.",
        ) from error


def allow_parallelism() -> None:
    """Let `tokenizers` use all processors unless the environment says otherwise.

    Saying so explicitly also keeps it from printing a warning in every child process that is forked later; no child
    of this program uses a tokenizer.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")


def _bytes_by_id(vocabulary: dict[str, int]) -> tuple[bytes, ...]:
    byte_of = {letter: byte for byte, letter in enumerate(byte_letters())}
    by_id = sorted(vocabulary.items(), key=lambda entry: entry[1])
    if [number for _, number in by_id] != list(range(len(by_id))):
        raise TokenizerError("The tokenizer's ids have gaps.", "Learn the tokenizer again.")
    return tuple(_spelled_bytes(entry, byte_of) for entry, _ in by_id)


def _spelled_bytes(entry: str, byte_of: dict[str, int]) -> bytes:
    if entry in SPECIAL_TOKENS:
        return b""
    try:
        return bytes(byte_of[letter] for letter in entry)
    except KeyError as error:
        raise TokenizerError(
            f"The tokenizer's entry {entry!r} is not spelled in bytes.", "Learn the tokenizer again."
        ) from error


def _text_or_none(piece: bytes) -> str | None:
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _character_of_byte(text: str) -> Callable[[int], int]:
    """A function from a byte's position in the UTF-8 form of `text` to the position of its character."""
    if text.isascii():
        return lambda position: position
    widths = (len(character.encode("utf-8")) for character in text)
    table = [index for index, width in enumerate(widths) for _ in range(width)]
    return table.__getitem__
