"""Rows as they were read: given their types and order, then kept or set aside with a reason."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from workbench.errors import DataError, SchemaError
from workbench.schema import KINDS, Table
from workbench.sources import REJECTED

EARLIEST_US = 788_918_400_000_000  # 1995-01-01
LATEST_US = 2_082_758_400_000_000  # 2036-01-01
ORIGIN = {"row": pl.Int64, "place": pl.String}

Rules = list[tuple[str, pl.Expr]]


def typed(frame: pl.DataFrame, table: Table, *, where: str) -> pl.DataFrame:
    """
    `frame` with the table's columns in their types, `row` and `place`; absent columns are empty.

    Columns that the schema does not name, such as texts, are left behind.

    Raises
    ------
    SchemaError
        A column has values of a wrong type; the values are not shown.
    """
    kinds = {**{column.name: KINDS[column.kind] for column in table.columns}, **ORIGIN}
    columns = []
    for name, kind in kinds.items():
        if name not in frame.columns:
            columns.append(pl.Series(name, [None], kind).new_from_index(0, frame.height))
            continue
        try:
            columns.append(frame[name].cast(kind))
        except pl.exceptions.PolarsError:
            raise SchemaError(
                f"{where}: column {name} of table {table.name}: expected {kind}, "
                f"got {frame[name].dtype} that cannot be read so. Mend it in the source."
            ) from None
    return pl.DataFrame(columns)


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order they were read; those that came without a number are counted here."""
    counted = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    return frame.with_columns(pl.col("row").fill_null(counted)).sort("row", maintain_order=True)


def split(frame: pl.DataFrame, table: Table, rules: Rules) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that keep all `rules`, and the others as quarantine, each with the first rule broken."""
    aside = [pl.DataFrame(schema=REJECTED)]
    for reason, broken in rules:
        marked = frame.with_columns(_broken=broken.fill_null(False))
        aside.append(_as_quarantine(marked.filter("_broken"), table, reason))
        frame = marked.filter(~pl.col("_broken")).drop("_broken")
    return frame, pl.concat(aside)


def _as_quarantine(frame: pl.DataFrame, table: Table, reason: str) -> pl.DataFrame:
    return frame.select(
        table=pl.lit(table.name), row="row", reason=pl.lit(reason), place="place"
    ).cast(REJECTED)


def balance(counts: Mapping[str, Mapping[str, int]], *, where: str) -> None:
    """Raise a DataError unless rows read = rows kept + rows set aside, in every table."""
    for name, count in counts.items():
        if count["read"] != count["kept"] + count["quarantined"]:
            raise DataError(
                f"{where}: table {name}: expected {count['read']:,} rows kept or set aside, got "
                f"{count['kept']:,} + {count['quarantined']:,}. Nothing was stored; "
                "report this with the source's name."
            )


def key_rules(table: Table, *, later: tuple[str, ...] = (), last: bool = False) -> Rules:
    """
    Required columns are filled, and no key is used twice; `later` are filled while cleaning.

    Of rows with one key the first stays, or, with `last`, the last.
    """
    required = [c.name for c in table.columns if not c.optional and c.name not in later]
    rules: Rules = [(f"{name} is empty", pl.col(name).is_null()) for name in required]
    if table.key:
        key = " and ".join(name for name in table.key if name != "community_id") or "community_id"
        whole, only = pl.struct(table.names), pl.struct(table.key)
        same = whole.is_last_distinct() if last else whole.is_first_distinct()
        one = only.is_last_distinct() if last else only.is_first_distinct()
        other = "again by a later row" if last else "before by another row"
        rules += [("exact duplicate", ~same), (f"{key} used {other}", ~one)]
    return rules


def described(communities: pl.DataFrame) -> pl.Expr:
    """Whether the row's community is among these."""
    return pl.col("community_id").is_in(communities["community_id"].implode())


def impossible(column: str) -> pl.Expr:
    """Whether a moment is none that an online community can have seen."""
    return ~pl.col(column).is_between(EARLIEST_US, LATEST_US, closed="left")
