"""Which bytes are text: strict UTF-8, or UTF-16 and UTF-32 with their mark; all else is refused with its place."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_desktop.corpus.dataset import Reason
from codegen_desktop.corpus.decoding import Refusal, decode

TEXT = "def f():\n    return 'é🙂'\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
    ],
)
def test_these_are_the_same_text(data: bytes) -> None:
    assert decode(data) == TEXT


@pytest.mark.parametrize(
    ("data", "reason", "line", "detail"),
    [
        (b"a\nb\xff", Reason.NOT_UTF8, 2, "wrong byte at offset 3"),
        ("# é".encode("latin-1"), Reason.NOT_UTF8, 1, "wrong byte at offset 2"),
        (b"# coding: utf-7\n\xff", Reason.NOT_UTF8, 2, "wrong byte at offset 16"),
        (codecs.BOM_UTF16_LE + b"a", Reason.NOT_UTF8, 1, "wrong byte at offset 2"),
        (b"x = 1\n\0", Reason.NOT_TEXT, 2, "NUL at character 7"),
        (b"\x7fELF\x02\x01\0\0\xff", Reason.NOT_TEXT, 1, "NUL byte at offset 6"),
        (b"\xed\xa0\x80", Reason.NOT_UTF8, 1, "wrong byte at offset 0"),
    ],
)
def test_these_are_refused(data: bytes, reason: Reason, line: int, detail: str) -> None:
    with pytest.raises(Refusal) as caught:
        decode(data)
    assert (caught.value.reason, caught.value.line, caught.value.detail) == (reason, line, detail)


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except Refusal:
        return
    assert "\0" not in text
    assert "\r" not in text
    text.encode("utf-8")
