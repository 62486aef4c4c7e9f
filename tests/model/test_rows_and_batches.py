"""Rows are cut as the brief says, batches hold every row once an epoch, and pads are never targets."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_jobs import counting_rows, rows_of

from codegen_desktop.model.batch_order import by_length, order
from codegen_desktop.model.batches import collate
from codegen_desktop.model.rows import make_rows
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.tokenizer import END_ID, PAD_ID, START_ID

TEXTS = ["def add(a, b): return a + b", "x = 'ä€'", "", "def f(x):\n    return x * 2"]


def test_rows_hold_the_tokens_and_an_end_mark() -> None:
    tokenizer = learn_tokenizer("bpe", TEXTS, 300)
    rows = make_rows(tokenizer, TEXTS, 50)
    assert len(rows) == 4
    for number, text in enumerate(TEXTS):
        assert rows.row(number).tolist() == [*tokenizer.encode(text), END_ID]
        assert rows.text_bytes[number] == len(text.encode())


def test_a_text_that_does_not_fit_is_cut_and_does_not_end() -> None:
    tokenizer = learn_tokenizer("bpe", TEXTS, 300)
    rows = make_rows(tokenizer, TEXTS, 8)
    assert rows.row(0).tolist() == tokenizer.encode(TEXTS[0])[:7]
    assert rows.text_bytes[0] == sum(len(tokenizer.token_bytes(token)) for token in rows.row(0))


def test_the_tokens_of_an_instruction_are_known() -> None:
    prompt, code = "# twice x\n", "def f(x):\n    return x * 2"
    texts = [prompt + code, code, prompt]
    tokenizer = learn_tokenizer("bpe", texts, 300)
    rows = make_rows(tokenizer, texts, 50, [prompt, "", prompt])
    asked = len(tokenizer.encode(prompt))
    assert rows.asked.tolist()[:2] == [asked, 0]
    assert tokenizer.decode(rows.row(0)[:asked].tolist()) == prompt
    assert make_rows(tokenizer, texts, 5, [prompt, "", prompt]).asked.tolist() == [4, 0, 4]
    batch = collate(rows, np.array([1, 0]))
    assert batch.asked.tolist() == [False] * len(rows.row(1)) + [place < asked for place in range(len(rows.row(0)))]


def test_inputs_are_the_targets_moved_by_one() -> None:
    batch = collate(rows_of([[7, 8, 9], [10]]), np.array([1, 0]))
    assert batch.inputs.tolist() == [[START_ID, 10, PAD_ID, PAD_ID], [START_ID, 7, 8, 9]]
    assert batch.targets.tolist() == [10, END_ID, 7, 8, 9, END_ID]
    assert batch.wanted.tolist() == [0, 1, 4, 5, 6, 7]


@settings(max_examples=30, deadline=None)
@given(count=st.integers(1, 300), batch=st.integers(1, 20), seed=st.integers(0, 9), epoch=st.integers(1, 9))
def test_every_row_is_met_once_an_epoch(count: int, batch: int, seed: int, epoch: int) -> None:
    batches = order(counting_rows(count, seed), batch, seed, epoch)
    assert sorted(np.concatenate(batches).tolist()) == list(range(count))
    assert len(batches) == math.ceil(count / batch)
    assert max(len(numbers) for numbers in batches) <= batch


def test_the_order_follows_from_seed_and_epoch() -> None:
    rows = counting_rows(200, 0)
    flat = {key: np.concatenate(order(rows, 8, *key)).tolist() for key in ((1, 1), (1, 2), (2, 1))}
    assert flat[1, 1] == np.concatenate(order(rows, 8, 1, 1)).tolist()
    assert flat[1, 1] != flat[1, 2]
    assert flat[1, 1] != flat[2, 1]


def test_like_lengths_stand_together() -> None:
    rows = counting_rows(2000, 0)
    positions = sum(len(numbers) * rows.lengths[numbers].max() for numbers in order(rows, 16, 0, 1))
    assert rows.tokens / positions > 0.95


@pytest.mark.parametrize("batch", [1, 7, 64])
def test_measuring_meets_every_target_once(batch: int) -> None:
    rows = counting_rows(50, 3)
    batches = [collate(rows, numbers) for numbers in by_length(rows, batch)]
    assert sum(len(part.targets) for part in batches) == rows.tokens
    assert all((part.targets != PAD_ID).all() for part in batches)
