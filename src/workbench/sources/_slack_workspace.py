"""What a Slack export holds before any message is read: people, conversations, their day files."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.sources import _files
from workbench.sources._archives import Member
from workbench.sources._times import known_zone

USERS = ("users.json", "org_users.json")  # the second where one export is of a whole organisation
CHANNELS = "channels.json"
PRIVATE = {"groups.json": "private channel", "dms.json": "direct messages"}
PRIVATE["mpims.json"] = PRIVATE["dms.json"]
ABOUT_ACTIVITY = ("integration_logs.json", "canvases.json", "content_flags.json", "lists.json")
SLACKBOT = "USLACKBOT"
MASKED = "a private conversation"
LONGEST_NAME = 255  # a list may hold more, and it stands in the place of every row

_DAY_FILE = re.compile(r"([^/]+)/([0-9]{4}-[0-9]{2}-[0-9]{2})\.json", re.DOTALL)
_ID = re.compile(r"[CDG][A-Z0-9]{7,}")
_DIRECT = re.compile(r"D[A-Z0-9]{7,}|mpdm-.*", re.DOTALL)


@dataclass
class Conversation:
    """
    A channel or a private conversation with its day files, earliest first.

    key : what its messages' ids begin with; never a name where it is private. channel : what the
    messages' `channel` holds. shown : what a place says in its stead.
    """

    key: str
    channel: str
    shown: str
    is_private: bool
    days: list[tuple[date, Member]] = field(default_factory=list)


@dataclass(frozen=True)
class Workspace:
    """
    The people and conversations of an export.

    users : id -> entry of users.json. timezone : the commonest zone of the people; empty where no
    entry states one. notes : as in `Batch`.
    """

    users: dict[str, dict[str, Any]]
    conversations: list[Conversation]
    timezone: str | None
    notes: Counter[str]


def day_of(name: str) -> tuple[str, date] | None:
    """The folder and the day of `<folder>/YYYY-MM-DD.json`; None for any other file."""
    found = _DAY_FILE.fullmatch(name)
    try:
        return (found[1], date.fromisoformat(found[2])) if found else None
    except ValueError:
        return None


def is_text(value: Any) -> bool:
    """Whether a value is text that UTF-8 can write; JSON may hold halves of characters."""
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:
        return False


def parsed(member: Member, *, place: str) -> list[Any]:
    """
    The list that a file of the export holds.

    Raises
    ------
    SourceError
        It is no UTF-8, no JSON, nested beyond reason, or something other than a list.
    """
    try:
        with member.open() as stream:
            found = json.loads(_files.whole(stream, where=place).decode("utf-8-sig"))
    except (SourceError, ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise SourceError(
            f"{place}: expected a list in JSON, got something else or a damaged file. "
            "Export it again, or add --keep-going to set the file aside and read the rest."
        )
    return found


def workspace(files: list[Member], *, where: str, keep_going: bool) -> Workspace:
    """
    Read the lists of people and of conversations, and find the day files of each.

    A folder that no list names is private, because it may be; without a readable list of channels,
    folders that no other list names are channels, unless they are named as direct messages are.

    Raises
    ------
    SourceError
        No file is named `<channel>/YYYY-MM-DD.json`; or a list is damaged, unless `keep_going`.
    """
    notes: Counter[str] = Counter()
    lists = _lists(files, notes, where=where, keep_going=keep_going)
    users = _users(lists, notes)
    found = [(day_of(member.name), member) for member in files]
    if not any(day for day, _ in found):
        raise SourceError(
            f"{where}: expected files such as general/2024-03-01.json, got none. "
            "Name the zip that Slack made, or the folder it was unpacked to."
        )
    known = _known(lists)
    lacking = {name for name in (CHANNELS, *PRIVATE) if lists.get(name, []) is None}
    is_open = lists.get(CHANNELS) is None and not lacking - {CHANNELS}
    conversations: dict[str, Conversation] = {}
    for day, member in found:
        if day is None:
            notes["files_not_read"] += member.name not in (*lists, *ABOUT_ACTIVITY)
            continue
        folder = day[0]
        if folder not in known:
            known[folder] = _unlisted(folder, len(known), is_open=is_open)
            hidden = known[folder].is_private
            notes["folders_in_no_list" if hidden else "channels_named_by_folder"] += 1
        known[folder].days.append((day[1], member))
        conversations.setdefault(known[folder].key, known[folder])
    for one in conversations.values():
        one.days.sort(key=lambda day: (day[0], day[1].name))
    return Workspace(users, list(conversations.values()), _timezone(users), notes)


def _lists(
    files: list[Member], notes: Counter[str], *, where: str, keep_going: bool
) -> dict[str, list[Any] | None]:
    """Name of a list -> what it holds; None where it is damaged; absent where it is absent."""
    wanted = {*USERS, CHANNELS, *PRIVATE}
    lists: dict[str, list[Any] | None] = {}
    for member in files:
        if member.name not in wanted:
            continue
        try:
            lists[member.name] = parsed(member, place=f"{where}: {member.name}")
        except SourceError:
            if not keep_going:
                raise
            lists[member.name] = None
            notes["damaged_lists"] += 1
    return lists


def _users(lists: dict[str, list[Any] | None], notes: Counter[str]) -> dict[str, dict[str, Any]]:
    """Id -> entry; of entries with the same id the first."""
    entries = next((lists[name] for name in USERS if lists.get(name)), None)
    if entries is None:
        notes["people_list_missing"] += 1
        return {}
    users: dict[str, dict[str, Any]] = {}
    for entry in entries:
        number = entry.get("id") if isinstance(entry, dict) else None
        if not is_text(number) or not str(number).strip():
            notes["people_that_could_not_be_read"] += 1
        elif str(number).strip() in users:
            notes["people_listed_twice"] += 1
        else:
            users[str(number).strip()] = entry
    return users


def _known(lists: dict[str, list[Any] | None]) -> dict[str, Conversation]:
    """Folder -> its conversation, by what the lists say; a folder has a name or an id."""
    known: dict[str, Conversation] = {}
    # What one list calls private stays private, whatever another says.
    for name in (*PRIVATE, CHANNELS):
        for entry in lists.get(name) or []:
            if not isinstance(entry, dict):
                continue
            folders = [str(entry[k]) for k in ("name", "id") if is_text(entry.get(k)) and entry[k]]
            flags = ("is_private", "is_im", "is_mpim")
            if name in PRIVATE or any(entry.get(flag) is True for flag in flags):
                key = str(entry["id"]) if is_text(entry.get("id")) else f"{MASKED} {len(known)}"
                kind = PRIVATE.get(name, PRIVATE["groups.json"])
                one = Conversation(key, kind, MASKED, is_private=True)
            elif folders:
                name = _printed(folders[0])
                one = Conversation(_printed(folders[-1]), name, name, is_private=False)
            for folder in folders:
                known.setdefault(folder, one)
    return known


def _unlisted(folder: str, number: int, *, is_open: bool) -> Conversation:
    """A conversation of which only the folder is known."""
    is_direct = _DIRECT.fullmatch(folder) is not None
    if is_open and not is_direct:
        name = _printed(folder)
        return Conversation(name, name, name, is_private=False)
    key = folder if _ID.fullmatch(folder) else f"{MASKED} {number}"
    kind = PRIVATE["dms.json" if is_direct else "groups.json"]
    return Conversation(key, kind, MASKED, is_private=True)


def _printed(name: str) -> str:
    """A folder's name without line breaks and whatever else would tear a line or a page."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:LONGEST_NAME])


def is_program(entry: dict[str, Any] | None, number: str | None) -> bool:
    """Whether Slack says that an account is a program."""
    return number == SLACKBOT or (entry is not None and entry.get("is_bot") is True)


def _timezone(users: dict[str, dict[str, Any]]) -> str | None:
    """The zone that most people have; programs and closed accounts carry one of the maker's."""
    stated = Counter(
        entry["tz"]
        for number, entry in users.items()
        if is_text(entry.get("tz"))
        and not is_program(entry, number)
        and entry.get("deleted") is not True
    )
    ranked = sorted(stated, key=lambda zone: (-stated[zone], zone))
    return next((zone for zone in ranked if _usable(zone)), None)


def _usable(zone: str) -> bool:
    moment = pl.Series([0]).cast(pl.Datetime("us", "UTC"))
    try:
        moment.dt.convert_time_zone(known_zone(zone, where="users.json"))
    except (SourceError, pl.exceptions.PolarsError):
        return False
    return True
