"""What only a whole Slack export tells: who joined when, and what span of time it covers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from workbench.schema import PEOPLE
from workbench.sources._slack_workspace import is_program
from workbench.sources._times import DAY, EARLIEST, LATEST, MINUTE, SECOND

HOUR = 60 * MINUTE
FURTHEST_EAST, FURTHEST_WEST = 14 * HOUR, 12 * HOUR  # clocks ahead of UTC, and behind it
_EPOCH = date(1970, 1, 1)


def firsts(rows: pl.DataFrame) -> pl.DataFrame:
    """A row an account: when it first joined a conversation, and when it first wrote in it."""
    kept = pl.col("reason").is_null()
    return (
        rows.drop_nulls(["author_id", "created_us"])
        .group_by(person_id="author_id", maintain_order=True)
        .agg(
            joined_us=pl.col("created_us").filter("is_join").min(),
            wrote_us=pl.col("created_us").filter(kept).min(),
        )
    )


def people(
    parts: Iterable[pl.DataFrame], users: dict[str, dict[str, Any]], *, community_id: str
) -> tuple[pl.DataFrame, int]:
    """
    Everybody who is listed or joined a channel, and how many join dates had to be left empty.

    Who wrote before the first join that the export holds was there before that join. `parts` are
    the `firsts` of all conversations.
    """
    each = pl.concat(parts).group_by("person_id", maintain_order=True).min()
    joined = each.drop_nulls("joined_us")
    late = (pl.col("wrote_us") < pl.col("joined_us")).fill_null(False)
    listed = pl.concat([pl.Series("person_id", list(users), pl.String), joined["person_id"]])
    dated = joined.select("person_id", joined_us=pl.when(~late).then("joined_us"))
    everyone = (
        listed.unique(maintain_order=True)
        .to_frame()
        .join(dated, on="person_id", how="left", maintain_order="left")
    )
    programs = [who for who in everyone["person_id"] if is_program(users.get(who), who)]
    frame = everyone.with_columns(
        community_id=pl.lit(community_id), is_bot=pl.col("person_id").is_in(programs)
    )
    return frame.select(PEOPLE.names), int(joined.select(late.sum()).item())


def window(
    days: Iterable[date], moments: Iterable[int | None], *, zone: str | None
) -> tuple[int | None, int | None]:
    """
    The first moment of the first day file and the last row's, microseconds since 1970 UTC.

    `days` are those of the files, `moments` when the first and the last row of each conversation
    were written. The first day begins at midnight of `zone`, or with an earlier row of its file
    where the files are cut by another zone. A row dated beyond what the names of the files allow
    in any zone does not stretch the span.
    """
    named = [day for day in days if EARLIEST <= _utc(day) // SECOND < LATEST]
    written = [moment for moment in moments if moment is not None]
    if not named or not written:
        return None, None
    opening = _utc(min(named))
    ahead = datetime.combine(min(named), time(), tzinfo=ZoneInfo(zone or "UTC")).utcoffset()
    midnight = opening - round(ahead.total_seconds() if ahead else 0) * SECOND
    since = max(min(midnight, *written), opening - FURTHEST_EAST)
    return since, max(since, min(max(written), _utc(max(named)) + DAY + FURTHEST_WEST))


def _utc(day: date) -> int:
    """Midnight of a day in UTC, microseconds since 1970."""
    return (day - _EPOCH).days * DAY


def misdated(rows: pl.DataFrame, *, zone: str | None) -> dict[str, int]:
    """
    How many rows do not lie in the day that their file is named after, in UTC, in `zone`, in any.

    Day files are cut at midnight of some clock: the one by which no row is of another day.
    """
    moment = pl.from_epoch("created_us", time_unit="us").dt.replace_time_zone("UTC")
    starts = pl.col("file_day").cast(pl.Datetime("us")).dt.epoch("us")
    ends = starts + DAY + FURTHEST_WEST
    somewhere = (pl.col("created_us") >= starts - FURTHEST_EAST) & (pl.col("created_us") < ends)
    counted = rows.drop_nulls("created_us").select(
        rows_of_another_day_than_their_file_in_utc=(moment.dt.date() != pl.col("file_day")).sum(),
        rows_of_another_day_than_their_file_in_the_zone_of_most=(
            moment.dt.convert_time_zone(zone or "UTC").dt.date() != pl.col("file_day")
        ).sum(),
        rows_of_another_day_than_their_file_in_every_zone=(~somewhere).sum(),
    )
    return {name: int(number) for name, number in counted.row(0, named=True).items()}
