"""Clustered survival: by hand, against least squares, and on waits that go together.

R's numbers for patients of one hospital stand in `tests/validation/reference_survival.py`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from workbench.errors import ModelError
from workbench.models.clustered_survival import (
    clustered_rmst,
    clustered_rmst_difference,
    clustered_survival,
    clustered_survival_at,
)
from workbench.models.survival import kaplan_meier, rmst, survival_at

REFERENCE = Path(__file__).parent / "reference"


def lung():
    """The lung cancer table without the one patient whose institution is not known."""
    return pd.read_csv(REFERENCE / "lung.csv").dropna(subset=["inst"])


def random_waits(seed, rows=80, groups=12):
    """Waits with ties and zeros, a third censored, in clusters; the longest wait ended."""
    rng = np.random.default_rng(seed)
    time, event = rng.integers(0, 15, rows).astype(float), rng.random(rows) < 0.65
    return np.append(time, 15.0), np.append(event, True), np.arange(rows + 1) % groups


def test_survival_by_hand():
    """Four waits in two clusters, one of them cut off between two events."""
    # Waits 1, 2, 2+, 4. S(1) = 3/4, S(2) = 3/4 x 2/3 = 1/2.
    # t = 1: Y = 4, d = 1. IF = -3/4 (1/3 - 1/12) = -3/16 for the first, -3/4 (-1/12) = 1/16 else.
    # t = 2: Y = 3, d = 1. Added for those still there: 1/6; the event takes 1/2.
    #   first -1/2 (1/3 - 1/12) = -1/8; second -1/2 (1/2 - 1/12 - 1/6) = -1/8; others 1/8 each.
    # Clusters {first, third}, {second, fourth}: at 1 -1/8, 1/8; at 2 0, 0.
    # Clusters {first, second}, {third, fourth}: at 1 -1/8, 1/8; at 2 -1/4, 1/4.
    # Variance 2/1 x 2 x (1/8)^2 = 1/16 and 2 x 2 x (1/4)^2 = 1/4.
    time, event = [1, 2, 2, 4], [1, 1, 0, 1]
    crossed = clustered_survival(time, event, ["a", "b", "a", "b"], at=[2, 1])
    alike = clustered_survival(time, event, ["a", "a", "b", "b"], at=[1, 2])

    assert list(crossed) == ["time", "survival", "std_error", "low", "high"]
    assert crossed["time"].tolist() == [2, 1]
    assert crossed["survival"].tolist() == pytest.approx([0.5, 0.75])
    assert crossed["std_error"].tolist() == pytest.approx([0, 0.25])
    assert alike["std_error"].tolist() == pytest.approx([0.25, 0.5])
    # Student's t on one degree of freedom reaches 12.7062; log-log scale.
    reach = np.exp(12.706204736 * 0.5 / (0.5 * np.log(2)))
    assert alike["low"][1] == pytest.approx(0.5**reach)
    assert alike["high"][1] == pytest.approx(0.5 ** (1 / reach))


def test_no_interval_where_nothing_varies():
    """Before the first event, once S is 0, and where clusters are alike, limits do not exist."""
    table = clustered_survival([1, 2, 2, 4], [1, 1, 0, 1], ["a", "b", "a", "b"], at=[0, 2, 4, 9])

    assert table["survival"].tolist() == pytest.approx([1, 0.5, 0, 0])
    assert table["std_error"].tolist() == pytest.approx([0, 0, np.nan, np.nan], nan_ok=True)
    assert table[["low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize("seed", range(5))
def test_clusters_that_are_copies_claim_no_certainty(seed):
    """Where all clusters are alike, rounding is not taken for a very small standard error."""
    time, event, _ = random_waits(seed, rows=37)
    copies = np.repeat([1, 2, 3], 38)
    time, event = np.tile(time, 3), np.tile(event, 3)
    table = clustered_survival(time, event, copies, at=[3, 7, 11])
    mean = clustered_rmst(time, event, copies, 7)

    assert table["survival"].between(0, 1, inclusive="neither").all()
    assert table["std_error"].tolist() == [0, 0, 0]
    assert table[["low", "high"]].isna().all(axis=None)
    assert (mean.std_error, mean.low, mean.high) == (0, None, None)


def test_one_time_gives_the_row_of_the_table():
    """`clustered_survival_at` is the table's row, with None for what does not exist."""
    time, event, clusters = random_waits(1)
    row = clustered_survival(time, event, clusters, at=[6], level=0.9).iloc[0]
    got = clustered_survival_at(time, event, clusters, 6, level=0.9)

    numbers = (got.estimate, got.std_error, got.low, got.high)
    assert numbers == tuple(row[["survival", "std_error", "low", "high"]])
    assert (got.p_value, got.n, got.clusters) == (None, 81, 12)
    gone = clustered_survival_at(time, event, clusters, 15)
    assert (gone.estimate, gone.std_error, gone.low, gone.high) == (0, None, None, None)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=40), st.integers(0, 9))
