"""Errors as shares: before and after, and for a standard deviation more of a covariate."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import ModelError
from workbench.models.relative import share_less, share_less_of_gamma, share_less_per_sd


def world(seed, *, slope=0.0, n=300):
    """Rows of x, z, y, group: y is positive, its logarithm falls by `slope` for each unit of x."""
    dice = np.random.default_rng(seed)
    x, z = dice.normal(size=(2, n))
    mean = np.exp(0.3 * z - slope * x)
    y = mean * dice.gamma(2.0, 0.5, n)
    return pd.DataFrame({"x": x, "z": z, "y": y, "group": np.arange(n) // 3})


def test_share_less_by_hand():
    """Means of 2 and 1: one half less; the error is that of a ratio."""
    found = share_less([1, 2, 3], [1, 1, 1])

    # Ratio 1/2: after - before / 2 = 0.5, 0, -0.5; squares 0.5; over (2 x 3)^2, times 3/2.
    assert found.estimate == pytest.approx(0.5)
    assert found.std_error == pytest.approx(np.sqrt(1.5 * 0.5) / 6)
    assert found.n == found.clusters == 3


def test_share_less_in_clusters():
    """Rows written twice into the same clusters say nothing new."""
    once = share_less([1, 2, 3, 5], [1, 1, 2, 2], clusters=["a", "b", "c", "d"])
    twice = share_less([1, 2, 3, 5] * 2, [1, 1, 2, 2] * 2, clusters=["a", "b", "c", "d"] * 2)

    assert twice.std_error == pytest.approx(once.std_error)
    assert (twice.n, twice.clusters) == (8, 4)


@given(st.integers(0, 50), st.floats(0.01, 1000))
def test_share_less_has_no_unit(seed, unit):
    """In another unit of the errors the share and its error are the same."""
    before, after = np.random.default_rng(seed).uniform(1, 2, (2, 12))
    plain, scaled = share_less(before, after), share_less(unit * before, unit * after)

    assert scaled.estimate == pytest.approx(plain.estimate)
    assert scaled.std_error == pytest.approx(plain.std_error)


def test_share_less_covers():
    """Of 300 intervals for a true share of one third, about 95 in 100 hold it."""
    held = 0
    for seed in range(300):
        dice = np.random.default_rng(seed)
        luck = dice.gamma(4.0, 0.25, 60)
        found = share_less(3 * luck * dice.gamma(9, 1 / 9, 60), 2 * luck * dice.gamma(9, 1 / 9, 60))
        held += found.low <= 1 / 3 <= found.high

    # 285 expected, standard deviation 3.8.
    assert 273 <= held <= 297


def test_slope_per_sd_by_another_way():
    """The share is minus the slope of least squares, in standard deviations, over the mean."""
    data = world(1, slope=0.2)
    fit = sm.OLS(data["y"], sm.add_constant(data[["x", "z"]])).fit(cov_type="HC3")
    found = share_less_per_sd(data, outcome="y", exposure="x", covariates=["z"])

    unit = data["x"].std() / data["y"].mean()
    assert found.estimate == pytest.approx(-fit.params["x"] * unit)
    # HC3 of the slope alone differs by what the mean outcome adds, which is little here.
    assert found.std_error == pytest.approx(fit.bse["x"] * unit, rel=0.05)
    assert found.p_value < 0.05


def test_slope_per_sd_is_covered_with_its_mean():
    """Where the slope grows with luck in the mean, the error of the ratio is still right."""
    shares = []
    errors = []
    for seed in range(200):
        dice = np.random.default_rng(seed)
        x = dice.normal(size=80)
        y = np.exp(0.5 * dice.normal(size=80)) * (2 - 0.5 * x)
        found = share_less_per_sd(
            pd.DataFrame({"x": x, "y": y}), outcome="y", exposure="x", covariates=[]
        )
        shares.append(found.estimate)
        errors.append(found.std_error)

    assert np.mean(errors) == pytest.approx(np.std(shares), rel=0.15)


def test_gamma_is_that_of_statsmodels():
    """Slope and clustered error are those of the library, whatever the unit of the outcome."""
    data = world(2, slope=0.3)
    family = sm.families.Gamma(link=sm.families.links.Log())
    design = sm.add_constant(data[["x", "z"]])
    fit = sm.GLM(data["y"], design, family=family).fit(
        cov_type="cluster", cov_kwds={"groups": data["group"]}
    )
    found = share_less_of_gamma(
        data.assign(y=1e6 * data["y"]), outcome="y", exposure="x", covariates=["z"],
        clusters="group",
    )  # fmt: skip

    sd = data["x"].std()
    assert found.estimate == pytest.approx(1 - np.exp(fit.params["x"] * sd), rel=1e-6)
    error = fit.bse["x"] * sd * np.exp(fit.params["x"] * sd)
    assert found.std_error == pytest.approx(error, rel=1e-6)
    assert (found.n, found.clusters) == (300, 100)
    assert found.low < found.estimate < found.high


def test_gamma_finds_what_was_planted():
    """With a slope of 0.3 and a unit standard deviation, errors are 26 % smaller."""
    found = share_less_of_gamma(
        world(3, slope=0.3, n=6000), outcome="y", exposure="x", covariates=["z"], clusters="group"
    )

    # 1 - exp(-0.3) = 0.259.
    assert found.estimate == pytest.approx(0.259, abs=0.03)
    assert found.low < 0.259 < found.high


def refusal(call, *arguments, **options):
    """The words of the refusal."""
    with pytest.raises(ModelError) as error:
        call(*arguments, **options)
    return str(error.value)


def test_refusals_of_shares():
    """No mean to be a share of, no scatter, no positive outcome: each in one line."""
    assert refusal(share_less, [0, 0], [1, 2]) == (
        "share_less: expected a mean before above zero, got 0. A share of nothing has no size: "
        "compare differences."
    )
    assert refusal(share_less, [1, 2], [2, 4]) == (
        "share_less: expected units that differ, got the same ratio in all. Report the ratio "
        "without an interval."
    )
    data = world(4)
    low = data.assign(y=data["y"] - 10)
    assert refusal(share_less_per_sd, low, outcome="y", exposure="x", covariates=[]).startswith(
        "share_less_per_sd: expected a mean of y above zero, got -"
    )
    zero = data.assign(y=data["y"].where(data.index > 1, 0.0))
    options = {"outcome": "y", "exposure": "x", "covariates": [], "clusters": "group"}
    assert refusal(share_less_of_gamma, zero, **options) == (
        "share_less_of_gamma: expected y above zero in every row, got 2 at zero or below. "
        "Leave them out and say so."
    )


def test_a_model_without_a_maximum_is_refused(monkeypatch):
    """Where the steps run out, no number is given."""
    monkeypatch.setattr("workbench.models.relative._STEPS", 1)

    assert refusal(
        share_less_of_gamma, world(5, slope=2.0), outcome="y", exposure="x", covariates=["z"],
        clusters="group",
    ) == (
        "share_less_of_gamma: expected convergence within 1 steps, got none. Look for extreme "
        "values, or use fewer covariates."
    )  # fmt: skip
