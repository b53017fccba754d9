"""Many tries, many looks, and two communities: worked by hand."""

import pandas as pd
import pytest

from workbench.studies.must_fail.chance import (
    COMMUNITIES,
    DAYS,
    TRIES,
    WITHIN,
    _all_tried,
    _best_tried,
    _first_alarm,
    _last_day,
    looks,
    outcomes,
    two_communities,
)

ROWS = pd.DataFrame({"difference": [1.0, 2.0, 3.0, 4.0], "p": [0.4, 0.03, 0.01, 0.2]})


def test_the_best_of_four_tries():
    """The smallest p is told as it is, or four times as large."""
    assert (_best_tried(ROWS).estimate, _best_tried(ROWS).p_value) == (3.0, 0.01)
    assert (_all_tried(ROWS).estimate, _all_tried(ROWS).p_value) == (3.0, 0.04)


def test_looking_stops_at_the_first_alarm():
    """The second day, or the last one where no day gives an alarm."""
    assert (_first_alarm(ROWS).estimate, _first_alarm(ROWS).p_value) == (2.0, 0.03)
    assert _first_alarm(ROWS.iloc[[0, 3]]).estimate == 4.0
    assert _last_day(ROWS).estimate == 4.0


def test_so_many_tries_and_looks():
    """One row each, with p-values between 0 and 1."""
    for rows, count in ((outcomes(1), TRIES), (looks(1), DAYS)):
        assert len(rows) == count
        assert rows["p"].between(0, 1).all()


def test_shares_in_the_two_communities():
    """Answered and returned as often as planted, within five standard errors."""
    rows = two_communities(1)
    for name, (size, answered, back) in COMMUNITIES.items():
        own = rows[rows["community"] == name]
        assert len(own) == size
        assert own["early"].mean() == pytest.approx(answered, abs=5 * 0.5 / size**0.5)
        expected = back + WITHIN * answered
        assert own["returned"].mean() == pytest.approx(expected, abs=5 * 0.5 / size**0.5)
    # Together: 0.85 * 0.20 + 0.25 * 0.60 of 1.1 answered came back, 0.29 in all, and of 0.9 not
    # answered 0.15 * 0.15 + 0.75 * 0.55 = 0.48: fewer of the answered.
    together = rows.groupby("early")["returned"].mean()
    assert together[True] < together[False]
