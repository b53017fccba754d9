"""The simulated worlds of exercises: every copy has its own, made from the id of the copy."""

from __future__ import annotations

import re
from hashlib import sha256

import pandas as pd

from workbench.errors import StudyError
from workbench.simulate.practice import WORLDS

EXAMPLE = "example-1"  # the id in the notebooks themselves
# A digit must be in it, so that nobody's name is taken for an id by habit.
ID = re.compile(r"(?=[A-Za-z_-]*\d)[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def require_id(student: object, *, where: str) -> str:
    """
    `student`, if it can be the id of a copy.

    Raises
    ------
    StudyError
        It is no text of up to 32 letters, digits, - and _, with a digit among them.
    """
    if not isinstance(student, str) or not ID.fullmatch(student):
        raise StudyError(
            f"{where}: expected an id of up to 32 letters, digits, - and _, with a digit in it, "
            "got something else. Take one such as s-042, not a name."
        )
    return student


def world(name: str, student: str) -> pd.DataFrame:
    """
    The table of a simulated world for one copy; what is planted in it is not told.

    Parameters
    ----------
    name : newcomers (notebook 01), labels (02) or turns (03); `simulate.practice` says what a row
        is.
    student : the id of the copy.

    Raises
    ------
    StudyError
        There is no such world, or the id is none.
    """
    if name not in WORLDS:
        raise StudyError(
            f"world: expected one of {', '.join(WORLDS)}, got {name!r}. Choose one of these."
        )
    return WORLDS[name](seed_of(student)).table


def planted(name: str, student: str) -> float:
    """The number that is planted in a world of one copy, for checks."""
    return WORLDS[name](seed_of(student)).truth


def seed_of(student: str) -> int:
    """The seed of the worlds of a copy: the same for its id in every process."""
    said = require_id(student, where="world")
    return int.from_bytes(sha256(said.encode()).digest()[:4])
