"""Busy and quiet days of a channel: how much was written, by whom for the first time, how long."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from workbench.measures import need
from workbench.schema import POSTS

DAY = 86_400_000_000
CHANNEL = ["community_id", "channel"]


def channel_days(posts: Any) -> nw.LazyFrame[Any]:
    """
    One row per channel and day (of UTC) on which somebody wrote in it; programs are left out.

    Returns
    -------
    community_id, channel, day (days since 1970)
        messages : posts of the day. known : those of accounts that are known.
        firsts : people who wrote in the channel for the first time in the record on this day.
        log_length : mean natural logarithm of the characters of posts that have some; empty where
            none has. before : posts of the day before; 0 where there are none.

    Raises
    ------
    MeasureError
        A column is missing.

    Source
    ------
    Busy channels as in Jones, Ravid & Rafaeli (2004), doi:10.1287/isre.1040.0023.
    """
    columns = (*CHANNEL, "author_id", "created_us", "length", "is_bot")
    written = need(posts, POSTS, columns, where="channel_days")
    written = written.filter(~nw.col("channel").is_null(), ~nw.col("is_bot")).with_columns(
        day=nw.col("created_us") // DAY
    )
    long = nw.when(nw.col("length") > 0).then(nw.col("length").cast(nw.Float64))
    days = (
        written.with_columns(log_length=long.otherwise(None).log())
        .group_by(*CHANNEL, "day")
        .agg(
            messages=nw.len().cast(nw.Int64),
            known=nw.col("author_id").count().cast(nw.Int64),
            log_length=nw.col("log_length").mean(),
        )
    )
    firsts = (
        written.filter(~nw.col("author_id").is_null())
        .group_by(*CHANNEL, "author_id")
        .agg(day=nw.col("day").min())
        .group_by(*CHANNEL, "day")
        .agg(firsts=nw.len().cast(nw.Int64))
    )
    day_before = days.select(*CHANNEL, day=nw.col("day") + 1, before="messages")
    key = [*CHANNEL, "day"]
    return (
        days.join(firsts, on=key, how="left")
        .join(day_before, on=key, how="left")
        .select(
            *key, "messages", "known", "log_length",
            firsts=nw.col("firsts").fill_null(0), before=nw.col("before").fill_null(0),
        )
    )  # fmt: skip
