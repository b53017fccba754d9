"""The kink: by hand, found where it is, its units, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import ModelError
from workbench.models.broken_stick import broken_stick


def stick(seed, *, n=400, kink=20.0, below=1.0, above=0.3, noise=0.2):
    """A power law with exponent `below` up to the kink and `above` from there on."""
    rng = np.random.default_rng(seed)
    x = np.exp(rng.uniform(0, 6, n))
    bend = np.maximum(np.log(x / kink), 0)
    return x, np.exp(0.5 + below * np.log(x) + (above - below) * bend + rng.normal(0, noise, n))


def test_a_stick_without_noise_by_hand():
    """y = x up to 16 and 16 (x / 16)^(1/2) from there: exponents 1 and 1/2, nothing left over."""
    x = 2.0 ** np.arange(9)
    y = np.where(x < 16, x, 4 * np.sqrt(x))
    got = broken_stick(np.tile(x, 5), np.tile(y, 5), seed=1, draws=100)
    assert got.kink.estimate == pytest.approx(16, rel=1e-4)
    assert (got.below.estimate, got.above.estimate) == pytest.approx((1, 0.5), abs=1e-5)
    assert got.change.estimate == pytest.approx(-0.5, abs=1e-5)
    assert got.intercept == pytest.approx(0, abs=1e-5)
    assert got.r_squared == pytest.approx(1)
    assert got.straight_r_squared < 0.99
    assert got.table["term"].tolist() == ["kink", "below", "above", "change"]
    assert got.table["p_value"].isna().all()
    assert got.kink.p_value is None


def test_intervals_hold_the_truth_about_as_often_as_stated():
    """Of 12 data sets, at most three intervals of each number miss it."""
    got = [broken_stick(*stick(seed, n=100), seed=seed, draws=100) for seed in range(12)]
    for name, truth in (("kink", 20), ("below", 1), ("above", 0.3), ("change", -0.7)):
        parts = [getattr(one, name) for one in got]
        # 5 % of 12 is 0.6; the chance of four or more is .002.
        assert sum(not part.low <= truth <= part.high for part in parts) < 4


def test_seeds_and_units():
    """The same seed gives the same interval; the unit of x moves the kink alone."""
    x, y = stick(3)
    first, again = (broken_stick(x, y, seed=5, draws=100) for _ in range(2))
    assert first.table.equals(again.table)
    hours = broken_stick(x * 60, y, seed=5, draws=100)
    assert hours.kink.low == pytest.approx(60 * first.kink.low, rel=1e-5)
    assert hours.above.estimate == pytest.approx(first.above.estimate, abs=1e-6)
    other = broken_stick(x, y, seed=6, draws=100)
    assert other.kink.low != first.kink.low
    assert other.kink.estimate == first.kink.estimate


def test_clusters_are_drawn_whole():
    """Rows copied in their cluster add nothing: the error stays that of one copy each."""
    x, y = stick(4, n=150)
    one = broken_stick(x, y, seed=1, draws=200)
    four = broken_stick(
        np.tile(x, 4), np.tile(y, 4), seed=1, draws=200, clusters=np.tile(np.arange(150), 4)
    )
    assert four.below.std_error == pytest.approx(one.below.std_error, rel=0.2)
    assert (four.n, four.clusters, one.clusters) == (600, 150, None)


def test_draws_without_a_kink_are_counted_and_too_many_refused():
    """A cluster that alone has different x is not drawn in some samples."""
    rng = np.random.default_rng(1)

    def fitted(alike, varied):
        """Clusters of ten rows with one x only, and clusters with ten."""
        x = np.concatenate([np.ones(10 * alike), np.tile(np.arange(1.0, 11), varied)])
        clusters = np.repeat(np.arange(alike + varied), 10)
        y = x * np.exp(rng.normal(0, 0.1, len(x)))
        return broken_stick(x, y, seed=1, draws=200, clusters=clusters)

    # None of the three among nine clusters drawn from nine: (6/9)^9 = 2.6 % of 200, about 5.
    assert 0 < fitted(6, 3).failed_draws <= 10
    # Not the one among four drawn from four: (3/4)^4 = 32 %.
    with pytest.raises(
        ModelError, match=r"a kink in nearly every one of 200 .* samples, got 1\d\d"
    ):
        fitted(3, 1)


@pytest.mark.parametrize(
    ("x", "y", "draws", "message"),
    [
        ([0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6], 500, "x above zero, got 0. A logarithm"),
        ([1, 2, 3, 4, 5, 6], [1, 2, 0, 4, 5, 6], 500, "y above zero, got 0"),
        ([1, 2, 3, 4, 5, 5], [1, 2, 3, 4, 5, 6], 500, "at least 6 different values of x, got 5"),
        ([1, 2, 3, 4, 5, 6], [2, 2, 2, 2, 2, 2], 500, "y to vary, got 2 in every row"),
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], 99, "at least 100 draws, got 99. Pass 500"),
        ([9] * 200 + [1, 2, 3, 4, 5], range(1, 206), 500, "different x on both sides of a kink"),
    ],
)
def test_refuses(x, y, draws, message):
    """No logarithm, no variation, no interval: one line each."""
    with pytest.raises(ModelError, match=f"broken_stick: expected {message}"):
        broken_stick(x, y, seed=1, draws=draws)
