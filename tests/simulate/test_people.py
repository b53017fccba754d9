"""Tests of the accounts: traits of newcomers, their proxy, helpers and programs."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.simulate import people
from workbench.simulate.settings import Settings

MANY = 40_000


def newcomers(settings: Settings) -> people.Newcomers:
    """Very many of them, in a community where availability counts the hours."""
    available = np.arange(1.0, settings.days * 24 + 1)
    return people.newcomers(settings, MANY, ahead=0, available=available, seed=3, name="c")


def test_traits_are_normal_and_correlated():
    """Means 0, variances 1, correlation 0.4: within four standard errors, about 0.02."""
    found = newcomers(Settings())
    assert [found.u.mean(), found.q.mean()] == pytest.approx([0, 0], abs=0.02)
    assert [found.u.std(), found.q.std()] == pytest.approx([1, 1], abs=0.015)
    assert np.corrcoef(found.u, found.q)[0, 1] == pytest.approx(0.4, abs=0.02)


def test_availability_is_that_of_the_hour():
    """The third hour of the record is the third value."""
    assert people.at_hour(np.array([5.0, 6.0, 7.0]), np.array([2.4, 0.0])).tolist() == [7, 5]
    found = newcomers(Settings())
    assert (found.availability == np.floor(found.arrived) + 1).all()


@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_length_shows_quality_as_strongly_as_planted(strength):
    """The slope of log length on quality is 0.35 x strength; error 0.6 / sqrt(40,000) = .003."""
    quality = np.random.default_rng(4).standard_normal(MANY)
    settings = Settings(proxy_strength=strength)
    found = people.lengths(quality, settings, np.random.default_rng(5))
    slope, level = np.polyfit(quality, np.log(found), 1)
    assert slope == pytest.approx(0.35 * strength, abs=0.012)
    assert level == pytest.approx(4.5, abs=0.012)
    assert (found >= 1).all()


def test_helpers_are_unequal_and_older_than_the_record():
    """One for twenty newcomers; their shares sum to 1 and the tenth most active write most."""
    found = people.helpers(20_000, seed=3, name="c")
    assert found.count == 1_000
    assert found.weight.sum() == pytest.approx(1)
    assert np.sort(found.weight)[-100:].sum() > 0.4
    assert (found.joined < 0).all()


def test_a_small_community_has_helpers_too():
    """Never fewer than five."""
    assert people.helpers(10, seed=3, name="c").count == 5


@pytest.mark.parametrize(("bots", "count"), [(0.0, 0), (0.01, 10), (0.0001, 1), (0.5, 990)])
def test_programs_are_their_share_of_all_accounts(bots, count):
    """With 990 humans, 10 programs are one in a hundred; any at all means one."""
    assert people.programs(Settings(bots=bots), 990, seed=3, name="c").count == count
