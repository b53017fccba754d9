"""Exercises of notebook 03."""

from __future__ import annotations

from workbench.studies.exercises.asked import Exercise
from workbench.studies.exercises.practice import planted

EXERCISES = {
    "3d": Exercise(
        lambda student: 100 * planted("turns", student),
        1,
        "People for whom much arrives reply readily. Compare each person only with themselves: "
        "subtract the person's mean from both columns, then fit the line. Fewer replies are a "
        "number above 0; times 100.",
        own=True,
    ),
}
