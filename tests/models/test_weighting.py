"""Propensity scores and balance: by hand, against statsmodels, and what they refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit

from workbench.errors import ModelError
from workbench.models.weighting import TRIM, balance, propensity

# Of 100 people with z = 0, 40 are exposed; of 100 with z = 1, 60.
STRATA = pd.DataFrame({"z": [0] * 100 + [1] * 100, "a": [1] * 40 + [0] * 60 + [1] * 60 + [0] * 40})


def sample(seed, *, n=500, pull=1.0):
    """Two covariates, the first of which raises exposure by `pull` on the log odds scale."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"x": rng.normal(size=n), "place": rng.choice(["n", "s"], n)})
    return data.assign(a=(rng.random(n) < expit(pull * data["x"])).astype(int))


def test_propensity_by_hand():
    """One yes/no covariate gives the share exposed in each stratum, and weights of one over it."""
    got = propensity(STRATA, exposure="a", covariates=["z"])
    assert got.scores == pytest.approx(np.repeat([0.4, 0.6], 100), abs=1e-9)
    expected = np.repeat([1 / 0.4, 1 / 0.6, 1 / 0.6, 1 / 0.4], [40, 60, 60, 40])
    assert got.weights == pytest.approx(expected, rel=1e-8)
    # (40 x 2.5 + 60 x 1.6667)^2 / (40 x 6.25 + 60 x 2.7778) = 40,000 / 416.67 = 96 of 100 rows.
    assert (got.effective_exposed, got.effective_unexposed) == pytest.approx((96, 96), rel=1e-8)
    assert got.max_weight == pytest.approx(2.5)
    assert (got.trimmed_share, got.events_per_term, got.dropped) == (0.0, 100.0, ())


def test_propensity_equals_statsmodels():
    """The scores are the fitted values of a logistic regression, text as indicators."""
    data = sample(1)
    design = sm.add_constant(data.assign(s=data["place"] == "s")[["x", "s"]].astype(float))
    expected = sm.Logit(data["a"], design).fit(disp=0).predict()
    got = propensity(data, exposure="a", covariates=["x", "place"])
    assert got.scores == pytest.approx(np.clip(expected, *TRIM), abs=1e-8)
    assert got.specification == "logistic, main effects (2 covariates)"


def test_extreme_scores_are_limited_and_counted():
    """Strong selection puts some scores beyond 2 % and 98 %; no weight passes 50."""
    got = propensity(sample(2, pull=4.0), exposure="a", covariates=["x"])
    at_limit = np.isin(got.scores, TRIM).mean()
    assert got.trimmed_share == pytest.approx(at_limit)
    assert 0.05 < got.trimmed_share < 0.6
    assert got.max_weight <= 50


def test_few_exposed_bring_a_penalty():
    """Below ten exposed a term the scores are drawn together, and the text says so."""
    data = sample(3, n=60)
    names = [f"x{i}" for i in range(6)]
    data[names] = np.random.default_rng(4).normal(size=(60, 6))
    got = propensity(data, exposure="a", covariates=names)
    assert got.specification.endswith("ridge penalty 1 on standardised covariates")
    assert got.events_per_term < 10


def test_balance_by_hand():
    """Weighting the strata to the whole removes the imbalance in the covariate that caused it."""
    data = STRATA.assign(same=0.1, arm=STRATA["a"] * 2.0)
    weights = propensity(STRATA, exposure="a", covariates=["z"]).weights
    got = balance(data, exposure="a", covariates=["z", "same", "arm"], weights=weights)
    assert got.columns.tolist() == [
        "covariate", "smd_before", "smd_after", "mean_exposed", "mean_unexposed",
    ]  # fmt: skip
    # Means .6 and .4, both with variance .24: .2 / sqrt(.24) = .408248.
    assert got["mean_exposed"].tolist() == pytest.approx([0.6, 0.1, 2.0])
    assert got["mean_unexposed"].tolist() == pytest.approx([0.4, 0.1, 0.0])
    assert got["smd_before"].tolist() == pytest.approx([0.408248, 0.0, np.inf], abs=1e-6)
    assert got["smd_after"].tolist() == pytest.approx([0.0, 0.0, np.inf], abs=1e-8)


@pytest.mark.parametrize("seed", range(5))
def test_equal_weights_change_nothing_and_good_ones_help(seed):
    """Equal weights leave every difference; propensity weights shrink that of the confounder."""
    data = sample(seed, n=2000)
    columns = {"exposure": "a", "covariates": ["x", "place"]}
    flat = balance(data, weights=np.full(2000, 3.0), **columns)
    assert flat["smd_after"].to_numpy() == pytest.approx(flat["smd_before"].to_numpy(), abs=1e-12)
    assert flat["covariate"].tolist() == ["x", "place=s"]
    weighted = balance(data, weights=propensity(data, **columns).weights, **columns)
    assert abs(weighted["smd_after"][0]) < 0.1 < abs(weighted["smd_before"][0])


@pytest.mark.parametrize(
    ("data", "weights", "message"),
    [
        (STRATA, np.ones(3), "200 rows in weights, got 3"),
        (STRATA, np.zeros(200), "weights above zero, got 0. Pass propensity"),
        (STRATA, np.full(200, np.nan), "a number in every row of weights, got 200 empty"),
        (STRATA.assign(a=1), np.ones(200), "0 and 1 in a, got 200 exposed of 200 rows"),
        (STRATA.assign(z=None), np.ones(200), "a value in every row, got empty ones in z"),
        (STRATA.drop(columns="z"), np.ones(200), "a column z, got a. Choose"),
    ],
)
def test_balance_refuses(data, weights, message):
    """One positive weight a row, two arms, no empty values."""
    with pytest.raises(ModelError, match=f"balance: expected {message}"):
        balance(data, exposure="a", covariates=["z"], weights=weights)


def test_propensity_refuses():
    """It needs both arms and rows of both arms with like covariates."""
    with pytest.raises(ModelError, match="propensity: expected 0 and 1 in a, got 0 exposed of 200"):
        propensity(STRATA.assign(a=0), exposure="a", covariates=["z"])
    with pytest.raises(ModelError, match=r"propensity: .* got a determined exactly by z, copy\."):
        propensity(STRATA.assign(copy=STRATA["a"]), exposure="a", covariates=["z", "copy"])


def test_balance_of_arms_that_vary_by_nothing_is_infinite():
    """A spread whose square is 0 for the computer counts as none: no division by it."""
    data = pd.DataFrame({"a": [1, 1, 0, 0], "z": [0, 1e-200, 1, 1]})
    got = balance(data, exposure="a", covariates=["z"], weights=np.ones(4))
    assert got["smd_before"].tolist() == [-np.inf]
    assert got["smd_after"].tolist() == [-np.inf]
