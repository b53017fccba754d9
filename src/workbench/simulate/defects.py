"""
Defects: what is wrong with real exports, planted in known places and counted.

Every defect is a function from tables to tables and counts, with a stream of random numbers of its
own. They come in a fixed order, and none touches what another has spoiled, so that each count is
what cleaning must find. Rows that the repeated hour makes unreadable ("lost") are left alone by all
others; what else is lost with them is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

import polars as pl

from workbench.errors import SimulationError
from workbench.simulate._account_defects import deleted_accounts, merged_accounts
from workbench.simulate._clock_defects import (
    day_only_ratings,
    early_replies,
    local_stamps,
    repeated_hour,
)
from workbench.simulate._post_defects import (
    edited_text,
    exact_duplicates,
    ids_out_of_order,
    missing_parents,
    other_scripts,
)
from workbench.simulate._rows import Counts, Tables
from workbench.simulate.seeds import generator

STEPS: tuple[Callable[..., tuple[Tables, Counts]], ...] = (
    local_stamps,
    repeated_hour,
    deleted_accounts,
    merged_accounts,
    early_replies,
    missing_parents,
    edited_text,
    other_scripts,
    day_only_ratings,
    ids_out_of_order,
    exact_duplicates,
)


@dataclass(frozen=True)
class Defects:
    """
    How much of what is wrong with an export, each a share from 0 (left out) to 1.

    A share above 0 spoils at least one row, where any can be. deleted_accounts : of people; their
    posts stay, without an author. merged_accounts : of people with two posts or more; the earlier
    half of their posts is under another account, which the export says is merged. early_replies :
    of direct replies, dated 1 to 5 seconds before the post that opened the thread.
    missing_parents : of replies, answering a post that is not there. ids_out_of_order : of posts,
    with an id below that of the post before. edited_text : of posts, changed after they were
    written. other_scripts : of posts, beyond ASCII, every second of them from right to left.
    exact_duplicates : of posts, written twice. local_stamps : 0 or 1, one community's times stand
    in local time; repeated_hour : 0 or 1, in a zone that shows an hour twice in autumn.
    day_only_ratings : 0 or 1, dates of ratings are cut to the day.
    """

    local_stamps: float = 1
    repeated_hour: float = 1
    deleted_accounts: float = 0.04
    merged_accounts: float = 0.002
    early_replies: float = 0.001
    missing_parents: float = 0.02
    edited_text: float = 0.01
    other_scripts: float = 0.05
    day_only_ratings: float = 1
    ids_out_of_order: float = 0.005
    exact_duplicates: float = 0.003

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        for name in names():
            share = getattr(self, name)
            if not isinstance(share, int | float) or not 0 <= share <= 1:
                raise SimulationError(
                    f"defects: {name}: expected a share from 0 to 1, got {share!r}. Mend it."
                )

    @classmethod
    def none(cls) -> Defects:
        """An export without any defect."""
        return cls().without(*names())

    def without(self, *left_out: str) -> Defects:
        """The same without the defects of these names; an unknown one is a SimulationError."""
        unknown = sorted(set(left_out) - set(names()))
        if unknown:
            raise SimulationError(
                f"defects: {', '.join(unknown)}: not known; there are {', '.join(names())}. "
                "Choose one of these."
            )
        return replace(self, **dict.fromkeys(left_out, 0.0))


def names() -> tuple[str, ...]:
    """The names of all defects, in the order in which they are planted."""
    return tuple(field.name for field in fields(Defects))


def plant(
    tables: Mapping[str, pl.DataFrame], defects: Defects, *, seed: int
) -> tuple[Tables, Counts]:
    """
    Canonical tables as an export has them, and how often each defect is in them.

    Posts are numbered anew in the order of their times, as platforms do. What a canonical table
    cannot hold stands in columns of its own: `stamps_in` of communities (zone of local times, else
    empty), `merged_into` of people, `edited_us` and `script` of posts, `day_only` of ratings.
    """
    spoiled, counts = _prepared(tables), Counts()
    for step in STEPS:
        name = step.__name__
        draws = generator(seed, "defects", name)
        spoiled, found = step(spoiled, getattr(defects, name), draws)
        counts.update(found)
    spoiled["posts"] = spoiled["posts"].drop("lost", "touched")
    return spoiled, counts


def _prepared(tables: Mapping[str, pl.DataFrame]) -> Tables:
    """The tables in a fixed order, with empty columns for what the defects say."""
    word, number = pl.lit(None, pl.String), pl.lit(None, pl.Int64)
    no = pl.lit(False)
    added = {
        "communities": {"stamps_in": word},
        "people": {"merged_into": word},
        "posts": {"edited_us": number, "script": word, "orphan": no, "lost": no, "touched": no},
        "ratings": {"day_only": no},
    }
    order = {
        "communities": ["community_id"],
        "people": ["community_id", "person_id"],
        "posts": ["community_id", "created_us", "post_id"],
        "ratings": ["community_id", "item_id"],
    }
    return {
        name: tables[name].sort(order[name], maintain_order=True).with_columns(**columns)
        for name, columns in added.items()
        if name in tables
    }
