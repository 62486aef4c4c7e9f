"""The kind of a token follows from the characters it was cut from, in whole and in broken Python."""

import io
import keyword
import tokenize

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegen_desktop.model.rows import make_rows
from codegen_desktop.tokenization.kinds import KINDS, LAYOUT, kinds_of_bytes, kinds_of_tokens
from codegen_desktop.tokenization.tokenizer import Tokenizer

LETTERS = "_pknlc"
"""One letter a kind, `_` for layout: the pictures below stand under their texts."""


def drawn(text: str) -> str:
    """One letter for every byte of a text."""
    return "".join(LETTERS[kind] for kind in kinds_of_bytes(text))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("def add(a, b):", "kkk_nnnpnp_npp"),
        ("  return a+1.5e-3", "__kkkkkk_npllllll"),
        ("x = 0xe+1", "n_p_lllpl"),
        ("x = None # not if", "n_p_llll_c_ccc_cc"),
        ("'it''s' # '", "lllllll_c_c"),
        ("x = rb'\\'a' + y", "n_p_lllllll_p_n"),
        ("f'{a} b' if c", "lllll_ll_kk_n"),
        ("classy = Falsely", "nnnnnn_p_nnnnnnn"),
        ("'open\nx", "lllll_n"),
        ('"""open\nx # y', "lllllll_l_l_l"),
        ('"""a""b"""c', "lllllllllln"),
        ("x\\\n+'\\", "np_pll"),
        ("match x:", "nnnnn_np"),
        ("é=1", "nnpl"),
        ("#\u00a0é", "c__cc"),
        ("a != b ** 2", "n_pp_n_pp_l"),
        ("", ""),
    ],
)
def test_every_byte_has_its_kind(text: str, kinds: str) -> None:
    assert drawn(text) == kinds


def test_a_token_takes_the_kind_of_its_first_visible_character() -> None:
    text = "# sum\nif  a :\n    'x y'"
    pieces = ["# ", "sum\n", "if", "  ", "a", " :", "\n   ", " '", "x", " ", "y'"]
    assert "".join(pieces) == text
    widths = np.array([*(len(piece) for piece in pieces), 0])  # the end mark stands for no byte
    kinds = [KINDS[kind] for kind in kinds_of_tokens([text], [widths])]
    assert kinds == [
        "comment", "comment", "keyword", "layout", "name", "punctuation", "layout", "literal", "literal", "layout",
        "literal", "layout",
    ]  # fmt: skip


def test_tokens_longer_than_their_text_are_refused() -> None:
    with pytest.raises(ValueError, match="longer than their text"):
        kinds_of_tokens(["ab", "cd"], [np.array([3]), np.array([1])])


@example("\x1f")
@given(st.text())
def test_any_text_has_a_kind_for_every_byte(text: str) -> None:
    kinds = kinds_of_bytes(text)
    assert len(kinds) == len(text.encode())
    spaces = np.repeat([sign.isspace() for sign in text], [len(sign.encode()) for sign in text])
    assert ((kinds == LAYOUT) == spaces).all()


def test_real_code_is_read_as_python_reads_it(code: tuple[str, ...]) -> None:
    """Python's own tokenizer is the judge of every keyword, name, number, string and comment of five modules."""
    for text in code:
        lines = text.splitlines(keepends=True)
        starts = np.cumsum([0, *(len(line) for line in lines)])
        bytes_before = np.cumsum([0, *(len(sign.encode()) for sign in text)])
        kinds = kinds_of_bytes(text)
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            wanted = _kind_of(token)
            if wanted:
                first = bytes_before[starts[token.start[0] - 1] + token.start[1]]
                assert KINDS[kinds[first]] == wanted, token


def _kind_of(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME:
        constant = token.string in ("True", "False", "None")
        return "literal" if constant else "keyword" if keyword.iskeyword(token.string) else "name"
    names = {tokenize.NUMBER: "literal", tokenize.STRING: "literal", tokenize.COMMENT: "comment"}
    return names.get(token.type, "punctuation" if token.type == tokenize.OP else "")


def test_rows_know_the_kinds_of_their_tokens(tokenizer: Tokenizer) -> None:
    texts = ["# twice x\ndef f(x):\n    return 2 * x", "", "x = 'ä€' # é", "if a:\n        pass"]
    rows = make_rows(tokenizer, texts, 12)
    assert len(rows.kinds) == rows.tokens
    for number, text in enumerate(texts):
        kinds = rows.kinds[rows.offsets[number] : rows.offsets[number + 1]]
        spans = tokenizer.tokens(text)[: len(kinds)]
        of_bytes = kinds_of_bytes(text)
        for token, kind in zip(spans, kinds, strict=False):
            visible = [sign for sign in text[token.start : token.end] if not sign.isspace()]
            assert (kind == LAYOUT) == (not visible)
            if visible:
                place = len(text[: text.index(visible[0], token.start)].encode())
                assert kind == of_bytes[place]
    assert rows.first(2).kinds.tolist() == rows.kinds[: rows.offsets[2]].tolist()
