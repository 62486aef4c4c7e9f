"""Where code may be cut into pieces, as regular expressions for Hugging Face `tokenizers`.

Both cuts part every operator or symbol, every digit and every word from its neighbours; a piece keeps the one space
before it. They differ only at a newline:

- `FINE_CUT` leaves the last space of an indentation to the word after it, exactly as GPT-2's ByteLevel expression
  does (`"\\n   "`, `" return"`). Except for GPT-2's English contractions (`'s` after a letter), every piece therefore
  lies inside one of GPT-2's pieces, so that merges learned here can be used there.
- `WORD_CUT` keeps a newline and its whole indentation together (`"\\n    "`, `"return"`).
"""

OPERATORS = (
    '"""',
    "'''",
    "**=",
    "//=",
    ">>=",
    "<<=",
    "...",
    "==",
    "!=",
    "<=",
    ">=",
    "->",
    ":=",
    "+=",
    "-=",
    "*=",
    "/=",
    "%=",
    "&=",
    "|=",
    "^=",
    "@=",
    "**",
    "//",
    ">>",
    "<<",
)
"""What Python writes with more than one sign; longer ones first. Every other sign is a piece of its own."""


def _quoted(operator: str) -> str:
    return "".join(rf"\{sign}" for sign in operator)


_OPERATOR = "|".join(_quoted(operator) for operator in OPERATORS)
_VISIBLE = rf" ?\p{{L}}+| ?\p{{N}}| ?(?:{_OPERATOR})| ?[^\s\p{{L}}\p{{N}}]"

FINE_CUT = rf"{_VISIBLE}|[\r\n][^\S\r\n]*(?!\S)|[\r\n]|[^\S\r\n]+(?!\S)|\s+"
"""The cut under which the default tokenizer's merges are learned."""

WORD_CUT = rf"{_VISIBLE}|[\r\n][^\S\r\n]*|[^\S\r\n]+(?!\S)|\s+"
"""The cut of *words & symbols*."""
