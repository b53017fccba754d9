"""Days of channels, by hand."""

import math

import pytest

from workbench.errors import MeasureError
from workbench.measures.channels import DAY, channel_days


def test_channel_days_by_hand(posts_from, records):
    """First-time writers, mean logarithm of length, and the day before; programs are left out."""
    posts = posts_from(f"""
        post_id thread_id author_id created_us  channel length is_bot
        a       a         ann       {0 * DAY}   k       1      no
        b       b         bob       {0 * DAY}   k       100    no
        c       c         ann       {1 * DAY}   k       -      no
        d       d         -         {1 * DAY}   k       10     no
        e       e         robot     {1 * DAY}   k       10     yes
        f       f         ann       {3 * DAY}   k       0      no
        g       g         ann       {3 * DAY}   m       10     no
        h       h         ann       {3 * DAY}   -       10     no
    """)

    got = records(channel_days(posts))

    names = ("channel", "day", "messages", "known", "firsts", "before")
    assert sorted(tuple(row[name] for name in names) for row in got) == [
        ("k", 0, 2, 2, 2, 0),  # ann and bob are new
        ("k", 1, 2, 1, 0, 2),  # the deleted account writes, nobody knows whether for the first time
        ("k", 3, 1, 1, 0, 0),  # nothing was written on day 2
        ("m", 3, 1, 1, 1, 0),  # ann is new in this channel
    ]
    lengths = {(row["channel"], row["day"]): row["log_length"] for row in got}
    assert lengths["k", 0] == pytest.approx(math.log(100) / 2)
    assert lengths["k", 1] == pytest.approx(math.log(10))
    assert lengths["k", 3] is None


def test_a_missing_column_is_named(posts_from):
    """Without channels there is nothing to count."""
    posts = posts_from("post_id thread_id created_us").drop("channel")

    with pytest.raises(MeasureError, match=r"channel_days: table posts needs channel; found .*"):
        channel_days(posts)
