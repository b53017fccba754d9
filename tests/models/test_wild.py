"""The wild cluster bootstrap: equal to explicit refits, honest with few clusters, plain errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from workbench.errors import ModelError
from workbench.models.wild import WEIGHTS, wild_bootstrap


def clustered(seed, *, rows=60, clusters=7, effect=0.3):
    """Rows in clusters with an intercept each, three kinds, and a covariate."""
    dice = np.random.default_rng(seed)
    data = pd.DataFrame(
        {
            "group": dice.integers(0, clusters, rows),
            "kind": dice.choice(["a", "b", "c"], rows),
            "x": dice.normal(size=rows),
            "z": dice.normal(size=rows),
        }
    )
    level = dice.normal(size=clusters)[data["group"]]
    return data.assign(y=effect * data["x"] + 0.5 * data["z"] + level + dice.normal(size=rows))


def refitted(data, absorb, weights, null):
    """Estimate, clustered error and p-value with a least-squares fit for every draw."""
    codes = pd.factorize(data["group"])[0]
    level = np.ones((len(data), 1)) if absorb is None else pd.get_dummies(data[absorb]).to_numpy()
    others = np.column_stack([data["z"], level.astype(float)])
    full = np.column_stack([data["x"], others])
    y = data["y"].to_numpy()

    def fit(outcome):
        return sm.OLS(outcome, full).fit(cov_type="cluster", cov_kwds={"groups": codes})

    def t(outcome):
        found = fit(outcome)
        return (found.params[0] - null) / found.bse[0]

    held = sm.OLS(y - null * data["x"].to_numpy(), others).fit()
    centre = held.fittedvalues + null * data["x"].to_numpy()
    again = np.array([t(centre + held.resid * draw[codes]) for draw in weights])
    extreme = np.abs(again) >= np.abs(t(y)) * (1 - 1e-9)
    found = fit(y)
    return found.params[0], found.bse[0], (1 + extreme.sum()) / (1 + len(weights))


@pytest.mark.parametrize("absorb", [None, "kind", "group"])
@pytest.mark.parametrize("law", ["webb", "rademacher"])
def test_wild_equals_a_refit_of_every_draw(absorb, law):
    """Estimate, error and p-value are those of fitting every drawn outcome anew."""
    data = clustered(1)
    got = wild_bootstrap(
        data, outcome="y", term="x", clusters="group", covariates=["z"], absorb=absorb,
        null=0.1, weights=law, draws=99, seed=3,
    )  # fmt: skip
    weights = np.random.default_rng(3).choice(WEIGHTS[law].ravel(), size=(99, 7))

    estimate, error, p = refitted(data, absorb, weights, 0.1)

    assert got.estimate == pytest.approx(estimate, rel=1e-9)
    assert got.estimate / error == pytest.approx(got.t + 0.1 / error)
    assert got.p_value == pytest.approx(p)
    assert got.t == pytest.approx((estimate - 0.1) / error)
    assert (got.n, got.clusters, got.draws, got.weights, got.null) == (60, 7, 99, law, 0.1)


@pytest.mark.parametrize("absorb", [None, "kind", "group"])
def test_wild_error_frees_residuals_of_their_leverage(absorb):
    """The standard error is that of residuals times the root of the inverse of 1 - leverage."""
    data = clustered(6)
    got = wild_bootstrap(
        data, outcome="y", term="x", clusters="group", covariates=["z"], absorb=absorb, draws=99,
        seed=1,
    )  # fmt: skip

    level = np.ones((60, 1)) if absorb is None else pd.get_dummies(data[absorb]).to_numpy()
    design = np.column_stack([data["x"], data["z"], level.astype(float)])
    bread = np.linalg.inv(design.T @ design)
    fit = sm.OLS(data["y"].to_numpy(), design).fit()
    meat = np.zeros_like(bread)
    for one in range(7):
        rows = (data["group"] == one).to_numpy()
        block = np.eye(rows.sum()) - design[rows] @ bread @ design[rows].T
        values, axes = np.linalg.eigh(block)
        root = np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0)
        score = design[rows].T @ (axes @ (root * (axes.T @ fit.resid[rows])))
        meat += np.outer(score, score)
    assert got.std_error == pytest.approx(np.sqrt((bread @ meat @ bread)[0, 0]))


def test_wild_limits_are_the_values_just_not_rejected():
    """Inside the limits a value is kept at 5 in 100, outside it is rejected."""
    data = clustered(2)
    same = {"outcome": "y", "term": "x", "clusters": "group", "draws": 399, "seed": 4}
    got = wild_bootstrap(data, **same)

    step = 1e-3 * got.std_error
    for limit, out in ((got.low, -step), (got.high, step)):
        assert wild_bootstrap(data, **same, null=limit - out).p_value > 0.05
        assert wild_bootstrap(data, **same, null=limit + out).p_value <= 0.05


def test_wild_by_hand():
    """Four contests of one idea each, signs only: half of the draws are as far out."""
    data = pd.DataFrame(
        {"y": [0.0, 1.0, 1.0, 4.0], "x": [-1.0, 0.0, 0.0, 1.0], "one": list("abcd")}
    )

    got = wild_bootstrap(
        data, outcome="y", term="x", clusters="one", weights="rademacher", draws=4999, seed=1
    )

    # Slope (4 - 0) / 2 = 2; residuals from 1.5 + 2x: 0.5, -0.5, -0.5, 0.5.
    # Scores of the rows x * residual: -0.5, 0, 0, 0.5; error sqrt(4/3 * 3/2 * 0.5) / 2 = 0.5.
    assert (got.estimate, got.t) == pytest.approx((2.0, 2.0 / 0.5))
    # Leverages 1/4 + x^2 / 2: 3/4 of a and d; squared scores over 1 - 3/4: 2 * 0.25 / 0.25 = 2.
    assert got.std_error == pytest.approx(np.sqrt(2) / 2)
    # Slope held at 0, residuals -1.5, -0.5, -0.5, 2.5 times signs s. The slope of a draw is
    # (2.5 s4 + 1.5 s1) / 2: |2| where s4 = s1, |0.5| else; only the first can be as far out:
    # s = (1, ., ., 1) gives y -1.5, -.5 s2, -.5 s3, 2.5, mean (1 - .5 s2 - .5 s3) / 4 = m, and the
    # scores x * residual (-(-1.5 - m + 2), (2.5 - m - 2)) = (-(0.5 - m), 0.5 - m): t is 2 over
    # |0.5 - m| * sqrt(2 * 2) / 2, with m = 0, 1/4, 1/4, 1/2 for the signs of the middle two:
    # as far as 4 in all four. So half of the signs are as far out.
    assert got.p_value == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / 4999))


def test_wild_keeps_its_promise_with_few_clusters():
    """With ten uneven clusters false alarms stay near 5 in 100 where the usual t raises more."""
    wild = usual = 0
    for seed in range(200):
        dice = np.random.default_rng([7, seed])
        size = np.repeat(np.arange(10), [40, 20, 10, 5, 5, 5, 3, 3, 2, 2])
        x = dice.normal(size=10)[size] + 0.3 * dice.normal(size=len(size))
        y = dice.normal(size=10)[size] + dice.normal(size=len(size))
        got = wild_bootstrap(
            pd.DataFrame({"y": y, "x": x, "g": size}), outcome="y", term="x", clusters="g",
            draws=199, seed=seed,
        )  # fmt: skip
        wild += got.p_value <= 0.05
        usual += abs(got.t) > stats.t.ppf(0.975, 9)

    assert wild <= 22  # 10 expected; 22 of 200 or more has a chance below 0.001
    assert usual > wild


def test_wild_refuses():
    """What has no answer is refused in one line."""
    data = clustered(3)

    def asked(rows=data, **other):
        given = {"outcome": "y", "term": "x", "clusters": "group", "seed": 1, **other}
        return wild_bootstrap(rows, **given)

    with pytest.raises(ModelError, match="at least 4 clusters, got 3"):
        asked(data[data["group"] < 3])
    with pytest.raises(ModelError, match="expected a column absent, got group"):
        asked(term="absent")
    with pytest.raises(ModelError, match="a term that varies and is not told by the others"):
        asked(data.assign(x=2 * data["z"]), covariates=["z"])
    with pytest.raises(ModelError, match="a term that varies and is not told by the others"):
        asked(data.assign(x=1.0))
    with pytest.raises(ModelError, match="rows that scatter around the fit"):
        asked(data.assign(y=3 * data["x"]))
    with pytest.raises(ModelError, match="expected weights to be webb or rademacher, got normal"):
        asked(weights="normal")
    with pytest.raises(ModelError, match="draws to be a whole number from 99, got 9"):
        asked(draws=9)
    with pytest.raises(ModelError, match="expected a number as null, got 'one'"):
        asked(null="one")
    with pytest.raises(ModelError, match="confidence level between 0 and 1, got 2"):
        asked(level=2)
    with pytest.raises(ModelError, match="a value in every row, got empty ones in y"):
        asked(data.assign(y=np.nan))
    even = pd.DataFrame(
        {"y": [0.0, 1, 1, 0] * 4, "x": [0.0, 1, 0, 1] * 4, "group": list("abcd") * 4}
    )
    with pytest.raises(ModelError, match="clusters that disagree about the slope"):
        asked(even.assign(group=np.repeat(list("abcd"), 4)))


def test_wild_leaves_out_covariates_that_repeat_others():
    """A covariate given twice, or constant in every absorbed group, changes nothing."""
    data = clustered(5).assign(again=lambda rows: rows["z"], level=lambda rows: rows["group"] * 2.0)
    same = {"outcome": "y", "term": "x", "clusters": "group", "absorb": "group", "seed": 1}

    once = wild_bootstrap(data, covariates=["z"], **same)
    twice = wild_bootstrap(data, covariates=["z", "again", "level"], **same)

    assert twice.estimate == pytest.approx(once.estimate)
    assert twice.std_error == pytest.approx(once.std_error)
    assert twice.p_value == once.p_value


@pytest.mark.parametrize("seed", range(3))
def test_wild_knows_no_units(seed):
    """The outcome in other units moves estimate and limits with it and leaves p as it is."""
    data = clustered(seed)
    same = {"outcome": "y", "term": "x", "clusters": "group", "draws": 199, "seed": 2}

    one, other = wild_bootstrap(data, **same), wild_bootstrap(data.assign(y=10 * data["y"]), **same)

    assert other.p_value == one.p_value
    assert (other.low, other.high) == pytest.approx((10 * one.low, 10 * one.high), rel=1e-6)
    small = wild_bootstrap(data.assign(x=1e-9 * data["x"]), **same)
    assert small.std_error == pytest.approx(1e9 * one.std_error, rel=1e-6)
