"""What an export says is right about each item: one truth an item, or none where rows differ."""

from __future__ import annotations

import polars as pl

DIFFERS = "another row says otherwise of this item"


def stated(rows: pl.DataFrame) -> pl.DataFrame:
    """
    Each different statement about an item once, where every judgement repeats the truth.

    `rows` have `item_id, truth, place`; those without an item or a truth state nothing.
    """
    told = rows.filter(pl.col("item_id").is_not_null() & pl.col("truth").is_not_null())
    return told.unique(["item_id", "truth"], keep="first", maintain_order=True).select(
        "item_id", "truth", "place", reason=pl.lit(None, pl.String)
    )


def settled(told: pl.DataFrame) -> pl.DataFrame:
    """
    Statements about items (`item_id, truth, place, reason`), numbered as rows of `truths`.

    Where two of an item differ nobody knows which is right, so that both get a reason against them.
    """
    good = pl.col("reason").is_null()
    kinds = pl.when(good).then("truth").drop_nulls().n_unique().over("item_id")
    return told.with_columns(
        row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        reason=pl.when(good & (kinds > 1)).then(pl.lit(DIFFERS)).otherwise("reason"),
    )


def counted(ratings: pl.DataFrame, truths: pl.DataFrame) -> dict[str, int]:
    """How many items lack a truth, have one and were not judged, or have several that differ."""
    judged, known = (_items(rows.filter(pl.col("reason").is_null())) for rows in (ratings, truths))
    return {
        "items_without_truth": len(judged - known),
        "truths_of_items_without_judgement": len(known - judged),
        "items_with_different_truths": len(_items(truths.filter(pl.col("reason") == DIFFERS))),
    }


def _items(rows: pl.DataFrame) -> set[str]:
    return set(rows["item_id"])
