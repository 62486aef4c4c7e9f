"""Tiny jobs that train in a fraction of a second."""

import random

import numpy as np

from codegen_desktop.config import TrainingOptions
from codegen_desktop.model.baselines import baselines
from codegen_desktop.model.records import TrainingJob
from codegen_desktop.model.rows import Rows
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.tokenization.tokenizer import END_ID

VOCABULARY = 24


def rows_of(texts: list[list[int]]) -> Rows:
    """Rows as `make_rows` makes them, from ids; every token but the end mark stands for two bytes."""
    ended = [[*text, END_ID] for text in texts]
    return Rows(
        ids=np.array([token for row in ended for token in row], np.int32),
        offsets=np.cumsum([0, *(len(row) for row in ended)]).astype(np.int64),
        text_bytes=np.array([2 * len(text) for text in texts], np.int64),
        asked=np.zeros(len(texts), np.int64),
    )


def counting_rows(count: int, seed: int) -> Rows:
    """Rows that count up in steps of one or two from a random number: a pattern that can be learned at once."""
    draw = random.Random(seed)
    texts = []
    for _ in range(count):
        start, step, length = draw.randrange(6, 12), draw.choice((1, 2)), draw.randrange(1, 7)
        texts.append([6 + (start + step * place) % (VOCABULARY - 6) for place in range(length)])
    return rows_of(texts)


def tiny_job() -> TrainingJob:
    """Sixty rows to learn from, two epochs of eight steps, a model of two layers."""
    options = TrainingOptions(
        preset="custom", epochs=2, layers=2, width=16, heads=2, feed_forward=32, batch=8, warmup=2, seed=7,
        checkpoint_seconds=0, context=8, threads=1, device="cpu",
    )  # fmt: skip
    shape = ModelShape(VOCABULARY, layers=2, width=16, heads=2, feed_forward=32, context=8)
    train, test = counting_rows(60, 1), counting_rows(20, 2)
    return TrainingJob(options, shape, train, test, baselines(train, test, VOCABULARY))
