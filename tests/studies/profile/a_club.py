"""A club whose numbers can be worked out on paper, in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl

from workbench.data import Community
from workbench.data.community import in_memory
from workbench.schema import COMMUNITIES, PEOPLE, POSTS, TAGS, Table
from workbench.studies.durations import DAY, HOUR
from workbench.studies.profile.parts import Part, parts_of
from workbench.studies.profile.working import working_hours

# Monday 1 January 2024, 10:00 UTC.
START = int(datetime(2024, 1, 1, 10, tzinfo=UTC).timestamp()) * 1_000_000
END = int(datetime(2024, 2, 29, tzinfo=UTC).timestamp()) * 1_000_000
MEMBERS = 24


def table_of(rows: list[dict[str, Any]], table: Table) -> pl.DataFrame:
    """A canonical table from rows; what is not given is empty."""
    columns = {name: [row.get(name) for row in rows] for name in table.names}
    return pl.DataFrame(columns, schema=table.polars_schema())


def post(name: str, thread: str, author: str | None, at: int, **more: Any) -> dict[str, Any]:
    """One post, dated to the microsecond, by no program unless it says so."""
    fixed = {"community_id": "club", "precision_us": 1, "kind": "post", "is_bot": False}
    own = {"post_id": name, "thread_id": thread, "author_id": author, "created_us": at}
    return {**fixed, **own, **more}


def club_posts(*, days: int = 1) -> list[dict[str, Any]]:
    """
    24 members open a thread each, one a day at 10:00 (`days` apart), and three helpers answer.

    Thread i is answered, by i modulo 4: 0 after half an hour by h0, 1 after 30 hours by h2 (staff),
    2 never, 3 after half an hour by h1. 31 hours after its opening, each odd thread has a post by
    the opener of the thread before. Threads below 12 are in the channel general, others in help.
    """
    helpers = {0: ("h0", HOUR // 2), 1: ("h2", 30 * HOUR), 3: ("h1", HOUR // 2)}
    posts = []
    for i in range(MEMBERS):
        opened = START + i * (DAY * days)
        name, place = f"t{i:02}", {"channel": "general" if i < MEMBERS // 2 else "help"}
        posts.append(post(name, name, f"p{i:02}", opened, role="member", **place))
        if i % 4 in helpers:
            who, wait = helpers[i % 4]
            role = "staff" if who == "h2" else "member"
            posts.append(post(f"{name}a", name, who, opened + wait, role=role, **place))
        if i % 2:
            back = opened + 31 * HOUR
            posts.append(post(f"{name}b", name, f"p{i - 1:02}", back, role="member", **place))
    return posts


def club_tags() -> list[dict[str, Any]]:
    """Even threads are tagged alpha, odd ones beta, the first one rare too."""
    rows = [
        {"community_id": "club", "post_id": f"t{i:02}", "tag": ("alpha", "beta")[i % 2]}
        for i in range(MEMBERS)
    ]
    return [*rows, {"community_id": "club", "post_id": "t00", "tag": "rare"}]


def described(name: str = "club", **more: Any) -> dict[str, Any]:
    """One community that was launched with its record."""
    about = {
        "community_id": name, "name": name.capitalize(), "platform": "forum", "timezone": "UTC",
        "timezone_source": "stated", "record_start": "launch", "observed_from_us": START,
        "observed_until_us": END,
    }  # fmt: skip
    return {**about, **more}


def community(
    posts: list[dict[str, Any]],
    *,
    tags: list[dict[str, Any]] | None = None,
    about: list[dict[str, Any]] | None = None,
) -> Community:
    """A data set in memory; everybody who wrote has an account."""
    accounts = {(row["community_id"], row["author_id"]) for row in posts if row["author_id"]}
    people = [{"community_id": c, "person_id": p, "is_bot": False} for c, p in sorted(accounts)]
    tables = {
        "posts": table_of(posts, POSTS),
        "people": table_of(people, PEOPLE),
        "tags": table_of(tags or [], TAGS),
        "communities": table_of(about or [described()], COMMUNITIES),
    }
    return in_memory("club", tables, title="Club", source="table", options={})


def parts(whole: Community, **zone: str) -> list[Part]:
    """The communities of a data set with the usual working hours."""
    return list(parts_of(whole, working_hours(), **zone))