def test_every_row_a_cluster_without_censoring_is_a_share(time, t):
    """The variance of S is p (1 - p) / n times n / (n - 1): that of a share."""
    n = len(time)
    share = np.mean(np.array(time) > t)
    got = clustered_survival(time, [1] * n, range(n), at=[t])

    assert got["survival"][0] == pytest.approx(share, abs=1e-12)
    if share > 0:
        variance = share * (1 - share) / n * n / (n - 1)
        assert got["std_error"][0] ** 2 == pytest.approx(variance, abs=1e-12)


def test_lung_agrees_with_greenwood_when_every_row_is_a_cluster():
    """With independent rows the two ways to an error differ by less than two per cent."""
    table = lung()
    km = kaplan_meier(table["time"], table["event"])
    got = clustered_survival(table["time"], table["event"], range(227), at=[90, 180, 365, 540])

    plain = [survival_at(km, t) for t in got["time"]]
    assert got["survival"].tolist() == pytest.approx([one.estimate for one in plain])
    assert got["std_error"].tolist() == pytest.approx([one.std_error for one in plain], rel=0.02)


def test_the_mean_has_student_limits_on_either_side():
    """Limits lie t errors away, with one degree of freedom less than there are clusters."""
    got = clustered_rmst(*random_waits(2), 7, level=0.9)

    reach = student.ppf(0.95, 11) * got.std_error
    assert (got.estimate - got.low, got.high - got.estimate) == pytest.approx((reach, reach))
    assert (got.n, got.clusters, got.p_value) == (81, 12, None)


@pytest.mark.parametrize("seed", range(5))
def test_doubling_rows_inside_clusters_changes_nothing(seed):
    """A second copy of every row in its own cluster brings no knowledge, and claims none."""
    time, event, clusters = random_waits(seed)
    group = np.random.default_rng(seed).random(len(time)) < 0.5
    twice = [np.tile(column, 2) for column in (time, event, group, clusters)]

    pd.testing.assert_frame_equal(
        clustered_survival(time, event, clusters, at=range(14)),
        clustered_survival(twice[0], twice[1], twice[3], at=range(14)),
    )
    once = clustered_rmst_difference(time, event, group, clusters, 8)
    again = clustered_rmst_difference(*twice, 8)
    assert once.std_error == pytest.approx(again.std_error, rel=1e-9)
    assert (once.p_value, again.n) == (pytest.approx(again.p_value), 2 * once.n)


@pytest.mark.parametrize("seed", range(5))
def test_order_of_rows_and_names_of_clusters_do_not_matter(seed):
    """Shuffled rows with renamed clusters give the same numbers."""
    time, event, clusters = random_waits(seed)
    order = np.random.default_rng(seed).permutation(len(time))
    names = np.array([f"cluster {c}" for c in clusters])

    pd.testing.assert_frame_equal(
        clustered_survival(time, event, clusters, at=[3, 8]),
        clustered_survival(time[order], event[order], names[order], at=[3, 8]),
    )
    before = clustered_rmst(time, event, clusters, 9)
    after = clustered_rmst(time[order], event[order], names[order], 9)
    assert (before.low, before.high) == pytest.approx((after.low, after.high))


def test_rmst_by_hand():
    """The area under S, with the influence added up to the horizon."""
    # Waits 1, 2, 2+, 4 to the horizon 3: 1 + 3/4 + 1/2 = 9/4. S from 1 to 2, then from 2 to 3:
    # the influence on S(1) and on S(2), each for a width of one, as in the test of survival:
    #   -3/16 - 1/8 = -5/16; 1/16 - 1/8 = -1/16; 1/16 + 1/8 = 3/16; 3/16.
    # Clusters {first, second}, {third, fourth}: -3/8, 3/8. Variance 2 x 2 x 9/64 = 9/16.
    got = clustered_rmst([1, 2, 2, 4], [1, 1, 0, 1], [7, 7, 8, 8], 3)

    assert (got.estimate, got.std_error) == pytest.approx((2.25, 0.75))
    assert (got.low, got.high) == pytest.approx((2.25 - 12.706204736 * 0.75, 11.779653552))
    assert (got.n, got.clusters, got.p_value) == (4, 2, None)


@pytest.mark.parametrize("seed", range(5))
def test_rmst_is_that_of_the_plain_curve(seed):
    """The mean is Kaplan-Meier's; beyond the last event the curve stays at zero."""
    time, event, clusters = random_waits(seed)
    km = kaplan_meier(time, event)

    for horizon in (0.5, 7, 7.5, 15, 20):
        got = clustered_rmst(time, event, clusters, horizon)
        assert got.estimate == pytest.approx(rmst(km, horizon).estimate)


