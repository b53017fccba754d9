"""The crowd-size curve: exact means over all crowds, and what chance alone draws."""

from __future__ import annotations

import pytest
from invented_contests import of_ideas, simulated

from workbench.studies.crowdsourcing import crowd_curve
from workbench.studies.crowdsourcing.crowd_size import NO_BLIND_JUDGE
from workbench.studies.crowdsourcing.ideas import ideas, standings
from workbench.studies.present import TableView


@pytest.fixture(scope="module")
def community():
    """Forty contests in which larger crowds are no better and no worse."""
    return simulated(3)


def test_curve_rises_by_drawing_alone(community):
    """Of one person it is the mean of people's best; it rises, and ends at the smallest crowd."""
    rows = crowd_curve.size_curve(community)
    own = rows[rows["kind"] == crowd_curve.DRAWN]
    best = standings(ideas(community)).groupby(["contest", "person"])["off"].max()

    assert own["estimate"].iloc[0] == pytest.approx(best.groupby("contest").mean().mean())
    assert own["estimate"].is_monotonic_increasing
    assert own["people"].iloc[-1] <= best.groupby("contest").size().min()
    assert (own["low"] < own["high"]).all()
    assert rows.loc[rows["kind"] != crowd_curve.DRAWN, "low"].isna().all()


def test_too_few_contests_are_said_in_place_of_a_figure():
    """A community with one small contest has a table of reasons and no traceback."""
    small = of_ideas(
        [{"post": f"i{k}", "author": "a", "at": k, "contest": "k", "score": k} for k in range(12)]
    )
    shown = crowd_curve.size_figure([small])

    assert isinstance(shown, TableView)
    assert "at least 4 contests" in shown.frame["why"][0]


def test_figure_says_both_ends(community):
    """The figure tells in words where each curve begins and ends, and that nobody judged blind."""
    figure = crowd_curve.size_figure([community])

    assert figure.alt.count("for 1 to") == 3
    assert NO_BLIND_JUDGE in figure.caption
