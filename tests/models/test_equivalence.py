"""Two one-sided tests: by hand, by their two parts, and at the border of the margin."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from workbench.errors import ModelError
from workbench.models.equivalence import tost


def test_by_hand():
    """An effect of 0.005 (se 0.005) is smaller than 0.02 with 90 % certainty."""
    got = tost(0.005, 0.005, 0.02)
    # Nearer margin: (0.02 - 0.005) / 0.005 = 3 standard errors away; 1 - Phi(3) = 0.0013499.
    assert got.p_value == pytest.approx(0.0013499, abs=1e-7)
    # 0.005 +- 1.644854 x 0.005
    assert (got.low, got.high) == pytest.approx((-0.00322427, 0.01322427), abs=1e-8)
    assert got.equivalent


def test_equals_statsmodels_with_student_t():
    """With degrees of freedom it is the one-sample test of statsmodels."""
    x = np.random.default_rng(1).normal(0.1, 1, 40)
    summary = DescrStatsW(x)
    got = tost(x.mean(), x.std(ddof=1) / np.sqrt(40), 0.5, df=39)
    assert got.p_value == pytest.approx(summary.ttost_mean(-0.5, 0.5)[0], rel=1e-10)
    assert (got.low, got.high) == pytest.approx(summary.tconfint_mean(alpha=0.1), rel=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_is_the_larger_of_two_one_sided_tests_and_agrees_with_its_interval(seed):
    """p is the larger one-sided p, and p < alpha exactly when the interval is inside the margin."""
    rng = np.random.default_rng(seed)
    estimate, se, margin, alpha = rng.normal(), rng.uniform(0.1, 1), rng.uniform(0.5, 3), 0.1
    got = tost(estimate, se, margin, alpha=alpha)
    above = stats.norm.sf((estimate + margin) / se)
    below = stats.norm.cdf((estimate - margin) / se)
    assert got.p_value == pytest.approx(max(above, below), rel=1e-12)
    assert got.equivalent == (got.p_value < alpha) == (-margin < got.low and got.high < margin)


@pytest.mark.parametrize(
    ("numbers", "got"),
    [
        ((float("nan"), 1, 1), "nan, 1 and 1"),
        ((0, 0, 1), "0, 0 and 1"),
        ((0, 1, 0), "0, 1 and 0"),
        ((0, 1, -2), "0, 1 and -2"),
    ],
)
def test_refuses_numbers_that_cannot_be_tested(numbers, got):
    """No estimate, no error or no margin: no test."""
    with pytest.raises(ModelError, match=f"tost: expected an estimate, .* got {got}. Test only"):
        tost(*numbers)


def test_refuses_alpha_and_degrees_of_freedom_out_of_range():
    """Alpha stays below one half and df above zero."""
    with pytest.raises(
        ModelError, match="tost: expected a confidence level between 0 and 1, got 0"
    ):
        tost(0, 1, 1, alpha=0.5)
    with pytest.raises(
        ModelError, match=r"tost: expected degrees .* zero, got 0\. Use clusters - 1"
    ):
        tost(0, 1, 1, df=0)
