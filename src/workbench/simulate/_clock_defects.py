"""Defects of clocks: local times, the hour shown twice, servers out of step, bare dates."""

from __future__ import annotations

import numpy as np
import polars as pl

from workbench.simulate._rows import DAY, PAIR, SECOND, Counts, Tables, picked

HOUR = 3_600 * SECOND
# One zone that changes its clocks in each half of the year, and one that never does.
CHANGING = ("Europe/Rome", "Australia/Sydney")
STEADY = "Asia/Tokyo"
LONGEST_LEAD_SECONDS = 5


def _wall(times: pl.Expr, zone: str) -> pl.Expr:
    """What a clock on the wall shows at these microseconds since 1970 UTC."""
    utc = times.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return utc.dt.convert_time_zone(zone).dt.replace_time_zone(None)


def _shown_twice(times: pl.Expr, communities: pl.DataFrame) -> pl.Expr:
    """Whether the local clock shows this time also an hour earlier or later."""
    twice = pl.lit(False)
    stamped = communities.drop_nulls("stamps_in").select("community_id", "stamps_in")
    for community, zone in stamped.iter_rows():
        now = _wall(times, zone)
        again = (_wall(times + HOUR, zone) == now) | (_wall(times - HOUR, zone) == now)
        twice |= (pl.col("community_id") == community) & again
    return twice


def local_stamps(tables: Tables, share: float, draws: np.random.Generator) -> tuple[Tables, Counts]:
    """One community's posts are dated by a clock on the wall, in a zone without summer time."""
    communities = tables["communities"]
    lot = int(draws.integers(communities.height))
    if not share:
        return tables, {"local_stamps": 0}
    mine = pl.int_range(pl.len()) == lot
    zoned = communities.with_columns(stamps_in=pl.when(mine).then(pl.lit(STEADY)))
    dated = (tables["posts"]["community_id"] == communities["community_id"][lot]).sum()
    return {**tables, "communities": zoned}, {"local_stamps": int(dated)}


def repeated_hour(tables: Tables, share: float, _: np.random.Generator) -> tuple[Tables, Counts]:
    """
    That clock is set back in autumn: what was posted in the hour it shows twice has no known time.

    Of the two halves of the earth, the one in which this befalls more posts. Also counted: replies
    whose parent is lost with the hour, and threads whose opening post is lost, but not every reply.
    """
    communities, posts = tables["communities"], tables["posts"]
    found = dict.fromkeys(
        ("repeated_hour", "parents_in_the_repeated_hour", "threads_opened_in_the_repeated_hour"), 0
    )
    if not share or communities["stamps_in"].null_count() == communities.height:
        return tables, found
    stamped = pl.col("stamps_in").is_not_null()
    zoned = [
        communities.with_columns(stamps_in=pl.when(stamped).then(pl.lit(zone))) for zone in CHANGING
    ]
    lost = [posts.select(_shown_twice(pl.col("created_us"), one)).to_series() for one in zoned]
    most = int(lost[1].sum() > lost[0].sum())
    posts = posts.with_columns(lost=lost[most])
    gone = posts.filter("lost").select(PAIR)
    kept = posts.filter(~pl.col("lost"))
    orphans = kept.join(gone, left_on=["community_id", "parent_id"], right_on=PAIR)
    threads = kept.join(gone, left_on=["community_id", "thread_id"], right_on=PAIR)
    opened = threads.select("community_id", "thread_id").n_unique()
    found = dict(zip(found, (gone.height, orphans.height, opened), strict=True))
    stamps = kept.join(zoned[most].drop_nulls("stamps_in"), on="community_id", how="semi").height
    changed = {**tables, "communities": zoned[most], "posts": posts}
    return changed, {**found, "local_stamps": stamps}


def early_replies(
    tables: Tables, share: float, draws: np.random.Generator
) -> tuple[Tables, Counts]:
    """Direct replies dated 1 to 5 seconds before the post that opened the thread."""
    posts = tables["posts"]
    opening = posts.filter(pl.col("post_id") == pl.col("thread_id")).select(
        "community_id", "thread_id", opened_us="created_us", opener_lost="lost"
    )
    windows = tables["communities"].select("community_id", "observed_from_us")
    lead = SECOND * pl.Series(draws.integers(1, LONGEST_LEAD_SECONDS + 1, posts.height))
    keys = ["community_id", "thread_id"]
    dated = (
        posts.join(opening, on=keys, how="left", maintain_order="left")
        .join(windows, on="community_id", how="left", maintain_order="left")
        .with_columns(early_us=pl.col("opened_us") - lead)
    )
    fits = (
        (pl.col("parent_id") == pl.col("thread_id"))
        & (pl.col("post_id") != pl.col("thread_id"))
        & ~(pl.col("lost") | pl.col("opener_lost"))
        & ~_shown_twice(pl.col("early_us"), tables["communities"])
        & (pl.col("early_us") >= pl.col("observed_from_us").fill_null(pl.col("created_us").min()))
    )
    early = picked(dated, fits, share, draws)
    moved = pl.when(early).then("early_us").otherwise("created_us")
    changed = dated.with_columns(created_us=moved, touched=pl.col("touched") | early)
    return {**tables, "posts": changed.select(posts.columns)}, {"early_replies": int(early.sum())}


def day_only_ratings(tables: Tables, share: float, _: np.random.Generator) -> tuple[Tables, Counts]:
    """Ratings that say on which day they were given, and no hour."""
    if not share or "ratings" not in tables:
        return tables, {"day_only_ratings": 0}
    ratings = tables["ratings"].with_columns(
        created_us=pl.col("created_us") // DAY * DAY, day_only=pl.col("created_us").is_not_null()
    )
    return {**tables, "ratings": ratings}, {"day_only_ratings": int(ratings["day_only"].sum())}
