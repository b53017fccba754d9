"""Marks: which posts a rule that can be switched speaks of, told from the canonical columns."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

DAY_US = 86_400_000_000
THREAD = ["community_id", "thread_id"]

Mark = Callable[[pl.DataFrame], pl.Series]


def opened(posts: pl.DataFrame) -> pl.DataFrame:
    """
    Per post, in the order of `posts`: what is known of the opening post of its thread.

    Columns: `opens` (it is that post), `lead_us` (by how much it is dated before that post; 0 where
    there is none), `ticks_us` (the widths of both ticks), `opened_us`, `is_opened` (that post is
    there), `by_other` (author and opener are known to differ; a deleted account differs from any
    other, but not from another deleted one).
    """
    opening = posts.filter(pl.col("post_id") == pl.col("thread_id")).select(
        *THREAD,
        opener="author_id",
        opened_us="created_us",
        tick_us="precision_us",
        is_opened=pl.lit(True),
    )
    joined = posts.join(opening, on=THREAD, how="left", maintain_order="left")
    return joined.select(
        "opened_us",
        opens=pl.col("post_id") == pl.col("thread_id"),
        lead_us=(pl.col("opened_us") - pl.col("created_us")).fill_null(0),
        ticks_us=pl.col("tick_us").fill_null(0) + pl.col("precision_us"),
        is_opened=pl.col("is_opened").fill_null(False),
        by_other=pl.col("author_id").ne_missing(pl.col("opener")),
    )


def early(posts: pl.DataFrame, *, skew: int) -> pl.Series:
    """Posts dated before their opening post by more than `skew` and both ticks."""
    return opened(posts).select(pl.col("lead_us") > pl.col("ticks_us") + skew).to_series()


def within_skew(posts: pl.DataFrame, *, skew: int) -> pl.Series:
    """Posts dated before their opening post by no more than that."""
    lead, most = pl.col("lead_us"), pl.col("ticks_us") + skew
    return opened(posts).select((lead > 0) & (lead <= most)).to_series()


def zero_lag(posts: pl.DataFrame) -> pl.Series:
    """Replies by somebody else, dated the same as the opening post of their thread."""
    about = pl.col("is_opened") & ~pl.col("opens") & pl.col("by_other")
    return opened(posts).select(about & (pl.col("lead_us") == 0)).to_series()


def day_only(posts: pl.DataFrame) -> pl.Series:
    """Posts whose clock has a tick of a day or more."""
    return posts["precision_us"] >= DAY_US


def deleted_replies(posts: pl.DataFrame) -> pl.Series:
    """Replies without an author."""
    return posts["author_id"].is_null() & (posts["post_id"] != posts["thread_id"])


def unopened(posts: pl.DataFrame) -> pl.Series:
    """Posts in threads whose opening post is not there."""
    return ~opened(posts)["is_opened"]


def gone(posts: pl.DataFrame) -> pl.Series:
    """Posts that a later export no longer has."""
    return posts["is_gone"].fill_null(False)


def edited_after_reply(posts: pl.DataFrame) -> pl.Series:
    """Posts changed after the first reply by somebody else: to them, or in the thread they open."""
    replies = posts.filter(pl.col("post_id") != pl.col("thread_id"))
    said = ("community_id", "created_us")
    named = pl.concat(
        replies.select(*said, replier="author_id", post_id=target)
        for target in ("parent_id", "thread_id")
    ).drop_nulls("post_id")
    edited = posts.lazy().filter(pl.col("edited_us").is_not_null())
    late = (
        edited.select("community_id", "post_id", "author_id", "edited_us")
        .join(named.lazy(), on=["community_id", "post_id"])
        .filter(pl.col("replier").ne_missing(pl.col("author_id")))
        .filter(pl.col("created_us") < pl.col("edited_us"))
        .select(pl.struct("community_id", "post_id").unique())
        .collect()
        .to_series()
    )
    key = pl.struct("community_id", "post_id")
    return posts.select(key.is_in(late.implode())).to_series()


# The rules that keep posts or set them aside, in the order in which they are applied.
MARKS: dict[str, Mark] = {
    "day-only-times": day_only,
    "zero-lag": zero_lag,
    "deleted-accounts": deleted_replies,
    "edited-after-reply": edited_after_reply,
    "unopened-threads": unopened,
}
