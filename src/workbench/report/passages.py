"""
Files of a report as passages to look through: pages, tables, texts, notebooks, pictures.

Beside what a reader sees, the source of each file is looked through for what is not shown:
comments, attributes, styles, addresses written with signs for letters, data within an address.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from bs4 import BeautifulSoup, Tag
from bs4.element import Doctype, PreformattedString, Script, Stylesheet

from workbench.report.privacy import READ_ALOUD, Passage, shown

PAGES, NOTEBOOKS, PICTURES = (".html", ".htm", ".xhtml", ".svg"), (".ipynb",), (".png",)
PROGRAMS = (".js", ".css")  # an @word in them is a word of the language
LINES = (*PROGRAMS, ".csv", ".tsv", ".md", ".txt", ".json", ".xml", ".yml", ".yaml", "")
KNOWN = (*PAGES, *LINES, *NOTEBOOKS, *PICTURES)
LARGEST_BYTES = 20_000_000
IN_SOURCE = "in its source"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Chunks of a PNG that hold nothing but the picture: letters in them are chance.
_DRAWN = (b"IDAT", b"fdAT", b"PLTE")
# The first byte of compressed data: the method is 8, the window any (RFC 1950).
_PACKED = re.compile(rb"[\x08\x18\x28\x38\x48\x58\x68\x78]")
_PACKED_WITHIN_BYTES = 2_000
_DATA = re.compile(r"data:([\w.+/-]*)((?:;[\w.+=-]+)*),([^\"'\s)<>]*)", re.IGNORECASE)
_DATA_IN_DATA = 3
_SIGN = re.compile(r"\\u([0-9a-fA-F]{4})")
# Letters that may be words, in data that are otherwise none.
_LEGIBLE = re.compile(r"[ -~]{6,}")


def read(path: Path) -> list[Passage]:
    """
    What can be read in a file, by its ending; whatever is in it, this ends without an error.

    Of a page, the stretches between headings; of a table or a text, its lines; of a notebook, its
    cells with their outputs; of a picture, the texts in its metadata. The last passage is what
    only the source of the file holds.
    """
    content = path.read_bytes()
    ending = path.suffix.lower()
    if ending in PICTURES:
        return [_lines_of(text, "in its metadata") for text in _metadata(content)]
    text = _decoded(content)
    if ending in PAGES:
        soup = BeautifulSoup(text, "html.parser")
        source = _source(text, tuple(_hidden(soup)), programs=_programs(soup))
        return [*shown(soup), source]
    whole = _notebook(text) if ending in NOTEBOOKS else None
    if whole is not None:
        return whole
    is_code = ending in PROGRAMS
    lines = [
        Passage(f"in line {number}", *(("", line) if is_code else (line, "")), (line,), True)
        for number, line in enumerate(text.splitlines(), 1)
    ]
    source = _source(text)
    return [*lines, source] if source.code != text else lines  # it says nothing else


def _lines_of(text: str, place: str) -> Passage:
    return Passage(place, text, "", (text,))


def _decoded(content: bytes) -> str:
    """Text in UTF-8, in UTF-16 with or without a mark, or, line by line, in Latin-1."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    low, high = content[1::2].count(0), content[::2].count(0)
    if max(low, high) > len(content) / 4:
        return content.decode("utf-16-le" if low > high else "utf-16-be", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "".join(map(_decoded_line, content.splitlines(keepends=True)))


def _decoded_line(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _source(text: str, hidden: tuple[str, ...] = (), *, programs: str = "") -> Passage:
    """What stands in the source: `hidden` is for readers, `programs` for the browser."""
    plain, *inside = _written_out(text, _DATA_IN_DATA)
    said = (*hidden, *inside) if hidden or programs or plain == text else (plain, *inside)
    return Passage(IN_SOURCE, "\n".join((*hidden, *inside)), plain, (*said, programs))


def _written_out(text: str, depth: int) -> list[str]:
    """A source with letters in place of the signs for them; then what data in it hold."""
    found: list[str] = []

    def opened(match: re.Match[str]) -> str:
        for one in _data(match[1].lower(), "base64" in match[2].lower(), match[3]):
            found.extend(_written_out(one, depth - 1) if depth else [one])
        return " "

    plain = unescape(unescape(text)) if "&" in text else text
    if "\\u" in plain:
        plain = _SIGN.sub(lambda match: chr(int(match[1], 16)), plain)
    if "data:" in plain.lower():
        plain = _DATA.sub(opened, plain)
    return [unquote(plain) if "%" in plain else plain, *found]


def _data(kind: str, is_packed: bool, body: str) -> Iterator[str]:
    """Texts in the data of an address."""
    content = unquote_to_bytes(body)
    if is_packed:
        content = _unbased(content)
    if content.startswith(_SIGNATURE):
        yield from _metadata(content)
    elif kind.startswith(("image/", "font/", "audio/", "video/")) and not kind.endswith("xml"):
        yield from _LEGIBLE.findall(content.replace(b"\0", b"").decode("latin-1"))
    else:
        yield _decoded(content)


def _unbased(content: bytes) -> bytes:
    """What is written in base64; nothing where it is not."""
    letters = content.translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return b""


def _hidden(soup: BeautifulSoup) -> Iterator[str]:
    """Texts of a page that no reader is shown: comments, and attributes that say something."""
    for node in soup.descendants:
        if isinstance(node, Tag):
            for name, value in node.attrs.items():
                said = " ".join(value) if isinstance(value, list) else str(value)
                if name not in READ_ALOUD and "data:" not in said:
                    yield said
        elif isinstance(node, PreformattedString) and not isinstance(node, Doctype):
            yield str(node)


def _programs(soup: BeautifulSoup) -> str:
    """Styles and programs of a page."""
    found = soup.find_all(string=lambda one: isinstance(one, Script | Stylesheet))
    return "\n".join(map(str, found))


def _notebook(text: str) -> list[Passage] | None:
    """The cells of a notebook, then what else it holds; None where the file is none."""
    try:
        whole = json.loads(text)
        cells = [list(_strings(cell)) for cell in whole["cells"]]
        rest = list(_texts({name: one for name, one in whole.items() if name != "cells"}))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    source = _source("\n".join(rest), tuple(rest))
    return [*(_cell(number, strings) for number, strings in enumerate(cells, 1)), source]


def _cell(number: int, strings: list[tuple[str, bool]]) -> Passage:
    prose = [said for said, is_code in strings if not is_code]
    written = [one for said in prose for one in _written_out(said, _DATA_IN_DATA) if one != said]
    code = [said for said, is_code in strings if is_code]
    return Passage(
        f"in cell {number}",
        "\n".join(prose),
        "\n".join(code + written),
        (*prose, *code, *written),
    )


def _strings(cell: Any) -> Iterator[tuple[str, bool]]:
    """Every text of a cell, its outputs and its metadata, and whether it is code."""
    for name, value in cell.items():
        is_code = name == "source" and cell.get("cell_type") == "code"
        yield from ((text, is_code) for text in _texts(value))


def _texts(value: Any, kind: str = "") -> Iterator[str]:
    """Texts in a JSON value and its keys; lists of lines are one text, pictures what they tell."""
    if isinstance(value, str):
        yield from _texts_as(value, kind)
    elif isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        yield from _texts_as("".join(value), kind)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _texts(one, name)


def _texts_as(text: str, kind: str) -> Iterator[str]:
    """Texts in one text of a notebook, by its kind of content."""
    if kind.startswith("image/") and kind != "image/svg+xml":
        yield from _data(kind, True, "".join(text.split()))
    elif kind in ("text/html", "image/svg+xml"):
        soup = BeautifulSoup(text, "html.parser")
        yield from _hidden(soup)
        yield from _written_out(text, _DATA_IN_DATA)[1:]
        yield _programs(soup).replace(" @", " ").replace("\n@", "\n")  # a word of the language
        yield "\n".join(f"{one.prose}\n{one.code}" for one in shown(soup))
    else:
        yield text


def _metadata(content: bytes) -> Iterator[str]:
    """Texts in all of a PNG but the picture, and what follows it; of another file, all of it."""
    if not content.startswith(_SIGNATURE):
        yield content.decode("latin-1")
        return
    at = len(_SIGNATURE)
    while at + 8 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        body = content[at + 8 : at + 8 + length]
        if kind not in _DRAWN:
            yield from _unpacked(body)
        at += 12 + length
        if kind == b"IEND":
            break
    if content[at:]:
        yield from _unpacked(content[at:])


def _unpacked(body: bytes) -> Iterator[str]:
    """Texts of a chunk in whatever letters, decompressed where some of it is compressed."""
    yield body.replace(b"\0", b" ").decode("latin-1")
    if b"\0" in body:
        yield body.replace(b"\0", b"").decode("latin-1")  # UTF-16, of letters of Latin-1
    if not body.isascii():
        yield _decoded(body.replace(b"\0", b" "))
    for start in _PACKED.finditer(body[:_PACKED_WITHIN_BYTES]):
        try:
            plain = zlib.decompressobj().decompress(body[start.start() :], LARGEST_BYTES)
        except zlib.error:
            continue
        if plain:
            yield _decoded(plain)
            return
