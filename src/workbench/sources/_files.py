"""What every reader asks of a path before it reads: is it a file, does it hold anything, may we."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import BinaryIO

from workbench.errors import SourceError

LARGEST_WHOLE = 2**27  # bytes; parsed as JSON, lists in lists take over ten times as much memory


def check(path: Path, *, where: str) -> None:
    """
    Return if `path` is a file that can be opened and holds at least one byte.

    A pipe or a device is never opened: reading one may wait for ever.

    Raises
    ------
    SourceError
        Nothing is there, it is no plain file, it cannot be opened, or it is empty.
    """
    try:
        kind = path.stat().st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            raise SourceError(
                f"{where}: expected a file, got a pipe or a device. "
                "Write what comes out of it to a file first."
            )
        with path.open("rb") as stream:
            empty = not stream.read(1)
    except FileNotFoundError:
        raise SourceError(
            f"{where}: expected a file, got nothing at that path. Check how it is written."
        ) from None
    except IsADirectoryError:
        raise SourceError(
            f"{where}: expected a file, got a directory. Name one file inside it."
        ) from None
    except OSError as error:
        raise SourceError(
            f"{where}: expected a readable file, got '{error.strerror or error}'. "
            "Change its permissions, or copy it to a folder of yours."
        ) from error
    if empty:
        raise SourceError(f"{where}: expected rows, got an empty file. Export it again.")


def whole(stream: BinaryIO, *, where: str, most: int = LARGEST_WHOLE) -> bytes:
    """
    All that a stream holds, where a format can only be read as a whole.

    Raises
    ------
    SourceError
        It is more than `most` bytes, which no export is; it is not read to its end.
    """
    content = stream.read(most + 1)
    if len(content) > most:
        raise SourceError(
            f"{where}: expected at most {most // 2**20:,} MiB in one file, got more. "
            "Check that it is the export; if it is, split it."
        )
    return content


def head(path: Path, *, size: int) -> bytes:
    """The first `size` bytes of a file, none where there is no file or it cannot be opened."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError:
        return b""
