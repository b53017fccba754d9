"""
Takedown: rows of people and posts that are to go leave every table, now and at every load.

The list of a data set is `data/private/takedown/NAME.csv`: keyed hashes of accounts and posts,
never an id. Whoever holds the file and not the key cannot tell whom it names. The list is written
first; a run that is killed before the tables are rewritten is made up for by the next, or a load.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from workbench.data import _takedown_rows as rows
from workbench.data import looks, pseudonyms, store
from workbench.data import manifest as facts
from workbench.data._takedown_ids import as_stored
from workbench.data._takedown_list import (
    ACCOUNT,
    POST,
    as_text,
    digest,
    entries,
    is_pending,
    list_path,
    listed,
    new_entries,
    refuse_other_key,
)
from workbench.data._takedown_rows import NOT_COUNTED, untold
from workbench.data.accounts import SamePerson
from workbench.data.cleaning import Cleaned
from workbench.data.community import Community, open_community
from workbench.data.places import checked_name, data_folder, disk, write_private
from workbench.errors import DataError
from workbench.schema import TABLES

__all__ = [
    "NOT_COUNTED",
    "TakedownReport",
    "apply",
    "catch_up",
    "digest",
    "entries",
    "is_pending",
    "take_down",
    "untold",
]


@dataclass(frozen=True)
class TakedownReport:
    """
    What a takedown did.

    listed : how many accounts and posts are on the list now. added : how many of them are new.
    unknown : how many of the new ones no stored row has; a later export may have them. removed :
    per table, rows that left the stored tables. loaded : whether there are stored tables.
    """

    name: str
    listed: dict[str, int]
    added: int
    unknown: int
    removed: dict[str, int]
    loaded: bool


def take_down(
    name: str,
    *,
    accounts: Iterable[str] = (),
    posts: Iterable[str] = (),
    before_load: bool = False,
) -> TakedownReport:
    """
    List ids as the export writes them, and remove what is listed from the stored tables at once.

    before_load : list also for a data set that was never loaded. The source of loaded ones may know
    an id in other forms too (`Source.ids`).

    Without ids, what the list holds already is removed. Posts go from every community of the data
    set that has the id. The first-look record stays.

    Raises
    ------
    DataError
        There is nothing to list; no data set of this name is or was loaded; the list cannot be
        read or was made with another key; the stored tables cannot be read, or another run changes
        them. What was listed then stays listed.
    """
    with disk(f"takedown {name}", "write to", data_folder()), store.loading(checked_name(name)):
        key = pseudonyms.secret_key()
        before = entries(name)
        refuse_other_key(name, before, key)
        accounts, posts = as_stored(name, ACCOUNT, accounts), as_stored(name, POST, posts)
        new = new_entries(before, accounts, posts, key)
        if not before and not new:
            raise DataError(
                f"takedown {name}: expected ids to list, got none. "
                "Name them with --account, --post or --file."
            )
        if not before and not before_load:
            _refuse_unknown(name)
        if new:
            write_private(list_path(name), as_text([*before, *new]))
        stored = _stored(name, key)
        known = _known(stored, key) if stored and new else set()
        removed = _rewritten(stored, key) if stored else dict.fromkeys(TABLES, 0)
    kinds = Counter(entry.kind for entry in [*before, *new])
    return TakedownReport(
        name=name,
        listed={kind: kinds[kind] for kind in (ACCOUNT, POST)},
        added=len(new),
        unknown=sum(entry.value not in known for entry in new),
        removed=removed,
        loaded=stored is not None,
    )


def _refuse_unknown(name: str) -> None:
    """A mistyped name would remove nobody and look as if it had."""
    if store.folder(name).is_dir() or looks.first_look(name) is not None:
        return
    loaded = store.stored_names()
    close = difflib.get_close_matches(name, loaded, n=1)
    other = "Choose one of these, load it, or add --before-load."
    cure = f"Did you mean {close[0]}?" if close else other
    raise DataError(
        f"takedown {name}: expected a data set that is or was loaded, got a name of none; "
        f"loaded: {', '.join(loaded) or 'nothing'}. Nobody was listed. {cure}"
    )


def _stored(name: str, key: bytes) -> Community | None:
    """The stored data set, if there is one whose people can be told by this key."""
    if not store.folder(name).is_dir():
        return None
    try:
        community = open_community(name)
    except DataError as error:
        raise DataError(f"takedown {name}: listed, but nothing was removed yet. {error}") from None
    if community.manifest["key_id"] != pseudonyms.key_id(key):
        raise DataError(
            f"takedown {name}: listed, but nothing was removed yet: its pseudonyms were made with "
            f"another key. Load again: {store.load_command(name)}"
        )
    return community


def _known(community: Community, key: bytes) -> set[str]:
    """Keyed hashes of every account and post in the stored tables."""
    people = [community.posts["author_id"], community.people["person_id"]]
    people += [community.posts["recipient_id"], community.ratings["rater_id"]]
    posts = [community.posts["post_id"]]
    posts += [community.ratings["item_id"], community.truths["item_id"]]
    hashes = [pseudonyms.hidden(ids, key=key, kind="post") for ids in posts]
    return {value for ids in [*people, *hashes] for value in ids.drop_nulls()}


def catch_up(name: str, *, key: bytes) -> None:
    """
    Remove from stored tables what was listed since; the caller holds the lock of `loading`.

    Tables that cannot be read are left alone: a load replaces them.
    """
    try:
        community = open_community(name)
    except DataError:
        return
    same_key = community.manifest["key_id"] == pseudonyms.key_id(key)
    if same_key and entries(name) and is_pending(name, community.manifest):
        _rewritten(community, key)


def _rewritten(community: Community, key: bytes) -> dict[str, int]:
    """Store the tables without what is listed; per table, how many rows left."""
    name, about = community.name, community.manifest
    tables = {table: community.read(table) for table in TABLES}
    read = about["counts"]["people"]["read"]
    kept = rows.without(tables, listed(name, key=key), people_read=read)
    if not is_pending(name, about) and not any(kept.removed.values()):
        return kept.removed
    counts, own, carried = _counted(about["counts"], kept)
    number = 1 + max(range(len(about["history"])), key=lambda n: about["history"][n]["loaded"])
    before = pl.read_parquet(community.file("quarantine"))
    left = [rows.set_aside(own).with_columns(export=number), rows.set_aside(carried)]
    quarantine = pl.concat([before, *left], how="diagonal_relaxed").cast(before.schema)
    named = digest(name)
    manifest = {
        **about,
        "counts": counts,
        "quarantine": _reasons(about["quarantine"], own),
        "taken_down": named,
        "stamp": facts.value_hash({"stamp": about["stamp"], "taken down": named}),
    }
    filled = {table: frame for table, frame in kept.tables.items() if frame.height}
    store.write(name, {**filled, "quarantine": quarantine}, manifest=manifest, before_swap=dict)
    return kept.removed


def _reasons(
    before: Mapping[str, Mapping[str, int]], own: Mapping[str, int]
) -> dict[str, dict[str, int]]:
    """Rows set aside of the newest export, per table and reason, with those that left now."""
    reasons = {table: dict(counted) for table, counted in before.items()}
    for table, count in own.items():
        if count:
            mine = reasons.setdefault(table, {})
            mine[rows.REASON] = mine.get(rows.REASON, 0) + count
    return reasons


def _counted(
    counts: Mapping[str, Mapping[str, int]], kept: rows.Kept
) -> tuple[dict[str, dict[str, int]], dict[str, int], dict[str, int]]:
    """
    Counts after a takedown, and the rows that left: of the newest export, and of earlier ones.

    Where a row came from is not stored. A row of `people` that was made here was never read, so it
    is not set aside: those without a joining date count as made first. Else rows count as those of
    the newest export first.
    """
    new, own, earlier = {}, {}, {}
    for table, count in counts.items():
        gone = kept.removed[table]
        made = min(kept.undated if table == "people" else 0, count["derived"])
        own[table] = min(gone - made, count["kept"] - count.get("left_out", 0))
        earlier[table] = gone - made - own[table]
        new[table] = {
            **count,
            "kept": count["kept"] - own[table],
            "quarantined": count["quarantined"] + own[table],
            "derived": count["derived"] - made,
        }
        if earlier[table]:
            new[table]["carried"] = count["carried"] - earlier[table]
    return new, own, earlier


def apply(
    cleaned: Cleaned,
    read: Mapping[str, pl.DataFrame],
    *,
    name: str,
    key: bytes,
    same: SamePerson | None = None,
) -> Cleaned:
    """
    What cleaning left, without what is listed; `read` are the tables that were cleaned, `same`
    says which accounts are one person's.

    After cleaning, because a thread whose opening post goes must still be known as that thread.
    Rows of listed accounts and posts that cleaning had set aside lose their number and place.

    Raises
    ------
    DataError
        The list cannot be read, or was made with another key.
    """
    whom = listed(name, key=key, same=same)
    if not whom.accounts and not whom.posts:
        return cleaned
    kept = rows.without(cleaned.tables, whom, people_read=cleaned.counts["people"]["read"])
    counts, own, _ = _counted(cleaned.counts, kept)
    left = pl.concat([rows.forgotten(cleaned.quarantine, read, whom), rows.set_aside(own)])
    return replace(
        cleaned,
        tables=kept.tables,
        quarantine=left.sort("table", "row", "reason", "place"),
        counts=counts,
    )
