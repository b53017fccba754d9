"""
One pinned file over HTTP: it goes on where it was cut, and is kept only if its content is right.

A file grows as NAME.part beside its place and is renamed once its sha256 is right. What has come
stays there when a run ends early, and the next one asks for the rest, if the server can give that.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from workbench.data.downloads import UNFINISHED, RawFile
from workbench.data.manifest import file_hash

ATTEMPTS = 4  # that bring no more than the ones before
PAUSE_SECONDS = 1.0  # doubled after each of them
LONGEST_PAUSE_SECONDS = 60.0
TIMEOUT_SECONDS = (10.0, 30.0)  # to connect; without a byte
CHUNK = 1 << 13  # what has come of a chunk that is cut is lost
WHOLE = 200
BEYOND = 416  # the file ends before the part that was asked for
PASSING = {408, BEYOND, 425, 429, 500, 502, 503, 504}  # the next answer may be another

Progress = Callable[[str, int, int], None]


class TransferError(Exception):
    """Why a file cannot be had, in words that fit into a longer line."""


class _AnswerError(Exception):
    """Why a server did not give a file; `passing` if it is worth while to ask again."""

    def __init__(self, file: RawFile, error: OSError) -> None:
        host = urlsplit(file.address).netloc
        answer = getattr(error, "response", None)
        if answer is None:
            super().__init__(
                f"expected {host} to send it, got no whole answer ({type(error).__name__})"
            )
            self.passing, self.pause = True, 0.0
            return
        super().__init__(f"expected {host} to send it, got HTTP status {answer.status_code}")
        self.passing = answer.status_code in PASSING
        later = answer.headers.get("Retry-After", "")
        self.pause = float(later) if later.isdecimal() else 0.0


class _DiskError(Exception):
    """What the operating system said when bytes should have been written."""


class _EnoughError(Exception):
    """More bytes came than the file has."""


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """Tell errors of the disk from those of the connection, which are OSErrors as well."""
    try:
        yield
    except OSError as error:
        raise _DiskError(error.strerror or str(error)) from error


class _Growing:
    """The unfinished file, as something that a downloader can write to."""

    def __init__(self, part: Path, file: RawFile, tell: Progress) -> None:
        self._file, self._tell = file, tell
        self._stream = part.open("ab")
        self._size = part.stat().st_size
        self._answers: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for answer in self._answers:  # a transfer that fails leaves its connection open
            answer.close()
        self._stream.close()

    def answered(self, answer: Any, **_: Any) -> None:
        """Begin again where the server sends the whole file, or has no such rest."""
        self._answers.append(answer)
        if answer.status_code in {WHOLE, BEYOND} and self._size:
            with _disk():
                self._stream.truncate(0)
            self._size = 0

    def write(self, chunk: bytes) -> None:
        """Add what has come."""
        with _disk():
            self._stream.write(chunk)
            self._stream.flush()
        self._size += len(chunk)
        self._tell(self._file.name, self._size, self._file.bytes)
        if self._size > self._file.bytes:
            raise _EnoughError

    def flush(self) -> None:
        """Every write has done that by itself."""


def transfer(file: RawFile, target: Path, *, progress: Progress | None = None) -> None:
    """
    Fetch a file from its address to `target`.

    progress : is told the file's name, its bytes so far, and its size.

    Raises
    ------
    TransferError
        No connection or a cut one after several attempts, a refusal, another content than
        described (it is deleted), or a disk that takes no more.
    """
    part = target.with_name(target.name + UNFINISHED)
    tell = progress or (lambda *_: None)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        resumed = _size(part) > 0
        found = _transferred(file, part, tell)
        if found != file.sha256 and resumed:  # the first bytes may have been of another content
            part.unlink()
            found = _transferred(file, part, tell)
        if found != file.sha256:
            size = _size(part)
            part.unlink()
            raise TransferError(
                f"expected {file.bytes:,} bytes with sha256 {file.sha256}, got {size:,} bytes with "
                f"sha256 {found}, which were deleted"
            )
        os.replace(part, target)
    except (_DiskError, OSError) as error:
        said = getattr(error, "strerror", None) or error
        raise TransferError(f"cannot write {part} ({said})") from error


def _transferred(file: RawFile, part: Path, tell: Progress) -> str:
    """Let `part` grow until the server has no more of it; the sha256 of what it holds then."""
    failures, reached = 0, _size(part)
    while True:
        try:
            _ask(file, part, tell)
            return file_hash(part)
        except _AnswerError as error:
            size = _size(part)
            failures = 1 if size > reached else failures + 1
            reached = max(reached, size)
            if not error.passing:
                raise TransferError(str(error)) from error
            if failures >= ATTEMPTS:
                kept = f"; {size:,} of {file.bytes:,} bytes are kept for the next try"
                said = f"{error}, {ATTEMPTS} times{kept if size else ''}"
                raise TransferError(said) from error
            pause = max(PAUSE_SECONDS * 2 ** (failures - 1), error.pause)
        time.sleep(min(pause, LONGEST_PAUSE_SECONDS))


def _ask(file: RawFile, part: Path, tell: Progress) -> None:
    """One request, for what is missing of the file."""
    # It takes long to import, and most runs fetch nothing.
    import pooch  # type: ignore[import-untyped]  # noqa: PLC0415

    begun = _size(part)
    if begun == file.bytes:
        return
    if begun > file.bytes:
        part.unlink()
        begun = 0
    headers = {"Accept-Encoding": "identity"}  # else a range would count compressed bytes
    if begun:
        headers["Range"] = f"bytes={begun}-"
    with _Growing(part, file, tell) as growing:
        load = pooch.HTTPDownloader(
            chunk_size=CHUNK,
            headers=headers,
            timeout=TIMEOUT_SECONDS,
            hooks={"response": growing.answered},
        )
        try:
            load(file.address, growing, None)
        except _EnoughError:
            return  # its sha256 will tell
        except OSError as error:  # whatever can go wrong with a connection is one
            raise _AnswerError(file, error) from error


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
