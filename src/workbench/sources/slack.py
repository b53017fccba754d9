"""
Slack: the export of a workspace, as the zip that Slack makes or unpacked as a folder.

Licence: none is given with an export. The workspace's owner may export it and must agree to its
use, the words belong to those who wrote them, and members must know.

The format: `users.json`, `channels.json`, in full exports also `groups.json`, `dms.json` and
`mpims.json`, and a folder for each conversation with one file a day, `YYYY-MM-DD.json`, a list of
messages.

Quirks. `ts`, text such as `1434772042.000005`, is both the time and, within its channel, the id: it
stays text, and its digits become whole microseconds. Day files are cut at midnight of some zone,
seldom of UTC. Up to a third of the rows are events, such as somebody joining a channel: they are
set aside with their kind. A reply that is shown in the channel as well stands there once or twice
with one `ts`, and is one contribution. Accounts that were closed stay in `users.json` and are
people; so are authors that are not in it. Reactions have no time. Links to files may hold a token
that opens them; as all text they are measured and dropped. Free plans show 90 days only, so that
the record counts as cut.

Answers. A reply in a Slack thread belongs to that thread, and a message that was replied to in one
opens one. Many answer in the channel instead. So, with `--answers next`, any other message belongs
to the same thread as the message before it in its channel (replies in threads left aside), if that
was at most an hour earlier; else it opens one. With `--answers thread` it always opens one. The
notes of a load count the messages that opened a thread by the best answer they got.

Private channels and direct messages are left out and counted, unless `--private` takes them in;
their names and members are not taken in even then.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.sources import KEEP_GOING, REJECTED, Batch, Option, Said, Source
from workbench.sources._archives import members
from workbench.sources._community import community
from workbench.sources._slack_days import Talk, items, talk
from workbench.sources._slack_messages import CODE, names, text
from workbench.sources._slack_record import firsts, misdated, people, window
from workbench.sources._slack_threads import NEXT, RUNGS, THREAD, rungs, threads
from workbench.sources._slack_workspace import (
    CHANNELS,
    USERS,
    Conversation,
    Workspace,
    day_of,
    workspace,
)
from workbench.sources._texts import measured

COMMUNITY = "slack"

OPTIONS = (
    Option("title", "name of the workspace shown to readers; else the file's name"),
    Option(
        "answers",
        "next: a message in the channel also continues what was said there within the hour before; "
        "thread: only a reply in a Slack thread belongs to one",
        NEXT,
        choices=(NEXT, THREAD),
    ),
    Option(
        "private",
        "whether private channels and direct messages are read too; ask those who wrote them",
        False,
        kind="switch",
        switch=("private", "public-only"),
    ),
    Option(
        "record_start",
        "launch if the export begins with the workspace, else cut",
        "cut",
        choices=("cut", "launch"),
    ),
    KEEP_GOING,
)


def detect(path: Path) -> str:
    """Words for a folder or zip with a list of people or channels, and a day of messages."""
    lists = {CHANNELS, *USERS}
    try:
        if path.is_dir():
            inside = [entry for entry in path.iterdir() if not entry.name.startswith((".", "__"))]
            top = inside[0] if len(inside) == 1 and inside[0].is_dir() else path
            found = {name for name in lists if (top / name).is_file()}
            days = (f"{day.parent.name}/{day.name}" for day in top.glob("*/????-??-??.json"))
        elif path.is_file() and zipfile.is_zipfile(path):
            named = [member.name for member in members(path, where="slack")]
            found = lists.intersection(named)
            days = (name for name in named)
        else:
            return ""
        fits = found and any(day_of(name) for name in days)
    except (OSError, SourceError):
        return ""
    return f"it holds {min(found)} and days of messages" if fits else ""


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read an export: a batch of posts and ratings a conversation, then people and the community.

    A row of posts is an item of a day file, of ratings a reaction by one account.

    Raises
    ------
    SourceError
        It is no export, an option cannot be followed, only private conversations are in it, or a
        file is damaged and `keep_going` is not chosen.
    """
    where = f"slack {path.name}"
    chosen = _checked(SOURCE.choices(options or {}), where=where)
    space, conversations = _opened(path, chosen, where=where)
    notes = space.notes + _left_out(space, chosen, where=where)
    posts_read = ratings_read = 0
    seen: list[pl.DataFrame] = []
    moments: list[Any] = []
    for conversation in conversations:
        heard = talk(
            conversation,
            space.users,
            row=posts_read,
            rating=ratings_read,
            where=where,
            keep_going=chosen["keep_going"],
        )
        posts_read += heard.rows.height
        ratings_read += heard.reactions.height
        seen.append(firsts(heard.rows))
        moments += [heard.rows["created_us"].min(), heard.rows["created_us"].max()]
        yield _batch(heard, conversation, answers=chosen["answers"], zone=space.timezone)
    everybody, late = people(seen, space.users, community_id=COMMUNITY)
    days = (day for one in conversations for day, _ in one.days)
    about = _community(path, chosen, space, window(days, moments, zone=space.timezone))
    notes["joins_after_a_first_message"] = late
    yield Batch({"communities": about, "people": everybody}, notes=dict(notes))


