"""
Clean: tables as an export has them -> canonical tables, and every row set aside with its reason.

Nothing is lost and nothing is mended silently: in every table, rows read = rows kept + rows in
quarantine, and whatever was repaired in a kept row is counted in `notes`. The rules of a table are
applied in order; a row is set aside by the first that it breaks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from workbench.data import threads
from workbench.data.rows import ORIGIN, Rules, balance, in_order, key_rules, split, typed
from workbench.schema import COMMUNITIES, PEOPLE, POSTS, RATINGS, TABLES, TAGS, conform
from workbench.sources import REJECTED

CLOCK_SKEW_US = 5_000_000
EARLIEST_US = 788_918_400_000_000  # 1995-01-01
LATEST_US = 2_082_758_400_000_000  # 2036-01-01
SORTED_BY = {
    "communities": ["community_id"],
    "people": ["community_id", "person_id"],
    "posts": ["community_id", "created_us", "post_id"],
    "ratings": RATINGS.names,
    "tags": TAGS.names,
}


@dataclass(frozen=True)
class Cleaned:
    """
    What cleaning leaves.

    tables : canonical tables by name, sorted. quarantine : `table, row, reason, place`, one row for
    each row set aside. notes : how many rows were repaired or are worth knowing about, by kind.
    counts : per table, rows read, kept, quarantined and derived (made here, not read).
    thread_ids : what the thread keys were taken for, `post` or `topic`.
    """

    tables: dict[str, pl.DataFrame]
    quarantine: pl.DataFrame
    notes: dict[str, int]
    counts: dict[str, dict[str, int]]
    thread_ids: str


def clean(
    tables: Mapping[str, pl.DataFrame],
    rejected: pl.DataFrame,
    *,
    thread_ids: str = "detect",
    clock_skew_us: int = CLOCK_SKEW_US,
    where: str = "clean",
) -> Cleaned:
    """
    Bring an export's tables (`sources.Batch`, all batches together) to the canonical schema.

    `thread_ids` says what thread keys are: see `threads.found_mode`. A reply dated before the post
    that opened its thread by more than `clock_skew_us` and the two ticks' widths is set aside.

    Raises
    ------
    SchemaError
        A column has values of a wrong type.
    DataError
        `thread_ids` is unknown, or rows do not add up.
    """
    given = {
        t.name: in_order(typed(tables.get(t.name, t.empty()), t, where=where))
        for t in TABLES.values()
    }
    communities, no_communities = split(given["communities"], COMMUNITIES, key_rules(COMMUNITIES))
    posts, no_posts, post_notes, mode = _posts(
        given["posts"], communities, mode=thread_ids, skew=clock_skew_us
    )
    known = [("its community is not described", ~_described(communities))]
    people, no_people = split(given["people"], PEOPLE, known + key_rules(PEOPLE))
    ratings, no_ratings = split(given["ratings"], RATINGS, known + _rating_rules())
    untagged = [("its post is not in the record", ~_kept(posts))]
    tags, no_tags = split(given["tags"], TAGS, untagged + key_rules(TAGS))
    people, undated = _emptied_joins(people)
    derived = _derived_people(people, posts, ratings)
    shaped = {
        "communities": _windows(communities, posts, ratings),
        "people": pl.concat([people, derived], how="diagonal"),
        "posts": posts,
        "ratings": ratings,
        "tags": tags,
    }
    aside = [rejected.cast(REJECTED), no_communities, no_posts, no_people, no_ratings, no_tags]
    quarantine = pl.concat(aside).sort("table", "row", "reason", "place")
    kept = {**shaped, "communities": communities, "people": people}
    counts = {
        name: {
            "read": given[name].height + rejected.filter(pl.col("table") == name).height,
            "kept": kept[name].height,
            "quarantined": quarantine.filter(pl.col("table") == name).height,
            "derived": shaped[name].height - kept[name].height,
        }
        for name in TABLES
    }
    balance(counts, where=where)
    final = {
        name: conform(shaped[name], TABLES[name], where=where).sort(SORTED_BY[name])
        for name in TABLES
    }
    notes = {**post_notes, "derived_people": derived.height, "join_dates_emptied": undated}
    return Cleaned(final, quarantine, notes, counts, mode)


def _described(communities: pl.DataFrame) -> pl.Expr:
    return pl.col("community_id").is_in(communities["community_id"].implode())


def _kept(posts: pl.DataFrame) -> pl.Expr:
    """Whether the row's post is among these."""
    key = pl.struct("community_id", "post_id")
    return key.is_in(posts.select(key).to_series().implode())


def _impossible(column: str) -> pl.Expr:
    return ~pl.col(column).is_between(EARLIEST_US, LATEST_US, closed="left")


def _rating_rules() -> Rules:
    return [*key_rules(RATINGS), ("dated outside 1995 to 2035", _impossible("created_us"))]


