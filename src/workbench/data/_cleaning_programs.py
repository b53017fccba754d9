"""Accounts that behave like programs: regular as a clock, or quicker than people read."""

from __future__ import annotations

import polars as pl

ACCOUNT = ["community_id", "author_id"]
FEWEST = 20  # posts, or replies
NEAR = 0.01  # of the middle gap
QUICK_US = 5_000_000


def suspects(posts: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """
    Accounts that a rule suspects to be programs, those already flagged left out.

    Returns
    -------
    Name of the rule -> one row an account: community_id, author_id.
    """
    known = posts.filter("is_bot").select(ACCOUNT)
    people = posts.filter(pl.col("author_id").is_not_null()).join(known, on=ACCOUNT, how="anti")
    return {"regular-bots": _regular(people), "quick-bots": _quick(people, posts)}


def _regular(posts: pl.DataFrame) -> pl.DataFrame:
    """
    Accounts with `FEWEST` posts, of whose gaps more than half are `NEAR` the middle one.

    If more than half of the gaps are alike, the middle one is among them, however many clusters
    there are. Where the clock's tick is wider than `NEAR` of it, regularity cannot be told from
    rounding, and nobody is suspected.
    """
    many = posts.group_by(ACCOUNT).len().filter(pl.col("len") >= FEWEST)
    gap = pl.col("created_us").sort().diff().drop_nulls()
    middle = gap.quantile(0.5, "lower")
    found = (
        posts.join(many, on=ACCOUNT, how="semi")
        .group_by(ACCOUNT)
        .agg(
            fine=pl.col("precision_us").max() <= NEAR * middle,
            alike=2 * ((gap - middle).abs() <= NEAR * middle).sum() > gap.len(),
        )
    )
    return found.filter(pl.col("fine") & pl.col("alike")).select(ACCOUNT)


def _quick(people: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """
    Accounts with `FEWEST` replies to others, the middle one within `QUICK_US` of what it answers.

    That is the parent, or, where there is none, the opening post. Replies dated before it, or by a
    clock too coarse to tell, do not count.
    """
    answered = posts.select(
        "community_id",
        target="post_id",
        asked="created_us",
        asker="author_id",
        tick_us="precision_us",
    )
    target = pl.coalesce("parent_id", "thread_id")
    replies = people.filter(pl.col("post_id") != pl.col("thread_id")).with_columns(target=target)
    waits = replies.join(answered, on=["community_id", "target"]).with_columns(
        wait_us=pl.col("created_us") - pl.col("asked")
    )
    to_others = waits.filter(
        pl.col("asker").ne_missing(pl.col("author_id"))
        & (pl.col("wait_us") >= 0)
        & (pl.max_horizontal("precision_us", "tick_us") <= QUICK_US)
    )
    found = to_others.group_by(ACCOUNT).agg(
        enough=pl.len() >= FEWEST, quick=pl.col("wait_us").median() <= QUICK_US
    )
    return found.filter(pl.col("enough") & pl.col("quick")).select(ACCOUNT)


def known_as(people: pl.DataFrame, flagged: pl.DataFrame, *, anew: bool) -> pl.DataFrame:
    """People with the `flagged` accounts as programs; with `anew`, and no others."""
    told = pl.lit(False) if anew else pl.col("is_bot")
    key = pl.struct("community_id", pl.col("person_id").alias("author_id"))
    more = key.is_in(flagged.select(pl.struct(ACCOUNT)).to_series().implode())
    return people.with_columns(is_bot=told | more)


def by(accounts: pl.DataFrame, posts: pl.DataFrame) -> pl.Series:
    """Whether each post was written by one of these accounts."""
    key = pl.struct(ACCOUNT)
    return posts.select(
        key.is_in(accounts.select(key).to_series().implode()) & pl.col("author_id").is_not_null()
    ).to_series()
