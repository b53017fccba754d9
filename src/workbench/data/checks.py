"""Check a loaded data set: are the files the ones that were stored, and which values are there?"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from workbench.data import pseudonyms, store, takedown
from workbench.data.cleaning import SORTED_BY
from workbench.data.community import Community, open_community
from workbench.data.places import disk
from workbench.errors import DataError, SchemaError
from workbench.schema import TABLES, conform


@dataclass(frozen=True)
class CheckReport:
    """
    What `check` found.

    problems : one sentence each; none means that the data set is sound. counts : per table, rows
    read, kept, quarantined and derived; of a data set that grew also carried (rows of earlier
    exports) and left_out (rows of an older export in whose place newer ones stay). quarantine :
    rows set aside, per table and reason. notes : what was repaired or is worth knowing. columns :
    per table, the columns that hold a value.
    """

    name: str
    title: str
    problems: tuple[str, ...]
    counts: dict[str, dict[str, int]]
    quarantine: dict[str, dict[str, int]]
    notes: dict[str, int]
    columns: dict[str, tuple[str, ...]]


def check(name: str) -> CheckReport:
    """
    Compare every file of a loaded data set with its manifest, its tables with the schema.

    Raises
    ------
    DataError
        It is not loaded, or cannot be opened at all.
    """
    community = open_community(name)
    damaged = _damaged(community)
    sound = {} if damaged else {t: community.read(t) for t in TABLES}
    problems = damaged or _misfits(community, sound) or _broken_threads(sound["posts"])
    return CheckReport(
        name=name,
        title=community.title,
        problems=(*problems, *_foreign_key(community), *_listed_since(community)),
        counts=community.manifest["counts"],
        quarantine=community.manifest["quarantine"],
        notes=community.manifest["notes"],
        columns={t: _filled(frame) for t, frame in sound.items()},
    )


def columns_present(community: Community) -> dict[str, set[str]]:
    """Per table, the columns with at least one value: what a hypothesis may ask for."""
    return {t: set(_filled(community.read(t))) for t in TABLES}


def _filled(frame: pl.DataFrame) -> tuple[str, ...]:
    return tuple(column.name for column in frame if column.null_count() < len(column))


def _damaged(community: Community) -> list[str]:
    return [
        f"{file}: its content is not the one that was stored. "
        f"Load again: {store.load_command(community.name)}"
        for file in store.changed_files(community.name, community.manifest)
    ]


def _misfits(community: Community, tables: dict[str, pl.DataFrame]) -> list[str]:
    """Tables that do not fit the schema, have another number of rows, or a key used twice."""
    problems = []
    for name, frame in tables.items():
        table = TABLES[name]
        counts = community.manifest["counts"][name]
        beside = counts.get("carried", 0) - counts.get("left_out", 0)
        if frame.height != counts["kept"] + counts["derived"] + beside:
            problems.append(f"{name}: {frame.height:,} rows, but the manifest counts others.")
        if counts["read"] != counts["kept"] + counts["quarantined"]:
            problems.append(f"{name}: rows read are not rows kept and rows in quarantine.")
        try:
            conform(frame, table, where=name)
        except SchemaError as error:
            problems.append(str(error))
            continue
        if table.key and frame.select(pl.struct(table.key).is_duplicated().any()).item():
            problems.append(f"{name}: {' + '.join(table.key)} is not unique.")
        if not frame.equals(frame.sort(SORTED_BY[name], maintain_order=True)):
            problems.append(f"{name}: rows are not in the order they are stored in.")
    return problems


def _broken_threads(posts: pl.DataFrame) -> list[str]:
    """Posts whose thread is named after a post that did not open it."""
    opening = posts.select("community_id", own="thread_id", thread_id="post_id")
    named = posts.join(opening, on=["community_id", "thread_id"])
    wrong = named.filter(pl.col("own") != pl.col("thread_id")).height
    return [f"posts: {wrong:,} name a thread after a post that opened none."] if wrong else []


def _foreign_key(community: Community) -> list[str]:
    """Looking never makes a key: the data set's own may come back from a copy."""
    mine = pseudonyms.known_key()
    if mine is None:
        path = pseudonyms.key_path()
        return [f"the pseudonym key is missing: restore {path} from a copy."]
    if community.manifest["key_id"] == pseudonyms.key_id(mine):
        return []
    return [
        "pseudonyms were made with another key, so that people cannot be matched with those of "
        f"other data sets. Load again: {store.load_command(community.name)}"
    ]


def _listed_since(community: Community) -> list[str]:
    """Whether somebody was to be taken down and the tables do not know it yet."""
    if not takedown.is_pending(community.name, community.manifest):
        return []
    return [
        "its takedown list has changed since the tables were stored. "
        f"Say: workbench takedown {community.name}"
    ]


def remove(name: str) -> None:
    """
    Delete the tables of a loaded data set; the key and the first-look record stay.

    Raises
    ------
    DataError
        It is not loaded, or is being loaded.
    """
    with disk(f"remove {name}", "change", store.folder(name)), store.loading(name):
        if not store.folder(name).is_dir():
            raise DataError(f"data set {name}: not loaded, so there is nothing to remove.")
        store.delete(name)
