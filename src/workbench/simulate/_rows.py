"""What the functions that plant defects share: which rows are spoiled, and whose they are."""

from __future__ import annotations

import numpy as np
import polars as pl

Tables = dict[str, pl.DataFrame]
Counts = dict[str, int]

SECOND = 1_000_000
DAY = 86_400 * SECOND
PAIR = ["community_id", "post_id"]


def picked(
    rows: pl.DataFrame, fits: pl.Expr, share: float, draws: np.random.Generator
) -> pl.Series:
    """True for this share of the rows that fit; every row has its draw, whether it fits or not."""
    fitting = rows.select(fits.fill_null(False)).to_series().to_numpy()
    lots = np.where(fitting, draws.random(len(fitting)), np.inf)
    there = int(fitting.sum())
    count = min(there, max(1, int(share * there + 0.5))) if share else 0
    chosen = np.zeros(len(lots), dtype=bool)
    chosen[np.argsort(lots, kind="stable")[:count]] = True
    return pl.Series("picked", chosen)


def among(rows: pl.DataFrame, column: str, people: pl.DataFrame) -> pl.Series:
    """True where `column` names one of these people of the row's community."""
    who = people.select("community_id", pl.col("person_id").alias(column), named=pl.lit(True))
    keys = ["community_id", column]
    return rows.join(who, on=keys, how="left", maintain_order="left")["named"].fill_null(False)
