"""The exports that a stored data set came from, and whether another one is merged with them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from workbench.data import growth, store
from workbench.data import manifest as facts
from workbench.data.community import Community, open_community
from workbench.data.growth import Export
from workbench.data.jobs import Job
from workbench.data.uniting import WINDOW
from workbench.errors import DataError
from workbench.schema import COMMUNITIES, SCHEMA_VERSION, TABLES

TITLE = "title"  # the one option that changes what is shown, and no row
Inputs = Sequence[Mapping[str, Any]]


def earlier(
    job: Job, inputs: Inputs, *, config: str, key_id: str, replace: bool
) -> tuple[Community | None, str]:
    """
    The stored data set that this export is merged with; None and why not where it is not.

    The reason follows "because", and is empty where there is nothing else to be merged with.
    Simulated data and those of the catalogue are always replaced.

    Raises
    ------
    DataError
        It was read with other choices than several exports before, which nobody asked to forget.
    """
    if job.source.simulated or job.about is not None or not store.folder(job.name).is_dir():
        return None, ""
    try:
        stored = open_community(job.name)
    except DataError:
        return None, _unreadable(job.name)
    if [_hashes(export["inputs"]) for export in stored.manifest["history"]] == [_hashes(inputs)]:
        return None, ""
    if replace:
        return None, "that was asked for"
    reason = _apart(stored, job, config, key_id)
    return (None, reason) if reason else (stored, "")


def tables(before: Community, job: Job, export: Export) -> dict[str, pl.DataFrame]:
    """
    The stored tables, for an export to be merged with; under another title it has theirs too.

    Raises
    ------
    DataError
        The export is one of another community.
    """
    stored = {table: before.read(table) for table in TABLES}
    names = export.tables["communities"]["name"]
    retitled = before.manifest["options"].get(TITLE) != job.options.get(TITLE)
    if retitled and stored["communities"].height == 1 == len(names):
        # Communities without an id of their own are known by their name, see `growth`.
        stored["communities"] = stored["communities"].with_columns(name=pl.lit(names[0]))
    if growth.share_nothing(stored, export):
        raise DataError(
            f"load {job.name}: expected an export of the same community, got one that shares no "
            "post with what is stored of the same time. Use another name, or --replace."
        )
    return stored


def _hashes(inputs: Inputs) -> list[str]:
    return [file["sha256"] for file in inputs]


def _unreadable(name: str) -> str:
    """Why a data set that is there cannot be opened."""
    try:
        version = (store.read_manifest(name) or {}).get("schema_version", SCHEMA_VERSION)
    except DataError:
        version = SCHEMA_VERSION
    if version != SCHEMA_VERSION:
        return f"they were stored with version {version} of the schema"
    return "what is stored of them is damaged"


def _apart(stored: Community, job: Job, config: str, key_id: str) -> str:
    """What keeps the stored tables and the export from being about the same; empty if nothing."""
    about = stored.manifest
    if about["source"] != job.source.name:
        return f"they were read by source {about['source']}"
    if about["key_id"] != key_id:
        return "their pseudonyms were made with another key"
    if about["config_hash"] != config:
        before = {**about["options"], **about["cleaning"]}
        now = json.loads(json.dumps({**job.options, **job.choices}, default=str))
        other = sorted(name for name in now if before.get(name) != now[name])
        if other != [TITLE]:  # which is only shown
            return _chosen_otherwise(stored, job, ", ".join(other) or "cleaning")
    if store.changed_files(job.name, about):
        return "what is stored of them is damaged"
    return ""


def _chosen_otherwise(stored: Community, job: Job, what: str) -> str:
    """That the only export before was read with another choice; a DataError if there are more."""
    exports = len(stored.manifest["history"])
    if exports > 1:
        raise DataError(
            f"load {job.name}: expected the choices of the {exports:,} exports that are stored, "
            f"got another choice of {what}. Choose as before, or forget them with --replace and "
            "load them again."
        )
    return f"they were loaded with another choice of {what}"


def others(about: Mapping[str, Any], inputs: Inputs) -> pl.DataFrame:
    """The limits of the exports in a manifest, but for one of the same inputs: see `growth`."""
    rows = [
        (community, limits["from_us"], limits["until_us"])
        for export in about["history"]
        if _hashes(export["inputs"]) != _hashes(inputs)
        for community, limits in export["observed"].items()
    ]
    schema = {name: COMMUNITIES.polars_schema()[name] for name in WINDOW}
    return pl.DataFrame(rows, schema=schema, orient="row")


def merged_before(about: Mapping[str, Any], inputs: Inputs) -> bool:
    """Whether these inputs are in the history of a manifest, and others after them."""
    return _hashes(inputs) in [_hashes(export["inputs"]) for export in about["history"][:-1]]


def noted(
    about: Mapping[str, Any], stored: Community | None, observed: Mapping[str, Any]
) -> tuple[dict[str, Any], int]:
    """
    The manifest with its history, and the number of the export in it, from 1.

    `about` is the manifest as this export alone would have it, `stored` what it was merged
    with, `observed` the limits of this export. An export that is read again keeps its number.
    """
    own = {name: about[name] for name in ("inputs", "stamp", "loaded", "counts", "quarantine")}
    own |= {"observed": dict(observed), "changes": about["changes"]}
    history = list(stored.manifest["history"]) if stored is not None else []
    known = [_hashes(export["inputs"]) for export in history]
    mine = _hashes(about["inputs"])
    number = known.index(mine) + 1 if mine in known else len(history) + 1
    history[number - 1 : number] = [own]
    together = {**about, "history": history}
    if len(history) > 1:
        together["stamp"] = facts.value_hash([export["stamp"] for export in history])
        files = (file for export in history for file in export["inputs"])
        together["inputs"] = list(
            {json.dumps(file, sort_keys=True): file for file in files}.values()
        )
    return together, number


def quarantined(own: pl.DataFrame, stored: Community | None, number: int) -> pl.DataFrame:
    """Rows that were set aside of every export, by its number; those of this one are `own`."""
    mine = own.with_columns(export=pl.lit(number, pl.Int64))
    if stored is None or "quarantine" not in stored.manifest["tables"]:
        return mine
    before = pl.read_parquet(stored.file("quarantine"))
    return pl.concat([before.filter(pl.col("export").ne_missing(number)), mine])


def with_carried(
    counts: Mapping[str, Mapping[str, int]],
    changes: Mapping[str, Mapping[str, int]],
    tables: Mapping[str, pl.DataFrame],
) -> dict[str, dict[str, int]]:
    """
    Counts of the export with what is stored beside it: kept + derived + carried - left_out rows.

    carried : rows of earlier exports that stand as they were. left_out : rows of an older export in
    whose place those of a newer one stay.
    """
    full = {}
    for name, count in counts.items():
        left_out = changes[name]["outdated"]
        own = count["kept"] + count["derived"] - left_out
        full[name] = {**count, "carried": tables[name].height - own, "left_out": left_out}
    return full
