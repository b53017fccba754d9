"""Crowds that enter ideas: how many people, how concentrated, and how new each is to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from workbench.measures import need
from workbench.measures.crowds import diversity
from workbench.schema import IDEAS, POSTS

CONTEST = ("community_id", "contest_id")


def contests(ideas: Any, posts: Any) -> nw.LazyFrame[Any]:
    """
    The crowd of each contest: ideas, people, and how the ideas are spread over people.

    Returns
    -------
    One row per contest with an idea by a known account.
        community_id, contest_id
        ideas : ideas by known accounts. nameless : ideas of deleted accounts or without a post
        people : different accounts. effective : one over the chance that two ideas are of one
            account, empty where no two are. largest : share of the ideas of the busiest account
        began_us : when the first of these ideas was posted

    Raises
    ------
    MeasureError
        A column is missing.
    """
    entered = _entered(ideas, posts, where="contests")
    known = entered.filter(~nw.col("author_id").is_null())
    counted = diversity(known, kind="author_id", by=CONTEST).select(
        *CONTEST, "largest", ideas="rows", people="kinds", effective="hill_2"
    )
    missing = nw.col("author_id").is_null().cast(nw.Int64)
    others = entered.group_by(*CONTEST).agg(nameless=missing.sum())
    begins = known.group_by(*CONTEST).agg(began_us=nw.col("created_us").min())
    return (
        counted.join(others, on=list(CONTEST), how="left")
        .join(begins, on=list(CONTEST), how="left")
        .select(
            *CONTEST, "ideas", "nameless", "people", "effective", "largest", "began_us"
        )
    )  # fmt: skip


def marginality(ideas: Any, posts: Any) -> nw.LazyFrame[Any]:
    """
    How new each person is to the contests: the share of earlier ones in which they had no idea.

    An earlier contest is one whose first idea by a known account was posted before that of this
    one. Contests without ideas, and what people do besides entering ideas, are not looked at.

    Returns
    -------
    One row per contest and account with an idea in it.
        community_id, contest_id, person_id
        earlier : contests that began before. entered : those of them with an idea of this account
        marginality : 1 - entered / earlier, from 0 (was in all) to 1 (in none); empty in the first

    Raises
    ------
    MeasureError
        A column is missing.

    Source
    ------
    After Jeppesen & Lakhani (2010), doi:10.1287/orsc.1090.0491, who asked solvers how far their
    field lies from the problem's; a record has only where people took part.
    """
    known = _entered(ideas, posts, where="marginality").filter(~nw.col("author_id").is_null())
    begins = known.group_by(*CONTEST).agg(began_us=nw.col("created_us").min())
    entries = known.select(*CONTEST, person_id="author_id").unique().join(begins, on=list(CONTEST))
    before = begins.select("community_id", then="began_us")
    earlier = _earlier(begins, before, on=("community_id",), own=CONTEST, name="earlier")
    mine = entries.select("community_id", "person_id", then="began_us")
    entered = _earlier(
        entries, mine, on=("community_id", "person_id"), own=(*CONTEST, "person_id"), name="entered"
    )
    share = nw.col("entered").cast(nw.Float64) / nw.col("earlier").cast(nw.Float64)
    return (
        entries.join(earlier, on=list(CONTEST), how="left")
        .join(entered, on=[*CONTEST, "person_id"], how="left")
        .with_columns(nw.col("earlier").fill_null(0), nw.col("entered").fill_null(0))
        .select(
            *CONTEST, "person_id", "earlier", "entered",
            nw.when(nw.col("earlier") > 0).then(1.0 - share).alias("marginality"),
        )
    )  # fmt: skip


def _earlier(
    rows: nw.LazyFrame[Any],
    others: nw.LazyFrame[Any],
    *,
    on: Sequence[str],
    own: Sequence[str],
    name: str,
) -> nw.LazyFrame[Any]:
    """How many `others` of the same `on` began before each of `rows`; a row only where some did."""
    return (
        rows.join(others, on=list(on))
        .filter(nw.col("then") < nw.col("began_us"))
        .group_by(*own)
        .agg(nw.len().cast(nw.Int64).alias(name))
    )


def _entered(ideas: Any, posts: Any, *, where: str) -> nw.LazyFrame[Any]:
    """Each idea with its author and moment; both empty where its post is not in the table."""
    post = ("community_id", "post_id")
    written = need(posts, POSTS, (*post, "author_id", "created_us"), where=where)
    return need(ideas, IDEAS, (*post, "contest_id"), where=where).join(
        written, on=list(post), how="left"
    )
