"""An open data set: its tables, read when first asked for, and what the manifest says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from workbench.data import manifest as facts
from workbench.data import store
from workbench.data.places import disk
from workbench.data.rules import untouched
from workbench.errors import DataError
from workbench.schema import SCHEMA_VERSION, TABLES, conform


@dataclass(frozen=True)
class Community:
    """
    A loaded data set, ready for measures.

    name : as it was loaded. folder : where it is stored. manifest : origin, choices, counts.
    held : the tables themselves, of a data set that is in memory and has no files; see `in_memory`.
    The tables are those of `schema.TABLES`; one that the platform does not have is empty.
    """

    name: str
    folder: Path
    manifest: dict[str, Any]
    held: Mapping[str, pl.DataFrame] | None = field(default=None, repr=False, compare=False)

    @property
    def title(self) -> str:
        """The name shown to readers."""
        return str(self.manifest["title"])

    @property
    def platform(self) -> str:
        """The kind of platform, as its source names it; it decides a study's windows."""
        return str(self.communities["platform"][0])

    @cached_property
    def posts(self) -> pl.DataFrame:
        """One row a contribution."""
        return self.read("posts")

    @cached_property
    def people(self) -> pl.DataFrame:
        """One row an account."""
        return self.read("people")

    @cached_property
    def communities(self) -> pl.DataFrame:
        """One row a community."""
        return self.read("communities")

    @cached_property
    def ratings(self) -> pl.DataFrame:
        """One row a rating."""
        return self.read("ratings")

    @cached_property
    def truths(self) -> pl.DataFrame:
        """One row an item of which it is known what is right."""
        return self.read("truths")

    @cached_property
    def contests(self) -> pl.DataFrame:
        """One row a contest."""
        return self.read("contests")

    @cached_property
    def ideas(self) -> pl.DataFrame:
        """One row an idea that was entered into a contest."""
        return self.read("ideas")

    def read(self, table: str) -> pl.DataFrame:
        """The whole table; a DataError where its file is damaged."""
        try:
            return self.lazy(table).collect()
        except (OSError, pl.exceptions.PolarsError):
            raise DataError(
                f"data set {self.name}: expected table {table} in {self.folder}, got a damaged "
                f"file. Load again: {store.load_command(self.name)}"
            ) from None

    def lazy(self, table: str) -> pl.LazyFrame:
        """
        A table that is read only as far as it is needed.

        Raises
        ------
        DataError
            There is no such table, or its file is not the one the manifest describes.
        """
        if table not in TABLES:
            raise DataError(
                f"data set {self.name}: no table {table!r}; there are {', '.join(TABLES)}. "
                "Choose one of these."
            )
        if self.held is not None and table in self.held:
            return self.held[table].lazy()
        if table not in self.manifest["tables"]:
            return TABLES[table].empty().lazy()
        return pl.scan_parquet(self.file(table))

    def file(self, table: str) -> Path:
        """
        The Parquet file of a stored table or the quarantine, if its size is the one stored.

        Raises
        ------
        DataError
            It is not; or the data set is in memory and has no files.
        """
        if self.held is not None:
            raise DataError(
                f"data set {self.name}: expected files, got tables in memory. Ask for the tables."
            )
        facts = self.manifest["tables"][table]
        path = self.folder / facts["file"]
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            size = None
        if size != facts["bytes"]:
            found = "none" if size is None else f"{size:,}"
            raise DataError(
                f"data set {self.name}: expected {path.name} with {facts['bytes']:,} bytes, got "
                f"{found}. Open it again; if that fails, load it again: "
                f"{store.load_command(self.name)}"
            )
        return path


def open_community(name: str) -> Community:
    """
    Open the loaded data set `name`; the sizes of its files are checked, not their content.

    Raises
    ------
    DataError
        It is not loaded, is damaged, or was stored with another version of the schema.
    """
    with disk(f"open {name}", "read", store.folder(name)):
        store.recover(name)
        try:
            return _opened(name)
        except DataError:
            with store.settled(name):  # another run may have been between two renames
                return _opened(name)


def _opened(name: str) -> Community:
    manifest = store.read_manifest(name)
    if manifest is None:
        raise DataError(f"data set {name}: not loaded. Load it first: {store.load_command(name)}")
    if manifest["schema_version"] != SCHEMA_VERSION:
        raise DataError(
            f"data set {name}: expected tables of schema version {SCHEMA_VERSION}, got version "
            f"{manifest['schema_version']}. Load again: {store.load_command(name)}"
        )
    community = Community(name, store.folder(name), manifest)
    for table in manifest["tables"]:
        community.file(table)
    return community


def in_memory(
    name: str,
    tables: Mapping[str, pl.DataFrame],
    *,
    title: str,
    source: str,
    options: Mapping[str, Any],
    truth: Mapping[str, Any] | None = None,
) -> Community:
    """
    A data set that is never stored, for measures and studies; it has no files and no key.

    `tables` are canonical tables by name; `source` and `options` say what made them and enter the
    manifest and its hashes, as for a loaded data set. `truth` says what was planted, as JSON has
    it; with it, and only with it, the data set is simulated.

    Raises
    ------
    DataError
        There is no table of communities, or a name is not one of `schema.TABLES`.
    SchemaError
        A table does not fit the schema.
    """
    unknown = [table for table in tables if table not in TABLES]
    if unknown or "communities" not in tables:
        raise DataError(
            f"data set {name}: expected the table communities and others of {', '.join(TABLES)}, "
            f"got {', '.join(tables) or 'none'}. Bring the canonical tables."
        )
    held = {table: conform(rows, TABLES[table], where=name) for table, rows in tables.items()}
    cleaning = {"thread_ids": "post", "thread_ids_found": "post"}
    made = facts.config_hash(source, options, cleaning)
    rows = {table: held[table].height if table in held else 0 for table in TABLES}
    about: dict[str, Any] = {
        **dict.fromkeys(("package", "licence", "citation", "doi")),
        "name": name,
        "title": title,
        "schema_version": SCHEMA_VERSION,
        "source": source,
        "options": dict(options),
        "cleaning": cleaning,
        "inputs": [],
        "history": [],
        "changes": {},
        "is_simulated": truth is not None,
        "counts": {
            table: {"read": n, "kept": n, "quarantined": 0, "derived": 0}
            for table, n in rows.items()
        },
        "quarantine": {},
        "notes": {},
        "rules": untouched(),
        "observed": facts.windows(held["communities"]),
        "config_hash": made,
        "key_id": "",
        "stamp": made,
        "tables": {},
    }
    if truth is not None:
        about["truth"] = dict(truth)
    return Community(name, store.folder(name), about, held)
