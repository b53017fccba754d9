"""Two exports' tables but for posts together, and what became of every row."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from workbench.schema import COMMUNITIES, CONTESTS, PEOPLE, Table

DAY_US = 86_400_000_000
LIMITS = ("observed_from_us", "observed_until_us")
WINDOW = ("community_id", *LIMITS)
ABOUT = ["community_id", "_item"]
NEVER = -(2**62)  # before every date, for a record in which nothing is dated


def sides(old: pl.DataFrame, new: pl.DataFrame, *, again: bool) -> pl.DataFrame:
    """
    The communities of the export: is it newer than the store, and the limits of its record.

    Of two that end at the same moment the one loaded now is newer, unless it was there `again`.
    """
    until = pl.col("observed_until_us").fill_null(NEVER)
    before = old.select("community_id", _before=until)
    joined = new.join(before, on="community_id", how="left")
    later = until > pl.col("_before") if again else until >= pl.col("_before")
    newer = pl.col("_before").is_null() | later
    return joined.select(*WINDOW, newer=newer)


def uncovered_days(windows: pl.DataFrame) -> int:
    """Whole days between the first and the last moment covered that no export covers."""
    covered = windows.drop_nulls().sort(*WINDOW)
    reached = pl.col("observed_until_us").cum_max().shift().over("community_id")
    gap = (pl.col("observed_from_us") - reached).clip(0) // DAY_US
    return int(covered.select(gap.sum()).item())


def communities(old: pl.DataFrame, new: pl.DataFrame, sides: pl.DataFrame) -> pl.DataFrame:
    """Every community, with the limits of all exports together."""
    both = new.join(old, on="community_id", suffix="_old").join(
        sides.select("community_id", "newer"), on="community_id"
    )
    first, first_old = pl.col("observed_from_us"), pl.col("observed_from_us_old")
    begins = first.is_not_null() & (first_old.is_null() | (first < first_old))
    as_long = first.eq_missing(first_old) & pl.col("newer")
    merged = both.with_columns(
        *_newer_values(COMMUNITIES, but=("record_start", *LIMITS)),
        # Whether the record begins with the community is known from where it begins.
        record_start=pl.when(begins | as_long).then("record_start").otherwise("record_start_old"),
        observed_from_us=pl.min_horizontal(first, first_old),
        observed_until_us=pl.max_horizontal("observed_until_us", "observed_until_us_old"),
    )
    return _united(old, new, merged.select(COMMUNITIES.names), COMMUNITIES)


def people(
    old: pl.DataFrame, new: pl.DataFrame, sides: pl.DataFrame, *, stated: pl.DataFrame
) -> pl.DataFrame:
    """Every account; `stated` are those that the export has a row of its own for."""
    told = stated.unique().with_columns(_stated=pl.lit(True))
    both = (
        new.join(old, on=PEOPLE.key, suffix="_old")
        .join(sides.select("community_id", "newer"), on="community_id")
        .join(told, on=PEOPLE.key, how="left")
    )
    merged = both.with_columns(
        joined_us=pl.min_horizontal("joined_us", "joined_us_old"),
        # Without a row of its own an account is a program only as far as its posts tell.
        is_bot=pl.when(pl.col("newer") & pl.col("_stated"))
        .then("is_bot")
        .otherwise(pl.col("is_bot_old") | (pl.col("newer") & pl.col("is_bot"))),
    )
    return _united(old, new, merged.select(PEOPLE.names), PEOPLE)


def contests(old: pl.DataFrame, new: pl.DataFrame, sides: pl.DataFrame) -> pl.DataFrame:
    """Every contest; of one that is in both, with what the newer export says of it."""
    both = new.join(old, on=CONTESTS.key, suffix="_old").join(
        sides.select("community_id", "newer"), on="community_id"
    )
    merged = both.with_columns(*_newer_values(CONTESTS, but=()))
    return _united(old, new, merged.select(CONTESTS.names), CONTESTS)


def _newer_values(table: Table, *, but: Iterable[str]) -> list[pl.Expr]:
    """Of rows that are in both, the values of the newer export in all columns but some."""
    values = [name for name in table.names if name not in (*table.key, *but)]
    return [pl.when("newer").then(name).otherwise(f"{name}_old").alias(name) for name in values]


def _united(old: pl.DataFrame, new: pl.DataFrame, both: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Rows of either side alone, and those of both as they were merged."""
    alone = [one.join(both, on=table.key, how="anti") for one in (old, new)]
    return pl.concat([*alone, both])


def by_key(
    old: pl.DataFrame, new: pl.DataFrame, final: pl.DataFrame, *, table: Table
) -> dict[str, int]:
    """What became of the rows of a table whose rows never vanish."""
    values = [name for name in table.names if name not in table.key]
    both = final.join(new.select(table.key), on=table.key, how="semi").join(
        old, on=table.key, suffix="_old"
    )
    updated = both.filter(differs(values)).height
    return {
        "new": new.height - both.height,
        "updated": updated,
        "unchanged": both.height - updated,
        "outdated": 0,
        "not_covered": old.height - both.height,
    }


def differs(names: Iterable[str]) -> pl.Expr:
    """True where one of these columns has another value than the one called `<name>_old`."""
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_old")) for name in names)


def by_item(
    old: pl.DataFrame,
    new: pl.DataFrame,
    sides: pl.DataFrame,
    old_items: pl.DataFrame,
    new_items: pl.DataFrame,
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Rows about items: what the newer export says of an item stands in place of all before."""
    newer = sides.filter("newer").select("community_id")
    described = new_items.unique().join(newer, on="community_id", how="semi")
    settled = old_items.unique().join(newer, on="community_id", how="anti")
    kept, taken = _others(old, described), _others(new, settled)
    left = new.join(settled, left_on=["community_id", _item(new)], right_on=ABOUT, how="semi")
    same, same_left = _shared(taken, old), _shared(left, old)
    changes = {
        "new": taken.height - same,
        "updated": 0,
        "unchanged": same + same_left,
        "outdated": left.height - same_left,
        "not_covered": kept.height - same_left,
        "replaced": old.height - kept.height - same,
    }
    return pl.concat([kept, taken]), changes


def items(frame: pl.DataFrame) -> pl.DataFrame:
    """What the rows of a table are about: items of communities, each once."""
    return frame.select("community_id", _item=_item(frame)).unique()


def _others(frame: pl.DataFrame, some: pl.DataFrame) -> pl.DataFrame:
    """Rows about other items than `some`."""
    return frame.join(some, left_on=["community_id", _item(frame)], right_on=ABOUT, how="anti")


def _item(frame: pl.DataFrame) -> str:
    return "item_id" if "item_id" in frame.columns else "post_id"


def _shared(one: pl.DataFrame, other: pl.DataFrame) -> int:
    """Rows that are in both, as often as they are in both."""
    counted = [frame.group_by(frame.columns).len("_times") for frame in (one, other)]
    both = counted[0].join(counted[1], on=one.columns, nulls_equal=True)
    return int(both.select(pl.min_horizontal("_times", "_times_right").sum()).item())
