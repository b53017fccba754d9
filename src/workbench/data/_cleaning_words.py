"""Tags and channels that may lead to a person: addresses, handles, and texts of some length."""

from __future__ import annotations

import polars as pl

LONGEST = 64  # characters; longer ones are sentences that somebody wrote
# Signs of addresses and handles, also as wide letters; `u/name` is how Reddit writes an account.
_LEADING = r"(?i)[@＠﹫]|://|www\.|(?:^|[\s/])(?:u|user)/\w"


def addressed(column: str) -> pl.Expr:
    """Whether a name, of whatever length, holds an address or a handle."""
    return pl.col(column).str.contains(_LEADING)


def leading(column: str) -> pl.Expr:
    """Whether a word of this column may lead to a person."""
    return addressed(column) | (pl.col(column).str.len_chars() > LONGEST)


def emptied_channels(posts: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Posts without the channels that may lead to a person, and how many posts had one."""
    bad = posts.select(leading("channel").fill_null(False)).to_series()
    channel = pl.when(pl.lit(~bad)).then("channel").alias("channel")
    return posts.with_columns(channel), int(bad.sum())
