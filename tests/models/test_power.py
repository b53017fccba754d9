"""Power and sample size by hand and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from workbench.errors import ModelError
from workbench.models.power import (
    people_needed,
    power_reached,
    smallest_detectable_difference,
    units_needed,
)


def test_people_needed_by_hand():
    """From .4 to .6 the pooled and the separate spreads are known numbers."""
    # (1.959964 sqrt(2 x .5 x .5) + 0.841621 sqrt(.6 x .4 + .4 x .6))^2 / .2^2
    #  = (1.385904 + 0.583092)^2 / .04 = 96.9235
    assert people_needed(0.4, 0.2) == pytest.approx(96.9235, abs=2e-3)


def test_smallest_detectable_difference_by_hand():
    """At 80 % power it is 2.8 standard errors."""
    # 1.959964 + 0.841621 = 2.801585
    assert smallest_detectable_difference(0.01) == pytest.approx(0.02801585, abs=1e-8)


def test_units_needed_by_hand():
    """Half the error needs four times the units."""
    # 500 units show 2.801585 x 0.01. To show half of that, 4 x 500.
    assert units_needed(0.01, 0.02801585 / 2, n=500) == pytest.approx(2000, rel=1e-6)
    assert units_needed(0.01, -0.02801585, n=500) == pytest.approx(500, rel=1e-6)


@pytest.mark.parametrize("ratio", [0.5, 1, 3])
@pytest.mark.parametrize(("baseline", "difference"), [(0.3, 0.02), (0.6, -0.1)])
def test_size_and_power_undo_each_other(baseline, difference, ratio):
    """As many people as are needed for 80 % reach 80 %."""
    n = people_needed(baseline, difference, ratio=ratio)
    got = power_reached(baseline, difference, n_exposed=n, ratio=ratio)
    assert got == pytest.approx(0.8, abs=1e-4)


def test_ratio_counts_unexposed_people_for_each_exposed_one():
    """Simulated studies with three unexposed for each exposed one find the difference as stated."""
    n, rng = 200, np.random.default_rng(7)
    one = rng.binomial(n, 0.35, 20_000) / n
    zero = rng.binomial(3 * n, 0.25, 20_000) / (3 * n)
    pooled = (one + 3 * zero) / 4
    z = (one - zero) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / (3 * n)))
    found = (np.abs(z) > stats.norm.ppf(0.975)).mean()
    # Monte-Carlo error of a share near .8 in 20,000: .003. The formula is itself asymptotic: .01.
    assert power_reached(0.25, 0.1, n_exposed=n, ratio=3) == pytest.approx(found, abs=0.013)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: smallest_detectable_difference(0), "the standard error above zero .* got 0"),
        (lambda: smallest_detectable_difference(float("nan")), "error above zero and .* got nan"),
        (lambda: smallest_detectable_difference("1"), "error above zero and .* got '1'"),
        (lambda: smallest_detectable_difference(1, alpha=1e-300), "1e-12 from both .* and 1e-300"),
        (lambda: smallest_detectable_difference(1, power=None), "both at least, got None and 0.05"),
        (lambda: units_needed(0.1, 1e-300, n=5), "absolute difference above .* got 1e-300"),
        (lambda: units_needed(0.1, None, n=5), "absolute difference above .* got None"),
        (lambda: units_needed(0.1, 1, n=1e308), "number of units above .* got 1e.308"),
        (lambda: people_needed(0.5, 1e-300), "two different shares .* got 0.5 and 0.5"),
        (lambda: people_needed(1e-300, 1e-300), "two different shares .* got 1e-300 and 2e-300"),
        (lambda: people_needed(None, 0.1), "a baseline and a difference, got None. Give"),
        (lambda: people_needed(0.5, 0.1, ratio=1e300), "the ratio above zero and .* got 1e.300"),
        (lambda: smallest_detectable_difference(1, power=1), "between 0 and 1, .* got 1 and 0.05"),
        (lambda: units_needed(1, 0, n=5), "the absolute difference above zero .* got 0"),
        (lambda: units_needed(1, 1, n=0), "the number of units above zero .* got 0"),
        (lambda: people_needed(0.9, 0.2), "two different shares between 0 and 1, got 0.9 and 1.1"),
        (lambda: people_needed(0.5, 0), "two different shares between 0 and 1, got 0.5 and 0.5"),
        (lambda: people_needed(0.5, 0.1, ratio=0), "the ratio above zero .* got 0"),
        (lambda: people_needed(0.5, 0.1, alpha=0), "between 0 and 1, .* got 0.8 and 0"),
        (lambda: power_reached(0.5, 0.1, n_exposed=0), "the number of people above zero .* got 0"),
        (lambda: power_reached(0.5, 0.1, n_exposed=9, alpha=2), "between 0 and 1, .* and 2"),
    ],
)  # fmt: skip
def test_refuses_what_has_no_answer(call, message):
    """Each impossible question is one line that says what was expected."""
    with pytest.raises(ModelError, match=message):
        call()
