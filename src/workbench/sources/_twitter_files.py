"""
Tweets as they stand in a file, each with its place, whatever the file wraps them in.

Wrappings: the JavaScript of an archive, which assigns a list to `window.YTD.tweets.part0`; a JSON
list; one JSON object a line; the answer of a search (`statuses`); a page of interface 2 (`data`,
`includes`, `meta`); an object that holds one tweet under `data` or `tweet`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Any, BinaryIO

from workbench.errors import SourceError
from workbench.sources._archives import Member
from workbench.sources._files import LARGEST_WHOLE
from workbench.sources._twitter_export import BOM, members

_ASSIGNMENT = re.compile(r"\s*window\.YTD\.tweets?\.part\d+\s*=\s*")
_SCRIPT = re.compile(rb"\s*(?:(?:var|let|const)\s+)?[A-Za-z_$][\w$.]*\s*=")

NO_JSON = "no JSON, or only a part of it"
NO_TEXT = "bytes that are no UTF-8"
TOO_DEEP = "JSON nested too deeply"
OTHER_SCRIPT = "JavaScript that sets something other than tweets"
NO_LIST = "JavaScript without a list of tweets"
TORN = "damaged bytes"
TOO_LARGE = f"more than {LARGEST_WHOLE // 2**20} MiB in one line or one document"


@dataclass(frozen=True)
class Tweet:
    """
    One tweet as the export has it, or what stands where one should be.

    users : account number -> what the page that holds the tweet says of accounts.
    owned : it comes from the archive of one account, which does not say whose tweet it is.
    """

    place: str
    fields: Any
    users: dict[str, Any] = field(default_factory=dict)
    owned: bool = False


@dataclass(frozen=True)
class Damaged:
    """A file or a line that cannot be read, and why."""

    place: str
    reason: str


@dataclass(frozen=True)
class Beside:
    """How many things of one kind stand beside the tweets and are not read as rows."""

    kind: str
    count: int


Found = Tweet | Damaged | Beside


class _BrokenError(Exception):
    """What was found where JSON should be."""


def found(path: Path, *, where: str, keep_going: bool) -> Iterator[Found]:
    """
    Everything that the export at `path` holds, in its order.

    Raises
    ------
    SourceError
        There is no such file, or, unless `keep_going`, a part of it cannot be read.
    """
    for member in members(path, where=where):
        for thing in _readable(member, keep_going=keep_going):
            if isinstance(thing, Damaged) and not keep_going:
                raise SourceError(
                    f"{where}: {thing.place}: expected tweets as JSON, got {thing.reason}. "
                    "Export it again, or set this part aside with --keep-going."
                )
            yield thing


def _readable(member: Member, *, keep_going: bool) -> Iterator[Found]:
    """The content of one file; damaged bytes of what is packed stop it, or are set aside."""
    try:
        with member.open() as stream:
            yield from _in_file(member.name, stream)
    except SourceError:
        if not keep_going:
            raise
        yield Damaged(member.name or "the rest of the file", TORN)


def _in_file(name: str, stream: BinaryIO) -> Iterator[Found]:
    """The content of one file, as far as it fits into memory."""
    try:
        yield from _content(name, _lines(stream))
    except _BrokenError as broken:
        yield Damaged(name or "the rest of the file", str(broken))


def _content(name: str, lines: Iterator[tuple[int, bytes]]) -> Iterator[Found]:
    """What lines hold: JavaScript, one JSON object a line, or one JSON document."""
    first = next(lines, (1, b""))
    if _is_object(first):
        yield from _by_line(name, chain([first], lines))
        return
    held = _held(chain([first], lines))
    read = _script if _SCRIPT.match(first[1]) else _json
    whole = list(_document(b"".join(line for _, line in held), name, read=read))
    torn = isinstance(next(iter(whole), None), Damaged)
    if torn and any(map(_is_object, held[1:2])):  # only the first of many objects is damaged
        yield from _by_line(name, held)
    else:
        yield from whole


def _by_line(name: str, lines: Iterable[tuple[int, bytes]]) -> Iterator[Found]:
    for number, line in lines:
        yield from _document(line, _joined(name, f"line {number}"), read=_json)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, with their number; without the mark that may open a file."""
    for number in count(1):
        line = stream.readline(LARGEST_WHOLE + 1)
        if len(line) > LARGEST_WHOLE:
            raise _BrokenError(TOO_LARGE)
        if not line:
            return
        bare = line.removeprefix(BOM) if number == 1 else line
        if bare.strip():
            yield number, bare


