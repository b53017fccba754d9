"""The negative control, by hand and on real rows."""

import by_hand
import pandas as pd

from workbench.studies.feedback_speed import placebo
from workbench.studies.feedback_speed.returning import in_100


def test_placebo_looks_at_the_next_newcomer(monkeypatch):
    """Each person meets the answer of the next one in time; the last has no next and drops out."""
    rows = pd.DataFrame(
        {
            "first_us": [1, 2, 3, 4],
            "response_us": None,
            "next_us": None,
            "end_us": 100,
            "responded": [True, False, True, True],
            "returned": [False, True, True, False],
            "returned_early": False,
            "complete": True,
        }
    )
    one = by_hand.cohort_of(rows, chosen=by_hand.followed(2))
    seen = {}
    monkeypatch.setattr(
        placebo, "risk_difference", lambda data, **how: seen.update(data=data, **how)
    )
    placebo.placebo(one)

    # Own answers are yes, no, yes, yes: the next ones are no, yes, yes, and nobody's.
    assert seen["data"]["next_answered"].tolist() == [False, True, True]
    assert seen["data"]["responded"].tolist() == [1, 0, 1]
    assert seen["data"]["returned"].tolist() == [False, True, True]
    assert seen["exposure"] == "next_answered"
    assert seen["covariates"] == ["responded"]


def test_placebo_on_real_rows(college_cohort):
    """In order of time nobody but the last is lost."""
    assert college_cohort.at_landmark["first_us"].is_monotonic_increasing
    assert placebo.placebo(college_cohort).n == 335


def test_negative_control_says_its_interval(college_cohort):
    """The table has the placebo's numbers, and whether it found nothing."""
    row = placebo.negative_control([college_cohort]).frame.iloc[0]
    effect = placebo.placebo(college_cohort)

    assert row["difference in 100"] == in_100(effect)
    assert row["finds nothing"] == ("yes" if effect.p_value >= 0.05 else "no")
    assert row["newcomers"] == 335
