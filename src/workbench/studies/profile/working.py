"""
The working-hours clock: time that counts only while the clock on the wall shows working hours.

A working day begins at the first moment at which its clock shows the first hour or later, and ends
at the first moment at which it shows the last hour or later. Where the clock is changed in between
it is an hour shorter or longer, as it is for those who work. All arithmetic is on whole
microseconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from workbench.errors import StudyError
from workbench.studies.durations import MINUTE

Moments = npt.NDArray[np.int64]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL_HOURS, USUAL_DAYS = "9-17", "mon-fri"
MIDNIGHT = 24 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOURS = re.compile(r"(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?")


@dataclass(frozen=True)
class WorkingHours:
    """
    When people of a community are at work, on the clock on the wall.

    begin, end : minutes after midnight, the end excluded. days : 0 is Monday.
    """

    begin: int
    end: int
    days: tuple[int, ...]

    @property
    def day_us(self) -> int:
        """The length of an ordinary working day, in microseconds."""
        return (self.end - self.begin) * MINUTE

    @property
    def said(self) -> str:
        """The hours and days in words: `9:00 to 17:00, Mon to Fri`."""
        clock = (f"{at // 60}:{at % 60:02}" for at in (self.begin, self.end))
        return f"{' to '.join(clock)}, {_listed(self.days)}"


def working_hours(hours: str | None = None, days: str | None = None) -> WorkingHours:
    """
    Read hours such as `9-17` or `8:30-16:30`, and days such as `mon-fri`, `sun-thu` or `mon,wed`.

    Raises
    ------
    StudyError
        They are written otherwise, or the hours do not end later on the day on which they begin.
    """
    given = USUAL_HOURS if hours is None else hours
    found = _HOURS.fullmatch(given.strip())
    first, last = (_minutes(found[k], found[k + 1]) if found else -1 for k in (1, 3))
    if not 0 <= first < last <= MIDNIGHT:
        raise StudyError(
            f"working hours: expected hours of one day such as 9-17 or 8:30-16:30, got {given!r}. "
            "Write the first and the last hour, 0 to 24."
        )
    return WorkingHours(first, last, _days(USUAL_DAYS if days is None else days))


def _minutes(hour: str, minute: str | None) -> int:
    """Minutes after midnight; -1 for a clock that shows no such time."""
    if int(minute or 0) > 59:
        return -1
    return 60 * int(hour) + int(minute or 0)


def _days(given: str) -> tuple[int, ...]:
    """The days of a list or of a range, which may run over the end of the week."""
    found: set[int] = set()
    for word in given.lower().split(","):
        ends = [end.strip() for end in word.split("-")]
        if len(ends) > 2 or not set(ends) <= set(DAYS):
            raise StudyError(
                f"working days: expected days such as mon-fri, sun-thu or mon,wed, got {given!r}. "
                f"Write them as {', '.join(DAYS)}."
            )
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        found |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return tuple(sorted(found))


def _listed(days: tuple[int, ...]) -> str:
    """Days in words, as a range where they follow each other, over the end of the week too."""
    names = [day.capitalize() for day in DAYS]
    for first in days if 2 < len(days) < len(DAYS) else ():
        run = [(first + step) % 7 for step in range(len(days))]
        if set(run) == set(days):
            return f"{names[run[0]]} to {names[run[-1]]}"
    return "every day" if len(days) == len(DAYS) else ", ".join(names[day] for day in days)


def zone_of(name: str) -> ZoneInfo:
    """
    The IANA zone of that name.

    Raises
    ------
    StudyError
        There is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise StudyError(
            f"time zone: expected a name such as Europe/Rome or UTC, got {name!r}. "
            "Write it as the IANA list of zones has it."
        ) from None


def working_us(begin_us: Any, end_us: Any, *, hours: WorkingHours, zone: str) -> Moments:
    """
    Working time between each two moments, in whole microseconds.

    `begin_us` and `end_us` are microseconds since 1970 UTC, no end before its begin. The result is
    never more than the time between them, and adds up: from a to c is from a to b and b to c.

    Raises
    ------
    StudyError
        There is no such zone.
    """
    begin, end = (np.asarray(moments, dtype=np.int64) for moments in (begin_us, end_us))
    if not begin.size:
        return np.empty(0, dtype=np.int64)
    opens, closes = _working_days(int(begin.min()), int(end.max()), hours, zone_of(zone))
    done = np.concatenate([[0], np.cumsum(closes - opens)])

    def worked(moments: Moments) -> Moments:
        """Working time from the first day of all until each moment."""
        day = np.searchsorted(opens, moments, side="right")
        rest = np.maximum(closes[day - 1] - moments, 0) if len(opens) else 0
        return np.where(day > 0, done[day] - rest, 0)

    result: Moments = worked(end) - worked(begin)
    return result


def _working_days(
    first_us: int, last_us: int, hours: WorkingHours, zone: ZoneInfo
) -> tuple[Moments, Moments]:
    """When each working day around the two moments begins and ends, in order."""
    day, last = (
        (_EPOCH + timedelta(microseconds=us)).astimezone(zone).date() for us in (first_us, last_us)
    )
    found = []
    while day <= last:
        if day.weekday() in hours.days:
            found.append([_moment(day, hours.begin, zone), _moment(day, hours.end, zone)])
        day += timedelta(days=1)
    table = np.array(found, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _moment(day: date, minutes: int, zone: ZoneInfo) -> int:
    """The first moment at which the clock shows these minutes of that day, or later."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return (at - _EPOCH) // timedelta(microseconds=1)
    # The clock was put forward over this time: the moment of the change, found by halving.
    before, after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), at
    while after - before > timedelta(microseconds=1):
        middle = before + (after - before) // 2
        skipped = middle.astimezone(zone).replace(tzinfo=None) >= wall
        before, after = (before, middle) if skipped else (middle, after)
    return (after - _EPOCH) // timedelta(microseconds=1)
