"""The newcomers who are compared: windows, covariates, and who is left out at which step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

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
from workbench.studies.refusals import where_possible

PERSON = ["community_id", "person_id"]
CALENDAR = (
    "hour of day, sine", "hour of day, cosine", "half day, sine", "half day, cosine", "weekend",
    "weeks since the record began", "the same, squared",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Cohort:
    """
    The newcomers of one community who opened a thread, one row a person.

    people : the columns of `measures.cohort.cohort` with the covariates and `day`, the local day of
        arrival, which is the cluster: people who arrive on one day meet the same crowd.
    known : what was known about them at the first post.
    reached : people left after each step of the selection, in order.
    as_fixed : whether the windows are those of the hypothesis.
    """

    community: Community
    windows: Windows
    people: pd.DataFrame
    known: Background
    reached: dict[str, int]
    as_fixed: bool

    @property
    def covariates(self) -> tuple[str, ...]:
        """Names of the columns that are adjusted for."""
        return self.known.covariates

    @property
    def whole(self) -> pd.DataFrame:
        """Everybody who was watched to the end of the outcome window."""
        return self.people[self.people["complete"]]

    @property
    def at_landmark(self) -> pd.DataFrame:
        """Those of `whole` who had not posted in another thread by the landmark."""
        return self.whole[~self.whole["returned_early"]]

    def words(self, *, whole: bool = False) -> Words:
        """The windows in words, for sentences about `at_landmark` or about the `whole` cohort."""
        fixed = self.windows
        if fixed.outcome_from == fixed.landmark:
            when = f"in the next {exactly(fixed.outcome_until - fixed.outcome_from)}"
        else:
            when = (
                f"between {exactly(fixed.outcome_from)} and {exactly(fixed.outcome_until)} after "
                "their first post"
            )
        left, everybody = len(self.at_landmark), len(self.whole)
        return Words(
            landmark=exactly(fixed.landmark),
            when=when,
            horizon=exactly(fixed.outcome_until),
            among="" if whole else f"{left:,} of {everybody:,}",
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
        "responded", "returned_early", "returned", "contributed_early", "contributed",
        "opened_again", "complete",
    ]  # fmt: skip
    rows[flags] = rows[flags].astype(bool)
    # By thread and not by person: pseudonyms, and so their order, differ from machine to machine.
    return rows.sort_values(["first_us", "thread_id"], ignore_index=True)


@dataclass(frozen=True, eq=False)
class Background:
    """
    What was known about each newcomer at the moment of the first post; nothing later.

    people : community_id, person_id, day, and the covariates. counts : people with a post, and
    those of them known to be new. Does not depend on the landmark.
    """

    people: pd.DataFrame
    covariates: tuple[str, ...]
    counts: dict[str, int]


def background(community: Community, *, washout_us: int) -> Background:
    """Describe every newcomer of a community by what the tables knew at the first post."""
    everybody = collect(
        newcomers(
            community.lazy("posts"), community.lazy("people"), community.lazy("communities"),
            washout_us=washout_us,
        )
    )  # fmt: skip
    new = everybody["is_newcomer"].astype(bool)
    rows = everybody.loc[new & everybody["opened"].astype(bool)].reset_index(drop=True)
    ids = pl.Series("post_id", rows["first_post_id"].to_list(), dtype=pl.String)
    first = community.lazy("posts").join(ids.to_frame().lazy(), on="post_id", how="semi")
    volume = volume_before(community.lazy("posts"), window_us=DAY).to_native()
    about = first.join(volume, on=["community_id", "post_id"]).select(
        pl.col("community_id"), pl.col("author_id").alias("person_id"), "volume", "length"
    )
    rows = rows.merge(about.collect().to_pandas(), on=PERSON, how="left", validate="1:1")
    zone = community.communities["timezone"][0]
    began = int(community.communities["observed_from_us"][0])
    added = _covariates(rows, local_time(rows["first_us"], zone), began=began)
    received = collect(received_before(community.lazy("posts")))
    if len(received):
        got = rows[PERSON].merge(received, on=PERSON, how="left")["received"].fillna(0)
        added["messages received before (log)"] = np.log1p(got.astype(float))
    day = local_time(rows["first_us"], zone).dt.strftime("%Y-%m-%d")
    values = {name: np.asarray(value, dtype=float) for name, value in added.items()}
    return Background(
        people=rows[PERSON].assign(day=day.to_numpy(), **values),
        covariates=tuple(added),
        counts={"people with at least one post": len(everybody), "known to be new": int(new.sum())},
    )


def _covariates(rows: pd.DataFrame, when: Any, *, began: int) -> dict[str, Any]:
    """The covariates of the hypothesis, from the first post's moment, crowd and length."""
    turn = 2 * np.pi * (when.dt.hour + when.dt.minute / 60) / 24
    weeks = (rows["first_us"].astype("int64") - began) / (7 * DAY)
    weekend = (when.dt.day_of_week >= 5).astype(float)
    waves = [wave(turns) for turns in (turn, 2 * turn) for wave in (np.sin, np.cos)]
    added = {
        "posts in the day before (log)": np.log1p(rows["volume"].astype(float)),
        **dict(zip(CALENDAR, (*waves, weekend, weeks, weeks**2), strict=True)),
    }
    unknown = rows["length"].isna()
    if not unknown.all():
        size = rows["length"].fillna(0).astype(float)
        added["length of the first post (log)"] = np.log1p(size)
        if unknown.any():  # an empty post and one of unknown length are not alike
            added["length not known"] = unknown
    return added


