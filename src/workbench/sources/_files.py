"""What every reader asks of a path before it reads: is it a file, does it hold anything, may we."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import SourceError


def check(path: Path, *, where: str) -> None:
    """
    Return if `path` is a file that can be opened and holds at least one byte.

    Raises
    ------
    SourceError
        Nothing is there, it is a directory, it cannot be opened, or it is empty.
    """
    try:
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


def head(path: Path, *, size: int) -> bytes:
    """The first `size` bytes of a file, none where it cannot be opened."""
    try:
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError:
        return b""
