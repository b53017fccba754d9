"""
A published folder on disk: put in place whole, with the last state of every earlier month in it.

Everything is made ready in `.NAME.part` beside the folder NAME, and then the two change places in
one step. Where the system cannot do that, the old one waits as `.NAME.old` for the moment between
two renames, and the next run puts it back if that moment was the last. A note in the folder lists
what was put there, with hashes: nothing else is ever deleted.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filelock import FileLock, Timeout

from workbench.data.places import disk
from workbench.errors import ReportError
from workbench.report.page import shell

MARK, ARCHIVE = ".published.json", "archive"
_LINK = '<p><a href="archive/index.html">Earlier months</a></p>\n</main>'
# What a host of pages needs beside them, whoever put it there: hidden files, and its own address.
_ADDRESS = "CNAME"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SHOWN = 3
_HERE, _BELOW = 'href="archive/index.html"', 'href="../index.html"'
# Of renameat2 (Linux) and renamex_np (macOS): paths as they are given, the two change places.
_AT_FDCWD, _EXCHANGE = -100, 2


@contextmanager
def replacing(destination: Path) -> Iterator[Path]:
    """
    An empty folder that takes the place of `destination` when the block ends without an error.

    Raises
    ------
    ReportError
        Files are there that were not published, or another run publishes there.
    DataError
        Nothing can be written there.
    """
    parent, name = destination.parent, destination.name
    staging = parent / f".{name}.part"
    with disk(f"publish {destination}", "write to", parent):
        parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(parent / f".{name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise ReportError(
                f"publish {destination}: expected nobody at work there, but another run is "
                "publishing. Wait until it is done."
            ) from None
        try:
            _recover(destination)
            _refuse_foreign(destination)
            _remove(staging)
            staging.mkdir()
            yield staging
            _swap(staging, destination)
        finally:
            _remove(staging)
            lock.release()


def _old(destination: Path) -> Path:
    return destination.parent / f".{destination.name}.old"


def _recover(destination: Path) -> None:
    """Put back what a run left that was stopped between two renames."""
    old = _old(destination)
    if old.exists() and not destination.exists():
        old.rename(destination)
    _remove(old)


def _refuse_foreign(destination: Path) -> None:
    if not destination.exists():
        return
    mark = _mark(destination)
    foreign = [] if not destination.is_dir() else _foreign(destination, mark)
    if not destination.is_dir() or (mark is None and foreign):
        raise ReportError(
            f"publish {destination}: expected a folder that is new, empty, or was published "
            "before, got another one. Choose a folder of its own."
        )
    if foreign:
        more = f" and {len(foreign) - _SHOWN:,} more" if len(foreign) > _SHOWN else ""
        raise ReportError(
            f"publish {destination}: expected nothing but what was published, got files that were "
            f"added or changed since: {', '.join(foreign[:_SHOWN])}{more}. Move them away, or "
            "choose a folder of its own; nothing was published."
        )


def _foreign(folder: Path, mark: dict[str, Any] | None) -> list[str]:
    """Files that publishing would lose: neither as they were published, nor kept."""
    own = _own(folder, mark)
    return [name for name in _names(folder) if name not in own and not _is_kept(name)]


def _own(folder: Path, mark: dict[str, Any] | None) -> set[str]:
    """Files of `folder` that lie there as they were published."""
    noted = mark["files"] if mark else {}
    return {name for name in _names(folder) if noted.get(name) == _digest(folder / name)}


def _is_kept(name: str) -> bool:
    return name == _ADDRESS or any(part.startswith(".") for part in name.split("/"))


def _names(folder: Path) -> list[str]:
    """All files below `folder`, and links, which are not followed; but the mark."""
    found = []
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        found += [(Path(place) / name).relative_to(folder).as_posix() for name in files + links]
    return sorted(name for name in found if name != MARK)


def _digest(path: Path) -> str:
    """sha256 of a file; empty for a link, or what else is no plain file."""
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _mark(folder: Path) -> dict[str, Any] | None:
    """What is noted of a published folder; None where it is none."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
        known = (
            _DAY.fullmatch(mark["day"])
            and all(isinstance(said, str) for page in mark["pages"] for said in page)
            and all(len(page) == len(("file", "title")) for page in mark["pages"])
            and all(isinstance(digest, str) and digest for digest in mark["files"].values())
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return mark if known else None


def _remove(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def _swap(new: Path, here: Path) -> None:
    """Put `new` in the place of `here`; what was there is deleted."""
    if not here.exists():
        new.rename(here)
    elif not _exchanged(new, here):
        here.rename(_old(here))
        new.rename(here)
        _remove(_old(here))


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    if os.name == "nt":
        return False
    library = ctypes.CDLL(None)
    paths = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        return bool(library.renamex_np(*paths, _EXCHANGE) == 0)
    if not hasattr(library, "renameat2"):
        return False
    return bool(library.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _EXCHANGE) == 0)


def keep(staging: Path, published: Path) -> tuple[str, ...]:
    """
    Carry into `staging` what others put into `published` for its host; return their names.

    Hidden files and folders (such as those of a version control) and `CNAME` stay as they are.
    """
    own, kept = _own(published, _mark(published)), set()
    for name in _names(published):
        if name in own or not _is_kept(name):
            continue
        kept.add(_topmost_hidden(name))
    for name in sorted(kept):
        there, here = published / name, staging / name
        here.parent.mkdir(parents=True, exist_ok=True)
        if there.is_dir() and not there.is_symlink():
            shutil.copytree(there, here, symlinks=True)
        else:
            shutil.copy2(there, here, follow_symlinks=False)
    return tuple(sorted(kept))


def _topmost_hidden(name: str) -> str:
    """The hidden folder that a file is in, else the file: an empty folder in it counts too."""
    parts = name.split("/")
    depth = next((n for n, part in enumerate(parts, 1) if part.startswith(".")), len(parts))
    return "/".join(parts[:depth])


def add_archive(
    staging: Path, published: Path, *, titles: Sequence[tuple[str, str]], day: str
) -> tuple[str, ...]:
    """
    Note what is in `staging`, and put the earlier months of `published` into it; return these.

    `titles` are files of pages with what they are called, `day` the date. What was published
    earlier in the same month is not kept: each month has its last state. Only files that lie there
    as they were published are taken over.
    """
    before = _mark(published)
    own = _own(published, before)
    old = {name for name in own if name.startswith(f"{ARCHIVE}/")}
    _copy(published, staging, old - {f"{ARCHIVE}/index.html"})
    if before is not None and before["day"][:7] != day[:7]:
        kept = staging / ARCHIVE / before["day"][:7]
        _remove(kept)
        _copy(published, kept, own - old)
        index = kept / "index.html"
        if index.is_file():
            index.write_text(index.read_text("utf-8").replace(_HERE, _BELOW), encoding="utf-8")
        _write_mark(kept, before["day"], before["pages"])
    marks = {path.parent.name: _mark(path.parent) for path in (staging / ARCHIVE).glob(f"*/{MARK}")}
    months = {month: mark for month, mark in sorted(marks.items(), reverse=True) if mark}
    if months:
        page = _index(staging / ARCHIVE, months)
        (staging / ARCHIVE / "index.html").write_text(page, encoding="utf-8", newline="\n")
        index = staging / "index.html"
        linked = index.read_text("utf-8").replace("\n</main>", f"\n{_LINK}", 1)
        index.write_text(linked, encoding="utf-8", newline="\n")
    _write_mark(staging, day, [list(title) for title in titles])
    return tuple(months)


def _copy(there: Path, here: Path, names: Iterable[str]) -> None:
    for name in names:
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(there / name, here / name)


def _write_mark(folder: Path, day: str, pages: Sequence[Sequence[str]]) -> None:
    """Note what lies in `folder` now, and since when."""
    files = {name: _digest(folder / name) for name in _names(folder)}
    note = {"day": day, "pages": pages, "files": files}
    (folder / MARK).write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")


def _index(folder: Path, months: dict[str, dict[str, Any]]) -> str:
    """The page that lists earlier months, the newest first."""
    sections = "".join(
        f"<h2>{escape(month)}</h2><p>As published on {escape(mark['day'])}.</p><ul>"
        + "".join(
            f'<li><a href="{escape(month)}/{quote(file)}">{escape(title)}</a></li>'
            for file, title in mark["pages"]
            if (folder / month / file).is_file()
        )
        + "</ul>"
        for month, mark in months.items()
    )
    body = f"<h1>Earlier months</h1><p>Each month as it was last published.</p>{sections}"
    return shell(title="Earlier months", main_html=body, home="../index.html")
