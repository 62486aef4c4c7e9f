"""Filling a gap between two texts, and what is said where that cannot be done."""

import json

import pytest

from codegen_desktop.config import SamplingOptions, TrainingOptions
from codegen_desktop.errors import GenerationError
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.middle import check_trained, encode_sides, fill_in
from codegen_desktop.tokenization.tokenizer import (
    FIM_MIDDLE_ID,
    FIM_PREFIX_ID,
    FIM_SUFFIX_ID,
    START_ID,
    Tokenizer,
)

GREEDY = SamplingOptions(temperature=0.0, max_tokens=5)


def test_the_marks_have_the_numbers_that_every_tokenizer_gives_them(tokenizer: Tokenizer) -> None:
    numbers = json.loads(tokenizer.to_json())["model"]["vocab"]
    assert [numbers[mark] for mark in ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>")] == [
        FIM_PREFIX_ID,
        FIM_SUFFIX_ID,
        FIM_MIDDLE_ID,
    ]


def test_the_model_reads_both_sides_before_it_writes(decoder: Decoder, tokenizer: Tokenizer) -> None:
    before, after = "def add(a, b):\n", " + b"
    filled = fill_in(decoder, tokenizer, before, after, GREEDY, trace=True)
    sides = [START_ID, 3, 4, *tokenizer.encode(after), 5, *tokenizer.encode(before)]
    trace = filled.predictions[0].trace
    assert trace is not None
    assert list(trace.ids) == sides
    assert trace.texts[1] == "‹prefix›"
    assert filled.code == before + filled.text + after
    assert len(filled.predictions) <= 5


@pytest.mark.parametrize(("before", "after"), [("def add(", ""), ("", " + b")])
def test_one_side_is_enough(decoder: Decoder, tokenizer: Tokenizer, before: str, after: str) -> None:
    assert fill_in(decoder, tokenizer, before, after, GREEDY).predictions


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (" ", "\n", "nothing before the gap"),
        ("def \ud800", "x", "text before the gap holds half a character at position 5"),
        ("def", "\udfff", "text after the gap holds half a character"),
        ("x = 1\n" * 20, "y", "this model reads at most 36"),
    ],
)
def test_what_cannot_be_read_is_said(
    decoder: Decoder, tokenizer: Tokenizer, before: str, after: str, words: str
) -> None:
    with pytest.raises(GenerationError, match=words):
        encode_sides(decoder, tokenizer, before, after)


def test_a_run_that_never_learned_it_says_so() -> None:
    check_trained("Run 1", TrainingOptions(middle_share=30))
    with pytest.raises(GenerationError, match="Run 1 was not trained to fill in a middle"):
        check_trained("Run 1", TrainingOptions())
