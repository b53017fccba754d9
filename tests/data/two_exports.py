"""Small exports of one invented club, written as a table of text, cleaned, and merged in order."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from small_forum import COMMUNITY, MINUTE, START

from workbench.data import growth
from workbench.data.cleaning import CLOCK_SKEW_US, clean
from workbench.data.uniting import WINDOW
from workbench.schema import TABLES
from workbench.sources import REJECTED

DEFAULTS = {"thread": None, "parent": None, "author": "ann", "score": None}


def at(minute: int) -> int:
    """The club's clock, in minutes."""
    return START + MINUTE * minute


def rows(text: str) -> list[dict[str, Any]]:
    """A table of text as rows; `-` is empty."""
    head, *lines = [line.split() for line in text.strip().splitlines()]
    return [
        {name: None if cell == "-" else cell for name, cell in zip(head, line, strict=True)}
        for line in lines
    ]


def export(
    posts: str | Sequence[Mapping[str, Any]],
    *,
    covers: tuple[int | None, int | None] = (None, None),
    mode: str = "post",
    whole: bool = True,
    community: Mapping[str, Any] | None = None,
    **others: pl.DataFrame,
) -> growth.Export:
    """An export of posts (`post minute` and any of `DEFAULTS`) that `covers` these minutes."""
    given = rows(posts) if isinstance(posts, str) else posts
    known = {**COMMUNITY, "community_id": "club", **(community or {})}
    limits = [None if minute is None else at(minute) for minute in covers]
    known |= {"observed_from_us": limits[0], "observed_until_us": limits[1]}
    schema = TABLES["posts"].polars_schema()
    made = [
        {
            "community_id": known["community_id"],
            "post_id": row["post"],
            "thread_id": row["thread"],
            "parent_id": row["parent"],
            "author_id": row["author"],
            "created_us": at(int(row["minute"])),
            "precision_us": 1,
            "kind": "post",
            "score": None if row["score"] is None else int(row["score"]),
            "is_bot": False,
        }
        for row in ({**DEFAULTS, **row} for row in given)
    ]
    tables = {
        "communities": pl.DataFrame([known], schema=TABLES["communities"].polars_schema()),
        "posts": pl.DataFrame(made, schema=schema),
        **others,
    }
    read = {name: tables.get(name, table.empty()) for name, table in TABLES.items()}
    done = clean(tables, pl.DataFrame(schema=REJECTED), thread_ids=mode)
    return growth.Export(done.tables, read, done.thread_ids == "topic", whole, CLOCK_SKEW_US)


def windows(*exports: growth.Export) -> pl.DataFrame:
    """What these exports cover."""
    return pl.concat(one.tables["communities"].select(WINDOW) for one in exports)


def together(first: growth.Export, *others: growth.Export) -> growth.Grown:
    """All exports merged in this order; what the last one changed."""
    grown = growth.Grown(dict(first.tables), {}, {}, first.tables["communities"])
    seen = [first]
    for other in others:
        grown = growth.merged(grown.tables, other, windows=windows(*seen))
        seen.append(other)
    return grown


def threads(grown: growth.Grown) -> dict[str, str]:
    """Post -> the thread it is in."""
    return dict(grown.tables["posts"].select("post_id", "thread_id").iter_rows())


def gone(grown: growth.Grown) -> set[str]:
    """Posts that are marked as gone."""
    return set(grown.tables["posts"].filter("is_gone")["post_id"])
