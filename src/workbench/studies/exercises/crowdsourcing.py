"""Exercises of notebook 02."""

from __future__ import annotations

from workbench.studies.exercises.asked import Exercise
from workbench.studies.exercises.practice import planted

EXERCISES = {
    "2d": Exercise(
        lambda student: 100 * planted("labels", student),
        2,
        "To agree with the majority is easy for who is part of it. Two raters who are right with "
        "chance p agree with chance p² + (1 − p)²: count how often two labels of one item agree, "
        "and solve for p; times 100.",
        own=True,
    ),
}
