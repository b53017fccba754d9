"""Which column of a table holds what, told by the words that people use for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BETWEEN = re.compile(r"[\s-]+")


def called(columns: Sequence[str], words: Sequence[str]) -> list[str]:
    """The columns that have one of these names, in the order of the names; case is no matter."""
    plain = {_BETWEEN.sub("_", name.strip().casefold()): name for name in reversed(columns)}
    return [plain[word] for word in words if word in plain]
