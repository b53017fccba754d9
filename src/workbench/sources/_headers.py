"""Names of columns as a message may show them: a first row that is no header is a post."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_SHOWN = 40
LONGEST = 40
LOOKED_AT = 200
VALUES = "values in place of names"

_VALUE = re.compile(
    r"[-+]?[0-9][0-9.,:/ +-]*(?:T[0-9:.,+-]*)?(?:Z|UTC|GMT)?"  # a number, a date, a time
    r"|\S+@\S+\.\S+|(?:https?://|www\.)\S+"
)


def are_values(names: Sequence[str]) -> bool:
    """Whether a first row looks like a post: a number, a date or an address is no column's name."""
    return any(_VALUE.fullmatch(name.strip()[:LOOKED_AT]) for name in names)


def shown(names: Sequence[str]) -> str:
    """Names of columns in one line of print; of what looks like values, only that it does."""
    if are_values(names):
        return VALUES
    words = [_cut(name) for name in names[:MOST_SHOWN]]
    more = len(names) - MOST_SHOWN
    return ", ".join(words) + (f" and {more:,} more" if more > 0 else "")


def _cut(name: str) -> str:
    printed = "".join(c if c.isprintable() else "?" for c in name[: LONGEST + 1])
    return printed if len(printed) <= LONGEST else printed[: LONGEST - 1] + "…"
