"""
Clean: tables as an export has them -> canonical tables, and every row set aside with its reason.

Nothing is lost and nothing is mended silently: in every table, rows read = rows kept + rows in
quarantine, and whatever was repaired in a kept row is counted. Every act is a rule with a name, a
choice and a count (`data.rules`); a row is set aside by the first that it breaks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from workbench.data import _cleaning_answers as answers
from workbench.data import rules as catalogue
from workbench.data._cleaning_posts import cleaned_posts
from workbench.data._cleaning_programs import known_as
from workbench.data._cleaning_words import emptied_channels
from workbench.data.rows import (
    ORIGIN,
    Rules,
    balance,
    described,
    impossible,
    in_order,
    key_rules,
    split,
    typed,
)
from workbench.data.rules import FLAG, REASONS, SET_ASIDE
from workbench.schema import COMMUNITIES, PEOPLE, RATINGS, TABLES, TAGS, conform
from workbench.sources import REJECTED

CLOCK_SKEW_US = 5_000_000
# Rules whose rows are counted in notes: by the reader, or below.
NOTED = {
    "local-times": "local_times_converted",
    "merged-accounts": "posts_of_merged_accounts",
    "impossible-join-dates": "join_dates_emptied",
    "people-without-a-row": "derived_people",
    "repeated-ratings": "repeated_ratings",
    "leading-tags": "channels_emptied",
}
SORTED_BY = {
    "communities": ["community_id"],
    "people": ["community_id", "person_id"],
    "posts": ["community_id", "created_us", "post_id"],
    "ratings": RATINGS.names,
    "tags": TAGS.names,
    "truths": ["community_id", "item_id"],
    "contests": ["community_id", "contest_id"],
    "ideas": ["community_id", "post_id"],
}


@dataclass(frozen=True)
class Cleaned:
    """
    What cleaning leaves.

    tables : canonical tables by name, sorted. quarantine : `table, row, reason, place`, one row for
    each row set aside. notes : how many rows were repaired or are worth knowing about, by kind.
    counts : per table, rows read, kept, quarantined and derived (made here, not read).
    thread_ids : what the thread keys were taken for, `post` or `topic`. rules : name of every rule
    -> its `choice`, and `rows`, how many it set aside or met.
    """

    tables: dict[str, pl.DataFrame]
    quarantine: pl.DataFrame
    notes: dict[str, int]
    counts: dict[str, dict[str, int]]
    thread_ids: str
    rules: dict[str, dict[str, Any]]


def clean(
    tables: Mapping[str, pl.DataFrame],
    rejected: pl.DataFrame,
    *,
    thread_ids: str = "detect",
    clock_skew_us: int = CLOCK_SKEW_US,
    rules: Mapping[str, str] | None = None,
    read_notes: Mapping[str, int] | None = None,
    where: str = "clean",
) -> Cleaned:
    """
    Bring an export's tables (`sources.Batch`, all batches together) to the canonical schema.

    `thread_ids` says what thread keys are: see `threads.found_mode`. A reply is dated too early if
    it is before the post that opened its thread by more than `clock_skew_us` and the two ticks'
    widths. `rules` are choices by name of rule (`rules.chosen`). `read_notes` are what reading
    counted; they go into the notes, and some of them are counts of rules.

    Raises
    ------
    SchemaError
        A column has values of a wrong type.
    DataError
        `thread_ids` or a choice is unknown, or rows do not add up.
    """
    choices = catalogue.chosen(rules or {})
    last = choices["repeated-ids"] == "keep-last"
    given = _in_types(tables, where=where)
    communities, no_communities = split(
        given["communities"], COMMUNITIES, key_rules(COMMUNITIES, last=last)
    )
    done = cleaned_posts(
        given["posts"], communities, mode=thread_ids, skew=clock_skew_us, choices=choices
    )
    posts, hidden = emptied_channels(done.posts)
    known = [(REASONS["undescribed-communities"], ~described(communities))]
    people, no_people = split(given["people"], PEOPLE, known + key_rules(PEOPLE, last=last))
    ratings, no_ratings, repeated = answers.cleaned_ratings(given["ratings"], known)
    beside, none_beside, emptied = _beside(given, posts, known, last=last)
    anew = choices["known-bots"] != FLAG
    people, undated = _emptied_joins(known_as(people, done.flagged, anew=anew))
    derived = _derived_people(people, posts, ratings)
    stretch = choices["outside-record"] != SET_ASIDE
    shaped = {
        "communities": _windows(communities, posts, ratings, stretch=stretch),
        "people": pl.concat([people, derived], how="diagonal"),
        "posts": posts,
        "ratings": ratings,
        **beside,
    }
    aside = [rejected.cast(REJECTED), no_communities, done.aside, no_people, no_ratings]
    quarantine = pl.concat([*aside, *none_beside]).sort("table", "row", "reason", "place")
    kept = {**shaped, "communities": communities, "people": people}
    counts = _counts(given, rejected, kept, quarantine, shaped)
    balance(counts, where=where)
    final = _canonical(shaped, where=where)
    made = {
        "derived_people": derived.height,
        "join_dates_emptied": undated,
        "channels_emptied": hidden,
        "repeated_ratings": repeated,
        **emptied,
    }
    notes = {**done.notes, **made, **(read_notes or {})}
    met = done.met | {rule: notes.get(note, 0) for rule, note in NOTED.items()}
    return Cleaned(
        final, quarantine, notes, counts, done.thread_ids,
        catalogue.counted(choices, quarantine, met),
    )  # fmt: skip


def _in_types(tables: Mapping[str, pl.DataFrame], *, where: str) -> dict[str, pl.DataFrame]:
    """Every table in its types and in the order it was read; one that is not there is empty."""
    return {
        name: in_order(typed(tables.get(name, table.empty()), table, where=where))
        for name, table in TABLES.items()
    }


def _canonical(shaped: Mapping[str, pl.DataFrame], *, where: str) -> dict[str, pl.DataFrame]:
    """Every table as the schema has it, in the order it is stored."""
    return {
        name: conform(shaped[name], table, where=where).sort(SORTED_BY[name])
        for name, table in TABLES.items()
    }


def _counts(
    given: Mapping[str, pl.DataFrame],
    rejected: pl.DataFrame,
    kept: Mapping[str, pl.DataFrame],
    quarantine: pl.DataFrame,
    shaped: Mapping[str, pl.DataFrame],
) -> dict[str, dict[str, int]]:
    """Per table, rows read, kept, set aside, and made here."""
    return {
        name: {
            "read": given[name].height + rejected.filter(pl.col("table") == name).height,
            "kept": kept[name].height,
            "quarantined": quarantine.filter(pl.col("table") == name).height,
            "derived": shaped[name].height - kept[name].height,
        }
        for name in TABLES
    }


def _beside(
    given: Mapping[str, pl.DataFrame], posts: pl.DataFrame, known: Rules, *, last: bool
) -> tuple[dict[str, pl.DataFrame], list[pl.DataFrame], dict[str, int]]:
    """Tags, truths, contests and ideas that stay; quarantines; what was emptied in them."""
    contests, no_contests, emptied = answers.cleaned_contests(given["contests"], known, last=last)
    parted = {
        "tags": answers.cleaned_tags(given["tags"], posts, last=last),
        "truths": answers.cleaned_truths(given["truths"], known, last=last),
        "contests": (contests, no_contests),
        "ideas": answers.cleaned_ideas(given["ideas"], posts, contests, last=last),
    }
    kept = {name: two[0] for name, two in parted.items()}
    return kept, [two[1] for two in parted.values()], emptied


def _emptied_joins(people: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """People whose impossible joining dates are emptied, and how many those are."""
    bad = people.select(impossible("joined_us").fill_null(False)).to_series()
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


def _windows(
    communities: pl.DataFrame, posts: pl.DataFrame, ratings: pl.DataFrame, *, stretch: bool
) -> pl.DataFrame:
    """
    Communities with the record's limits: as stated, else the first and last post, else rating.

    Ratings are often dated to the day, so that the last of them may stand hours after the record
    ended or before it. With `stretch` stated limits move out to the posts beyond them.
    """
    spans = [
        frame.group_by("community_id").agg(
            pl.col("created_us").min().alias(f"{name}_first"),
            pl.col("created_us").max().alias(f"{name}_last"),
        )
        for name, frame in (("post", posts), ("rating", ratings))
    ]
    joined = communities
    for span in spans:
        joined = joined.join(span, on="community_id", how="left", maintain_order="left")
    limits = {
        "observed_from_us": pl.coalesce("observed_from_us", "post_first", "rating_first"),
        "observed_until_us": pl.coalesce("observed_until_us", "post_last", "rating_last"),
    }
    if stretch:
        limits = {
            "observed_from_us": pl.min_horizontal(limits["observed_from_us"], "post_first"),
            "observed_until_us": pl.max_horizontal(limits["observed_until_us"], "post_last"),
        }
    return joined.with_columns(**limits).select(*COMMUNITIES.names, *ORIGIN)
