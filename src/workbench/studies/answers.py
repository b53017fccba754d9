"""The sentences of the answer box: plain words first, made from the same numbers as the ledger.

A scale knows how its numbers are said; `answer` puts them into fixed sentences that are tested over
a grid. How far to trust them is said in `cautions`.
"""

from __future__ import annotations

from typing import Any

from workbench.errors import StudyError
from workbench.studies.saying import Numbers, Scale, Words
from workbench.studies.scales import scales

__all__ = ["Numbers", "Words", "answer", "scale"]

NOBODY_AT_RANDOM = "Nobody was answered at random."


def scale(name: str) -> Scale:
    """How the numbers of this scale are said; an unknown scale is a StudyError."""
    known = scales()
    if name not in known:
        raise StudyError(
            f"answer: scale {name!r} has no sentence; there are {', '.join(known)}. "
            "Add it to a file of studies/scales."
        )
    return known[name]


def answer(
    name: str,
    numbers: Numbers,
    *,
    words: Any,
    grade: str,
    prespecified: bool,
    unassigned: str = NOBODY_AT_RANDOM,
) -> str:
    """
    The answer in plain words: what was seen, how sure, what is worth acting on.

    `unassigned` says of a comparison without an experiment (grade C) what chance did not decide.
    """
    said = scale(name)
    line = "Fixed beforehand" if prespecified else "The line drawn in the hypothesis"
    parts = [said.sentence(numbers, words), f"{line}: {said.line(numbers.sesoi)}."]
    if grade == "C":
        parts.append(unassigned)
    return " ".join(parts)
