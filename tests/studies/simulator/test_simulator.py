"""Notebook A1: one community whose truth is known, told with the numbers that were planted."""

import math

import pytest

from workbench.errors import SimulationError
from workbench.studies import simulator
from workbench.studies.simulator import trying


@pytest.fixture(scope="module")
def made():
    """A community with a large planted effect."""
    return simulator.make(effect=0.4, seed=1)


def test_the_community_is_told_as_simulated(made):
    """The caption says that nothing happened, and the counts are those of the tables."""
    table = simulator.meet(made)
    told = dict(zip(table.frame["what"], table.frame["how much"], strict=True))

    assert "decides no claim" in table.caption
    assert told["newcomers"] == f"{made.latent.height:,}"
    assert told["posts"] == f"{made.tables['posts'].height:,}"


def test_every_truth_is_shown(made):
    """One row a true value, the planted log hazard ratio among them."""
    frame = simulator.planted(made).frame

    assert len(frame) == len(made.truth)
    assert frame.set_index("hypothesis").loc["H1.2a", "true value"] == 0.4


def test_a_seed_decides():
    """The same seed shows the same numbers, another one others."""
    first, again, other = (
        simulator.meet(simulator.make(effect=0.0, seed=seed)).frame for seed in (3, 3, 4)
    )

    assert first.equals(again)
    assert not first.equals(other)


def test_effects_out_of_range_are_refused():
    """A knob beyond what can be simulated is one line."""
    with pytest.raises(SimulationError, match="tau must be a number from"):
        simulator.make(effect=9.0, seed=1)


def test_the_curve_speaks_of_the_planted_share(made):
    """Caption and alternative text hold the share within an hour, seen and planted."""
    figure = simulator.arrivals(made)
    planted = f"planted were {100 * made.truth['within_hour'].value:.1f}"

    assert planted in figure.caption
    assert planted in figure.alt


def test_every_defect_is_reported_as_often_as_planted(made):
    """Each row has two equal counts, and several are not zero."""
    table = simulator.defects(made)

    assert set(table.frame["the same"]) == {"yes"}
    assert (table.frame["planted"] > 0).sum() >= 8
    assert f"{len(table.frame)} of {len(table.frame)} counts are the same" in table.caption


def test_tried_once_shows_three_ways_and_the_truth(made):
    """Crude, proxies, observed, and the truth, all in the sentence; crude is the highest here."""
    figure = simulator.try_once(made)
    draws = trying.draw_of(made)
    crude, proxies, observed = (draws[key].estimate for key in trying.SHOWN)

    assert crude > observed
    assert proxies > observed
    for estimate in (crude, proxies, observed):
        assert f"{100 * estimate:.1f} (" in figure.caption
    assert math.isclose(made.truth["landmark"].value, 0.0671, abs_tol=1e-4)
    assert "the truth, 6.7 in 100" in figure.caption
