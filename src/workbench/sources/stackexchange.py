"""
Stack Exchange: the data dump of one site of questions and answers.

Licence: CC BY-SA, whose version depends on the date of the post; whoever shows a post names its
author. Dumps and their schema: archive.org/details/stackexchange, meta.stackexchange.com/q/2677.

A dump is a folder or a 7z archive of XML files, or one archive a table. Posts.xml is needed;
Comments, Votes, Users and PostHistory are read where they are there. An absent attribute is an
empty value.

Quirks. Posts that were deleted are not in a dump, so that what is known is about survivors. A post
of a deleted account has no OwnerUserId. Account -1 is the site's own program. Times are UTC, to the
millisecond, but votes have only a day, and nobody's name. Votes also name posts that are not in the
dump. The site counts answers and points itself; both are recounted here, and what differs is noted.
Tags are written `<a><b>`, since about 2024 `|a|b|`. Posts are HTML: their length is that of the
text without tags, an entity counting as one character; comments are short Markdown.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.sources import KEEP_GOING, Batch, Option, Said, Source, _html
from workbench.sources import _stackexchange_counts as counts
from workbench.sources import _stackexchange_rows as rows_of
from workbench.sources._community import community, slug
from workbench.sources._stackexchange_counts import Known
from workbench.sources._stackexchange_files import recognised, site, tables
from workbench.sources._xml_rows import Rows, read_rows

FILES = {
    "posts": "Posts.xml",
    "comments": "Comments.xml",
    "votes": "Votes.xml",
    "users": "Users.xml",
    "posthistory": "PostHistory.xml",
}
RECORD_STARTS = ("cut", "launch")
FIRST_IDS = 10  # a site numbers its posts from 1, and its first ones may have been deleted

OPTIONS = (
    Option("title", "name of the community shown to readers; else that of the folder or archive"),
    Option(
        "record_start",
        "launch if the record begins with the community, else cut; where it is not said, launch "
        f"if the lowest number of a post is {FIRST_IDS} or less",
        choices=RECORD_STARTS,
    ),
    Option(
        "bodies",
        "whether texts are measured: length, code, links, questions",
        True,
        kind="switch",
        switch=("bodies", "no-bodies"),
    ),
    Option(
        "comments",
        "whether comments are read, as posts of their own kind",
        True,
        kind="switch",
        switch=("comments", "no-comments"),
    ),
    KEEP_GOING,
)


@dataclass(frozen=True)
class _Dump:
    """The files of a site and how to read them."""

    files: dict[str, Path]
    community_id: str
    bodies: bool
    keep_going: bool
    where: str

    def rows(self, table: str, columns: tuple[str, ...]) -> Iterator[Rows]:
        """The rows of one table, none where it has no file."""
        if table not in self.files:
            return iter(())
        return read_rows(
            self.files[table],
            columns,
            root=table,
            where=f"{self.where}: {FILES[table]}",
            keep_going=self.keep_going,
            readers=rows_of.READERS,
        )


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read a site: people, posts, comments, votes, what else the dump tells, and last the community.

    Raises
    ------
    SourceError
        There is no Posts.xml or no row in it, a file or an archive cannot be read, or an option is
        unknown.
    """
    chosen = SOURCE.choices(options or {})
    name = site(path)
    where = f"stackexchange {name}"
    if chosen["record_start"] not in (None, *RECORD_STARTS):
        raise SourceError(
            f"{where}: option record_start expected {', '.join(RECORD_STARTS)}, "
            f"got {chosen['record_start']!r}. Choose one of these."
        )
    with tables(path, where=where) as files:
        if not chosen["comments"]:
            files.pop("comments", None)
        community_id = slug(name, otherwise="stackexchange")
        dump = _Dump(files, community_id, chosen["bodies"], chosen["keep_going"], where)
        bots = yield from _people(dump)
        known = yield from _posts(dump, bots)
        yield from _comments(dump, bots, known)
        yield from _votes(dump, known)
        yield _history(dump)
    is_whole = known.lowest is not None and 1 <= known.lowest <= FIRST_IDS
    about = community(
        community_id=community_id,
        name=chosen["title"] or name,
        platform="questions and answers",
        record_start=chosen["record_start"] or ("launch" if is_whole else "cut"),
        timezone="UTC",
        timezone_source="documented",
    )
    yield Batch({"communities": about})


