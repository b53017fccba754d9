"""The manifest of a loaded data set: what went in, what came out, and how to tell if it changed."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import polars as pl

from workbench import sources
from workbench.errors import DataError
from workbench.schema import SCHEMA_VERSION, TABLES

PACKAGES = ("community-workbench", "polars", "pyarrow")
_PLAIN = re.compile(r"\w[\w.-]*")
# Any other ending may be part of a name, as in `@ann.lee`.
_ENDINGS = (
    *(".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".js", ".xml", ".html"),
    *(".parquet", ".feather", ".zip", ".7z", ".gz", ".zst"),
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def file_hash(path: Path) -> str:
    """The sha256 of a file's content, as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def value_hash(value: Any) -> str:
    """The sha256 of a JSON value; the order of keys does not matter."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def input_files(path: Path) -> list[dict[str, Any]]:
    """
    Name, sha256 and size of the export, or of every file in an export that is a folder.

    Files may be named after people or after what was private. So only plain names in the folder
    itself are kept (`is_plain`), and all others are numbered; a single file keeps its ending.

    Raises
    ------
    DataError
        A link leads out of the folder.
    """
    alone = not path.is_dir()
    files = [path] if alone else _inside(path)
    return [
        {
            "name": file.name
            if is_plain(file.name) and (alone or file.parent == path)
            else f"file {number}{_ending(file) if alone else ''}",
            "sha256": file_hash(file),
            "bytes": file.stat().st_size,
        }
        for number, file in enumerate(files, start=1)
    ]


def _inside(folder: Path) -> list[Path]:
    """All files of a folder; one that a link fetches from elsewhere was never part of it."""
    found, top = sorted(folder.rglob("*")), os.path.realpath(folder)
    for one in found:
        if one.is_symlink() and not Path(os.path.realpath(one)).is_relative_to(top):
            raise DataError(
                f"export {folder.name}: expected the files themselves, got a link that leads out "
                "of the folder. Put the files themselves there."
            )
    return [one for one in found if one.is_file()]


def is_plain(name: str) -> bool:
    """Whether a file's name consists of letters, digits, `.`, `-` and `_` alone."""
    return _PLAIN.fullmatch(name) is not None


def _ending(file: Path) -> str:
    """How the file's name ends, if that says what kind of file it is."""
    return file.suffix if file.suffix.lower() in _ENDINGS else ""


@cache
def code_hash() -> str:
    """The sha256 of the code between an export and its tables: schema, sources and this room."""
    package = Path(__file__).resolve().parents[1]
    files = [package / "schema.py", *package.glob("sources/*.py"), *package.glob("data/*.py")]
    return value_hash({str(f.relative_to(package)): file_hash(f) for f in sorted(files)})


def versions() -> dict[str, str]:
    """The programs that made the tables."""
    return {"python": platform.python_version()} | {p: metadata.version(p) for p in PACKAGES}


def today() -> str:
    """The date in UTC."""
    return datetime.now(UTC).date().isoformat()


def readable(microseconds: int | None) -> str | None:
    """Microseconds since 1970 as a UTC date and time."""
    if microseconds is None:
        return None
    return (EPOCH + timedelta(microseconds=microseconds)).isoformat().replace("+00:00", "Z")


def windows(communities: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """The record's limits of every community, as numbers and readable."""
    columns = ["observed_from_us", "observed_until_us"]
    return {
        community: {
            "from_us": first,
            "until_us": last,
            "from": readable(first),
            "until": readable(last),
        }
        for community, first, last in communities.select("community_id", *columns).iter_rows()
    }


def by_reason(quarantine: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Rows set aside, per table and reason."""
    counted = quarantine.group_by("table", "reason").len().sort("table", "reason")
    reasons: dict[str, dict[str, int]] = {}
    for table, reason, rows in counted.iter_rows():
        reasons.setdefault(table, {})[reason] = rows
    return reasons


def config_hash(source: str, options: Mapping[str, Any], cleaning: Mapping[str, Any]) -> str:
    """The choices that shaped the tables, as one hash."""
    return value_hash(
        {
            "source": source,
            "options": dict(options),
            "cleaning": dict(cleaning),
            "schema_version": SCHEMA_VERSION,
        }
    )


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _whole(value: Any) -> bool:
    return type(value) is int


def _maybe_text(value: Any) -> bool:
    return value is None or _text(value)


def _maybe_whole(value: Any) -> bool:
    return value is None or _whole(value)


def _each(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(fits, value.values()))


def _having(**parts: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, dict)
        and value.keys() >= parts.keys()
        and all(fits(value[name]) for name, fits in parts.items())
    )


_INPUT = _having(name=_text, sha256=_text, bytes=_whole)
_RULE = _having(choice=_text, rows=_whole)
_STORED = _having(file=_text, rows=_whole, bytes=_whole, sha256=_text)
_COUNTED = _having(read=_whole, kept=_whole, quarantined=_whole, derived=_whole)


def _counts(value: Any) -> bool:
    """What is counted of a table; of one that grew, also what earlier exports left in it."""
    return _COUNTED(value) and _each(_whole)(value)


def _inputs(value: Any) -> bool:
    return isinstance(value, list) and all(map(_INPUT, value))


_CHANGES = _each(_each(_whole))
_EXPORT = _having(
    inputs=_inputs,
    stamp=_text,
    loaded=_text,
    observed=_each(_having(from_us=_maybe_whole, until_us=_maybe_whole)),
    changes=_CHANGES,
)


def _tables(value: Any) -> bool:
    """Every file has the name that its table gives it, so that none lies elsewhere."""
    return (
        _each(_STORED)(value)
        and "communities" in value
        and all(about["file"] == f"{name}.parquet" for name, about in value.items())
    )


FACTS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("title", "source", "config_hash", "key_id", "stamp"), _text),
    **dict.fromkeys(("package", "licence", "citation", "doi"), _maybe_text),
    "is_simulated": lambda value: isinstance(value, bool),
    "options": lambda value: isinstance(value, dict),
    "cleaning": _having(thread_ids=_text, thread_ids_found=_text),
    "inputs": _inputs,
    "history": lambda value: isinstance(value, list) and all(map(_EXPORT, value)),
    "changes": _CHANGES,
    "tables": _tables,
    "counts": _having(**dict.fromkeys(TABLES, _counts)),
    "quarantine": _each(_each(_whole)),
    "notes": _each(_whole),
    "rules": _each(_RULE),
    "observed": _each(_having(**{"from": _maybe_text, "until": _maybe_text})),
}


def misfits(manifest: Mapping[str, Any]) -> list[str]:
    """Facts that are absent from a manifest, or are not what a load writes."""
    wrong = [
        name for name, fits in FACTS.items() if name not in manifest or not fits(manifest[name])
    ]
    simulated = manifest.get("is_simulated")
    reader = sources.sources().get(str(manifest.get("source")))
    if reader is not None and reader.simulated is not simulated and "is_simulated" not in wrong:
        wrong.append("is_simulated")
    # Only simulated data have a known truth, and they never come without it.
    if isinstance(manifest.get("truth"), dict) is not (simulated is True):
        wrong.append("truth")
    return wrong
