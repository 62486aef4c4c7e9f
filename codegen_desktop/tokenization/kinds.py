"""What kind of Python a token is, such as a keyword or a name, read from the text that it was cut from.

The rules need no valid Python, only characters: they hold for half a snippet too.

- A token of nothing but white space is *layout*, wherever it stands; so is the end mark. Any other token has the kind
  of its first visible character, whatever follows: `" ("` is punctuation.
- A comment runs from `#` to the end of its line. The instruction that a snippet may begin with is a comment.
- Numbers, strings with their prefix and quotes, `True`, `False` and `None` are literals; an f-string is one as a whole,
  the names inside it included. A string without its closing quote ends with its line, one with three quotes with the
  text.
- `match`, `case` and `type` are names: only a parser can tell when they are more.
- Everything else that can be seen is punctuation, operators such as `+` and `==` included.
"""

import keyword
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

KINDS = ("layout", "punctuation", "keyword", "name", "literal", "comment")
"""The kinds by number; arrays of kinds hold places in this tuple."""

LAYOUT, PUNCTUATION, KEYWORD, NAME, LITERAL, COMMENT = range(len(KINDS))

_CONSTANTS = ("True", "False", "None")
_KEYWORDS = "|".join(word for word in keyword.kwlist if word not in _CONSTANTS)

_LEXEME = re.compile(
    rf"""
      (?P<comment>\#[^\n]*)
    | (?P<literal>
        (?:[rR][bBfF]?|[bBfF][rR]?|[uU])?
        (?:
            \"\"\"(?:[^"\\]|\\[\s\S]?|"(?!""))*(?:\"\"\")?
          | '''(?:[^'\\]|\\[\s\S]?|'(?!''))*(?:''')?
          | "(?:[^"\\\n]|\\[\s\S]?)*"?
          | '(?:[^'\\\n]|\\[\s\S]?)*'?
        )
      | 0[xX][\da-fA-F_]+ | 0[bB][01_]+ | 0[oO][0-7_]+
      | (?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?
      | (?:{"|".join(_CONSTANTS)})\b
      )
    | (?P<keyword>(?:{_KEYWORDS})\b)
    | (?P<name>[^\W\d]\w*)
    """,
    re.VERBOSE,
)

_ASCII_SPACE = np.zeros(256, np.bool_)
_ASCII_SPACE[[ord(sign) for sign in " \t\n\r\f\v\x1c\x1d\x1e\x1f"]] = True


def kinds_of_bytes(text: str) -> NDArray[np.uint8]:
    """The kind of every byte of a text's UTF-8 form, (bytes,); white space is layout."""
    painted = bytearray([PUNCTUATION]) * len(text)
    for lexeme in _LEXEME.finditer(text):
        start, end = lexeme.span()
        assert lexeme.lastgroup is not None
        painted[start:end] = bytes([KINDS.index(lexeme.lastgroup)]) * (end - start)
    kinds = np.frombuffer(painted, np.uint8)
    encoded = text.encode()
    if len(encoded) == len(text):
        return np.where(_ASCII_SPACE[np.frombuffer(encoded, np.uint8)], np.uint8(LAYOUT), kinds)
    spaces = np.fromiter((sign.isspace() for sign in text), np.bool_, count=len(text))
    widths = np.fromiter((len(sign.encode()) for sign in text), np.int64, count=len(text))
    return np.repeat(np.where(spaces, np.uint8(LAYOUT), kinds), widths)


def kinds_of_tokens(texts: Sequence[str], token_bytes: Sequence[NDArray[np.int64]]) -> NDArray[np.uint8]:
    """The kind of every token of some texts, those of all texts end to end.

    `token_bytes` holds for each text how many bytes its tokens stand for, from its first byte on; marks stand for
    none. The tokens may end before their text does. Raises ValueError where they go on beyond it.
    """
    if not texts:
        return np.zeros(0, np.uint8)
    parts = [kinds_of_bytes(text) for text in texts]
    places = np.cumsum([0, *(len(part) for part in parts)])  # where each text begins
    ends = [np.cumsum(widths) for widths in token_bytes]
    for part, end in zip(parts, ends, strict=True):
        if len(end) and end[-1] > len(part):
            raise ValueError("the tokens are longer than their text")
    widths = np.concatenate(token_bytes)
    end = np.concatenate([end + place for end, place in zip(ends, places[:-1], strict=True)])
    kinds = np.concatenate([*parts, np.zeros(1, np.uint8)])
    return _first_visible(kinds, end - widths, end)


def _first_visible(kinds: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The kind of the first byte between `start` and `end` that is not layout; layout where there is none."""
    last = len(kinds) - 1  # one layout byte behind all texts
    visible = np.where(kinds != LAYOUT, np.arange(len(kinds)), last)
    following = np.minimum.accumulate(visible[::-1])[::-1]  # (bytes,): the next visible byte from here on
    found = following[start]
    return np.where(found < end, kinds[found], np.uint8(LAYOUT))
