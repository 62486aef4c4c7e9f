"""Measuring judges every target as the model does for one row alone, by kind of token and row by row."""

import dataclasses

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from codegen_desktop.model.batches import collate
from codegen_desktop.model.measuring import Measured, measure
from codegen_desktop.model.records import TrainingJob
from codegen_desktop.model.rows import Rows
from codegen_desktop.model.transformer import Transformer, initialise


def measured(model: Transformer, rows: Rows) -> Measured:
    work = measure(model, rows, torch.device("cpu"), "Measuring")
    done = 0
    while True:
        try:
            progress = next(work)
        except StopIteration as end:
            assert done == len(rows), "the last progress is everything"
            found: Measured = end.value
            return found
        assert progress.done > done
        done = progress.done


@pytest.fixture
def model(job: TrainingJob) -> Transformer:
    made = Transformer(job.shape)
    initialise(made, torch.Generator().manual_seed(5))
    return made


def test_every_target_is_judged_as_in_its_row_alone(job: TrainingJob, model: Transformer) -> None:
    rows = job.test
    found = measured(model, rows)
    with torch.no_grad():
        for number in range(len(rows)):
            batch = collate(rows, np.array([number]))
            logits = model(batch.inputs, batch.wanted)
            mine = slice(rows.offsets[number], rows.offsets[number + 1])
            losses = F.cross_entropy(logits, batch.targets, reduction="none").numpy()
            assert np.allclose(found.losses[mine], losses, atol=1e-5)
            assert (found.right[mine] == (logits.argmax(dim=1) == batch.targets).numpy()).all()
    assert found.loss == pytest.approx(found.losses.mean(), abs=1e-6)
    assert found.accuracy == found.right.mean()


def test_kinds_share_out_all_targets(job: TrainingJob, model: Transformer) -> None:
    kinds = np.random.default_rng(0).integers(0, 3, job.test.tokens).astype(np.uint8)
    found = measured(model, dataclasses.replace(job.test, kinds=kinds))
    scores = found.kinds()
    assert [score.kind for score in scores] == ["layout", "punctuation", "keyword"]
    assert sum(score.tokens for score in scores) == job.test.tokens
    assert sum(score.loss * score.tokens for score in scores) == pytest.approx(found.loss * job.test.tokens)
    keyword = scores[2]
    assert keyword.accuracy == pytest.approx(found.right[kinds == 2].mean())


def test_rows_without_kinds_have_no_scores_by_kind(job: TrainingJob, model: Transformer) -> None:
    found = measured(model, dataclasses.replace(job.test, kinds=np.zeros(0, np.uint8)))
    assert found.kinds() == ()


def test_the_hardest_and_easiest_rows_come_first(job: TrainingJob, model: Transformer) -> None:
    rows = job.test
    found = measured(model, rows)
    means = [found.losses[start:end].mean() for start, end in zip(rows.offsets, rows.offsets[1:], strict=False)]
    hardest, easiest = found.extremes()
    assert [score.loss for score in hardest] == pytest.approx(sorted(means, reverse=True)[:5], abs=1e-6)
    assert [score.loss for score in easiest] == pytest.approx(sorted(means)[:5], abs=1e-6)
    assert all(means[score.row] == pytest.approx(score.loss, abs=1e-6) for score in (*hardest, *easiest))
