"""Coming back: four contrasts and the leading figure."""

import pytest

from workbench.models.result import Estimate
from workbench.studies.feedback_speed.returning import (
    any_contribution_difference,
    contrasts,
    in_100,
    landmark_difference,
    lead,
)


def test_in_100():
    """A difference of 1 in 100, from 2.5 fewer to 4.25 more."""
    assert in_100(Estimate(0.01, 0.02, -0.025, 0.0425, 0.6, 100)) == "1.0 (-2.5 to 4.2)"


def test_the_crude_contrast_is_the_difference_of_shares(college_cohort):
    """The first row is .568345 - .604061; the counts are those of the selection."""
    table = contrasts([college_cohort]).frame.set_index("comparison")
    crude = table.loc["crude"]

    assert crude["estimate"] == pytest.approx(0.568345 - 0.604061, abs=1e-6)
    assert (crude["answered"], crude["not"]) == (139, 197)
    assert (table.loc["H1.1w, everybody", ["answered", "not"]] == [279, 517]).all()
    assert (table["low"] < table["estimate"]).all()
    assert (table["estimate"] < table["high"]).all()


def test_any_contribution_leaves_out_more(college_cohort):
    """Whoever wrote again in the same thread by the landmark is left out of that contrast."""
    effect = any_contribution_difference(college_cohort)

    assert effect.n == (~college_cohort.whole["contributed_early"]).sum()
    assert effect.n < landmark_difference(college_cohort).n


def test_the_leading_figure(college_cohort, chitchat_cohort):
    """One row a community with its interval, the band, and the numbers in the text."""
    figure = lead([college_cohort, chitchat_cohort], sesoi=0.02)
    (ax,) = figure.drawn.axes
    effect = landmark_difference(college_cohort)

    assert figure.lead
    assert f"College messages: {100 * effect.estimate:.1f} in 100" in figure.alt
    assert "The band, 2 in 100 to either side" in figure.caption
    assert len(ax.get_yticklabels()) == 2
    assert "139 answered, 197 not" in ax.get_yticklabels()[0].get_text()
