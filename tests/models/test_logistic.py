"""Which logistic model the events carry, and what happens where there is no finite fit."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit
from two_arms import NAMES, confounded

from workbench.errors import ModelError
from workbench.models._columns import columns
from workbench.models._logistic import PENALTY, outcome_model, ridge
from workbench.models.effects import risk_difference


@pytest.mark.parametrize(
    ("n", "covariates", "words", "low", "high"),
    [
        (600, 3, "exposure x covariate interactions (3 covariates)", 10, 60),
        (180, 3, "main effects (3 covariates)", 10, 17.5),
        (90, 8, "main effects (8 covariates), ridge penalty 1 on standardised covariates", 1, 10),
    ],
)
def test_events_per_term_choose_the_model(n, covariates, words, low, high):
    """Ten events per term carry interactions, or else main effects, or else only a penalty."""
    data = confounded(8, n=n, effect=0)
    names = [f"x{i}" for i in range(covariates)]
    data[names] = np.random.default_rng(9).normal(size=(n, covariates))
    got = risk_difference(data, covariates=names, **NAMES)
    assert got.specification == f"logistic, {words}"
    events = min(data["y"].sum(), n - data["y"].sum())
    terms = 1 + covariates * (2 if "interactions" in words else 1)
    assert got.events_per_term == pytest.approx(events / terms)
    assert low <= got.events_per_term < high


def test_separation_is_said_and_answered_with_a_penalty():
    """A covariate that fixes the outcome leaves no finite fit; the text says what was done."""
    data = confounded(10, n=400).assign(rare=0)
    data.loc[:9, "rare"] = 1
    data.loc[:9, "y"] = 1
    data.loc[:9, "a"] = [0, 1] * 5
    got = risk_difference(data, covariates=["z", "rare"], **NAMES)
    assert "ridge penalty 1" in got.specification
    assert "main effects (2 covariates) had no finite fit" in got.specification
    assert abs(got.estimate - risk_difference(data, covariates=["z"], **NAMES).estimate) < 0.02


def test_ridge_is_the_penalised_fit_of_statsmodels():
    """Newton's answer equals statsmodels' penalised fit, and leaves the first columns free."""
    rng = np.random.default_rng(12)
    design = np.column_stack([np.ones(80), rng.integers(0, 2, 80), rng.normal(size=(80, 6))])
    y, penalty = (rng.random(80) < 0.3).astype(float), np.array([0.0] * 2 + [PENALTY] * 6)
    got = ridge(y, design, penalty, where="test")
    other = sm.GLM(y, design, family=sm.families.Binomial()).fit_regularized(
        alpha=penalty / 80, L1_wt=0.0, maxiter=500, cnvrg_tol=1e-12
    )
    # Its coordinate descent stops with about four digits.
    assert got == pytest.approx(other.params, abs=1e-4)
    slope = design.T @ (y - expit(design @ got)) - penalty * got
    assert slope == pytest.approx(np.zeros(8), abs=1e-8)


@pytest.mark.parametrize(("n", "covariates"), [(600, 2), (150, 3), (80, 10)])
def test_each_arm_keeps_its_observed_risk(n, covariates):
    """Without a penalty on exposure, risks average to what each arm showed; influences to 0."""
    data = confounded(13, n=n)
    names = [f"x{i}" for i in range(covariates)]
    data[names] = np.random.default_rng(14).normal(size=(n, covariates))
    given = columns(data, exposure="a", covariates=names, where="test")
    y = data["y"].to_numpy(dtype=float)
    model = outcome_model(y, given, exposure="a", where="test")
    assert model.influence.sum(axis=0) == pytest.approx([0, 0], abs=1e-6)
    for place, arm in ((0, given.exposure == 1), (1, given.exposure == 0)):
        assert model.risk[arm, place].mean() == pytest.approx(y[arm].mean(), abs=1e-8)


def test_ridge_says_when_it_does_not_converge():
    """An unpenalised column that separates the outcome has no best coefficient."""
    design, y = np.column_stack([np.ones(6), np.arange(6)]), np.array([0.0, 0, 0, 1, 1, 1])
    with pytest.raises(ModelError, match="test: expected the penalised logistic model to converge"):
        ridge(y, design, np.zeros(2), where="test")
