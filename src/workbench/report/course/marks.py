"""What a run showed, exercise by exercise: a state, a sentence, and the row of `grades.csv`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.report.course.submission import Submission
from workbench.studies.exercises import EXERCISES, state_of
from workbench.studies.spreadsheet import to_csv

RIGHT, NOT_YET, NO_ANSWER, ERROR, TIME_OUT = "right", "not yet", "no answer", "error", "time out"
TO_READ, FINISHED = "to read", "finished"
COLUMNS = ("submission", "id", "notebook", "exercise", "state", "answer", "points", "note")


@dataclass(frozen=True)
class Outcome:
    """
    How a run went.

    checks : exercise -> what its last check said (`answer`, `state`, `student`). errors : number of
    a cell, from 1 -> the kind of its error. end : `finished`, `time out`, or why it ended early.
    reached : the number of the last cell that was begun.
    """

    checks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    errors: Mapping[int, str] = field(default_factory=dict)
    end: str = FINISHED
    reached: int = 0


@dataclass(frozen=True)
class Mark:
    """One exercise of one submission; `note` is a sentence for student and teacher."""

    exercise: str
    state: str
    answer: str = ""
    note: str = ""


def marks(
    submission: Submission, outcome: Outcome, right: Callable[[str, str], float]
) -> list[Mark]:
    """
    The marks of a submission that was run, one an exercise.

    What a check printed is not taken on trust: the answer is compared again with the right one,
    which `right` computes from exercise and id.
    """
    assert submission.original is not None
    assert submission.content is not None
    return [
        _checked(name, submission, outcome.checks[name], right)
        if name in outcome.checks
        else _missing(name, submission.content["cells"], outcome)
        for name in submission.original.exercises
    ]


def _checked(
    name: str, submission: Submission, said: Mapping[str, Any], right: Callable[[str, str], float]
) -> Mark:
    answer, student = str(said.get("answer", "")), submission.student
    own = EXERCISES[name].own
    if own and not student:
        note = "This copy has no id, so that its own right answer is not known."
        return Mark(name, ERROR, answer, note)
    state = state_of(name, answer or None, answer=lambda _: right(name, student if own else ""))
    notes = [f"Hint: {EXERCISES[name].hint}"] if state in (NOT_YET, NO_ANSWER) else []
    if own and said.get("student") != student:
        notes.insert(0, "The check in the notebook was made for another id than this copy's.")
    elif said.get("state") == RIGHT and state != RIGHT:
        notes.insert(0, "The notebook said “right”; checked again, it is not yet.")
    return Mark(name, state, answer, " ".join(notes))


def _missing(name: str, cells: Sequence[Mapping[str, Any]], outcome: Outcome) -> Mark:
    """An exercise without a check: failed, not reached, taken out, or never there."""
    asks = re.compile(rf"\bcheck\(\s*['\"]{name}['\"]")
    places = [
        n for n, c in enumerate(cells, 1) if c["cell_type"] == "code" and asks.search(c["source"])
    ]
    failed = [n for n in places if n in outcome.errors]
    if failed:
        kind, first = outcome.errors[failed[-1]], min(outcome.errors)
        began = outcome.errors[first]
        note = (
            f"Cell {failed[-1]} stopped with {kind}. Restart the kernel, run all cells from the "
            f"top, and mend the first one that stops: here it was cell {first}, {began}."
        )
        return Mark(name, ERROR, note=note)
    if outcome.end == TIME_OUT:
        return Mark(name, TIME_OUT, note=_cut_off(outcome, "it took longer than is allowed"))
    if outcome.end != FINISHED:
        return Mark(name, ERROR, note=_cut_off(outcome, outcome.end))
    if not places:
        return Mark(name, NO_ANSWER, note="Its check is no longer in the notebook.")
    note = f"Cell {places[-1]} showed no result of its check: let check(…) stand in its last line."
    return Mark(name, NO_ANSWER, note=note)


def _cut_off(outcome: Outcome, why: str) -> str:
    where = f"in cell {outcome.reached}" if outcome.reached else "before its first cell"
    return f"The run was cut off {where}, because {why}. What came before it counts."


def rows(submission: Submission, given: Sequence[Mark]) -> list[dict[str, Any]]:
    """The rows of a submission: its checks, with a point for each right one, and its prompts."""
    name = submission.original.name if submission.original else ""
    same = {"submission": submission.number, "id": submission.student, "notebook": name}
    checked = [
        {
            **same, "exercise": mark.exercise, "state": mark.state, "answer": mark.answer,
            "points": int(mark.state == RIGHT), "note": mark.note,
        }
        for mark in given
    ]  # fmt: skip
    prompts = submission.original.prompts if submission.original and submission.content else ()
    written = [
        {
            **same, "exercise": prompt.title, "answer": "", "note": "", "points": None,
            "state": TO_READ if submission.words[prompt.cell] else NO_ANSWER,
        }
        for prompt in prompts
    ]  # fmt: skip
    return checked + written


def as_csv(table: Sequence[Mapping[str, Any]]) -> str:
    """`grades.csv`: points of prompts are empty, for the teacher; nothing in it is a formula."""
    frame = pd.DataFrame(list(table), columns=list(COLUMNS))
    return to_csv(frame.astype({"points": "Int64"}))
