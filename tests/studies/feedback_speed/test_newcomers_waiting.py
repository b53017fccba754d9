"""Newcomers' first threads against all others, by hand and on the real communities."""

import by_hand
import pytest

from workbench.models.result import Estimate
from workbench.studies.durations import DAY, MINUTE
from workbench.studies.feedback_speed import newcomers_waiting
from workbench.studies.feedback_speed.newcomers_waiting import newcomers_against_others


def test_first_threads_by_hand(keep):
    """Two newcomers are answered after 2 and 4 hours, two others after 10 hours and never."""
    posts = by_hand.table("""
        post_id thread_id author_id created_at
        a1      a1        ann       2024-01-10T00:00Z
        a2      a1        bob       2024-01-10T02:00Z
        a3      a1        dan       2024-01-10T03:00Z
        c1      c1        cat       2024-01-11T00:00Z
        c2      c1        bob       2024-01-11T04:00Z
        b1      b1        bob       2024-01-12T00:00Z
        b2      b1        ann       2024-01-12T10:00Z
        d1      d1        dan       2024-01-13T00:00Z
        d2      d1        dan       2024-01-20T00:00Z
    """)
    view = newcomers_against_others([keep(posts, title="Club", record_start="launch")])
    row = view.frame.iloc[0]

    # bob and dan had replied before they opened a thread.
    assert (row["first threads of newcomers"], row["other threads"]) == (2, 2)
    assert (row["newcomers ever answered"], row["others ever answered"]) == (1, 0.5)
    # Means cut at 24 h: (2 + 4) / 2 = 3 and (10 + 24) / 2 = 17, so -14 h = -840 min. Each thread
    # pulls by half its distance from its mean: 1/2, 1/2, 7/2, 7/2; the error is the root of
    # (4/3) * 25 = 5.774 h, and Student's t on 3 degrees of freedom 3.1824: -14 -+ 18.374 h.
    assert row["difference in mean wait"] == "-840 min (-1,942 to 262), over 24 hours"
    assert "Club: newcomers and others cannot be told apart over the first 24 hours" in view.caption


@pytest.mark.parametrize(
    ("low", "high", "sentence"),
    [
        (0.5, 1.5, "newcomers wait longer over the first 24 hours, by 60 min on average"),
        (-1.5, -0.5, "newcomers wait shorter over the first 24 hours, by 60 min on average"),
        (-1.5, 0.5, "newcomers and others cannot be told apart over the first 24 hours"),
    ],
)
def test_the_sentence_follows_the_interval(low, high, sentence):
    """Longer, shorter or neither: by the side of zero on which the interval lies."""
    gap = Estimate(1.0 if high > 1 else -1.0, 0.25, low, high, 0.5, 10)

    assert newcomers_waiting._verdict(gap, DAY) == sentence


def test_short_landmarks_are_said_in_seconds():
    """A difference over five minutes is in seconds, over a day in minutes, over a week in hours."""
    gap = Estimate(0.01, 0.01, -0.01, 0.03, 0.5, 10)

    assert newcomers_waiting._difference(gap, 5 * MINUTE) == "36 s (-36 to 108), over 5 minutes"
    assert newcomers_waiting._difference(gap, DAY) == "0.6 min (-0.6 to 1.8), over 24 hours"
    assert newcomers_waiting._difference(gap, 7 * DAY) == "0.01 h (-0.01 to 0.03), over 7 days"


def test_newcomers_threads_are_told_apart(college, chitchat):
    """First threads of newcomers and all others add up to all threads; neither waits longer."""
    view = newcomers_against_others([college, chitchat])
    row, other = (row for _, row in view.frame.iterrows())

    assert row["first threads of newcomers"] == 809
    assert row["first threads of newcomers"] + row["other threads"] == 13_838
    assert row["difference in mean wait"].endswith("over 24 hours")
    assert " s (" in other["difference in mean wait"]
    # The answered threads of both groups are the answered threads of the record.
    for table, answered in ((row, 13_838 - 7_380), (other, 7_168 - 3_151)):
        assert table["newcomers ever answered"] * table["first threads of newcomers"] + table[
            "others ever answered"
        ] * table["other threads"] == pytest.approx(answered)
    assert "College messages: newcomers and others cannot be told apart" in view.caption
    assert "takes threads as independent" in view.caption