def _held(lines: Iterable[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """All lines of what is one document."""
    held, size = [], 0
    for number, line in lines:
        size += len(line)
        if size > LARGEST_WHOLE:
            raise _BrokenError(TOO_LARGE)
        held.append((number, line))
    return held


def _is_object(line: tuple[int, bytes]) -> bool:
    try:
        return isinstance(_json(line[1]), dict)
    except _BrokenError:
        return False


def _document(raw: bytes, place: str, *, read: Callable[[bytes], Any]) -> Iterator[Found]:
    """The tweets of one JSON document, or why it is none."""
    try:
        document = read(raw)
    except _BrokenError as broken:
        yield Damaged(place or "the whole file", str(broken))
        return
    yield from _tweets(document, place, owned=read is _script)


def _json(raw: bytes) -> Any:
    return _parsed(_decoded(raw))


def _script(raw: bytes) -> list[Any]:
    """The list that an archive's JavaScript assigns."""
    text = _decoded(raw)
    assigned = _ASSIGNMENT.match(text)
    if assigned is None:
        raise _BrokenError(OTHER_SCRIPT)
    listed = _parsed(text[assigned.end() :].rstrip().removesuffix(";"))
    if not isinstance(listed, list):
        raise _BrokenError(NO_LIST)
    return listed


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _BrokenError(NO_TEXT) from None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise _BrokenError(NO_JSON) from None
    except RecursionError:
        raise _BrokenError(TOO_DEEP) from None


def _tweets(document: Any, place: str, *, owned: bool) -> Iterator[Found]:
    """The tweets of a document; a list may hold pages, and nothing may hold more than that."""
    if not isinstance(document, list):
        yield from _unwrapped(document, place, owned=owned)
        return
    for number, item in enumerate(document, start=1):
        yield from _unwrapped(item, _joined(place, f"tweet {number}"), owned=owned)


def _unwrapped(item: Any, place: str, *, owned: bool) -> Iterator[Found]:
    """One tweet, or those of one page or of the answer of one search."""
    if not isinstance(item, dict):
        yield Tweet(place, item)
    elif isinstance(item.get("statuses"), list):
        yield from _listed(item["statuses"], place, {})
    elif isinstance(item.get("data"), list):
        yield from _listed(item["data"], place, _users(item))
        yield from _beside(item)
    elif isinstance(item.get("data"), dict):
        yield Tweet(place, item["data"], _users(item))
        yield from _beside(item)
    elif "meta" in item and "id" not in item:  # a page without any result
        yield from _beside(item)
    elif isinstance(item.get("tweet"), dict):
        yield Tweet(place, item["tweet"], owned=True)
    else:
        yield Tweet(place, item, owned=owned)


def _listed(tweets: list[Any], place: str, users: dict[str, Any]) -> Iterator[Tweet]:
    for number, tweet in enumerate(tweets, start=1):
        yield Tweet(_joined(place, f"tweet {number}"), tweet, users)


def _users(page: dict[str, Any]) -> dict[str, Any]:
    """What a page says of accounts, by their number."""
    users = _included(page, "users")
    return {str(user["id"]): user for user in users if isinstance(user, dict) and "id" in user}


def _beside(page: dict[str, Any]) -> Iterator[Beside]:
    """Tweets that the page only shows for context, and those that it could not get."""
    errors = page.get("errors")
    yield Beside("tweets_shown_only_for_context", len(_included(page, "tweets")))
    yield Beside(
        "things_the_platform_did_not_hand_out", len(errors) if isinstance(errors, list) else 0
    )


def _included(page: dict[str, Any], kind: str) -> list[Any]:
    includes = page.get("includes")
    listed = includes.get(kind) if isinstance(includes, dict) else None
    return listed if isinstance(listed, list) else []


def _joined(place: str, part: str) -> str:
    return f"{place}, {part}" if place else part
