"""
Tables as CSV that a spreadsheet can open: what people wrote stays text there.

A spreadsheet runs a cell that begins like a formula, also one that came from a file: the name of a
channel could call a web address. Such a text gets an apostrophe in front, which spreadsheets take
for "this is text". Numbers, also those in a column of text, stay as they are. Line breaks of any
kind become the one kind that is quoted.

Which beginnings: OWASP, CSV injection (owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pandas as pd

_FORMULA = re.compile(
    r"^[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]"
)


def defused(value: Any) -> Any:
    """`value`, or, where it is text that a spreadsheet would run, that text with an apostrophe."""
    if not isinstance(value, str) or not _FORMULA.match(value) or _is_number(value):
        return value
    return f"'{value}"


def to_csv(frame: pd.DataFrame) -> str:
    """The table as CSV with all its digits; no cell and no name of a column is a formula."""
    safe = frame.rename(columns=defused)
    for place, (_, column) in enumerate(frame.items()):
        if column.map(lambda value: isinstance(value, str)).any():
            cells = np.empty(len(frame), object)
            cells[:] = [_one_kind_of_break(defused(value)) for value in column]
            safe.isetitem(place, cells)
    return safe.to_csv(index=False, lineterminator="\n")


def _one_kind_of_break(value: Any) -> Any:
    return re.sub("\r\n?", "\n", value) if isinstance(value, str) else value


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
