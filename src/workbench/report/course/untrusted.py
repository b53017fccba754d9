"""Files that others made: opened without waiting, read up to a size, with text that can be kept."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any


def content(path: Path, *, most: int) -> bytes:
    """
    The first `most` bytes of a plain file.

    Raises
    ------
    OSError
        It cannot be read, or it is a link (which could lead anywhere) or a pipe (which never ends).
    """
    if path.is_symlink():
        raise OSError("a link")
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("no plain file")
        return file.read(most)


def _without_waiting(path: str, flags: int) -> int:
    """Open a file at once, where the system can: a pipe waits for somebody who writes."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))


def parsed(written: bytes | str) -> Any:
    """
    JSON in which every text can be stored: half a character, as after `\\ud800`, becomes `?`.

    Raises
    ------
    ValueError, RecursionError
        It is no JSON, or nested too deeply.
    """
    found = json.dumps(json.loads(written), ensure_ascii=False)
    return json.loads(found.encode("utf-8", "replace"))
