"""
A newer export of the same communities: merged with what is stored, and every row accounted for.

Of a post that is in both, the newer values stand. A post that only the store has stays: either the
newer export does not cover its time, or it is marked as gone, so that waits are not made of those
threads alone that survived. Which of two exports is newer is decided for each community, by the
last moment that they cover; an older one that comes afterwards adds what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from workbench.data import threads, uniting
from workbench.data.cleaning import SORTED_BY
from workbench.data.rejoining import KEY, going_on, rejoined
from workbench.data.uniting import LIMITS, NEVER
from workbench.schema import COMMUNITIES, CONTESTS, PEOPLE, POSTS, TABLES

OVERLAP = 10  # a tenth
# Tables whose rows are about items, and the tables that tell which items an export describes.
ABOUT_ITEMS = {
    "ratings": ("posts", "ratings"),
    "tags": ("posts",),
    "truths": ("posts", "ratings", "truths"),
    "ideas": ("posts",),
}
TOGETHER = ("thread_id", "parent_id", "is_gone")  # decided by all exports together


@dataclass(frozen=True)
class Export:
    """
    One export, cleaned.

    tables : canonical tables by name. read : posts and people as they were read, before cleaning.
    topics : its thread ids are topic numbers. whole : no part of it was left out as damaged, so
    that what it lacks has vanished. skew : microseconds a reply may be dated before its thread.
    again : it was merged before, and others after it.
    """

    tables: Mapping[str, pl.DataFrame]
    read: Mapping[str, pl.DataFrame]
    topics: bool
    whole: bool
    skew: int
    again: bool = False


@dataclass(frozen=True)
class Grown:
    """
    What is to be stored.

    changes : per table, rows by what became of them. Of the export: `new`, `updated`, `unchanged`,
    `outdated` (an older export's, not taken). Of the store: `updated`, `unchanged`, `outdated` (not
    for `ABOUT_ITEMS`), `not_covered`, `gone`, `set_aside` (in the export, but set aside there),
    `replaced` (what was said about items that the export describes). `back` counts, among the
    updated, those that had been gone. notes : what is worth knowing, by kind. described : the
    communities of the export, with the ids that are stored.
    """

    tables: dict[str, pl.DataFrame]
    changes: dict[str, dict[str, int]]
    notes: dict[str, int]
    described: pl.DataFrame


def merged(old: Mapping[str, pl.DataFrame], export: Export, *, windows: pl.DataFrame) -> Grown:
    """
    The stored tables `old` and those of `export` together.

    `windows` has the columns `uniting.WINDOW`: the limits of the exports that `old` came from. Rows
    of `export` = new + updated + unchanged + outdated, in every table.
    """
    export, alike = _called_alike(old["communities"], export)
    new, tables, changes = export.tables, {}, {}
    sides = uniting.sides(old["communities"], new["communities"], again=export.again)
    stated = export.read["people"].select(PEOPLE.key)
    tables["communities"] = uniting.communities(old["communities"], new["communities"], sides)
    tables["people"] = uniting.people(old["people"], new["people"], sides, stated=stated)
    tables["contests"] = uniting.contests(old["contests"], new["contests"], sides)
    for table in (COMMUNITIES, PEOPLE, CONTESTS):
        given = (old[table.name], new[table.name], tables[table.name])
        changes[table.name] = uniting.by_key(*given, table=table)
    tables["posts"], changes["posts"], notes = _posts(old["posts"], export, sides, windows)
    for name, items in ABOUT_ITEMS.items():
        described = [
            pl.concat([uniting.items(given[item]) for item in items]) for given in (old, new)
        ]
        tables[name], changes[name] = uniting.by_item(old[name], new[name], sides, *described)
    own = new["communities"].select(uniting.WINDOW)
    notes |= {
        "communities_matched_by_title": alike,
        "days_between_exports": uniting.uncovered_days(pl.concat([windows, own])),
    }
    ordered = {name: tables[name].sort(SORTED_BY[name]) for name in TABLES}
    return Grown(ordered, changes, notes, new["communities"])


def share_nothing(old: Mapping[str, pl.DataFrame], export: Export) -> bool:
    """
    Whether the export has not one stored post, though it is about the time of stored ones.

    That is so if a community of both was watched by both for more than a tenth of the shorter
    record: an export of the same community would have met a post again.
    """
    export, _ = _called_alike(old["communities"], export)
    if export.read["posts"].join(old["posts"], on=KEY, how="semi").height:
        return False
    posts = (old["posts"], export.tables["posts"])
    spans = [
        frame.group_by("community_id").agg(
            _first=pl.col("created_us").min(), _last=pl.col("created_us").max()
        )
        for frame in posts
    ]
    both = spans[0].join(spans[1], on="community_id", suffix="_new")
    together = pl.min_horizontal("_last", "_last_new") - pl.max_horizontal("_first", "_first_new")
    shorter = pl.min_horizontal(
        pl.col("_last") - pl.col("_first"), pl.col("_last_new") - pl.col("_first_new")
    )
    return both.filter(together > shorter / OVERLAP).height > 0


def _called_alike(old: pl.DataFrame, export: Export) -> tuple[Export, int]:
    """The export with the stored ids of communities whose name and platform are the stored ones."""
    shown = ["name", "platform"]
    strangers = [
        one.join(other, on="community_id", how="anti").filter(~pl.struct(shown).is_duplicated())
        for one, other in ((export.tables["communities"], old), (old, export.tables["communities"]))
    ]
    pairs = strangers[0].join(strangers[1], on=shown, suffix="_old")
    ids = dict(zip(pairs["community_id"], pairs["community_id_old"], strict=True))
    renamed = [
        {
            name: frame.with_columns(pl.col("community_id").replace(ids))
            for name, frame in given.items()
        }
        for given in (export.tables, export.read)
    ]
    return replace(export, tables=renamed[0], read=renamed[1]), len(ids)


def _posts(
    old: pl.DataFrame, export: Export, sides: pl.DataFrame, windows: pl.DataFrame
) -> tuple[pl.DataFrame, dict[str, int], dict[str, int]]:
    """All posts, what became of them, and which threads were joined."""
    old = old.with_columns(
        pl.col("is_gone").fill_null(False),
        missing=threads.missing_openers(old),
        joins=pl.lit(None, pl.String),
    )
    new = _as_read(export, old).join(sides.select("community_id", "newer"), on="community_id")
    held = new.join(old, on=KEY, how="semi")
    outdated = held.filter(~pl.col("newer"))
    taken = new.join(outdated, on=KEY, how="anti")
    taken = taken.with_columns(is_gone=_gone_later(taken, sides, windows))
    kept, fates = _kept(old, taken, outdated, export, sides)
    together = pl.concat([taken.drop("newer"), kept])
    final, notes = rejoined(together, skew=export.skew)
    if export.topics:
        notes["threads_by_topic_not_joined"] = _not_joined(old, new, sides)
    final = final.select(POSTS.names)
    updated = _changed(final, held.filter("newer"), old, POSTS.names)
    older = _changed(outdated, outdated, old, [n for n in POSTS.names if n not in TOGETHER])
    back = held.filter("newer").join(old.filter("is_gone"), on=KEY, how="semi").height
    changes = {
        "new": new.height - held.height,
        "updated": updated,
        "unchanged": held.height - updated - older,
        "outdated": older,
        **fates,
        "back": back,
    }
    return final, changes, notes


def _as_read(export: Export, old: pl.DataFrame) -> pl.DataFrame:
    """The export's posts with the parents that they name, in the record or not."""
    posts, key = export.tables["posts"], [*KEY, "created_us"]
    named = export.read["posts"].select(*key, _parent="parent_id").unique(key, keep="first")
    posts = posts.join(named, on=key, how="left", maintain_order="left")
    joins = going_on(posts, old) if export.topics else pl.lit(None, pl.String).alias("joins")
    return posts.select(
        *[name for name in POSTS.names if name not in ("parent_id", "is_gone")],
        parent_id=pl.coalesce("_parent", "parent_id"),
        is_gone=pl.lit(False),
        missing=threads.missing_openers(posts),
        joins=joins,
    ).select(*POSTS.names, "missing", "joins")


