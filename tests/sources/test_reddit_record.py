"""The record of a Reddit export by hand: what both kinds cover, what one of them misses."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.sources._reddit_record import Record
from workbench.sources._times import DAY

DAYS = st.lists(st.integers(0, 120), max_size=30)


def record(submissions, comments, *, community: str = "town") -> Record:
    """What is known after posts on these days, at their first moment."""
    rows = [(community, "Town", "post", day * DAY) for day in submissions]
    rows += [(community, "Town", "comment", day * DAY) for day in comments]
    known = Record()
    known.add(kept(rows))
    return known


def kept(rows) -> pl.DataFrame:
    """Rows as `_reddit_rows.judged` gives them, as far as the record needs them."""
    names = {"community_id": pl.String, "_name": pl.String, "kind": pl.String}
    return pl.DataFrame(rows, {**names, "created_us": pl.Int64}, orient="row")


@pytest.mark.parametrize(
    ("submissions", "comments", "together", "notes"),
    [
        # 90 days of submissions, the first 30 days of comments: days 0 to 29, 60 days are missed.
        (range(90), range(30), (0, 29), {"days_of_submissions_without_comments": 60}),
        (range(30), range(90), (0, 29), {"days_of_comments_without_submissions": 60}),
        (range(90), range(60, 90), (60, 89), {"days_of_submissions_without_comments": 60}),
        (range(90), range(40, 60), (40, 59), {"days_of_submissions_without_comments": 70}),
        (
            range(60),
            range(30, 90),
            (30, 59),
            {
                "days_of_submissions_without_comments": 30,
                "days_of_comments_without_submissions": 30,
            },
        ),
        # 3 days are allowed, 4 are not; of 100 days a twentieth are 5, of which 6 are more.
        (range(34), range(31), (None, None), {}),
        (range(35), range(31), (0, 30), {"days_of_submissions_without_comments": 4}),
        (range(101), range(96), (None, None), {}),
        (range(101), range(95), (0, 94), {"days_of_submissions_without_comments": 6}),
        # What differs by less at the other end is no limit there: the first submission is on day 0.
        (range(90), range(2, 32), (0, 31), {"days_of_submissions_without_comments": 58}),
        # Nobody had commented for ten days before either: told, but the record goes on.
        (
            range(41),
            range(0, 31, 10),
            (None, None),
            {"days_of_submissions_without_comments": 10}
            | {"submissions_and_comments_cover_different_times": 1},
        ),
        (
            range(40),
            [*range(10), *range(20, 30)],
            (None, None),
            {"days_of_submissions_without_comments": 10},
        ),
        # Less than five days of either: no record is left, so that none is made.
        (
            range(30),
            range(26, 60),
            (None, None),
            {
                "days_of_submissions_without_comments": 26,
                "days_of_comments_without_submissions": 30,
                "submissions_and_comments_cover_different_times": 1,
            },
        ),
        (
            range(30),
            range(25, 60),
            (25, 29),
            {
                "days_of_submissions_without_comments": 25,
                "days_of_comments_without_submissions": 30,
            },
        ),
        (range(90), [], (None, None), {"no_comments_in_the_export": 1}),
        ([], range(90), (None, None), {"no_submissions_in_the_export": 1}),
        ([], [], (None, None), {}),
    ],
)
def test_the_time_of_both_by_hand(submissions, comments, together, notes):
    """Days with submissions, days with comments -> first and last day of the record, and counts."""
    known = record(submissions, comments)

    days = tuple(moment if moment is None else moment // DAY for moment in known.together())
    assert days == together
    assert known.notes() == notes


def test_limits_by_hand():
    """A community has a limit where it has posts beyond it; its name is as first met."""
    known = record(range(90), range(30), community="large")
    later = [("late", "Late", "post", 50 * DAY), ("early", "Early", "comment", 3 * DAY)]
    known.add(kept([*later, ("early", "EARLY", "post", 12 * DAY)]))

    # The record is that of days 0 to 29. `late` has no post in it: both limits keep it out.
    assert known.limits(both=True).rows() == [
        ("early", "Early", None, None),
        ("large", "Town", None, 29 * DAY),
        ("late", "Late", 0, 29 * DAY),
    ]
    nothing = [("early", "Early", None, None), ("large", "Town", None, None)]
    assert known.limits(both=False).rows() == [*nothing, ("late", "Late", None, None)]
    assert Record().limits(both=True).height == 0


def test_a_small_community_is_not_cut():
    """Its last comment is from day 9 and its last submission from day 88: the files go on."""
    known = record(range(90), range(90))
    known.add(kept([("small", "Small", "post", 88 * DAY), ("small", "Small", "comment", 9 * DAY)]))

    assert known.limits(both=True)["observed_until_us"].to_list() == [None, None]
    assert known.notes() == {}


@given(submissions=DAYS, comments=DAYS, parts=st.integers(1, 4))
@settings(max_examples=60)
def test_the_record_does_not_depend_on_order(submissions, comments, parts):
    """In any batches it is the same, lies within both kinds, and whole days are counted."""
    rows = [("c", "C", "post", d * DAY) for d in submissions]
    rows += [("c", "C", "comment", d * DAY) for d in comments]
    known = Record()
    for part in range(parts):
        known.add(kept(rows[::-1][part::parts]))

    whole = record(submissions, comments, community="c")
    assert (known.together(), known.notes()) == (whole.together(), whole.notes())
    start, end = known.together()
    assert (start is None) == (end is None)
    if start is not None:
        for days in (submissions, comments):
            inside = {day for day in days if start <= day * DAY <= end}
            assert len(inside) >= 5
        cut = known.limits(both=True).row(0)[2:]
        assert cut != (None, None)
