"""The sentence under each station, from numbers made for it."""

import numpy as np
import pytest

from codegen_desktop.config import SamplingOptions
from codegen_desktop.generation.describe import (
    describe_attention,
    describe_embedding,
    describe_layer,
    describe_layers,
    describe_probabilities,
    describe_selection,
    percent,
    shown,
)
from codegen_desktop.generation.sampling import choose
from codegen_desktop.generation.trace import LayerTrace, LensToken, Prediction, Trace


def layer(token, text, probability, *, last_row=(0.1, 0.1, 0.42, 0.38), updates=(2.0, 1.0)):
    maps = np.zeros((2, 4, 4), np.float32)
    maps[:, -1] = last_row
    maps[1, -1] = (0, 0, 0, 1)
    return LayerTrace(maps, updates[0], 1.0, updates[1], 1.0, (LensToken(token, text, probability),))


def trace(*layers, texts=("‹start›", "(", "a", ",")):
    return Trace((1, 10, 11, 12), texts, np.zeros((4, 128), np.float32), (), layers, np.zeros(5, np.float32))


def test_attention():
    one = trace(layer(5, " b", 0.8))
    assert describe_attention(one, 0, head=0) == "`,` looks mostly at `a` (42 %)."
    assert describe_attention(one, 0, head=1) == "`,` looks mostly at itself (100 %)."
    assert describe_attention(one, 0) == "`,` looks mostly at itself (69 %)."


def test_layers():
    b, x = layer(5, " b", 0.41), layer(6, " x", 0.3)
    assert describe_layers(trace(x, x, b, b)) == "From layer 3 on, `b` is the best guess (41 % there)."
    assert describe_layers(trace(b, x, b)) == "Only the last layer puts `b` first (41 %)."
    assert describe_layers(trace(b, b)) == "Layer 1 already puts `b` first (41 %)."
    assert describe_layers(trace(b)) == "Layer 1 already puts `b` first (41 %)."
    assert describe_layer(b, 2) == "In layer 2 attention changed more; it would say `b` (41 %)."
    other = layer(5, " b", 0.41, updates=(1.0, 2.0))
    assert describe_layer(other, 1) == "In layer 1 the feed-forward part changed more; it would say `b` (41 %)."


def test_embedding():
    assert describe_embedding(trace()) == "Each of the 4 tokens becomes 128 numbers."
    twice = trace(texts=("‹start›", " a", "(", " a"))
    assert describe_embedding(twice).endswith("every `a` begins with the same ones, its position is mixed in later.")


def prediction(**options):
    logits = np.log(np.array([0.5, 0.25, 0.125, 0.125]))
    selection = choose(logits, SamplingOptions(temperature=1.0, **options), np.random.default_rng(1))
    return Prediction(selection.id, "b", " b", 0.5, 4, (), selection, None)


def test_probabilities():
    assert describe_probabilities(prediction().selection) == "All 4 tokens can still be picked."
    assert (
        describe_probabilities(prediction(top_k=3, top_p=0.4).selection)
        == "1 of 4 tokens can still be picked; top-p removed most."
    )
    left = describe_probabilities(prediction(top_k=2).selection)
    assert left == "2 of 4 tokens can still be picked; top-k removed most."


def test_selection():
    assert describe_selection(prediction(top_k=1)) == "Nothing is drawn: `b` is the only one left."
    drawn = describe_selection(prediction())
    assert drawn == "The draw 0.512 lies in the share of `b` (from 0.500 to 0.750), number 2 in line."


@pytest.mark.parametrize(
    ("piece", "words"),
    [(" b", "`b`"), ("\n    ", "`⏎····`"), (" ", "`·`"), ("\t", "`⇥`"), ("", "``"), ("‹end›", "`‹end›`")],
)
def test_tokens_in_sentences(piece, words):
    assert shown(piece) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1.0, "100 %"),
        (0.42, "42 %"),
        (0.9994, "100 %"),
        (0.0994, "9.9 %"),
        (0.1, "10 %"),
        (0.003, "0.3 %"),
        (0.0, "< 0.1 %"),
    ],
)
def test_percent(share, words):
    assert percent(share) == words
