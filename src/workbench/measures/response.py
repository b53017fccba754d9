"""First responses: how long each thread waited, and what counts as a response."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from workbench.errors import MeasureError
from workbench.measures import need
from workbench.schema import COMMUNITIES, POSTS

DEFINITIONS = ("any", "other", "human")
THREAD = ["community_id", "thread_id"]


def threads(posts: Any) -> nw.LazyFrame[Any]:
    """
    Threads with their opening post.

    A thread whose opening post is not in the record has no row: nobody knows when it began. Their
    number is in `reply_facts`.

    Returns
    -------
    One row per thread: community_id, thread_id, asker_id (empty: deleted account), opened_us
    (microseconds since 1970 UTC), precision_us (the clock's tick), asker_is_bot.

    Raises
    ------
    MeasureError
        A column of `posts` is missing.
    """
    columns = (*THREAD, "post_id", "author_id", "created_us", "precision_us", "is_bot")
    opening = need(posts, POSTS, columns, where="threads")
    return opening.filter(nw.col("post_id") == nw.col("thread_id")).select(
        *THREAD,
        asker_id="author_id",
        opened_us="created_us",
        precision_us="precision_us",
        asker_is_bot="is_bot",
    )


def first_response(
    posts: Any, communities: Any, *, definition: str, kinds: Sequence[str] | None = None
) -> nw.LazyFrame[Any]:
    """
    Waiting time from each opening post to its first response.

    A thread without a response is right-censored: it waited at least until the record ended. A
    response dated before its thread (clocks differ) waited 0; `response_us` keeps its own date.

    Parameters
    ----------
    definition : what counts as a response
        any: every other post of the thread, the asker's own included. other: not the asker's.
        human: neither the asker's nor a program's. The reply of a deleted account is somebody
        else's, unless the asker's account is deleted too: then nobody can tell, and it does not
        count.
    kinds : kinds of post that can be a response, such as answers only; None for all.

    Returns
    -------
    One row per thread of `threads`: community_id, thread_id, asker_id, asker_is_bot, opened_us,
    response_us (empty: none), answered, wait_us (censored where not answered), tick_us (the larger
    of the two posts' ticks: a wait of 0 means less than that). Microseconds. `wait_us` is empty
    where the community is not in `communities` and nobody answered.

    Raises
    ------
    MeasureError
        The definition is unknown, `kinds` is not a list of kinds, or a column is missing.

    Source
    ------
    Right-censoring as in Kaplan & Meier (1958), doi:10.1080/01621459.1958.10501452.
    """
    _check_choices(definition, kinds)
    opened = threads(posts)
    first = _first(_counted(posts, opened, definition, kinds))
    ends = need(
        communities, COMMUNITIES, ("community_id", "observed_until_us"), where="first_response"
    )
    wait = nw.col("response_us") - nw.col("opened_us")
    observed = nw.col("observed_until_us") - nw.col("opened_us")
    return (
        opened.join(first, on=THREAD, how="left")
        .join(ends, on="community_id", how="left")
        .select(
            *THREAD,
            "asker_id",
            "asker_is_bot",
            "opened_us",
            "response_us",
            answered=~nw.col("response_us").is_null(),
            wait_us=nw.when(wait < 0)
            .then(nw.lit(0, nw.Int64))
            .otherwise(nw.coalesce(wait, observed)),
            tick_us=nw.max_horizontal("precision_us", "response_tick_us"),
        )
    )


def reply_facts(posts: Any) -> nw.LazyFrame[Any]:
    """
    What a record holds that a definition of response must decide on, counted.

    Returns
    -------
    One row per community with a post; all columns but the first are numbers of threads or replies.
        community_id
        threads : all threads, those without their opening post included
        threads_without_opening_post, opened_by_deleted, opened_by_bot : of the threads
        replies : all posts that did not open a thread
        self_replies, by_deleted, by_bot : of the replies; one may be in two of them
        zero_lag, negative_lag : replies by somebody other than the asker, dated the same as the
            opening post (within one tick) or before it (clocks differ)

    Raises
    ------
    MeasureError
        A column of `posts` is missing.
    """
    columns = (*THREAD, "post_id", "author_id", "created_us", "is_bot")
    opened = threads(posts).select(*THREAD, "asker_id", "opened_us")
    deleted, bot = nw.col("author_id").is_null(), nw.col("is_bot")
    opening = nw.col("post_id") == nw.col("thread_id")
    lag = nw.col("created_us") - nw.col("opened_us")
    from_other = ~opening & _by_other()
    return (
        need(posts, POSTS, columns, where="reply_facts")
        .join(opened, on=THREAD, how="left")
        .group_by("community_id")
        .agg(
            threads=nw.col("thread_id").n_unique().cast(nw.Int64),
            opening_posts=_number(opening),
            opened_by_deleted=_number(opening & deleted),
            opened_by_bot=_number(opening & bot),
            replies=_number(~opening),
            self_replies=_number(~opening & (nw.col("author_id") == nw.col("asker_id"))),
            by_deleted=_number(~opening & deleted),
            by_bot=_number(~opening & bot),
            zero_lag=_number(from_other & (lag == 0)),
            negative_lag=_number(from_other & (lag < 0)),
        )
        .select(
            "community_id",
            "threads",
            (nw.col("threads") - nw.col("opening_posts")).alias("threads_without_opening_post"),
            "opened_by_deleted",
            "opened_by_bot",
            "replies",
            "self_replies",
            "by_deleted",
            "by_bot",
            "zero_lag",
            "negative_lag",
        )
    )


def _check_choices(definition: str, kinds: Sequence[str] | None) -> None:
    if definition not in DEFINITIONS:
        raise MeasureError(
            f"first_response: definition is one of {', '.join(DEFINITIONS)}; "
            f"got {definition!r}. Choose one of these."
        )
    if kinds is not None and (isinstance(kinds, str) or not kinds):
        raise MeasureError(
            f"first_response: kinds is a list of kinds of post, or None for all; got {kinds!r}. "
            "Write it as ['answer']."
        )


def _by_other() -> nw.Expr:
    """Whether author and asker are known to differ; never empty."""
    author, asker = nw.col("author_id"), nw.col("asker_id")
    unknown = author.is_null() | asker.is_null()
    return nw.when(unknown).then(author.is_null() != asker.is_null()).otherwise(author != asker)


def _counted(
    posts: Any, opened: nw.LazyFrame[Any], definition: str, kinds: Sequence[str] | None
) -> nw.LazyFrame[Any]:
    """The posts that count as responses."""
    columns = (*THREAD, "post_id", "author_id", "created_us", "precision_us", "kind", "is_bot")
    replies = need(posts, POSTS, columns, where="first_response")
    replies = replies.filter(nw.col("post_id") != nw.col("thread_id"))
    if kinds is not None:
        replies = replies.filter(nw.col("kind").is_in(list(kinds)))
    replies = replies.join(opened.select(*THREAD, "asker_id"), on=THREAD, how="inner")
    if definition == "any":
        return replies
    by_other = replies.filter(_by_other())
    return by_other if definition == "other" else by_other.filter(~nw.col("is_bot"))


def _first(replies: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Moment of each thread's earliest reply, and the coarsest tick among those of that moment."""
    earliest = replies.with_columns(response_us=nw.col("created_us").min().over(*THREAD))
    return (
        earliest.filter(nw.col("created_us") == nw.col("response_us"))
        .group_by(*THREAD)
        .agg(nw.col("response_us").min(), response_tick_us=nw.col("precision_us").max())
    )


def _number(condition: nw.Expr) -> nw.Expr:
    """How many rows fulfil a condition; an undecided one does not."""
    return nw.when(condition).then(nw.lit(1, nw.Int64)).otherwise(nw.lit(0, nw.Int64)).sum()
