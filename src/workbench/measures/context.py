"""What was going on around a post: how much was being written, what its author had received."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from workbench.errors import MeasureError
from workbench.measures import need
from workbench.schema import POSTS


def volume_before(posts: Any, *, window_us: int) -> nw.LazyFrame[Any]:
    """
    How busy the community was when a post appeared.

    Counts the posts of the same community whose age was more than 0 and at most `window_us`
    microseconds, whoever wrote them; posts of the same tick do not count each other. It is the
    running number of posts that have arrived and not yet left the window, which needs one sort
    where a window over a range of times would look at every pair.

    Returns
    -------
    One row per post: community_id, post_id, volume (posts).

    Raises
    ------
    MeasureError
        The window is not positive, or a column is missing.

    Source
    ------
    Volume as in Jones, Ravid & Rafaeli (2004), doi:10.1287/isre.1040.0023.
    """
    if window_us <= 0:
        raise MeasureError(
            f"volume_before: window_us is {window_us:,}; expected more than 0 microseconds. "
            "Pass the length of the time to look back."
        )
    moment = ["community_id", "created_us"]
    known = need(posts, POSTS, (*moment, "post_id"), where="volume_before")
    arrivals = known.group_by(*moment).agg(arrived=nw.len().cast(nw.Int64))
    # A post as old as the window still counts; it has left one microsecond later.
    departures = arrivals.select(
        "community_id",
        created_us=nw.col("created_us") + window_us + 1,
        arrived=nw.lit(0, nw.Int64),
        change=-nw.col("arrived"),
    )
    changes = nw.concat([arrivals.with_columns(change=nw.col("arrived")), departures])
    present = (
        changes.group_by(*moment)
        .agg(nw.col("arrived", "change").sum())
        .with_columns(
            here=nw.col("change").cum_sum().over("community_id", order_by="created_us"),
        )
        .select(*moment, volume=nw.col("here") - nw.col("arrived"))
    )
    return known.join(present, on=moment, how="left").select("community_id", "post_id", "volume")


def received_before(posts: Any) -> nw.LazyFrame[Any]:
    """
    How many direct messages somebody had received before writing for the first time.

    Returns
    -------
    One row per account that wrote at least once, programs included, in communities where messages
    have an addressee; other communities have no rows. community_id, person_id, received (messages
    addressed to the person and dated before the person's first post; 0: none).

    Raises
    ------
    MeasureError
        A column is missing.
    """
    columns = ("community_id", "author_id", "recipient_id", "created_us")
    known = need(posts, POSTS, columns, where="received_before")
    person = ["community_id", "person_id"]
    addressed = known.filter(~nw.col("recipient_id").is_null()).select(
        "community_id", "created_us", person_id="recipient_id"
    )
    first = (
        known.filter(~nw.col("author_id").is_null())
        .select("community_id", "created_us", person_id="author_id")
        .join(addressed.select("community_id").unique(), on="community_id", how="inner")
        .group_by(*person)
        .agg(first_us=nw.col("created_us").min())
    )
    earlier = (
        addressed.join(first, on=person, how="inner")
        .filter(nw.col("created_us") < nw.col("first_us"))
        .group_by(*person)
        .agg(received=nw.len().cast(nw.Int64))
    )
    return first.join(earlier, on=person, how="left").select(
        *person, received=nw.col("received").fill_null(0)
    )