def test_rmst_without_an_event_before_the_horizon():
    """Everybody waits to the horizon: the mean is known, its spread is not."""
    got = clustered_rmst([5, 6, 7, 8], [1, 1, 1, 1], [1, 1, 2, 2], 3)

    assert (got.estimate, got.std_error, got.low, got.high) == (3.0, 0.0, None, None)


def test_difference_by_hand():
    """Clusters with rows in both groups: the influence of both counts before squaring."""
    # Without censoring the influence of a row is (wait - mean) / n of its group.
    # True: waits 1, 3, mean 2, influence -1/2, 1/2. False: 2, 6, mean 4, influence -1, 1.
    # Clusters a: 1 and 2, b: 3 and 6: -1/2 + 1 = 1/2 and -1/2. Variance 2 x 2 x 1/4 = 1.
    # Clusters a: 1 and 6, b: 3 and 2: -1/2 - 1 = -3/2 and 3/2. Variance 2 x 2 x 9/4 = 9.
    time, event, group = [1, 3, 2, 6], [1, 1, 1, 1], [1, 1, 0, 0]
    alike = clustered_rmst_difference(time, event, group, ["a", "b", "a", "b"], 10)
    opposed = clustered_rmst_difference(time, event, group, ["a", "b", "b", "a"], 10)

    assert (alike.estimate, alike.std_error) == pytest.approx((-2, 1))
    assert (opposed.estimate, opposed.std_error) == pytest.approx((-2, 3))
    assert (alike.n, alike.clusters) == (4, 2)
    # Student's t on one degree of freedom is Cauchy's: P(|t| > 2) = 1 - 2 atan(2) / pi.
    assert alike.p_value == pytest.approx(1 - 2 * np.arctan(2) / np.pi)
    assert (alike.low, alike.high) == pytest.approx((-2 - 12.706204736, -2 + 12.706204736))


@pytest.mark.parametrize("seed", range(5))
def test_difference_of_groups_that_share_no_cluster(seed):
    """Variances of the two means add up, each with the factor of all clusters for its own."""
    time, event, clusters = random_waits(seed)
    group = clusters < 5
    got = clustered_rmst_difference(time, event, group, clusters, 8)
    parts = [clustered_rmst(time[r], event[r], clusters[r], 8) for r in (group, ~group)]

    assert got.estimate == pytest.approx(parts[0].estimate - parts[1].estimate)
    own = [part.std_error**2 * (part.clusters - 1) / part.clusters for part in parts]
    assert got.std_error**2 == pytest.approx(12 / 11 * sum(own))
    assert [part.clusters for part in parts] == [5, 7]


@pytest.mark.parametrize("seed", range(5))
def test_difference_without_censoring_is_least_squares(seed):
    """Waits cut at the horizon, regressed on the group, have the same clustered error."""
    rng = np.random.default_rng(seed)
    time, clusters = rng.exponential(2, 60).round(1), rng.integers(0, 10, 60)
    group = rng.random(60) < 0.4
    got = clustered_rmst_difference(time, np.ones(60), group, clusters, 3)

    fit = sm.OLS(np.minimum(time, 3), sm.add_constant(group.astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False}
    )
    assert got.estimate == pytest.approx(fit.params[1])
    assert got.std_error == pytest.approx(fit.bse[1] * np.sqrt(10 / 9))


def frail_waits(rng, *, groups=40, size=10):
    """Waits of rate 1 times a cluster's gamma frailty (mean 1, variance 1), cut at 1 to 4."""
    clusters = np.repeat(np.arange(groups), size)
    wait = rng.exponential(1 / rng.gamma(1.0, 1.0, groups)[clusters])
    end = rng.uniform(1, 4, groups * size)
    return np.minimum(wait, end), wait <= end, clusters


def test_interval_covers_where_the_plain_one_fails():
    """With shared frailty the clustered interval holds the truth, Greenwood's far too rarely."""
    # S(0.8) under a gamma frailty of variance 1 is 1 / (1 + 0.8).
    rng = np.random.default_rng(20)
    plain, clustered = [], []
    for _ in range(400):
        time, event, clusters = frail_waits(rng)
        one = survival_at(kaplan_meier(time, event), 0.8)
        two = clustered_survival_at(time, event, clusters, 0.8)
        plain.append(one.low <= 1 / 1.8 <= one.high)
        clustered.append(two.low <= 1 / 1.8 <= two.high)
    # Three binomial errors of 400 draws at 0.95 are 0.033.
    assert 0.917 <= np.mean(clustered) <= 0.983
    assert np.mean(plain) < 0.85


