"""Votes one after another: herding by hand and by experiment, scores, seeds and switches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from workbench.errors import SimulationError
from workbench.simulate.votes import Settings, expected_up, simulate


def test_expected_share_by_hand():
    """Without spread the share of up-votes is one logistic value."""
    settings = Settings(herding=1, quality_effect=0, severity_sd=0, intercept=0)
    # tanh(5 / 5) = .76159; expit(.76159) = .68170.
    assert expected_up(settings, [0, 5]) == pytest.approx([0.5, 0.68170], abs=1e-5)
    assert np.ptp(expected_up(Settings(), [-3, 9])) < 1e-12


@pytest.mark.parametrize("herding", [0.0, 1.5])
def test_the_experiment_recovers_the_lift(herding):
    """The first real vote of items with an artificial vote differs by the true lift."""
    settings = Settings(herding=herding, experiment=0.6)
    drawn = simulate(settings, seed=1, items=20_000, raters=300, per_item=1)
    rows = drawn.votes.merge(drawn.items, on="item")
    share, count = (rows.groupby("arm")["up"].agg(how) for how in ("mean", "size"))
    for arm in ("up", "down"):
        error = 0.5 * np.sqrt(1 / count[arm] + 1 / count["none"])
        assert abs(share[arm] - share["none"] - drawn.truth[f"lift_{arm}"]) < 4 * error
    assert (drawn.truth["lift_up"] > 0.05) == (herding > 0)
    if not herding:
        assert drawn.truth["lift_up"] == pytest.approx(0, abs=1e-12)


def test_votes_follow_their_law():
    """Given quality and the score shown, up-votes come as often as planted."""
    settings = Settings(herding=0.8, severity_sd=0)
    drawn = simulate(settings, seed=2, items=800)
    rows = drawn.votes.merge(drawn.items, on="item")
    chance = expit(0.5 + 0.8 * rows["quality"] + 0.8 * np.tanh(rows["shown"] / 5))
    for _, part in rows.groupby(pd.cut(rows["shown"], [-25, -3, 0, 3, 25])):
        p = chance[part.index]
        assert abs((part["up"] - p).sum()) < 4 * np.sqrt((p * (1 - p)).sum())


def test_without_herding_scores_still_go_with_votes():
    """Good items have high scores and get up-votes: association without any herding."""
    rows = simulate(Settings(), seed=3).votes
    assert rows["up"][rows["shown"] > 3].mean() > rows["up"][rows["shown"] < -3].mean() + 0.2


def test_the_score_is_the_sum_of_the_votes():
    """Each vote sees the sum of the votes before it, the artificial one included."""
    drawn = simulate(Settings(experiment=0.5, herding=0.5), seed=4, items=60, per_item=7)
    start = {"none": 0, "up": 1, "down": -1}
    for item, rows in drawn.votes.groupby("item"):
        held = drawn.items.loc[item]
        sums = np.concatenate([[0], (2 * rows["up"].astype(int) - 1).cumsum()])
        assert rows["shown"].tolist() == (sums[:-1] + start[held["arm"]]).tolist()
        assert held["score"] == sums[-1]
        assert rows["order"].tolist() == list(range(1, 8))
        assert rows["rater"].nunique() == 7
    assert set(drawn.items["arm"]) == {"none", "up", "down"}


def test_the_experiment_has_its_share():
    """A twentieth of the items is in the experiment, half of it in each arm."""
    arms = simulate(Settings(), seed=5, items=20_000, per_item=1).items["arm"].value_counts()
    # 500 expected in each arm, deviation 22.
    assert 410 < arms["up"] < 590
    assert 410 < arms["down"] < 590


def test_the_same_seed_gives_the_same_rows():
    """One seed one result; another seed another."""
    one, two, other = (simulate(Settings(), seed=seed, items=40) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.votes, two.votes)
    pd.testing.assert_frame_equal(one.items, two.items)
    assert not one.votes.equals(other.votes)


def test_an_effect_leaves_the_other_draws_alone():
    """Herding moves votes and scores alone; without herding the experiment moves no vote."""
    none = simulate(Settings(), seed=6)
    herded = simulate(Settings(herding=1), seed=6)
    fixed = ["item", "order", "rater"]
    pd.testing.assert_frame_equal(none.votes[fixed], herded.votes[fixed])
    pd.testing.assert_frame_equal(
        none.items.drop(columns="score"), herded.items.drop(columns="score")
    )
    assert not none.votes["up"].equals(herded.votes["up"])
    tried = simulate(Settings(experiment=1), seed=6)
    assert none.votes["up"].equals(tried.votes["up"])


def test_refuses_settings_and_sizes_out_of_range():
    """Effects and sizes that no vote can have are named with their range."""
    with pytest.raises(SimulationError, match="expected_up: expected shown to hold numbers from"):
        expected_up(Settings(), [float("nan")])
    with pytest.raises(
        SimulationError, match="votes: expected herding to be a number from -5 to 5"
    ):
        Settings(herding=9)
    with pytest.raises(SimulationError, match="expected items to be a whole number from 1 to 10,0"):
        simulate(Settings(), seed=1, items=0)
    with pytest.raises(SimulationError, match="expected raters to be a whole number from 1 to 20,"):
        simulate(Settings(), seed=1, raters=20_001)
    with pytest.raises(SimulationError, match="per_item to be a whole number from 1 to 100, got 0"):
        simulate(Settings(), seed=1, per_item=0)
