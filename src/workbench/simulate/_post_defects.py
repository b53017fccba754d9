"""Defects of posts: parents that are gone, ids out of order, edits, other scripts, double rows."""

from __future__ import annotations

import numpy as np
import polars as pl

from workbench.simulate._rows import DAY, SECOND, Counts, Tables, picked

RIGHT_TO_LEFT, ACCENTED = "right to left", "accented"


def missing_parents(
    tables: Tables, share: float, draws: np.random.Generator
) -> tuple[Tables, Counts]:
    """Replies that answer a post which is not in the export; it gets its id with the others."""
    posts = tables["posts"]
    there = posts.select("community_id", parent_id="post_id", parent_lost="lost")
    known = posts.join(there, on=["community_id", "parent_id"], how="left", maintain_order="left")
    fits = ~(pl.col("touched") | pl.col("lost") | pl.col("parent_lost"))
    orphan = picked(known, fits, share, draws)
    changed = posts.with_columns(orphan=orphan, touched=pl.col("touched") | orphan)
    return {**tables, "posts": changed}, {"missing_parents": int(orphan.sum())}


def edited_text(tables: Tables, share: float, draws: np.random.Generator) -> tuple[Tables, Counts]:
    """Posts changed a minute to a day after they were written; the text is the last one."""
    posts = tables["posts"]
    later = pl.Series(draws.integers(60 * SECOND, DAY, posts.height))
    edited = picked(posts, ~pl.col("lost") & (pl.col("length") > 0), share, draws)
    when = pl.when(edited).then(pl.col("created_us") + later)
    changed = posts.with_columns(edited_us=when)
    return {**tables, "posts": changed}, {"edited_text": int(edited.sum())}


def other_scripts(
    tables: Tables, share: float, draws: np.random.Generator
) -> tuple[Tables, Counts]:
    """Posts with letters beyond ASCII, the first and every second one from right to left."""
    posts = tables["posts"]
    chosen = picked(posts, ~pl.col("lost") & (pl.col("length") > 0), share, draws)
    odd = chosen & (chosen.cum_sum() % 2 == 1)
    script = pl.when(odd).then(pl.lit(RIGHT_TO_LEFT)).when(chosen).then(pl.lit(ACCENTED))
    found = {"other_scripts": int(chosen.sum()), "right_to_left": int(odd.sum())}
    return {**tables, "posts": posts.with_columns(script=script)}, found


def ids_out_of_order(
    tables: Tables, share: float, draws: np.random.Generator
) -> tuple[Tables, Counts]:
    """
    Posts get even numbers in the order of their times; some have exchanged theirs with the next.

    Of two posts that exchanged numbers, the later one has an id below that of the one before it.
    The odd numbers are those of posts that are gone: a missing parent has one.
    """
    posts = tables["posts"].sort("community_id", "created_us", "post_id")
    place = pl.int_range(1, pl.len() + 1).over("community_id")
    after = {name: pl.col(name).shift(-1).over("community_id") for name in ("lost", "created_us")}
    fits = (
        (place % 2 == 1)
        & ~(pl.col("lost") | after["lost"])
        & (pl.col("created_us") < after["created_us"])
    )
    # Every second post may be the first of a pair, so that twice the share of them is meant.
    first = picked(posts, fits, min(1.0, 2 * share), draws).cast(pl.Int64)
    moved = first - first.shift(1, fill_value=0)
    number = posts.select(2 * (place + pl.lit(moved))).to_series()
    numbered = {**tables, "posts": _renumbered(posts, number)}
    if "ratings" in tables:
        numbered["ratings"] = _named(tables["ratings"], "item_id", posts, number)
    return numbered, {"ids_out_of_order": int(first.sum())}


def _renumbered(posts: pl.DataFrame, number: pl.Series) -> pl.DataFrame:
    """Posts under their numbers, wherever they are named; a missing parent's number is nobody's."""
    named = _named(_named(posts, "thread_id", posts, number), "parent_id", posts, number)
    gone = (pl.col("parent_id").cast(pl.Int64, strict=False) - 1).cast(pl.String)
    parent = pl.when("orphan").then(gone).otherwise("parent_id")
    return named.with_columns(parent_id=parent, post_id=number.cast(pl.String)).drop("orphan")


def _named(rows: pl.DataFrame, column: str, posts: pl.DataFrame, number: pl.Series) -> pl.DataFrame:
    """`column`, where it names a post, by the post's number; anything else stays as it is."""
    new = posts.select("community_id", pl.col("post_id").alias(column), new=number.cast(pl.String))
    keys = ["community_id", column]
    joined = rows.join(new, on=keys, how="left", maintain_order="left")
    return rows.with_columns(pl.coalesce(joined["new"], column).alias(column))


def exact_duplicates(
    tables: Tables, share: float, draws: np.random.Generator
) -> tuple[Tables, Counts]:
    """Posts that are written twice, the second time below the first."""
    posts = tables["posts"]
    twice = picked(posts, ~(pl.col("lost") | pl.col("touched")), share, draws)
    both = pl.concat([posts, posts.filter(twice)])
    written = both.sort("community_id", "created_us", pl.col("post_id").cast(pl.Int64))
    return {**tables, "posts": written}, {"exact_duplicates": int(twice.sum())}
