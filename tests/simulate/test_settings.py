"""Tests of the settings: what can be planted, and what is refused."""

from __future__ import annotations

import math

import pytest

from workbench.errors import SimulationError
from workbench.simulate.settings import PACES, SIZES, Settings, size_of


@pytest.mark.parametrize(
    ("planted", "message"),
    [
        ({"tau": math.nan}, "tau must be a number from -1.5 to 1.5, got nan"),
        ({"tau": "strong"}, "tau must be a number from -1.5 to 1.5, got 'strong'"),
        ({"tau2": 2.0}, "tau2 must be a number from -1.5 to 1.5, got 2.0"),
        ({"rho": 1.1}, "rho must be a number from -1 to 1, got 1.1"),
        ({"days": 31}, "days must be a whole number from 32 to 3650, got 31"),
        ({"days": 60.5}, "days must be a whole number from 32 to 3650, got 60.5"),
        ({"bots": True}, "bots must be a number from 0 to 0.5, got True"),
        ({"back_unanswered": 0.0}, "back_unanswered must be a number from 0.01 to 0.9, got 0.0"),
        ({"survivor": 1}, "survivor must be True or False, got 1"),
        ({"pace": "swift"}, "pace must be one of fast, default, slow, got 'swift'"),
        ({"tau": 1.0, "tau2": 0.6}, "tau + tau2 must be from -1.5 to 1.5, got 1.6"),
    ],
)
def test_impossible_settings_are_refused(planted, message):
    """One line says which setting, what it may be and what was given."""
    with pytest.raises(SimulationError) as refused:
        Settings(**planted)
    assert str(refused.value).startswith(f"simulate: {message}. ")


def test_the_edges_are_allowed():
    """A range holds its ends; whole numbers do where numbers are wanted."""
    edges = Settings(tau=-1.5, rho=-1, bots=0, days=32, shock_factor=1, availability_spread=0)
    assert edges.rho == -1


def test_sizes_go_from_tiny_to_large():
    """500 newcomers in one community, 20,000 in each of eight, and more."""
    assert (size_of("tiny").communities, size_of("tiny").newcomers) == (1, 500)
    assert (size_of("default").communities, size_of("default").newcomers) == (8, 20_000)
    people = [size.communities * size.newcomers for size in SIZES.values()]
    assert people == sorted(people)


def test_an_unknown_size_is_refused():
    """The message lists the sizes there are."""
    with pytest.raises(SimulationError, match=r"one of tiny, default, large, got 'huge'\. Choose"):
        size_of("huge")


def test_a_faster_pace_answers_more_and_sooner():
    """Fast, default and slow differ in both, in this order."""
    paces = list(PACES.values())
    assert [p.answered for p in paces] == sorted((p.answered for p in paces), reverse=True)
    assert [p.scale_hours for p in paces] == sorted(p.scale_hours for p in paces)
