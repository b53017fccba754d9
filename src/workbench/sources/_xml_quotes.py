"""
Rows of attributes by the places of their quotation marks: the fast way, for regular blocks.

An exporter that writes every row in the same way puts each value between two `"`, and a `"` inside
a value as `&quot;`: then marks open and close in turn, and one look at all marks of a block finds
every value. Whether a block is so regular is checked byte by byte for all that stands outside of
values. Inside of them, a value that nobody asked for is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from workbench.sources._xml_values import Reader

QUOTE, FIRST_PRINTED = ord('"'), ord(" ")
PIECE = 512 * 1024
OPENS = b'<row Id="'

_BETWEEN = re.compile(rb" ?/>\s*<row Id=")
_NAME = re.compile(rb" ([A-Za-z_][A-Za-z0-9_.-]*)=")
_DOUBT = "\0"  # regular blocks hold none
_WRITTEN = ("&lt;", "&gt;", "&quot;", "&amp;", "&apos;", "&#39;", "&#xA;", "&#xD;", "&#x9;", "&")
_READ = ("<", ">", '"', "&", "'", "'", "\n", "\r", "\t", _DOUBT)  # a mark that is none of these


@dataclass(frozen=True)
class Found:
    """
    The rows of one regular block.

    frame : a column for each name asked for, empty where a row has no such attribute; text, or
    whole numbers where a reader was given for the name and could read all values of the block.
    starts : where each row begins. doubtful : rows with a value that needs a parser.
    """

    frame: pl.DataFrame
    starts: np.ndarray[Any, Any]
    doubtful: np.ndarray[Any, Any]


@dataclass(frozen=True)
class _Marks:
    """Where values open and close, the eight bytes up to each opening mark, which open a row."""

    opens: np.ndarray[Any, Any]
    closes: np.ndarray[Any, Any]
    keys: np.ndarray[Any, Any]
    is_first: np.ndarray[Any, Any]


@dataclass(frozen=True)
class _Values:
    """Where the values of one attribute begin and end, and the rows that have them."""

    begins: np.ndarray[Any, Any]
    ends: np.ndarray[Any, Any]
    rows: np.ndarray[Any, Any]


def by_quotes(
    block: bytearray,
    size: int,
    columns: Sequence[str],
    names: list[str],
    *,
    readers: Mapping[str, Reader] | None = None,
) -> Found | None:
    """
    The rows in the first `size` bytes of `block`, or None where they are not regular.

    `names` are attributes that rows are known to have; new ones are added to it.
    """
    if size < len(OPENS) + 1 or not block.startswith(OPENS):
        return None
    data = np.frombuffer(block, np.uint8, size)
    marks = _marks(block, data)
    if marks is None or not _regular(data, marks) or not _is_text(data, marks):
        return None
    places = _attributes(block, data, marks, names)
    if places is None:
        return None
    row = np.cumsum(marks.is_first) - 1
    if any((np.diff(row[at]) <= 0).any() for at in places.values()):  # a name twice in a row
        return None
    starts = marks.opens[marks.is_first] - (len(OPENS) - 1)
    values = {
        name: _Values(marks.opens[at] + 1, marks.closes[at], row[at])
        for name in columns
        for at in [places.get(name, row[:0])]
    }
    frame, doubt = _frame(data, values, readers or {}, height=len(starts))
    if readers and doubt.any():  # a parser will read these rows, and gives text
        frame, doubt = _frame(data, values, {}, height=len(starts))
    return Found(frame, starts, np.flatnonzero(doubt))


def _marks(block: bytearray, data: np.ndarray[Any, Any]) -> _Marks | None:
    """All marks, if they come in pairs."""
    at = np.flatnonzero(data == QUOTE)
    if len(at) % 2:
        return None
    words = np.ndarray((len(data) - 7,), "<u8", buffer=block, strides=(1,))
    opens = at[0::2]
    keys = words[opens - 7]
    return _Marks(opens, at[1::2], keys, keys == _word(OPENS[-8:]))


def _word(eight: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(eight, "little"))


def _regular(data: np.ndarray[Any, Any], marks: _Marks) -> bool:
    """Whether rows follow each other in one way, and no value holds a control character."""
    first = np.flatnonzero(marks.is_first)
    tail = data[marks.closes[-1] + 1 :].tobytes()
    if tail.strip() != b"/>":
        return False
    begins, ends = marks.closes[first[1:] - 1] + 1, marks.opens[first[1:]]
    controls = _controls(tail)
    if len(begins):
        form = data[begins[0] : ends[0]].tobytes()
        if not _BETWEEN.fullmatch(form) or ((ends - begins) != len(form)).any():
            return False
        for offset, byte in enumerate(form):
            if (data[begins + offset] != byte).any():
                return False
        controls += _controls(form) * len(begins)
    return bool(np.count_nonzero(data < FIRST_PRINTED) == controls)


def _controls(text: bytes) -> int:
    return sum(byte < FIRST_PRINTED for byte in text)


def _is_text(data: np.ndarray[Any, Any], marks: _Marks) -> bool:
    """Whether the block is UTF-8; many times as fast as `bytes.decode`, unless all is ASCII."""
    # In pieces, whose memory is used again: half the time of a copy of the whole block.
    after = np.searchsorted(marks.closes, np.arange(PIECE, len(data), PIECE))
    bounds = [0, *marks.closes[after[after < len(marks.closes)]].tolist(), len(data)]
    try:
        for begin, end in pairwise(bounds):
            pl.Series([data[begin:end].tobytes()]).cast(pl.String)
    except pl.exceptions.PolarsError:
        return False
    return True


def _attributes(
    block: bytearray, data: np.ndarray[Any, Any], marks: _Marks, names: list[str]
) -> dict[str, np.ndarray[Any, Any]] | None:
    """Name -> which values have it; None where what stands before a value is not a name."""
    places = {"Id": np.flatnonzero(marks.is_first)}
    places |= {name: _named(block, data, marks, name) for name in names if name != "Id"}
    while sum(map(len, places.values())) < len(marks.opens):
        known = np.zeros(len(marks.opens), bool)
        for at in places.values():
            known[at] = True
        unknown = int(np.argmin(known))
        before = data[marks.closes[unknown - 1] + 1 : marks.opens[unknown]].tobytes()
        name = _NAME.fullmatch(before)
        if name is None or (new := name[1].decode()) in places:
            return None
        names.append(new)
        places[new] = _named(block, data, marks, new)
    return places


def _named(
    block: bytearray, data: np.ndarray[Any, Any], marks: _Marks, name: str
) -> np.ndarray[Any, Any]:
    """Which values stand behind `" name="`."""
    written = f'" {name}="'.encode()
    short = max(0, 8 - len(written))
    if short:
        shift = np.uint64(8 * short)
        at = np.flatnonzero(marks.keys >> shift == _word(written.ljust(8, b"\0")))
        return at[at > 0]
    at = np.flatnonzero(marks.keys == _word(written[-8:]))
    begins = marks.opens[at] - (len(written) - 1)
    words = np.ndarray((len(data) - 7,), "<u8", buffer=block, strides=(1,))
    same = begins >= 0
    for offset in range(0, len(written) - 8, 8):  # the last eight bytes are the key
        same &= words[begins + offset] == _word(written[offset : offset + 8])
    return at[same]


def _frame(
    data: np.ndarray[Any, Any],
    values: Mapping[str, _Values],
    readers: Mapping[str, Reader],
    *,
    height: int,
) -> tuple[pl.DataFrame, np.ndarray[Any, Any]]:
    """The table of some columns, and which of its rows have a value that needs a parser."""
    columns, absent, doubt = [], [], np.zeros(height, bool)
    for name, found in values.items():
        numbers = readers[name](data, found.begins, found.ends) if name in readers else None
        if numbers is None:
            column, doubted = _text(data, found, height=height)
            doubt |= doubted
        else:
            spread, present = np.zeros(height, np.int64), np.zeros(height, bool)
            spread[found.rows], present[found.rows] = numbers, True
            column = pl.Series(spread)
            if len(numbers) < height:
                absent.append(pl.when(pl.Series(present)).then(name).alias(name))
        columns.append(column.alias(name))
    frame = pl.DataFrame(columns)
    return frame.with_columns(absent) if absent else frame, doubt


def _text(
    data: np.ndarray[Any, Any], found: _Values, *, height: int
) -> tuple[pl.Series, np.ndarray[Any, Any] | bool]:
    """Values, one a row, with their entities resolved, and those in which one needs a parser."""
    if not len(found.rows):
        return pl.Series([None], dtype=pl.String).new_from_index(0, height), False
    view = data.data
    values: list[bytes | None] = [None] * height
    bounds = (found.rows.tolist(), found.begins.tolist(), found.ends.tolist())
    for row, begin, end in zip(*bounds, strict=True):
        values[row] = bytes(view[begin:end])
    written = pl.Series(values, dtype=pl.Binary).cast(pl.String)
    read = written.str.replace_many(list(_WRITTEN), list(_READ), leftmost=True)
    is_raw = written.str.contains("<", literal=True)
    doubted = is_raw | read.str.contains(_DOUBT, literal=True)
    return read, doubted.fill_null(False).to_numpy()
