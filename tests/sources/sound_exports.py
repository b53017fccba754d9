"""Sound exports of every source, invented, as they lie in `tests/data` and packed in every way."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import py7zr
import zstandard

from workbench.errors import WorkbenchError
from workbench.sources import Batch, Source, sources

EXPORTS = Path(__file__).parents[1] / "data"
CANARY = "Zora Quillfeather wrote this"
SHORTEST_SECRET = 5

# What a table has to be told; every other reader knows its format.
COLUMNS = {
    "post_id": "id",
    "thread_id": "topic",
    "parent_id": "reply_to",
    "author_id": "user",
    "created_at": "when",
    "text": "body",
    "score": "votes",
}
OPTIONS: dict[str, dict[str, Any]] = {
    "table": {"map": COLUMNS, "timezone": "Europe/Rome", "day_first": True}
}

Tree = dict[str, bytes]  # path below the export -> content; a single file is at ""


@dataclass(frozen=True)
class Start:
    """
    A sound export.

    pack : how it is packed, empty where it is not. secrets : what people wrote and are called.
    """

    source: str
    name: str
    tree: Tree
    options: Mapping[str, Any] = field(default_factory=dict)
    pack: str = ""
    secrets: frozenset[str] = frozenset()


def _archive(tree: Tree) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in tree.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _sevenzip(tree: Tree) -> bytes:
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w", filters=[{"id": py7zr.FILTER_COPY}]) as archive:
        for name, content in tree.items():
            archive.writestr(content, name)
    return stream.getvalue()


def _parquet(content: bytes) -> bytes:
    """The rows of a CSV file with all cells, as Parquet; anything else stays as it is."""
    try:
        lines = content.decode("utf-8-sig").splitlines(keepends=True)
        head, *rows = csv.reader(lines, delimiter=";")
        rows = [row for row in rows if len(row) == len(head)]
        columns = {name: [row[i] for row in rows] for i, name in enumerate(head)}
        frame = pl.DataFrame(columns, schema=dict.fromkeys(head, pl.String))
    except (UnicodeDecodeError, ValueError, IndexError, csv.Error, pl.exceptions.PolarsError):
        return content
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


PACKED_FILES: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda content: gzip.compress(content, mtime=0),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
    ".parquet": _parquet,
}
PACKED_FOLDERS = {".zip": _archive, ".7z": _sevenzip}


def packed(one: Start, tree: Tree) -> Tree:
    """A tree as the start is packed: mostly one file."""
    if one.pack in PACKED_FOLDERS:
        return {"": PACKED_FOLDERS[one.pack](tree)}
    return {"": PACKED_FILES[one.pack](tree[""])} if one.pack else dict(tree)


def put(one: Start, tree: Tree, folder: Path) -> Path:
    """Write a packed tree below `folder`; returns the path of the export."""
    path = folder / "in" / f"{one.name}{one.pack}"
    for inner, content in tree.items():
        file = path / inner if inner else path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return path


@cache
def starts(name: str) -> tuple[Start, ...]:
    """The sound exports of a source: whatever it recognises and reads of its folder, packed too."""
    home = EXPORTS / name
    found = []
    for path in (home, *sorted(home.rglob("*"))):
        if path.suffix == ".gz":
            made = [_start(name, path.stem, {"": gzip.decompress(path.read_bytes())}, ".gz")]
        else:
            files = sorted(path.rglob("*")) if path.is_dir() else [path]
            tree = {
                "" if file == path else file.relative_to(path).as_posix(): file.read_bytes()
                for file in files
                if file.is_file()
            }
            packs = ["", *(PACKED_FOLDERS if path.is_dir() else PACKED_FILES)]
            if path.suffix != ".csv" and ".parquet" in packs:
                packs.remove(".parquet")
            made = [_start(name, path.name, tree, pack) for pack in packs]
        found += [one for one in made if one is not None]
    return tuple(found)


def plain(name: str) -> Start:
    """The first sound export of a source that is not packed by us."""
    return next(one for one in starts(name) if one.pack in ("", ".gz"))


def _start(name: str, called: str, tree: Tree, pack: str) -> Start | None:
    """The start, if the source takes it."""
    one = Start(name, called, tree, OPTIONS.get(name, {}), pack)
    reader = sources()[name]
    with tempfile.TemporaryDirectory() as folder, suppress(WorkbenchError):
        path = put(one, packed(one, one.tree), Path(folder))
        if not reader.detect(path):
            return None
        batches = list(reader.read(path, options=one.options))
        return replace(one, secrets=_secrets(reader, path, one, batches))
    return None


def _secrets(reader: Source, path: Path, one: Start, batches: list[Batch]) -> frozenset[str]:
    """What people wrote and are called, where it is long enough to be told from other words."""
    found: set[str] = set()
    for batch in batches:
        for frame in batch.tables.values():
            for column in {"author_id", "recipient_id", "person_id"} & set(frame.columns):
                found.update(frame[column].drop_nulls())
    if reader.said is not None:
        for said in reader.said(path, options=one.options):
            found.update(said.texts.drop_nulls())
            found.update(said.names.drop_nulls())
    else:
        whole = b"\n".join(one.tree.values()).decode("utf-8", "ignore")
        found.update(text for text in re.findall(r'"([^"\n]+)"', whole) if text.count(" ") > 1)
    kept = {text for text in found if len(text) >= SHORTEST_SECRET}
    return frozenset(text for text in kept if re.search(r"[^\W\d_]{3}", text)) | {CANARY}
