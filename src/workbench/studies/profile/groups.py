"""By channel and by tag: the ten largest, the others folded into one."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import polars as pl

from workbench.data.shown import ADDRESS
from workbench.errors import StudyError
from workbench.studies.cells import SMALLEST, suppress
from workbench.studies.present import TableView
from workbench.studies.profile.drawn import Step, behind, limits, nothing
from workbench.studies.profile.parts import Part, Rows, of_each
from workbench.studies.profile.ticks import median_wait, wait_said
from workbench.studies.profile.unanswered import share_said, unanswered_after

MOST_GROUPS = 10
AFTER_HOURS = 24
OTHERS = "all others"
KINDS = {"channel": "channels", "tag": "tags"}
WHAT = "By channel and tag"


def memberships(part: Part, kind: str) -> pd.DataFrame:
    """
    Which thread belongs to which channel, or carries which tags: those of its opening post.

    One row a thread and group: community_id, thread_id, group; a thread without any has no row.
    """
    posts = part.community.posts.lazy()
    opening = posts.filter(pl.col("post_id") == pl.col("thread_id"))
    key = ["community_id", "thread_id"]
    if kind == "channel":
        found = opening.select(*key, group="channel").drop_nulls()
    else:
        tags = part.community.lazy("tags").select("community_id", thread_id="post_id", group="tag")
        found = opening.select(*key).join(tags, on=key)
    return found.sort(*key, "group").collect().to_pandas()


def folded(part: Part, kind: str) -> pd.DataFrame:
    """
    The same with at most ten groups, all the others as one, and threads without any among these.

    A group stands for itself where ten people or more wrote in its threads and nothing in its name
    looks like an address. Largest first, by threads.
    """
    threads = part.waits[["community_id", "thread_id"]]
    mine = threads.merge(memberships(part, kind), how="left")
    people = people_in(part, mine.dropna(subset="group"))
    sizes = mine["group"].value_counts()
    shown = [
        name
        for name in sorted(sizes.index, key=lambda name: (-sizes[name], name))
        if people.get(name, 0) >= SMALLEST and not ADDRESS.search(name)
    ][:MOST_GROUPS]
    mine["group"] = mine["group"].where(mine["group"].isin(shown), OTHERS)
    return mine.drop_duplicates(ignore_index=True).assign(kind=kind)


def people_in(part: Part, mine: pd.DataFrame) -> dict[str, int]:
    """How many people wrote in the threads of each group."""
    threads = pl.from_pandas(mine[["community_id", "thread_id", "group"]])
    written = part.community.posts.filter(~pl.col("is_bot") & pl.col("author_id").is_not_null())
    counts = (
        written.select("community_id", "thread_id", "author_id")
        .join(threads, on=["community_id", "thread_id"])
        .group_by("group")
        .agg(pl.col("author_id").n_unique())
    )
    return dict(counts.iter_rows())


def by_group(part: Part) -> Rows:
    """
    One row a channel or tag: threads, people, median wait, share unanswered after a day.

    Raises
    ------
    StudyError
        The data set names neither channels nor tags, or no group is large enough.
    """
    rows: Rows = []
    for kind in KINDS:
        mine = folded(part, kind)
        groups = mine[mine["group"] != OTHERS]["group"].value_counts().index.tolist()
        if not groups:
            continue
        people = people_in(part, mine)
        order = [*groups, *([OTHERS] if OTHERS in set(mine["group"]) else [])]
        counts = pd.DataFrame({"group": order, "people": [people.get(name, 0) for name in order]})
        shown = suppress(counts, count="people", by="group", total_known=False)
        for name, count, hidden in zip(order, shown.frame["people"], shown.hidden, strict=True):
            own = part.waits.merge(mine[mine["group"] == name], on=["community_id", "thread_id"])
            rows.append(_row(part, kind, name, count, own.iloc[:0] if hidden else own))
    if not rows:
        raise StudyError(
            f"its posts name neither a channel nor a tag in which {SMALLEST} people wrote"
        )
    return rows


def _row(part: Part, kind: str, name: str, people: object, own: pd.DataFrame) -> dict[str, object]:
    share = unanswered_after(own, AFTER_HOURS) if len(own) else None
    middle = median_wait(own) if len(own) else None
    return {
        "community": part.title,
        "kind": kind,
        "group": name,
        "threads": len(own) or None,
        "people": people,
        "median wait, hours": middle,
        "still unanswered": share_said(own, AFTER_HOURS) if share else None,
        **(limits(share, "after_a_day") if share else {}),
    }


def group_table(parts: Sequence[Part]) -> Step:
    """The largest channels and tags: threads, people, waits."""
    rows, reasons = of_each(parts, by_group)
    if rows.empty:
        return nothing(WHAT, reasons)
    rows["threads"] = rows["threads"].astype("Int64")
    return TableView(
        rows,
        name="by-group",
        caption=f"The {MOST_GROUPS} largest channels and tags by threads; those in which fewer "
        f"than {SMALLEST} people wrote are put together with the others, and so are threads "
        "without any. A thread with several tags counts in each. A median that is not reached: "
        f"fewer than half are ever answered. Still unanswered: after {AFTER_HOURS} hours, with a "
        f"95 % interval that takes the person who opened a thread as the unit. {reasons}".strip(),
        labels={"median wait, hours": "median wait"},
        formats={"median wait, hours": wait_said},
        hidden=behind(rows, "after_a_day"),
    )
