"""What counts as an answer: rungs of which each lets one kind of message more count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import polars as pl

from workbench.measures import collect
from workbench.measures.response import first_response
from workbench.studies.durations import HOUR
from workbench.studies.profile.parts import Part


@dataclass(frozen=True)
class Rung:
    """One rung: the definition of `measures.response`, all kinds of post or not, what it adds."""

    definition: str
    all_kinds: bool
    says: str


RUNGS = {
    "human": Rung("human", all_kinds=False, says="human answers"),
    "comments": Rung("human", all_kinds=True, says="if comments count too"),
    "other": Rung("other", all_kinds=True, says="if programs count too"),
    "any": Rung("any", all_kinds=True, says="if any later message counts, the asker's own too"),
}


def rungs_of(part: Part) -> dict[str, Rung]:
    """Those that differ here: comments are a rung of their own where only some kinds answer."""
    every = part.windows.response_kinds is None
    return {name: rung for name, rung in RUNGS.items() if not (every and name == "comments")}


def waits_by(
    part: Part,
    *,
    definition: str = "human",
    kinds: Sequence[str] | None,
    who: pl.Expr | None = None,
) -> pd.DataFrame:
    """
    The wait of every thread for its first answer, silence kept as waiting, by other rules.

    One row a thread of `part.waits`, in its order: hours, answered, tick_us, and the moment
    `response_us`. definition, kinds : as in `measures.response`. who : whose posts can answer.
    """
    posts = part.community.lazy("posts")
    if who is not None:
        posts = posts.filter((pl.col("post_id") == pl.col("thread_id")) | who.fill_null(False))
    communities = part.community.lazy("communities")
    found = collect(first_response(posts, communities, definition=definition, kinds=kinds))
    key = ["community_id", "thread_id"]
    mine = part.waits[[*key, "asker"]].merge(found, on=key, how="left", validate="1:1")
    return mine.assign(
        hours=mine["wait_us"].astype("float64") / HOUR, answered=mine["answered"].astype(bool)
    )


def climbed(part: Part, rung: Rung) -> pd.DataFrame:
    """`waits_by` of one rung."""
    if rung == RUNGS["human"]:
        return part.waits
    kinds = None if rung.all_kinds else part.windows.response_kinds
    return waits_by(part, definition=rung.definition, kinds=kinds)
