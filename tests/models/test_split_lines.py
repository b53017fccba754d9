"""A break that the tested half has not chosen."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ModelError
from workbench.models.split_lines import split_lines
from workbench.models.two_lines import interrupted, two_lines


def bent(seed, *, people=200, days=5, fall=1.0):
    """Rows that rise by 1 up to x = 5 and fall by `fall` from there, with people that differ."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), days)
    x = rng.uniform(0, 10, len(person))
    y = np.minimum(x, 5) - fall * np.maximum(x - 5, 0)
    return x, y + rng.normal(size=len(x)) + rng.normal(size=people)[person], person


def test_each_half_is_tested_at_the_break_of_the_other():
    """The slopes are the means of two fits, whose errors add up as those of independent parts."""
    x, y, person = bent(1)
    found = split_lines(x, y, seed=3, clusters=person)
    first, second = found.halves

    assert found.below.estimate == pytest.approx((first.below.estimate + second.below.estimate) / 2)
    # The mean of two independent estimates: sqrt(a^2 + b^2) / 2.
    assert found.above.std_error == pytest.approx(
        np.hypot(first.above.std_error, second.above.std_error) / 2
    )
    dealt = np.random.default_rng(3).permutation(200)[:100]
    half = np.isin(person, dealt)
    at = two_lines(x[~half], y[~half], clusters=person[~half]).at
    again = interrupted(x[half], y[half], at=at, clusters=person[half])
    assert found.at[0] == at
    assert first.above == again.above
    assert (found.n, found.clusters) == (1000, 200)


def test_a_bend_is_found_and_a_line_is_none():
    """Up and down is called so; a curve that only rises is not, whichever shape is asked for."""
    x, y, person = bent(2)
    assert split_lines(x, y, seed=1, clusters=person).inverted_u
    assert split_lines(x, -y, seed=1, clusters=person, shape="U").u_shaped
    x, y, person = bent(2, fall=-1.0)
    found = split_lines(x, y, seed=1, clusters=person)
    assert not found.inverted_u
    assert not found.u_shaped


def test_where_nothing_bends_few_breaks_are_declared():
    """Of 200 flat curves at most 2.5 in 100 should be called bent, give or take three errors."""
    called = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        x, y = rng.uniform(0, 10, 300), rng.normal(size=300)
        called += split_lines(x, y, seed=seed).inverted_u
    # 200 x .025 = 5, and three times sqrt(200 x .025 x .975) = 6.6.
    assert called <= 11


def test_the_same_seed_gives_the_same_halves():
    """Nothing but the seed deals the groups; covariates go along."""
    x, y, person = bent(4)
    more = pd.DataFrame({"z": np.random.default_rng(9).normal(size=len(x))})
    one, two = (split_lines(x, y, seed=7, clusters=person, covariates=more) for _ in range(2))

    assert one.below == two.below
    assert one.at != split_lines(x, y, seed=8, clusters=person, covariates=more).at


def test_too_few_groups_are_refused():
    """Seven people cannot be dealt into halves that mean something."""
    x, y, person = bent(5, people=7)
    with pytest.raises(ModelError, match=r"^split_lines: expected at least 8 groups .*got 7\. Br"):
        split_lines(x, y, seed=1, clusters=person)
