"""Messages of a Slack export: what each row of a day file is, and what is kept of it."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from workbench.sources._slack_workspace import is_program, is_text
from workbench.sources._texts import mended
from workbench.sources._times import EARLIEST, LATEST, SECOND

# What people and programs said. Everything else that is known is either an event or a notice.
CONTRIBUTIONS = {
    "": "a plain message",
    "file_share": "a message with a file",
    "file_comment": "a comment on a file, of exports before 2018",
    "file_mention": "a message that names a file",
    "me_message": "a message in the third person",
    "thread_broadcast": "a reply shown in the channel as well: stored once, counted once",
    "bot_message": "a message by a program",
    "slackbot_response": "an automatic answer by a program",
}
_OF_CHANNELS = (
    "join",
    "leave",
    "topic",
    "purpose",
    "name",
    "archive",
    "unarchive",
    "convert_to_private",
    "convert_to_public",
    "posting_permissions",
    "canvas_updated",
)
EVENTS = {
    *(f"channel_{what}" for what in _OF_CHANNELS),
    *(f"group_{what}" for what in _OF_CHANNELS),
    *("bot_add", "bot_remove", "bot_enable", "bot_disable", "tabbed_canvas_updated"),
    *("pinned_item", "unpinned_item", "reminder_add", "huddle_thread", "sh_room_created"),
    *("sh_room_shared", "joiner_notification", "joiner_notification_for_inviter"),
    *("app_conversation_join", "app_conversation_leave", "ekm_access_denied"),
    *("message_changed", "message_deleted", "message_replied", "reply_broadcast"),
}
JOINS = ("channel_join", "group_join")
DELETED = "tombstone"
CODE = "`"

ROWS = pl.Schema(
    {
        "place": pl.String,
        "file_day": pl.Date,
        "ts": pl.String,
        "created_us": pl.Int64,
        "thread_ts": pl.String,
        "author_id": pl.String,
        "is_bot": pl.Boolean,
        "role": pl.String,
        "text": pl.String,
        "edited_us": pl.Int64,
        "is_join": pl.Boolean,
        "is_unknown_kind": pl.Boolean,
        "has_lost_edit": pl.Boolean,
        "reason": pl.String,
    }
)

_NAMES = (
    "name",
    "real_name",
    "display_name",
    "real_name_normalized",
    "display_name_normalized",
    "username",
)
_TS = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # the only ones; the last one last


def microseconds(ts: Any) -> int | None:
    """
    The moment of a `ts`, such as `1434772042.000005`, to the microsecond, as microseconds.

    None where it is no text of a number with at most six decimals. No float is made of it on the
    way: one has too few digits.
    """
    found = _TS.fullmatch(ts) if isinstance(ts, str) else None
    if found is None:
        return None
    return int(found[1]) * SECOND + int((found[2] or "").ljust(6, "0"))


def row(item: Any, users: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The fields of one row of a day file, all of `ROWS` but where it stands."""
    reason = _unreadable(item)
    if reason is not None:
        return {"reason": reason}
    subtype = item.get("subtype") or ""
    author = _author(item)
    entry = users.get(author or "")
    edited = item.get("edited")
    edited_us = microseconds(edited.get("ts")) if isinstance(edited, dict) else None
    is_program_mark = bool(item.get("bot_id")) or subtype in ("bot_message", "slackbot_response")
    return {
        "ts": item["ts"],
        "created_us": microseconds(item["ts"]),
        "thread_ts": item.get("thread_ts"),
        "author_id": author,
        "is_bot": is_program_mark or is_program(entry, author),
        "role": _role(entry),
        "text": text(item),
        "edited_us": edited_us,
        "is_join": subtype in JOINS,
        "is_unknown_kind": not _no_contribution(subtype) and subtype not in CONTRIBUTIONS,
        "has_lost_edit": bool(edited) and edited_us is None,
        "reason": _no_contribution(subtype),
    }


def _unreadable(item: Any) -> str | None:
    """Why a row cannot be read as a message or an event."""
    if not isinstance(item, dict):
        return "not an object"
    if item.get("type", "message") != "message":
        return "not a message"
    if item.get("ts") is None:
        return "no ts"
    created = microseconds(item["ts"])
    if created is None:
        return "ts is not a number written as text"
    if not EARLIEST * SECOND <= created < LATEST * SECOND:
        return "dated outside 1995 to 2035"
    if item.get("thread_ts") is not None and microseconds(item["thread_ts"]) is None:
        return "thread_ts is not a number written as text"
    for name in ("user", "bot_id", "subtype"):
        if item.get(name) is not None and not is_text(item[name]):
            return f"{name} is not text"
    return None if isinstance(item.get("text", ""), str | None) else "text is not text"


def _no_contribution(subtype: str) -> str | None:
    if subtype in EVENTS:
        return f"channel event, not a contribution: {subtype}"
    return "deleted, only its place is left" if subtype == DELETED else None


def _author(item: dict[str, Any]) -> str | None:
    """Who wrote it: the account, of an old comment on a file its author, else the program."""
    comment = item.get("comment")
    commenter = comment.get("user") if isinstance(comment, dict) else None
    for number in (item.get("user"), commenter, item.get("bot_id")):
        if is_text(number) and str(number).strip():
            return str(number).strip()
    return None


def _role(entry: dict[str, Any] | None) -> str | None:
    """Staff for whoever runs the workspace, member for the rest, guests too."""
    if entry is None:
        return None
    flags = ("is_admin", "is_owner", "is_primary_owner")
    return "staff" if any(entry.get(flag) is True for flag in flags) else "member"


def text(item: dict[str, Any]) -> str | None:
    """What was written, with the three signs that the export escapes as they were typed."""
    written = item.get("text")
    if not isinstance(written, str):
        return None
    for escaped, sign in _ENTITIES:
        written = written.replace(escaped, sign)
    return mended(written)


def reactions(item: Any) -> list[tuple[str | None, str | None]]:
    """Of each reaction to a row: who reacted, and why that cannot be read, one of them empty."""
    given = item.get("reactions") if isinstance(item, dict) else None
    if given is None:
        return []
    if not isinstance(given, list):
        return [(None, "reactions are not a list")]
    found: list[tuple[str | None, str | None]] = []
    for one in given:
        users = one.get("users", []) if isinstance(one, dict) else None
        if not isinstance(users, list):
            found.append((None, "reaction without a list of users"))
            continue
        for number in users:
            known = is_text(number) and number.strip()
            found.append((known, None) if known else (None, "reaction by no account"))
    return found


def uncounted(item: Any) -> int:
    """How many reactions to a row are counted in it, but not named; counts are cut off lists."""
    given = item.get("reactions") if isinstance(item, dict) else None
    counts = [
        one["count"] - len(one.get("users") or [])
        for one in (given if isinstance(given, list) else [])
        if isinstance(one, dict)
        and type(one.get("count")) is int
        and isinstance(one.get("users") or [], list)
    ]
    return sum(max(0, more) for more in counts)


def names(entry: dict[str, Any]) -> set[str]:
    """What an entry of users.json, or a message with its writer's profile, calls somebody."""
    profiles = [entry, entry.get("profile"), entry.get("user_profile")]
    given = [one.get(name) for one in profiles if isinstance(one, dict) for name in _NAMES]
    return {str(name).strip() for name in given if is_text(name) and str(name).strip()}