def test_difference_keeps_its_error_rate():
    """Whole clusters in one of two equal groups: one test in twenty rejects, not more."""
    rng = np.random.default_rng(21)
    plain, clustered = [], []
    for _ in range(400):
        time, event, clusters = frail_waits(rng)
        group = clusters % 2 == 0
        plain.append(clustered_rmst_difference(time, event, group, range(400), 0.9).p_value)
        clustered.append(clustered_rmst_difference(time, event, group, clusters, 0.9).p_value)
    # Three binomial errors of 400 draws at 0.05 are 0.033.
    assert 0.017 <= np.mean(np.array(clustered) < 0.05) <= 0.083
    assert np.mean(np.array(plain) < 0.05) > 0.15


GOOD = {
    "time": [1.0, 2.0, 3.0, 4.0] * 5,
    "event": [1, 1, 0, 0] * 5,
    "group": [1] * 10 + [0] * 10,
    "clusters": [*range(10), *range(10)],
    "level": 0.95,
}
SHARED = [
    ({"time": [None] * 20}, "expected a number in every row of time, got 20 empty"),
    ({"time": [-1.0] * 20}, "expected waits of zero or more, got -1. Check the order"),
    ({"event": [2] * 20}, "expected only 0 and 1 in event, got 2"),
    ({"event": [1]}, "expected 20 rows in event, got 1"),
    ({"clusters": [None] * 20}, "expected a label in every row of clusters, got 20 empty"),
    ({"clusters": [7] * 20}, "expected at least two different labels in clusters, got one"),
    ({"level": 95}, "expected a confidence level between 0 and 1, got 95"),
]
LATE = "up to the last time observed (4), got 4.5. Nobody was watched that long; choose an earlier"


def refusal(model, columns, *limit, **changes):
    """The message with which `model` refuses the good table after `changes`."""
    table = GOOD | changes
    with pytest.raises(ModelError) as caught:
        model(*(table[name] for name in columns), *limit, level=table["level"])
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "at", "message"),
    [(changes, [2], message) for changes, message in SHARED]
    + [
        ({}, [], "expected at least one row in at, got none"),
        ({}, [1, None], "expected a number in every row of at, got 1 empty"),
        ({}, [1, -2, 3], "expected at of zero or more, got -2. Pass a duration"),
        ({}, [1, 4.5], f"expected at {LATE}"),
    ],
)
def test_survival_refuses(changes, at, message):
    """Each impossible question is one line that says what was expected."""
    table = GOOD | changes
    columns = [table[name] for name in ("time", "event", "clusters")]
    with pytest.raises(ModelError) as caught:
        clustered_survival(*columns, at=at, level=table["level"])
    assert str(caught.value).startswith(f"clustered_survival: {message}")


def test_survival_at_refuses_under_its_own_name():
    """The message names the function that was called, and its time."""
    got = refusal(clustered_survival_at, ("time", "event", "clusters"), 4.5)
    assert got.startswith(f"clustered_survival_at: expected t {LATE}")


@pytest.mark.parametrize(
    ("changes", "horizon", "message"),
    [(changes, 2, message) for changes, message in SHARED]
    + [
        ({}, 0, "expected a horizon above zero, got 0. Pass a duration"),
        ({}, np.inf, "expected a number in every row of horizon, got 1 empty or infinite"),
        ({}, 4.5, f"expected horizon {LATE}"),
    ],
)
def test_rmst_refuses(changes, horizon, message):
    """The restricted mean refuses what the curve refuses, and horizons it does not reach."""
    got = refusal(clustered_rmst, ("time", "event", "clusters"), horizon, **changes)
    assert got.startswith(f"clustered_rmst: {message}")


@pytest.mark.parametrize(
    ("changes", "horizon", "message"),
    [(changes, 2, f": {message}") for changes, message in SHARED]
    + [
        ({"group": [3] * 20}, 2, ": expected only 0 and 1 in group, got 3"),
        (
            {"group": [1] * 20},
            2,
            ": expected at least two clusters where group is false, got 0. Bring more clusters",
        ),
        (
            {"clusters": [7] * 10 + [*range(10)]},
            2,
            ": expected at least two clusters where group is true, got 1. Bring more clusters",
        ),
        ({}, 4.5, f" (group true): expected horizon {LATE}"),
        ({"time": [5.0] * 10 + GOOD["time"][10:]}, 4.5, f" (group false): expected horizon {LATE}"),
        ({}, 0.5, ": expected clusters that differ before 0.5, got none. Choose another horizon"),
    ],
)
def test_difference_refuses(changes, horizon, message):
    """Both groups need clusters, time up to the horizon, and something that varies."""
    columns = ("time", "event", "group", "clusters")
    got = refusal(clustered_rmst_difference, columns, horizon, **changes)
    assert got.startswith(f"clustered_rmst_difference{message}")
