"""
Chit-Chat: conversations between pairs of strangers at one university, April to November 2018.

The file dataset.json comes inside the Python package chitchat-dataset (MIT licence): W. Myers,
T. Etchart & N. Fulda (2020), Conversational scaffolding: an analogy-based approach to response
prioritization in open-domain dialogs; data at github.com/BYU-PCCL/chitchat-dataset.

Quirks. One JSON object, conversation -> `messages` (a list of turns, each a list of messages),
`start`, and mostly `prompt` and `ratings`. Message times end in Z but are US Mountain wall-clock:
`start` is UTC, and the first message lies 6 hours before it in summer and 7 hours after the
clocks changed in November. (In the 239 earliest conversations, without `prompt`, `start` only
repeats the first message's time.) Times are read in America/Denver; a time within the hour that
the clock showed twice is rejected. Messages written twice in one second by the same person with
the same text are one message stored twice. A rating has no rater, and no time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.sources import REJECTED, Batch, Source, _files
from workbench.sources._community import community
from workbench.sources._texts import mended
from workbench.sources._times import SECOND, local_to_utc

COMMUNITY = "chitchat"
ZONE = "America/Denver"
LOWEST, HIGHEST = 1, 10
FIELDS = ("sender", "text", "timestamp")

_OPENING = re.compile(rb'^\s*\{\s*"[^"]{1,64}"\s*:\s*\{\s*"(?:messages|start|prompt|ratings)"\s*:')

_READ = pl.Schema(
    {
        "conversation": pl.Int64,
        "message": pl.Int64,
        "thread": pl.String,
        "author_id": pl.String,
        "written": pl.String,
        "length": pl.Int64,
        "reason": pl.String,
    }
)
_RATED = pl.Schema(
    {
        "conversation": pl.Int64,
        "thread": pl.String,
        "rating": pl.Int64,
        "scale": pl.String,
        "value": pl.Float64,
    }
)


def detect(path: Path) -> str:
    """Words for a JSON file that opens with a conversation."""
    opens = path.suffix == ".json" and _OPENING.match(_files.head(path, size=512))
    return "it opens with a paired conversation" if opens else ""


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read all conversations as one batch: posts, people, ratings, one community.

    A conversation without any message counts as one rejected row of posts.

    Raises
    ------
    SourceError
        The file is not there, is not JSON, or is not an object of conversations.
    """
    SOURCE.choices(options or {})
    where = f"chitchat {path.name}"
    talks = _conversations(path, where=where)
    judged = _judged(_messages(talks))
    kept = judged.filter(pl.col("reason").is_null())
    posts = _posts(kept, width=len(str(judged["message"].max() or 1)))
    rated = _rated(talks, opened=posts.select("thread", "thread_id").unique("thread"))
    rejected = [_rejected(judged, "posts"), _rejected(rated, "ratings")]
    yield Batch(
        tables={
            "posts": posts.drop("thread"),
            "people": _people(judged),
            "ratings": _ratings(rated),
            "communities": _community(),
        },
        rejected=pl.concat(rejected),
    )


def _conversations(path: Path, *, where: str) -> dict[str, dict[str, Any]]:
    """The parsed file, with every conversation known to hold a list of turns."""
    _files.check(path, where=where)
    try:
        with path.open("rb") as stream:
            talks = json.loads(_files.whole(stream, where=where))
    except (ValueError, RecursionError):
        raise SourceError(
            f"{where}: expected JSON, got something else or a part of it. "
            "Take dataset.json from the package chitchat-dataset."
        ) from None
    known = isinstance(talks, dict) and all(
        isinstance(talk, dict)
        and isinstance(talk.get("messages"), list)
        and all(isinstance(turn, list) for turn in talk["messages"])
        for talk in talks.values()
    )
    if not known or not talks:
        raise SourceError(
            f"{where}: expected an object of conversations with lists of messages, got other JSON. "
            "Take dataset.json from the package chitchat-dataset."
        )
    return talks


def _messages(talks: Mapping[str, dict[str, Any]]) -> pl.DataFrame:
    """One row a message in the order of the file; text only as its length."""
    rows = []
    for number, (name, talk) in enumerate(talks.items(), start=1):
        thread = mended(name)
        seen: set[tuple[str, str, str]] = set()
        index = 0
        for index, message in enumerate((m for turn in talk["messages"] for m in turn), start=1):
            author, text, written, reason = _fields(message)
            if reason is None and (author, written, text) in seen:
                reason = "exact duplicate"
            seen.add((author, written, text))
            rows.append((number, index, thread, author, written, len(text), reason))
        if index == 0:
            rows.append((number, 0, thread, "", "", 0, "conversation without messages"))
    columns = zip(*rows, strict=True)
    return pl.DataFrame(dict(zip(_READ, columns, strict=True)), schema=_READ)


