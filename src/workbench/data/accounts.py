"""
Merged accounts: which accounts are one person's, by a list that the analyst gives.

The list is a CSV file with the columns `account` and `is_now`: ids as the export writes them, the
account that is gone and the one that it became. It is applied while reading, before pseudonyms, and
is never stored: of the list the manifest keeps a keyed hash, which tells nothing about the ids.
"""

from __future__ import annotations

import csv
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from workbench.data.manifest import value_hash
from workbench.data.pseudonyms import PERSON_COLUMNS
from workbench.errors import DataError
from workbench.sources import REJECTED, Batch

COLUMNS = ["account", "is_now"]
MERGED = "merged into another account"
NOTE, ABSENT = "posts_of_merged_accounts", "accounts_listed_as_merged_but_not_in_the_export"


@dataclass(frozen=True)
class SamePerson:
    """Accounts that are gone -> the one that each became, never shown; and the list's hash."""

    became: Mapping[str, str] = field(default_factory=dict, repr=False)
    key_hash: str | None = None


def same_person(path: Path, *, key: bytes, where: str) -> SamePerson:
    """
    Read the list of merged accounts.

    Raises
    ------
    DataError
        It cannot be read or has other columns; an account became two others, itself, or one that
        became another in turn. Ids are never shown, lines are.
    """
    where = f"{where}: same_person {path.name}"
    became: dict[str, str] = {}
    for line, (account, now) in _pairs(path, where=where):
        if not account or not now:
            raise DataError(
                f"{where}: expected an id in both columns, got an empty one in line {line}. "
                "Fill it or leave the line out."
            )
        if became.setdefault(account, now) != now:
            raise DataError(
                f"{where}: expected every account to become one other, got a second one in line "
                f"{line}. Keep one of them."
            )
    chained = sum(now in became for now in became.values())
    if chained:
        raise DataError(
            f"{where}: expected is_now to name an account that is left, got {chained:,} that "
            "became another one or the same. Name the last of each chain, and no circle."
        )
    listed = value_hash(sorted(became.items())).encode()
    return SamePerson(became, hmac.digest(key, b"same person\0" + listed, "sha256").hex())


def _pairs(path: Path, *, where: str) -> list[tuple[int, tuple[str, str]]]:
    """Line number and the two ids of every row, without blanks around them."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            head = [cell.strip() for cell in next(rows, [])]
            cells = [(rows.line_num, [cell.strip() for cell in row]) for row in rows if any(row)]
    except (OSError, ValueError, csv.Error):
        raise DataError(
            f"{where}: expected a CSV file in UTF-8 with the columns account,is_now, got one that "
            "cannot be read. Mend the path or the file."
        ) from None
    if head != COLUMNS:
        raise DataError(
            f"{where}: expected the columns account,is_now, got {len(head)} others. "
            "Write these two names in the first line."
        )
    for line, row in cells:
        if len(row) != len(COLUMNS):
            raise DataError(
                f"{where}: expected two cells, got {len(row)} in line {line}. Mend the line."
            )
    return [(line, (row[0], row[1])) for line, row in cells]


def named(batch: Batch, among: set[str]) -> set[str]:
    """Which of these accounts a batch names anywhere."""
    frames = batch.tables.values()
    columns = [frame[name] for frame in frames for name in PERSON_COLUMNS if name in frame.columns]
    raw = [column.cast(pl.String) for column in columns]
    return {one for ids in raw for one in ids.filter(ids.is_in(list(among))).unique()}


def joined(batch: Batch, same: SamePerson) -> Batch:
    """
    The batch with accounts that are gone as those that they became.

    Rows of people that are gone are among the rejected; posts whose author changed are counted.
    """
    became = dict(same.became)
    old = list(became)
    tables, rejected, moved = {}, [batch.rejected.cast(REJECTED)], 0
    for name, frame in batch.tables.items():
        columns = [column for column in PERSON_COLUMNS if column in frame.columns]
        raw = frame.with_columns(pl.col(columns).cast(pl.String))
        if name == "people":
            gone = raw["person_id"].is_in(old).fill_null(False)
            rejected.append(_rejected(raw.filter(gone)))
            raw = raw.filter(~gone)
        if name == "posts" and "author_id" in columns:
            moved += int(raw["author_id"].is_in(old).sum())
        tables[name] = raw.with_columns(pl.col(columns).replace(became))
    notes = {**batch.notes, NOTE: batch.notes.get(NOTE, 0) + moved}
    return replace(batch, tables=tables, rejected=pl.concat(rejected), notes=notes)


def _rejected(people: pl.DataFrame) -> pl.DataFrame:
    """Rows of people as rejected rows; those that came without a number have none here either."""
    named = people.with_columns(table=pl.lit("people"), reason=pl.lit(MERGED))
    absent = [pl.lit(None).alias(name) for name in ("row", "place") if name not in people.columns]
    return named.with_columns(absent).select(list(REJECTED)).cast(REJECTED)
