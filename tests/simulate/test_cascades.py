"""Cascades: sizes by their closed law, the collider of checking, seeds and switches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, factorial

from workbench.errors import SimulationError
from workbench.simulate.cascades import Settings, simulate


def difference(rows):
    """Mean log size of false minus true stories, and its standard error."""
    groups = np.log(rows["size"]).groupby(rows["false"])
    mean, error = groups.mean(), groups.sem()
    return mean[True] - mean[False], np.hypot(error[True], error[False])


def test_sizes_follow_the_borel_law():
    """P(size = n) is exp(-m n) (m n)^(n - 1) / n! for mean reshares m."""
    sizes = simulate(Settings(reshares=0.6), seed=1, stories=40_000).cascades["size"]
    for n in range(1, 8):
        p = np.exp(-0.6 * n) * (0.6 * n) ** (n - 1) / factorial(n)
        assert abs((sizes == n).mean() - p) < 4 * np.sqrt(p * (1 - p) / 40_000)
    # The mean is 1 / .4, the variance .6 / .4^3.
    assert abs(sizes.mean() - 2.5) < 4 * np.sqrt(0.6 / 0.4**3 / 40_000)


def test_false_stories_spread_as_planted():
    """Mean sizes of true and false stories are those of the truth."""
    drawn = simulate(Settings(false_spread=0.2, reshares=0.6), seed=2, stories=40_000)
    means = drawn.cascades.groupby("false")["size"].mean()
    # .6 e^.2 = .73284: 1 / .26716 = 3.7431.
    assert drawn.truth["mean_size_false"] == pytest.approx(3.7431, abs=1e-3)
    assert means[False] == pytest.approx(drawn.truth["mean_size_true"], rel=0.06)
    assert means[True] == pytest.approx(drawn.truth["mean_size_false"], rel=0.08)


def test_checking_makes_true_and_false_differ():
    """Alike in all, false stories are smaller among the checked: the collider."""
    rows = simulate(Settings(check_false=2), seed=3, stories=20_000).cascades
    got, error = difference(rows)
    assert abs(got) < 3 * error
    got, error = difference(rows[rows["checked"]])
    assert got < -5 * error
    fair = simulate(Settings(), seed=3, stories=20_000).cascades
    got, error = difference(fair[fair["checked"]])
    assert abs(got) < 3 * error


def test_checking_follows_its_law():
    """Stories are checked as often as their size and falsehood say."""
    rows = simulate(Settings(check_false=1), seed=4, stories=20_000).cascades
    p = expit(-4 + np.log(rows["size"]) + rows["false"])
    for part in (rows["false"], ~rows["false"], rows["size"] > 10):
        chance = p[part]
        off = rows.loc[part, "checked"].sum() - chance.sum()
        assert abs(off) < 4 * np.sqrt((chance * (1 - chance)).sum())


def test_depth_and_size_by_hand():
    """Without reshares every story is one post without depth; depth stays below size."""
    rows = simulate(Settings(reshares=0), seed=5, stories=50).cascades
    assert rows["size"].eq(1).all()
    assert rows["depth"].eq(0).all()
    rows = simulate(Settings(), seed=5).cascades
    assert (rows["depth"] < rows["size"]).all()
    assert (rows["depth"] > 0).equals(rows["size"] > 1)


def test_seeds_and_switches():
    """One seed one result; the selection moves the checks alone."""
    one, two, other = (simulate(Settings(), seed=seed).cascades for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert not one.equals(other)
    selected = simulate(Settings(check_false=2), seed=1).cascades
    pd.testing.assert_frame_equal(one.drop(columns="checked"), selected.drop(columns="checked"))
    assert selected["checked"].sum() > one["checked"].sum()


def test_refuses_settings_and_sizes_out_of_range():
    """Endless cascades and impossible shares are named with their range."""
    with pytest.raises(SimulationError, match=r"reshares to be a number from 0 to 0\.99, got 1\."):
        Settings(reshares=1)
    with pytest.raises(SimulationError, match=r"at most 0\.99 reshares .* got 1\.08\. Lower resha"):
        Settings(reshares=0.8, false_spread=0.3)
    with pytest.raises(
        SimulationError, match="expected stories to be a whole number from 1 to 10,"
    ):
        simulate(Settings(), seed=1, stories=0)
