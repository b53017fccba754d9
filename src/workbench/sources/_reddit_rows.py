"""Rows of Reddit as they were written -> canonical posts, each judged with a reason, and counts."""

from __future__ import annotations

import polars as pl

from workbench.sources._accounts import DELETED, named_like_bot
from workbench.sources._ndjson import Fields
from workbench.sources._texts import measured
from workbench.sources._times import EARLIEST, LATEST, SECOND

FIELDS = Fields(
    texts=(
        "id", "subreddit", "author", "title", "selftext", "body", "link_id", "parent_id",
        "distinguished", "link_flair_text", "crosspost_parent",
    ),
    scalars=("created_utc", "edited", "score", "retrieved_on", "retrieved_utc"),
    nested={"_meta": ("retrieved_2nd_on", "was_deleted_later")},
)  # fmt: skip

NOBODY = [*DELETED, "[removed]", ""]
PROFILE = "u_"
DAY_SECONDS = 86_400
LONGEST_MARK = 40

_REMOVED = r"(?i)^\s*\[ ?removed(?: by reddit)? ?\]\s*$"  # by moderators, or by the platform
_DELETED = r"(?i)^\s*\[ ?deleted ?\]\s*$"
_INDENTED = r"(?m)^ {4}"
_ID = r"^[0-9a-z]+$"
_SUBMISSION = r"^t3_[0-9a-z]+$"
_POST = r"^t[13]_[0-9a-z]+$"
_SUBREDDIT = r"^[A-Za-z0-9_.:-]{1,50}$"
# The platform hands out texts with these three written as in HTML.
_WRITTEN, _MEANT = ["&amp;", "&lt;", "&gt;", "\r\n"], ["&", "<", ">", "\n"]


def community_id() -> pl.Expr:
    """The subreddit in small letters."""
    return pl.col("subreddit").str.to_lowercase()


def is_post() -> pl.Expr:
    """Whether a row has what every submission and every comment has, sound or not."""
    named = pl.any_horizontal(pl.col("link_id", "title", "body").is_not_null())
    return named & pl.all_horizontal(pl.col("id", "created_utc", "subreddit").is_not_null())


def fetched() -> pl.Expr:
    """When a row was fetched last, in seconds since 1970; empty where it does not say."""
    again = pl.col("_meta").struct.field("retrieved_2nd_on")
    names = [pl.col("retrieved_on"), pl.col("retrieved_utc"), again]
    return pl.max_horizontal(*(_seconds(name) for name in names))


def judged(rows: pl.DataFrame) -> pl.DataFrame:
    """
    Posts in canonical columns, in order, and `reason`: why a row must be rejected, or empty.

    Beside them what `notes` counts, in columns that begin with `_`, and `_tag` and `_name`. `rows`
    holds `FIELDS` as text, with `row`, `place` and `reason`.
    """
    comment = pl.col("_comment")
    told = (
        rows.with_columns(
            community_id=community_id(),
            _comment=pl.col("link_id").is_not_null(),
            _author=pl.col("author").str.strip_chars(),
            _seconds=_seconds(pl.col("created_utc")),
            _edited=_seconds(pl.col("edited")),
            _score=_whole(pl.col("score")),
            _fetched=fetched(),
        )
        .with_columns(
            post_id=pl.when(comment).then(pl.lit("t1_")).otherwise(pl.lit("t3_")) + pl.col("id"),
            _text=_text(),
        )
        .with_columns(_gone=_gone(pl.col("_text")))
        .with_columns(_said=pl.when(pl.col("_gone").is_null()).then("_text"))
    )
    kept = measured(pl.col("_said"), code="`")
    # One pattern for both ways to write code takes twice as long as the two.
    kept["has_code"] |= pl.col("_said").str.contains(_INDENTED)
    return told.select(
        "row",
        "place",
        "community_id",
        "post_id",
        thread_id=pl.when(comment).then("link_id").otherwise("post_id"),
        parent_id=pl.when(comment).then("parent_id"),
        author_id=pl.when(~pl.col("_author").is_in(NOBODY)).then(
            pl.col("_author").str.to_lowercase()
        ),
        created_us=pl.col("_seconds") * SECOND,
        precision_us=pl.lit(SECOND, pl.Int64),
        kind=pl.when(comment).then(pl.lit("comment")).otherwise(pl.lit("post")),
        score="_score",
        **kept,
        edited_us=pl.col("_edited") * SECOND,
        is_bot=named_like_bot(pl.col("_author")),
        role=pl.col("distinguished").replace_strict(
            {"moderator": "moderator", "admin": "staff"}, default=None, return_dtype=pl.String
        ),
        reason=pl.coalesce("reason", *_checks()),
        _tag=_tag(),
        _name="subreddit",
        **_counted(),
    )