def _people(dump: _Dump) -> Generator[Batch, None, pl.Series]:
    """Accounts; returns the ids of those that are programs."""
    bots, before = [pl.Series([rows_of.PROGRAM])], 0
    for rows in dump.rows("users", rows_of.USER_COLUMNS):
        judged = rows_of.people(rows.frame, community_id=dump.community_id)
        kept, rejected = rows_of.parted(judged, rows, "people", file=FILES["users"], before=before)
        before += kept.height + rejected.height
        bots.append(kept.filter("is_bot")["person_id"])
        yield Batch({"people": kept}, rejected)
    return pl.concat(bots).unique()


def _posts(dump: _Dump, bots: pl.Series) -> Generator[Batch, None, Known]:
    """Questions and answers with their tags; returns what is known of all rows."""
    body = ("Body",) if dump.bodies else ()
    facts, before = [], 0
    for rows in dump.rows("posts", (*rows_of.POST_COLUMNS, *body)):
        judged = rows_of.posts(rows.frame, community_id=dump.community_id, bots=bots)
        facts.append(counts.facts(judged))
        kept, rejected = rows_of.parted(judged, rows, "posts", file=FILES["posts"], before=before)
        before += kept.height + rejected.height
        yield Batch(
            {"posts": kept.drop(counts.FACTS), "tags": rows_of.tags(kept)},
            rejected,
            counts.of_posts(kept),
        )
    if not before:
        raise SourceError(
            f"{dump.where}: {FILES['posts']}: expected rows of posts, got none. Download it again."
        )
    known = counts.known(facts, rows=before)
    yield Batch({}, notes=counts.recounted(known))
    return known


def _comments(dump: _Dump, bots: pl.Series, known: Known) -> Iterator[Batch]:
    """Comments as posts, each in the thread of the post that it is about."""
    text = ("Text",) if dump.bodies else ()
    before = known.rows
    for rows in dump.rows("comments", (*rows_of.COMMENT_COLUMNS, *text)):
        judged = rows_of.comments(rows.frame, community_id=dump.community_id, bots=bots)
        threaded = counts.in_threads(judged, known)
        kept, rejected = rows_of.parted(
            threaded, rows, "posts", file=FILES["comments"], before=before
        )
        before += kept.height + rejected.height
        homeless = int(kept["thread_id"].null_count())
        yield Batch({"posts": kept}, rejected, {"comments_whose_post_was_not_kept": homeless})


def _votes(dump: _Dump, known: Known) -> Iterator[Batch]:
    """Votes up and down as ratings; other kinds are counted, and points are recounted."""
    if "votes" not in dump.files:
        return
    points, before = counts.no_points(known), 0
    for rows in dump.rows("votes", rows_of.VOTE_COLUMNS):
        judged = rows_of.votes(rows.frame, community_id=dump.community_id)
        told, notes = counts.ratings(judged, known)
        counts.add_points(points, told)
        kept, rejected = rows_of.parted(told, rows, "ratings", file=FILES["votes"], before=before)
        before += kept.height + rejected.height
        yield Batch({"ratings": kept.drop("at")}, rejected, notes)
    yield Batch({}, notes=counts.disagreements(points, known))


def _history(dump: _Dump) -> Batch:
    """What PostHistory.xml tells of changes, counted."""
    blocks = dump.rows("posthistory", ("PostHistoryTypeId",))
    return Batch({}, notes=counts.changes(blocks))


def said(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Said]:
    """
    What people wrote (titles, posts, comments as they are read) and the names of accounts.

    Raises
    ------
    SourceError
        As `read` does.
    """
    chosen = SOURCE.choices(options or {})
    where = f"stackexchange {site(path)}"
    with tables(path, where=where) as files:
        dump = _Dump(files, "", True, chosen["keep_going"], where)
        nothing = pl.Series([], dtype=pl.String)
        for rows in dump.rows("posts", ("Body", "Title", "OwnerDisplayName")):
            frame = rows.frame
            texts = [_html.said(frame["Body"]), _html.said(frame["Title"])]
            yield Said(pl.concat(texts).drop_nulls(), frame["OwnerDisplayName"].drop_nulls())
        for rows in dump.rows("comments", ("Text", "UserDisplayName")):
            yield Said(rows.frame["Text"].drop_nulls(), rows.frame["UserDisplayName"].drop_nulls())
        for rows in dump.rows("users", ("DisplayName",)):
            yield Said(nothing, rows.frame["DisplayName"].drop_nulls())


SOURCE = Source(
    name="stackexchange",
    help="a site of questions and answers, from the data dump of Stack Exchange",
    detect=recognised,
    read=read,
    options=OPTIONS,
    said=said,
)
