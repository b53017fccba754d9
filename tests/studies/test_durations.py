"""Durations and moments as readers see them."""

import pandas as pd
import pytest

from workbench.studies.durations import DAY, HOUR, MINUTE, SECOND, about, exactly, local_time


@pytest.mark.parametrize(
    ("us", "text"),
    [
        (DAY, "24 hours"),  # a landmark of one day is spoken of in hours
        (3 * DAY, "3 days"),
        (30 * DAY, "30 days"),
        (25 * HOUR, "25 hours"),
        (HOUR, "1 hour"),
        (5 * MINUTE, "5 minutes"),
        (90 * SECOND, "90 seconds"),
        (SECOND, "1 second"),
        (SECOND // 2, "0.5 seconds"),
        (1_500 * DAY, "1,500 days"),
    ],
)
def test_exactly(us, text):
    """A chosen length is written in the largest unit that divides it."""
    assert exactly(us) == text


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (None, "not reached"),
        (float("nan"), "not reached"),
        (47.9, "47.9 h"),
        (48, "2 d"),
        (1, "1 h"),
        (0.25, "15 min"),
        (20 / 3600, "20 s"),
        (24 * 1234, "1,234 d"),
        (24 * 99.96, "100 d"),
        (0, "0 s"),
    ],
)
def test_about(hours, text):
    """A measured wait is written in a unit that reads well, never with an exponent."""
    assert about(hours) == text


def test_local_time_across_the_change_of_clocks():
    """On 31 March 2024 clocks in Rome went from 2 to 3: half past 1 UTC is half past 3."""
    moments = [f"2024-03-31T{time}Z" for time in ("00:30", "01:30")]
    us = pd.Series([pd.Timestamp(moment).value // 1000 for moment in moments], dtype="Int64")

    # 00:30 UTC is 01:30 in winter time (+1); 01:30 UTC is 03:30 in summer time (+2).
    assert local_time(us, "Europe/Rome").dt.strftime("%H:%M").tolist() == ["01:30", "03:30"]


def test_local_time_can_change_the_month():
    """Half past eleven at night UTC at the end of January is February in Berlin."""
    us = pd.Series([pd.Timestamp("2024-01-31T23:30Z").value // 1000])

    assert local_time(us, "Europe/Berlin").dt.strftime("%Y-%m").tolist() == ["2024-02"]
    assert local_time(us, "UTC").dt.strftime("%Y-%m").tolist() == ["2024-01"]
