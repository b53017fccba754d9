"""Repeated measurements: the two standard errors by hand and by drawing, seeds and switches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from workbench.errors import SimulationError
from workbench.simulate.panels import Settings, simulate


def test_errors_by_hand():
    """500 people, 10 times, half of each variance with the person, error deviation 2."""
    truth = simulate(Settings(), seed=1).truth
    # 2 / sqrt(5000) = .028284; times sqrt(1 + 9 / 4) = 1.802776.
    assert truth == pytest.approx(
        {"effect": 0, "naive_error": 0.028284, "true_error": 0.050990}, abs=1e-6
    )


def test_least_squares_spreads_as_the_truth_says():
    """Over 200 panels the slope spreads by the true error, and the naive error is too small."""
    fits, naive = [], []
    for seed in range(200):
        drawn = simulate(Settings(effect=1), seed=seed, people=60, times=8)
        x, y = drawn.rows["exposure"], drawn.rows["outcome"]
        x = x - x.mean()
        fits.append((x @ y) / (x @ x))
        rest = y - y.mean() - fits[-1] * x
        naive.append(np.sqrt(rest @ rest / (len(x) - 2) / (x @ x)))
    truth = drawn.truth
    assert abs(np.mean(fits) - 1) < 4 * truth["true_error"] / np.sqrt(200)
    # The deviation of 200 estimates is known to 5 %; three times that.
    assert np.std(fits) == pytest.approx(truth["true_error"], rel=0.15)
    assert np.mean(naive) == pytest.approx(truth["naive_error"], rel=0.03)


def test_clustered_errors_are_the_true_ones():
    """Errors clustered by person are near the true error in one large panel."""
    drawn = simulate(Settings(), seed=2, people=2000)
    fit = smf.ols("outcome ~ exposure", drawn.rows).fit(
        cov_type="cluster", cov_kwds={"groups": drawn.rows["person"]}
    )
    assert fit.bse["exposure"] == pytest.approx(drawn.truth["true_error"], rel=0.1)


def test_variance_stays_with_the_person_as_planted():
    """Means of persons hold their share of the variance, and the rest of the others."""
    rows = simulate(Settings(exposure_person=0.2), seed=3, people=3000).rows
    for name, share, spread in (("exposure", 0.2, 1), ("outcome", 0.5, 2)):
        assert rows[name].std() == pytest.approx(spread, rel=0.04)
        between = rows.groupby("person")[name].mean().var()
        expected = spread**2 * (share + (1 - share) / 10)
        assert between == pytest.approx(expected, rel=0.12)


def test_seeds_and_switches():
    """One seed one result; an effect moves the outcome alone."""
    one, two, other = (simulate(Settings(), seed=seed).rows for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert not one.equals(other)
    planted = simulate(Settings(effect=3), seed=1).rows
    assert planted["exposure"].equals(one["exposure"])
    moved = (planted["outcome"] - one["outcome"]).to_numpy()
    assert moved == pytest.approx(3 * one["exposure"].to_numpy(), abs=1e-12)


def test_refuses_settings_and_sizes_out_of_range():
    """A share above one and a panel of one person are refused."""
    with pytest.raises(
        SimulationError, match="panels: expected error_person to be a number from 0"
    ):
        Settings(error_person=1.2)
    with pytest.raises(
        SimulationError, match="people to be a whole number from 2 to 10,000,000, go"
    ):
        simulate(Settings(), seed=1, people=1)
    with pytest.raises(
        SimulationError, match="expected times to be a whole number from 1 to 20,00"
    ):
        simulate(Settings(), seed=1, times=20_001)
