"""What readers of answers and ratings share: undated communities, choices, rows as batches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.sources import REJECTED, Batch
from workbench.sources._community import community, slug

NO_TEXTS = pl.Series("texts", [], pl.String)


def one_of(chosen: dict[str, Any], name: str, allowed: tuple[str, ...], *, where: str) -> Any:
    """The choice called `name`; a SourceError where it is none of those there are."""
    if chosen[name] not in allowed:
        raise SourceError(
            f"{where}: option {name} expected {', '.join(allowed)}, got {chosen[name]!r}. "
            "Choose one of these."
        )
    return chosen[name]


def undated(path: Path, title: str | None, *, platform: str, otherwise: str) -> pl.DataFrame:
    """The community of an export in which nothing is dated, called after its file or folder."""
    called = path.name if path.is_dir() else path.stem
    return community(
        community_id=slug(called, otherwise=otherwise),
        name=title or called.encode("utf-8", "replace").decode() or otherwise,
        platform=platform,
        record_start="cut",
        timezone="UTC",
        timezone_source="assumed",
    )


def batch(
    about: pl.DataFrame,
    ratings: pl.DataFrame,
    truths: pl.DataFrame,
    *,
    scale: str,
    notes: Mapping[str, int],
) -> Batch:
    """Ratings and truths, each with a `reason` where it has to be set aside, as one batch."""
    here, good = pl.lit(about["community_id"][0]), pl.col("reason").is_null()
    tables = {"ratings": ratings.with_columns(scale=pl.lit(scale)), "truths": truths}
    aside = [
        rows.filter(~good).with_columns(table=pl.lit(name)).select(list(REJECTED))
        for name, rows in tables.items()
    ]
    kept = {
        name: rows.filter(good).drop("reason").with_columns(community_id=here)
        for name, rows in tables.items()
    }
    return Batch(
        tables={**kept, "communities": about},
        rejected=pl.concat(aside),
        notes={kind: count for kind, count in notes.items() if count},
    )


def within_group(group: str, person: str) -> pl.Expr:
    """
    The id of a person whose own counts within a group: both, with a hyphen between.

    A hyphen in the person's own is written %2D, and a percent sign %25, so that no two people
    become one: group 1-2 with person 3 is not group 1 with person 2-3.
    """
    return pl.format("{}-{}", group, own_part(person))


def own_part(person: str) -> pl.Expr:
    """A person's own id without a hyphen, as it stands behind the one after the group."""
    return pl.col(person).str.replace_all("%", "%25").str.replace_all("-", "%2D")


def called_by_words(ids: pl.Series) -> pl.Series:
    """Each id that is more than a number, once: names for comparing pages with."""
    each = ids.drop_nulls().unique(maintain_order=True).rename("names")
    return each.filter(each.str.contains(r"\p{L}"))


def without_other_round(ratings: pl.DataFrame) -> int:
    """Kept answers of before or after a talk whose counterpart, before or after, is not kept."""
    kept = ratings.filter(pl.col("reason").is_null() & pl.col("round").is_not_null())
    if kept["round"].n_unique() < 2:
        return 0
    each = kept.group_by("rater_id", "item_id", "group_id")
    rounds = each.agg(rounds=pl.col("round").n_unique(), rows=pl.len())
    return int(rounds.filter(pl.col("rounds") == 1)["rows"].sum())
