"""
Files of one `<row .../>` after another, with all their data in attributes, in bounded memory.

Blocks are cut where rows begin. A regular block is read by the places of its quotation marks; any
other, and any value that is more than plain, row by row by an XML parser, with the same result.
A declaration of a document type or of an entity ends the reading: exports have none, and they are
how a small file becomes a large one, or asks for others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

import polars as pl

from workbench.errors import SourceError
from workbench.sources import _files
from workbench.sources._xml_quotes import by_quotes
from workbench.sources._xml_values import Reader

BLOCK_BYTES = 8 * 1024**2
LONGEST_ROW = 64 * 1024**2
OVERLAP = 64  # of what is passed over, enough to see where a row begins and where the file ends
ROW = b"<row "
MALFORMED = "not well-formed XML"
NOT_UTF8 = "text that is not UTF-8"
NUL = "a zero byte in the text"
CUT = "the file ends inside this row"
TOO_LONG = "longer than 64 MiB"

# Nothing that was matched is given back: else blanks and comments can be parted in endless ways.
_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?P<declared><\?xml[^>]*+>)?+\s*+(?:<!--(?>.*?-->)\s*+)*+"
    rb"<(?P<root>[A-Za-z_][A-Za-z0-9_.-]{0,39}+)(?:[\s/][^<>]*+)?>",
    re.DOTALL,
)
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']{1,40})")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_REJECTED = {"number": pl.Int64, "reason": pl.String}


@dataclass(frozen=True)
class Rows:
    """
    Some rows of a file.

    frame : `number` (of the row in the file, from 1) and a column for each attribute asked for,
    empty where a row does not have it: text, or whole numbers where a reader could read them.
    rejected : `number` and `reason` of the others.
    """

    frame: pl.DataFrame
    rejected: pl.DataFrame


@dataclass(frozen=True)
class _Block:
    """Whole rows in the first `size` bytes; or one that cannot be read, for the reason given."""

    data: bytearray
    size: int
    reason: str = ""


def read_rows(
    path: Path,
    columns: Sequence[str],
    *,
    root: str,
    where: str,
    keep_going: bool = False,
    readers: Mapping[str, Reader] | None = None,
) -> Iterator[Rows]:
    """
    The rows of a file in blocks; `root` is the element that holds them.

    With `keep_going`, a file that is cut off is read as far as it goes. `readers` are for columns
    whose values mostly have one form: rows in which all have it get what the reader makes of them.

    Raises
    ------
    SourceError
        The file cannot be opened, is not UTF-8 XML with that root, declares a document type or an
        entity, or does not end as it should.
    """
    _files.check(path, where=where)
    number, names = 0, list(columns)
    with path.open("rb", buffering=0) as stream:
        for block in _blocks(stream, root=root, where=where, keep_going=keep_going):
            rows = _read_block(block, columns, names, where=where, readers=readers)
            count = rows.frame.height + rows.rejected.height
            yield Rows(_shifted(rows.frame, number), _shifted(rows.rejected, number))
            number += count


def _shifted(frame: pl.DataFrame, by: int) -> pl.DataFrame:
    return frame.with_columns(pl.col("number") + by)


def _blocks(stream: BinaryIO, *, root: str, where: str, keep_going: bool) -> Iterator[_Block]:
    """Parts of the file that begin where a row begins, and end where the next one does."""
    data = bytearray(BLOCK_BYTES)
    have = _filled(stream, data, 0)
    start = _after_head(bytes(data[:have]), root=root, where=where)
    if start is None:
        return
    have = _moved(data, start, have)
    skipping = False
    while True:
        have = _filled(stream, data, have)
        at_end = have < len(data)
        begin = data.find(ROW, 0, have) if skipping else 0
        if skipping and begin >= 0:
            have, skipping = _moved(data, begin, have), False
        elif skipping:
            have = _moved(data, max(0, have - OVERLAP), have)
        if at_end:
            yield from _last(data, have, skipping, root=root, where=where, keep_going=keep_going)
            return
        cut = -1 if skipping else data.rfind(ROW, 1, have)
        if cut > 0:
            yield _Block(data, cut)
            have = _moved(data, cut, have)
        elif not skipping and len(data) < LONGEST_ROW:
            data = data + bytearray(len(data))
        elif not skipping:
            yield _Block(data, have, TOO_LONG)
            have, skipping = _moved(data, have - OVERLAP, have), True


def _filled(stream: BinaryIO, data: bytearray, have: int) -> int:
    """Read until `data` is full or the file ends; how many bytes are in it."""
    with memoryview(data) as view:
        while have < len(data):
            got = stream.readinto(view[have:])  # type: ignore[attr-defined]
            if not got:
                break
            have += got
    return have


def _moved(data: bytearray, begin: int, end: int) -> int:
    """Bring the bytes from `begin` to the front; how many they are."""
    data[: end - begin] = data[begin:end]
    return end - begin


def _after_head(head: bytes, *, root: str, where: str) -> int | None:
    """Where the content of the root begins; None where the root says that it has none."""
    opened = _HEAD.match(head)
    if _DECLARATION.search(head[: head.find(ROW) if ROW in head else len(head)]):
        raise _declares(where)
    if opened is None or opened["root"].decode() != root:
        got = f"<{opened['root'].decode()}>" if opened else "no XML"
        raise SourceError(
            f"{where}: expected XML whose root is <{root}>, got {got}. "
            "Check that the file has its own name, and download it again."
        )
    encoding = _ENCODING.search(opened["declared"] or b"")
    if encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise SourceError(
            f"{where}: expected UTF-8, got a file that says it is something else. "
            "Save it as UTF-8, or download it again."
        )
    rest = head[opened.end() :]
    return None if opened[0].endswith(b"/>") else len(head) - len(rest.lstrip())


def _declares(where: str) -> SourceError:
    return SourceError(
        f"{where}: expected rows alone, got a declaration of a document type or of an entity. "
        "No export has one; download the file again from where it was published."
    )


def _last(
    data: bytearray, have: int, skipping: bool, *, root: str, where: str, keep_going: bool
) -> Iterator[_Block]:
    """The last rows, without the closing tag of the root; a file may end without it."""
    tag = f"</{root}>".encode()
    text = bytes(data[max(0, have - 4096) : have]).rstrip()
    is_cut = not text.endswith(tag)
    if is_cut and not keep_going:
        raise SourceError(
            f"{where}: expected {tag.decode()} at its end, got a file that is cut off. "
            "Download it again, or read what is there with --keep-going."
        )
    # No value holds `<`, so that the last one begins the last element: a row, or the closing tag.
    size = data.rfind(b"<", 0, have) if text else 0
    broken = bytes(data[size:have]).rstrip()
    if broken.endswith(b"/>"):
        size, broken = have, b""
    if not skipping and data[:size].strip():
        yield _Block(data, size)
    if not skipping and not tag.startswith(broken):
        yield _Block(data, _moved(data, size, have), CUT)


def _read_block(
    block: _Block,
    columns: Sequence[str],
    names: list[str],
    *,
    where: str,
    readers: Mapping[str, Reader] | None,
) -> Rows:
    if block.reason:
        return _parsed_rows([block.reason], columns)
    found = by_quotes(block.data, block.size, columns, names, readers=readers)
    if found is None:
        return _by_parser(bytes(block.data[: block.size]), columns, where=where)
    number = pl.int_range(1, found.frame.height + 1, dtype=pl.Int64, eager=True)
    frame = found.frame.insert_column(0, number.alias("number"))
    if not len(found.doubtful):
        return Rows(frame, pl.DataFrame(schema=_REJECTED))
    ends = [*found.starts[1:], block.size]
    pieces = [bytes(block.data[found.starts[at] : ends[at]]) for at in found.doubtful]
    doubtful = pl.Series(found.doubtful) + 1
    again = _parsed_rows([_parsed(piece, columns) for piece in pieces], columns, numbers=doubtful)
    kept = frame.filter(~pl.col("number").is_in(doubtful.implode()))
    return Rows(pl.concat([kept, again.frame]).sort("number"), again.rejected)


def _by_parser(block: bytes, columns: Sequence[str], *, where: str) -> Rows:
    """The rows of any block, one by one."""
    if _DECLARATION.search(block):
        raise _declares(where)
    before, *pieces = re.split(rb"(?=<row )", block)
    pieces = [before, *pieces] if before.strip() else pieces
    return _parsed_rows([_parsed(piece, columns) for piece in pieces], columns)


def _parsed(piece: bytes, columns: Sequence[str]) -> list[str | None] | str:
    """The values of one row, or why it has none."""
    seen: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda name, values: seen.append((name, values))
    try:
        parser.Parse(piece, True)
    except expat.ExpatError:
        return _complaint(piece)
    if len(seen) != 1 or seen[0][0] != "row":
        return MALFORMED
    return [seen[0][1].get(name) for name in columns]


def _complaint(piece: bytes) -> str:
    """Why a parser refused a row."""
    if b"\0" in piece:
        return NUL
    try:
        piece.decode()
    except UnicodeDecodeError:
        return NOT_UTF8
    return MALFORMED


def _parsed_rows(
    parsed: Sequence[list[str | None] | str],
    columns: Sequence[str],
    *,
    numbers: pl.Series | None = None,
) -> Rows:
    """Rows that a parser read or refused, as tables; numbered from 1 if not told otherwise."""
    counted = range(1, len(parsed) + 1) if numbers is None else numbers
    numbered = list(zip(counted, parsed, strict=True))
    read = [[number, *one] for number, one in numbered if not isinstance(one, str)]
    bad = [(number, one) for number, one in numbered if isinstance(one, str)]
    schema = {"number": pl.Int64, **dict.fromkeys(columns, pl.String)}
    return Rows(
        pl.DataFrame(read, schema=schema, orient="row"),
        pl.DataFrame(bad, schema=_REJECTED, orient="row"),
    )
