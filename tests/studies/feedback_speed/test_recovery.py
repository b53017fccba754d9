"""Does the study find what is known to be there, and nothing where there is nothing?"""

import by_hand
import numpy as np
import pandas as pd
import pytest
import simulated

from workbench.models.effects import crude_risk_difference
from workbench.studies.durations import DAY
from workbench.studies.feedback_speed import pace
from workbench.studies.feedback_speed.cohorts import make
from workbench.studies.feedback_speed.placebo import placebo
from workbench.studies.feedback_speed.returning import landmark_difference, whole_difference
from workbench.studies.feedback_speed.waiting import waits


def crude(one):
    """The difference between the answered and the others as they are."""
    return crude_risk_difference(
        one.at_landmark, outcome="returned", exposure="responded", clusters="day"
    )


def test_confounding_without_an_effect(keep):
    """Busy weekends make the answered seem to come back more; adjusted, nothing is left."""
    one = make(keep(simulated.posts(1, people=3000, effect=0.0), **simulated.RECORD))

    # Answered at the weekend .7, else .3: of the answered 48 % came then, of the others 15 %.
    # A return is likelier by .4 then, so the crude difference is .4 (.48 - .15) = .13.
    naive, adjusted = crude(one), landmark_difference(one)
    assert naive.low > 0
    assert naive.estimate == pytest.approx(0.135, abs=3 * naive.std_error)
    assert adjusted.low < 0 < adjusted.high
    assert abs(adjusted.estimate) < 3 * adjusted.std_error
    control = placebo(one, whole=False)
    assert abs(control.estimate) < 3 * control.std_error


def test_a_planted_effect_is_recovered(keep):
    """An effect of 15 in 100 is found by both contrasts within three standard errors."""
    one = make(keep(simulated.posts(2, people=3000, effect=0.15), **simulated.RECORD))

    for effect in (landmark_difference(one), whole_difference(one)):
        assert effect.std_error < 0.03
        assert effect.estimate == pytest.approx(0.15, abs=3 * effect.std_error)
        assert effect.low > 0
    assert crude(one).low > landmark_difference(one).estimate


def test_everybody_simulated_is_followed(keep):
    """The table that was drawn is the cohort that is compared: nobody is lost on the way."""
    drawn = simulated.posts(3, people=400, effect=0.1)
    one = make(keep(drawn, **simulated.RECORD))

    ids = drawn["post_id"]
    assert list(one.reached.values())[2:] == [400, 400, 400]
    assert one.at_landmark["returned"].sum() == ids.str.starts_with("r").sum()
    assert one.at_landmark["response_us"].notna().sum() == ids.str.starts_with("a").sum()


def test_leaving_out_silence_shortens_waits(keep):
    """The median of the answered is below the median with silence kept as waiting."""
    found = waits(keep(simulated.posts(4, people=500, effect=0.0), **simulated.RECORD))

    assert found.loc[found["answered"], "hours"].median() < found["hours"].median()


@pytest.fixture(scope="module")
def unrelated():
    """2,000 people whose answers and returns know nothing of each other, for thirty days."""
    dice = np.random.default_rng(5)
    size = 2000
    days = {
        "response_us": np.where(dice.random(size) < 0.6, dice.exponential(8, size), np.nan),
        "next_us": dice.exponential(12, size),
        "end_us": np.full(size, 60.0),
    }
    begin = dice.integers(0, 100, size) * DAY
    rows = pd.DataFrame({name: (begin + DAY * value).round() for name, value in days.items()})
    return by_hand.cohort_of(rows.assign(first_us=begin), chosen=by_hand.followed(30))


def test_immortal_time_makes_the_answered_look_slow(unrelated):
    """Without an effect, answered before coming back errs below 1; from the answer on, not."""
    wrong, right = pace.naive(unrelated, ever=False), pace.fit(unrelated).ratio
    wrong_ratio, right_ratio = (
        model.table.set_index("term").loc[pace.ANSWERED] for model in (wrong, right)
    )

    assert wrong_ratio["hazard_ratio_high"] < 0.8
    assert abs(right_ratio["estimate"]) < 3 * right_ratio["std_error"]
    assert right_ratio["hazard_ratio_low"] < 1 < right_ratio["hazard_ratio_high"]
