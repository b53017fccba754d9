"""The cohort of newcomers: were they answered by a landmark, and did they come back after it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from workbench.errors import MeasureError
from workbench.measures import need
from workbench.measures.newcomers import PERSON, newcomers
from workbench.measures.response import first_response
from workbench.schema import COMMUNITIES, POSTS


def cohort(
    posts: Any,
    people: Any,
    communities: Any,
    *,
    landmark_us: int,
    from_us: int,
    until_us: int,
    washout_us: int,
    kinds: Sequence[str] | None = None,
) -> nw.LazyFrame[Any]:
    """
    Newcomers who opened a thread, the response by a landmark, and what they did afterwards.

    Exposure is decided at the landmark and the outcome is looked for only after it, so that nobody
    counts as answered because of having stayed. All durations are microseconds from the first post.

    Parameters
    ----------
    landmark_us : a response by then (at that moment included) makes somebody `responded`.
    from_us, until_us : the outcome's window, its begin excluded and its end included.
    washout_us : see `newcomers`. kinds : see `first_response`.

    Returns
    -------
    One row per newcomer whose first post opened a thread.
        community_id, person_id, thread_id, first_us
        response_us : first response by another human in that thread; empty: none
        responded : response_us is at most first_us + landmark_us
        next_us : first own post in another thread, of the same tick or later; empty: none
        returned_early : a post in another thread by the landmark, those of the first tick included
        returned : a post in another thread in the window
        contributed_early : a post after the first, in any thread, by the landmark
        contributed : a post in any thread in the window
        opened_again : a post in the window that opened another thread
        end_us : when the record ends
        complete : the record covers the whole window of this person

    Raises
    ------
    MeasureError
        The landmark is negative, the window begins before the landmark or ends before it begins, or
        whatever `newcomers` and `first_response` refuse.

    Source
    ------
    Landmark analysis: Anderson, Cain & Gelber (1983), doi:10.1200/JCO.1983.1.11.710.
    """
    _check_windows(landmark_us, from_us, until_us)
    base = (
        newcomers(posts, people, communities, washout_us=washout_us)
        .filter(nw.col("is_newcomer") & nw.col("opened"))
        .select(*PERSON, "first_us", "first_post_id", thread_id="first_thread_id")
    )
    responses = first_response(posts, communities, definition="human", kinds=kinds).select(
        "community_id", "thread_id", "response_us"
    )
    later = _later_posts(posts, base, landmark_us=landmark_us, from_us=from_us, until_us=until_us)
    ends = need(communities, COMMUNITIES, ("community_id", "observed_until_us"), where="cohort")
    flags = ("returned_early", "returned", "contributed_early", "contributed", "opened_again")
    return (
        base.join(responses, on=["community_id", "thread_id"], how="left")
        .join(later, on=PERSON, how="left")
        .join(ends, on="community_id", how="left")
        .select(
            *PERSON,
            "thread_id",
            "first_us",
            "response_us",
            (nw.col("response_us") <= nw.col("first_us") + landmark_us)
            .fill_null(False)
            .alias("responded"),
            "next_us",
            *(nw.col(flag).fill_null(0) == 1 for flag in flags),
            end_us="observed_until_us",
            complete=nw.col("first_us") + until_us <= nw.col("observed_until_us"),
        )
    )


def _check_windows(landmark_us: int, from_us: int, until_us: int) -> None:
    if landmark_us < 0:
        raise MeasureError(
            f"cohort: landmark_us is {landmark_us:,}; expected 0 or more microseconds. "
            "Pass the time within which a response counts."
        )
    if from_us < landmark_us:
        raise MeasureError(
            f"cohort: expected a window that begins at the landmark ({landmark_us:,}) or later; "
            f"from_us is {from_us:,}. Raise from_us, or what follows is partly what came before."
        )
    if until_us <= from_us:
        raise MeasureError(
            f"cohort: expected a window that ends after it begins; from_us is {from_us:,} and "
            f"until_us {until_us:,}. Raise until_us."
        )


def _later_posts(
    posts: Any, base: nw.LazyFrame[Any], *, landmark_us: int, from_us: int, until_us: int
) -> nw.LazyFrame[Any]:
    """For each person of the cohort with a second post: when, where and in which window."""
    columns = ("community_id", "post_id", "thread_id", "author_id", "created_us")
    opened = base.select(*PERSON, "first_us", "first_post_id", first_thread_id="thread_id")
    since = nw.col("created_us") - nw.col("first_us")
    elsewhere = nw.col("thread_id") != nw.col("first_thread_id")
    early = since <= landmark_us
    within = (since > from_us) & (since <= until_us)
    return (
        need(posts, POSTS, columns, where="cohort")
        .rename({"author_id": "person_id"})
        .join(opened, on=PERSON, how="inner")
        .filter(nw.col("post_id") != nw.col("first_post_id"))
        .group_by(*PERSON)
        .agg(
            next_us=nw.when(elsewhere).then(nw.col("created_us")).min(),
            returned_early=_any(elsewhere & early),
            returned=_any(elsewhere & within),
            contributed_early=_any(early),
            contributed=_any(within),
            opened_again=_any(within & (nw.col("post_id") == nw.col("thread_id"))),
        )
    )


def _any(condition: nw.Expr) -> nw.Expr:
    """1 where a row fulfils the condition, else 0: both engines sort numbers alike."""
    return condition.cast(nw.Int64).max()
