"""Threads and direct answers across exports: what one export lacks, another may hold."""

from __future__ import annotations

import polars as pl

from workbench.data import threads

KEY = ["community_id", "post_id"]


def rejoined(posts: pl.DataFrame, *, skew: int) -> tuple[pl.DataFrame, dict[str, int]]:
    """
    Posts of several exports with every thread and parent that is now known, and what was joined.

    Each row has two columns beside those of `schema.POSTS`: `missing`, the id that its absent
    opening post had in its own export, and `joins`, a post whose thread its own goes on with; both
    may be empty. A post never joins a thread opened later than `skew`, in microseconds, and the two
    ticks' widths allow: it then keeps the name of an absent one.
    """
    prefix = threads.absent_prefix(posts["post_id"])
    end = _opening(posts)
    own = posts.select(pl.coalesce(prefix + pl.col("missing"), "thread_id")).to_series()
    allowed = posts["precision_us"].gather(end) + posts["precision_us"] + skew
    told = posts.with_columns(
        _own=own,
        _found=own.gather(end),
        _early=posts["created_us"].gather(end) - posts["created_us"] > allowed,
    )
    moved = pl.col("_found") != pl.col("_own")
    opens = pl.col("thread_id") == pl.col("post_id")
    named = pl.col("missing").is_not_null() | opens
    apart = pl.when(named).then("_own").otherwise(prefix + pl.col("_own"))
    joined = told.with_columns(
        thread_id=pl.when(moved & pl.col("_early")).then(apart).otherwise("_found")
    )
    notes = {
        "threads_joined_across_exports": _threads(told.filter(moved & ~pl.col("_early"))),
        "threads_opened_too_late_to_join": _threads(told.filter(moved & pl.col("_early"))),
    }
    return _with_parents(joined).select(posts.columns), notes


def _opening(posts: pl.DataFrame) -> pl.Series:
    """For every row, where the row stands that opened its thread, or that knows it to be absent."""
    here = pl.int_range(posts.height, dtype=pl.UInt32, eager=True)
    sought = posts.with_columns(_to=pl.coalesce("missing", "joins", "thread_id"))
    pointer = threads.positions(sought, "_to").fill_null(here)
    # Two exports that lack each other's opening post may each name the other's as its own.
    return threads.ends(here.zip_with(threads.on_cycle(pointer), pointer))


def _threads(posts: pl.DataFrame) -> int:
    return posts.select("community_id", "_own").n_unique() if posts.height else 0


def _with_parents(posts: pl.DataFrame) -> pl.DataFrame:
    """Posts whose parent is in the record and another post; else it is empty."""
    known = pl.lit(threads.positions(posts, "parent_id").is_not_null())
    other = pl.col("parent_id") != pl.col("post_id")
    return posts.with_columns(parent_id=pl.when(known & other).then("parent_id"))


def going_on(new: pl.DataFrame, old: pl.DataFrame) -> pl.Series:
    """
    For opening posts of `new`, where threads are topics: the post that opened theirs in `old`.

    The earliest post of a topic opens it, so that an export may lack the one that really did. Empty
    where `new` has that post as well, and for all other posts.
    """
    before = old.filter(pl.col("thread_id") != pl.col("post_id"))
    beside = new.select(*KEY, "thread_id").join(
        before.select(*KEY, _before="thread_id"), on=KEY, how="left", maintain_order="left"
    )
    absent = pl.lit(threads.positions(beside, "_before").is_null())
    opens = pl.col("thread_id") == pl.col("post_id")
    return beside.select(joins=pl.when(opens & absent).then("_before")).to_series()
