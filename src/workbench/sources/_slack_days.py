"""The day files of one Slack conversation, read into a row an item and a row a reaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.sources import _slack_messages as messages
from workbench.sources._slack_workspace import Conversation, parsed

DAMAGED = "damaged file"

_REACTIONS = pl.Schema(
    {"place": pl.String, "at": pl.Int64, "rater_id": pl.String, "reason": pl.String}
)


@dataclass(frozen=True)
class Talk:
    """
    One conversation as read.

    rows : a row an item, `row` and the columns of `_slack_messages.ROWS`. reactions : a row a
    reaction by one account, `row, place, ts, rater_id, reason`. notes : as in `Batch`.
    """

    rows: pl.DataFrame
    reactions: pl.DataFrame
    notes: dict[str, int]


def items(
    conversation: Conversation, *, where: str, keep_going: bool
) -> Iterator[tuple[str, date, Any, str | None]]:
    """
    Every item of the day files: where it stands, the day of its file, itself, what is wrong.

    With `keep_going` a damaged file is one item; without, a SourceError.
    """
    for day, member in conversation.days:
        file = f"{conversation.shown}/{day}.json"
        try:
            found = parsed(member, place=f"{where}: {file}")
        except SourceError:
            if not keep_going:
                raise
            yield file, day, None, DAMAGED
            continue
        for number, item in enumerate(found, start=1):
            yield f"{file} item {number}", day, item, None


def talk(
    conversation: Conversation,
    users: dict[str, dict[str, Any]],
    *,
    row: int,
    rating: int,
    where: str,
    keep_going: bool,
) -> Talk:
    """
    Read one conversation; `row` and `rating` are how many rows came before it.

    Raises
    ------
    SourceError
        A day file is damaged, and `keep_going` is not chosen.
    """
    read: dict[str, list[Any]] = {name: [] for name in messages.ROWS}
    given: list[tuple[str, int, str | None, str | None]] = []
    unnamed = 0
    for at, (place, day, item, problem) in enumerate(
        items(conversation, where=where, keep_going=keep_going)
    ):
        fields = {"reason": problem} if problem else messages.row(item, users)
        fields |= {"place": place, "file_day": day}
        for name, column in read.items():
            column.append(fields.get(name))
        given += [(place, at, *reaction) for reaction in messages.reactions(item)]
        unnamed += messages.uncounted(item)
    rows = pl.DataFrame(read, schema=messages.ROWS)
    reactions = _reactions(pl.DataFrame(given, schema=_REACTIONS, orient="row"), rows)
    notes = _notes(rows, users)
    notes["reactions_counted_without_a_name"] = unnamed
    return Talk(_numbered(rows, row), _numbered(reactions, rating), notes)


def _numbered(frame: pl.DataFrame, before: int) -> pl.DataFrame:
    return frame.with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64) + before)


def _reactions(given: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Reactions with the `ts` of what they belong to, and why they cannot be used."""
    kept = pl.col("reason").is_null()
    good = rows.select("ts", row_reason="reason", again=kept & ~_first(kept)).with_columns(
        at=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    joined = given.join(good, on="at", how="left", maintain_order="left")
    return joined.select(
        "place",
        "ts",
        "rater_id",
        reason=pl.when(pl.col("reason").is_not_null())
        .then("reason")
        .when(pl.col("row_reason").is_not_null())
        .then(pl.lit("reaction to what is not a contribution"))
        .when("again")
        .then(pl.lit("reaction to a message that stands in the export again")),
    )


def _first(kept: pl.Expr) -> pl.Expr:
    """Whether a row is the first with its `ts` among those that are kept, or among the others."""
    return pl.struct("ts", kept.alias("kept")).is_first_distinct()


def _notes(rows: pl.DataFrame, users: dict[str, dict[str, Any]]) -> dict[str, int]:
    """What is worth knowing about the messages that are kept."""
    kept = rows.filter(pl.col("reason").is_null())
    people = kept.filter(~pl.col("is_bot"))["author_id"].drop_nulls()
    return {
        "messages_by_people_not_in_the_list": int((~people.is_in(list(users))).sum()),
        "messages_without_an_author": kept["author_id"].null_count(),
        "messages_of_an_unknown_subtype": int(kept["is_unknown_kind"].sum()),
        "edits_without_a_time": int(kept["has_lost_edit"].sum()),
    }
