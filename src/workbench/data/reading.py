"""Read an export whole: its batches joined, people's ids replaced as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from workbench.data import accounts, placeholders, pseudonyms
from workbench.data.rows import typed
from workbench.errors import DataError
from workbench.schema import TABLES
from workbench.sources import REJECTED, Source, source

FROM_ROWS = {"posts", "ratings"}  # other tables do not come from rows of the input


@dataclass(frozen=True)
class Export:
    """
    All batches of an export together.

    tables, rejected, notes, truth : as in `sources.Batch`; people have pseudonyms. called : authors
    whose id may stand for nobody, see `placeholders`.
    """

    tables: dict[str, pl.DataFrame]
    rejected: pl.DataFrame
    notes: dict[str, int]
    truth: dict[str, Any] | None
    called: set[str]


def read_simulated(path: Path, *, key: bytes) -> Export:
    """A simulated export, read as any other but not loaded; raises as `read_all` does."""
    return read_all(
        source("simulated"), path, {}, key=key, tell=lambda _: None, where=f"read {path.name}"
    )


def read_all(
    reader: Source,
    path: Path,
    options: Mapping[str, Any],
    *,
    key: bytes,
    tell: Callable[[str], None],
    where: str,
    same: accounts.SamePerson | None = None,
) -> Export:
    """
    Everything that `reader` finds at `path`; `tell` hears how many rows that are so far.

    `same` says which accounts are one person's; see `accounts`.

    Raises
    ------
    SourceError, SchemaError
        The export is not what its reader expects.
    DataError
        The source is simulated and does not tell the truth, or is not and tells one.
    """
    parts: dict[str, list[pl.DataFrame]] = {name: [table.empty()] for name, table in TABLES.items()}
    rejected = [pl.DataFrame(schema=REJECTED)]
    called: set[str] = set()
    notes: Counter[str] = Counter()
    truth = None
    rows = said = 0
    listed = set(same.became) if same is not None else set()
    absent = set(listed)
    for batch in reader.read(path, options=options):
        if same is not None and listed:
            absent -= accounts.named(batch, absent)
            batch = accounts.joined(batch, same)
        for name, frame in batch.tables.items():
            hidden = pseudonyms.pseudonymise(frame, key=key)
            parts[name].append(typed(hidden, TABLES[name], where=where))
        called |= placeholders.found(batch.tables)
        rejected.append(batch.rejected.cast(REJECTED))
        notes.update(batch.notes)
        truth = truth or batch.truth
        rows += batch.rejected.height
        rows += sum(batch.tables[name].height for name in FROM_ROWS & batch.tables.keys())
        if rows > said:
            tell(f"read {rows:,} rows")
            said = rows
    if reader.simulated != (truth is not None):
        raise DataError(
            f"{where}: expected what was planted from a simulated source, and from no other; "
            f"source {reader.name} does otherwise. Mend the source."
        )
    if listed:
        notes[accounts.ABSENT] = len(absent)
    whole = {name: pl.concat(frames, how="diagonal") for name, frames in parts.items()}
    return Export(whole, pl.concat(rejected), dict(notes), truth, called)
