"""
The store: one folder a data set under `data/processed`, written whole or not at all.

A data set is built in `.part-NAME-<process>`, renamed to `.new-NAME` once it is complete and on
the disk, and then swapped in: NAME -> `.old-NAME`, `.new-NAME` -> NAME, `.old-NAME` deleted. One
that is removed goes through `.gone-NAME`. Renaming a folder is atomic, so at whatever moment a run
is killed, `recover` knows what to finish: a `.new-` folder is complete, a `.part-` one is not.

Two locks a data set: `.load-NAME.lock` is held by the run that loads it, `.swap-NAME.lock` only
while folders are renamed, so that readers never wait for a load.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from workbench.data import commands
from workbench.data.manifest import file_hash, misfits
from workbench.data.places import NAME, checked_name, disk, processed_folder
from workbench.errors import DataError
from workbench.schema import SCHEMA_VERSION

MANIFEST = "manifest.json"
LOAD_WAIT_SECONDS = 10.0
SWAP_WAIT_SECONDS = 10.0
INTERRUPTED = (".new-", ".old-", ".gone-")


def folder(name: str) -> Path:
    """Where the data set `name` is stored."""
    return processed_folder() / checked_name(name)


def _beside(name: str, prefix: str) -> Path:
    return processed_folder() / f"{prefix}{checked_name(name)}"


def _lock_path(name: str, kind: str) -> Path:
    return _beside(name, kind).with_suffix(".lock")


@contextlib.contextmanager
def _locked(name: str, kind: str, wait_seconds: float) -> Iterator[None]:
    lock = FileLock(_lock_path(name, kind))
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        raise DataError(
            f"data set {name}: expected no other run to change it, but one has been at it for "
            f"over {wait_seconds:g} seconds. Wait for that run to end, then try again."
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def loading(name: str) -> Iterator[None]:
    """Hold the data set's load lock; a second load waits a few seconds for the first."""
    processed_folder().mkdir(parents=True, exist_ok=True)
    with _locked(name, ".load-", LOAD_WAIT_SECONDS):
        recover(name)
        _delete_parts(name)
        yield


def _swapping(name: str) -> contextlib.AbstractContextManager[None]:
    return _locked(name, ".swap-", SWAP_WAIT_SECONDS)


@contextlib.contextmanager
def settled(name: str) -> Iterator[None]:
    """No folder of the data set is renamed meanwhile; nothing is locked if none ever was."""
    if not _lock_path(name, ".swap-").exists():
        yield
        return
    with _swapping(name):
        _finish(name)
        yield


def _parts(name: str) -> list[Path]:
    """Unfinished folders of this data set; what follows the last hyphen is a process number."""
    prefix = f".part-{checked_name(name)}"
    return [p for p in processed_folder().glob(".part-*") if p.name.rpartition("-")[0] == prefix]


def recover(name: str) -> None:
    """Finish what a killed run left half done; without leftovers nothing is touched or locked."""
    if any(_beside(name, prefix).exists() for prefix in INTERRUPTED):
        with _swapping(name):
            _finish(name)
    if _parts(name):
        # Whoever holds the load lock owns the unfinished folders, and clears them by itself.
        with contextlib.suppress(DataError), _locked(name, ".load-", 0):
            _delete_parts(name)


def _delete_parts(name: str) -> None:
    for part in _parts(name):
        shutil.rmtree(part)


def _finish(name: str) -> None:
    """Bring folders to rest; the caller holds the swap lock."""
    here = folder(name)
    new, old, gone = (_beside(name, prefix) for prefix in INTERRUPTED)
    if new.exists():
        if here.exists():
            _delete(old)
            here.rename(old)
        new.rename(here)
    elif old.exists() and not here.exists():
        old.rename(here)
    _sync(here.parent)
    _delete(old)
    _delete(gone)


def _delete(path: Path) -> None:
    if path.exists():
        shutil.rmtree(path)


