"""What every tokenizer can do, and the special tokens they all share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

PAD, START, END = "<|pad|>", "<|start|>", "<|end|>"
FIM_PREFIX, FIM_SUFFIX, FIM_MIDDLE = "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"

SPECIAL_TOKENS = (PAD, START, END, FIM_PREFIX, FIM_SUFFIX, FIM_MIDDLE)
"""In id order: the pad is 0, the start mark 1, the end mark 2, the marks before prefix, suffix and middle 3 to 5."""

PAD_ID, START_ID, END_ID = 0, 1, 2
FIM_PREFIX_ID, FIM_SUFFIX_ID, FIM_MIDDLE_ID = 3, 4, 5


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a text: `text` is None where its bytes are only part of a character.

    `start` and `end` count characters of the text; a part of a character has that character's span.
    """

    id: int
    text: str | None
    bytes: bytes
    start: int
    end: int


class Tokenizer(Protocol):
    """Cuts text into ids and gives back exactly the text it was given; there is no unknown token."""

    @property
    def name(self) -> str:
        """The registry key, such as `bpe`."""
        ...

    @property
    def vocabulary_size(self) -> int:
        """Number of ids, special tokens included."""
        ...

    def encode(self, text: str) -> list[int]:
        """The ids of a text, without start or end mark."""
        ...

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of many texts, in order."""
        ...

    def decode(self, ids: Sequence[int]) -> str:
        """The text of some ids; special tokens give nothing, broken UTF-8 gives U+FFFD."""
        ...

    def tokens(self, text: str) -> tuple[Token, ...]:
        """The tokens of a text with their bytes and spans."""
        ...

    def token_bytes(self, token_id: int) -> bytes:
        """The bytes one id stands for; a special token stands for none."""
        ...

    def to_json(self) -> str:
        """The whole tokenizer in the `tokenizer.json` format of Hugging Face `tokenizers`."""
        ...
