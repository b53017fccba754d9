"""Defects of accounts: those who left, and those who had two."""

from __future__ import annotations

import numpy as np
import polars as pl

from workbench.simulate._rows import Counts, Tables, among, picked


def deleted_accounts(
    tables: Tables, share: float, draws: np.random.Generator
) -> tuple[Tables, Counts]:
    """People who deleted their account: their row is gone, their posts stay without an author."""
    people = tables["people"]
    gone = people.filter(picked(people, ~pl.col("is_bot"), share, draws))
    changed = {**tables, "people": people.join(gone, on=["community_id", "person_id"], how="anti")}
    for name, columns in (("posts", ("author_id", "recipient_id")), ("ratings", ("rater_id",))):
        for column in columns if name in tables else ():
            nobody = pl.when(~among(changed[name], column, gone)).then(column).alias(column)
            changed[name] = changed[name].with_columns(nobody)
    written = changed["posts"].filter(~pl.col("lost") & pl.col("author_id").is_null()).height
    return changed, {"deleted_accounts": gone.height, "posts_by_deleted_accounts": written}


def merged_accounts(
    tables: Tables, share: float, draws: np.random.Generator
) -> tuple[Tables, Counts]:
    """People whose earlier posts are under another account, which was merged into theirs."""
    people, posts = tables["people"], tables["posts"]
    many = posts.group_by("community_id", person_id="author_id").len().filter(pl.col("len") > 1)
    fits = ~pl.col("is_bot") & pl.lit(among(people, "person_id", many))
    survivors = people.filter(picked(people, fits, share, draws))
    author = ["community_id", "author_id"]
    earlier = pl.int_range(pl.len()).over(author) < pl.len().over(author) // 2
    moved = posts.select(pl.lit(among(posts, "author_id", survivors)) & earlier).to_series()
    old = pl.format("{}-old", "author_id")
    accounts = survivors.with_columns(
        merged_into="person_id", person_id=pl.format("{}-old", "person_id")
    )
    changed = posts.with_columns(author_id=pl.when(moved).then(old).otherwise("author_id"))
    found = {
        "merged_accounts": survivors.height,
        "posts_of_merged_accounts": int((moved & ~posts["lost"]).sum()),
    }
    return {**tables, "people": pl.concat([people, accounts]), "posts": changed}, found
