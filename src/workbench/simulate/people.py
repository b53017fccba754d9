"""The accounts of a simulated community: newcomers, the helpers who answer them, and programs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.simulate import calendar
from workbench.simulate.laws import Floats
from workbench.simulate.seeds import generator
from workbench.simulate.settings import Settings

NEWCOMER, HELPER, PROGRAM = "newcomer", "helper", "program"

_NEWCOMERS_A_HELPER = 20
_FEWEST_HELPERS = 5
_OLDEST_HOURS = 1000 * 24
_SPREAD_OF_ACTIVITY = 1.2
_PULL_OF_EXPERTISE = 0.6
_LOG_LENGTH, _LENGTH_SHOWS, _LENGTH_SPREAD = 4.5, 0.35, 0.6


@dataclass(frozen=True, eq=False)
class Newcomers:
    """
    One entry a newcomer, in order of arrival.

    arrived : hours since the record began; the account is made and the first question asked then.
    u, q : commitment, and quality of the first question; nobody sees either.
    availability : of answerers at that hour.
    """

    arrived: Floats
    u: Floats
    q: Floats
    availability: Floats

    @property
    def count(self) -> int:
        """How many."""
        return len(self.arrived)


@dataclass(frozen=True, eq=False)
class Veterans:
    """
    Accounts made before the record, one entry each; joined : hours, negative.

    weight : share of all answers that a helper writes, sums to 1; empty for programs.
    """

    joined: Floats
    weight: Floats

    @property
    def count(self) -> int:
        """How many."""
        return len(self.joined)


def newcomers(
    settings: Settings, expected: int, *, ahead: int, available: Floats, seed: int, name: str
) -> Newcomers:
    """
    Newcomers of one community.

    q = rho u + sqrt(1 - rho^2) z, so that the committed ask better questions, which are answered
    sooner: an answer and coming back have a common cause.
    """
    arrived = calendar.arrivals(
        expected, ahead=ahead, days=settings.days, dice=generator(seed, name, "arrivals")
    )
    count = len(arrived)
    traits = generator(seed, name, "traits").standard_normal((2, count))
    u, q = traits[0], settings.rho * traits[0] + np.sqrt(1 - settings.rho**2) * traits[1]
    return Newcomers(
        arrived=arrived,
        u=u,
        q=q,
        availability=at_hour(available, arrived),
    )


def at_hour(hourly: Floats, moments: Floats) -> Floats:
    """The value of an hourly series at each moment (hours since the record began)."""
    values: Floats = hourly[moments.astype(np.int64)]
    return values


def lengths(quality: Floats, settings: Settings, dice: np.random.Generator) -> Floats:
    """
    Characters of a question, at least 1: the proxy of its quality.

    The logarithm is 4.5 + 0.35 proxy_strength q, with noise of standard deviation 0.6.
    """
    shown = _LOG_LENGTH + _LENGTH_SHOWS * settings.proxy_strength * quality
    characters: Floats = np.exp(dice.normal(shown, _LENGTH_SPREAD)).round().clip(1)
    return characters


def helpers(expected: int, *, seed: int, name: str) -> Veterans:
    """
    The accounts that write all answers: one for twenty newcomers, very unequally active.

    Activity is log-normal and grows with expertise, which is normal.
    """
    dice = generator(seed, name, "helpers")
    count = max(_FEWEST_HELPERS, round(expected / _NEWCOMERS_A_HELPER))
    joined = -dice.uniform(1, _OLDEST_HOURS, count)
    expertise = dice.standard_normal(count)
    active = np.exp(dice.normal(_PULL_OF_EXPERTISE * expertise, _SPREAD_OF_ACTIVITY))
    return Veterans(joined, active / active.sum())


def programs(settings: Settings, humans: int, *, seed: int, name: str) -> Veterans:
    """The programs: so many that they are `bots` of all accounts, at least one if any."""
    dice = generator(seed, name, "programs")
    wanted = settings.bots / (1 - settings.bots) * humans
    count = max(1, round(wanted)) if settings.bots else 0
    return Veterans(-dice.uniform(1, _OLDEST_HOURS, count), np.empty(0))
