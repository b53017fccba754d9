"""Ids that tell too much -> numbers, in the order in which they first stand."""

from __future__ import annotations

import polars as pl

# Short, without blanks, points or signs of addresses: what a file calls an item or a group by.
PLAIN = r"^[\p{L}\p{N}_-]{1,40}$"


def keys(ids: pl.Series, *, called: str, telling: pl.Expr | None = None) -> pl.DataFrame | None:
    """
    Each different `id` and its `key`, such as item-1; None where ids may stand as they are.

    All are numbered where one is `telling`; without that, where one is not plain: longer than 40
    characters, or with anything but letters, digits, hyphens and underscores.
    """
    each = ids.drop_nulls().unique(maintain_order=True).rename("id").to_frame()
    tells = ~pl.col("id").str.contains(PLAIN) if telling is None else telling
    if not each.select(tells.any()).item():
        return None
    width = len(str(each.height))
    place = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(width)
    return each.with_columns(key=pl.format("{}-{}", pl.lit(called), place))


def renamed(table: pl.DataFrame, column: str, keys: pl.DataFrame | None) -> pl.DataFrame:
    """The table with the ids of a column by their keys."""
    if keys is None:
        return table
    named = keys.rename({"id": column})
    joined = table.join(named, on=column, how="left", maintain_order="left")
    return joined.with_columns(pl.col("key").alias(column)).drop("key")


def names(keys: pl.DataFrame | None) -> pl.Series:
    """The ids that were numbered, for comparing pages with."""
    told = pl.Series([], dtype=pl.String) if keys is None else keys["id"]
    return told.rename("names")


def count(keys: pl.DataFrame | None) -> int:
    """How many ids were numbered."""
    return 0 if keys is None else keys.height
