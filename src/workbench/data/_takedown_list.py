"""The takedown list of a data set: keyed hashes of accounts and posts, in a private CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from workbench.data import manifest as facts
from workbench.data import pseudonyms
from workbench.data._takedown_rows import Listed
from workbench.data.accounts import SamePerson
from workbench.data.places import checked_name, data_folder
from workbench.errors import DataError

ACCOUNT, POST = "account", "post"
HEAD = ("kind", "value", "date", "key")


@dataclass(frozen=True)
class Entry:
    """One line of a list: `account` or `post`, its keyed hash, the day it was listed, the key."""

    kind: str
    value: str
    date: str
    key: str


def list_path(name: str) -> Path:
    """Where the list of the data set is, or would be."""
    return data_folder() / "private" / "takedown" / f"{checked_name(name)}.csv"


def entries(name: str) -> list[Entry]:
    """
    The list of a data set, in the order in which it grew; empty where there is none.

    Raises
    ------
    DataError
        It cannot be read.
    """
    path = list_path(name)
    try:
        head, *lines = csv.reader(io.StringIO(path.read_bytes().decode("utf-8")))
        found = [Entry(*line) for line in lines]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, csv.Error):
        head, found = [], []
    if tuple(head) != HEAD or any(entry.kind not in (ACCOUNT, POST) for entry in found):
        raise DataError(
            f"takedown list {path}: expected lines of {', '.join(HEAD)}, got something else. "
            "Restore it from a copy: without it, who asked to go would come back."
        )
    return found


def digest(name: str) -> str:
    """A hash of whom and what the list names; empty without a list."""
    named = sorted({(entry.kind, entry.value) for entry in entries(name)})
    return facts.value_hash(named) if named else ""


def is_pending(name: str, manifest: Mapping[str, Any]) -> bool:
    """Whether the list has changed since the tables of the data set were stored."""
    return manifest.get("taken_down", "") != digest(name)


def new_entries(
    before: Collection[Entry], accounts: Iterable[str], posts: Iterable[str], key: bytes
) -> list[Entry]:
    """Entries for ids that are not listed yet."""
    today, made_with = facts.today(), pseudonyms.key_id(key)
    given = [(ACCOUNT, "person", raw) for raw in accounts] + [(POST, "post", raw) for raw in posts]
    seen = {entry.value for entry in before}
    new = {}
    for kind, hashed_as, raw in given:
        if raw.strip():
            value = pseudonyms.pseudonym(raw.strip(), key=key, kind=hashed_as)
            new[value] = Entry(kind, value, today, made_with)
    return [entry for value, entry in new.items() if value not in seen]


def as_text(lines: Iterable[Entry]) -> str:
    """The list as its file holds it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(astuple(entry) for entry in lines)
    return text.getvalue()


def refuse_other_key(name: str, listed: Iterable[Entry], key: bytes) -> None:
    """Hashes of another key match nobody, so that whoever is listed would come back unseen."""
    foreign = sum(entry.key != pseudonyms.key_id(key) for entry in listed)
    if foreign:
        raise DataError(
            f"takedown list {list_path(name)}: expected lines made with the key of this "
            f"installation, got {foreign:,} made with another. Restore {pseudonyms.key_path()} "
            "from a copy; else move the list away and list the ids again."
        )


def listed(name: str, *, key: bytes, same: SamePerson | None = None) -> Listed:
    """What is listed; of a listed account that is another one now (`same`), that one too."""
    found = entries(name)
    refuse_other_key(name, found, key)
    values = {kind: frozenset(e.value for e in found if e.kind == kind) for kind in (ACCOUNT, POST)}
    became = (same.became if same is not None and values[ACCOUNT] else {}).items()
    merged = [now for old, now in became if pseudonyms.pseudonym(old, key=key) in values[ACCOUNT]]
    accounts = values[ACCOUNT] | {pseudonyms.pseudonym(now, key=key) for now in merged}
    return Listed(accounts, values[POST], key)
