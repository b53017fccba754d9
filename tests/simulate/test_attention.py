"""Feeds with limited attention: the law against its own draws, the shape, seeds and switches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from workbench.errors import SimulationError
from workbench.simulate.attention import Settings, expected_auc, expected_responses, simulate

GRID = np.array([1, 3, 10, 30, 100, 300, 720, 1500, 5000])


def far_off(sums, errors, limit=4.0):
    """Whether any deviation is more than `limit` of its standard errors."""
    return bool((np.abs(sums) > limit * errors).any())


def test_mean_by_hand_without_variation():
    """Where people, days and items are all alike the mean is a product of two numbers."""
    alike = {"capacity_sd": 0, "eagerness_sd": 0, "quality_effect": 0}
    got = expected_responses(Settings(capacity=2, intercept=-1, **alike), np.array([0, 0.5, 1, 3]))
    # K ~ Poisson(2): P(0) = .13534, P(1) = P(2) = .27067. E min(1, K) = .86466, half of it for 1/2.
    # E min(3, K) = .27067 + 2 x .27067 + 3 x (1 - .67668) = 1.78199. expit(-1) = .26894.
    assert got == pytest.approx(np.array([0, 0.43233, 0.86466, 1.78199]) * 0.268941, abs=2e-6)


def test_overload_by_hand():
    """At twice the threshold the odds fall by 2 to the power of the overload."""
    alike = {"capacity_sd": 0, "eagerness_sd": 0, "quality_effect": 0, "capacity": 20}
    got = expected_responses(Settings(overload=1, intercept=0, threshold=10, **alike), [240, 480])
    # Both feeds are longer than any attention of mean 20; odds 1 at 10 an hour, 1/2 at 20.
    assert got == pytest.approx([20 / 2, 20 / 3], rel=1e-9)


def test_saturation_without_overload_and_an_inverted_u_with_it():
    """Without overload the true mean never falls; with it the mean rises and then falls."""
    flat = np.diff(expected_responses(Settings(), GRID))
    bent = np.diff(expected_responses(Settings(overload=0.8), GRID))
    assert (flat > -1e-12).all()
    assert flat[:4].min() > 0
    turned = np.flatnonzero(bent < 0)
    # The threshold of 30 an hour is 720 a day, the seventh number of the grid.
    assert turned.tolist() == [6, 7]
    assert bent[:4].min() > 0


@pytest.mark.parametrize("settings", [Settings(), Settings(overload=0.8, discrimination_loss=0.3)])
def test_the_expected_mean_is_the_mean_of_a_large_draw(settings):
    """In classes of inflow, responses add up to their expectation within four standard errors."""
    days = simulate(settings, seed=5, people=3000, days=8).days
    days = days[days["online"]]
    deviation = days["responses"] - expected_responses(settings, days["inflow"])
    classes = pd.cut(days["inflow"], [-1, 10, 50, 200, 800, 3000, np.inf], labels=False)
    for label in range(6):
        one = deviation[classes == label].groupby(days["person"]).sum()
        assert len(one) > 100
        assert not far_off(one.sum(), np.sqrt((one**2).sum()))


def test_the_expected_mean_of_given_people():
    """Given who they are, people who select their inflow are met too; without, it is refused."""
    settings = Settings(self_selection=0.9, eagerness_sd=1, overload=0.5)
    drawn = simulate(settings, seed=6, people=400, days=40)
    days = drawn.days[drawn.days["online"]]
    who = drawn.people.loc[days["person"]]
    given = {"capacity": who["capacity"].to_numpy(), "eagerness": who["eagerness"].to_numpy()}
    expected = expected_responses(settings, days["inflow"], **given)
    deviation = days["responses"].to_numpy() - expected
    assert not far_off(deviation.sum(), np.sqrt((deviation**2).sum()))
    blind = expected_responses(Settings(eagerness_sd=1, overload=0.5), days["inflow"])
    wrong = days["responses"].to_numpy() - blind
    heavy = days["inflow"].to_numpy() > 1500
    assert wrong[heavy].sum() > 10 * np.sqrt((wrong[heavy] ** 2).sum())
    with pytest.raises(SimulationError, match="expected eagerness where self_selection is not 0"):
        expected_responses(settings, days["inflow"])


def test_discrimination_falls_to_a_coin():
    """Where each doubling takes all of the effect of quality, twice the threshold is a coin."""
    got = expected_auc(Settings(discrimination_loss=1), np.array([24, 720, 1440]))
    assert got[0] == got[1] > 0.7
    assert got[2] == pytest.approx(0.5, abs=1e-9)


def test_discrimination_is_that_of_drawn_items():
    """The true chance of picking the better item is that of a large draw of viewed items."""
    settings = Settings(
        eagerness_sd=0, intercept=-1, inflow=60, inflow_sd_people=0, inflow_sd_days=0,
        discrimination_loss=0.3,
    )  # fmt: skip
    seen = simulate(settings, seed=7, people=60, days=10, items=True).items.query("viewed")
    ranks = seen["quality"].rank().to_numpy()
    yes = seen["responded"].to_numpy()
    positives, negatives = yes.sum(), (~yes).sum()
    auc = (ranks[yes].sum() - positives * (positives + 1) / 2) / (positives * negatives)
    # An area under the curve has a standard error below sqrt(.25 / the smaller class).
    assert auc == pytest.approx(expected_auc(settings, [60 * 24])[0], abs=2 / np.sqrt(positives))


def test_laws_of_the_days():
    """Log inflow spreads as planted between and within people; visits have their share."""
    settings = Settings(inflow=40, inflow_sd_people=0.5, inflow_sd_days=0.4, self_selection=0.6)
    drawn = simulate(settings, seed=8, people=2000, days=25)
    logs = np.log(drawn.days["inflow"] / 24).to_numpy().reshape(2000, 25)
    assert np.median(logs) == pytest.approx(np.log(40), abs=0.05)
    # Poisson noise adds 1 / 960 to a variance of .16, hardly visible.
    assert logs.std(axis=1, ddof=1).mean() == pytest.approx(0.4, rel=0.03)
    assert logs.mean(axis=1).std() == pytest.approx(np.hypot(0.5, 0.4 / 5), rel=0.05)
    assert drawn.days["online"].mean() == pytest.approx(0.85, abs=0.01)
    who = drawn.people
    assert np.corrcoef(np.log(who["hourly_inflow"]), who["eagerness"])[0, 1] == pytest.approx(
        0.6, abs=0.05
    )
    assert np.log(who["capacity"] / 30).std() == pytest.approx(0.4, rel=0.06)


def test_days_without_a_visit_are_empty_and_views_are_limited():
    """Nobody responds to more than was viewed, or views more than arrived."""
    days = simulate(Settings(), seed=9).days
    assert (days["responses"] <= days["viewed"]).all()
    assert (days["viewed"] <= days["inflow"]).all()
    assert days.loc[~days["online"], ["viewed", "responses"]].to_numpy().sum() == 0
    busy = days[days["online"] & (days["inflow"] > 500)]
    assert busy["viewed"].mean() == pytest.approx(30 * np.exp(0.08), rel=0.15)


def test_simultaneity_brings_items_on_active_days():
    """Being active raises the inflow of the days with a visit, and only then."""
    for simultaneity, least, most in ((0.0, -0.05, 0.05), (0.8, 0.5, np.inf)):
        days = simulate(Settings(simultaneity=simultaneity), seed=10, people=1000).days
        means = np.log1p(days["inflow"]).groupby(days["online"]).mean()
        assert least < means[True] - means[False] < most


@pytest.mark.parametrize(("policy", "sign"), [("LIFO", -1), ("FIFO", 1)])
def test_items_are_seen_in_the_order_of_the_policy(policy, sign):
    """LIFO shows the newest first, FIFO the oldest; what is seen is the top of the feed."""
    drawn = simulate(Settings(policy=policy), seed=11, people=20, days=5, items=True)
    items = drawn.items
    days = drawn.days.set_index(["person", "day"])
    for visit, feed in items.groupby(["person", "day"]):
        row = days.loc[visit]
        assert feed["depth"].sort_values().tolist() == list(range(1, row["inflow"] + 1))
        assert feed["item"].tolist() == list(range(1, row["inflow"] + 1))
        assert feed["age"].is_monotonic_decreasing
        assert feed.loc[feed["viewed"], "depth"].tolist() == sorted(
            range(1, row["viewed"] + 1), reverse=sign < 0
        )
        assert feed["responded"].sum() == row["responses"]
    assert not items.loc[~items["viewed"], "responded"].any()
    assert items["age"].between(0, 24).all()


def test_response_to_an_item_follows_its_quality():
    """Among people who are alike, the chance of a response is that of the law."""
    settings = Settings(eagerness_sd=0, inflow_sd_people=0, inflow_sd_days=0, inflow=5)
    seen = simulate(settings, seed=12, people=150, days=20, items=True).items.query("viewed")
    chance = expit(-3 + 0.8 * seen["quality"])
    for _, part in seen.groupby(pd.cut(seen["quality"], [-9, -1, 0, 1, 9]), observed=True):
        p = chance[part.index]
        assert not far_off((part["responded"] - p).sum(), np.sqrt((p * (1 - p)).sum()))


def test_the_same_seed_gives_the_same_rows():
    """One seed one result, with or without items; another seed another."""
    one = simulate(Settings(), seed=1, people=30)
    two = simulate(Settings(), seed=1, people=30, items=True)
    pd.testing.assert_frame_equal(one.days, two.days)
    pd.testing.assert_frame_equal(one.people, two.people)
    assert one.items is None
    assert not one.days.equals(simulate(Settings(), seed=2, people=30).days)


def test_an_effect_leaves_the_other_draws_alone():
    """Switching effects on changes responses alone; overload only takes responses away."""
    none = simulate(Settings(), seed=3).days
    planted = Settings(overload=0.8, discrimination_loss=0.15)
    both = simulate(planted, seed=3).days
    pd.testing.assert_frame_equal(none.drop(columns="responses"), both.drop(columns="responses"))
    assert both["responses"].sum() < none["responses"].sum()
    overloaded = simulate(Settings(overload=0.8), seed=3).days
    assert (overloaded["responses"] <= none["responses"]).all()
    below = none["inflow"] <= 720
    assert (both["responses"] == none["responses"])[below].all()
    older = simulate(Settings(policy="FIFO"), seed=3).days
    pd.testing.assert_frame_equal(older, none)


def test_truth_names_what_was_planted():
    """The truth is the settings of the effects, as numbers."""
    truth = simulate(Settings(overload=1, capacity=12), seed=4, people=3, days=2).truth
    assert truth == {
        "overload": 1.0, "capacity": 12.0, "discrimination_loss": 0.0, "quality_effect": 0.8,
        "threshold": 30.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"overload": -1}, r"attention: expected overload to be a number from 0 to 5, got -1\. C"),
        ({"capacity": float("nan")}, "expected capacity to be a number from 1 to 1000, got nan"),
        ({"online": "often"}, "expected online to be a number from 0.01 to 0.99, got 'often'"),
        ({"eagerness_sd": True}, "expected eagerness_sd to be a number from 0 to 2, got True"),
        ({"policy": "ranked"}, "expected policy to be one of LIFO, FIFO, got 'ranked'. Choose one"),
    ],
)
def test_refuses_settings_out_of_range(settings, message):
    """An effect that no feed can have is named with its range."""
    with pytest.raises(SimulationError, match=message):
        Settings(**settings)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"people": 0}, "people to be a whole number from 1 to 5,000,000, got 0. Choose one"),
        ({"people": 1000, "days": 9999}, "days to be a whole number from 1 to 5,000, got 9999"),
        ({"days": 2.5}, "expected days to be a whole number from 1 to 25,000, got 2.5"),
        ({"seed": -1}, "seed must be a whole number, 0 or more, got -1"),
    ],
)
def test_refuses_sizes_out_of_range(sizes, message):
    """Sizes and the seed are whole numbers in their range."""
    with pytest.raises(SimulationError, match=message):
        simulate(Settings(), **{"seed": 1} | sizes)


def test_refuses_more_items_than_a_machine_holds():
    """A feed of very many items is refused as items, and possible as days."""
    torrent = Settings(inflow=100, inflow_sd_people=0, inflow_sd_days=0)
    with pytest.raises(SimulationError, match=r"at most 30,000,000 items, got [0-9,]+\. Ask for f"):
        simulate(torrent, seed=1, people=200, days=80, items=True)
    assert len(simulate(torrent, seed=1, people=200, days=80).days) == 16_000


@pytest.mark.parametrize("inflow", [[-1], [float("inf")], [float("nan")], ["many"], None])
def test_refuses_inflows_that_are_no_counts(inflow):
    """A true mean belongs to a number of items."""
    for mean in (expected_responses, expected_auc):
        with pytest.raises(
            SimulationError, match="inflow to hold numbers from 0 to inf, got other"
        ):
            mean(Settings(), inflow)


def test_refuses_people_that_do_not_fit_the_inflows():
    """Capacity and eagerness are one number, or one for each inflow."""
    with pytest.raises(SimulationError, match="one capacity, or one for each of 3 inflows, got 2"):
        expected_responses(Settings(), [1, 2, 3], capacity=[4, 5])
    with pytest.raises(SimulationError, match="expected capacity to hold numbers from 0 to inf"):
        expected_responses(Settings(), [1], capacity=-1)
    with pytest.raises(SimulationError, match="one eagerness, or one for each of 1 inflows, got 2"):
        expected_responses(Settings(), [1], eagerness=[0.1, 0.2])
    one = expected_responses(Settings(), [1, 50], capacity=20, eagerness=0)
    each = expected_responses(Settings(), [1, 50], capacity=[20, 20], eagerness=[0, 0])
    assert one == pytest.approx(each)
