"""The pace of coming back: start-stop rows by hand, and the Cox model against another program."""

import by_hand
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.studies.durations import DAY, HOUR
from workbench.studies.feedback_speed import pace
from workbench.studies.feedback_speed.pace import ANSWERED, SOONER, start_stop

WEEK = by_hand.followed(7)
MISSING = None


def cohort(*people, precision_us=1):
    """A cohort from (response, return, end of the record), in days after the first post at 0."""
    names = ["response_us", "next_us", "end_us"]
    rows = pd.DataFrame(
        [[None if v is None else round(v * DAY) for v in row] for row in people], columns=names
    )
    return by_hand.cohort_of(rows.assign(first_us=0), chosen=WEEK, precision_us=precision_us)


def rows_of(*people, **about):
    """The start-stop rows as tuples: person, start, stop, event, answered."""
    rows = start_stop(cohort(*people, **about)).sort_values(["person_id", "start"])
    columns = ["person_id", "start", "stop", "event", "answered"]
    return [tuple(row) for row in rows[columns].itertuples(index=False)]


def test_answer_before_the_return():
    """Two rows: waiting without an answer for a day, then with one until the return."""
    assert rows_of((1, 3, 100)) == [("p0", 0, 1, False, 0), ("p0", 1, 3, True, 1)]


def test_answer_after_the_return():
    """The return ends the watching; a later answer is not seen."""
    assert rows_of((3, 1, 100)) == [("p0", 0, 1, True, 0)]


def test_answer_in_the_tick_of_the_return():
    """An answer of the same tick does not come before the return."""
    assert rows_of((2, 2, 100)) == [("p0", 0, 2, True, 0)]


def test_no_answer_and_no_return():
    """Nobody answered and nobody came back: censored at the end of the window."""
    assert rows_of((MISSING, MISSING, 100)) == [("p0", 0, 7, False, 0)]


def test_the_record_ends_first():
    """Where the record ends before the window, watching ends with the record."""
    assert rows_of((1, 5, 3)) == [("p0", 0, 1, False, 0), ("p0", 1, 3, False, 1)]
    assert rows_of((5, MISSING, 3)) == [("p0", 0, 3, False, 0)]


def test_a_return_after_the_window_is_not_seen():
    """Seven days are watched, so a return on the eighth is censored."""
    assert rows_of((1, 8, 100)) == [("p0", 0, 1, False, 0), ("p0", 1, 7, False, 1)]


def test_the_tick_of_the_first_post():
    """What falls into that tick is put half a tick later; people without any time have no row."""
    hour = HOUR / DAY
    got = rows_of((0, 1, 100), (MISSING, 0, 100), (0, 0, 100), (1, 2, 0), precision_us=HOUR)

    assert got == [
        ("p0", 0, hour / 2, False, 0),
        ("p0", hour / 2, 1, True, 1),
        ("p1", 0, hour / 2, True, 0),
        ("p2", 0, hour / 2, True, 0),
    ]


def test_dose_by_hand():
    """An answer after half the wait has one more in dose; before the answer there is none."""
    rows = start_stop(cohort((1 / 24, 3, 100), (2 / 24, 3, 100), (8 / 24, 3, 100)))
    first, second, third = rows.loc[rows["answered"] == 1, "dose"]

    # One hour is half of two and an eighth of eight hours.
    assert first - second == pytest.approx(1)
    assert first - third == pytest.approx(3)
    assert set(rows.loc[rows["answered"] == 0, "dose"]) == {0}


MOMENT = st.none() | st.integers(0, 12).map(lambda half: half / 2)


@settings(max_examples=40)
@given(st.lists(st.tuples(MOMENT, MOMENT, st.integers(1, 20)), min_size=1, max_size=12))
def test_splitting_keeps_time_and_events(people):
    """Rows of a person join up from 0 to the stop, with the event in the last one only."""
    hour = HOUR / DAY
    rows = start_stop(cohort(*people, precision_us=HOUR))

    for number, (_, back, end) in enumerate(people):
        mine = rows[rows["person_id"] == f"p{number}"].sort_values("start")
        horizon = min(7, end)
        stop = horizon if back is None else min(max(back, hour / 2), horizon)
        assert (mine["stop"] - mine["start"]).sum() == pytest.approx(stop)
        assert mine["event"].sum() == (back is not None and max(back, hour / 2) <= horizon)
        assert mine["start"].tolist() == pytest.approx([0, *mine["stop"].iloc[:-1]])
        assert mine["event"].iloc[:-1].sum() == 0
        assert mine["answered"].is_monotonic_increasing


def test_cox_equals_another_program(college_cohort):
    """
    The coefficients are those of statsmodels' PHReg with Efron ties on the same rows.

    PHReg counts somebody who enters at an event's time as at risk there, which (start, stop] does
    not; entry is therefore moved by 0.0001 days, less than half a tick. Tolerance 1e-4: PHReg
    stops its optimiser earlier.
    """
    found = pace.fit(college_cohort)
    rows = found.rows
    terms = [*college_cohort.covariates, ANSWERED]
    other = sm.PHReg(
        rows["stop"], rows[terms], status=rows["event"], entry=rows["start"] + 1e-4, ties="efron"
    ).fit()

    ours = found.ratio.table.set_index("term").loc[terms, "estimate"]
    assert ours.to_numpy() == pytest.approx(other.params, abs=1e-4)


def test_counts_of_a_fit(college_cohort):
    """People and returns before and after the answer add up."""
    found = pace.fit(college_cohort)
    exposed = found.rows["answered"] == 1

    assert found.people == 809
    assert found.events == found.rows["event"].sum()
    assert found.events_answered == found.rows.loc[exposed, "event"].sum()
    assert 0 < found.people_answered < found.people


def test_cox_table_and_proportional_hazards(college_cohort):
    """Two terms a community, and the test of every term with all at once at the end."""
    table = pace.cox_table([college_cohort]).frame
    tests = pace.proportional([college_cohort]).frame

    assert table["term"].tolist() == [ANSWERED, SOONER]
    ratio = pace.fit(college_cohort).ratio.table.set_index("term").loc[ANSWERED]
    assert table["hazard_ratio"].iloc[0] == pytest.approx(np.exp(ratio["estimate"]))
    assert tests["term"].tolist()[-1] == "GLOBAL"
    assert tests["p_value"].between(0, 1).all()


def test_days_sooner_has_the_sign_of_its_name(college_cohort):
    """Positive means sooner: the unanswered wait longer than the answered by the estimate."""
    found = pace.days_sooner(college_cohort)

    # `exposed` of the model are here the unanswered.
    assert found.estimate == pytest.approx(found.rmst_exposed - found.rmst_unexposed)
    assert found.horizon == 30
    assert found.n == 336


def test_return_curves_say_where_they_end(college_cohort):
    """The text has both arms' shares at the end of the window."""
    figure = pace.return_curves([college_cohort])

    assert "College messages, by 31 days:" in figure.alt
    assert "of 100 answered early and" in figure.alt
    (ax,) = figure.drawn.axes
    assert ax.get_ylabel() == "back, of 100"
