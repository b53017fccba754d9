"""The calendar of a simulated community: the rhythm of the week, arrivals, who can answer."""

from __future__ import annotations

import numpy as np

from workbench.simulate.laws import Floats
from workbench.simulate.settings import Settings

HOUR_US = 3_600_000_000
BEGIN_US = 1_704_067_200_000_000  # 2024-01-01, a Monday, 00:00 UTC
WEEK_HOURS = 168
SHIFT_HOURS = 6
SHOCK_HOURS = (12, 48)
_BUSIEST_HOUR = 15
_OFFSETS = (-8, 8)
_YEAR_HOURS = 8766


def zone(dice: np.random.Generator) -> int:
    """Hours by which the community's clock is ahead of UTC."""
    return int(dice.integers(_OFFSETS[0], _OFFSETS[1] + 1))


def zone_name(ahead: int) -> str:
    """The IANA name; its sign is the other way round, as POSIX has it."""
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def weekly(ahead: int) -> Floats:
    """
    How busy each hour of the week is, from Monday 00:00 UTC; the mean is 1.

    A day and a half-day wave in local time, busiest in the afternoon, and quieter weekends.
    """
    local = np.arange(WEEK_HOURS) + 0.5 + ahead
    turn = 2 * np.pi * (local - _BUSIEST_HOUR) / 24
    weekend = local % WEEK_HOURS >= 5 * 24
    busy = np.exp(0.6 * np.cos(turn) + 0.15 * np.cos(2 * turn) - 0.35 * weekend)
    rhythm: Floats = busy / busy.mean()
    return rhythm


def arrivals(expected: float, *, ahead: int, days: int, dice: np.random.Generator) -> Floats:
    """
    Moments of a Poisson process whose intensity follows the week, in order.

    Hours since the record began; `expected` of them on average over the record. Inversion of the
    cumulative intensity, which is a straight line within each hour: exact.
    """
    hours = days * 24
    intensity = np.resize(weekly(ahead), hours)
    passed = np.concatenate([[0.0], np.cumsum(intensity)])
    count = dice.poisson(expected)
    moments: Floats = np.interp(
        np.sort(dice.random(count)) * passed[-1], passed, np.arange(hours + 1)
    )
    return moments


def availability(
    settings: Settings, *, noise: np.random.Generator, shocks: np.random.Generator
) -> Floats:
    """
    How readily questions are answered in each hour of the record; the mean is 1 outside shocks.

    Log-normal, drawn anew for every shift of six hours; outages and holidays begin at random, last
    12 to 48 hours and multiply it by `shock_factor`. It knows no time of day, so that it moves
    answers and, unless `xi` lets it, nothing else.
    """
    hours = settings.days * 24
    spread = settings.availability_spread
    shifts = noise.normal(-(spread**2) / 2, spread, hours // SHIFT_HOURS)
    crew = np.exp(np.repeat(shifts, SHIFT_HOURS))
    longest = SHOCK_HOURS[1]
    count = shocks.poisson(settings.shocks_per_year * (hours + longest) / _YEAR_HOURS)
    begin = shocks.integers(-longest, hours, count)
    length = shocks.integers(SHOCK_HOURS[0], longest + 1, count)
    hit = np.zeros(hours, dtype=bool)
    for first, last in zip(np.maximum(begin, 0), np.maximum(begin + length, 0), strict=True):
        hit[first:last] = True
    return np.where(hit, settings.shock_factor, 1.0) * crew


def shocked_share(settings: Settings) -> float:
    """The probability that a moment lies in a shock: some shock began less than its length ago."""
    mean_hours = (SHOCK_HOURS[0] + SHOCK_HOURS[1]) / 2
    return float(-np.expm1(-settings.shocks_per_year / _YEAR_HOURS * mean_hours))
