"""Tests of Kaplan-Meier, its quantiles and restricted means, and the log-rank test.

R's numbers for tables of patients stand in `tests/validation/reference_survival.py`.
"""

import math

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from workbench.errors import ModelError
from workbench.models.survival import (
    kaplan_meier,
    kaplan_meier_from_counts,
    log_rank,
    quantile,
    rmst,
    rmst_difference,
    survival_at,
)


def random_waits(seed, rows=60):
    """Waits with ties, zeros and about a third censored."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 15, rows).astype(float), rng.random(rows) < 0.65


def test_kaplan_meier_by_hand():
    """Four people, one of them censored between two events."""
    km = kaplan_meier([1, 2, 2, 4], [1, 1, 0, 1])

    # S(1) = 3/4; S(2) = 3/4 * 2/3 = 1/2, the censored one still at risk; S(4) = 0.
    # Greenwood at 2: S^2 (1/(4*3) + 1/(3*2)) = 1/4 * 1/4 = 1/16, so the error is 1/4.
    table = km.table
    assert table["time"].tolist() == [1, 2, 4]
    assert table["at_risk"].tolist() == [4, 3, 1]
    assert table["events"].tolist() == [1, 1, 1]
    assert table["censored"].tolist() == [0, 1, 0]
    assert table["survival"].tolist() == pytest.approx([0.75, 0.5, 0])
    assert table["std_error"][1] == pytest.approx(0.25)
    # log-log: 0.5 ** exp(+-1.959964 * 0.25 / (0.5 * log 2)).
    reach = np.exp(1.959963984540054 * 0.25 / (0.5 * np.log(2)))
    assert table["low"][1] == pytest.approx(0.5**reach)
    assert table["high"][1] == pytest.approx(0.5 ** (1 / reach))
    assert table.loc[2, ["std_error", "low", "high"]].isna().all()
    assert (km.n, km.n_events) == (4, 3)


def test_a_wait_of_zero_counts():
    """An answer at once lowers S at zero; leaving at once without one does not."""
    km = kaplan_meier([0, 0, 5, 5], [1, 0, 1, 0])

    assert km.table["survival"].tolist() == [0.75, 0.375]
    assert survival_at(km, 0).estimate == 0.75


def test_log_interval_by_hand():
    """The interval made on the logarithm of S, which may not pass one."""
    km = kaplan_meier([1, 2, 2, 4], [1, 1, 0, 1], transform="log")

    # S(1) = 3/4 with error S sqrt(1/(4*3)): 3/4 exp(+-1.959964 sqrt(1/12)) = (.426, 1.321).
    # S(2) = 1/2 with error 1/4, half of S: 1/2 exp(+-1.959964 / 2).
    reach = 1.959963984540054
    assert km.table["low"][0] == pytest.approx(0.75 * math.exp(-reach * math.sqrt(1 / 12)))
    assert km.table["high"][0] == 1
    low, high = 0.5 * math.exp(-reach / 2), 1
    assert km.table.loc[1, ["low", "high"]].tolist() == pytest.approx([low, high])
    half = survival_at(km, 2)
    assert (half.low, half.high, half.p_value, half.n) == (pytest.approx(low), 1, None, 4)


def test_log_rank_by_hand():
    """Two groups of two: the statistic, its degrees of freedom and p-value."""
    got = log_rank([1, 2, 3, 4], [1, 1, 1, 1], list("abab"))

    # Expected in b: 2/4, 2/3, 1/2; seen 0, 1, 0, then b is alone: difference 1 - 5/3 = -2/3.
    # Variances 1/4 + 2/9 + 1/4 = 13/18, so 4/9 * 18/13 = 8/13.
    assert got.chi2 == pytest.approx(8 / 13)
    assert got.p_value == pytest.approx(math.erfc(math.sqrt(8 / 13 / 2)))
    assert (got.df, got.n) == (1, 4)


def test_log_rank_of_three_groups_has_two_degrees_of_freedom():
    """One less than the groups; with two, P(chi-squared > c) is exp(-c / 2)."""
    time, event = random_waits(3)

    got = log_rank(time, event, np.arange(60) % 3)

    assert got.df == 2
    assert got.p_value == pytest.approx(math.exp(-got.chi2 / 2))


def test_rmst_by_hand():
    """The area under a curve of two steps, cut at three."""
    km = kaplan_meier([1, 2, 2, 4], [1, 1, 0, 1])

    got = rmst(km, 3)

    # 1 * 1 + 0.75 * 1 + 0.5 * 1 = 2.25. Areas ahead of times 1 and 2: 1.25 and 0.5.
    # Variance 1.25^2 / (4*3) + 0.5^2 / (3*2) = 0.130208 + 0.041667 = 0.171875.
    assert got.estimate == pytest.approx(2.25)
    assert got.std_error == pytest.approx(np.sqrt(0.171875))
    assert got.high - got.low == pytest.approx(2 * 1.959963984540054 * np.sqrt(0.171875))


def test_rmst_without_censoring_is_the_mean():
    """Beyond the last event the curve is zero, and the area is the ordinary mean."""
    assert rmst(kaplan_meier([1, 2, 6], [1, 1, 1]), 10).estimate == pytest.approx(3)


def test_rmst_difference_by_hand():
    """Two independent curves: means subtract, variances add."""
    a, b = kaplan_meier([1, 3], [1, 1]), kaplan_meier([2, 4, 4], [1, 0, 0])

    got = rmst_difference(a, b, 3)

    # a: 1 + 0.5 * 2 = 2; b: 2 + 2/3 = 8/3. Variances 1^2 / (2*1) and (2/3)^2 / (3*2).
    # At time 3 nothing lies ahead, so a's second event adds nothing.
    std_error = np.sqrt(1 / 2 + 4 / 9 / 6)
    assert got.estimate == pytest.approx(2 - 8 / 3)
    assert got.std_error == pytest.approx(std_error)
    assert got.low == pytest.approx(2 - 8 / 3 - 1.959963984540054 * std_error)
    assert got.p_value == pytest.approx(math.erfc((2 / 3) / std_error / math.sqrt(2)))
    assert got.n == 5


def test_median_not_reached_is_none():
    """Where fewer than half had the event, there is no median and no upper limit."""
    got = quantile(kaplan_meier(range(1, 11), [1, 1] + [0] * 8), 0.5)

    assert (got.estimate, got.high, got.std_error, got.p_value) == (None, None, None, None)
    assert got.n == 10


def test_median_takes_the_first_time_at_one_half():
    """A curve that rests on one half has its median where the rest begins."""
    assert quantile(kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1]), 0.5).estimate == 2


def test_rounding_does_not_move_a_quantile():
    """Nine tenths of ten events have happened at the ninth, whatever the last digit says."""
    assert quantile(kaplan_meier(range(1, 11), [1] * 10), 0.9).estimate == 9


def test_quantile_of_a_curve_that_falls_at_once_has_a_lower_limit():
    """When everybody leaves at one time, the quantile is not before that time."""
    got = quantile(kaplan_meier([3, 3], [1, 1]), 0.5)

    assert (got.estimate, got.low, got.high) == (3, 3, None)


def test_survival_outside_the_steps():
    """Before any event S is one, after the last of all it is zero, both without an interval."""
    km = kaplan_meier([2, 3], [1, 1])

    before, after = survival_at(km, 1), survival_at(km, 99)

    assert (before.estimate, before.std_error, before.low, before.high) == (1, 0, None, None)
    assert (after.estimate, after.std_error, after.low, after.high) == (0, None, None, None)


def test_nobody_answered():
    """When every wait is cut off, S stays at one."""
    km = kaplan_meier([1, 2, 3], [0, 0, 0])

    assert km.table["survival"].tolist() == [1, 1, 1]
    assert quantile(km, 0.5).estimate is None
    assert rmst(km, 3).estimate == 3


@pytest.mark.parametrize("seed", range(10))
def test_without_censoring_it_is_the_share_still_waiting(seed):
    """S(t) is then one minus the empirical distribution, with the binomial error."""
    time, _ = random_waits(seed)
    km = kaplan_meier(time, np.ones(len(time)))

    share = np.array([(time > t).mean() for t in km.table["time"]])
    assert km.table["survival"].to_numpy() == pytest.approx(share)
    binomial = np.sqrt(share * (1 - share) / len(time))
    assert km.table["std_error"][:-1].to_numpy() == pytest.approx(binomial[:-1])


@pytest.mark.parametrize("seed", range(10))
def test_counts_give_what_rows_give(seed):
    """Counting first and estimating later is the same, in any order of the times."""
    time, event = random_waits(seed)
    rows = pd.DataFrame({"time": time, "event": event, "cut": ~event})
    counts = rows.groupby("time").sum().sample(frac=1, random_state=seed).reset_index()

    got = kaplan_meier_from_counts(counts["time"], counts["event"], counts["cut"])

    pd.testing.assert_frame_equal(got.table, kaplan_meier(time, event).table)


@pytest.mark.parametrize("seed", range(5))
def test_events_rows_agree_with_statsmodels(seed):
    """At the times of events, another program gives the same curve and error."""
    time, event = random_waits(seed)
    theirs = SurvfuncRight(time, event.astype(int))

    table = kaplan_meier(time, event).table
    mine = table[(table["events"] > 0) & (table["survival"] > 0)]

    size = len(mine)
    assert mine["survival"].to_numpy() == pytest.approx(theirs.surv_prob[:size])
    assert mine["std_error"].to_numpy() == pytest.approx(theirs.surv_prob_se[:size])


def test_counts_hold_a_billion():
    """Counts beyond 32 bits neither overflow nor lose the curve."""
    km = kaplan_meier_from_counts([1, 2], [3_000_000_000, 0], [0, 1_000_000_000])

    assert km.n == 4_000_000_000
    # S = 1/4, error sqrt(S (1 - S) / n) = sqrt(0.1875 / 4e9).
    assert survival_at(km, 1).estimate == pytest.approx(0.25)
    assert survival_at(km, 1).std_error == pytest.approx(np.sqrt(0.1875 / 4e9))


def test_a_time_at_which_nobody_left_has_no_row():
    """A count of zero and zero changes nothing."""
    km = kaplan_meier_from_counts([1, 2, 3], [1, 0, 1], [0, 0, 0])

    assert km.table["time"].tolist() == [1, 3]


def test_log_rank_of_a_sample_without_censoring():
    """A curve that ends at zero is no obstacle to weights by survival."""
    got = log_rank([1, 2, 3, 4], [1, 1, 1, 1], list("abab"), rho=1)

    # Weights 1, 3/4, 1/2 at times 1, 2, 3. Expected in b: 2/4, 2/3, 1/2; seen 0, 1, 0.
    # Sum of weighted differences: -1/2 + 3/4 * 1/3 - 1/2 * 1/2 = -1/2.
    # Variances 1/4, 2/9, 1/4 times squared weights: 1/4 + 1/8 + 1/16 = 7/16.
    assert got.chi2 == pytest.approx((1 / 4) / (7 / 16))


KM = kaplan_meier([1, 2, 5], [1, 1, 0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: kaplan_meier([-1, 2], [1, 1]),
            "kaplan_meier: expected waits of zero or more, got -1. Check the order of the times.",
        ),
        (
            lambda: kaplan_meier([1, 2], [1, 1], transform="logit"),
            "kaplan_meier: expected transform log-log or log, got logit. Choose one of these.",
        ),
        (
            lambda: kaplan_meier([1, 2], [1, 1], level=95),
            "kaplan_meier: expected a confidence level between 0 and 1, got 95. Pass 0.95, say.",
        ),
        (
            lambda: kaplan_meier_from_counts([1, 2], [1, 0.5], [0, 0]),
            "kaplan_meier_from_counts: expected whole counts from 0, got 0.5. Count units.",
        ),
        (
            lambda: kaplan_meier_from_counts([1, 2], [0, 0], [0, 0]),
            "kaplan_meier_from_counts: expected at least one unit, got none. Bring data.",
        ),
        (
            lambda: survival_at(KM, 6),
            "survival_at: expected t up to the last time observed (5), got 6. "
            "Nobody was watched that long; choose an earlier one.",
        ),
        (
            lambda: survival_at(KM, -1),
            "survival_at: expected t of zero or more, got -1. Pass a duration.",
        ),
        (
            lambda: quantile(KM, 50),
            "quantile: expected a share between 0 and 1, got 50. Pass 0.5 for the median.",
        ),
        (
            lambda: rmst(KM, 6),
            "rmst: expected horizon up to the last time observed (5), got 6. "
            "Nobody was watched that long; choose an earlier one.",
        ),
        (
            lambda: rmst(KM, 0),
            "rmst: expected a finite horizon above zero, got 0. Pass a duration.",
        ),
        (
            lambda: rmst(kaplan_meier([1, 2], [1, 1]), math.inf),
            "rmst: expected a finite horizon above zero, got inf. Pass a duration.",
        ),
        (
            lambda: rmst_difference(KM, kaplan_meier([1, 2], [1, 0], level=0.9), 1),
            "rmst_difference: expected one confidence level, got 0.95 and 0.9. "
            "Estimate both curves with the same level.",
        ),
        (
            lambda: rmst_difference(KM, KM, 0.5),
            "rmst_difference: expected events before 0.5 in one group at least, got none that "
            "leave somebody waiting. Choose another horizon.",
        ),
        (
            lambda: log_rank([1, 2], [1, 1], ["a", "b"], rho=-1),
            "log_rank: expected waits and rho of zero or more, got -1. "
            "Check the order of the times, and rho.",
        ),
        (
            lambda: log_rank([1, 2, 3, 4], [0, 0, 1, 1], list("aabb")),
            "log_rank: expected events while several groups were at risk, got none for a group. "
            "Leave that group out or watch longer.",
        ),
    ],
)
def test_survival_errors_say_what_to_do(call, message):
    """Each refusal is one line that says where, what and what to do."""
    with pytest.raises(ModelError) as error:
        call()

    assert str(error.value) == message
