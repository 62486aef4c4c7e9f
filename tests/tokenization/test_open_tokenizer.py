"""A stored tokenizer that was changed is refused with a reason, never opened half."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen_desktop.errors import TokenizerError
from codegen_desktop.tokenization.bpe import learn_bpe
from codegen_desktop.tokenization.registry import open_tokenizer

STORED = learn_bpe(["def add(a, b): return a + b\n"] * 9, 300).to_json()


def drop(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return change


def put(value: object, *path: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (drop("model"), "not a byte-level BPE"),
        (put("WordLevel", "model", "type"), "not a byte-level BPE"),
        (drop("model", "vocab"), "no vocabulary"),
        (put({}, "model", "vocab"), "special tokens"),
        (drop("model", "vocab", "<|end|>"), "gaps"),
        (put(7, "model", "vocab", "<|end|>"), "gaps"),
        (put("2", "model", "vocab", "<|end|>"), "not a number"),
        (put([["zz", "y"]], "model", "merges"), "a merge names"),
        (put([["a"]], "model", "merges"), "a merge names"),
        (put("ab", "model", "merges"), "no vocabulary or no merges"),
        (put(None, "pre_tokenizer"), "cuts in a way"),
        (put([], "added_tokens"), "cuts in a way"),
        (put(True, "model", "ignore_merges"), "cuts in a way"),
        (put({"type": "Nothing"}, "decoder"), "damaged"),
        (put("9.0", "version"), "damaged"),
    ],
)
def test_a_change_is_refused_with_its_reason(change: Callable[[dict[str, Any]], None], reason: str) -> None:
    document = json.loads(STORED)
    change(document)
    with pytest.raises(TokenizerError, match=reason):
        open_tokenizer(json.dumps(document))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '{"model": 3}', "\0", "PK\3\4"])
def test_what_is_no_tokenizer_is_refused(text: str) -> None:
    with pytest.raises(TokenizerError, match="damaged or not one of ours"):
        open_tokenizer(text)


def test_a_byte_that_is_missing_is_named() -> None:
    document = json.loads(STORED)
    vocabulary = document["model"]["vocab"]
    vocabulary["zzz"] = vocabulary.pop("!")
    with pytest.raises(TokenizerError, match="one of the 256 bytes"):
        open_tokenizer(json.dumps(document))


def test_an_entry_that_is_not_spelled_in_bytes_is_named() -> None:
    document = json.loads(STORED)
    document["model"]["vocab"]["日"] = len(document["model"]["vocab"])
    with pytest.raises(TokenizerError, match="not spelled in bytes"):
        open_tokenizer(json.dumps(document))


@settings(max_examples=150, deadline=None)
@given(start=st.integers(0, len(STORED) - 1), length=st.integers(1, 200), new=st.text(max_size=3))
def test_any_damage_opens_whole_or_not_at_all(start: int, length: int, new: str) -> None:
    try:
        tokenizer = open_tokenizer(STORED[:start] + new + STORED[start + length :])
    except TokenizerError:
        return
    text = "def add(a, b): return a + b  # é"
    assert tokenizer.decode(tokenizer.encode(text)) == text