def _fields(message: Any) -> tuple[str, str, str, str | None]:
    """Sender, text and time of one message, and why it cannot be used."""
    if not isinstance(message, dict):
        return "", "", "", "not a message"
    author, text, written = (message.get(name) for name in FIELDS)
    if not (isinstance(author, str) and isinstance(text, str) and isinstance(written, str)):
        return "", "", "", "message lacks sender, text or time"
    reason = None
    if not author.strip():
        reason = "message lacks sender, text or time"
    elif not text.strip():
        reason = "empty message"
    return mended(author), text, mended(written), reason


def _judged(messages: pl.DataFrame) -> pl.DataFrame:
    """Messages with row, place, UTC time, and the reason why one cannot be used."""
    wall = messages["written"].str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", strict=False)
    times = local_to_utc(wall, zone=ZONE)
    place = pl.format("conversation {}, message {}", "conversation", "message")
    return messages.with_columns(
        row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        place=pl.when(pl.col("message") == 0)
        .then(pl.format("conversation {}", "conversation"))
        .otherwise(place),
        created_us=times["us"],
        reason=pl.coalesce("reason", times["problem"]),
    )


def _posts(kept: pl.DataFrame, *, width: int) -> pl.DataFrame:
    """One row a kept message; its place in the conversation is padded, so that text sorts."""
    index = pl.col("message").cast(pl.String).str.zfill(width)
    return kept.with_columns(post_id=pl.format("{}-{}", "thread", index)).select(
        "row",
        "place",
        "post_id",
        "thread",
        "author_id",
        "created_us",
        "length",
        community_id=pl.lit(COMMUNITY),
        thread_id=pl.col("post_id").first().over("thread"),
        precision_us=pl.lit(SECOND, pl.Int64),
        kind=pl.lit("message"),
        is_bot=pl.lit(False),
    )


def _people(judged: pl.DataFrame) -> pl.DataFrame:
    """Everybody who sent a message, kept or not; not input rows, so without row and place."""
    senders = judged["author_id"].unique(maintain_order=True).alias("person_id").to_frame()
    return senders.filter(pl.col("person_id").str.strip_chars() != "").with_columns(
        community_id=pl.lit(COMMUNITY), is_bot=pl.lit(False)
    )


def _rated(talks: Mapping[str, dict[str, Any]], *, opened: pl.DataFrame) -> pl.DataFrame:
    """One row a rating as read, with the thread it belongs to and why it cannot be used."""
    given = [
        (number, mended(name), rating, mended(scale), _number(value))
        for number, (name, talk) in enumerate(talks.items(), start=1)
        for rating, (scale, value) in enumerate(_scales(talk), start=1)
    ]
    frame = pl.DataFrame(given, schema=_RATED, orient="row")
    return frame.join(opened, on="thread", how="left", maintain_order="left").with_columns(
        row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        place=pl.format("conversation {}, rating {}", "conversation", "rating"),
        reason=pl.when(pl.col("value").is_null())
        .then(pl.lit("rating is not a number from 1 to 10"))
        .when(pl.col("thread_id").is_null())
        .then(pl.lit("rating of a conversation without a kept message")),
    )


def _scales(talk: Mapping[str, Any]) -> list[tuple[str, Any]]:
    ratings = talk.get("ratings")
    if ratings is None:
        return []
    return list(ratings.items()) if isinstance(ratings, dict) else [("unknown", None)]


def _number(value: Any) -> float | None:
    fits = type(value) in (int, float) and LOWEST <= value <= HIGHEST
    return float(value) if fits else None


def _ratings(rated: pl.DataFrame) -> pl.DataFrame:
    return rated.filter(pl.col("reason").is_null()).select(
        "row",
        "place",
        "scale",
        "value",
        community_id=pl.lit(COMMUNITY),
        item_id="thread_id",
        rater_id=pl.lit(None, pl.String),
    )


def _rejected(judged: pl.DataFrame, table: str) -> pl.DataFrame:
    bad = judged.filter(pl.col("reason").is_not_null())
    return bad.with_columns(table=pl.lit(table)).select(list(REJECTED))


def _community() -> pl.DataFrame:
    return community(
        community_id=COMMUNITY,
        name="Chit-Chat",
        platform="paired chat",
        # Nothing says that the platform opened with the first conversation of the file.
        record_start="cut",
        timezone=ZONE,
        timezone_source="documented",
    )


SOURCE = Source(
    name="chitchat",
    help="conversations between pairs of strangers, 2018 (dataset.json of chitchat-dataset)",
    detect=detect,
    read=read,
)
