"""Weighted restricted means: by hand, against the plain curve, and on confounded waits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from workbench.errors import ModelError
from workbench.models import weighted_survival
from workbench.models.survival import kaplan_meier, rmst, rmst_difference
from workbench.models.weighted_survival import weighted_survival_difference
from workbench.models.weighting import propensity

SMALL = {"replicates": 100, "seed": 1}


def waits(seed, *, n=400):
    """Exponential waits, half as fast among the exposed, some cut by the end of watching."""
    rng = np.random.default_rng(seed)
    exposed = rng.random(n) < 0.5
    wait, end = rng.exponential(np.where(exposed, 2.0, 1.0)), rng.uniform(0.5, 4, n)
    return np.minimum(wait, end).round(2), wait <= end, exposed


def test_by_hand():
    """Weights count as so many people in the curve of their arm."""
    # Exposed: end at 1 (weight 1), at 2 (weight 2), watched to 4 (weight 1).
    #   S: 1 to t = 1, 3/4 to 2, then 3/4 x 1/3 = 1/4. Area to 3: 1 + 3/4 + 1/4 = 2.
    # Unexposed: end at 1 (weight 3), watched to 4 (weight 1). Area: 1 + 1/4 x 2 = 1.5.
    time, event = np.array([1, 2, 4, 1, 4] * 20), np.array([1, 1, 0, 1, 0] * 20)
    exposure, weights = np.array([1, 1, 1, 0, 0] * 20), np.array([1, 2, 1, 3, 1] * 20)
    got = weighted_survival_difference(
        time, event, exposure, weights, horizon=3, clusters=np.arange(100), **SMALL
    )
    assert (got.rmst_exposed, got.rmst_unexposed) == pytest.approx((2.0, 1.5))
    assert got.estimate == pytest.approx(0.5)
    assert (got.n, got.clusters, got.horizon, got.replicates) == (100, 100, 3, 100)


@pytest.mark.parametrize("seed", range(5))
def test_equal_weights_give_the_plain_curve(seed):
    """With weights of one the means are Kaplan-Meier's, and the error is about Greenwood's."""
    time, event, exposed = waits(seed)
    got = weighted_survival_difference(
        time, event, exposed, np.ones(400), horizon=2, clusters=range(400), replicates=1000, seed=2
    )
    curves = [kaplan_meier(time[rows], event[rows]) for rows in (exposed, ~exposed)]
    assert got.rmst_exposed == pytest.approx(rmst(curves[0], 2).estimate, rel=1e-10)
    assert got.rmst_unexposed == pytest.approx(rmst(curves[1], 2).estimate, rel=1e-10)
    plain = rmst_difference(*curves, 2)
    # 1,000 replicates know a spread to 2.2 %; three times that, and 3 % for 200 rows an arm.
    assert got.std_error == pytest.approx(plain.std_error, rel=0.1)
    assert got.low == pytest.approx(plain.low, abs=plain.std_error / 3)
    assert got.high == pytest.approx(plain.high, abs=plain.std_error / 3)


def test_a_weight_of_three_is_three_people_of_one_cluster():
    """Whole weights and repeated rows are the same, draw for draw."""
    time, event, exposed = waits(6)
    weights = np.random.default_rng(7).integers(1, 4, 400)
    again = np.repeat(np.arange(400), weights)
    once = weighted_survival_difference(
        time, event, exposed, weights, horizon=2, clusters=range(400), **SMALL
    )
    repeated = weighted_survival_difference(
        time[again], event[again], exposed[again], np.ones(len(again)),
        horizon=2, clusters=again, **SMALL,
    )  # fmt: skip
    for name in ("estimate", "std_error", "low", "high", "p_value", "rmst_exposed"):
        assert getattr(once, name) == pytest.approx(getattr(repeated, name), rel=1e-9)
    assert repeated.n == len(again)


def test_neither_memory_nor_the_scale_of_weights_matters(monkeypatch):
    """Drawing a few replicates at a time, and weights times ten, give the same numbers."""
    time, event, exposed = waits(8)
    options = {"horizon": 2, "clusters": np.arange(400) // 4, **SMALL}
    whole = weighted_survival_difference(time, event, exposed, np.ones(400), **options)
    monkeypatch.setattr(weighted_survival, "CELLS", 400 * 7)
    parts = weighted_survival_difference(time, event, exposed, np.full(400, 10.0), **options)
    assert parts.std_error == pytest.approx(whole.std_error, rel=1e-9)
    assert (parts.low, parts.high) == pytest.approx((whole.low, whole.high), rel=1e-9)
    other = weighted_survival_difference(
        time, event, exposed, np.ones(400), **(options | {"seed": 2})
    )
    assert other.estimate == whole.estimate
    assert other.std_error != whole.std_error


def test_clusters_that_wait_alike_widen_the_interval():
    """Ten copies of 40 people know no more than 40 people, whatever the number of rows."""
    time, event, exposed = waits(9, n=40)
    time, event, exposed = (np.tile(column, 10) for column in (time, event, exposed))
    options = {"horizon": 1, "replicates": 400, "seed": 3}
    person = np.tile(np.arange(40), 10)
    clustered = weighted_survival_difference(
        time, event, exposed, np.ones(400), clusters=person, **options
    )
    rows = weighted_survival_difference(
        time, event, exposed, np.ones(400), clusters=range(400), **options
    )
    # The root of ten is 3.16; two spreads of 400 draws each are known to 3.5 %.
    assert clustered.std_error / rows.std_error == pytest.approx(np.sqrt(10), rel=0.15)


def test_weights_recover_the_truth_that_confounding_hides():
    """Exposure goes with quick ends: unweighted it looks harmful, weighted it does nothing."""
    crude, weighted, covered = [], [], []
    for seed in range(40):
        rng = np.random.default_rng(100 + seed)
        z = rng.normal(size=1000)
        a = (rng.random(1000) < expit(z)).astype(int)
        time = rng.exponential(np.exp(-0.7 * z))
        event, time = time <= 2, np.minimum(time, 2.0)
        w = propensity(pd.DataFrame({"a": a, "z": z}), exposure="a", covariates=["z"]).weights
        options = {"horizon": 1.5, "clusters": range(1000), **SMALL}
        plain = weighted_survival_difference(time, event, a, np.ones(1000), **options)
        fair = weighted_survival_difference(time, event, a, w, **options)
        crude.append(plain.estimate)
        weighted.append(fair.estimate)
        covered.append(fair.low <= 0 <= fair.high)
    assert np.mean(crude) < -10 * np.std(crude) / np.sqrt(40)
    assert abs(np.mean(weighted)) < 3 * np.std(weighted, ddof=1) / np.sqrt(40)
    # Fixed weights make the interval wide rather than narrow: 36 of 40 at the very least.
    assert sum(covered) >= 36


def test_p_value_and_interval_speak_with_one_voice():
    """Far from zero the p-value is its smallest, 2 / (replicates + 1); at no effect it is large."""
    time, event, exposed = waits(10, n=2000)
    clear = weighted_survival_difference(
        time, event, exposed, np.ones(2000), horizon=2, clusters=range(2000), **SMALL
    )
    assert clear.low > 0
    assert clear.p_value == pytest.approx(2 / 101)
    chance = np.random.default_rng(11).random(2000) < 0.5
    none = weighted_survival_difference(
        time, event, chance, np.ones(2000), horizon=2, clusters=range(2000), **SMALL
    )
    assert none.low < 0 < none.high
    assert none.p_value > 0.05


GOOD = {
    "time": [1.0, 2.0, 3.0, 1.5, 2.5, 3.5] * 10,
    "event": [1, 1, 0, 1, 1, 0] * 10,
    "exposure": [1, 1, 1, 0, 0, 0] * 10,
    "weights": [1.0] * 60,
    "clusters": range(60),
    "horizon": 2,
    "replicates": 100,
    "seed": 1,
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"time": [None] * 60}, "a number in every row of time, got 60 empty"),
        ({"time": [-1.0] * 60}, "times from 0 and a horizon above 0, got a time of -1 and"),
        ({"horizon": 0}, "times from 0 and a horizon above 0, got .* horizon of 0. Check"),
        ({"event": [2] * 60}, "only 0 and 1 in event, got 2"),
        ({"exposure": [1] * 60}, "units in both arms, got no unexposed ones. Bring"),
        ({"exposure": [0] * 60}, "units in both arms, got no exposed ones. Bring"),
        ({"exposure": [1]}, "60 rows in exposure, got 1"),
        ({"weights": [0.0] * 60}, "weights above zero, got 0"),
        ({"clusters": ["one"] * 60}, "at least two different labels in clusters, got one"),
        ({"horizon": 3.2}, "a horizon up to 3, the last time seen among the exposed, got 3.2"),
        ({"replicates": 99}, "at least 100 replicates, got 99. Use 1,000"),
        ({"level": 1.5}, "a confidence level between 0 and 1, got 1.5"),
        ({"event": [0] * 60}, "events before 2, got none that vary. Choose a later"),
        ({"clusters": GOOD["exposure"]}, "both arms in every replicate, got .* without one. Bring"),
    ],
)
def test_refuses(change, message):
    """Each impossible question is one line that says what was expected."""
    options = GOOD | change
    columns = [options.pop(name) for name in ("time", "event", "exposure", "weights")]
    with pytest.raises(ModelError, match=f"weighted_survival_difference: expected {message}"):
        weighted_survival_difference(*columns, **options)
