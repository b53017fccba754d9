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
from workbench.data.places import checked_name, data_folder, write_private
from workbench.errors import DataError

KINDS = {"date": str, "inputs": list, "hypotheses": dict, "later_looks": list}


def _path(name: str) -> Path:
    return data_folder() / "private" / "first_looks" / f"{checked_name(name)}.json"


def first_look(name: str) -> dict[str, Any] | None:
    """
    The record of the first load of `name`, or None where it was never loaded.

    Keys: `name`, `date` (UTC), `inputs` (sha256 of every file), `hypotheses` (id -> hash), and
    `later_looks`, a list of the same without names; once pages were made of the data of the first
    look, `verdicts`: id -> `verdict`, `estimate`, `low`, `high`, `scale`, `date`.

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
        or not _are_verdicts(record.get("verdicts", {}))
    ):
        raise DataError(
            f"first look {path}: expected a record of the first load, got something else. "
            "Restore it from a copy, or move the file away: all hypotheses then count as "
            "exploratory for these data."
        )
    return record


def _are_verdicts(noted: Any) -> bool:
    """Whether every verdict has its words and its date."""
    return isinstance(noted, dict) and all(
        isinstance(one, dict) and all(isinstance(one.get(key), str) for key in ("verdict", "date"))
        for one in noted.values()
    )


def record_verdicts(
    name: str, verdicts: Mapping[str, Mapping[str, Any]], *, inputs: Sequence[str]
) -> int:
    """
    Note verdicts of the first look, by hypothesis, and say how many are new.

    One that was noted before stays, and nothing is noted where `inputs`, the hashes of the files
    that the verdicts rest on, are not those of the first look.
    """
    with store.loading(name):
        record = first_look(name)
        if record is None or record["inputs"] != list(inputs):
            return 0
        known, date = record.get("verdicts", {}), _now()
        new = {key: {**one, "date": date} for key, one in verdicts.items() if key not in known}
        if new:
            _write(_path(name), {**record, "verdicts": dict(sorted({**known, **new}.items()))})
        return len(new)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def record_look(name: str, *, inputs: Sequence[str], hypotheses: Mapping[str, str] | None) -> bool:
    """Note a load of `name`; True if it was the first. The caller holds the data set's lock."""
    look = {
        "date": _now(),
        "inputs": list(inputs),
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
