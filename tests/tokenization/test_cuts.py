"""The default tokenizer's promise: merges learned under the fine cut cross no symbol and are usable under GPT-2's."""

import itertools
import re

import pytest
from tokenizers import Regex, pre_tokenizers

from codegen_desktop.tokenization.byte_tokenizer import byte_letters
from codegen_desktop.tokenization.cuts import FINE_CUT, OPERATORS, WORD_CUT
from codegen_desktop.tokenization.tokenizer import Tokenizer

CONTRACTION = re.compile(r"(?<=\w)'(?:s|t|re|ve|m|ll|d)")


def pieces(expression: str, text: str) -> list[str]:
    return [piece for piece, _ in pre_tokenizers.Split(Regex(expression), "isolated").pre_tokenize_str(text)]


def ends(parts: list[str]) -> set[int]:
    return set(itertools.accumulate(map(len, parts)))


def gpt2_pieces(text: str) -> list[str]:
    byte_of = {letter: byte for byte, letter in enumerate(byte_letters())}
    cut = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True).pre_tokenize_str(text)
    return [bytes(byte_of[letter] for letter in piece).decode() for piece, _ in cut]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if x:\n        y -= 12", ["if", " x", ":", "\n       ", " y", " -=", " 1", "2"]),
        ("a\n\n    b\n\tc", ["a", "\n", "\n   ", " b", "\n", "\t", "c"]),
        ("f(x)**2 # é_ö", ["f", "(", "x", ")", "**", "2", " #", " é", "_", "ö"]),
    ],
)
def test_the_fine_cut(text: str, expected: list[str]) -> None:
    assert pieces(FINE_CUT, text) == expected


def test_words_keep_a_newline_and_its_indentation_together() -> None:
    assert pieces(WORD_CUT, "if x:\n\n        y = 1") == ["if", " x", ":", "\n", "\n        ", "y", " =", " 1"]


def test_both_cuts_lose_nothing_and_agree_apart_from_newlines(code: tuple[str, ...]) -> None:
    for text in code:
        fine, words = pieces(FINE_CUT, text), pieces(WORD_CUT, text)
        assert "".join(fine) == "".join(words) == text
        apart = {place for place in ends(fine) ^ ends(words) if not text[:place].rstrip(" \t").endswith("\n")}
        assert not apart


def test_the_fine_cut_refines_the_cut_of_gpt2(code: tuple[str, ...]) -> None:
    for text in code:
        plain = CONTRACTION.sub("' ", text)
        assert ends(gpt2_pieces(plain)) <= ends(pieces(FINE_CUT, plain))


def test_operators_are_one_piece_each() -> None:
    for operator in OPERATORS:
        assert pieces(FINE_CUT, f"a {operator}b") == ["a", f" {operator}", "b"]
    assert pieces(FINE_CUT, "):][") == [")", ":", "]", "["]


def test_no_token_of_the_default_crosses_a_symbol(learned: dict[str, Tokenizer]) -> None:
    bpe = learned["bpe"]
    for number in range(6, bpe.vocabulary_size):
        try:
            text = bpe.token_bytes(number).decode()
        except UnicodeDecodeError:
            continue
        inside_operator = any(text.strip() in operator for operator in OPERATORS)
        assert not text.strip() or inside_operator or len(pieces(FINE_CUT, text)) == 1, text


def test_merges_work_as_well_under_the_cut_of_gpt2(learned: dict[str, Tokenizer], code: tuple[str, ...]) -> None:
    """GPT-2's cut costs next to nothing: only rows of signs in comments (`+=====+`) are merged in another order."""
    bpe = learned["bpe"]
    for text in code[:5]:
        plain = CONTRACTION.sub("' ", text)
        fine = [token_id for piece in pieces(FINE_CUT, plain) for token_id in bpe.encode(piece)]
        assert len(bpe.encode(plain)) == pytest.approx(len(fine), rel=0.005)


def test_a_line_costs_no_token_more_for_its_indentation(learned: dict[str, Tokenizer]) -> None:
    bpe = learned["bpe"]
    shown = [token.text for token in bpe.tokens("if x:\n        return self\n    else:\n        return None")]
    assert shown == [
        *("if", " x", ":", "\n       ", " return", " self", "\n   ", " else", ":", "\n       ", " return", " None")
    ]