def _checks() -> list[pl.Expr]:
    """Why a row cannot be used, in the order in which it is told; each empty for a good row."""
    col, text = pl.col, pl.col("created_utc")
    lone = col("link_id").is_null() & col("title").is_null()
    comment = col("body").is_not_null() | col("parent_id").is_not_null()
    edited = col("edited").is_in(["false", "true"]) | col("_edited").is_not_null()
    checks = {
        "no id": col("id").is_null(),
        "id is not one of Reddit's": ~col("id").str.contains(_ID),
        "a comment without link_id": lone & comment,
        "neither a submission nor a comment": lone,
        "link_id names no submission": ~col("link_id").str.contains(_SUBMISSION),
        "parent_id names no post": col("link_id").is_not_null()
        & ~col("parent_id").str.contains(_POST),
        "no subreddit": col("subreddit").is_null(),
        "subreddit is no community's name": ~col("subreddit").str.contains(_SUBREDDIT),
        "written on a person's own page": col("community_id").str.starts_with(PROFILE),
        "no created_utc": text.is_null(),
        "created_utc is no time from 1995 to 2035": col("_seconds").is_null(),
        "edited is neither true, false nor a time": col("edited").is_not_null() & ~edited,
        "score is not a whole number": col("score").is_not_null() & col("_score").is_null(),
    }
    return [pl.when(bad).then(pl.lit(reason)) for reason, bad in checks.items()]


def _counted() -> dict[str, pl.Expr]:
    """What is worth knowing of a row: name of the note with a `_` before it -> whether it is so."""
    age = pl.col("_fetched") - pl.col("_seconds")
    scored = pl.col("_score").is_not_null()
    later = pl.col("_meta").struct.field("was_deleted_later")
    told = pl.any_horizontal(pl.col("retrieved_on", "retrieved_utc").is_not_null())
    return {
        "_texts_removed_by_moderators": pl.col("_gone") == "removed",
        "_texts_deleted_by_their_authors": pl.col("_gone") == "deleted",
        "_posts_gone_at_the_second_fetch": later == "true",
        "_scores_fetched_within_a_day": scored & (age < DAY_SECONDS),
        "_scores_without_a_time_of_fetch": scored & pl.col("_fetched").is_null(),
        "_fetch_times_not_readable": told & pl.col("_fetched").is_null(),
        "_edits_without_a_time": pl.col("edited") == "true",
        "_crossposts": pl.col("crosspost_parent").is_not_null(),
    }


def notes(kept: pl.DataFrame) -> dict[str, int]:
    """How many of the kept rows each note is about; those about none are left out."""
    names = list(_counted())
    sums = kept.select(pl.col(names).sum()).row(0, named=True) if kept.height else {}
    return {name.removeprefix("_"): int(count) for name, count in sums.items() if count}


def _seconds(written: pl.Expr) -> pl.Expr:
    """Whole seconds since 1970 of a number of seconds, milliseconds or microseconds."""
    number = written.cast(pl.Int64, strict=False)
    other = pl.when(number.is_null()).then(written).cast(pl.Float64, strict=False)
    rough = other.floor().cast(pl.Int64, strict=False)
    count = pl.coalesce(number, rough)
    unit = (
        pl.when(count < LATEST).then(1).when(count < LATEST * 1_000).then(1_000).otherwise(SECOND)
    )
    made = count // unit
    return pl.when(made.is_between(EARLIEST, LATEST, closed="left")).then(made)


def _whole(written: pl.Expr) -> pl.Expr:
    """A whole number, also where it is written with decimals that are zeros."""
    return written.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)


def _text() -> pl.Expr:
    """What a post says, as it was meant."""
    raw = pl.when("_comment").then("body").otherwise("selftext")
    return raw.str.replace_many(_WRITTEN, _MEANT)


def _gone(text: pl.Expr) -> pl.Expr:
    """`removed` or `deleted`, where that is all that is left of a text."""
    short = pl.when(text.str.len_bytes() <= LONGEST_MARK).then(text)  # saves most of the time
    return (
        pl.when(short.str.contains(_REMOVED))
        .then(pl.lit("removed"))
        .when(short.str.contains(_DELETED))
        .then(pl.lit("deleted"))
    )


def _tag() -> pl.Expr:
    """The submission's flair in small letters; empty where it has none."""
    word = pl.col("link_flair_text").str.strip_chars().str.to_lowercase()
    return pl.when((word != "") & pl.col("link_id").is_null()).then(word)
