"""One file of OpenIDEO, before any of its ideas is read: the challenge, its ideas, its people."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, BinaryIO

from workbench.errors import SourceError
from workbench.sources import _files
from workbench.sources._texts import mended
from workbench.sources._times import MINUTE, SECOND

LONGEST = 64  # letters: a challenge is also a channel, and longer ones are taken for sentences
HASHED = 8

_OPENING = re.compile(rb'^\s*\{\s*"py/object"\s*:\s*"[\w.]*\bChallenge"')
_ACCOUNT = re.compile("[0-9a-f]{32}")
_PICKLED = 10  # bytes of a moment: two of the year, five up to the second, three of the rest
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Challenge:
    """
    What one file holds.

    contest_id : the last part of the challenge's address, cut where it is long; by it repeated
        files are known.
    number : its number on the list that the files were made from; None where the file has none.
    ideas : name of an idea in addresses -> what the file says of it. users : id -> the same.
    """

    contest_id: str
    name: str | None
    number: int | None
    opened_us: int | None
    closed_us: int | None
    ideas: dict[str, Any]
    users: dict[str, Any]


def opens(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a challenge."""
    return _OPENING.match(head) is not None


def challenge(stream: BinaryIO, *, where: str) -> Challenge:
    """
    Read one file.

    Raises
    ------
    SourceError
        It is no JSON, an object in it has two values of one name, or it is no challenge.
    """
    try:
        text = _files.whole(stream, where=where).decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise SourceError(
            f"{where}: expected JSON with every name once in an object, got something else or a "
            "part of it. Download the file again, or add --keep-going to set it aside and read "
            "the others."
        ) from None
    parts = found if isinstance(found, dict) else {}
    ideas, users = (_nodes(parts.get(name)) for name in ("concept_graph", "social_graph"))
    contest_id = _last_part(parts.get("link"))
    if ideas is None or contest_id is None:
        raise SourceError(
            f"{where}: expected a challenge with its link and its graph of concepts, got other "
            "JSON. Download graph0.json and those beside it again, or add --keep-going to set "
            "this file aside and read the others."
        )
    title, number = parts.get("title"), whole_number(parts.get("number"))
    return Challenge(
        contest_id=contest_id,
        name=(mended(title).strip() or None) if isinstance(title, str) else None,
        number=number if number is None or number >= 0 else None,
        opened_us=moment(parts.get("start_date"))[0],
        closed_us=moment(parts.get("end_date"))[0],
        ideas=ideas,
        users=users or {},
    )


def moment(value: Any) -> tuple[int | None, int | None]:
    """
    A `datetime` as jsonpickle writes it: microseconds since 1970, and the width of its tick.

    It holds the ten bytes of Python's own pickle in base64. They are read by hand, because what is
    unpickled may do anything. A year, month or hour that cannot be, a zone of its own, or anything
    else gives None twice.
    """
    try:
        _, arguments = value["__reduce__"]
        (encoded,) = arguments
        data = base64.b64decode(encoded, validate=True)
        if value["py/object"] != "datetime.datetime" or len(data) != _PICKLED:
            return None, None
        month, day, hour, minute, second = data[2:7]
        year, rest = data[0] * 256 + data[1], int.from_bytes(data[7:], "big")
        written = datetime(year, month, day, hour, minute, second, rest, tzinfo=UTC)
    except (TypeError, KeyError, ValueError, binascii.Error):
        return None, None
    width = 1 if written.microsecond else SECOND if written.second else MINUTE
    return (written - _BEGINNING) // timedelta(microseconds=1), width


def account(value: Any) -> tuple[str | None, str | None]:
    """
    An author's id, and why it is none; both empty where the account is gone.

    The export has a number of 32 hexadecimal digits in the place of a name. A name as shown is
    refused: two people may share one.
    """
    if value is None or value == "":
        return None, None
    if isinstance(value, str) and _ACCOUNT.fullmatch(value):
        return value, None
    return None, "author is not the number of an account"


def whole_number(value: Any) -> int | None:
    """A whole number that a table can hold; None for anything else."""
    return value if type(value) is int and abs(value) < 2**63 else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a second value of one name would be lost without a word."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError
    return made


def _nodes(graph: Any) -> dict[str, Any] | None:
    """The nodes of a graph as networkx keeps them."""
    nodes = graph.get("node") if isinstance(graph, dict) else None
    return nodes if isinstance(nodes, dict) else None


def _last_part(link: Any) -> str | None:
    """The last part of an address; a long one is cut, and told from others by a short hash."""
    if not isinstance(link, str):
        return None
    name = mended(link.strip().rstrip("/").rpartition("/")[2]).strip()
    if len(name) <= LONGEST:
        return name or None
    return f"{name[: LONGEST - HASHED - 1]}-{sha256(name.encode()).hexdigest()[:HASHED]}"
