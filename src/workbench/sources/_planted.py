"""What was planted in a simulated export: `truth.json`, and the shape that it must have."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from workbench.errors import SourceError
from workbench.sources import _files

FIELDS = "hypothesis and meaning (text) and value (a finite number or null)"


def read_truth(path: Path, *, where: str) -> dict[str, Any]:
    """
    The truth of an export: its settings, and every true value by name.

    Raises
    ------
    SourceError
        The file is missing or no JSON object, its settings are no object, or a true value is not
        what `simulate.truths` writes.
    """
    where = f"{where}: {path.name}"
    _files.check(path, where=where)
    try:
        with path.open("rb") as stream:
            truth = json.loads(_files.whole(stream, where=where))
        # What cannot be written again, such as NaN or half a character, is no JSON either.
        json.dumps(truth, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        truth = None
    if not isinstance(truth, dict):
        raise _unlike("an object", where=where)
    if not isinstance(truth.get("settings"), dict):
        raise _unlike("settings that are an object", where=where)
    values = truth.get("true_values")
    if not isinstance(values, dict):
        raise _unlike("true_values that are an object", where=where)
    wrong = sum(not _is_value(one) for one in values.values())
    if wrong:
        raise _unlike(f"each of true_values with {FIELDS}", where=where, got=f"{wrong:,} without")
    return truth


def _is_value(one: object) -> bool:
    """Whether it is one true value: what it is about in words, and a number where there is one."""
    if not isinstance(one, dict) or "value" not in one:
        return False
    value, largest = one["value"], sys.float_info.max
    known = isinstance(value, int | float) and not isinstance(value, bool)
    finite = value is None or (known and -largest <= value <= largest)
    return finite and all(isinstance(one.get(name), str) for name in ("hypothesis", "meaning"))


def _unlike(wanted: str, *, where: str, got: str = "something else") -> SourceError:
    return SourceError(f"{where}: expected {wanted}, got {got}. Simulate the community again.")
