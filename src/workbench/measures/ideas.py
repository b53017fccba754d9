"""Ideas that were entered into contests: what is known of each, and who commented on it first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from workbench.measures import need
from workbench.schema import IDEAS, POSTS

THREAD = ("community_id", "thread_id")
POST = ("community_id", "post_id")


def entries(ideas: Any, posts: Any) -> nw.LazyFrame[Any]:
    """
    Every idea with what its post says.

    An idea whose post is not in `posts` has no row, because nobody knows who entered it or when.

    Returns
    -------
    One row per idea: community_id, post_id, contest_id, stage (the platform's word), won, author_id
    (empty: deleted account), created_us (microseconds since 1970 UTC), score (points given by
    others), length (characters). Empty where the platform does not say.

    Raises
    ------
    MeasureError
        A column is missing.
    """
    told = need(ideas, IDEAS, (*POST, "contest_id", "stage", "won"), where="entries")
    columns = (*POST, "author_id", "created_us", "score", "length")
    return told.join(need(posts, POSTS, columns, where="entries"), on=list(POST), how="inner")


def first_comments(posts: Any, *, without: Sequence[str] = ()) -> nw.LazyFrame[Any]:
    """
    The first comment on each post by another person.

    Comments by the author of the opening post, by programs and by the accounts in `without` do not
    count. A deleted account's comment is another person's unless the opening post is of a deleted
    account too. Of several within one tick of the clock one is taken.

    Returns
    -------
    One row per thread with such a comment: community_id, thread_id, commenter_id (empty: deleted
    account), waited_us (microseconds from the opening post, 0 where clocks put it before).

    Raises
    ------
    MeasureError
        A column is missing.
    """
    columns = (*THREAD, "post_id", "author_id", "created_us", "is_bot")
    known = need(posts, POSTS, columns, where="first_comments")
    opening = nw.col("post_id") == nw.col("thread_id")
    opened = known.filter(opening).select(*THREAD, asker_id="author_id", opened_us="created_us")
    theirs = ~nw.col("author_id").is_in(list(without)) | nw.col("author_id").is_null()
    other = (nw.col("author_id") != nw.col("asker_id")).fill_null(value=True)
    nobody = nw.col("author_id").is_null() & nw.col("asker_id").is_null()
    replies = (
        known.filter(~opening, ~nw.col("is_bot"), theirs)
        .join(opened, on=list(THREAD), how="inner")
        .filter(other, ~nobody)
    )
    first = replies.group_by(*THREAD).agg(first_us=nw.col("created_us").min())
    waited = nw.col("first_us") - nw.col("opened_us")
    return (
        replies.join(first, on=list(THREAD), how="inner")
        .filter(nw.col("created_us") == nw.col("first_us"))
        .group_by(*THREAD)
        .agg(commenter_id=nw.col("author_id").min(), waited_us=waited.max())
        .with_columns(
            waited_us=nw.when(nw.col("waited_us") < 0)
            .then(nw.lit(0, nw.Int64))
            .otherwise(nw.col("waited_us"))
        )
    )
