"""
A rectangle of cells in a CSV or Parquet file, read in batches as text, each row with its place.

The csv module reads the rows: Polars fills rows that are too short with empty values, cuts those
that are too long, and has no line numbers where a cell holds a line break. Blank lines are no rows.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import polars as pl

from workbench.errors import SourceError
from workbench.sources import _files, _headers, _parquet_file

SEPARATORS = (",", ";", "\t", "|")
BATCH_ROWS = 50_000
SNIFFED_CHARACTERS = 65_536
HEAD_BYTES = 4096
LONGEST = 2**25  # characters of a line or a cell
PARQUET_MARK = b"PAR1"
UTF8 = "utf-8-sig"

NO_ROWS = "expected a header and rows below it, got no rows. Export it again."
UNCLOSED = "a quotation mark is never closed"

# Control characters that no text export has; NUL is apart, because single cells do hold it.
_BINARY = frozenset(range(1, 32)) - frozenset(b"\t\n\r\f\v\x1b")

# What the csv module says, which has no codes for it.
_ERRORS = {
    "unexpected end of data": UNCLOSED,
    "field larger than field limit": f"a cell of more than {LONGEST:,} characters",
}

_STATED = re.compile(r'"?sep=([^"\r\n])"?(?:\r\n|\r|\n)')


# The line on which a row begins, and its cells or why it has none.
Record = tuple[int, list[str] | str]


@dataclass(frozen=True)
class Grid:
    """
    An opened table of text.

    columns : names in order. batches : the columns wanted -> frames of those columns as text, with
    `row` (from 1), `place` and `reason` (why a row has no cells, empty for a good one).
    """

    columns: tuple[str, ...]
    batches: Callable[[Sequence[str]], Iterator[pl.DataFrame]]


def open_grid(
    path: Path, *, where: str, separator: str | None = None, encoding: str | None = None
) -> Grid:
    """
    Look at the header of a CSV or Parquet file.

    Without a `separator` it is detected. Without an `encoding` the text is UTF-8, and what is said
    of a file names no option for it.

    Raises
    ------
    SourceError
        The file cannot be opened, is empty, is neither CSV nor Parquet, has no rows, has two
        columns of one name, or is not in the encoding.
    """
    _files.check(path, where=where)
    start = _files.head(path, size=HEAD_BYTES)
    if path.suffix in (".parquet", ".pq") or start.startswith(PARQUET_MARK):
        return _parquet(path, where=where)
    return _delimited(path, start, where=where, separator=separator, encoding=encoding)


def _delimited(
    path: Path, start: bytes, *, where: str, separator: str | None, encoding: str | None
) -> Grid:
    if _codec(encoding) == UTF8 and _looks_binary(start):
        cure = "save it as UTF-8" if encoding is None else "give --encoding utf-16"
        raise SourceError(
            f"{where}: expected text, got binary data. "
            f"Unpack it, or save it as CSV or Parquet; for UTF-16 text {cure}."
        )

    stated = _stated_separator(path, where=where, encoding=encoding)
    mark = separator or stated or _separator(path, where=where, encoding=encoding)

    def records() -> Iterator[Record]:
        rows = _records(path, where=where, separator=mark, encoding=encoding)
        return itertools.islice(rows, 1 if stated else 0, None)

    found = list(itertools.islice(records(), 2))
    header = found[0][1] if found else []
    if len(found) < 2 or isinstance(header, str):
        raise SourceError(f"{where}: {NO_ROWS}")
    columns = tuple(name.strip() for name in header)
    _refuse_twins(columns, where=where)

    def batches(wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
        rows = itertools.islice(records(), 1, None)
        numbers = itertools.count(1)
        while part := list(itertools.islice(rows, BATCH_ROWS)):
            yield _framed(part, columns, wanted, numbers)

    return Grid(columns, batches)


def _codec(encoding: str | None) -> str:
    is_utf8 = encoding is None or encoding.lower().replace("_", "-") in ("utf-8", "utf8")
    return UTF8 if is_utf8 else str(encoding)


def _looks_binary(start: bytes) -> bool:
    utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    return utf16 or b"\0" in start.split(b"\n", 1)[0] or not _BINARY.isdisjoint(start)


def _parse(stream: Iterable[str], separator: str) -> Iterator[Record]:
    """Line number and cells of every row, or, where its quotes are broken, the reason."""
    reader = csv.reader(stream, delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, _ERRORS.get(str(error).partition(" (")[0], "quotes out of place")
        else:
            if cells:
                yield line, cells


def _records(path: Path, *, where: str, separator: str, encoding: str | None) -> Iterator[Record]:
    """All rows of a file; an error where a quotation mark swallows the rest of it."""
    csv.field_size_limit(LONGEST)  # cells of 575,000 characters exist
    with _text(path, where=where, encoding=encoding) as stream:
        for line, cells in _parse(_bounded(stream, where=where), separator):
            if cells == UNCLOSED:
                raise SourceError(
                    f"{where}: a quotation mark opened in line {line:,} is never closed. Close "
                    "it, because the rows below it cannot be told apart."
                )
            yield line, cells


def _bounded(stream: TextIO, *, where: str) -> Iterator[str]:
    """The lines of a text; an error where one would not fit into memory."""
    for number in itertools.count(1):
        line = stream.readline(LONGEST + 1)
        if len(line) > LONGEST:
            raise SourceError(
                f"{where}: expected lines of at most {LONGEST:,} characters, got a longer one in "
                f"line {number:,}. Check that it is a table, and that its lines end."
            )
        if not line:
            return
        yield line


@contextmanager
def _text(path: Path, *, where: str, encoding: str | None) -> Iterator[TextIO]:
    """The file as text, with its line ends as they are."""
    try:
        with path.open(encoding=_codec(encoding), newline="") as stream:
            yield stream
    except LookupError:
        raise SourceError(
            f"{where}: expected a known encoding, got {encoding!r}. "
            "Write it as --encoding utf-8 or --encoding cp1252."
        ) from None
    except UnicodeError:
        cure = (
            "Save it as UTF-8."
            if encoding is None
            else "Say how it was saved: --encoding cp1252, or --encoding utf-16."
        )
        raise SourceError(
            f"{where}: expected {_codec(encoding).removesuffix('-sig')} text, got other bytes. "
            f"{cure}"
        ) from None


def _stated_separator(path: Path, *, where: str, encoding: str | None) -> str | None:
    """The separator that a first line such as `sep=;` names, as spreadsheets write and read it."""
    with _text(path, where=where, encoding=encoding) as stream:
        found = _STATED.fullmatch(stream.readline(HEAD_BYTES))
    return found[1] if found else None


def _separator(path: Path, *, where: str, encoding: str | None) -> str:
    """The separator with which the most of the first rows have as many cells as the header."""
    with _text(path, where=where, encoding=encoding) as stream:
        sample = stream.read(SNIFFED_CHARACTERS)
    scores = []
    for mark in SEPARATORS:
        rows = [cells for _, cells in _parse(io.StringIO(sample, newline=""), mark)]
        width = len(rows[0]) if rows and isinstance(rows[0], list) else 0
        even = sum(isinstance(cells, list) and len(cells) == width for cells in rows)
        if width > 1:
            scores.append((even, width, mark))
    if not scores:
        cure = (
            "Save it with commas between them"
            if encoding is None
            else "Say what separates them: --separator"
        )
        raise SourceError(
            f"{where}: expected columns separated by comma, semicolon, tab or bar, got one column "
            f"or lines above the header. {cure}, or cut those lines."
        )
    return max(scores, key=lambda score: score[:2])[2]


def _framed(
    part: list[Record],
    columns: tuple[str, ...],
    wanted: Sequence[str],
    numbers: Iterator[int],
) -> pl.DataFrame:
    """One batch of rows as a frame; rows with the wrong number of cells say so in `reason`."""
    width, blank = len(columns), [""] * len(columns)
    reasons: list[str | None] = []
    cells = []
    for _, found in part:
        reasons.append(_misfit(found, width))
        cells.append(found if isinstance(found, list) and reasons[-1] is None else blank)
    at = {name: columns.index(name) for name in wanted}
    frame = pl.DataFrame(
        {name: [row[i] for row in cells] for name, i in at.items()},
        schema=dict.fromkeys(wanted, pl.String),
    )
    reason = pl.Series(reasons, dtype=pl.String)
    nul = pl.any_horizontal(pl.col(wanted).str.contains("\0", literal=True))
    return frame.select(
        *wanted,
        row=pl.Series(list(itertools.islice(numbers, len(part))), dtype=pl.Int64),
        place=pl.format("line {}", pl.Series([line for line, _ in part], dtype=pl.Int64)),
        reason=pl.coalesce(reason, pl.when(nul).then(pl.lit("a cell holds a NUL byte"))),
    )


def _misfit(found: list[str] | str, width: int) -> str | None:
    if isinstance(found, str):
        return found
    if len(found) == width:
        return None
    return "too few cells" if len(found) < width else "too many cells"


def _parquet(path: Path, *, where: str) -> Grid:
    columns, rows = _parquet_file.shape(path, where=where)
    if not rows:
        raise SourceError(f"{where}: {NO_ROWS}")
    _refuse_twins(columns, where=where)

    def batches(wanted: Sequence[str]) -> Iterator[pl.DataFrame]:
        seen = 0
        for frame in _parquet_file.frames(path, wanted, where=where, rows=BATCH_ROWS):
            row = pl.int_range(seen + 1, seen + frame.height + 1, dtype=pl.Int64, eager=True)
            seen += frame.height
            yield frame.with_columns(
                row=row, place=pl.format("row {}", row), reason=pl.lit(None, pl.String)
            )

    return Grid(columns, batches)


def _refuse_twins(columns: Sequence[str], *, where: str) -> None:
    named = [name for name in columns if name]
    twins = sorted({name for name in named if named.count(name) > 1})
    if twins:
        got = _headers.VALUES if _headers.are_values(columns) else _headers.shown(twins)
        raise SourceError(
            f"{where}: expected different column names, got {got} more than once. "
            "Rename one of them in the file."
        )
