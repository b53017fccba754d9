"""Classes that raters gave alone, the right ones, and who of them is not counted in H2.4."""

from __future__ import annotations

import pandas as pd
import polars as pl

from workbench.data import Community
from workbench.studies.crowdsourcing.groups import BEFORE
from workbench.studies.once import once


@once
def judgements(community: Community, *, every: bool = False) -> pd.DataFrame:
    """
    Classes that raters gave to items without having seen those of others.

    One row a judgement: item, rater, label. Ratings without a class or a rater, and those given
    after a talk, are left out. A rater who gave one class twice to an item counts once, and one who
    gave several to it does not count there; `every` counts each judgement, as it stands.
    """
    rows = _given(community)
    if not every:
        one = pl.col("label").n_unique().over("item", "rater") == 1
        rows = rows.filter(one).unique()
    return rows.sort("item", "rater", "label").to_pandas()


def _given(community: Community) -> pl.DataFrame:
    """Every class that a known rater gave without having seen those of others, as it stands."""
    return community.ratings.filter(
        pl.col("label").is_not_null()
        & pl.col("rater_id").is_not_null()
        & (pl.col("round").is_null() | (pl.col("round") == BEFORE))
    ).select(item="item_id", rater="rater_id", label="label")


@once
def not_counted(community: Community) -> tuple[int, int]:
    """Pairs of rater and item with contradicting classes, and known classes nobody judged."""
    given = _given(community)
    kinds = given.group_by("item", "rater").agg(pl.col("label").n_unique())
    known = truths(community).index
    return int((kinds["label"] > 1).sum()), int((~known.isin(given["item"].to_list())).sum())


@once
def truths(community: Community) -> pd.Series:
    """The right class of every item that has one, by item."""
    known = community.read("truths").filter(pl.col("label").is_not_null())
    return known.select("item_id", "label").to_pandas().set_index("item_id")["label"]
