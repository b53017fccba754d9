"""
The same data set, cleaned otherwise: does a result hang on a choice that others would not make?

Only choices that can be decided from what is stored: a row that was set aside when the data set was
loaded is not there to be kept. Nothing is stored and nothing is read from the export again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from workbench.data import _cleaning_marks as marks
from workbench.data import _cleaning_programs as programs
from workbench.data import threads
from workbench.data.cleaning import CLOCK_SKEW_US
from workbench.data.community import Community
from workbench.data.manifest import value_hash
from workbench.data.rules import FLAG, SET_ASIDE
from workbench.schema import TABLES


@dataclass(frozen=True)
class Variant:
    """A data set under another choice of one rule: `rows` are the posts that it changes."""

    rule: str
    choice: str
    rows: int
    community: Community


def variants(community: Community) -> Iterator[Variant]:
    """
    The data set under the other choice of each rule, one rule at a time, in the rules' order.

    Posts that a rule keeps are left out; accounts that a rule suspects become programs. A rule that
    has nothing to change here gives no variant. The tables are in memory; the manifest is that of
    the stored data set, but for the choice and the hash that follows from it.
    """
    posts = community.posts
    for rule, mark in _marks(community).items():
        found = mark(posts)
        if found.any():
            held = _without(community, found)
            yield _variant(community, rule, SET_ASIDE, int(found.sum()), held)
    for rule, accounts in programs.suspects(posts).items():
        if not accounts.is_empty():
            rows = int(programs.by(accounts, posts).sum())
            yield _variant(community, rule, FLAG, rows, _with_programs(community, accounts))


def _marks(community: Community) -> dict[str, marks.Mark]:
    """What each rule that can keep posts would set aside."""
    skew = community.manifest["cleaning"].get("clock_skew_us", CLOCK_SKEW_US)
    return {
        "early-replies": partial(marks.early, skew=skew),
        **marks.MARKS,
        "vanished-posts": marks.gone,
    }


def _tables(community: Community) -> dict[str, pl.DataFrame]:
    return {table: community.read(table) for table in TABLES}


def _without(community: Community, left_out: pl.Series) -> dict[str, pl.DataFrame]:
    """The tables without some posts, their tags and ideas, and links to them."""
    posts = community.posts.filter(~left_out)
    absent = posts["parent_id"].is_not_null() & threads.positions(posts, "parent_id").is_null()
    parent = pl.when(pl.lit(~absent)).then("parent_id").alias("parent_id")
    tables = _tables(community)
    own = {
        name: tables[name].join(posts, on=["community_id", "post_id"], how="semi")
        for name in ("tags", "ideas")
    }
    return {**tables, "posts": posts.with_columns(parent), **own}


def _with_programs(community: Community, accounts: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables with these accounts as programs."""
    posts, tables = community.posts, _tables(community)
    flagged = posts.with_columns(is_bot=pl.col("is_bot") | pl.lit(programs.by(accounts, posts)))
    people = programs.known_as(community.people, accounts, anew=False)
    return {**tables, "posts": flagged, "people": people}


def _variant(
    community: Community, rule: str, choice: str, rows: int, held: dict[str, pl.DataFrame]
) -> Variant:
    about = community.manifest
    chosen = {**about["rules"], rule: {"choice": choice, "rows": rows}}
    made = value_hash({"config": about["config_hash"], "rule": rule, "choice": choice})
    manifest = {**about, "rules": chosen, "config_hash": made}
    return Variant(rule, choice, rows, replace(community, manifest=manifest, held=held))
