"""Load: export -> pseudonyms -> clean tables -> store, with a manifest that accounts for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from workbench.data import exports, growth, jobs, placeholders, pseudonyms, staging, store, takedown
from workbench.data import manifest as facts
from workbench.data.cleaning import Cleaned, clean
from workbench.data.community import Community, open_community
from workbench.data.jobs import Job
from workbench.data.looks import first_look, record_look
from workbench.data.places import checked_name, data_folder, disk
from workbench.data.reading import Export, read_all
from workbench.data.reserved import refuse_other_kind
from workbench.data.rules import recounted
from workbench.data.shown import checked_words
from workbench.errors import DataError
from workbench.schema import SCHEMA_VERSION


@dataclass(frozen=True)
class LoadReport:
    """
    What a load did.

    unchanged : the stored tables already came from this export with these choices, so nothing was
    read. first_look : this load was the first of this data set. The others are as in the manifest:
    rows per table, rows set aside per table and reason, what was repaired or is worth knowing, the
    choices of cleaning with what thread ids were taken for, how many rows met each rule, and
    whether anybody lived it. changes :
    what became of the rows, see `growth.Grown`; empty where nothing was merged. replaced_because :
    why earlier exports were not merged in, in words that follow "because"; else empty.
    """

    name: str
    title: str
    folder: Path
    unchanged: bool
    first_look: bool
    counts: dict[str, dict[str, int]]
    quarantine: dict[str, dict[str, int]]
    notes: dict[str, int]
    cleaning: dict[str, Any]
    rules: dict[str, dict[str, Any]]
    is_simulated: bool
    changes: dict[str, dict[str, int]] = field(default_factory=dict)
    replaced_because: str = ""


def load(
    name: str,
    *,
    path: str | Path | None = None,
    source: str | None = None,
    options: Mapping[str, Any] | None = None,
    hypotheses: Mapping[str, str] | None = None,
    force: bool = False,
    replace: bool = False,
    internal: bool | None = None,
    progress: Callable[[str], None] | None = None,
) -> LoadReport:
    """
    Read an export and store it as the data set `name`, merged with earlier exports of the same.

    It is merged if source, choices but for the title, pseudonym key and schema are those of the
    stored tables, which it replaces otherwise; simulated data and those of the catalogue always do.

    Parameters
    ----------
    path : the export; without it, `name` is a data set that is known by name (`named.named`).
    source : the reader; without it, the only one that recognises the export.
    options : choices of the reader, and of cleaning: `thread_ids` (detect, post or topic),
        `clock_skew_us` (microseconds a reply may be dated before its thread), `rules` (name of a
        rule -> choice, see `data.rules`), `same_person` (the path of a list, see `data.accounts`).
    hypotheses : id -> hash of every hypothesis as it stands now, noted at the first load.
    force : read again even if nothing changed. replace : forget earlier exports.
    internal : pages that use these data are not to be published; as before where it is not said.
    progress : is told, in a few words, what is done.

    Raises
    ------
    DataError
        The name, the export or the disk forbids it; an earlier data set then stays as it was.
    SourceError, SchemaError
        The export is not what its reader expects.
    """
    tell = progress or (lambda _: None)
    with (
        disk(f"load {name}", "write to", data_folder()),
        store.loading(checked_name(name)),
        staging.export(name, path) as (found, about),
    ):
        job = jobs.job(name, found, source, options or {}, about=about)
        refuse_other_kind(name, simulated=job.source.simulated)
        # Tables without a record may have been looked at: then nothing counts as said beforehand.
        told = None if store.folder(name).is_dir() and first_look(name) is None else hypotheses
        with disk(f"load {name}", "read", job.path):
            inputs = staging.inputs(job.path, job.about)
        key = pseudonyms.secret_key()
        takedown.catch_up(name, key=key)
        internal = _is_internal(name) if internal is None else internal
        stamp = _stamp(job, inputs, key)
        stored = None if force else _unchanged(name, stamp, alone=replace)
        hashes = [file["sha256"] for file in inputs]
        look = partial(record_look, name, inputs=hashes, hypotheses=told, config=_config(job))
        if job.source.simulated:  # nobody learns about real people by looking at it
            look = partial(bool)
        if stored is not None:
            if stored.get("internal", False) != internal:
                store.write_manifest(name, {**stored, "internal": internal})
            first = first_look(name) is None and look()
            return _report(name, stored, unchanged=True, first=first)
        with disk(f"load {name}", "read", job.path):
            read = read_all(
                job.source, job.path, job.options, key=key, tell=tell, where=f"load {name}",
                same=job.same,
            )  # fmt: skip
        tell("cleaning")
        cleaned = takedown.apply(
            _cleaned(job, read, key), read.tables, name=name, key=key, same=job.same
        )
        before, because = exports.earlier(
            job, inputs, config=_config(job), key_id=pseudonyms.key_id(key), replace=replace
        )
        if before is not None:
            tell("merging with what is stored")
        tables, manifest = _together(
            before, job, read, cleaned, {"inputs": inputs, "stamp": stamp, "internal": internal}
        )
        tell("writing")
        first = first_look(name) is None and not job.source.simulated
        stored = store.write(name, tables, manifest=manifest, before_swap=look)
        return _report(name, stored, unchanged=False, first=first, because=because)


def _together(
    before: Community | None, job: Job, read: Export, cleaned: Cleaned, own: dict[str, Any]
) -> tuple[dict[str, pl.DataFrame], dict[str, Any]]:
    """Tables to store and their manifest: of this export, merged with the stored ones if any."""
    observed = facts.windows(cleaned.tables["communities"])
    changes: dict[str, dict[str, int]] = {}
    if before is not None:
        export = growth.Export(
            cleaned.tables,
            read.tables,
            topics=cleaned.thread_ids == "topic",
            whole=not (job.options.get("keep_going") and read.rejected.height),
            skew=job.cleaning["clock_skew_us"],
            again=exports.merged_before(before.manifest, own["inputs"]),
        )
        windows = exports.others(before.manifest, own["inputs"])
        grown = growth.merged(exports.tables(before, job, export), export, windows=windows)
        observed, changes = facts.windows(grown.described), grown.changes
        counts = exports.with_carried(cleaned.counts, changes, grown.tables)
        notes = {**cleaned.notes, **grown.notes}
        met = recounted(cleaned.rules, grown.tables["posts"])
        cleaned = changed(cleaned, tables=grown.tables, counts=counts, notes=notes, rules=met)
    about = {**_manifest(job, cleaned), **own, "changes": changes}
    if read.truth is not None:
        about["truth"] = read.truth
    about, number = exports.noted(about, before, observed)
    aside = exports.quarantined(cleaned.quarantine, before, number)
    return _tables(changed(cleaned, quarantine=aside)), about


def _is_internal(name: str) -> bool:
    """Whether the stored data set is marked as internal; a damaged one cannot tell."""
    try:
        return bool((store.read_manifest(name) or {}).get("internal"))
    except DataError:
        return False


def _config(job: Job) -> str:
    return facts.config_hash(job.source.name, job.options, job.choices)


def _stamp(job: Job, inputs: list[dict[str, Any]], key: bytes) -> str:
    """One hash of all that decides what the tables hold."""
    return facts.value_hash(
        {
            "config": _config(job),
            "inputs": inputs,
            "code": facts.code_hash(),
            "key": pseudonyms.key_id(key),
            "taken down": takedown.digest(job.name),
        }
    )


def _unchanged(name: str, stamp: str, *, alone: bool) -> dict[str, Any] | None:
    """The manifest of the stored data set, if it is whole and holds the same (and nothing else)."""
    try:
        stored = open_community(name).manifest
    except DataError:
        return None
    stamps = [export["stamp"] for export in stored["history"]]
    same = stamps == [stamp] if alone else stamp in stamps
    return stored if same and not store.changed_files(name, stored) else None


def _cleaned(job: Job, read: Export, key: bytes) -> Cleaned:
    """What cleaning leaves, with everything that is noted about it."""
    cleaned = clean(
        read.tables, read.rejected, **job.cleaning, read_notes=read.notes, where=f"load {job.name}"
    )
    _refuse_nothing(cleaned, where=f"load {job.name}")
    odd = placeholders.notes(cleaned.tables["posts"], read.called, key=key)
    return changed(cleaned, notes={**cleaned.notes, **odd})


def _refuse_nothing(cleaned: Cleaned, *, where: str) -> None:
    """Return if posts were kept, or ratings where the export has no posts at all."""
    kept = {name: cleaned.tables[name].height for name in ("posts", "ratings", "people")}
    if kept["posts"] or (kept["ratings"] and not cleaned.counts["posts"]["read"]):
        return
    aside, what = cleaned.quarantine, "posts" if any(kept.values()) else "rows"
    if what == "posts":
        aside = aside.filter(pl.col("table") == what)
    reasons = "; ".join(aside["reason"].unique().sort()) or f"no {what} at all"
    raise DataError(
        f"{where}: expected {what} to keep, got none ({reasons}). Check the source and its options."
    )


def _tables(cleaned: Cleaned) -> dict[str, pl.DataFrame]:
    """What is stored: tables with rows, and the quarantine even without."""
    filled = {name: frame for name, frame in cleaned.tables.items() if frame.height}
    return {**filled, "quarantine": cleaned.quarantine}


def _title(job: Job, cleaned: Cleaned) -> str:
    if job.about is not None:
        return job.about.title
    if job.source.simulated:
        several = cleaned.tables["communities"].height > 1
        return f"Simulated {'communities' if several else 'community'} {job.name}"
    names = cleaned.tables["communities"]["name"].to_list()
    where = f"load {job.name}: title of the community"
    return checked_words(str(names[0]), where=where) if len(names) == 1 else job.name


def _manifest(job: Job, cleaned: Cleaned) -> dict[str, Any]:
    known = job.about
    return {
        "name": job.name,
        "title": _title(job, cleaned),
        "schema_version": SCHEMA_VERSION,
        "source": job.source.name,
        "options": json.loads(json.dumps(job.options, default=str)),
        "cleaning": {**job.choices, "thread_ids_found": cleaned.thread_ids},
        "package": known.carrier if known else None,
        "licence": known.licence if known else None,
        "citation": known.citation if known else None,
        "doi": known.doi if known else None,
        "is_simulated": job.source.simulated,
        "counts": cleaned.counts,
        "quarantine": facts.by_reason(cleaned.quarantine),
        "notes": cleaned.notes,
        "rules": cleaned.rules,
        "taken_down": takedown.digest(job.name),
        "observed": facts.windows(cleaned.tables["communities"]),
        "config_hash": _config(job),
        "key_id": pseudonyms.key_id(pseudonyms.secret_key()),
        "versions": facts.versions(),
        "loaded": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _report(
    name: str, stored: dict[str, Any], *, unchanged: bool, first: bool, because: str = ""
) -> LoadReport:
    return LoadReport(
        name=name,
        title=stored["title"],
        folder=store.folder(name),
        unchanged=unchanged,
        first_look=first,
        counts=stored["counts"],
        quarantine=stored["quarantine"],
        notes=stored["notes"],
        cleaning=stored["cleaning"],
        rules=stored["rules"],
        is_simulated=stored["is_simulated"],
        changes={} if unchanged else stored["changes"],
        replaced_because=because,
    )
