"""
Threads: which post opened the one that each post belongs to.

Every post points to another post or, where it opens a thread, to itself. Following the pointers is
done for all posts at once by pointer jumping: each step replaces a pointer by the pointer it points
to, so that a chain of n links needs log2(n) steps (Wyllie 1979, *The complexity of parallel
computations*, Cornell TR 79-387).
"""

from __future__ import annotations

import polars as pl

from workbench.errors import DataError

MODES = ("detect", "post", "topic")
SELF_NAMED_SHARE = 0.9


def found_mode(posts: pl.DataFrame, mode: str) -> str:
    """
    What `thread_id` holds: `post` (the id of the opening post) or `topic` (a number of its own).

    With `detect`, thread keys are ids of posts if, of the keys that are also the id of some post,
    at least nine in ten name a post that carries that same key (or no key and no parent). Topic
    numbers that happen to be post numbers as well name posts of other topics, so they fail. Where
    no key is the id of any post, keys are topics; without keys there is nothing to tell apart.

    Raises
    ------
    DataError
        `mode` is unknown.
    """
    if mode not in MODES:
        raise DataError(f"thread_ids {mode!r}: expected {', '.join(MODES)}. Choose one of these.")
    if mode != "detect":
        return mode
    keys = posts.select("community_id", "thread_id").drop_nulls().unique()
    if keys.is_empty():
        return "post"
    named = keys.join(
        posts.select("community_id", "post_id", "parent_id", own="thread_id"),
        left_on=["community_id", "thread_id"],
        right_on=["community_id", "post_id"],
    )
    opens = pl.col("own").is_null() & pl.col("parent_id").is_null()
    itself = named.select((pl.col("own") == pl.col("thread_id")).fill_null(False) | opens)
    share = itself.to_series().mean()
    return "post" if isinstance(share, float) and share >= SELF_NAMED_SHARE else "topic"


def positions(posts: pl.DataFrame, key: str) -> pl.Series:
    """For every row, where the post named by column `key` stands; empty where there is none."""
    places = posts.select("community_id", "post_id").with_row_index("at")
    return (
        posts.select("community_id", key)
        .join(
            places,
            left_on=["community_id", key],
            right_on=["community_id", "post_id"],
            how="left",
            maintain_order="left",
        )
        .get_column("at")
    )


def parents(posts: pl.DataFrame) -> pl.Series:
    """Pointers to the post answered; a row whose parent is empty or unknown points to itself."""
    return _or_itself(positions(posts, "parent_id"))


def links(posts: pl.DataFrame, mode: str) -> pl.Series:
    """
    Pointers towards the opening post: by the thread's key, or, where there is none, by the parent.

    With mode `topic` the earliest post of a topic opened it; ties go to the earlier row.
    """
    by_parent = positions(posts, "parent_id")
    if mode == "topic":
        earliest = pl.col("at").sort_by("created_us", "row").first()
        topics = posts.with_row_index("at")
        by_key = topics.select(earliest.over("community_id", "thread_id")).to_series()
    else:
        by_key = positions(posts, "thread_id")
    return _or_itself(by_parent.zip_with(posts["thread_id"].is_null(), by_key))


def thread_ids(posts: pl.DataFrame, mode: str) -> pl.Series:
    """
    For every post, the id of the post that opened its thread; `missing:` and the id sought where
    that post is not in the record. The links must be free of cycles.
    """
    prefix = absent_prefix(posts["post_id"])
    sought = posts.select(pl.coalesce("thread_id", "parent_id")).to_series()
    pointer = links(posts, mode)
    here = pl.int_range(len(posts), dtype=pl.UInt32, eager=True)
    absent = (pointer == here) & sought.is_not_null() & (sought != posts["post_id"])
    if mode == "topic":
        absent &= posts["thread_id"].is_null()
    own = posts["post_id"].zip_with(~absent, prefix + sought)
    return own.gather(ends(pointer)).alias("thread_id")


def absent_prefix(post_ids: pl.Series) -> str:
    """What the thread id of an absent opening post begins with, so that no post has that id."""
    prefix = "missing:"
    while post_ids.str.starts_with(prefix).any():
        prefix += "missing:"
    return prefix


def missing_openers(posts: pl.DataFrame) -> pl.Series:
    """For every post of a cleaned table, the id that its absent opening post has; else empty."""
    prefix = absent_prefix(posts["post_id"])
    named = pl.col("thread_id").str.strip_prefix(prefix)
    known = pl.col("thread_id").str.starts_with(prefix)
    return posts.select(pl.when(known).then(named)).to_series()


def _or_itself(pointer: pl.Series) -> pl.Series:
    return pointer.fill_null(pl.int_range(len(pointer), dtype=pl.UInt32, eager=True))


def ends(pointer: pl.Series) -> pl.Series:
    """Where following the pointers ends; inside a cycle, some row of that cycle."""
    for _ in range(len(pointer).bit_length()):
        further = pointer.gather(pointer)
        if further.equals(pointer):
            break
        pointer = further
    return pointer


def on_cycle(pointer: pl.Series) -> pl.Series:
    """
    True for rows whose pointers lead back to them through at least one other row.

    After more steps than there are rows every pointer has left the chains that lead into a cycle,
    and each row of a cycle is still pointed to by some row of it.
    """
    reached = ends(pointer).unique()
    looping = reached.filter(pointer.gather(reached) != reached)
    here = pl.int_range(len(pointer), dtype=pl.UInt32, eager=True)
    return here.is_in(looping.implode())
