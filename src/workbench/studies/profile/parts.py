"""What a profile is of: each community of a data set, or all together, ready to be measured."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd
import polars as pl

from workbench.data import Community
from workbench.errors import ModelError, StudyError
from workbench.schema import TABLES
from workbench.studies.cells import SMALLEST, UNDER
from workbench.studies.communities import open_all
from workbench.studies.durations import local_time
from workbench.studies.feedback_speed.waiting import waits
from workbench.studies.hypotheses import Windows, platforms, windows
from workbench.studies.profile.working import WorkingHours, working_hours, zone_of
from workbench.studies.refusals import for_readers

MOST_PARTS = 5  # a data set of more communities is described as one
LIKE = "forum"  # whose windows a kind of platform without windows of its own takes

HOURS, DAYS, ZONE = (
    f"WORKBENCH_PROFILE_{name}" for name in ("HOURS", "DAYS", "TIMEZONE")
)  # how `workbench profile` hands its options to the notebook


@dataclass(frozen=True, eq=False)
class Part:
    """
    One community, or all of a data set as one.

    community : the canonical tables of this part, in memory; where no windows are fixed for its
    kind of platform they are those of a forum. whole : the data set it is a part of. kind : the
    kind of platform as it was loaded. clock : the working hours. together : how many communities
    are taken as one.
    """

    community: Community
    whole: Community
    kind: str
    clock: WorkingHours
    together: int = 1

    @property
    def title(self) -> str:
        """The name shown to readers."""
        return self.community.title

    @property
    def zone(self) -> str:
        """The IANA zone of the clock on the wall."""
        return str(self.community.communities["timezone"][0])

    @property
    def windows(self) -> Windows:
        """The windows of this kind of community, or those of a forum."""
        return windows(self.community.platform)

    @property
    def until_us(self) -> int:
        """The last moment the record covers."""
        return int(self.community.communities["observed_until_us"].max())  # type: ignore[arg-type]

    @cached_property
    def writers(self) -> int:
        """How many people wrote at least once; programs and deleted accounts are nobody."""
        written = self.community.posts.filter(~pl.col("is_bot"))
        return written["author_id"].drop_nulls().n_unique()

    @cached_property
    def waits(self) -> pd.DataFrame:
        """`feedback_speed.waiting.waits` of this part: one row a thread that a human opened."""
        return waits(self.community)

    def wall(self, rows: pd.DataFrame, column: str) -> pd.Series:
        """
        The moments of a column on the clock on the wall of each row's own community, without zone.

        rows : community_id and the column, in microseconds since 1970 UTC; none empty.
        """
        zones = dict(self.community.communities.select("community_id", "timezone").iter_rows())
        shown = [
            local_time(part[column], zones[name]).dt.tz_localize(None)
            for name, part in rows.groupby("community_id")
        ]
        empty = pd.Series(dtype="datetime64[us]")
        return pd.concat(shown or [empty]).reindex(rows.index)

    def why_not(self) -> str:
        """Why nothing can be said of this part's people; empty where something can."""
        posts = self.community.posts
        if not posts.height:
            return "it holds no posts" + (", only ratings" if self.community.ratings.height else "")
        if self.writers < SMALLEST:
            return (
                f"fewer than {SMALLEST} people wrote in it, and any number would be about somebody"
            )
        if self.waits.empty:
            return "none of its threads has an opening post by a person"
        return ""


def open_parts(
    names: Sequence[str] | None = None,
    *,
    hours: str | None = None,
    days: str | None = None,
    timezone: str | None = None,
) -> list[Part]:
    """
    Open the wanted data sets, each community for itself.

    A data set of more than `MOST_PARTS` communities is one part. What is None is taken from the
    environment (`WORKBENCH_DATASETS` and the `WORKBENCH_PROFILE_` variables), else it is the usual:
    all data sets, Monday to Friday from 9 to 17, each community's own time zone.

    Raises
    ------
    DataError
        A data set is neither loaded nor embedded.
    StudyError
        The hours, the days or the time zone are no such.
    """
    said = os.environ.get
    clock = working_hours(hours or said(HOURS) or None, days or said(DAYS) or None)
    zone = timezone or said(ZONE)
    if zone:
        zone_of(zone)
    return [part for whole in open_all(names) for part in parts_of(whole, clock, zone)]


def parts_of(whole: Community, clock: WorkingHours, zone: str | None = None) -> Iterator[Part]:
    """Each community of a data set, or all as one; `zone` takes the place of their time zones."""
    described = whole.communities
    tables = {name: whole.read(name) for name in TABLES}
    if described.height > MOST_PARTS:
        yield _part(whole, tables, clock, zone, whole.title)
        return
    for row in described.iter_rows(named=True):
        mine = {
            name: rows.filter(pl.col("community_id") == row["community_id"])
            for name, rows in tables.items()
        }
        # The name of one community may differ from the title that somebody gave the data set.
        title = f"{whole.title}: {row['name']}" if described.height > 1 else whole.title
        yield _part(whole, mine, clock, zone, title)


def _part(
    whole: Community,
    tables: dict[str, pl.DataFrame],
    clock: WorkingHours,
    zone: str | None,
    title: str,
) -> Part:
    described = tables["communities"]
    kind = str(described["platform"][0])
    if kind not in platforms():
        described = described.with_columns(platform=pl.lit(LIKE))
    if zone:
        described = described.with_columns(timezone=pl.lit(zone), timezone_source=pl.lit("stated"))
    community = replace(
        whole,
        manifest={**whole.manifest, "title": title},
        held={**tables, "communities": described},
    )
    return Part(community, whole, kind, clock, together=described.height)


def wholes(parts: Sequence[Part]) -> list[Community]:
    """The data sets of the parts, each once."""
    return list({part.whole.name: part.whole for part in parts}.values())


def counted(people: int, total: int | None = None) -> int | str:
    """
    A number of people as it may be shown, alone or of a total that is shown too.

    Words take its place where it is under ten, or leaves fewer than ten of the total.
    """
    if 0 < people < SMALLEST:
        return UNDER.format(SMALLEST)
    if total is not None and 0 < total - people < SMALLEST:
        return f"all but {UNDER.format(SMALLEST)}"
    return people


def tens(people: int) -> int | str:
    """
    A number of people to the nearest ten; `under 10` where it is smaller.

    So nobody finds a hidden count by taking shown ones from each other, in one table or several.
    """
    return UNDER.format(SMALLEST) if 0 < people < SMALLEST else 10 * ((people + 5) // 10)


Rows = list[dict[Any, Any]]


def of_each(parts: Sequence[Part], rows_of: Callable[[Part], Rows]) -> tuple[pd.DataFrame, str]:
    """
    The rows of every part that can carry a step, and a sentence on those that cannot.

    `rows_of` may refuse a part with a ModelError or StudyError; its words become the reason.
    """
    rows: Rows = []
    reasons = []
    for part in parts:
        why = part.why_not()
        if not why:
            try:
                rows += rows_of(part)
                continue
            except (ModelError, StudyError) as error:
                why = for_readers(str(error))
        reasons.append(f"{part.title}: {why}.")
    return pd.DataFrame(rows), " ".join(reasons)
