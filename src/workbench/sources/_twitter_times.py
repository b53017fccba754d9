"""When a tweet appeared: as is written in it, compared with what its number holds."""

from __future__ import annotations

import polars as pl

from workbench.sources._times import SECOND, UNPARSABLE, Clock, read_times

MILLISECOND = 1_000
FAR_US = 2 * SECOND

# Numbers above the first have the millisecond since the second in their upper bits.
LAST_PLAIN_NUMBER = 29_700_859_247
NUMBERS_BEGAN_MS = 1_288_834_974_657
NUMBER_BITS = 22

_WORDED = "%a %b %d %H:%M:%S %z %Y"  # Wed Oct 19 20:07:25 +0000 2022


def dated(rows: pl.DataFrame) -> pl.DataFrame:
    """
    Rows of tweets with `created_us`, `precision_us`, `edited_us`, and why a row cannot be used.

    `by_number` : nothing but the number tells the time. `far` : number and written time differ.
    """
    own = times(rows["written"])
    made, first = _made_us(pl.col("number")), _made_us(pl.col("first_number"))
    edited = pl.col("versions") > 1
    begun = pl.when(edited).then(first)
    ticks = pl.when(begun.is_null()).then("precision_us")
    placed = rows.with_columns(own).with_columns(
        created_us=pl.coalesce(begun, "us", made),
        precision_us=pl.coalesce(ticks, pl.lit(MILLISECOND, pl.Int64)),
        edited_us=pl.when(edited).then(pl.coalesce("us", made)),
        far=(pl.col("us") - made).abs() > FAR_US,
        by_number=pl.col("us").is_null(),
    )
    unread = pl.when(pl.col("written").is_not_null()).then("problem")
    dateless = pl.when(pl.col("created_us").is_null()).then(pl.lit(UNPARSABLE))
    return placed.with_columns(reason=pl.coalesce("reason", unread, dateless))


def times(written: pl.Series) -> pl.DataFrame:
    """`us`, `precision_us` and `problem` of times in either form of the interface."""
    plain = read_times(written, Clock())
    worded = written.str.to_datetime(_WORDED, time_unit="us", strict=False).dt.epoch("us")
    whole_seconds = worded.is_not_null() | written.str.contains(r"\.0+(?:Z|\+00:?00)$")
    return pl.select(
        us=pl.coalesce(worded, plain["us"]),
        precision_us=pl.when(whole_seconds)
        .then(pl.lit(SECOND, pl.Int64))
        .otherwise(plain["precision_us"]),
        problem=pl.when(worded.is_null()).then(plain["problem"]),
    )


def _made_us(number: pl.Expr) -> pl.Expr:
    """When a tweet was made, as its number tells; empty for numbers of the first years."""
    whole = number.cast(pl.Int64, strict=False)
    milliseconds = whole // 2**NUMBER_BITS + NUMBERS_BEGAN_MS
    return pl.when(whole > LAST_PLAIN_NUMBER).then(milliseconds * MILLISECOND)
