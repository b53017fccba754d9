"""Parquet files in parts, every column as the text that a CSV file would hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import SourceError

LARGEST_EXACT = 2**53


def shape(path: Path, *, where: str) -> tuple[tuple[str, ...], int]:
    """
    Names of the columns, and the number of rows.

    Raises
    ------
    SourceError
        The file is no Parquet, or only a part of one.
    """
    with _sound(where=where), path.open("rb") as stream, pq.ParquetFile(stream) as file:
        return tuple(file.schema_arrow.names), file.metadata.num_rows


def frames(path: Path, wanted: Sequence[str], *, where: str, rows: int) -> Iterator[pl.DataFrame]:
    """
    The columns `wanted` as text, at most so many `rows` at a time.

    Raises
    ------
    SourceError
        A page of the file is damaged, or a column is no text, number or time.
    """
    with path.open("rb") as stream, pq.ParquetFile(stream) as file:
        parts = file.iter_batches(rows, columns=list(wanted))
        while True:
            with _sound(where=where):
                batch = next(parts, None)
            if batch is None:
                return
            yield pl.DataFrame([_column(batch, name, where=where) for name in wanted])


@contextmanager
def _sound(*, where: str) -> Iterator[None]:
    """Say in one line that a file is no Parquet, or is damaged."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the operating system's, which has nothing to do with the format
        raise SourceError(
            f"{where}: expected Parquet, got something else, a part of it, or damaged pages. "
            "Write it again, or name a CSV file .csv."
        ) from None


def _column(batch: pa.RecordBatch, name: str, *, where: str) -> pl.Series:
    """One column as text; a type that Polars does not know is refused as one that is no text."""
    try:
        values = pl.Series(name, pl.from_arrow(batch.column(name)))
    except (pl.exceptions.PolarsError, pa.ArrowException, TypeError, ValueError):
        raise _no_text(name, str(batch.schema.field(name).type), where=where) from None
    return as_text(values, where=where)


def _no_text(name: str, kind: str, *, where: str) -> SourceError:
    return SourceError(
        f"{where}: column {name} expected text, numbers or times, got {kind}. "
        "Choose another column, or save it as text."
    )


def as_text(values: pl.Series, *, where: str) -> pl.Series:
    """
    Any column as text as a CSV would have it: times in ISO 8601, whole decimals without `.0`.

    Raises
    ------
    SourceError
        The column holds lists, records or durations, or decimals too large to be exact numbers.
    """
    kind = values.dtype
    if isinstance(kind, pl.Datetime):
        zone = "+00:00" if kind.time_zone else ""
        wall = values.dt.convert_time_zone("UTC") if kind.time_zone else values
        text = wall.dt.strftime("%Y-%m-%d %H:%M:%S%.6f").str.replace(r"\.?0+$", "")
        return text + zone
    if kind.is_nested() or kind in (pl.Binary, pl.Object, pl.Duration):
        raise _no_text(values.name, str(kind), where=where)
    if kind.is_float():
        numbers = values.fill_nan(None)
        if (numbers.abs() > LARGEST_EXACT).any():
            raise SourceError(
                f"{where}: column {values.name} expected exact numbers, got decimals above 2^53 "
                "that have lost digits. Export that column as text."
            )
        return numbers.cast(pl.Decimal(38, 6)).cast(pl.String).str.replace(r"\.?0+$", "")
    return values.cast(pl.String)
