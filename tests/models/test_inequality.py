"""Inequality: by hand, its extremes and laws, and the share of the top."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import ModelError
from workbench.models.inequality import gini, herfindahl, shannon, theil, top_share

AMOUNTS = st.lists(st.floats(0.01, 1000), min_size=2, max_size=20)


def test_by_hand():
    """Three people have 1, 2 and 5 of 8."""
    # Gini: sum over pairs of |difference| = 1 + 4 + 3 = 8, over n x total = 3 x 8.
    assert gini([5, 1, 2]) == pytest.approx(1 / 3)
    assert gini([5, 1, 2], corrected=True) == pytest.approx(1 / 2)
    assert herfindahl([5, 1, 2]) == pytest.approx(30 / 64)
    entropy = np.log(8) - (2 * np.log(2) + 5 * np.log(5)) / 8
    assert shannon([5, 1, 2]) == pytest.approx(entropy)
    assert theil([5, 1, 2]) == pytest.approx(np.log(3) - entropy)


def test_extremes():
    """Everybody the same, and one who has all."""
    same, one = [3] * 4, [0, 0, 0, 7]
    assert [gini(same), theil(same), herfindahl(same)] == pytest.approx([0, 0, 0.25])
    assert [gini(one), gini(one, corrected=True), herfindahl(one)] == pytest.approx([0.75, 1, 1])
    assert [theil(one), shannon(one), shannon(same)] == pytest.approx([np.log(4), 0, np.log(4)])


@settings(max_examples=30, deadline=None)
@given(AMOUNTS, st.floats(0.1, 10))
def test_unit_and_order_do_not_matter(amounts, unit):
    """Shares have no unit; Gini is the mean absolute difference over twice the mean."""
    turned = [unit * one for one in reversed(amounts)]
    for index in (gini, theil, herfindahl, shannon):
        assert index(turned) == pytest.approx(index(amounts), abs=1e-9)
    values = np.array(amounts)
    differences = np.abs(values[:, None] - values).mean()
    assert gini(amounts) == pytest.approx(differences / (2 * values.mean()), abs=1e-9)


def test_top_share_by_hand():
    """The upper fifth of ten is two people; the upper quarter is two and a half."""
    amounts = [1, 1, 1, 1, 1, 1, 2, 4, 8, 20]
    assert top_share(amounts, seed=1, top=0.2).estimate == pytest.approx(28 / 40)
    assert top_share(amounts, seed=1, top=0.25).estimate == pytest.approx(30 / 40)
    got = top_share(amounts, seed=1, top=0.2)
    assert got.low < got.estimate < got.high
    assert (got.p_value, got.n) == (None, 10)


def test_interval_of_the_top_share_holds_the_truth_about_as_often_as_stated():
    """Exponential amounts: the upper tenth holds .1 (1 + log 10) of all."""
    truth = 0.1 * (1 + np.log(10))
    rng = np.random.default_rng(1)
    got = [top_share(rng.exponential(size=300), seed=s, draws=100) for s in range(40)]
    # 5 % of 40 is 2; the chance of eight or more is 6e-4.
    assert sum(not one.low <= truth <= one.high for one in got) < 8
    spread = np.std([one.estimate for one in got])
    assert np.mean([one.std_error for one in got]) == pytest.approx(spread, rel=0.35)


def test_seeds():
    """The same seed gives the same interval, another seed another."""
    amounts = np.random.default_rng(2).exponential(size=50)
    first, again, other = (top_share(amounts, seed=seed, draws=100) for seed in (1, 1, 2))
    assert first == again
    assert first.estimate == other.estimate
    assert first.low != other.low


@pytest.mark.parametrize("index", [gini, theil, herfindahl, shannon])
@pytest.mark.parametrize(("values", "got"), [([0, 0], "0 and a total of 0"), ([2, -1], "-1 and a")])
def test_refuses_what_cannot_be_shared(index, values, got):
    """Nothing to share, or less than nothing."""
    with pytest.raises(ModelError, match=f"{index.__name__}: expected .* a smallest of {got}"):
        index(values)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gini([3], corrected=True), "gini: expected at least two values .* got one"),
        (
            lambda: top_share([3], seed=1),
            "top_share: expected two values or more .* got 1 and 0.1",
        ),
        (lambda: top_share([3, 1], seed=1, top=10), "got 2 and 10. Pass 0.1"),
        (lambda: top_share([3, 1], seed=1, top=None), "got 2 and None. Pass 0.1"),
        (lambda: top_share([3, 1], seed=0.5), "seed to be a whole number from 0, got 0.5"),
        (lambda: top_share([3, 1e308], seed=1), "values in a unit .* got values up to 1e.308"),
        (lambda: top_share([3, 1], seed=1, draws=9), "draws to be a whole number from 100, got 9"),
        (lambda: top_share([1, 0, 0], seed=1), "top_share: expected something to share in every"),
        (lambda: top_share([1, 2], seed=1, level=2), "a confidence level between 0 and 1, got 2"),
    ],
)
def test_refuses(call, message):
    """One value, an odd share, too few draws, samples of nothing."""
    with pytest.raises(ModelError, match=message):
        call()