def _posts(
    posts: pl.DataFrame, communities: pl.DataFrame, *, mode: str, skew: int
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, int], str]:
    """Posts kept with their threads, posts set aside, notes, and what thread keys are."""
    windows = communities.select("community_id", "observed_from_us", "observed_until_us")
    posts = posts.join(windows, on="community_id", how="left", maintain_order="left")
    ended = pl.col("created_us") + pl.col("precision_us") <= pl.col("observed_from_us")
    after = pl.col("created_us") > pl.col("observed_until_us")
    rules = [
        ("its community is not described", ~_described(communities)),
        *key_rules(POSTS, later=("thread_id",)),
        ("dated outside 1995 to 2035", _impossible("created_us")),
        ("dated outside the record", ended.fill_null(False) | after),
    ]
    kept, aside = split(posts, POSTS, rules)
    cycle = pl.lit(threads.on_cycle(threads.parents(kept)))
    kept, looping = split(kept, POSTS, [("parent links form a cycle", cycle)])
    mode = threads.found_mode(kept, mode)
    cycle = pl.lit(threads.on_cycle(threads.links(kept, mode)))
    kept, crossing = split(kept, POSTS, [("thread links form a cycle", cycle)])
    kept = _with_lead(kept.with_columns(threads.thread_ids(kept, mode)))
    too_early = pl.col("_lead_us") > pl.col("_ticks_us") + skew
    kept, early = split(kept, POSTS, [("dated before its thread opened", too_early)])
    kept, notes = _noted(kept)
    return (
        kept.select(*POSTS.names, *ORIGIN),
        pl.concat([aside, looping, crossing, early]),
        notes,
        mode,
    )


def _with_lead(posts: pl.DataFrame) -> pl.DataFrame:
    """`_lead_us`: by how much a post is dated before its opening post; `_ticks_us`: both widths."""
    opening = posts.filter(pl.col("post_id") == pl.col("thread_id")).select(
        "community_id", "thread_id", _opened_us="created_us", _tick_us="precision_us"
    )
    joined = posts.join(
        opening, on=["community_id", "thread_id"], how="left", maintain_order="left"
    )
    return joined.with_columns(
        _lead_us=(pl.col("_opened_us") - pl.col("created_us")).fill_null(0),
        _ticks_us=pl.col("_tick_us").fill_null(0) + pl.col("precision_us"),
    )


def _noted(posts: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Posts with parents that are in the record or empty, and what is worth counting in them."""
    itself = posts["parent_id"].eq(posts["post_id"]).fill_null(False)
    absent = posts["parent_id"].is_not_null() & threads.positions(posts, "parent_id").is_null()
    opened = posts.select(
        (pl.col("thread_id") == pl.col("post_id")).any().over("community_id", "thread_id")
    )
    unopened = posts.filter(~opened.to_series())
    notes = {
        "missing_parents": int(absent.sum()),
        "posts_naming_themselves_as_parent": int(itself.sum()),
        "threads_without_opening_post": unopened.select("community_id", "thread_id").n_unique(),
        "replies_within_clock_skew": int(posts["_lead_us"].gt(0).sum()),
        "posts_by_deleted_authors": posts["author_id"].null_count(),
        "posts_by_bots": int(posts["is_bot"].sum()),
        "ids_out_of_order": _out_of_order(posts),
    }
    parent = pl.when(pl.lit(~(itself | absent))).then("parent_id")
    return posts.with_columns(parent.alias("parent_id")), notes


def _out_of_order(posts: pl.DataFrame) -> int:
    """Posts whose number is below that of the post before them, in communities that number them."""
    numbers = posts.select(
        "community_id", "created_us", number=pl.col("post_id").cast(pl.Int64, strict=False)
    )
    numbered = numbers.filter(pl.col("number").is_not_null().all().over("community_id"))
    # Within one tick of the clock the order is not known, so that the ids decide.
    ordered = numbered.sort("community_id", "created_us", "number")
    falls = pl.col("number").diff().over("community_id") < 0
    return ordered.filter(falls).height


def _emptied_joins(people: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """People whose impossible joining dates are emptied, and how many those are."""
    bad = people.select(_impossible("joined_us").fill_null(False)).to_series()
    joined = pl.when(pl.lit(~bad)).then("joined_us").alias("joined_us")
    return people.with_columns(joined), int(bad.sum())


def _derived_people(
    people: pl.DataFrame, posts: pl.DataFrame, ratings: pl.DataFrame
) -> pl.DataFrame:
    """A row for everybody who wrote, received or rated without a row of their own."""
    nobody = pl.lit(False)
    seen = pl.concat(
        [
            posts.select("community_id", "is_bot", person_id="author_id"),
            posts.select("community_id", person_id="recipient_id", is_bot=nobody),
            ratings.select("community_id", person_id="rater_id", is_bot=nobody),
        ],
        how="diagonal",
    )
    each = seen.drop_nulls("person_id").group_by("community_id", "person_id")
    everyone = each.agg(pl.col("is_bot").any())
    return everyone.join(people, on=["community_id", "person_id"], how="anti")


def _windows(communities: pl.DataFrame, posts: pl.DataFrame, ratings: pl.DataFrame) -> pl.DataFrame:
    """Communities with the record's limits: as stated, else the first and last dated row."""
    dated = pl.concat([frame.select("community_id", "created_us") for frame in (posts, ratings)])
    spans = dated.group_by("community_id").agg(
        first=pl.col("created_us").min(), last=pl.col("created_us").max()
    )
    joined = communities.join(spans, on="community_id", how="left", maintain_order="left")
    return joined.with_columns(
        observed_from_us=pl.coalesce("observed_from_us", "first"),
        observed_until_us=pl.coalesce("observed_until_us", "last"),
    ).drop("first", "last")
