"""
Rows of a file that has one JSON object a line (NDJSON): some fields of each, read in chunks.

Polars reads whole chunks. It turns numbers, lists and objects into text where text is asked for,
and half an emoji into a NUL character; rows that look so, and chunks that it refuses, are read
again line by line with the json module, which says what is wrong with a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from workbench.errors import SourceError
from workbench.sources import _compressed
from workbench.sources._json_values import LENIENT, Number, scalar

CHUNK = 16 * 2**20  # in smaller ones, Polars takes longer to begin its steps than for them
LONGEST = 16 * 2**20  # bytes of one line; a longer one would be held several times

TOO_LONG = "a line of more than 16 MiB"
DAMAGED = "the rest of the file is damaged"
NOT_UTF8 = "not UTF-8"
NOT_JSON = "not JSON"
NOT_AN_OBJECT = "not a JSON object"
TOO_DEEP = "JSON nested too deep"
NUL = "a text holds a NUL character"

_BLANK = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
# What a value that is no text looks like once it was made one. [removed] is none: a list holds
# numbers, words of JSON, or something in quotes or brackets.
_REMADE = r'^(?:\[(?:[\]"\[{0-9-]|true|false|null)|\{|(?:true|false|-?[0-9][0-9.]*)$)'
_REMADE_SCALAR = r"^[\[{]|\x00"


@dataclass(frozen=True)
class Lines:
    """
    Some whole lines of a file, the first of them numbered `first` (from 1).

    problem : why they cannot be read, as one row; empty where they can.
    """

    first: int
    data: bytes
    problem: str | None = None

    @cached_property
    def ends(self) -> int:
        """How many line ends there are; the last line of a file may have none."""
        return self.data.count(b"\n")


@dataclass(frozen=True)
class Fields:
    """
    The fields to read of each row.

    texts : must be text where they are there. scalars : numbers, text, or true and false, read as
    text. nested : fields of the objects that are such a field, read as scalars; empty where that
    field is no object.
    """

    texts: tuple[str, ...]
    scalars: tuple[str, ...]
    nested: dict[str, tuple[str, ...]]

    @cached_property
    def schema(self) -> dict[str, pl.DataType | type[pl.DataType]]:
        """The types that Polars is asked for."""
        inner = {
            name: pl.Struct(dict.fromkeys(fields, pl.String))
            for name, fields in self.nested.items()
        }
        return {**dict.fromkeys((*self.texts, *self.scalars), pl.String), **inner}


def chunks(path: Path, *, where: str, keep_going: bool) -> Iterator[Lines]:
    """
    The lines of a file, packed or not, some megabytes at a time.

    A line that is too long is passed over without holding it. Where a packed file is damaged,
    `keep_going` gives the whole lines before that, and the rest as one problem.

    Raises
    ------
    SourceError
        The file cannot be opened, is empty, or is damaged.
    """
    cutter = _Cutter()
    try:
        for block in _compressed.blocks(path, where=where):
            yield from cutter.add(block)
    except _compressed.Damaged as damage:
        if not keep_going:
            raise SourceError(
                f"{where}: expected a whole file, got a {damage}. Fetch it again, or read "
                "what can be read of it: --keep-going."
            ) from None
        yield from cutter.whole()
        yield Lines(cutter.line, b"", DAMAGED)
    else:
        yield from cutter.rest()


class _Cutter:
    """Blocks of any size in, chunks of whole lines out; `line` is the number of the next line."""

    def __init__(self) -> None:
        self.line = 1
        self._lines: list[bytes] = []
        self._size = 0
        self._tail: list[bytes] = []
        self._tail_size = 0  # goes on counting when a line that is too long is dropped

    def add(self, block: bytes) -> Iterator[Lines]:
        """Take in a block; give out a chunk where enough is there."""
        cut = block.rfind(b"\n") + 1
        if not cut:
            self._hold(block)
            return
        end = block.find(b"\n") + 1
        if self._tail_size + end - 1 > LONGEST:
            yield from self.whole()
            yield self._dropped()
            self._lines, self._size = [block[end:cut]], cut - end
        else:
            self._lines += [*self._tail, block[:cut]]
            self._size += self._tail_size + cut
        self._tail, self._tail_size = [], 0
        self._hold(block[cut:])
        if self._size >= CHUNK:
            yield from self.whole()

    def whole(self) -> Iterator[Lines]:
        """The whole lines at hand."""
        data = b"".join(self._lines)
        lines = Lines(self.line, data.removeprefix(_BOM) if self.line == 1 else data)
        self._lines, self._size = [], 0
        self.line += lines.ends
        if lines.data:
            yield lines

    def rest(self) -> Iterator[Lines]:
        """All that is at hand, at the end of a file whose last line may lack its end."""
        if self._tail_size > LONGEST:
            yield from self.whole()
            yield self._dropped()
        else:
            self._lines += self._tail
            yield from self.whole()

    def _hold(self, part: bytes) -> None:
        self._tail_size += len(part)
        self._tail = [*self._tail, part] if self._tail_size <= LONGEST else []

    def _dropped(self) -> Lines:
        self.line += 1
        return Lines(self.line - 1, b"", TOO_LONG)


def frame(lines: Lines, fields: Fields) -> pl.DataFrame:
    """
    One row for each line that is not blank: the fields, `line`, and `reason`.

    `reason` says why a row cannot be used and is empty for a good one; its fields are then empty.
    """
    if lines.problem:
        return _built([(lines.first, lines.problem, {})], fields)
    read = _at_once(lines, fields)
    if read is None:
        # Nothing but line ends, packed small, would otherwise take time and memory for each.
        data = lines.data if lines.data.strip(_BLANK) else b""
        return _carefully(enumerate(data.split(b"\n"), lines.first), fields)
    doubtful = read.select(_doubt(fields)).to_series()
    if not doubtful.any():
        return read
    written = lines.data.split(b"\n")
    again = [(line, written[line - lines.first]) for line in read["line"].filter(doubtful)]
    if not read.filter(doubtful).select(_odd(fields)).to_series().any() and _all_text(
        again, fields
    ):
        return read
    return pl.concat([read.filter(~doubtful), _carefully(again, fields)]).sort("line")


def _at_once(lines: Lines, fields: Fields) -> pl.DataFrame | None:
    """All lines by Polars; None where it refuses, or where blank lines blur which row is which."""
    if not lines.data.startswith(b"{"):  # Polars would unpack what is packed a second time
        return None
    try:
        read = pl.read_ndjson(lines.data, schema=fields.schema)
    except pl.exceptions.PolarsError:  # its text quotes the line, which may be somebody's
        return None
    if read.height != lines.ends + (not lines.data.endswith(b"\n")):
        return None
    last = lines.first + read.height
    return read.with_columns(
        line=pl.int_range(lines.first, last, dtype=pl.Int64, eager=True),
        reason=pl.lit(None, pl.String),
    )


def _doubt(fields: Fields) -> pl.Expr:
    """Whether a row holds a text that may have been something else."""
    remade = [pl.col(name).str.contains(_REMADE) for name in fields.texts]
    return pl.any_horizontal(*remade, _odd(fields)).fill_null(False)


def _odd(fields: Fields) -> pl.Expr:
    """Whether it holds a NUL, or a list or an object as text where a number may be."""
    nul = [pl.col(name).str.contains("\0", literal=True) for name in fields.texts]
    scalars = [pl.col(name).str.contains(_REMADE_SCALAR) for name in fields.scalars]
    return pl.any_horizontal(*nul, *scalars).fill_null(False)


def _all_text(written: list[tuple[int, bytes]], fields: Fields) -> bool:
    """
    Whether all texts of these lines were written as text: Polars makes categories of nothing else.

    Ids of digits alone are in a good many rows, which this reads at twenty times the speed.
    """
    strict = dict.fromkeys(fields.texts, pl.Categorical)
    try:
        pl.read_ndjson(b"\n".join(text for _, text in written), schema=strict)
    except pl.exceptions.PolarsError:
        return False
    return True


def _carefully(written: Iterable[tuple[int, bytes]], fields: Fields) -> pl.DataFrame:
    """The same lines one by one, with what is wrong with them."""
    filled = ((line, text) for line, text in written if text.strip(_BLANK))
    return _built([(line, *_parsed(text, fields)) for line, text in filled], fields)


def _built(rows: list[tuple[int, str | None, dict[str, Any]]], fields: Fields) -> pl.DataFrame:
    columns = {name: [row.get(name) for _, _, row in rows] for name in fields.schema}
    return pl.DataFrame(columns, schema=fields.schema).with_columns(
        line=pl.Series([line for line, _, _ in rows], dtype=pl.Int64),
        reason=pl.Series([reason for _, reason, _ in rows], dtype=pl.String),
    )


def _parsed(text: bytes, fields: Fields) -> tuple[str | None, dict[str, Any]]:
    """Why a line cannot be used, or the fields of its object."""
    try:
        row = LENIENT.decode(text.decode())
    except UnicodeDecodeError:
        return NOT_UTF8, {}
    except RecursionError:
        return TOO_DEEP, {}
    except ValueError:
        return NOT_JSON, {}
    if not isinstance(row, dict):
        return NOT_AN_OBJECT, {}
    for name in fields.texts:
        if isinstance(row.get(name), Number) or not isinstance(row.get(name), str | None):
            return f"{name} is not text", {}
    for name in fields.scalars:
        if isinstance(row.get(name), dict | list):
            return f"{name} is a list or an object", {}
    found: dict[str, Any] = {n: scalar(row.get(n)) for n in (*fields.texts, *fields.scalars)}
    if any("\0" in value for value in found.values() if value):
        return NUL, {}
    for name, inner in fields.nested.items():
        value = row.get(name)
        if isinstance(value, dict):
            found[name] = {field: scalar(value.get(field)) for field in inner}
    return None, found