def make(
    community: Community, *, landmark_hours: float | None = None, return_days: float | None = None
) -> Cohort:
    """The cohort of one community, under the hypothesis's windows or the knobs'."""
    chosen = chosen_windows(community, landmark_hours=landmark_hours, return_days=return_days)
    return with_windows(community, chosen)


def with_windows(
    community: Community, chosen: Windows, *, known: Background | None = None
) -> Cohort:
    """The cohort of one community under given windows; `known` saves describing people again."""
    known = background(community, washout_us=chosen.washout) if known is None else known
    rows = people_of(community, chosen).merge(known.people, on=PERSON, how="left", validate="1:1")
    complete = rows["complete"]
    reached = known.counts | {
        "first post opened a thread": len(rows),
        "watched to the end of the window": int(complete.sum()),
        "not yet back by the landmark": int((complete & ~rows["returned_early"]).sum()),
    }
    as_fixed = chosen == windows(community.platform)
    return Cohort(community, chosen, rows, known, reached, as_fixed)


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


@where_possible
def words_here(communities: Sequence[Community]) -> TableView:
    """What the words of this study mean in each community."""
    rows = []
    for community in communities:
        fixed = windows(community.platform)
        launched = community.communities["record_start"][0] == "launch"
        rows.append(
            {
                "community": community.title,
                "a thread is": fixed.thread_means,
                "an answer is": fixed.answer_means,
                "early means within": exactly(fixed.landmark),
                "a return counts": f"after {exactly(fixed.outcome_from)} and up to "
                f"{exactly(fixed.outcome_until)} from the first post",
                "new means": "everybody: the record begins with the community"
                if launched
                else f"silent for the first {exactly(fixed.washout)} of the record",
            }
        )
    return TableView(
        pd.DataFrame(rows),
        name="words-here",
        caption="What the words mean in each community, as the hypotheses fix it. An account known "
        "to have been made inside the record is new everywhere, one known to be older nowhere. An "
        "answer is always by another human, and a return always in another thread.",
    )


@where_possible
def selection(cohorts: Sequence[Cohort]) -> TableView:
    """Who is left at each step, and how many each step sets aside."""
    rows = []
    for one in cohorts:
        counts = list(one.reached.values())
        left_out = [None, *(before - after for before, after in pairwise(counts))]
        rows += [
            {"community": one.community.title, "step": step, "people": count, "left out": aside}
            for (step, count), aside in zip(one.reached.items(), left_out, strict=True)
        ]
    return TableView(
        pd.DataFrame(rows).astype({"left out": "Int64"}),
        name="selection",
        caption="From everybody who posted to the newcomers who are compared.",
    )
