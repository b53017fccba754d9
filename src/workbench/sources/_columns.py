"""Columns of any table of posts -> canonical columns, each row judged with a reason."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import polars as pl

from workbench.errors import SourceError
from workbench.sources import _headers
from workbench.sources._accounts import account, identifier, named_like_bot

NAMES = (
    "post_id", "thread_id", "parent_id", "author_id", "created_at", "recipient_id",
    "score", "text", "length", "kind", "role", "is_bot",
)  # fmt: skip
KINDS = ("message", "question", "answer", "comment", "idea", "post")
ROLES = ("member", "staff", "moderator")
YES, NO = ("true", "yes", "t", "y", "1"), ("false", "no", "f", "n", "0")
DIGITS = 10


def resolve(found: Sequence[str], given: Mapping[str, str] | None, *, where: str) -> dict[str, str]:
    """
    Canonical name -> column of the file: as given, else the columns that have canonical names.

    Raises
    ------
    SourceError
        A canonical name is unknown, a named column is not there or is named twice, or a column that
        every table of posts needs is missing. A column that looks alike is suggested.
    """
    given = dict(given or {})
    unknown = sorted(set(given) - set(NAMES))
    if unknown:
        raise SourceError(
            f"{where}: the map expected {', '.join(NAMES)}, got {', '.join(unknown)}. "
            "Write it as canonical name = column of the file."
        )
    columns = {name: name for name in NAMES if name in found} | given
    for name, column in given.items():
        if column not in found:
            raise _lacking(f"a column {column} for {name}", column, name, found, columns, where)
    _refuse_shared(columns, where=where)
    for name in ("author_id", "created_at"):
        if name not in columns:
            raise _lacking(f"a column for {name}", name, name, found, columns, where)
    if "thread_id" not in columns and "parent_id" not in columns:
        wanted = "a column for thread_id or parent_id"
        raise _lacking(wanted, "thread_id", "thread_id", found, columns, where)
    if "thread_id" not in columns and "post_id" not in columns:
        wanted = "post_id beside parent_id"
        raise _lacking(wanted, "post_id", "post_id", found, columns, where)
    return columns


def _lacking(
    expected: str,
    like: str,
    name: str,
    found: Sequence[str],
    columns: Mapping[str, str],
    where: str,
) -> SourceError:
    """The refusal of a table without a column, with the free column whose name is most alike."""
    free = {column.casefold(): column for column in found if column not in columns.values()}
    close = difflib.get_close_matches(like.casefold(), list(free), n=1)
    column = free[close[0]] if close else "COLUMN"
    hint = " Or delete the lines above the header." if list(found).count("") > 1 else ""
    if _headers.are_values(found):
        column, hint = (
            "COLUMN",
            " Or write a line with the names of the columns above the first row.",
        )
    return SourceError(
        f"{where}: expected {expected}, got {_headers.shown(found)}. "
        f"Say which one it is: --map {name}={_headers.shown([column])}.{hint}"
    )


def _refuse_shared(columns: Mapping[str, str], *, where: str) -> None:
    """One column cannot be two things: an error of the map that would otherwise go unseen."""
    for column in columns.values():
        names = [name for name, taken in columns.items() if taken == column]
        if len(names) > 1:
            raise SourceError(
                f"{where}: expected another column for each of {', '.join(names)}, got {column} "
                "for all. Mend the map; where it is meant so, save the column twice."
            )


def judged(
    frame: pl.DataFrame,
    columns: Mapping[str, str],
    times: pl.DataFrame,
    *,
    deleted: Sequence[str],
    community_id: str,
) -> pl.DataFrame:
    """
    One batch of posts in canonical columns, and `reason`: why a row must be rejected, or empty.

    `frame` holds text with `row`, `place` and `reason`; `times` is what `read_times` made of it.
    """
    raw = frame.select("row", "place", "reason", **{name: pl.col(c) for name, c in columns.items()})
    built = {**_ids(columns, deleted), **_qualities(columns)}
    checks = [check for name, check in _checks().items() if name in columns]
    shaped = raw.with_columns(times).select(
        "row",
        "place",
        community_id=pl.lit(community_id),
        **built,
        created_us="us",
        precision_us="precision_us",
        reason=pl.coalesce("reason", *checks, "problem"),
    )
    author = pl.col("author_id")
    return shaped.with_columns(is_bot=pl.coalesce("is_bot", named_like_bot(author)))


def _ids(columns: Mapping[str, str], deleted: Sequence[str]) -> dict[str, pl.Expr]:
    """Identifiers; rows without post_id are numbered, padded so that text sorts as numbers."""
    numbered = pl.col("row").cast(pl.String).str.zfill(DIGITS)
    ids = {"post_id": identifier("post_id") if "post_id" in columns else numbered}
    ids |= {name: identifier(name) for name in ("thread_id", "parent_id") if name in columns}
    people = [name for name in ("author_id", "recipient_id") if name in columns]
    return ids | {name: account(name, deleted=deleted) for name in people}


def _qualities(columns: Mapping[str, str]) -> dict[str, pl.Expr]:
    """What is known of a post besides ids and time."""
    made = {
        "kind": _word("kind").fill_null("post") if "kind" in columns else pl.lit("post"),
        "is_bot": _flag() if "is_bot" in columns else pl.lit(None, pl.Boolean),
    }
    if "role" in columns:
        made["role"] = _word("role")
    if "score" in columns:
        made["score"] = _whole("score")
    if "length" in columns:
        made["length"] = _whole("length")
    elif "text" in columns:
        # A line break is one character, however the exporting machine writes it.
        text = pl.col("text").str.replace_all("\r\n", "\n", literal=True)
        made["length"] = text.str.len_chars().cast(pl.Int64)
    return made


def _word(column: str) -> pl.Expr:
    word = pl.col(column).str.strip_chars().str.to_lowercase()
    return pl.when(word != "").then(word)


def _whole(column: str) -> pl.Expr:
    return identifier(column).cast(pl.Int64, strict=False)


def _flag() -> pl.Expr:
    word = _word("is_bot")
    return pl.when(word.is_in(YES)).then(True).when(word.is_in(NO)).then(False)


def _checks() -> dict[str, pl.Expr]:
    """Column -> why a row's value there cannot be used; empty for a good one."""
    filled = {name: identifier(name).is_not_null() for name in ("score", "length", "is_bot")}
    broken = {
        "post_id": ("no post_id", identifier("post_id").is_null()),
        "kind": (f"kind is none of {', '.join(KINDS)}", ~_word("kind").is_in(KINDS)),
        "role": (f"role is none of {', '.join(ROLES)}", ~_word("role").is_in(ROLES)),
        "score": ("score is not a whole number", filled["score"] & _whole("score").is_null()),
        "length": (
            "length is not a whole number from 0",
            filled["length"] & ~(_whole("length") >= 0).fill_null(False),
        ),
        "is_bot": ("is_bot is neither yes nor no", filled["is_bot"] & _flag().is_null()),
    }
    return {name: pl.when(bad).then(pl.lit(reason)) for name, (reason, bad) in broken.items()}
