"""Rows of a Stack Exchange dump as canonical ones, each with the reason why it cannot be used."""

from __future__ import annotations

import polars as pl

from workbench.sources import REJECTED, _html
from workbench.sources._accounts import named_like_bot
from workbench.sources._texts import measured
from workbench.sources._times import DAY, UNPARSABLE, Clock, read_times
from workbench.sources._xml_rows import Rows
from workbench.sources._xml_values import moment, whole

QUESTION, ANSWER = "1", "2"
OTHER_TYPES = {
    "3": "orphaned wiki page, not a contribution",
    "4": "tag wiki excerpt, not a contribution",
    "5": "tag wiki, not a contribution",
    "6": "nomination of a moderator, not a contribution",
    "7": "wiki placeholder, not a contribution",
    "8": "privilege wiki, not a contribution",
}
UNKNOWN_TYPE = "of a type that is not known"
ORPHAN = "answer without a question"
PROGRAM = "-1"  # the account of the site itself, which edits and asks on behalf of nobody

POST_COLUMNS = (
    *("Id", "PostTypeId", "ParentId", "AcceptedAnswerId", "CreationDate", "Score", "OwnerUserId"),
    *("LastEditDate", "Tags", "AnswerCount", "ClosedDate", "CommunityOwnedDate"),
)
COMMENT_COLUMNS = ("Id", "PostId", "Score", "CreationDate", "UserId")
USER_COLUMNS = ("Id", "CreationDate", "DisplayName")
VOTE_COLUMNS = ("PostId", "VoteTypeId", "CreationDate")

READERS = {
    **dict.fromkeys(("Id", "PostTypeId", "ParentId", "AcceptedAnswerId", "Score"), whole),
    **dict.fromkeys(("OwnerUserId", "AnswerCount", "PostId", "UserId", "VoteTypeId"), whole),
    **dict.fromkeys(("CreationDate", "LastEditDate"), moment),
}

_MILLISECOND = 1_000


def posts(rows: pl.DataFrame, *, community_id: str, bots: pl.Series) -> pl.DataFrame:
    """
    Rows of Posts.xml.

    Besides the columns of `posts`: `reason`, `number`, and for counting `id`, `thread`, `answers`
    (as the site counts them), `is_accepted`, `is_closed`, `is_owned`, `is_edit_undated`, `tags`.
    """
    moments, edited = _moments(rows["CreationDate"]), _moments(rows["LastEditDate"])
    type_, own, parent = pl.col("PostTypeId").cast(pl.String), _whole("Id"), _whole("ParentId")
    is_answer = type_ == ANSWER
    others = pl.lit(UNKNOWN_TYPE)
    reason = (
        pl.when(~type_.is_in([QUESTION, ANSWER]).fill_null(False))
        .then(type_.replace_strict(OTHER_TYPES, default=others, return_dtype=pl.String))
        .when(is_answer & pl.col("ParentId").is_null())
        .then(pl.lit(ORPHAN))
        .when(is_answer & parent.is_null())
        .then(pl.lit("ParentId is not a whole number"))
    )
    thread = pl.when(is_answer).then(parent).otherwise(own)
    kind = pl.when(is_answer).then(pl.lit("answer")).otherwise(pl.lit("question"))
    return (
        rows.with_columns(moments)
        .select(
            "number",
            *_shared(community_id, "OwnerUserId", bots),
            post_id=own.cast(pl.String),
            thread_id=thread.cast(pl.String),
            parent_id=pl.when(is_answer).then(parent.cast(pl.String)),
            kind=kind,
            edited_us=edited["created_us"],
            reason=pl.coalesce(reason, *_unread("OwnerUserId"), "problem"),
            id=own,
            thread=thread,
            answers=pl.when(~is_answer).then(_whole("AnswerCount")),
            is_accepted=~is_answer & pl.col("AcceptedAnswerId").is_not_null(),
            is_closed=pl.col("ClosedDate").is_not_null(),
            is_owned=pl.col("CommunityOwnedDate").is_not_null(),
            is_edit_undated=pl.col("LastEditDate").is_not_null() & edited["created_us"].is_null(),
            tags="Tags",
        )
        .hstack(_post_texts(rows))
    )


def comments(rows: pl.DataFrame, *, community_id: str, bots: pl.Series) -> pl.DataFrame:
    """Rows of Comments.xml; `parent` is the number of the post, whose thread is not known here."""
    parent = _whole("PostId")
    no_parent = pl.when(parent.is_null()).then(pl.lit("PostId is not a whole number"))
    text = measured(pl.col("Text"), code="`") if "Text" in rows.columns else {}
    return rows.with_columns(_moments(rows["CreationDate"])).select(
        "number",
        *_shared(community_id, "UserId", bots),
        post_id=pl.format("c{}", _whole("Id")),
        parent=parent,
        parent_id=parent.cast(pl.String),
        kind=pl.lit("comment"),
        reason=pl.coalesce(no_parent, *_unread("UserId"), "problem"),
        **text,
    )


