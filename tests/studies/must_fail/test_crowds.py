"""Worlds of ideas and stories: worked by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from workbench.simulate import cascades, contests, versions
from workbench.studies.must_fail.crowds import (
    _any_order,
    best_ideas,
    next_ratings,
    season,
    stories,
)


def test_a_win_against_all_orders_by_hand():
    """Two people with three ideas: one wins the first, one the first and the last."""
    rows = pd.DataFrame(
        {
            "person": [1, 1, 1, 2, 2, 2, 3],
            "won": [1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0],
            "has_won": [0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0],
        }
    )
    got = _any_order(rows)

    # Place of the first win: mean 4/2 = 2 with variance 1 * 4 * 2 / (4 * 3) = 2/3, and mean 4/3
    # with variance 2 * 4 * 1 / (9 * 4) = 2/9. Losses after it: 2 + 1 seen; 3 - 2 = 1 and
    # 3 - 4/3 - 1 = 2/3 expected. Whoever never won says nothing.
    assert got.estimate == pytest.approx(math.log(5 / 3 / 3))
    assert got.std_error == pytest.approx(math.sqrt(8 / 9) / (5 / 3))
    assert 0.1 < got.p_value < 0.2  # z = (3 - 5/3) / sqrt(8/9) = 1.41


def test_all_orders_are_those_of_shuffled_wins():
    """Mean and spread of the losses after the first of two wins agree with 10,000 shuffles."""
    won = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    rows = pd.DataFrame({"person": 1, "won": won, "has_won": [0.0, 1.0, 1.0, 1.0, 1.0, 1.0]})
    shuffled = np.random.default_rng(1).permuted(np.tile(won, (10_000, 1)), axis=1)
    losses = ((shuffled.cumsum(axis=1) > 0) & (shuffled == 0)).sum(axis=1)

    got = _any_order(rows)

    expected = 4 * math.exp(got.estimate)  # all four losses come after the first win here
    assert expected == pytest.approx(losses.mean(), abs=0.06)
    assert got.std_error * expected == pytest.approx(losses.std(), rel=0.03)


def test_the_best_idea_less_arithmetic():
    """One row a contest; what lies beyond arithmetic differs from the best by the same for all."""
    rows = best_ideas(contests.Settings(uncertainty_sd=0.0), seed=1)
    alone = rows[rows["doublings"] == 0]

    # The largest of one draw has mean 0, so that only the common mean is taken off.
    assert (alone["best"] - alone["beyond"]).std() == pytest.approx(0.0, abs=1e-12)
    taken = (rows["best"] - rows["beyond"]).groupby(rows["doublings"]).mean()
    assert taken.is_monotonic_increasing
    assert rows["contest"].is_unique


def test_changes_are_to_the_next_version():
    """The last version of a project has no next one and no row."""
    rows = next_ratings(versions.Settings(), seed=1)

    assert (rows.groupby("project").size() == 3).all()
    assert rows.notna().all(axis=None)


def test_audits_fall_on_a_tenth_of_all_stories():
    """Whatever their size and truth: about one in ten, within four standard errors."""
    rows = stories(cascades.Settings(), seed=1)

    assert rows["audited"].mean() == pytest.approx(0.1, abs=4 * math.sqrt(0.09 / len(rows)))
    assert rows["size"].min() == 0  # a story of one post, in doublings


def test_a_season_is_in_the_order_of_time():
    """Who has won before has a win in an earlier row."""
    rows = season(contests.Settings(), seed=1)
    before = rows.groupby("person")["won"].transform(lambda won: won.cumsum().shift(fill_value=0))

    assert ((before > 0) == (rows["has_won"] == 1)).all()
