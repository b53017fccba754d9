"""Newcomers: who is new to a community, and not only new to its record."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from workbench.errors import MeasureError
from workbench.measures import need
from workbench.schema import COMMUNITIES, PEOPLE, POSTS

JOINED = "joined inside the record"
LAUNCHED = "record begins with the community"
SILENT = "silent for the washout"
FIRST_SEEN = "first post in this record"
BECAUSE = (JOINED, LAUNCHED, SILENT, FIRST_SEEN)

PERSON = ["community_id", "person_id"]


def newcomers(posts: Any, people: Any, communities: Any, *, washout_us: int) -> nw.LazyFrame[Any]:
    """
    The first post of each person, and whether that person is a newcomer.

    The first post in a record is not the first post in the community where the record begins later.
    Somebody is a newcomer because the account was made inside the record, or the record begins with
    the community, or the person was silent for `washout_us` microseconds from its first moment on.
    The owner of an account known to be older than the record is never a newcomer. Accounts that
    `people` or one of their own posts call a program, and posts of deleted accounts, are left out.
    Of posts dated the same, the one with the smallest post_id (as text) is first.

    Returns
    -------
    One row per person with a post: community_id, person_id, first_us (microseconds since 1970 UTC),
    first_post_id, first_thread_id, opened (that post opened its thread), is_newcomer, because (one
    of `BECAUSE`, the reasons in the order in which they are tried).

    Raises
    ------
    MeasureError
        The washout is negative, or a column is missing.

    Source
    ------
    The washout of the new-user design: Ray (2003), doi:10.1093/aje/kwg231.
    """
    _check_washout(washout_us, where="newcomers")
    accounts = need(people, PEOPLE, (*PERSON, "joined_us", "is_bot"), where="newcomers")
    first = (
        _first_posts(posts, where="newcomers")
        .join(accounts, on=PERSON, how="left")
        .filter(nw.col("is_bot").is_null() | ~nw.col("is_bot"))
    )
    return _judge(first, communities, washout_us, where="newcomers")


def invented_share(
    posts: Any, communities: Any, *, cut_us: int, washout_us: int
) -> nw.LazyFrame[Any]:
    """
    How many newcomers a later start of the record would invent.

    The record is cut at `cut_us` (microseconds since 1970 UTC), newcomers are counted by the
    washout alone, and those who had posted before the cut are invented. Their share is zero where
    no silence is longer than the washout; where people come back after months it can be large.
    Accounts that wrote as a program after the cut are left out.

    Returns
    -------
    One row per community of `communities`: community_id, newcomers, invented (of these). Where the
    record begins after the cut nothing is cut and nobody is invented.

    Raises
    ------
    MeasureError
        The washout is negative, or a column is missing.
    """
    where = "invented_share"
    _check_washout(washout_us, where=where)
    columns = ("community_id", "observed_from_us", "observed_until_us")
    cut = need(communities, COMMUNITIES, columns, where=where).with_columns(
        observed_from_us=nw.max_horizontal("observed_from_us", nw.lit(cut_us, nw.Int64)),
        record_start=nw.lit("cut"),
    )
    written = need(posts, POSTS, _WRITTEN, where=where)
    by_person = written.rename({"author_id": "person_id"}).group_by(*PERSON)
    ever = by_person.agg(ever_us=nw.col("created_us").min())
    first = _first_posts(written.filter(nw.col("created_us") >= cut_us), where=where).with_columns(
        joined_us=nw.lit(None, nw.Int64)
    )
    counted = (
        _judge(first, cut, washout_us, where=where)
        .filter(nw.col("is_newcomer"))
        .join(ever, on=PERSON, how="left")
        .group_by("community_id")
        .agg(
            newcomers=nw.len().cast(nw.Int64),
            invented=(nw.col("ever_us") < cut_us).cast(nw.Int64).sum(),
        )
    )
    return (
        cut.select("community_id")
        .join(counted, on="community_id", how="left")
        .with_columns(nw.col("newcomers", "invented").fill_null(0))
    )


_WRITTEN = ("community_id", "post_id", "thread_id", "author_id", "created_us", "is_bot")


def _check_washout(washout_us: int, *, where: str) -> None:
    if washout_us < 0:
        raise MeasureError(
            f"{where}: washout_us is {washout_us:,}; expected 0 or more microseconds. "
            "Pass the silence that makes somebody new."
        )


def _first_posts(posts: Any, *, where: str) -> nw.LazyFrame[Any]:
    """First post of every account that never wrote as a program."""
    written = need(posts, POSTS, _WRITTEN, where=where)
    written = written.filter(~nw.col("author_id").is_null()).rename({"author_id": "person_id"})
    mine = written.with_columns(
        first_us=nw.col("created_us").min().over(*PERSON),
        program=nw.col("is_bot").cast(nw.Int64).max().over(*PERSON),
    ).filter((nw.col("created_us") == nw.col("first_us")) & (nw.col("program") == 0))
    # A post is unique within its community, so that the smallest of a tick is one row.
    return (
        mine.with_columns(first_post_id=nw.col("post_id").min().over(*PERSON))
        .filter(nw.col("post_id") == nw.col("first_post_id"))
        .select(
            *PERSON,
            "first_us",
            "first_post_id",
            first_thread_id="thread_id",
            opened=nw.col("post_id") == nw.col("thread_id"),
        )
    )


def _judge(
    first: nw.LazyFrame[Any], communities: Any, washout_us: int, *, where: str
) -> nw.LazyFrame[Any]:
    """Add the reason; what cannot be decided (an unknown community) is no newcomer."""
    columns = ("community_id", "record_start", "observed_from_us", "observed_until_us")
    joined, begin = nw.col("joined_us"), nw.col("observed_from_us")
    inside = (joined >= begin) & (joined <= nw.col("observed_until_us"))
    launched = nw.col("record_start") == "launch"
    silent = nw.col("first_us") >= begin + washout_us
    reason = nw.when(silent).then(nw.lit(SILENT)).otherwise(nw.lit(FIRST_SEEN))
    reason = nw.when(launched).then(nw.lit(LAUNCHED)).otherwise(reason)
    reason = nw.when(joined < begin).then(nw.lit(FIRST_SEEN)).otherwise(reason)
    reason = nw.when(inside).then(nw.lit(JOINED)).otherwise(reason)
    return (
        first.join(
            need(communities, COMMUNITIES, columns, where=where), on="community_id", how="left"
        )
        .with_columns(because=reason)
        .select(
            *PERSON,
            "first_us",
            "first_post_id",
            "first_thread_id",
            "opened",
            is_newcomer=nw.col("because") != FIRST_SEEN,
            because="because",
        )
    )
