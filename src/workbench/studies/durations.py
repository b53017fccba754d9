"""Durations and moments as readers see them; everywhere else they are whole microseconds."""

from __future__ import annotations

from typing import Any

import pandas as pd

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_UNITS = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second"))


def exactly(us: int) -> str:
    """A chosen length, such as a landmark, in the largest unit that divides it: `24 hours`."""
    for size, unit in (*((HOUR, "hour") for _ in range(us == DAY)), *_UNITS):
        if us % size == 0:
            count = us // size
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return f"{us / SECOND:g} seconds"


def about(hours: float | None) -> str:
    """A measured wait in hours, in a unit that reads well, to two or three digits."""
    if hours is None or pd.isna(hours):
        return "not reached"
    us = hours * HOUR
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if us >= (2 * size if unit == "d" else size):
            count = us / size
            return f"{count:,.0f} {unit}" if count >= 100 else f"{count:.3g} {unit}"
    return f"{us / SECOND:.3g} s"


def local_time(us: pd.Series, zone: str) -> Any:
    """Moments on the clock on the wall of `zone`: only for hours, weekdays, months and days."""
    return pd.to_datetime(us.astype("int64"), unit="us", utc=True).dt.tz_convert(zone)
