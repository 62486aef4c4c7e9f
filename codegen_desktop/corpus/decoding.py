"""From the bytes of a file to its text, or the one reason why it has none."""

import codecs
from dataclasses import dataclass

from codegen_desktop.corpus.dataset import Reason

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """Why a piece of input has no place in a dataset: a reason of the closed list, a line and a few words."""

    reason: Reason
    line: int
    detail: str


def encoding_of(data: bytes) -> str:
    """The encoding that a byte order mark at the beginning names; UTF-8 without one. Cookies are never obeyed."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    return "utf-8"


def decode(data: bytes) -> str:
    """Strictly decode UTF-8, or UTF-16 and UTF-32 with a byte order mark; line ends become `\\n`.

    Raises Refusal for other encodings (with the offset of the first wrong byte) and for what is not text.
    """
    encoding = encoding_of(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and b"\0" in data:
            raise Refusal(Reason.NOT_TEXT, 1, f"NUL byte at offset {data.index(0)}") from error
        line = data.count(b"\n", 0, error.start) + 1
        raise Refusal(Reason.NOT_UTF8, line, f"wrong byte at offset {error.start}") from error
    if "\0" in text:
        position = text.index("\0")
        raise Refusal(Reason.NOT_TEXT, text.count("\n", 0, position) + 1, f"NUL at character {position + 1}")
    return unified_line_ends(text)


def unified_line_ends(text: str) -> str:
    """The text with `\\r\\n` and lone `\\r` as `\\n`, as Python itself reads source files."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
