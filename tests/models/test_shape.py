"""The test for a U: by its formula, its laws, its limits, and on a curve that only levels off."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from workbench.errors import ModelError
from workbench.models.shape import lind_mehlum


def hill(seed, *, n=300, noise=1.0, turn=5.0):
    """x on [0, 10] and a quadratic that is highest at `turn`."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 10, n)
    return x, -0.2 * (x - turn) ** 2 + rng.normal(0, noise, n)


def test_four_points_repeated_by_hand():
    """Pairs around the curve 4x - x^2 give its slopes exactly, and errors from the pairs alone."""
    x = np.repeat([0.0, 1, 2, 3, 4], 2)
    y = 4 * x - x**2 + np.tile([-1.0, 1.0], 5)
    got = lind_mehlum(x, y, errors="classical")
    # Slope 4 - 2x: 4 at 0 and -4 at 4; the top is at 2.
    slopes = (got.slope_low.estimate, got.slope_high.estimate)
    assert slopes == pytest.approx((4, -4))
    assert got.extreme.estimate == pytest.approx(2)
    # x - 2 and its square are orthogonal here: var(slope at 0) = s2 (1/20 + 16/28), s2 = 10/7.
    error = (10 / 7 * (1 / 20 + 16 / 28)) ** 0.5
    assert got.slope_low.std_error == pytest.approx(error)
    assert got.p_low == pytest.approx(stats.t.sf(4 / error, 7))
    assert got.p_value == max(got.p_low, got.p_high)
    assert got.extreme_inside
    assert got.table["term"].tolist() == ["intercept", "x", "x^2"]
    # By symmetry Fieller's limits are as far below 2 as above.
    assert got.extreme.low + got.extreme.high == pytest.approx(4)


@pytest.mark.parametrize("seed", range(5))
def test_limits_of_the_turn_are_where_the_slope_is_just_significant(seed):
    """At both ends of Fieller's interval the two-sided p-value of the slope is 5 %."""
    x, y = hill(seed)
    turn = lind_mehlum(x, y).extreme
    ends = lind_mehlum(x, y, low=turn.low, high=turn.high)
    assert (ends.slope_low.p_value, ends.slope_high.p_value) == pytest.approx((0.05, 0.05))
    assert turn.low < turn.estimate < turn.high


@pytest.mark.parametrize("seed", range(5))
def test_turning_the_curve_over_turns_the_answer_over(seed):
    """-y is a U where y is an inverted U; another unit of x moves only the numbers with a unit."""
    x, y = hill(seed)
    up, down = lind_mehlum(x, y), lind_mehlum(x, -y, shape="U")
    assert (up.p_value, up.found) == (pytest.approx(down.p_value), down.found)
    scaled = lind_mehlum(x * 1000, y)
    assert scaled.p_value == pytest.approx(up.p_value, rel=1e-6)
    assert scaled.extreme.low == pytest.approx(1000 * up.extreme.low, rel=1e-6)


def test_finds_a_hill_and_no_hill_in_a_slope():
    """A top in the middle is found; on a straight line the turn is anywhere, with a reason."""
    assert lind_mehlum(*hill(1)).found
    x = hill(2)[0]
    level = lind_mehlum(x, np.random.default_rng(2).normal(size=len(x)) + 0.5 * x)
    assert not level.found
    assert level.p_value > 0.05
    assert (level.extreme.low, level.extreme.high) == (None, None)
    assert "a turn fits at any x outside" in level.reason


def test_pure_noise_may_turn_anywhere():
    """Where neither slope nor curvature is known, every x is a possible turn."""
    rng = np.random.default_rng(0)
    got = lind_mehlum(rng.uniform(0, 1, 50), rng.normal(size=50))
    assert got.reason == "the curvature is too uncertain: a turn at any x fits these data"
    assert not got.found
    assert not got.interval_inside


def test_an_extreme_outside_the_stretch_is_no_turn():
    """Left of the top the curve only rises: p is above one half."""
    x, y = hill(3)
    got = lind_mehlum(x, y, low=float(x.min()), high=3.0)
    assert got.p_value > 0.5
    assert not got.extreme_inside
    assert not got.found


def test_levelling_off_is_mistaken_for_a_turn():
    """The demonstrated mistake: a quadratic finds a top in a curve that never falls."""
    rng = np.random.default_rng(4)
    x = rng.uniform(0, 10, 2000)
    assert lind_mehlum(x, np.minimum(x, 3) + rng.normal(0, 0.5, 2000)).found


def test_clusters_widen_the_errors_of_copied_rows():
    """Rows copied five times with their cluster give nearly the error of one copy each."""
    x, y = hill(5, n=100)
    one = lind_mehlum(x, y, clusters=np.arange(100))
    five = lind_mehlum(np.tile(x, 5), np.tile(y, 5), clusters=np.tile(np.arange(100), 5))
    assert five.slope_low.std_error == pytest.approx(one.slope_low.std_error, rel=0.02)
    assert (five.n, five.clusters, five.errors) == (500, 100, "clustered")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"low": 5, "high": 5}, "low below high, both between 1 and 9, got 5 and 5. Test"),
        ({"low": 0}, "low below high, both between 1 and 9, got 0 and 9"),
        ({"shape": "W"}, "shape to be inverted U or U, got W. Choose one"),
        ({"errors": "HC9"}, "errors to be classical or HC3, got HC9"),
        ({"level": 95}, "a confidence level between 0 and 1, got 95"),
    ],
)
def test_refuses(options, message):
    """Ends outside the data, and names that are not known."""
    with pytest.raises(ModelError, match=f"lind_mehlum: expected {message}"):
        lind_mehlum([1, 2, 4, 7, 9], [1, 3, 2, 5, 1], **options)
