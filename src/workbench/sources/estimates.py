"""
Estimates: people answer questions with numbers, some of them again after a talk in their group.

Licence: that of the collection. The wide form is that of J. Navajas, T. Niella, G. Garbulsky,
B. Bahrami & M. Sigman (2018), doi:10.1038/s41562-017-0273-4, whose file states none.

Two forms of one CSV or Parquet table: the wide one (trial, subject, task, pre_influence,
post_influence, and perhaps truth), of which every line is two estimates; and the long one, with a
header that names item, person and estimate, and perhaps group, round and truth.

Quirks. In the wide form subjects are numbered within their trial, so that a person is trial and
subject together; questions and groups that are called by words are numbered; columns that end in
`_norm` are not read. Estimates have very heavy tails: none is too large to be kept, because the
rule for that belongs to a study. An estimate that was not given (NA) is a row set aside. A truth
that differs between rows of one item is none. Nothing is dated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from workbench.sources import Batch, Option, Said, Source
from workbench.sources._accounts import identifier
from workbench.sources._answers import (
    NO_TEXTS,
    batch,
    called_by_words,
    one_of,
    own_part,
    undated,
    within_group,
    without_other_round,
)
from workbench.sources._estimates_files import cells, recognised
from workbench.sources._numbered import count, keys, names, renamed
from workbench.sources._numbers import no_number, nothing, number
from workbench.sources._truths import counted, settled, stated

SCALE = "estimate"
ALONE = "estimates_without_the_other_round"
PEOPLE = ("within", "across")
ROUNDS = {
    "before": ("before", "pre", "first", "initial", "1"),
    "after": ("after", "post", "second", "final", "2"),
}
OPTIONS = (
    Option("people", "within: a person's id counts within a group, as numbers of seats do; "
           "across: it is the same person in every group", "within", choices=PEOPLE),
    Option("title", "name shown to readers; else that of the file"),
)  # fmt: skip


def detect(path: Path) -> str:
    """Words for a table of estimates."""
    return recognised(path)


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read all estimates as one batch: ratings, truths and one community.

    A row of ratings is one estimate of one person, before or after the talk.

    Raises
    ------
    SourceError
        The file is no table, lacks a column, or an option is unknown.
    """
    where = f"estimates {path.name}"
    chosen = SOURCE.choices(options or {})
    within = one_of(chosen, "people", PEOPLE, where=where) == "within"
    judged = _judged(cells(path, where=where), within=within)
    told = _truths(judged)
    items, groups = _keys(judged)
    notes = {
        **counted(judged, told),
        ALONE: without_other_round(judged),
        "items_numbered": count(items),
        "groups_numbered": count(groups),
    }
    yield batch(
        undated(path, chosen["title"], platform="rating task", otherwise="estimates"),
        renamed(renamed(judged.drop("truth"), "item_id", items), "group_id", groups),
        renamed(told.drop("truth"), "item_id", items),
        scale=SCALE,
        notes=notes,
    )


def said(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Said]:
    """Names of people that are more than numbers, and ids that are numbered; raises as `read`."""
    where = f"estimates {path.name}"
    one_of(SOURCE.choices(options or {}), "people", PEOPLE, where=where)
    judged = _judged(cells(path, where=where), within=False)
    yield Said(NO_TEXTS, called_by_words(judged["rater_id"]))
    for numbered in _keys(judged):
        if numbered is not None:
            yield Said(NO_TEXTS, names(numbered))


def _keys(judged: pl.DataFrame) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """Numbers of the items and of the groups, each where an id is not plain."""
    return keys(judged["item_id"], called="item"), keys(judged["group_id"], called="group")


def _judged(read: pl.DataFrame, *, within: bool) -> pl.DataFrame:
    """Estimates with the reason why one cannot be used."""
    read = read.with_columns(person=identifier("person"), group=identifier("group"))
    person, group = pl.col("person"), pl.col("group")
    seat = pl.coalesce(within_group("group", "person"), own_part("person"))
    grouped = within and read["group"].is_not_null().any()
    word = pl.col("round").str.strip_chars().str.to_lowercase()
    known = pl.coalesce(*(pl.when(word.is_in(ws)).then(pl.lit(n)) for n, ws in ROUNDS.items()))
    reasons = [
        ("no item", identifier("item").is_null()),
        ("no person", person.is_null()),
        ("no estimate", no_number("estimate")),
        ("the estimate is not a number", number("estimate").is_null()),
        ("the round is neither before nor after", ~nothing("round") & known.is_null()),
    ]
    checks = [pl.when(bad).then(pl.lit(reason)) for reason, bad in reasons]
    return read.select(
        "row",
        "place",
        reason=pl.coalesce("reason", *checks),
        item_id=identifier("item"),
        rater_id=seat if grouped else person,
        value=number("estimate"),
        round=known,
        group_id=group,
        truth=pl.when(~no_number("truth")).then("truth"),
    )


def _truths(judged: pl.DataFrame) -> pl.DataFrame:
    """What the rows say is right of each item; a row with no estimate says it too."""
    told = stated(judged.with_columns(truth=pl.col("truth").str.strip_chars()))
    broken = pl.when(number("truth").is_null()).then(pl.lit("the truth is not a number"))
    read = told.with_columns(reason=broken, value=number("truth"))
    return settled(read.with_columns(truth=pl.col("value")))


SOURCE = Source(
    name="estimates",
    help="numbers that people guessed, before and after a talk in a group, as one table",
    detect=detect,
    read=read,
    options=OPTIONS,
    said=said,
)
