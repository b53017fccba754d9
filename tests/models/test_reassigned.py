"""The same rows with another exposure: equal to the estimators, and to a permutation by hand."""

from __future__ import annotations

import numpy as np
import pytest
from two_arms import NAMES, confounded

from workbench.errors import ModelError
from workbench.models.effects import crude_risk_difference, ipw, risk_difference
from workbench.models.reassigned import METHODS, permuted_within, reassigned

PLAIN = {"g-computation": risk_difference, "ipw": ipw}


@pytest.mark.parametrize("method", METHODS)
def test_another_exposure_gives_what_the_estimator_gives(method):
    """For permuted exposures every field equals that of the estimator on a changed table."""
    data = confounded(31, n=400)
    again = reassigned(data, covariates=["z"], method=method, **NAMES)
    for seed in (1, 2, 3):
        arm = np.random.default_rng(seed).permutation(data["a"].to_numpy())
        assert again(arm) == PLAIN[method](data.assign(a=arm), covariates=["z"], **NAMES)


def test_without_covariates_it_is_the_difference_of_shares():
    """Four of four exposed and one of four others come back: 1 - 1/4, then dealt the other way."""
    data = confounded(32, n=8).assign(y=[1, 1, 1, 1, 1, 0, 0, 0], a=[1, 1, 1, 1, 0, 0, 0, 0])
    again = reassigned(data, covariates=[], method="g-computation", **NAMES)

    assert again(data["a"]).estimate == pytest.approx(3 / 4)
    assert again(1 - data["a"]).estimate == pytest.approx(-3 / 4)
    # Exposed rows 1, 2, 5, 6 have 1, 1, 1, 0; the others 1, 1, 0, 0.
    dealt = np.array([1, 1, 0, 0, 1, 1, 0, 0])
    assert again(dealt).estimate == pytest.approx(3 / 4 - 2 / 4)
    assert again(dealt) == crude_risk_difference(data.assign(a=dealt), **NAMES)


def test_what_is_refused():
    """A method, and an exposure that compares nobody or repeats a covariate."""
    data = confounded(33, n=200)
    with pytest.raises(ModelError, match=r"^reassigned: expected method to be g-computation or ip"):
        reassigned(data, covariates=["z"], method="matching", **NAMES)
    again = reassigned(data.assign(z=data["z"] > 0), covariates=["z"], method="ipw", **NAMES)
    with pytest.raises(ModelError, match=r"^reassigned: expected 0 and 1 in a, got 0 exposed of"):
        again(np.zeros(200))
    with pytest.raises(ModelError, match=r"^reassigned: expected 200 rows in a, got 5\."):
        again(np.ones(5))
    with pytest.raises(ModelError, match=r"got a determined exactly by z\. Leave out the one"):
        again((data["z"] > 0).to_numpy())


@pytest.mark.parametrize("seed", range(5))
def test_a_permutation_stays_in_its_stratum(seed):
    """Every row number occurs once, and the stratum of every place stays as it was."""
    dice = np.random.default_rng(seed)
    strata = dice.integers(0, 6, 50).astype(str)

    moved = permuted_within(strata, dice)

    assert sorted(moved) == list(range(50))
    assert (strata[moved] == strata).all()
    assert (moved != np.arange(50)).any()


def test_all_orders_of_a_stratum_are_alike_likely():
    """Of 3! orders within a stratum of three, each comes in a sixth of the draws."""
    dice = np.random.default_rng(8)
    orders = [tuple(permuted_within(list("abaa"), dice)) for _ in range(1200)]

    assert {order[1] for order in orders} == {1}
    counts = {order: orders.count(order) for order in set(orders)}
    assert len(counts) == 6
    # 1200/6 = 200, with standard deviation sqrt(1200 * 1/6 * 5/6) = 12.9; five of them are 65.
    assert all(abs(count - 200) < 65 for count in counts.values())


def test_one_stratum_is_refused():
    """Strata that are all alike are a mistake in the call."""
    with pytest.raises(ModelError, match=r"^permuted_within: expected at least two different la"):
        permuted_within(["a", "a"], np.random.default_rng(1))
