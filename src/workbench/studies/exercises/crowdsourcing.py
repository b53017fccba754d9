"""Exercises of notebook 02."""

from __future__ import annotations

import pandas as pd

from workbench.models.wisdom import diversity_identity, gain_by_arithmetic
from workbench.studies.crowdsourcing.talk_mistakes import nothing_learnt
from workbench.studies.exercises.asked import Exercise
from workbench.studies.exercises.practice import planted

GUESSES, TRUTH = (10.0, 20.0, 30.0, 40.0, 100.0), 50.0


def _better_than_a_member(_: str) -> float:
    """How much smaller the crowd's squared error is than a member's mean squared error."""
    table = pd.DataFrame({"item": "jar", "estimate": GUESSES})
    return diversity_identity(table, {"jar": TRUTH}).diversity


def _worst_third(_: str) -> float:
    """By how many percent the error of the worst third fell where nobody learnt anything."""
    table = nothing_learnt()
    worst = table.nlargest(len(table) // 3, "error_before")
    return 100 * (1 - float(worst["error_after"].mean() / worst["error_before"].mean()))


EXERCISES = {
    "2a": Exercise(
        _better_than_a_member,
        0.5,
        "Take the error of the mean, squared, and the mean of the squared errors; subtract. Or "
        "take the variance of the guesses, dividing by 5: the identity says that it is the same.",
    ),
    "2b": Exercise(
        lambda _: gain_by_arithmetic(16, 64),
        0.02,
        "gain_by_arithmetic(n, m) from workbench.models.wisdom, in standard deviations of ideas; "
        "no idea and no person needs to be any better.",
    ),
    "2c": Exercise(
        _worst_third,
        2,
        'nlargest(len(table) // 3, "error_before") gives the worst third; compare the means of '
        "the two errors. A share in percent.",
    ),
    "2d": Exercise(
        lambda student: 100 * planted("labels", student),
        1.5,
        "To agree with the majority is easy for who is part of it. Two raters who are right with "
        "chance p agree with chance p² + (1 − p)²: count how often two labels of one item agree, "
        "and solve for p; times 100.",
        own=True,
    ),
}
