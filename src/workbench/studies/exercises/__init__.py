"""
Exercises that check themselves: right, not yet, or a hint; a check never raises.

One file a notebook lists its exercises (`EXERCISES`: name -> `Exercise`); `practice` makes the
simulated worlds, in which every copy of a notebook has its own truth. What `check` returns carries
the state and the answer for `workbench grade`.
"""

from __future__ import annotations

import math
from typing import Any

from workbench.studies.exercises import crowdsourcing, feedback_speed, overload
from workbench.studies.exercises.asked import Answer, Exercise
from workbench.studies.exercises.practice import EXAMPLE, world

__all__ = ["CHECK_MIME", "EXERCISES", "Exercise", "Reply", "check", "state_of", "world"]

CHECK_MIME = "application/vnd.workbench.check+json"
EXERCISES = {**feedback_speed.EXERCISES, **crowdsourcing.EXERCISES, **overload.EXERCISES}

RIGHT, NOT_YET, NO_ANSWER = "right", "not yet", "no answer"
LONGEST_ANSWER = 80


class Reply(str):
    """A sentence that a notebook shows as text, with what was checked beside it."""

    __slots__ = ("about",)
    about: dict[str, str]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/markdown": f"*{self}*", CHECK_MIME: self.about}

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        printer.text(str(self))  # without quotes, where only text is shown


def check(exercise: str, value: Any, student: str = EXAMPLE) -> Reply:
    """
    Say whether `value` answers the exercise: right, not yet with a hint, or which there are.

    `student` is the id of the copy, which decides the truth of the simulated worlds. Nothing that
    is typed raises, so that a page goes on.
    """
    state, said = _judged(exercise, value, student, None)
    reply = Reply(said)
    reply.about = {
        "exercise": typed(exercise),
        "state": state,
        "answer": "" if value is None else typed(value),
        "student": typed(student),
    }
    return reply


def state_of(
    exercise: str, value: Any, student: str = EXAMPLE, *, answer: Answer | None = None
) -> str:
    """
    `right`, `not yet` or `no answer`, as `check` would say; no exercise is `not yet`.

    `answer` computes the right one in place of the exercise itself: for who keeps it.
    """
    return _judged(exercise, value, student, answer)[0]


def typed(value: Any) -> str:
    """
    What was typed, in one short line; things that cannot say what they are give their kind.

    Half a character, which no notebook can store, becomes `?`.
    """
    try:
        said = " ".join(str(value).split()).encode("utf-8", "replace").decode("utf-8")
    except Exception:  # whatever a student made of it
        said = type(value).__name__
    return said if len(said) <= LONGEST_ANSWER else f"{said[: LONGEST_ANSWER - 1]}…"


def _judged(exercise: Any, value: Any, student: str, answer: Answer | None) -> tuple[str, str]:
    """The state, and the sentence."""
    if not isinstance(exercise, str) or exercise not in EXERCISES:
        return NOT_YET, f"There is no exercise {exercise!r}; there are {', '.join(EXERCISES)}."
    asked = EXERCISES[exercise]
    if value is None:
        return NO_ANSWER, f"{exercise}: no answer yet. Hint: {asked.hint}"
    try:
        given = float(value)
        right = math.isfinite(given) and (
            abs(given - (answer or asked.answer)(student)) <= asked.tolerance
        )
    except Exception as error:  # a student's page must go on, whatever was typed or is not loaded
        return NOT_YET, f"{exercise}: not yet ({type(error).__name__}). Hint: {asked.hint}"
    if right:
        return RIGHT, f"{exercise}: right."
    return NOT_YET, f"{exercise}: not yet. Hint: {asked.hint}"