def people(rows: pl.DataFrame, *, community_id: str) -> pl.DataFrame:
    """Rows of Users.xml."""
    joined = rows.with_columns(_moments(rows["CreationDate"]))
    own, undated = _whole("Id").cast(pl.String), pl.col("CreationDate").is_null()
    return joined.select(
        "number",
        community_id=pl.lit(community_id),
        person_id=own,
        joined_us="created_us",
        is_bot=(own == PROGRAM).fill_null(False) | named_like_bot(pl.col("DisplayName")),
        reason=pl.coalesce(
            _not_whole("Id", required=True), pl.when(~undated).then(pl.col("problem"))
        ),
    )


def votes(rows: pl.DataFrame, *, community_id: str) -> pl.DataFrame:
    """Rows of Votes.xml; `kind` is their type, `post` the number of the post."""
    dated = rows.with_columns(_moments(rows["CreationDate"]))
    return dated.select(
        "number",
        "created_us",
        community_id=pl.lit(community_id),
        post=_whole("PostId"),
        item_id=_whole("PostId").cast(pl.String),
        rater_id=pl.lit(None, pl.String),
        scale=pl.lit("vote"),
        kind=pl.col("VoteTypeId").cast(pl.String),
        precision_us=pl.lit(DAY, pl.Int64),
        reason=pl.coalesce(
            _not_whole("PostId", required=True), _not_whole("VoteTypeId", required=True), "problem"
        ),
    )


def tags(posts: pl.DataFrame) -> pl.DataFrame:
    """The tags of posts, written `<a><b>` or `|a|b|`, one row each."""
    written = pl.col("tags").str.strip_chars("<>|").str.to_lowercase()
    words = written.str.replace_all("><", "|", literal=True).str.split("|")
    tagged = posts.select("community_id", "post_id", tag=words.list.unique(maintain_order=True))
    return tagged.drop_nulls("tag").explode("tag").filter(pl.col("tag") != "")


def parted(
    judged: pl.DataFrame, rows: Rows, table: str, *, file: str, before: int = 0
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    Rows that can be used, with `row` and `place`, and the others as `sources.REJECTED`.

    Those that `rows` rejected are among the others; `before` rows of the table came before.
    """
    every = judged
    if rows.rejected.height:
        every = pl.concat([judged, rows.rejected], how="diagonal").sort("number")
    placed = every.with_columns(
        row=pl.int_range(before + 1, before + pl.len() + 1, dtype=pl.Int64),
        place=pl.format("{} row {}", pl.lit(file), "number"),
        table=pl.lit(table),
    )
    bad = pl.col("reason").is_not_null()
    return (
        placed.filter(~bad).drop("number", "reason", "table"),
        placed.filter(bad).select(list(REJECTED)),
    )


def _shared(community_id: str, author: str, bots: pl.Series) -> list[pl.Expr]:
    """Columns that posts and comments have alike."""
    account = _whole(author).cast(pl.String)
    return [
        pl.lit(community_id).alias("community_id"),
        account.alias("author_id"),
        pl.col("created_us", "precision_us"),
        _whole("Score").alias("score"),
        account.is_in(bots.implode()).fill_null(False).alias("is_bot"),
    ]


def _unread(author: str) -> list[pl.Expr]:
    """Why numbers that posts and comments have alike cannot be read."""
    return [_not_whole("Id", required=True), _not_whole(author), _not_whole("Score")]


def _whole(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Int64, strict=False)


def _not_whole(name: str, *, required: bool = False) -> pl.Expr:
    wrong = _whole(name).is_null()
    return pl.when(wrong if required else wrong & pl.col(name).is_not_null()).then(
        pl.lit(f"{name} is not a whole number")
    )


def _post_texts(rows: pl.DataFrame) -> pl.DataFrame:
    """Length and questions of what is read, code and links of how it is written."""
    if "Body" not in rows.columns:
        return pl.DataFrame()
    written, read = (measured(pl.col(name), code=_html.CODE) for name in ("Body", "read"))
    # On its own, because an expression that is used twice would be worked out twice.
    outlined = rows.select("Body", read=_html.outline(pl.col("Body")))
    return outlined.select(
        **{name: read[name] for name in ("length", "has_question")},
        **{name: written[name] for name in ("has_code", "has_link")},
    )


def _moments(written: pl.Series) -> pl.DataFrame:
    """`created_us, precision_us, problem` of times in UTC, as a rule read already."""
    if written.dtype == pl.String:
        return read_times(written, Clock("UTC")).select("precision_us", "problem", created_us="us")
    us = pl.col("created_us")
    return written.to_frame("created_us").select(
        us,
        precision_us=pl.when(us.is_not_null()).then(pl.lit(_MILLISECOND, pl.Int64)),
        problem=pl.when(us.is_null()).then(pl.lit(UNPARSABLE)),
    )
