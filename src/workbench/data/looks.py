"""
Records of first looks: what each hypothesis said before a data set was first loaded.

A hypothesis is prespecified for a data set if its hash is the one noted here at the first load, and
its verdict is the one that those data gave. A record is never overwritten and no command deletes
it; later loads are only appended, and a verdict is noted once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.data import store
from workbench.data.places import NAME, checked_name, data_folder, write_private
from workbench.errors import DataError

KINDS = {"date": str, "inputs": list, "hypotheses": dict, "later_looks": list}
SHARED = 0.01  # of an export's bytes


def _folder() -> Path:
    return data_folder() / "private" / "first_looks"


def _path(name: str) -> Path:
    return _folder() / f"{checked_name(name)}.json"


def first_look(name: str) -> dict[str, Any] | None:
    """
    The record of the first load of `name`, or None where it was never loaded.

    Keys: `name`, `date` (UTC), `inputs` (sha256 of every file), `config` (the manifest's
    `config_hash`; not in records of earlier versions), `hypotheses` (id -> hash), and
    `later_looks`, a list of the same without names; once pages were made of the data of the first
    look, `verdicts`: id -> `verdict`, `estimate`, `low`, `high`, `scale`, `config`, `date`.

    Raises
    ------
    DataError
        The record cannot be read.
    """
    path = _path(name)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        record = None
    if (
        not isinstance(record, dict)
        or not all(isinstance(record.get(key), kind) for key, kind in KINDS.items())
        or not all(map(_is_look, record["later_looks"]))
        or not _are_verdicts(record.get("verdicts", {}))
    ):
        raise DataError(
            f"first look {path}: expected a record of the first load, got something else. "
            "Restore it from a copy, or move the file away: all hypotheses then count as "
            "exploratory for these data."
        )
    return record


def earlier_look(name: str, *, inputs: Mapping[str, int]) -> str | None:
    """
    The data set under whose name these files were looked at first, or None where it is `name`.

    inputs : sha256 -> bytes. Files that many exports share, such as an empty list, tell nothing:
    those seen before must hold a hundredth of all bytes.
    """
    own = first_look(name)
    if own is None:
        return None
    enough, found = max(1.0, SHARED * sum(inputs.values())), []
    # A copy with a name that no data set can have is a record of none.
    others = [path.stem for path in _folder().glob("*.json") if NAME.fullmatch(path.stem)]
    for other in set(others) - {name}:
        for one in _looks(other):
            seen = sum(inputs.get(file, 0) for file in set(one["inputs"]))
            if seen >= enough and one["date"] < own["date"]:
                found.append((one["date"], other))
    return min(found)[1] if found else None


def _looks(name: str) -> list[dict[str, Any]]:
    """The first look and the later ones."""
    record = first_look(name)
    return [] if record is None else [record, *record["later_looks"]]


def _is_look(noted: Any) -> bool:
    """Whether a later look has its date and its files."""
    return (
        isinstance(noted, dict)
        and isinstance(noted.get("date"), str)
        and isinstance(noted.get("inputs"), list)
    )


def _are_verdicts(noted: Any) -> bool:
    """Whether every verdict has its words and its date."""
    return isinstance(noted, dict) and all(
        isinstance(one, dict) and all(isinstance(one.get(key), str) for key in ("verdict", "date"))
        for one in noted.values()
    )


def record_verdicts(
    name: str,
    verdicts: Mapping[str, Mapping[str, Any]],
    *,
    inputs: Sequence[str],
    config: str | None = None,
) -> int:
    """
    Note verdicts of the first look, by hypothesis, and say how many are new.

    One that was noted before stays, and nothing is noted where `inputs`, the hashes of the files
    that the verdicts rest on, are not those of the first look. `config` is the hash of the choices
    that shaped the data: the same files, cleaned otherwise, are then looked at again.
    """
    with store.loading(name):
        record = first_look(name)
        if record is None or record["inputs"] != list(inputs):
            return 0
        known, date = record.get("verdicts", {}), _now()
        about = {"date": date} if config is None else {"config": config, "date": date}
        new = {key: {**one, **about} for key, one in verdicts.items() if key not in known}
        if new:
            _write(_path(name), {**record, "verdicts": dict(sorted({**known, **new}.items()))})
        return len(new)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def record_look(
    name: str,
    *,
    inputs: Sequence[str],
    hypotheses: Mapping[str, str] | None,
    config: str | None = None,
) -> bool:
    """
    Note a load of `name`; True if it was the first. The caller holds the data set's lock.

    config : the hash of the choices that shaped the tables.
    """
    look = {
        "date": _now(),
        "inputs": list(inputs),
        **({} if config is None else {"config": config}),
        "hypotheses": dict(sorted((hypotheses or {}).items())),
    }
    record = first_look(name)
    if record is None:
        _write(_path(name), {"name": name, **look, "later_looks": []})
        return True
    _write(_path(name), {**record, "later_looks": [*record["later_looks"], look]})
    return False


def _write(path: Path, record: dict[str, Any]) -> None:
    write_private(path, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
