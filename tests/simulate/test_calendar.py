"""Tests of the calendar: the week's rhythm, Poisson arrivals, and availability."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from workbench.simulate import calendar
from workbench.simulate.seeds import generator
from workbench.simulate.settings import Settings


def drawn(settings: Settings, seed: int = 1) -> np.ndarray:
    """Hourly availability from two streams."""
    return calendar.availability(
        settings, noise=generator(seed, "shifts"), shocks=generator(seed, "shocks")
    )


@pytest.mark.parametrize("ahead", [-8, 0, 5])
def test_the_week_has_mean_one_and_is_busiest_in_the_local_afternoon(ahead):
    """The busiest hours touch 15:00 on a weekday of the community's own clock."""
    week = calendar.weekly(ahead)
    assert week.mean() == pytest.approx(1)
    busiest = np.flatnonzero(np.isclose(week, week.max()))
    local = (busiest + ahead) % 168
    assert set(local % 24) == {14, 15}
    assert (local < 120).all()


def test_zones_have_the_sign_of_posix():
    """Five hours ahead of UTC is Etc/GMT-5; all offsets are within eight hours."""
    assert [calendar.zone_name(h) for h in (5, -3, 0)] == ["Etc/GMT-5", "Etc/GMT+3", "Etc/GMT"]
    zones = {calendar.zone(np.random.default_rng(seed)) for seed in range(300)}
    assert zones == set(range(-8, 9))


def test_arrivals_follow_the_week():
    """Hours of the week share 200,000 arrivals as the intensity does: chi-squared, 167 df."""
    moments = calendar.arrivals(200_000, ahead=3, days=700, dice=np.random.default_rng(2))
    counts = np.bincount(moments.astype(int) % 168, minlength=168)
    assert stats.chisquare(counts, calendar.weekly(3) * len(moments) / 168).pvalue > 0.001
    assert (np.diff(moments) >= 0).all()


def test_the_number_of_arrivals_is_poisson():
    """Over 400 records of 50: mean 50 and variance 50, within four standard errors."""
    counts = [
        len(calendar.arrivals(50, ahead=0, days=40, dice=np.random.default_rng(seed)))
        for seed in range(400)
    ]
    assert np.mean(counts) == pytest.approx(50, abs=4 * np.sqrt(50 / 400))
    assert np.var(counts) == pytest.approx(50, abs=4 * 50 * np.sqrt(2 / 400))


def test_availability_has_mean_one_and_changes_with_the_shift():
    """Without shocks, six hours alike; mean 1 within four standard errors of 14,600 shifts."""
    hourly = drawn(Settings(days=3650, shocks_per_year=0))
    shifts = hourly.reshape(-1, 6)
    assert (shifts == shifts[:, :1]).all()
    error = np.sqrt(np.exp(0.16) - 1) / np.sqrt(len(shifts))
    assert hourly.mean() == pytest.approx(1, abs=4 * error)


def test_shocks_take_their_share_of_time():
    """At 40 a year, 1 - exp(-40 x 30 / 8766) = 12.8 % of the hours; 400 shocks: within 2 %."""
    settings = Settings(days=3650, shocks_per_year=40, availability_spread=0)
    hourly = drawn(settings)
    assert set(hourly.round(12)) == {0.3, 1.0}
    assert calendar.shocked_share(settings) == pytest.approx(0.128, abs=0.001)
    assert np.mean(hourly < 1) == pytest.approx(calendar.shocked_share(settings), abs=0.02)


def test_shocks_leave_the_shifts_as_they_were():
    """Outside the shocks the same numbers; inside, three tenths of them."""
    calm, hit = drawn(Settings(shocks_per_year=0)), drawn(Settings(shocks_per_year=20))
    assert set((hit / calm).round(12)) == {0.3, 1.0}
