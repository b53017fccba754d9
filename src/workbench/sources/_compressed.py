"""
A file's bytes, unpacked as they are read: plain, gzip, bzip2, xz or Zstandard, told by their marks.

Nothing is unpacked beyond what is asked for, so that a small file that unpacks to a huge one costs
time, not memory. A stream that ends too early or is corrupt is `Damaged`, never a shorter file; so
is anything but zeros behind the last stream. Long-window Zstandard (2^31 bytes, RFC 8878) keeps up
to 2 GiB of what was unpacked, because later bytes point back to it.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Protocol

import zstandard

from workbench.errors import SourceError
from workbench.sources import _files

BLOCK = 2**20
LONGEST_WINDOW = 2**31
XZ_MEMORY = 2**28

# A Zstandard block of 4 bytes can unpack to 128 KiB, and all blocks of a slice are unpacked at
# once: 1 KiB can become 32 MiB, not more.
_ZSTD_SLICE = 1024
_SLICE = 2**16


class Damaged(Exception):
    """A packed stream that is cut or corrupt; what came before it was given out already."""


class _Decoder(Protocol):
    """What the decoders of the standard library share."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """One gzip member, with the manners of `bz2.BZ2Decompressor`."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return not self._stream.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._stream.decompress(self._stream.unconsumed_tail + data, max_length)


class _Zstandard:
    """One Zstandard frame, with the manners of `bz2.BZ2Decompressor`."""

    needs_input = True

    def __init__(self) -> None:
        unpacker = zstandard.ZstdDecompressor(max_window_size=LONGEST_WINDOW)
        self._stream = unpacker.decompressobj()

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:  # noqa: ARG002 (see _ZSTD_SLICE)
        return self._stream.decompress(data)


def _xz() -> _Decoder:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)


# The marks with which packed files begin; a Zstandard file may begin with a frame to be skipped.
_PACKED: tuple[tuple[tuple[bytes, ...], str, Callable[[], _Decoder]], ...] = (
    ((b"\x1f\x8b",), "gzip", _Gzip),
    ((b"BZh",), "bzip2", bz2.BZ2Decompressor),
    ((b"\xfd7zXZ\0",), "xz", _xz),
    (
        (b"\x28\xb5\x2f\xfd", *(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))),
        "Zstandard",
        _Zstandard,
    ),
)
_ARCHIVES = {b"PK\3\4": "zip", b"7z\xbc\xaf\x27\x1c": "7z"}
_BROKEN = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zstandard.ZstdError)


def blocks(path: Path, *, where: str) -> Generator[bytes]:
    """
    The unpacked bytes of a file, about a megabyte at a time and never empty.

    Raises
    ------
    SourceError
        The file cannot be opened, is empty, or is an archive of several files.
    Damaged
        A packed stream is cut or corrupt.
    """
    _files.check(path, where=where)
    mark = _files.head(path, size=6)
    for start, kind in _ARCHIVES.items():
        if mark.startswith(start):
            raise SourceError(
                f"{where}: expected one file, packed or not, got a {kind} archive. "
                "Unpack it, and name the folder or one file of it."
            )
    with path.open("rb") as stream:
        for starts, kind, fresh in _PACKED:
            if mark.startswith(starts):
                size = _ZSTD_SLICE if fresh is _Zstandard else _SLICE
                yield from _gathered(_unpacked(stream, kind, fresh, size))
                return
        yield from iter(lambda: stream.read(BLOCK), b"")


def head(path: Path, *, size: int) -> bytes:
    """The first `size` unpacked bytes of a file, or as many as can be read."""
    found = b""
    try:
        with closing(blocks(path, where=path.name)) as parts:
            for part in parts:
                found += part
                if len(found) >= size:
                    break
    except (SourceError, Damaged, OSError):
        pass
    return found[:size]


def _unpacked(
    stream: IO[bytes], kind: str, fresh: Callable[[], _Decoder], size: int
) -> Iterator[bytes]:
    """What all streams of a file hold, one after the other; zeros between them are padding."""
    decoder, begun = fresh(), False
    for data in iter(lambda: stream.read(size), b""):
        while data or not (decoder.needs_input or decoder.eof):
            if decoder.eof:
                decoder, begun = fresh(), False
            if not begun and not (data := data.lstrip(b"\0")):
                break
            begun = True
            try:
                yield decoder.decompress(data, BLOCK)
            except _BROKEN as error:
                fault = "needs more memory than it may" if "emory" in str(error) else "is corrupt"
                raise Damaged(f"{kind} stream that {fault}") from None
            data = decoder.unused_data if decoder.eof else b""
    if begun and not decoder.eof:
        raise Damaged(f"{kind} stream that ends too early")


def _gathered(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Small parts joined to blocks; what came before damage is given out before it is told."""
    held: list[bytes] = []
    size = 0
    try:
        for part in parts:
            held.append(part)
            size += len(part)
            if size >= BLOCK:
                yield b"".join(held)
                held, size = [], 0
    except Damaged:
        if size:
            yield b"".join(held)
        raise
    if size:
        yield b"".join(held)
