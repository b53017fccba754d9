"""Exercises that check themselves: right, not yet, or a hint; they never raise."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbench import data
from workbench.models.power import people_needed
from workbench.studies.feedback_speed.cohorts import make
from workbench.studies.feedback_speed.waiting import waits

COLLEGE = "college-messages"


@dataclass(frozen=True)
class Exercise:
    """The answer, computed when asked for; how close is right; a hint for everybody else."""

    answer: Callable[[], float]
    tolerance: float
    hint: str


def _never_answered() -> float:
    return 100 * float((~waits(data.open(COLLEGE))["answered"]).mean())


def _answered_within_the_hour() -> float:
    return float(make(data.open(COLLEGE), landmark_hours=1).at_landmark["responded"].sum())


EXERCISES = {
    "1a": Exercise(
        _never_answered,
        0.5,
        "Divide the threads never answered by all threads, in the waiting table, times 100.",
    ),
    "1b": Exercise(
        _answered_within_the_hour,
        0.5,
        "Set LANDMARK_HOURS = 1 in the first code cell, run again, and read the column “answered” "
        "of H1.1 for College messages.",
    ),
    "1c": Exercise(
        lambda: people_needed(0.60, 0.05),
        25,
        "people_needed(baseline, difference) from workbench.models.power, with shares, not "
        "percent.",
    ),
}


class Reply(str):
    """A sentence that a notebook shows as text, not as a quoted string."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return f"*{self}*"


def check(exercise: str, value: Any) -> Reply:
    """Say whether `value` answers the exercise: right, not yet with a hint, or which there are."""
    return Reply(_said(exercise, value))


def _said(exercise: str, value: Any) -> str:
    if exercise not in EXERCISES:
        return f"There is no exercise {exercise!r}; there are {', '.join(EXERCISES)}."
    asked = EXERCISES[exercise]
    if value is None:
        return f"{exercise}: no answer yet. Hint: {asked.hint}"
    try:
        given = float(value)
        right = math.isfinite(given) and abs(given - asked.answer()) <= asked.tolerance
    except Exception as error:  # a student's page must go on, whatever was typed or is not loaded
        return f"{exercise}: not yet ({type(error).__name__}). Hint: {asked.hint}"
    return f"{exercise}: right." if right else f"{exercise}: not yet. Hint: {asked.hint}"
