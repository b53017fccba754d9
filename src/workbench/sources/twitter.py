"""
Twitter, now X: tweets of an account's archive, or as the interface hands them out (JSON).

Licence: none; the platform's terms allow to pass on numbers of tweets, not tweets. An archive
belongs to its owner.

PATH is tweets.js, an archive as a folder or zip (of which only tweets.js and its further parts are
opened), or JSON of interface 1.1 or 2, packed or not: a list, one object a line, the answer of a
search, a page.

Quirks. Numbers of tweets are above what a float can hold, so that they stay text. A retweet is no
contribution of its own and is set aside. Interface 1.1 writes whole seconds; interface 2 writes
.000 behind them, which is no finer. A tweet without a time is dated by its number, which holds the
millisecond in which it was made; the other times are compared with it. An edited tweet has a new
number for each version: it is one post with the number and time of the first version, which is what
conversations name. A text that the export cut short has no length. Signs written as
&amp; count as one character. Hashtags are those that the platform marked. An archive does not say
whose it is: its owner is known by her replies to herself, and otherwise called `owner`; it holds
nobody else's answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import count, islice
from pathlib import Path
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.schema import PEOPLE
from workbench.sources import KEEP_GOING, REJECTED, Batch, Option, Said, Source
from workbench.sources import _twitter_export as export
from workbench.sources import _twitter_files as files
from workbench.sources import _twitter_tweets as tweets
from workbench.sources._accounts import named_like_bot
from workbench.sources._community import community
from workbench.sources._texts import measured
from workbench.sources._twitter_times import dated, times

COMMUNITY = "twitter"
OWNER = "owner"
ROWS = 50_000
CODE = "`[^`]+`"

_ROWS = pl.Schema(
    [
        ("row", pl.Int64),
        ("place", pl.String),
        ("reason", pl.String),
        *tweets.FIELDS.items(),
    ]
)

OPTIONS = (
    Option("title", "name of the community shown to readers", "Twitter"),
    Option("platform", "kind of platform, as pages name it", "microblog"),
    Option(
        "record_start",
        "launch if the record begins with the community, else cut",
        "cut",
        choices=("cut", "launch"),
    ),
    Option(
        "thread_ids",
        "what opens a conversation: the post that it names, or as topic the first in the file",
        "post",
        choices=("post", "topic"),
    ),
    KEEP_GOING,
)


def detect(path: Path) -> str:
    """Words for JavaScript or JSON that begins with tweets."""
    return export.recognised(path)


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read tweets in batches: posts and tags; then accounts and the community in the last one.

    Raises
    ------
    SourceError
        The export is not there, is none of tweets, or an option cannot be followed; unless it may
        keep going, also where a part of it is damaged.
    """
    where = f"twitter {path.name}"
    chosen = _checked(SOURCE.choices(options or {}), where=where)
    found = files.found(path, where=where, keep_going=chosen["keep_going"])
    owner = _owner(path, where=where)
    people = PEOPLE.empty()
    row = count(1)
    while some := list(islice(found, ROWS)):
        beside = [one for one in some if isinstance(one, files.Beside)]
        rows = [
            {"row": next(row), "place": one.place, **_fields(one, owner)}
            for one in some
            if not isinstance(one, files.Beside)
        ]
        judged = dated(pl.DataFrame(rows, schema=_ROWS)).with_columns(
            is_bot=named_like_bot(pl.col("called"))
        )
        kept = judged.filter(pl.col("reason").is_null())
        people = _people(people, judged)
        yield Batch(
            {"posts": _posts(kept), "tags": _tags(kept)}, _rejected(judged), _notes(kept, beside)
        )
    yield Batch({"people": people, "communities": _community(chosen)})


def said(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Said]:
    """
    What the tweets say, and every name of an account in them.

    Raises
    ------
    SourceError
        As `read` does.
    """
    where = f"twitter {path.name}"
    chosen = _checked(SOURCE.choices(options or {}), where=where)
    found = files.found(path, where=where, keep_going=chosen["keep_going"])
    while some := list(islice(found, ROWS)):
        held = [one for one in some if isinstance(one, files.Tweet)]
        texts = [text for one in held for text in tweets.texts(one.fields)]
        names = [name for one in held for name in tweets.names(one.fields, one.users)]
        yield Said(pl.Series(texts, dtype=pl.String), pl.Series(names, dtype=pl.String).unique())


