"""The stages of sampling, one by one and as a row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen_desktop.config import SamplingOptions
from codegen_desktop.generation.sampling import STAGES, choose, likeliest, min_p, rank, temperature, top_k, top_p

LOGITS = np.log(np.array([0.1, 0.4, 0.05, 0.3, 0.15]))


def options(**changes):
    return SamplingOptions(**{"temperature": 1.0, **changes})


def test_the_stages_are_the_fields_in_their_order():
    names = [name for name, _ in STAGES]
    assert names == [name for name in SamplingOptions.model_fields if name in names]
    assert set(SamplingOptions.model_fields) - set(names) == {"seed", "max_tokens"}


def test_ranking_puts_the_likeliest_first_and_equal_ones_by_id():
    assert rank(LOGITS).ids.tolist() == [1, 3, 4, 0, 2]
    assert rank(np.array([1.0, 2.0, 2.0, 1.0])).ids.tolist() == [1, 2, 0, 3]
    assert rank(LOGITS).probabilities == pytest.approx([0.4, 0.3, 0.15, 0.1, 0.05])


def test_the_likeliest_are_the_first_of_the_ranking():
    logits = np.random.default_rng(4).normal(size=(3, 300)).astype(np.float32)
    for count in (1, 5, 999):
        for row, found in zip(logits, likeliest(logits, count), strict=True):
            assert [token for token, _ in found] == rank(row).ids[:count].tolist()
            assert [share for _, share in found] == pytest.approx(rank(row).probabilities[:count].tolist(), rel=1e-5)
    assert [token for token, _ in likeliest(np.zeros((1, 4), np.float32), 4)[0]] == [0, 1, 2, 3]


def test_temperature_divides_the_scores():
    warm = temperature(rank(LOGITS), options(temperature=2.0))
    expected = np.sqrt([0.4, 0.3, 0.15, 0.1, 0.05])
    assert warm.probabilities == pytest.approx(expected / expected.sum())
    cold = temperature(rank(LOGITS * 1e6), options(temperature=1e-3))
    assert cold.probabilities == pytest.approx([1, 0, 0, 0, 0])


def test_top_k_keeps_k_and_shares_out_anew():
    kept = top_k(rank(LOGITS), options(top_k=2))
    assert kept.ids.tolist() == [1, 3]
    assert kept.probabilities == pytest.approx([4 / 7, 3 / 7])
    assert top_k(rank(LOGITS), options(top_k=99)).ids.size == 5


@pytest.mark.parametrize(("share", "left"), [(0.01, 1), (0.39, 1), (0.41, 2), (0.71, 3), (0.96, 5), (1.0, 5)])
def test_top_p_keeps_the_fewest_that_reach_the_share(share, left):
    assert top_p(rank(LOGITS), options(top_p=share)).ids.size == left


@pytest.mark.parametrize(("share", "left"), [(0.0, 5), (0.2, 4), (0.3, 3), (0.7, 2), (1.0, 1)])
def test_min_p_drops_what_is_far_below_the_likeliest(share, left):
    assert min_p(rank(LOGITS), options(min_p=share)).ids.size == left


def test_a_selection_holds_every_stage_and_the_draw():
    chosen = choose(LOGITS, options(temperature=0.5, top_k=4, top_p=0.9, min_p=0.5), np.random.default_rng(3))
    assert [(stage.name, stage.survivors, stage.active) for stage in chosen.stages] == [
        ("temperature", 5, True),
        ("top_k", 4, True),
        ("top_p", 3, True),
        ("min_p", 2, True),
    ]
    assert chosen.draw == np.random.default_rng(3).random()
    assert chosen.lower <= chosen.draw < chosen.upper
    assert chosen.id == chosen.final.ids[chosen.rank]
    assert chosen.probability == pytest.approx({1: 0.4, 3: 0.3}[chosen.id])
    assert chosen.upper - chosen.lower == pytest.approx(chosen.final.probabilities[chosen.rank])


def test_temperature_zero_is_greedy_and_draws_nothing():
    rng = np.random.default_rng(0)
    chosen = choose(LOGITS, options(temperature=0.0), rng)
    assert (chosen.id, chosen.draw, chosen.lower, chosen.upper) == (1, None, 0.0, 1.0)
    assert chosen.probability == pytest.approx(0.4)
    assert rng.random() == np.random.default_rng(0).random()


def test_draws_follow_the_probabilities():
    rng = np.random.default_rng(7)
    counts = np.bincount([choose(LOGITS, options(), rng).id for _ in range(4000)], minlength=5) / 4000
    assert counts == pytest.approx([0.1, 0.4, 0.05, 0.3, 0.15], abs=0.03)


@given(
    logits=st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=40),
    heat=st.floats(0, 5),
    k=st.integers(0, 50),
    p=st.floats(0.001, 1),
    least=st.floats(0, 1),
    seed=st.integers(0, 2**31),
)
def test_any_setting_leaves_something_that_sums_to_one(logits, heat, k, p, least, seed):
    chosen = choose(
        np.array(logits, np.float32),
        SamplingOptions(temperature=heat, top_k=k, top_p=p, min_p=least),
        np.random.default_rng(seed),
    )
    for stage in chosen.stages:
        assert stage.survivors >= 1
        assert stage.candidates.probabilities.sum() == pytest.approx(1)
        assert (np.diff(stage.candidates.probabilities) <= 1e-12).all()
    assert chosen.id in chosen.final.ids
    assert 0 <= chosen.lower < chosen.upper <= 1 + 1e-9 or chosen.final.probabilities[chosen.rank] < 1e-12
