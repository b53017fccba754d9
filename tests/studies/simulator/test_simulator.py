"""Notebook A1: one community whose truth is known, told with the numbers that were planted."""

import math

import pandas as pd
import pytest

from workbench.errors import SimulationError, StudyError
from workbench.studies import simulator
from workbench.studies.calibration.draws import Draw
from workbench.studies.simulator import trying, worlds


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
    assert set(worlds.PLAIN) == set(made.truth)
    assert frame.set_index("question").loc["H1.2a", "value"] == 0.4
    assert not frame.isna().any().any()


def test_truths_are_told_in_plain_words(made):
    """A risk difference of 0.067 is 6.7 of 100; the rows that study 1 estimates are marked."""
    frame = simulator.planted(made).frame
    first, other = frame.iloc[0], frame.iloc[1]

    assert (first["question"], first["how many"]) == ("H1.1", "6.7")
    assert bool(first["study 1 estimates it"]) is True
    assert (other["question"], bool(other["study 1 estimates it"])) == ("H1.1", False)
    assert ">value<" not in simulator.planted(made).to_html()


def test_a_planted_nothing_has_no_sign():
    """Where no effect was planted, differences computed as -1e-18 are told as 0."""
    told = simulator.planted(simulator.make(effect=0.0, seed=1)).frame["how many"]

    assert not told.str.startswith("-").any()


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
    assert "(95 % interval " in figure.caption
    (ax,) = figure.drawn.axes
    assert ax.get_xscale() == "log"
    assert "planted, by one hour" in ax.get_legend_handles_labels()[1]


def test_every_defect_is_reported_as_often_as_planted(made):
    """Each row has two equal counts, and several are not zero."""
    table = simulator.defects(made)

    assert set(table.frame["the same"]) == {"yes"}
    assert (table.frame["planted"] > 0).sum() >= 8
    assert f"{len(table.frame)} of {len(table.frame)} counts are the same" in table.caption


def test_tried_once_shows_three_ways_and_the_truth(made, monkeypatch):
    """Crude, proxies, observed, and the truth, all in the sentence; crude is the highest here."""
    monkeypatch.setattr(trying, "FURTHER", 3)
    figure = simulator.try_once(made)
    draws = trying.draw_of(made)
    crude, proxies, observed = (draws[key].estimate for key in trying.SHOWN)

    assert crude > observed
    assert proxies > observed
    for estimate in (crude, proxies, observed):
        assert f"{100 * estimate:.1f} (" in figure.caption
    assert math.isclose(made.truth["landmark"].value, 0.0671, abs_tol=1e-4)
    assert "the truth, 6.7 in 100" in figure.caption
    (ax,) = figure.drawn.axes
    pale = next(line for line in ax.lines if line.get_label() == "3 other seeds")
    assert len(pale.get_xdata()) == 9
    assert "in 3 other communities" in figure.caption


def test_how_many_other_intervals_hold_the_truth():
    """Of two intervals around 1 and 5, one holds 1; an empty one holds nothing."""
    others = pd.DataFrame(
        {"label": ["a\nb", "a\nb", "c"], "low": [0.0, 4.0, None], "high": [2.0, 6.0, None]}
    )

    assert trying._held(others, 1.0) == "1 (a b), 0 (c)"


def test_a_community_too_odd_is_refused(made, monkeypatch):
    """Where one way has no estimate, its reason is one line."""
    monkeypatch.setattr(
        trying, "draw_of", lambda _: dict.fromkeys(trying.SHOWN, Draw(failed="nobody came back"))
    )

    with pytest.raises(
        StudyError, match=r"^simulated community: nothing to compare, nobody came back"
    ):
        simulator.try_once(made)
