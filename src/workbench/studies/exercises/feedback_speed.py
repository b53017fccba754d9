"""Exercises of notebook 01."""

from __future__ import annotations

from workbench import data
from workbench.models.power import people_needed
from workbench.studies.exercises.asked import Exercise
from workbench.studies.exercises.practice import planted
from workbench.studies.feedback_speed.cohorts import make
from workbench.studies.feedback_speed.waiting import waits

COLLEGE = "college-messages"


def _never_answered(_: str) -> float:
    return 100 * float((~waits(data.open(COLLEGE))["answered"]).mean())


def _answered_within_the_hour(_: str) -> float:
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
        "Set LANDMARK_HOURS = 1 in the first code cell, run down to “The better one”, and read the "
        "column “answered” of H1.1 for College messages; then set it back to None.",
    ),
    "1c": Exercise(
        lambda _: people_needed(0.60, 0.05),
        25,
        "people_needed(baseline, difference) from workbench.models.power, with shares, not "
        "percent; the difference is above 0, for 5 more.",
    ),
    "1d": Exercise(
        lambda student: 100 * planted("newcomers", student),
        2,
        "Keen people are answered more often and come back more often in any case. Compare the "
        "answered with the others among the keen, then among the rest, and take the mean of the "
        "two differences, weighted by how many are keen; times 100.",
        own=True,
    ),
}