def _checked(chosen: dict[str, Any], *, where: str) -> dict[str, Any]:
    """The options, if each is one that `read` can follow."""
    for option in OPTIONS:
        if option.choices and chosen[option.name] not in option.choices:
            raise SourceError(
                f"{where}: option {option.name} expected {', '.join(option.choices)}, "
                f"got {chosen[option.name]!r}. Choose one of these."
            )
    return chosen


def _owner(path: Path, *, where: str) -> str:
    """Whose archive it is, as the owner's replies to tweets of the archive tell; else `OWNER`."""
    own: set[str] = set()
    answered: list[tuple[str, str]] = []
    for one in files.found(path, where=where, keep_going=True):
        if isinstance(one, files.Tweet):
            if not one.owned:
                break
            number, parent, author = tweets.reply(one.fields)
            own |= {number} if number else set()
            answered += [(parent, author)] if parent and author else []
    named = Counter(author for parent, author in answered if parent in own)
    return named.most_common(1)[0][0] if named else OWNER


def _fields(one: files.Tweet | files.Damaged, owner: str) -> dict[str, Any]:
    """The fields of a tweet, or the reason why there are none."""
    if isinstance(one, files.Damaged):
        return {"reason": one.reason}
    try:
        return tweets.flat(one.fields, users=one.users, owner=owner if one.owned else None)
    except tweets.UnfitError as unfit:
        return {"reason": str(unfit)}


def _posts(kept: pl.DataFrame) -> pl.DataFrame:
    return kept.select(
        "row",
        "place",
        "post_id",
        "thread_id",
        "parent_id",
        "author_id",
        "recipient_id",
        "created_us",
        "precision_us",
        "score",
        "edited_us",
        "is_bot",
        community_id=pl.lit(COMMUNITY),
        kind=pl.when(pl.col("parent_id").is_null())
        .then(pl.lit("post"))
        .otherwise(pl.lit("comment")),
        **measured(pl.col("text"), code=CODE),
    )


def _tags(kept: pl.DataFrame) -> pl.DataFrame:
    return (
        kept.select("post_id", community_id=pl.lit(COMMUNITY), tag="hashtags")
        .explode("tag")
        .drop_nulls("tag")
    )


def _people(known: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """Everybody known so far and who wrote one of these posts, each once; not who only retweets."""
    seen = judged.filter(pl.col("author_id").is_not_null()).select(
        "joined", "is_bot", community_id=pl.lit(COMMUNITY), person_id="author_id"
    )
    seen = seen.unique(maintain_order=True)
    seen = seen.with_columns(joined_us=times(seen["joined"])["us"])
    return (
        pl.concat([known, seen], how="diagonal")
        .group_by("community_id", "person_id", maintain_order=True)
        .agg(pl.col("joined_us").min(), pl.col("is_bot").any())
        .select(PEOPLE.names)
    )


def _rejected(judged: pl.DataFrame) -> pl.DataFrame:
    bad = judged.filter(pl.col("reason").is_not_null())
    return bad.with_columns(table=pl.lit("posts")).select(list(REJECTED))


def _notes(kept: pl.DataFrame, beside: Iterable[files.Beside]) -> dict[str, int]:
    """What is worth knowing of the posts kept, and of what stood beside the tweets."""
    notes = Counter(
        {
            "posts_dated_by_their_number": int(kept["by_number"].sum()),
            "posts_dated_over_2_s_from_what_their_number_tells": int(kept["far"].sum()),
            "earlier_versions_of_edited_posts": int((kept["versions"] - 1).sum()),
            "texts_that_the_export_cut_short": int(kept["is_shortened"].sum()),
        }
    )
    for one in beside:
        notes[one.kind] += one.count
    return dict(notes)


def _community(chosen: Mapping[str, Any]) -> pl.DataFrame:
    return community(
        community_id=COMMUNITY,
        name=chosen["title"],
        platform=chosen["platform"],
        record_start=chosen["record_start"],
        timezone="UTC",
        timezone_source="documented",
    )


def ids(typed: str, kind: str, posts: pl.Series) -> list[str]:  # noqa: ARG001
    """A number without the sign in front; of a link to a tweet its number."""
    link = re.search(r"/status(?:es)?/(\d+)", typed)
    return [link[1] if link and kind == "post" else typed.removeprefix("@")]


SOURCE = Source(
    name="twitter",
    help="tweets of an account's archive (tweets.js, folder or zip), or JSON of the interface",
    detect=detect,
    read=read,
    options=OPTIONS,
    said=said,
    ids=ids,
)
