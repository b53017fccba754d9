"""The tables of one site's dump, wherever they lie: a folder, one file, or 7z archives."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import SourceError
from workbench.sources import _files

TABLES = ("posts", "comments", "votes", "users", "posthistory")
FILES = {f"{name}.xml": name for name in TABLES}

_MAGIC = b"7z\xbc\xaf\x27\x1c"
_ROOT = re.compile(rb"<posts[\s>]")
_OF_A_TABLE = re.compile(r"-(?:posts|comments|votes|users|posthistory)$", re.IGNORECASE)


def recognised(path: Path) -> str:
    """What makes `path` look like a dump, in words; empty where nothing does."""
    if path.is_dir():
        if "posts" in _loose(path):
            return "it holds Posts.xml"
        return "it holds 7z archives of tables" if any(map(_of_posts, _packed(path))) else ""
    head = _files.head(path, size=300)
    if head.startswith(_MAGIC) and path.suffix.lower() == ".7z":
        return "it is a 7z archive"
    return "it opens with <posts>" if _ROOT.search(head) else ""


def site(path: Path) -> str:
    """What the folder or the archive is called: the name of the site."""
    full = Path(os.path.realpath(path.expanduser()))  # a link to itself is refused later
    name = full.name if full.is_dir() else full.stem
    if full.suffix.lower() == ".xml":
        name = full.parent.name
    return _OF_A_TABLE.sub("", name).encode("utf-8", "replace").decode() or "stackexchange"


@contextmanager
def tables(path: Path, *, where: str) -> Iterator[dict[str, Path]]:
    """
    Name of a table -> its file; what had to be unpacked is deleted at the end.

    Raises
    ------
    SourceError
        There is no Posts.xml, a table is there twice, or an archive cannot be used.
    """
    if path.is_dir() and "posts" in (found := _loose(path)):
        yield {name: _only(files, where=where) for name, files in found.items()}
        return
    is_packed = _files.head(path, size=len(_MAGIC)) == _MAGIC or path.suffix.lower() == ".7z"
    if not path.is_dir() and not is_packed:
        yield {"posts": path}
        return
    with tempfile.TemporaryDirectory(prefix="workbench-") as home:
        yield _unpacked(_packed(path) if path.is_dir() else [path], Path(home), where=where)


def _loose(path: Path) -> dict[str, list[Path]]:
    """The XML files of a folder by the table that they hold, whatever the case of their names."""
    found: dict[str, list[Path]] = {}
    for file in _listed(path):
        if file.name.lower() in FILES and file.is_file():
            found.setdefault(FILES[file.name.lower()], []).append(file)
    return found


def _listed(path: Path) -> list[Path]:
    """What a folder holds, nothing where it cannot be opened."""
    try:
        return sorted(path.iterdir())
    except OSError:
        return []


def _packed(path: Path) -> list[Path]:
    return [file for file in _listed(path) if file.suffix.lower() == ".7z"]


def _of_posts(path: Path) -> bool:
    return path.stem.lower().endswith("-posts")


def _only(files: list[Path], *, where: str) -> Path:
    """The one file of a table."""
    if len(files) > 1:
        raise SourceError(
            f"{where}: expected one file a table, got {len(files)} whose names differ only in "
            "small and capital letters. Take one of them away."
        )
    return files[0]


def _unpacked(archives: list[Path], home: Path, *, where: str) -> dict[str, Path]:
    """The tables of one or several archives; each is unpacked into a folder of its own."""
    from workbench.sources._sevenzip import unpack  # noqa: PLC0415  what opens it is heavy

    found: dict[str, list[Path]] = {}
    for number, archive in enumerate(archives):
        folder = home / str(number)
        folder.mkdir()
        for name, file in unpack(archive, FILES.keys(), folder, where=where).items():
            found.setdefault(FILES[name], []).append(file)
    if "posts" not in found:
        raise SourceError(
            f"{where}: expected Posts.xml, got none in it. Name a site's folder, its 7z archive, "
            "or Posts.xml itself."
        )
    if any(len(files) > 1 for files in found.values()):
        raise SourceError(
            f"{where}: expected the tables of one site, got a table in several archives. "
            "Name one archive, or put those of one site into a folder of their own."
        )
    return {name: files[0] for name, files in found.items()}
