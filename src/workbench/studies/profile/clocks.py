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
    said = "; ".join(
        f"{part.title}: {part.clock.said}, {part.zone}"
        for part in parts
        if part.title in set(rows["community"])
    )
    return TableView(
        rows,
        name="two-clocks",
        caption="Waits on the clock on the wall, and in working hours only: there a question of "
        f"the evening begins to wait in the morning. Working hours: {said}; no holidays are known. "
        "A day of the working clock is as long as its working hours. Silent threads are kept as "
        "still waiting; 95 % intervals take the person who opened a thread as the unit. "
        f"{reasons}".strip(),
        labels={"median wait, hours": "median wait"},
        formats={"median wait, hours": wait_said},
        hidden=behind(rows, "after_an_hour", "after_its_day"),
    )
