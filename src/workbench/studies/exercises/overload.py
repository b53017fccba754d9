"""Exercises of notebook 03."""

from __future__ import annotations

from workbench import data
from workbench.models.power import units_needed
from workbench.studies.exercises.asked import Exercise
from workbench.studies.exercises.practice import planted
from workbench.studies.overload.awaiting import at_hand
from workbench.studies.overload.replying import fall, fewer_replies

COLLEGE = "college-messages"


def _answered() -> float:
    return 100 * float(at_hand(data.open(COLLEGE))["replied"].mean())


def _without_own_posts() -> float:
    return 100 * float(fall(at_hand(data.open(COLLEGE)), covariates=()).fall.estimate or 0)


def _needed() -> float:
    found = fewer_replies(data.open(COLLEGE)).fall
    return float(units_needed(float(found.std_error or 0), 0.01, n=found.n))


EXERCISES = {
    "3a": Exercise(
        lambda _: _answered(),
        0.5,
        "The table of turns has the column “answered in time”.",
    ),
    "3b": Exercise(
        lambda _: _without_own_posts(),
        0.1,
        "Run the given cell again with fall(turns, covariates=()) in place of fall(turns): then "
        "nothing but person, hour and day is held equal.",
    ),
    "3c": Exercise(
        lambda _: _needed(),
        200,
        "units_needed(std_error, difference, n=turns) from workbench.models.power; the error and "
        "the turns of H3.1 are in its technical line. The difference is 0.01.",
    ),
    "3d": Exercise(
        lambda student: 100 * planted("turns", student),
        1,
        "People for whom much arrives reply readily. Compare each person only with themselves: "
        "subtract the person's mean from both columns, then fit the line. Fewer replies are a "
        "number above 0; times 100.",
        own=True,
    ),
}
