"""Files of a report as passages to look through: pages, tables, texts, notebooks, pictures."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.report.privacy import Passage, passages

PAGES, NOTEBOOKS, PICTURES = (".html", ".htm"), (".ipynb",), (".png",)
LINES = (".csv", ".md", ".txt")
KNOWN = (*PAGES, *LINES, *NOTEBOOKS, *PICTURES)
LARGEST_BYTES = 20_000_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")


def read(path: Path) -> list[Passage]:
    """
    What can be read in a file, by its ending; whatever is in it, this ends without an error.

    Of a page, the stretches between headings; of a table or a text, its lines; of a notebook, its
    cells with their outputs; of a picture, the texts in its metadata.
    """
    content = path.read_bytes()
    ending = path.suffix.lower()
    if ending in PICTURES:
        return [_lines_of(text, "in its metadata") for text in _metadata(content)]
    text = _decoded(content)
    if ending in PAGES:
        return passages(text)
    cells = _cells(text) if ending in NOTEBOOKS else None
    if cells is not None:
        return cells
    return [
        Passage(f"in line {number}", line, "", (line,), goes_on=True)
        for number, line in enumerate(text.splitlines(), 1)
    ]


def _lines_of(text: str, place: str) -> Passage:
    return Passage(place, text, "", (text,))


def _decoded(content: bytes) -> str:
    """Text, with a sign in place of every byte that is none."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace")


def _cells(text: str) -> list[Passage] | None:
    """The cells of a notebook; None where the file is none."""
    try:
        cells = json.loads(text)["cells"]
        found = [list(_strings(cell)) for cell in cells]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return [
        Passage(
            f"in cell {number}",
            "\n".join(said for said, is_code in strings if not is_code),
            "\n".join(said for said, is_code in strings if is_code),
            tuple(said for said, _ in strings),
        )
        for number, strings in enumerate(found, 1)
    ]


def _strings(cell: Any) -> Iterator[tuple[str, bool]]:
    """Every text of a cell, its outputs and its metadata, and whether it is code."""
    for name, value in cell.items():
        is_code = name == "source" and cell.get("cell_type") == "code"
        yield from ((text, is_code) for text in _texts(value))


def _texts(value: Any, kind: str = "") -> Iterator[str]:
    """Texts in a JSON value; lists of lines are one text, pictures are none."""
    if kind.startswith("image/") and kind != "image/svg+xml":
        return
    if isinstance(value, str):
        yield "\n".join(_shown(one) for one in passages(value)) if kind == "text/html" else value
    elif isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        yield from _texts("".join(value), kind)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _texts(one, str(name))


def _shown(one: Passage) -> str:
    return f"{one.prose}\n{one.code}"


def _metadata(content: bytes) -> Iterator[str]:
    """Texts in the metadata of a PNG, and whatever follows its end; of another file, all of it."""
    if not content.startswith(_SIGNATURE):
        yield content.decode("latin-1")
        return
    at = len(_SIGNATURE)
    while at + 8 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        body = content[at + 8 : at + 8 + length]
        if kind in _TEXTS:
            yield _unpacked(body)
        at += 12 + length
        if kind == b"IEND":
            break
    if content[at:]:
        yield content[at:].decode("latin-1")


def _unpacked(body: bytes) -> str:
    """The text of a chunk with its keyword, decompressed where it is compressed."""
    for start in range(len(body)):
        if body[start : start + 1] == b"\x78":  # what compressed data begin with
            try:
                plain = zlib.decompressobj().decompress(body[start:], LARGEST_BYTES)
            except zlib.error:
                continue
            return (body[:start] + b" " + plain).decode("utf-8", "replace")
    return body.decode("utf-8", "replace").replace("\0", " ")
