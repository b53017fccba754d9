"""Turns: what was addressed to somebody and waits for that person's next word in the thread."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from workbench.errors import MeasureError
from workbench.measures import need
from workbench.measures.response import THREAD, threads
from workbench.schema import PEOPLE, POSTS

RECIPIENTS = ("addressee", "partner", "opener")
DAY = 86_400_000_000
PERSON = ["community_id", "recipient_id"]
_COLUMNS = (*THREAD, "author_id", "created_us", "precision_us")


def turns(posts: Any, people: Any, *, recipient: str) -> nw.LazyFrame[Any]:
    """
    Turns, each with the recipient's next own post in the thread as its reply.

    Posts by one sender with no post of the recipient between them are one turn, dated by the first.
    A reply may carry the same date as the turn: it then waited less than one tick of the clock. Of
    two people who write in one tick nobody knows who was first, and each counts as replied to.

    Parameters
    ----------
    recipient : whose reply a post awaits
        addressee: the person it is addressed to. partner: the other one of the two people who
        write in the thread. opener: the person who opened the thread. A partner or an opener is
        one only after an own post in the thread: nobody is a recipient for having replied.

    Returns
    -------
    One row per turn, of recipients that `people` does not call programs.
        community_id, thread_id, recipient_id, sender_id (empty: deleted account)
        arrived_us : its first post. posts : posts in it. precision_us : widest tick among them.
        replied_us : the reply; empty where the record has none.

    Raises
    ------
    MeasureError
        `recipient` is none of the three, or a column is missing.

    Source
    ------
    Turns as in Sacks, Schegloff & Jefferson (1974), doi:10.1353/lan.1974.0010.
    """
    if recipient not in RECIPIENTS:
        raise MeasureError(
            f"turns: recipient is one of {', '.join(RECIPIENTS)}; got {recipient!r}. "
            "Choose one of these."
        )
    incoming = _incoming(posts, recipient)
    accounts = need(people, PEOPLE, ("community_id", "person_id", "is_bot"), where="turns")
    programs = accounts.filter(nw.col("is_bot")).select("community_id", recipient_id="person_id")
    incoming = incoming.join(programs, on=PERSON, how="anti")
    moments = _moments(posts, incoming)
    mine = [*THREAD, "recipient_id"]
    least = 0 if recipient == "addressee" else 1
    runs = (
        incoming.join(moments, on=[*mine, "created_us"], how="inner")
        .filter(nw.col("before") >= least)
        .group_by(*mine, "sender_id", "before")
        .agg(
            arrived_us=nw.col("created_us").min(),
            posts=nw.len().cast(nw.Int64),
            precision_us=nw.col("precision_us").max(),
        )
    )
    replies = moments.filter(nw.col("own") > 0).select(*mine, "before", replied_us="created_us")
    return runs.join(replies, on=[*mine, "before"], how="left").select(
        *mine, "sender_id", "arrived_us", "posts", "precision_us", "replied_us"
    )


def turns_by_day(turns: Any, *, within_us: int) -> nw.LazyFrame[Any]:
    """
    What arrived on a day for a person, and how much of it was replied to in time.

    Returns
    -------
    One row per person and day (of UTC) with a turn: community_id, recipient_id, day (since 1970),
    arrived (turns), answered (of these, replied to within `within_us` microseconds).
    """
    known = nw.from_native(turns).lazy()
    soon = nw.col("replied_us") - nw.col("arrived_us") <= within_us
    return (
        known.with_columns(
            day=nw.col("arrived_us") // DAY,
            soon=nw.when(soon).then(nw.lit(1, nw.Int64)).otherwise(nw.lit(0, nw.Int64)),
        )
        .group_by(*PERSON, "day")
        .agg(arrived=nw.len().cast(nw.Int64), answered=nw.col("soon").sum())
    )


def _incoming(posts: Any, recipient: str) -> nw.LazyFrame[Any]:
    """Every post that somebody else is to reply to, with that person."""
    columns = (*_COLUMNS, "recipient_id") if recipient == "addressee" else _COLUMNS
    written = need(posts, POSTS, columns, where="turns").rename({"author_id": "sender_id"})
    if recipient == "opener":
        opened = threads(posts).select(*THREAD, recipient_id="asker_id")
        written = written.join(opened, on=THREAD, how="inner")
    if recipient == "partner":
        written = written.join(_pairs(written), on=THREAD, how="inner").with_columns(
            recipient_id=nw.when(nw.col("sender_id") == nw.col("one"))
            .then(nw.col("other"))
            .otherwise(nw.col("one"))
        )
        written = written.filter(~nw.col("sender_id").is_null())
    from_other = nw.col("sender_id").is_null() | (nw.col("sender_id") != nw.col("recipient_id"))
    return written.filter(~nw.col("recipient_id").is_null() & from_other).select(
        *THREAD, "recipient_id", "sender_id", "created_us", "precision_us"
    )


def _pairs(written: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The two people of each thread in which exactly two people wrote."""
    return (
        written.filter(~nw.col("sender_id").is_null())
        .group_by(*THREAD)
        .agg(
            people=nw.col("sender_id").n_unique(),
            one=nw.col("sender_id").min(),
            other=nw.col("sender_id").max(),
        )
        .filter(nw.col("people") == 2)
        .select(*THREAD, "one", "other")
    )


def _moments(posts: Any, incoming: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """
    One row a recipient, thread and moment at which either wrote.

    own : posts of the recipient at this moment. before : those earlier in the thread.
    """
    mine = [*THREAD, "recipient_id"]
    written = need(posts, POSTS, (*THREAD, "author_id", "created_us"), where="turns")
    own = written.rename({"author_id": "recipient_id"}).join(
        incoming.select(*mine).unique(), on=mine, how="semi"
    )
    columns = [*mine, "created_us"]
    both = nw.concat(
        [
            own.select(*columns, own=nw.lit(1, nw.Int64)),
            incoming.select(*columns, own=nw.lit(0, nw.Int64)),
        ]
    )
    return (
        both.group_by(*columns)
        .agg(own=nw.col("own").sum())
        .with_columns(here=nw.col("own").cum_sum().over(*mine, order_by="created_us"))
        .select(*columns, "own", before=nw.col("here") - nw.col("own"))
    )
