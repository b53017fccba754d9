"""Lines of cells without a header, plain or packed: each line is a row, its cells have an order."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from workbench.errors import SourceError
from workbench.sources import _compressed, _files, _grid


def rows(
    path: Path, mark: str, names: Sequence[str], *, where: str, fewest: int | None = None
) -> pl.DataFrame:
    """
    The lines of a file as columns of these names, with `row`, `place` and `reason`.

    A line has all cells, or lacks the last ones down to `fewest`; any other gets a reason against
    it, and empty cells. Blank lines are no rows.

    Raises
    ------
    SourceError
        The file cannot be read, is not UTF-8 text, or no line of it has these cells.
    """
    lines = list(_lines(path, where=where))
    least = len(names) if fewest is None else fewest
    found = [cells(line, mark) for _, line in lines]
    reasons = [_misfit(one, least, len(names)) for one in found]
    if None not in reasons:
        between = "tabs" if mark == "\t" else "commas"
        raise SourceError(
            f"{where}: expected lines of {', '.join(names)} with {between} between them and no "
            "header, got none. Check that it is the file as it was published."
        )
    blank = [""] * len(names)
    whole = [
        blank if why else [*one, *blank][: len(names)]
        for one, why in zip(found, reasons, strict=True)
    ]
    return pl.DataFrame(
        whole, schema=dict.fromkeys(names, pl.String), orient="row"
    ).with_columns(
        row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        place=pl.format("line {}", pl.Series([number for number, _ in lines], dtype=pl.Int64)),
        reason=pl.Series(reasons, dtype=pl.String),
    )  # fmt: skip


def cells(line: str, mark: str) -> list[str]:
    """The cells of a line, none where its quotes are broken; tabs know no quotation marks."""
    if mark == "\t" or '"' not in line:
        return line.split(mark)
    csv.field_size_limit(_grid.LONGEST)
    try:
        return next(csv.reader([line], delimiter=mark, strict=True), [])
    except csv.Error:
        return []


def _lines(path: Path, *, where: str) -> Iterator[tuple[int, str]]:
    """Every line with something in it, and its number."""
    held = bytearray()
    try:
        for block in _compressed.blocks(path, where=where):
            held += block
            if len(held) > _files.LARGEST_WHOLE:
                raise SourceError(
                    f"{where}: expected at most {_files.LARGEST_WHOLE // 2**20:,} MiB of lines, "
                    "got more. Check that it is the file as it was published."
                )
        text = held.decode("utf-8-sig")
    except _compressed.Damaged as damage:
        raise SourceError(
            f"{where}: expected a whole file, got a {damage}. Download it again."
        ) from None
    except UnicodeDecodeError:
        raise SourceError(
            f"{where}: expected UTF-8 text, got other bytes. Save it as UTF-8."
        ) from None
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if line.strip():
            yield number, line


def _misfit(found: Sequence[str], least: int, most: int) -> str | None:
    """Why a line is no row."""
    if not found:
        return "quotes out of place"
    if len(found) < least:
        return "too few cells"
    if len(found) > most:
        return "too many cells"
    return "a cell holds a NUL byte" if any("\0" in cell for cell in found) else None
