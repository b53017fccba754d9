"""Coming back: the contrasts, who is left out, and the leading figure."""

import by_hand
import pandas as pd
import pytest

from workbench.models.result import Estimate
from workbench.studies.feedback_speed.returning import (
    contrasts,
    difference_of,
    in_100,
    landmark_difference,
    lead,
    left_out,
    whole_difference,
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


def test_other_outcomes_are_about_the_same_people(college_cohort):
    """Another outcome changes the estimate and not who is compared."""
    same = difference_of(college_cohort, "returned")
    other = difference_of(college_cohort, "contributed")

    assert same == landmark_difference(college_cohort)
    assert (other.n, other.n_exposed) == (same.n, same.n_exposed)
    assert other.estimate != same.estimate


def test_left_out_by_hand():
    """Of two answered people one was back by the landmark, of three others none."""
    people = pd.DataFrame(
        {
            "first_us": 0,
            "response_us": None,
            "next_us": None,
            "end_us": 100,
            "responded": [True, True, False, False, False],
            "returned_early": [True, False, False, False, False],
            "returned": [True, False, True, False, False],
            "complete": True,
        }
    )
    view = left_out([by_hand.cohort_of(people, chosen=by_hand.followed(7))])
    answered, others = view.frame.to_dict("records")

    assert (answered["watched to the end"], answered["back by then"]) == (2, 1)
    assert answered["share"] == 0.5
    assert answered["of these, back later too"] == 1
    assert (others["watched to the end"], others["back by then"], others["share"]) == (3, 0, 0)
    assert pd.isna(others["of these, back later too"])
    assert "more of the answered are left out (0.0% of the unanswered and 50.0% of the" in (
        view.caption
    )


def test_the_leading_figure(college_cohort, chitchat_cohort):
    """Two rows a community with their intervals, the band, and the numbers in the text."""
    figure = lead([college_cohort, chitchat_cohort], sesoi=0.02)
    (ax,) = figure.drawn.axes

    assert figure.lead
    for effect in (landmark_difference(college_cohort), whole_difference(college_cohort)):
        assert f": {100 * effect.estimate:.1f} in 100 ({100 * effect.low:.1f} to" in figure.alt
    assert "2 in 100" in figure.caption
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert len(labels) == 4
    assert "139 answered, 197 not" in labels[0]
    assert "279 answered, 517 not" in labels[1]
