"""
A published folder on disk: put in place whole, with the last state of every earlier month in it.

Everything is made ready in `.NAME.part` beside the folder NAME, and then the two change places in
one step. Where the system cannot do that, the old one waits as `.NAME.old` for the moment between
two renames, and the next run puts it back if that moment was the last.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
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
        Something else than a published report is there, or another run publishes there.
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
    if not destination.exists() or _mark(destination) is not None:
        return
    if not destination.is_dir() or any(destination.iterdir()):
        raise ReportError(
            f"publish {destination}: expected a folder that is new, empty, or was published "
            "before, got another one. Choose a folder of its own."
        )


def _mark(folder: Path) -> dict[str, Any] | None:
    """What is noted of a published folder; None where it is none."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = isinstance(mark, dict) and {"day", "pages"} <= mark.keys()
    return mark if known else None


def _remove(folder: Path) -> None:
    if folder.exists():
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


def add_archive(
    staging: Path, published: Path, *, titles: Sequence[tuple[str, str]], day: str
) -> tuple[str, ...]:
    """
    Note what is in `staging`, and put the earlier months of `published` into it; return these.

    `titles` are files of pages with what they are called, `day` the date. What was published
    earlier in the same month is not kept: each month has its last state.
    """
    before = _mark(published)
    if (published / ARCHIVE).is_dir():
        shutil.copytree(published / ARCHIVE, staging / ARCHIVE)
    if before is not None and before["day"][:7] != day[:7]:
        kept = staging / ARCHIVE / before["day"][:7]
        _remove(kept)
        shutil.copytree(published, kept, ignore=shutil.ignore_patterns(ARCHIVE))
        index = kept / "index.html"
        index.write_text(index.read_text("utf-8").replace(_HERE, _BELOW), encoding="utf-8")
    note = {"day": day, "pages": [list(title) for title in titles]}
    (staging / MARK).write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
    marks = {path.parent.name: _mark(path.parent) for path in (staging / ARCHIVE).glob(f"*/{MARK}")}
    months = {month: mark for month, mark in sorted(marks.items(), reverse=True) if mark}
    if months:
        page = _index(months)
        (staging / ARCHIVE / "index.html").write_text(page, encoding="utf-8", newline="\n")
        index = staging / "index.html"
        linked = index.read_text("utf-8").replace("\n</main>", f"\n{_LINK}", 1)
        index.write_text(linked, encoding="utf-8", newline="\n")
    return tuple(months)


def _index(months: dict[str, dict[str, Any]]) -> str:
    """The page that lists earlier months, the newest first."""
    sections = "".join(
        f"<h2>{escape(month)}</h2><p>As published on {escape(mark['day'])}.</p><ul>"
        + "".join(
            f'<li><a href="{escape(month)}/{quote(file)}">{escape(title)}</a></li>'
            for file, title in mark["pages"]
        )
        + "</ul>"
        for month, mark in months.items()
    )
    body = f"<h1>Earlier months</h1><p>Each month as it was last published.</p>{sections}"
    return shell(title="Earlier months", main_html=body, home="../index.html")
