"""
OpenIDEO: challenges of an open innovation platform, 2010 to 2013, one graph*.json a challenge.

M. Fuge, K. Tee, A. Agogino & N. Maton (2014), Analysis of collaborative design networks: a case
study of OpenIDEO, Journal of Computing and Information Science in Engineering 14(2), 021009,
doi:10.1115/1.4026510; files at github.com/IDEALLab/openideo_network_data. Licence: Apache-2.0 for
the code beside them, none stated for the data.

The format: a Python object written by jsonpickle, `title`, `number`, `link`, and two networkx
graphs, of which only the nodes are read. `concept_graph` has the ideas, each with its comments;
`social_graph` has the accounts, with the time when each was made.

Quirks. Moments of ideas and accounts are ten pickled bytes in base64; they are decoded by hand and
nothing is ever unpickled. Comments have a written date, such as January 27, 2011, 09:37PM. Both are
to the minute, and on one clock, because no comment comes before its idea. The files name no zone.
Some times lie within hours that clocks in Britain, and some within hours that clocks in the United
States, skipped in spring; so it is the clock of neither, and UTC is assumed.

Authors of ideas, of comments, and the keys of `social_graph` are one set of account numbers (32
hexadecimal digits); `user_url` is always empty. Anything else in their place is not taken for an
id. Nothing says who is staff, and nothing is guessed about it.

Two files may hold one challenge (graph15 and graph21): the second is set aside row by row. Two
challenges (7 and 19) were never published, so that a first contribution may lie in a file that
nobody has. `sub_comments` is one empty list in all files, written once and else referred to by its
number. An idea's own text is its description, from 2012 on cut by the platform at about 260
characters. Comments are numbered in the order of the file, which is not that of time.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from workbench.errors import SourceError
from workbench.schema import CONTESTS, PEOPLE
from workbench.sources import KEEP_GOING, REJECTED, Batch, Said, Source, _files
from workbench.sources._archives import members
from workbench.sources._community import community
from workbench.sources._openideo_graph import Challenge, account, challenge, moment, opens
from workbench.sources._openideo_rows import ZONE, contributions, words
from workbench.sources._times import LATEST, SECOND

COMMUNITY = "openideo"
HEAD_BYTES = 256

_FILE = re.compile(r"(?:.*/)?(graph([0-9]{1,9})\.json)", re.DOTALL)


def detect(path: Path) -> str:
    """Words for a challenge, or for a folder or zip of them."""
    try:
        _, opened = _listed(path, where="openideo")[0]
        with opened() as stream:
            found = opens(stream.read(HEAD_BYTES))
    except (OSError, SourceError, IndexError):
        return ""
    return "it holds a challenge of OpenIDEO" if found else ""


def read(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Batch]:
    """
    Read challenges, a batch each: posts, the contest, its ideas; then people and the community.

    A row of posts is an idea or a comment; with `keep_going` also a file that cannot be read.

    Raises
    ------
    SourceError
        There is no challenge, or a file is damaged and `keep_going` is not chosen.
    """
    chosen = SOURCE.choices(options or {})
    people: dict[str, int | None] = {}
    numbers: dict[str, int | None] = {}
    before, last = 0, 0
    for file, found in _challenges(path, keep_going=chosen["keep_going"]):
        if found is None:
            before += 1
            row = {"row": before, "place": file, "reason": "damaged file"}
            yield Batch({}, _rejected(pl.DataFrame([row])))
            continue
        batch = _batch(found, file=file, before=before, is_repeated=found.contest_id in numbers)
        numbers.setdefault(found.contest_id, found.number)
        posts = batch.tables["posts"]
        before += posts.height + batch.rejected.height
        _add_people(people, found, posts)
        dated = posts["created_us"].filter(posts["created_us"] < LATEST * SECOND)
        last = max([last, *dated])
        yield batch
    if not numbers:
        raise _nothing(f"openideo {path.name}")
    known = {number for number in numbers.values() if number is not None}
    yield Batch(
        {"people": _people(people), "communities": _community(known, last or None)},
        notes={"challenges_missing_from_the_numbering": max(known, default=-1) + 1 - len(known)},
    )


def said(path: Path, *, options: Mapping[str, Any] | None = None) -> Iterator[Said]:
    """Titles, descriptions and comments, a batch a challenge, and the numbers of accounts."""
    chosen = SOURCE.choices(options or {})
    for _, found in _challenges(path, keep_going=chosen["keep_going"]):
        if found is None:
            continue
        texts, names = words(found)
        yield Said(pl.Series(texts, dtype=pl.String), pl.Series(names, dtype=pl.String))


def _listed(path: Path, *, where: str) -> list[tuple[str, Callable[[], BinaryIO]]]:
    """Each file, graph2 before graph10: what places call it, and how it is opened."""
    is_one = path.is_file() and not zipfile.is_zipfile(path)
    if is_one or not path.exists():
        _files.check(path, where=where)
        name = path.name if _FILE.fullmatch(path.name) else "challenge"
        return [(name, lambda: path.open("rb"))]
    named = [(_FILE.fullmatch(member.name), member) for member in members(path, where=where)]
    found = [(int(name[2]), name[1], member.open) for name, member in named if name]
    return [(name, opened) for _, name, opened in sorted(found, key=lambda one: one[:2])]


def _challenges(path: Path, *, keep_going: bool) -> Iterator[tuple[str, Challenge | None]]:
    """Each file and its challenge; none where it is damaged and `keep_going` is chosen."""
    where = f"openideo {path.name}"
    for file, opened in _listed(path, where=where):
        try:
            with opened() as stream:
                found = challenge(stream, where=f"{where}: {file}")
        except SourceError:
            if not keep_going:
                raise
            found = None
        yield file, found


def _nothing(where: str) -> SourceError:
    return SourceError(
        f"{where}: expected files such as graph0.json with a challenge each, got none that can be "
        "read. Name the folder graph_data, or one of its files."
    )


def _batch(found: Challenge, *, file: str, before: int, is_repeated: bool) -> Batch:
    """One file as canonical tables; of a challenge that came before nothing is kept."""
    rows, notes = contributions(found, file=file)
    rows = rows.with_columns(
        row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64) + before,
        reason=pl.lit("repeated challenge") if is_repeated else pl.col("reason"),
    )
    bad = rows.filter(pl.col("reason").is_not_null())
    kept = rows.filter(pl.col("reason").is_null()).with_columns(community_id=pl.lit(COMMUNITY))
    ideas = kept.filter(pl.col("kind") == "idea")
    tables = {
        "posts": kept.drop("reason", "stage", "won", "views").with_columns(
            channel=pl.lit(found.contest_id),
            is_bot=pl.lit(False),
            has_code=pl.lit(None, pl.Boolean),
        ),
        "ideas": ideas.select(
            "community_id", "post_id", "stage", "won", "views", contest_id=pl.lit(found.contest_id)
        ),
    }
    if is_repeated:
        return Batch(tables, _rejected(bad), {"repeated_challenges": 1})
    return Batch({**tables, "contests": _contest(found)}, _rejected(bad), dict(+notes))


def _rejected(bad: pl.DataFrame) -> pl.DataFrame:
    return bad.with_columns(table=pl.lit("posts")).select(list(REJECTED))


def _contest(found: Challenge) -> pl.DataFrame:
    row = {
        "community_id": COMMUNITY,
        "contest_id": found.contest_id,
        "name": found.name,
        "opened_us": found.opened_us,
        "closed_us": found.closed_us,
    }
    return pl.DataFrame([row], schema=CONTESTS.polars_schema())


def _add_people(people: dict[str, int | None], found: Challenge, posts: pl.DataFrame) -> None:
    """Add the accounts that a challenge lists, with their age, and those that wrote in it."""
    for name, user in found.users.items():
        number, _ = account(name)
        if number is not None:
            joined, _ = moment(user.get("joined") if isinstance(user, dict) else None)
            people[number] = people.get(number) or joined
    for author in posts["author_id"].drop_nulls().unique():
        people.setdefault(author, None)


def _people(people: Mapping[str, int | None]) -> pl.DataFrame:
    rows = [(COMMUNITY, number, joined, False) for number, joined in sorted(people.items())]
    return pl.DataFrame(rows, schema=PEOPLE.polars_schema(), orient="row")


def _community(numbers: set[int], last: int | None) -> pl.DataFrame:
    """The record begins with the platform where its first challenge, number 0, is there."""
    return community(
        community_id=COMMUNITY,
        name="OpenIDEO",
        platform="forum",
        record_start="launch" if 0 in numbers else "cut",
        timezone=ZONE,
        timezone_source="assumed",
        observed_until_us=last,
    )


SOURCE = Source(
    name="openideo",
    help="challenges of the innovation platform OpenIDEO, 2010 to 2013 (graph*.json)",
    detect=detect,
    read=read,
    options=(KEEP_GOING,),
    said=said,
)
