"""
Some files of a 7z archive, unpacked into a folder of our own under names of our own.

An archive comes from elsewhere, so its table of contents is looked through before a byte is
unpacked: nothing in it may point outside, be a link, be locked, or grow far beyond what lies on the
disk. What it holds besides the files asked for is never written.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from py7zr import FileInfo, SevenZipFile
from py7zr.exceptions import PasswordRequired
from py7zr.io import Py7zIO, WriterFactory

from workbench.errors import SourceError
from workbench.sources import _files
from workbench.sources._archives import MOST_BYTES, MOST_GROWTH, MOST_MEMBERS

_DRIVE = re.compile(r"^[A-Za-z]:")


def unpack(path: Path, wanted: Collection[str], folder: Path, *, where: str) -> dict[str, Path]:
    """
    Unpack the members whose file names, in small letters, are `wanted`: name -> where it lies now.

    Raises
    ------
    SourceError
        It is no 7z archive, is damaged or locked, holds links, names that lead outside or one file
        twice, or would fill the disk.
    """
    _files.check(path, where=where)
    try:
        with path.open("rb") as stream, SevenZipFile(stream) as archive:
            if archive.needs_password():
                raise PasswordRequired(None)
            members = _checked(archive.list(), path.stat().st_size, where=where)
            chosen = _chosen(members, wanted, where=where)
            _refuse_full(sum(members[name].uncompressed for name in chosen), folder, where=where)
            with ExitStack() as opened:
                if chosen:
                    archive.extract(targets=list(chosen), factory=_Inside(folder, opened))
    except PasswordRequired:
        raise _refusal(
            where, "one locked with a password", "Unpack it with the password and name the folder"
        ) from None
    except SourceError:
        raise
    except Exception:  # the library lets whatever damaged bytes lead to pass
        raise SourceError(
            f"{where}: expected a 7z archive, got something else or a damaged one. "
            "Download it again."
        ) from None
    return {name: folder / name for name in chosen.values()}


def _checked(listed: list[FileInfo], packed: int, *, where: str) -> dict[str, FileInfo]:
    """Name -> what the archive says of it, if nothing in it is dangerous."""
    for info in listed:
        parts = info.filename.replace("\\", "/").split("/")
        if not parts[0] or _DRIVE.match(parts[0]) or ".." in parts:
            raise _refusal(where, "a name that leads outside the archive", "Do not use it")
        if not (info.is_file or info.is_directory):
            raise _refusal(where, "a link or a device", "Pack it again without links")
    total = sum(info.uncompressed for info in listed)
    if len(listed) > MOST_MEMBERS or (total > MOST_BYTES and total > MOST_GROWTH * packed):
        raise _refusal(
            where,
            f"{len(listed):,} files of {total:,} bytes from {packed:,}",
            "Such an archive is made to fill a disk; take the export from where it was made",
        )
    return {info.filename: info for info in listed if info.is_file}


def _chosen(members: Collection[str], wanted: Collection[str], *, where: str) -> dict[str, str]:
    """Name in the archive -> name asked for."""
    chosen = {name: _own_name(name) for name in members}
    chosen = {name: asked for name, asked in chosen.items() if asked in wanted}
    if len(set(chosen.values())) < len(chosen):
        raise _refusal(where, "a file of the same name twice", "Unpack it and name one folder")
    return chosen


def _own_name(name: str) -> str:
    """A member's file name in small letters, without folders."""
    return PurePosixPath(name.replace("\\", "/")).name.lower()


def _refuse_full(size: int, folder: Path, *, where: str) -> None:
    free = shutil.disk_usage(folder).free
    if size > free:
        raise SourceError(
            f"{where}: expected {size:,} free bytes to unpack it, got {free:,} on the disk of "
            "temporary files. Make room there, or unpack it elsewhere and name the folder."
        )


def _refusal(where: str, got: str, advice: str) -> SourceError:
    return SourceError(f"{where}: expected the plain files of an export, got {got}. {advice}.")


class _Inside(WriterFactory):
    """Gives the library a file of ours to write to, whatever the member's name."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self._folder, self._opened = folder, opened

    def create(self, filename: str) -> Py7zIO:
        """The file of the member that the library calls `filename`."""
        # The library closes what it has written only where nothing was wrong with it.
        stream = self._opened.enter_context((self._folder / _own_name(filename)).open("w+b"))
        return _Written(stream)


class _Written(Py7zIO):
    """One member on its way to the disk."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, s: bytes | bytearray) -> int:
        return self._stream.write(s)

    def read(self, size: int | None = None) -> bytes:
        return self._stream.read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def flush(self) -> None:
        self._stream.flush()

    def size(self) -> int:
        return self._stream.seek(0, 2)

    def close(self) -> None:
        self._stream.close()
