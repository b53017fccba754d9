"""The negative control, by hand and on real rows."""

import pandas as pd
import pytest

from workbench.models.result import Estimate
from workbench.studies.durations import DAY
from workbench.studies.feedback_speed.placebo import (
    NEXT,
    judged,
    negative_control,
    placebo,
    with_next,
)
from workbench.studies.verdict import FAILED, PASSED, UNAVAILABLE


def test_the_next_newcomer_by_hand():
    """Each person meets the answer of the next one, if that one came within a day."""
    days = [0, 0.5, 2, 3, 3.25]
    rows = pd.DataFrame(
        {
            "first_us": pd.array([round(day * DAY) for day in days], dtype="Int64"),
            "responded": [True, False, True, False, True],
        }
    )

    found = with_next(rows)

    # Gaps of .5, 1.5, 1 and .25 days: the second person's next is too late, the last has none.
    assert found.index.tolist() == [0, 2, 3]
    assert found[NEXT].tolist() == [0, 0, 1]
    assert found["responded"].tolist() == [1, 1, 0]


def test_rows_stand_in_order_of_time(college_cohort):
    """On real rows the next one is the next in time, and fewer than all have one within a day."""
    rows = college_cohort.at_landmark
    found = with_next(rows)

    assert rows["first_us"].is_monotonic_increasing
    assert len(found) < len(rows)
    assert placebo(college_cohort, whole=False).n == len(found)
    assert placebo(college_cohort, whole=True).n == len(with_next(college_cohort.whole))


@pytest.mark.parametrize(
    ("low", "high", "p", "state"),
    [
        (0.01, 0.05, 0.01, FAILED),  # it found something
        (-0.02, 0.03, 0.6, PASSED),  # 5 in 100 to either side are excluded
        (-0.06, 0.03, 0.6, UNAVAILABLE),  # 5 in 100 less are not
        (-0.02, 0.05, 0.3, UNAVAILABLE),
        (None, None, None, UNAVAILABLE),
    ],
)
def test_a_control_is_judged_by_what_it_could_have_found(low, high, p, state):
    """Finding nothing counts only where an effect of 5 in 100 would have been excluded."""
    control = Estimate(0.0, 0.01, low, high, p, 100)

    assert judged(control, estimate=-0.05, sesoi=0.02) == state
    assert judged(control, estimate=0.01, sesoi=0.05) == state


def test_the_table_has_the_numbers_of_the_controls(college_cohort):
    """The first row is the control of the comparison at the landmark."""
    row = negative_control([college_cohort]).frame.iloc[0]
    effect = placebo(college_cohort, whole=False)

    assert row["community"] == "College messages"
    assert effect.n in set(row)
