"""The newcomers who are compared: windows, covariates, and who is left out at which step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbench.data import Community
from workbench.errors import StudyError
from workbench.measures import collect
from workbench.measures.cohort import cohort
from workbench.measures.context import received_before, volume_before
from workbench.measures.newcomers import newcomers
from workbench.studies.answers import Words
from workbench.studies.durations import DAY, HOUR, exactly, local_time
from workbench.studies.hypotheses import Windows, windows
from workbench.studies.present import TableView

PERSON = ["community_id", "person_id"]


@dataclass(frozen=True, eq=False)
class Cohort:
    """
    The newcomers of one community who opened a thread, one row a person.

    people : the columns of `measures.cohort.cohort` with the covariates and `day`, the local day of
        arrival, which is the cluster: people who arrive on one day meet the same crowd.
    covariates : names of the columns that are adjusted for.
    reached : people left after each step of the selection, in order.
    as_fixed : whether the windows are those of the hypothesis.
    """

    community: Community
    windows: Windows
    people: pd.DataFrame
    covariates: tuple[str, ...]
    reached: dict[str, int]
    as_fixed: bool

    @property
    def whole(self) -> pd.DataFrame:
        """Everybody who was watched to the end of the outcome window."""
        return self.people[self.people["complete"]]

    @property
    def at_landmark(self) -> pd.DataFrame:
        """Those of `whole` who had not posted in another thread by the landmark."""
        return self.whole[~self.whole["returned_early"]]

    @property
    def words(self) -> Words:
        """The windows in words, for sentences."""
        return Words(
            landmark=exactly(self.windows.landmark),
            window=exactly(self.windows.outcome_until - self.windows.outcome_from),
        )


def chosen_windows(
    community: Community, *, landmark_hours: float | None = None, return_days: float | None = None
) -> Windows:
    """
    The windows of the hypothesis, or those that the knobs ask for.

    Raises
    ------
    StudyError
        A knob is not positive.
    """
    fixed = windows(community.platform)
    for name, value in (("LANDMARK_HOURS", landmark_hours), ("RETURN_DAYS", return_days)):
        if value is not None and not value > 0:
            raise StudyError(f"study 01: {name} must be positive, got {value}. Change the knob.")
    if landmark_hours is not None:
        fixed = at_landmark(fixed, round(landmark_hours * HOUR))
    if return_days is not None:
        fixed = replace(fixed, outcome_until=fixed.outcome_from + round(return_days * DAY))
    return fixed


def at_landmark(fixed: Windows, landmark: int) -> Windows:
    """The same windows with another landmark; the outcome never begins before it."""
    begin = max(fixed.outcome_from, landmark)
    length = fixed.outcome_until - fixed.outcome_from
    return replace(fixed, landmark=landmark, outcome_from=begin, outcome_until=begin + length)


def people_of(community: Community, chosen: Windows) -> pd.DataFrame:
    """One row a newcomer who opened a thread, with flags as plain booleans."""
    rows = collect(
        cohort(
            community.lazy("posts"), community.lazy("people"), community.lazy("communities"),
            landmark_us=chosen.landmark, from_us=chosen.outcome_from,
            until_us=chosen.outcome_until, washout_us=chosen.washout, kinds=chosen.response_kinds,
        )
    )  # fmt: skip
    flags = [
        "responded", "returned_early", "returned", "contributed_early", "contributed", "complete",
    ]  # fmt: skip
    rows[flags] = rows[flags].astype(bool)
    return rows.sort_values(["first_us", "person_id"], ignore_index=True)


def with_covariates(community: Community, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """
    Add what was known about a newcomer at the moment of the first post; nothing later.

    Returns the rows and the names of the covariates that this community's tables carry.
    """
    first = rows[["community_id", "thread_id"]].rename(columns={"thread_id": "post_id"})
    volume = collect(volume_before(community.lazy("posts"), window_us=DAY))
    busy = first.merge(volume, on=["community_id", "post_id"], how="left", validate="1:1")
    when = local_time(rows["first_us"], community.communities["timezone"][0])
    turn = 2 * np.pi * (when.dt.hour + when.dt.minute / 60) / 24
    began = int(community.communities["observed_from_us"][0])
    weeks = (rows["first_us"].astype("int64") - began) / (7 * DAY)
    added = {
        "posts in the day before (log)": np.log1p(busy["volume"].astype(float)),
        "hour of day, sine": np.sin(turn),
        "hour of day, cosine": np.cos(turn),
        "half day, sine": np.sin(2 * turn),
        "half day, cosine": np.cos(2 * turn),
        "weekend": (when.dt.dayofweek >= 5).astype(float),
        "weeks since the record began": weeks,
        "the same, squared": weeks**2,
    }
    received = collect(received_before(community.lazy("posts")))
    if len(received):
        got = rows[PERSON].merge(received, on=PERSON, how="left")["received"].fillna(0)
        added["messages received before (log)"] = np.log1p(got.astype(float))
    posts = community.posts
    if posts["length"].null_count() < posts.height:
        length = posts.select("community_id", "post_id", "length").to_pandas()
        size = first.merge(length, on=["community_id", "post_id"], how="left")["length"].fillna(0)
        added["length of the first post (log)"] = np.log1p(size.astype(float))
    values = {name: np.asarray(value, dtype=float) for name, value in added.items()}
    return rows.assign(day=when.dt.strftime("%Y-%m-%d").to_numpy(), **values), list(added)


def make(
    community: Community, *, landmark_hours: float | None = None, return_days: float | None = None
) -> Cohort:
    """The cohort of one community, under the hypothesis's windows or the knobs'."""
    chosen = chosen_windows(community, landmark_hours=landmark_hours, return_days=return_days)
    return with_windows(community, chosen)


def with_windows(community: Community, chosen: Windows) -> Cohort:
    """The cohort of one community under given windows."""
    everybody = collect(
        newcomers(
            community.lazy("posts"), community.lazy("people"), community.lazy("communities"),
            washout_us=chosen.washout,
        )
    )  # fmt: skip
    rows, covariates = with_covariates(community, people_of(community, chosen))
    new = everybody["is_newcomer"].astype(bool)
    complete = rows["complete"]
    reached = {
        "people with at least one post": len(everybody),
        "known to be new": int(new.sum()),
        "first post opened a thread": len(rows),
        "watched to the end of the window": int(complete.sum()),
        "not yet back by the landmark": int((complete & ~rows["returned_early"]).sum()),
    }
    as_fixed = chosen == windows(community.platform)
    return Cohort(community, chosen, rows, tuple(covariates), reached, as_fixed)


def make_all(
    communities: Sequence[Community],
    *,
    landmark_hours: float | None = None,
    return_days: float | None = None,
) -> list[Cohort]:
    """One cohort a community."""
    return [
        make(community, landmark_hours=landmark_hours, return_days=return_days)
        for community in communities
    ]


def selection(cohorts: Sequence[Cohort]) -> TableView:
    """Who is left at each step, and how many each step sets aside."""
    rows = []
    for one in cohorts:
        before = None
        for step, count in one.reached.items():
            aside = None if before is None else before - count
            rows.append(
                {"community": one.community.title, "step": step, "people": count, "left out": aside}
            )
            before = count
    return TableView(
        pd.DataFrame(rows).astype({"left out": "Int64"}),
        name="selection",
        caption="From everybody who posted to the newcomers who are compared.",
    )
