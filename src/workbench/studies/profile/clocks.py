"""The same waits on two clocks: the one on the wall, and one that runs in working hours only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pandas as pd

from workbench.errors import StudyError
from workbench.studies.durations import HOUR, exactly
from workbench.studies.present import TableView
from workbench.studies.profile.drawn import Step, behind, limits, nothing, percent
from workbench.studies.profile.parts import MOST_PARTS, Part, Rows, of_each
from workbench.studies.profile.ticks import TOO_COARSE, median_wait, tells, wait_said
from workbench.studies.profile.unanswered import unanswered_after
from workbench.studies.profile.working import working_us

WALL, WORKING = "on the wall", "working hours"
WHAT = "Wall clock and working hours"


@lru_cache(MOST_PARTS)
def in_working_hours(part: Part) -> pd.DataFrame:
    """
    The rows of `part.waits`, in their order, with `hours` the working time that they waited.

    Raises
    ------
    StudyError
        The clock does not show hours.
    """
    found = part.waits
    if not tells(found, 1.0):
        raise StudyError(f"{TOO_COARSE} for hours of work")
    zones = dict(part.community.communities.select("community_id", "timezone").iter_rows())
    waited = pd.Series(0, index=found.index, dtype="int64")
    for name, own in found.groupby("community_id"):
        begin = own["opened_us"].astype("int64")
        end = begin + own["wait_us"].astype("int64")
        waited[own.index] = working_us(begin, end, hours=part.clock, zone=zones[name])
    return found.assign(hours=waited / HOUR)


def zone_is_stated(part: Part) -> bool:
    """Whether the record, or whoever asked, says where the clock on the wall hangs."""
    return bool((part.community.communities["timezone_source"] == "stated").all())


def outside_said(part: Part) -> str:
    """How many of the answers came before any working time had passed."""
    found, wall = in_working_hours(part), part.waits["hours"]
    outside = int((found["answered"] & (found["hours"] == 0) & (wall > 0)).sum())
    return (
        f"{outside:,} of {int(found['answered'].sum()):,} answers came wholly outside working "
        "hours, and so waited 0"
    )


def _clock_said(part: Part) -> str:
    whose = "" if zone_is_stated(part) else (
        " (nothing states a time zone of the people who write, so that this is nobody's working "
        "day in particular)"
    )  # fmt: skip
    return f"{part.title}: {part.clock.said}, {part.zone}{whose}; {outside_said(part)}"


def on_both(part: Part) -> Rows:
    """One row a clock: median wait, and shares unanswered after an hour and after a day of it."""
    rows: Rows = []
    for clock, found, day_us in (
        (WALL, part.waits, 24 * HOUR),
        (WORKING, in_working_hours(part), part.clock.day_us),
    ):
        hour, day = (unanswered_after(found, length) for length in (1.0, day_us / HOUR))
        rows.append(
            {
                "community": part.title,
                "clock": clock,
                "its day": exactly(day_us),
                "median wait, hours": median_wait(found),
                "unanswered after an hour": percent(hour),
                **limits(hour, "after_an_hour"),
                "unanswered after its day": percent(day),
                **limits(day, "after_its_day"),
            }
        )
    return rows


def clock_table(parts: Sequence[Part]) -> Step:
    """Waits on the wall clock beside waits in working hours."""
    rows, reasons = of_each(parts, on_both)
    if rows.empty:
        return nothing(WHAT, reasons)
    titles = set(rows["community"])
    said = ". ".join(_clock_said(part) for part in parts if part.title in titles)
    return TableView(
        rows,
        name="two-clocks",
        caption="Waits on the clock on the wall, and in working hours only: there a question of "
        f"the evening begins to wait in the morning. Working hours: {said}. No holidays are known. "
        "A day of the working clock is as long as its working hours. Silent threads are kept as "
        "still waiting; 95 % intervals take the person who opened a thread as the unit. "
        f"{reasons}".strip(),
        labels={"median wait, hours": "median wait"},
        formats={"median wait, hours": wait_said},
        hidden=behind(rows, "after_an_hour", "after_its_day"),
    )
