"""
The files of a folder or of a zip archive, read one by one without unpacking anything.

A zip comes from elsewhere, so it is looked through before a byte of it is read: nothing in it may
point outside, be locked, or grow far beyond what lies on the disk. Files that a desktop leaves
behind (`__MACOSX`, `._name`, `.DS_Store`) are not part of an export. Names of files may hold names
of people (a conversation is often called after those who have it), so that no message has one.

The zip format: APPNOTE.TXT 6.3.10, PKWARE. What archives that grow without bound look like:
D. Fifield (2019), A better zip bomb, WOOT '19.
"""

from __future__ import annotations

import copy
import io
import lzma
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, cast

from workbench.errors import SourceError
from workbench.sources import _files

MOST_MEMBERS = 1_000_000
MOST_BYTES = 2 * 1024**3
MOST_GROWTH = 200

_ENCRYPTED = 0x1
_DRIVE = re.compile(r"^[A-Za-z]:")
_LEFT_BEHIND = re.compile(r"(?:^|/)(?:__MACOSX/|\._[^/]*$|\.DS_Store$|Thumbs\.db$)")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


@dataclass(frozen=True)
class Member:
    """
    One file of an export.

    name : its path below the export's folder, parts separated by `/`. size : bytes when read.
    open : a stream of its bytes, to be closed; reading it raises SourceError where it is damaged.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]


def members(path: Path, *, where: str, unwrap: bool = True) -> list[Member]:
    """
    All files of a folder or of a zip archive, by name.

    `unwrap`: where everything lies in one top folder, that folder is taken for the export.

    Raises
    ------
    SourceError
        Nothing is there, it is neither a folder nor a zip, or it holds what must not be read:
        locked files, links, names that lead outside, more files or bytes than any export has.
    """
    found = _of_folder(path, where=where) if path.is_dir() else _of_zip(path, where=where)
    kept = sorted((m for m in found if not _LEFT_BEHIND.search(m.name)), key=lambda m: m.name)
    tops = {member.name.partition("/")[0] for member in kept}
    if not unwrap or len(tops) != 1 or any("/" not in member.name for member in kept):
        return kept
    return [replace(member, name=member.name.partition("/")[2]) for member in kept]


def _of_folder(path: Path, *, where: str) -> list[Member]:
    """The files below a folder."""
    found: list[Member] = []
    try:
        for folder, folders, files in os.walk(path, onerror=_raised):
            for name in (*folders, *files):
                full = Path(folder, name)
                about = full.lstat()
                if stat.S_ISREG(about.st_mode):
                    opened = _opener(full, where=where)
                    found.append(Member(full.relative_to(path).as_posix(), about.st_size, opened))
                elif not stat.S_ISDIR(about.st_mode):
                    raise _refusal(where, "a link or a device", "Put the files themselves there")
            _refuse_many(len(found), where=where)
    except OSError as error:
        raise SourceError(
            f"{where}: expected a readable folder, got '{error.strerror or error}'. "
            "Change its permissions, or copy it to a folder of yours."
        ) from None
    return found


def _raised(error: OSError) -> None:
    raise error


def _opener(full: Path, *, where: str) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        try:
            return full.open("rb")
        except OSError as error:
            raise SourceError(
                f"{where}: expected readable files, got '{error.strerror}' for one of them. "
                "Change its permissions, or copy the folder to one of yours."
            ) from None

    return opened


def _of_zip(path: Path, *, where: str) -> list[Member]:
    """The files of a zip archive, after a look at its whole table of contents."""
    _files.check(path, where=where)
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE:
        raise SourceError(
            f"{where}: expected a folder or a zip archive, got something else or a damaged one. "
            "Download the export again."
        ) from None
    listed = archive.infolist()
    _refuse_many(len(listed), where=where)
    infos = [info for info in listed if not info.is_dir()]
    total = sum(info.file_size for info in infos)
    # Entries may share their bytes, so that only the size on the disk tells what was compressed.
    if total > MOST_BYTES and total > MOST_GROWTH * path.stat().st_size:
        raise _refusal(
            where,
            f"{total:,} bytes from {path.stat().st_size:,}",
            "Such an archive is made to fill a disk; take the export from where it was made",
        )
    found = [_member(archive, info, number, where=where) for number, info in enumerate(infos, 1)]
    if len({member.name for member in found}) < len(found):  # which of them counts, nobody knows
        raise _refusal(where, "two files of one name in the archive", "Pack it again")
    return found


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, number: int, *, where: str) -> Member:
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        raise _refusal(
            where, f"a name that leads outside the archive (file {number:,})", "Do not use it"
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _refusal(where, f"a link (file {number:,})", "Export it again without links")
    if info.flag_bits & _ENCRYPTED:
        raise _refusal(
            where,
            f"a file locked with a password (file {number:,})",
            "Unpack it with the password and name the folder",
        )
    place = f"{where}: file {number:,} of the archive"
    return Member(name, info.file_size, lambda: cast(BinaryIO, _stream(archive, info, place=place)))


def _stream(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, place: str) -> io.BufferedReader:
    # With one byte more than it states, a member that goes on behind its end shows itself, and an
    # honest one ends where its checksum is compared.
    longer = copy.copy(info)
    longer.file_size = info.file_size + 1
    with _told(place):
        return io.BufferedReader(_Checked(archive.open(longer), info.file_size, place=place))


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Any way in which a member of a zip can be damaged, as one line."""
    try:
        yield
    except _DAMAGE:
        raise SourceError(
            f"{place}: expected what its table of contents states, got damaged or other bytes. "
            "Download the export again."
        ) from None


class _Checked(io.RawIOBase):
    """The bytes of one member, refused as soon as they are more, fewer or others than stated."""

    def __init__(self, stream: Any, size: int, *, place: str) -> None:
        self._stream, self._left, self._place = stream, size, place

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _told(self._place):
            data = self._stream.read(len(buffer))
            self._left -= len(data)
            if self._left < 0 or (not data and self._left):
                raise EOFError
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _refuse_many(count: int, *, where: str) -> None:
    if count > MOST_MEMBERS:
        raise _refusal(where, f"more than {MOST_MEMBERS:,}", "Name the folder of one export")


def _refusal(where: str, got: str, advice: str) -> SourceError:
    return SourceError(f"{where}: expected the plain files of an export, got {got}. {advice}.")
