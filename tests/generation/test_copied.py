"""The longest shared run against a plain search."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen_desktop.corpus.snippet import Origin, Snippet
from codegen_desktop.generation.copied import TrainingIndex
from codegen_desktop.tokenization.registry import learn_tokenizer

LETTERS = learn_tokenizer("bpe", ["letters"], 262)
"""A tokenizer with nothing but the 256 bytes and the marks: every letter is a token."""


def snippets(*texts):
    return tuple(Snippet(text, Origin("test", f"{n}.py", n + 1), "MIT", str(n)) for n, text in enumerate(texts))


def longest(text, texts):
    runs = {text[a:b] for a in range(len(text)) for b in range(a + 1, len(text) + 1)}
    return max((len(run) for run in runs if any(run in other for other in texts)), default=0)


@settings(max_examples=200)
@given(st.lists(st.text("abc", max_size=30), max_size=6), st.text("abcd", max_size=20))
def test_it_finds_what_a_plain_search_finds(texts, text):
    copied = TrainingIndex(LETTERS, snippets(*texts)).longest_copy(LETTERS.encode(text))
    assert (copied.tokens if copied else 0) == longest(text, texts)
    if copied:
        assert text[copied.start : copied.start + copied.tokens] in copied.snippet.text


def test_runs_do_not_cross_snippets():
    copied = TrainingIndex(LETTERS, snippets("abc", "def")).longest_copy(LETTERS.encode("abcdef"))
    assert (copied.tokens, copied.start, copied.snippet.origin.path) == (3, 0, "0.py")


def test_a_long_copy_counts_as_long_as_runs_are_told_apart():
    text = "".join(chr(97 + int(n)) for n in np.random.default_rng(1).integers(0, 26, 300))
    copied = TrainingIndex(LETTERS, snippets("zzz", text)).longest_copy(LETTERS.encode(text[100:200]))
    assert (copied.tokens, copied.start, copied.snippet.text) == (64, 0, text)


@pytest.mark.parametrize("texts", [(), ("",), ("xyz",)])
def test_nothing_shared_is_none(texts):
    assert TrainingIndex(LETTERS, snippets(*texts)).longest_copy(LETTERS.encode("ab")) is None
