"""How much each person writes, and how much arrives on the days on which that person is there."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from workbench.measures import need
from workbench.schema import PEOPLE, POSTS

DAY = 86_400_000_000
PERSON = ["community_id", "person_id"]
THREAD = ["community_id", "thread_id"]


def load(posts: Any, people: Any) -> nw.LazyFrame[Any]:
    """
    The load of each person: posts by others in the person's threads, on the person's active days.

    A day is active where the person posted; days are those of UTC. A thread is the person's from
    the day of the first own post in it, that day included. Posts by others are counted whoever
    wrote them, programs and deleted accounts included: they ask to be read too. What people read
    without writing is not in a record, so that this is what arrived, not what was read.

    Returns
    -------
    One row per account that wrote at least once and that neither `people` nor one of its own posts
    calls a program.
        community_id, person_id
        posts : own posts
        replies : own posts that did not open their thread
        active_days : days with an own post, 1 or more
        arrived : posts by others on these days in the person's threads

    Raises
    ------
    MeasureError
        A column is missing.

    Source
    ------
    The load of a shared conversation: Jones, Ravid & Rafaeli (2004), doi:10.1287/isre.1040.0023.
    """
    columns = (*THREAD, "post_id", "author_id", "created_us", "is_bot")
    written = need(posts, POSTS, columns, where="load").with_columns(
        day=nw.col("created_us") // DAY, reply=nw.col("post_id") != nw.col("thread_id")
    )
    own = (
        _by_humans(written, people)
        .group_by(*THREAD, "person_id", "day")
        .agg(own=nw.len().cast(nw.Int64), replies=nw.col("reply").cast(nw.Int64).sum())
    )
    per_person = own.group_by(*PERSON).agg(
        posts=nw.col("own").sum(),
        replies=nw.col("replies").sum(),
        active_days=nw.col("day").n_unique().cast(nw.Int64),
    )
    return per_person.join(_arrived(written, own), on=PERSON, how="left").select(
        *PERSON, "posts", "replies", "active_days", nw.col("arrived").fill_null(0)
    )


def _by_humans(written: nw.LazyFrame[Any], people: Any) -> nw.LazyFrame[Any]:
    """The posts of accounts that are known and that nothing calls a program."""
    accounts = need(people, PEOPLE, (*PERSON, "is_bot"), where="load")
    programs = accounts.filter(nw.col("is_bot")).select(*PERSON)
    known = written.filter(~nw.col("author_id").is_null()).rename({"author_id": "person_id"})
    flagged = known.filter(nw.col("is_bot")).select(*PERSON)
    programs = nw.concat([programs, flagged]).unique()
    return known.join(programs, on=PERSON, how="anti")


def _arrived(written: nw.LazyFrame[Any], own: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Posts by others in each person's threads on that person's active days."""
    day = [*THREAD, "day"]
    everything = written.group_by(*day).agg(whole=nw.len().cast(nw.Int64))
    mine = own.group_by(*THREAD, "person_id").agg(since=nw.col("day").min())
    here = own.select(*PERSON, "day").unique()
    return (
        mine.join(everything, on=THREAD, how="inner")
        .filter(nw.col("day") >= nw.col("since"))
        .join(here, on=[*PERSON, "day"], how="semi")
        .join(own.select(*day, "person_id", "own"), on=[*day, "person_id"], how="left")
        .group_by(*PERSON)
        .agg(arrived=(nw.col("whole") - nw.col("own").fill_null(0)).sum())
    )
