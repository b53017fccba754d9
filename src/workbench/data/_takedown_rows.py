"""Canonical tables without the rows of listed accounts and posts, and the count of what left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from workbench.data import pseudonyms, threads
from workbench.data.cleaning import SORTED_BY
from workbench.data.rows import in_order, typed
from workbench.schema import TABLES
from workbench.sources import REJECTED

REASON = "taken down"
NOT_COUNTED = "rows that were taken down are not counted here"
WITH_THEM = ("read", "quarantined")  # the counts that hold them
POST_KEY = ["community_id", "post_id"]
PERSON_KEY = ["community_id", "person_id"]


@dataclass(frozen=True)
class Listed:
    """Keyed hashes of the accounts and posts that a list names, and the key they were made with."""

    accounts: frozenset[str]
    posts: frozenset[str]
    key: bytes

    def are_posts(self, ids: pl.Series) -> pl.Series:
        """Which ids are those of listed posts; an empty one is not."""
        if not self.posts:
            return ids.is_null() & False
        marks = pseudonyms.hidden(ids, key=self.key, kind="post")
        return marks.is_in(list(self.posts)).fill_null(False)

    def are_people(self, ids: pl.Series) -> pl.Series:
        """Which pseudonyms are those of listed accounts; an empty one is not."""
        return ids.is_in(list(self.accounts)).fill_null(False)


@dataclass(frozen=True)
class Kept:
    """
    What a takedown leaves.

    tables : canonical tables. removed : per table, how many rows left. undated : of the people who
    left, how many had no joining date.
    """

    tables: dict[str, pl.DataFrame]
    removed: dict[str, int]
    undated: int


def without(tables: Mapping[str, pl.DataFrame], listed: Listed, *, people_read: int) -> Kept:
    """
    Tables without what is listed, in their order of rows; replies to a removed post stay.

    Where no row of `people` was read (`people_read` is 0), whoever is in no other table any more
    leaves too: such rows are made from those tables.
    """
    posts, gone = _split(tables["posts"], listed)
    about = {
        name: tables[name].filter(~goes) for name, goes in _about(tables, gone, listed).items()
    }
    people = tables["people"].filter(~listed.are_people(tables["people"]["person_id"]))
    if not people_read:
        seen = pl.concat(
            posts.select("community_id", person_id=name).cast(pl.String)
            for name in ("author_id", "recipient_id")
        ).vstack(about["ratings"].select("community_id", person_id="rater_id"))
        people = people.join(seen.unique(), on=PERSON_KEY, how="semi", maintain_order="left")
    kept = {**tables, **about, "posts": posts, "people": people}
    # What was renamed may sort elsewhere, such as ratings, which are sorted by all their columns.
    sorted_ = {name: frame.sort(SORTED_BY[name]) for name, frame in kept.items()}
    removed = {name: tables[name].height - kept[name].height for name in kept}
    left = tables["people"].join(people, on=PERSON_KEY, how="anti")
    return Kept(sorted_, removed, left["joined_us"].null_count())


def _split(posts: pl.DataFrame, listed: Listed) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Posts that stay, and of those that go the key with the hash of their id."""
    goes = listed.are_people(posts["author_id"]) | listed.are_posts(posts["post_id"])
    gone = posts.filter(goes).select(
        *POST_KEY, pseudonyms.hidden(posts["post_id"].filter(goes), key=listed.key, kind="post")
        .alias("mark")
    )  # fmt: skip
    stay = posts.filter(~goes)
    prefix = threads.absent_prefix(posts["post_id"])
    absent = threads.missing_openers(stay)
    sought = absent.zip_with(listed.are_posts(absent), pl.Series([None], dtype=pl.String))
    unseen = pseudonyms.hidden(sought, key=listed.key, kind="post")
    opener = stay.join(
        gone, left_on=["community_id", "thread_id"], right_on=POST_KEY, how="left",
        maintain_order="left",
    )["mark"]  # fmt: skip
    renamed = stay.with_columns(
        thread_id=pl.coalesce(prefix + opener, prefix + unseen, stay["thread_id"]),
        parent_id=pl.when(~_of(stay, gone, "parent_id")).then("parent_id"),
        recipient_id=pl.when(~listed.are_people(stay["recipient_id"])).then("recipient_id"),
    )
    return renamed, gone


def _about(
    tables: Mapping[str, pl.DataFrame], gone: pl.DataFrame, listed: Listed
) -> dict[str, pl.Series]:
    """Per table beside posts and people, which rows are by or about what goes."""
    items = {
        name: _of(tables[name], gone, "item_id") | listed.are_posts(tables[name]["item_id"])
        for name in ("ratings", "truths")
    }
    return {
        "ratings": items["ratings"] | listed.are_people(tables["ratings"]["rater_id"]),
        "truths": items["truths"],
        "tags": _of(tables["tags"], gone, "post_id"),
        "ideas": _of(tables["ideas"], gone, "post_id"),
    }


def _of(frame: pl.DataFrame, gone: pl.DataFrame, column: str) -> pl.Series:
    """Which rows name, in `column`, a post that goes."""
    named = frame.select("community_id", post_id=column)
    found = named.join(
        gone.select(*POST_KEY, _gone=pl.lit(True)), on=POST_KEY, how="left", maintain_order="left"
    )
    return found["_gone"].fill_null(False)


def set_aside(removed: Mapping[str, int]) -> pl.DataFrame:
    """Rows of the quarantine for rows that left; nothing in them tells which these were."""
    rows = [
        {"table": table, "row": None, "reason": REASON, "place": None}
        for table, count in removed.items()
        for _ in range(count)
    ]
    return pl.DataFrame(rows, schema=REJECTED)


def untold(
    counts: Mapping[str, Mapping[str, int]], quarantine: Mapping[str, Mapping[str, int]]
) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    """
    Counts of rows and reasons for people's eyes: rows that were taken down are in none of them.

    Their number would be how much one person wrote. They leave what was read as well, so that rows
    read are still rows kept and rows set aside.
    """
    left = {table: reasons.get(REASON, 0) for table, reasons in quarantine.items()}
    shown = {
        table: {**count, **{what: count[what] - left.get(table, 0) for what in WITH_THEM}}
        for table, count in counts.items()
    }
    others = {
        table: {reason: rows for reason, rows in reasons.items() if reason != REASON}
        for table, reasons in quarantine.items()
    }
    return shown, {table: reasons for table, reasons in others.items() if reasons}


def forgotten(
    quarantine: pl.DataFrame, read: Mapping[str, pl.DataFrame], listed: Listed
) -> pl.DataFrame:
    """The quarantine of one load, in which rows of what is listed cannot be told any more."""
    posts = read["posts"]
    goes = listed.are_people(posts["author_id"]) | listed.are_posts(posts["post_id"])
    gone = posts.filter(goes).select(POST_KEY).unique()
    by = {
        "posts": goes,
        "people": listed.are_people(read["people"]["person_id"]),
        **_about(read, gone, listed),
    }
    numbered = [
        in_order(typed(read[table], TABLES[table], where="takedown").with_columns(_theirs=mine))
        .filter("_theirs")
        .select("row", "_theirs", table=pl.lit(table))
        for table, mine in by.items()
    ]
    told = quarantine.join(pl.concat(numbered), on=["table", "row"], how="left")
    hide = pl.col("_theirs").fill_null(False)
    return told.select(
        "table",
        row=pl.when(~hide).then("row"),
        reason=pl.when(hide).then(pl.lit(REASON)).otherwise("reason"),
        place=pl.when(~hide).then("place"),
    ).cast(REJECTED)