def said(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Said]:
    """What people wrote, a batch a conversation, and what they and programs are called."""
    where = f"slack {path.name}"
    chosen = _checked(SOURCE.choices(options or {}), where=where)
    space, conversations = _opened(path, chosen, where=where)
    called = {name for entry in space.users.values() for name in names(entry)}
    for one in conversations:
        found = items(one, where=where, keep_going=chosen["keep_going"])
        whole = [item for _, _, item, reason in found if reason is None and isinstance(item, dict)]
        called.update(name for item in whole for name in names(item))
        texts = [text(item) for item in whole]
        yield Said(pl.Series(texts, dtype=pl.String).drop_nulls(), pl.Series([], dtype=pl.String))
    yield Said(pl.Series([], dtype=pl.String), pl.Series(sorted(called), dtype=pl.String))


def _checked(chosen: dict[str, Any], *, where: str) -> dict[str, Any]:
    """The options, if each is one that `read` can follow."""
    for option in OPTIONS:
        if option.choices and chosen[option.name] not in option.choices:
            raise SourceError(
                f"{where}: option {option.name} expected {' or '.join(option.choices)}, "
                f"got {chosen[option.name]!r}. Choose one of these."
            )
    return chosen


def _opened(
    path: Path, chosen: Mapping[str, Any], *, where: str
) -> tuple[Workspace, list[Conversation]]:
    """What the export holds, and the conversations that are to be read."""
    files = members(path, where=where, unwrap=False)
    if not any(day_of(member.name) for member in files):
        files = members(path, where=where)
    space = workspace(files, where=where, keep_going=chosen["keep_going"])
    wanted = [one for one in space.conversations if chosen["private"] or not one.is_private]
    if not wanted:
        raise SourceError(
            f"{where}: expected channels, got private conversations only. "
            "Add --private if those who wrote in them agree."
        )
    return space, wanted


def _left_out(space: Workspace, chosen: Mapping[str, Any], *, where: str) -> Counter[str]:
    """How many rows of private conversations are not read."""
    hidden = [one for one in space.conversations if one.is_private and not chosen["private"]]
    rows = sum(
        1 for one in hidden for _ in items(one, where=where, keep_going=chosen["keep_going"])
    )
    return Counter(private_conversations_left_out=len(hidden), private_rows_left_out=rows)


def _community(
    path: Path, chosen: Mapping[str, Any], space: Workspace, limits: tuple[int | None, int | None]
) -> pl.DataFrame:
    return community(
        community_id=COMMUNITY,
        name=chosen["title"] or path.stem.encode("utf-8", "replace").decode() or "Slack",
        platform="forum",
        record_start=chosen["record_start"],
        timezone=space.timezone or "UTC",
        timezone_source="stated" if space.timezone else "assumed",
        observed_from_us=limits[0],
        observed_until_us=limits[1],
    )


def _batch(heard: Talk, conversation: Conversation, *, answers: str, zone: str | None) -> Batch:
    """One conversation as canonical tables."""
    rows = heard.rows
    good = rows.filter(pl.col("reason").is_null())
    placed = pl.concat([good, threads(good, answers=answers)], how="horizontal")
    once = placed.unique("ts", keep="first", maintain_order=True)
    liked = heard.reactions.filter(pl.col("reason").is_null())
    best = rungs(once, liked)
    rejected = [
        frame.filter(pl.col("reason").is_not_null())
        .with_columns(table=pl.lit(name))
        .select(list(REJECTED))
        for name, frame in (("posts", rows), ("ratings", heard.reactions))
    ]
    openers = {f"openers_answered_{name}": best[name] for name in RUNGS}
    return Batch(
        {"posts": _posts(placed, conversation), "ratings": _ratings(liked, conversation)},
        pl.concat(rejected),
        {**heard.notes, **openers, **misdated(rows, zone=zone)},
    )


def _posts(placed: pl.DataFrame, conversation: Conversation) -> pl.DataFrame:
    """One row a message; the id is that of its channel and its `ts`, as text."""
    before = pl.lit(f"{conversation.key}/")
    return placed.select(
        "row",
        "place",
        "author_id",
        "created_us",
        "edited_us",
        "is_bot",
        "role",
        community_id=pl.lit(COMMUNITY),
        post_id=before + pl.col("ts"),
        thread_id=before + pl.col("opener"),
        precision_us=pl.lit(1, pl.Int64),
        kind=pl.lit("message"),
        channel=pl.lit(conversation.channel),
        **measured(pl.col("text"), code=CODE),
    )


def _ratings(liked: pl.DataFrame, conversation: Conversation) -> pl.DataFrame:
    """One row a reaction by one account; when it was given is nowhere."""
    return liked.select(
        "row",
        "place",
        "rater_id",
        community_id=pl.lit(COMMUNITY),
        item_id=pl.lit(f"{conversation.key}/") + pl.col("ts"),
        scale=pl.lit("reaction"),
        value=pl.lit(1.0),
    )


def ids(typed: str, kind: str, posts: pl.Series) -> list[str]:
    """A `ts` with the channel of the message in front; a link to a message as its id."""
    if kind == "account":
        return [typed]
    link = re.search(r"/archives/(\w+)/p(\d+)(\d{6})(?!\d)", typed)
    if link:
        return ["{}/{}.{}".format(*link.groups())]
    return posts.filter(posts.str.ends_with(f"/{typed}")).to_list() or [typed]


SOURCE = Source(
    name="slack",
    help="the export of a Slack workspace, as a zip or a folder",
    detect=detect,
    read=read,
    options=OPTIONS,
    said=said,
    ids=ids,
)