def _not_joined(old: pl.DataFrame, new: pl.DataFrame, sides: pl.DataFrame) -> int:
    """Threads of the export that may go on in posts it does not cover: topics are not stored."""
    covered = pl.col("created_us").is_between(*LIMITS).fill_null(False)
    beyond = old.join(sides, on="community_id").filter(~covered).select("community_id").unique()
    strangers = new.filter(pl.col("post_id") == pl.col("thread_id")).join(old, on=KEY, how="anti")
    return strangers.join(beyond, on="community_id", how="semi").height


def _changed(
    final: pl.DataFrame, some: pl.DataFrame, old: pl.DataFrame, names: Iterable[str]
) -> int:
    """How many of `some` posts have other values in `final` than in `old`."""
    both = final.join(some.select(KEY), on=KEY, how="semi").join(old, on=KEY, suffix="_old")
    return both.filter(uniting.differs(name for name in names if name not in KEY)).height


def _gone_later(posts: pl.DataFrame, sides: pl.DataFrame, windows: pl.DataFrame) -> pl.Series:
    """Which posts of an older export a newer one of the same time no longer has."""
    own = sides.filter(~pl.col("newer")).select("community_id", _own="observed_until_us")
    later = windows.join(own, on="community_id").filter(
        pl.col("observed_until_us") > pl.col("_own").fill_null(NEVER)
    )
    within = (
        posts.join(later, on="community_id")
        .filter(pl.col("created_us").is_between(*LIMITS))
        .select(KEY)
        .unique()
        .with_columns(_gone=pl.lit(True))
    )
    marked = posts.join(within, on=KEY, how="left", maintain_order="left")
    return marked["_gone"].fill_null(False)


def _kept(
    old: pl.DataFrame,
    taken: pl.DataFrame,
    outdated: pl.DataFrame,
    export: Export,
    sides: pl.DataFrame,
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Stored posts that stay as they are or are gone now, and why they do."""
    read = export.read["posts"].select(KEY).drop_nulls().unique().with_columns(_read=pl.lit(True))
    alone = (
        old.join(taken, on=KEY, how="anti")
        .join(sides, on="community_id", how="left")
        .join(read, on=KEY, how="left")
    )
    covered = pl.col("newer") & pl.col("created_us").is_between(*LIMITS)
    covered = covered.fill_null(False)
    aside = covered & pl.col("_read").fill_null(False)
    gone = covered & ~aside & pl.lit(export.whole)
    marked = alone.with_columns(_aside=aside, _lost=gone)
    fates = {
        "gone": int(marked["_lost"].sum()),
        "set_aside": int(marked["_aside"].sum()),
    }
    fates["not_covered"] = marked.height - outdated.height - sum(fates.values())
    return marked.with_columns(pl.col("is_gone") | pl.col("_lost")).select(old.columns), fates
