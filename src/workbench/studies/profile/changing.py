"""Is it changing: the first half of the whole months against the last, with the difference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import pandas as pd
import polars as pl
from scipy.stats import t as student

from workbench.errors import StudyError
from workbench.models.result import Estimate
from workbench.studies.cells import SMALLEST
from workbench.studies.feedback_speed.months import FEWEST_THREADS
from workbench.studies.feedback_speed.waiting import waits
from workbench.studies.profile.drawn import percent
from workbench.studies.profile.parts import MOST_PARTS, Part
from workbench.studies.profile.ticks import TOO_COARSE, tells
from workbench.studies.profile.unanswered import unanswered_after

AFTER_HOURS = 24


@dataclass(frozen=True)
class Change:
    """The share still unanswered after a day in two runs of months, and how they differ."""

    early: Estimate
    late: Estimate
    difference: Estimate
    first: tuple[str, ...]
    last: tuple[str, ...]


@lru_cache(MOST_PARTS)
def kept_waits(part: Part) -> pd.DataFrame:
    """
    `part.waits` as the latest export has them, with `month`, that of the opening (`2004-05`).

    Posts that are gone from it have no part, because only earlier months could have them.
    """
    posts, found = part.community.posts, part.waits
    gone = pl.col("is_gone").fill_null(False)
    if posts.select(gone.any()).item():
        held = {**(part.community.held or {}), "posts": posts.filter(~gone)}
        found = waits(replace(part.community, held=held))
    return found.assign(month=months_of(part, found, "opened_us"))


def months_of(part: Part, rows: pd.DataFrame, column: str) -> pd.Series:
    """The month of each moment on the clock on the wall."""
    return part.wall(rows, column).dt.strftime("%Y-%m")


def is_cut(part: Part, month: str) -> bool:
    """Whether the record begins or ends inside a month, by more than a day."""
    described = part.community.communities
    first = int(described["observed_from_us"].min())  # type: ignore[arg-type]
    ends = pd.DataFrame(
        {"community_id": described["community_id"][0], "us": [first, part.until_us]}
    )
    begin, end = part.wall(ends, "us")
    period, day = pd.Period(month, freq="M"), pd.Timedelta(days=1)
    return bool(
        period.start_time + day < begin <= period.end_time
        or period.start_time <= end < period.end_time - day
    )


def share_after_a_day(rows: pd.DataFrame) -> Estimate:
    """The share unanswered after a day; not known for few threads, or fewer than ten openers."""
    if len(rows) < FEWEST_THREADS or rows["asker"].nunique() < SMALLEST:
        return Estimate(None, None, None, None, None, len(rows))
    return unanswered_after(rows, AFTER_HOURS)


def difference(early: Estimate, late: Estimate) -> Estimate:
    """
    Late minus early, with an interval by Student's t on the fewer openers of the two, less one.

    The two are taken as independent. Whoever opens threads in both is mostly alike in both, which
    makes the interval too wide rather than too narrow. Not known where one has no standard error.
    """
    none = Estimate(None, None, None, None, None, early.n + late.n)
    errors = (early.std_error, late.std_error)
    if early.estimate is None or late.estimate is None or None in errors:
        return none
    middle = late.estimate - early.estimate
    error = float(sum(one**2 for one in errors if one is not None) ** 0.5)
    fewest = min(early.clusters or 0, late.clusters or 0)
    reach = float(student.ppf(0.975, fewest - 1)) * error
    return replace(none, estimate=middle, std_error=error, low=middle - reach, high=middle + reach)


@lru_cache(MOST_PARTS)
def change(part: Part) -> Change:
    """
    The first half of the whole months of a record against the last; a middle month is in neither.

    Raises
    ------
    StudyError
        The clock is too coarse, or a half is too small for a share with an interval.
    """
    found = kept_waits(part)
    if not tells(found, AFTER_HOURS):
        raise StudyError(f"{TOO_COARSE} for waits of {AFTER_HOURS} h")
    span = pd.period_range(found["month"].min(), found["month"].max(), freq="M").astype(str)
    whole = [month for month in span if not is_cut(part, month)]
    half = len(whole) // 2
    first, last = tuple(whole[:half]), tuple(whole[len(whole) - half :])
    early, late = (share_after_a_day(found[found["month"].isin(run)]) for run in (first, last))
    differs = difference(early, late)
    if differs.estimate is None:
        raise StudyError(
            f"two halves of whole months, each with {FEWEST_THREADS} threads by {SMALLEST} people "
            "of which some but not all are answered in time, are needed, and are not there"
        )
    return Change(early, late, differs, first, last)


def change_said(part: Part) -> str:
    """The comparison in words; that no change can be told apart from chance where that is so."""
    try:
        found = change(part)
    except StudyError as error:
        return f"whether it changes cannot be told: {error}"
    points, low, high = (
        f"{100 * float(number or 0):+.1f}".replace("-", "−")
        for number in (found.difference.estimate, found.difference.low, found.difference.high)
    )
    interval = f"{points} points, from {low} to {high}"
    chance = (found.difference.low or 0) <= 0 <= (found.difference.high or 0)
    verdict = (
        f"no change can be told apart from chance (difference {interval})"
        if chance
        else f"it {'rose' if points.startswith('+') else 'fell'} by more than chance brings "
        f"(difference {interval})"
    )
    return (
        f"{percent(found.early)} in {_run(found.first)}, {percent(found.late)} in "
        f"{_run(found.last)}: {verdict}"
    )


def _run(months: tuple[str, ...]) -> str:
    return months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