def _sync(path: Path) -> None:
    """Have a file, or a folder's list of names, on the disk before going on."""
    if path.is_dir() and os.name == "nt":  # Windows cannot open a folder
        return
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(
    name: str,
    tables: Mapping[str, pl.DataFrame],
    *,
    manifest: Mapping[str, Any],
    before_swap: Callable[[], object],
) -> dict[str, Any]:
    """
    Store `tables` with the manifest as the data set `name`, in place of an earlier one.

    The caller holds the lock of `loading`. `before_swap()` runs when everything is on the disk and
    nothing is visible yet. Returns the manifest with the facts of every file.
    """
    part = processed_folder() / f".part-{checked_name(name)}-{os.getpid()}"
    try:
        part.mkdir(parents=True)
        files = {table: _write_table(part, table, frame) for table, frame in tables.items()}
        full = {**manifest, "tables": files}
        path = part / MANIFEST
        path.write_text(_json(full), encoding="utf-8")
        _sync(path)
        _sync(part)
        before_swap()
        with _swapping(name):
            part.rename(_beside(name, ".new-"))
            _finish(name)
    finally:
        _delete(part)
    return full


def write_manifest(name: str, manifest: Mapping[str, Any]) -> None:
    """Put another manifest in place of the stored one; the caller holds the lock of `loading`."""
    aside = folder(name) / f".{MANIFEST}.part"
    with _swapping(name):
        aside.write_text(_json(manifest), encoding="utf-8")
        _sync(aside)
        aside.replace(folder(name) / MANIFEST)


def _json(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"


def _write_table(part: Path, table: str, frame: pl.DataFrame) -> dict[str, Any]:
    path = part / f"{table}.parquet"
    content = io.BytesIO()
    frame.write_parquet(content, compression="zstd", statistics=True)
    # Written by Python, because Polars reports a full disk as an error of the file's format.
    path.write_bytes(content.getbuffer())
    _sync(path)
    return {
        "file": path.name,
        "rows": frame.height,
        "bytes": path.stat().st_size,
        "sha256": file_hash(path),
    }


def read_manifest(name: str) -> dict[str, Any] | None:
    """
    The manifest of a loaded data set; None where `name` is not loaded.

    Raises
    ------
    DataError
        The manifest is damaged.
    """
    manifest = _in_the_file(name)
    if manifest is None:
        return None
    wrong = _wrong(manifest)
    if wrong:
        raise DataError(
            f"data set {name}: expected a manifest in {folder(name)}, got {wrong}. "
            f"Load again: {load_command(name)}"
        )
    return dict(manifest)


def _in_the_file(name: str) -> Any:
    """What stands in the manifest's file: None without a file, "" where it is no JSON."""
    try:
        return json.loads((folder(name) / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, RecursionError):
        return ""


def _wrong(manifest: Any) -> str:
    """What is wrong with a manifest; another version of the schema may name its facts otherwise."""
    if not isinstance(manifest, dict) or type(manifest.get("schema_version")) is not int:
        return "something else"
    known = manifest["schema_version"] == SCHEMA_VERSION
    wrong = misfits(manifest) if known else []
    return f"one whose {', '.join(wrong)} cannot be right" if wrong else ""


def load_command(name: str) -> str:
    """What to type to load `name`, or to load it again with the same choices."""
    return commands.load_command(name, _in_the_file(name))


def changed_files(name: str, manifest: Mapping[str, Any]) -> list[str]:
    """Files of a loaded data set whose content is not the one that was stored."""
    return [
        facts["file"]
        for facts in manifest["tables"].values()
        if not (path := folder(name) / facts["file"]).is_file()
        or file_hash(path) != facts["sha256"]
    ]


def stored_names() -> list[str]:
    """Data sets that are loaded, in order of name."""
    base = processed_folder()
    with disk("data sets", "list", base):
        if not base.is_dir():
            return []
        for prefix in INTERRUPTED:
            for left in base.glob(f"{prefix}*"):
                name = left.name.removeprefix(prefix)
                if left.is_dir() and NAME.fullmatch(name):
                    recover(name)
        return sorted(
            p.name for p in base.iterdir() if NAME.fullmatch(p.name) and (p / MANIFEST).is_file()
        )


def foreign_folders() -> list[Path]:
    """Folders beside the data sets whose names no data set can have."""
    base = processed_folder()
    found = base.iterdir() if base.is_dir() else iter(())
    return sorted(
        p for p in found if p.is_dir() and not p.name.startswith(".") and not NAME.fullmatch(p.name)
    )


def delete(name: str) -> None:
    """Delete a loaded data set; the caller holds the lock of `loading`."""
    with _swapping(name):
        folder(name).rename(_beside(name, ".gone-"))
        _finish(name)
