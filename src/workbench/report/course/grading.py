"""
Grade what was handed in: each notebook runs apart from the others, then marks and pages are made.

`apart` runs one; `marks` compares what it answered with what is right; `feedback` makes the page.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.errors import ReportError
from workbench.report.course.apart import attempt, template_of
from workbench.report.course.feedback import page
from workbench.report.course.marks import (
    ERROR,
    FINISHED,
    NO_ANSWER,
    RIGHT,
    Mark,
    as_csv,
    marks,
    rows,
)
from workbench.report.course.submission import Original, Submission, handed_in, read
from workbench.report.folder import write_whole
from workbench.studies.exercises import EXERCISES

GRADES = "grades.csv"


@dataclass(frozen=True)
class Graded:
    """
    What was made: `folder` with grades.csv and a page for each submission.

    submissions : how many notebooks were handed in. problems : how many could not be read or did
    not run to their end. without_id : the numbers of those without an id.
    """

    folder: Path
    submissions: int
    problems: int
    without_id: tuple[int, ...]


def grade(
    folder: Path,
    originals: Sequence[Original],
    *,
    out: Path,
    timeout: float,
    datasets: Sequence[str],
    tell: Callable[[str], None] = lambda _: None,
) -> Graded:
    """
    Grade the notebooks in `folder` into the new folder `out`.

    Parameters
    ----------
    originals : the notebooks as they were handed out.
    timeout : seconds that one notebook may take.
    datasets : names of the loaded data sets that submissions see, as copies.
    tell : is told in a line how each submission went; no line holds a name of a file.

    Raises
    ------
    ReportError
        There is nothing to grade, `out` is not empty, or nothing can be written there.
    DataError
        A data set is not loaded.
    """
    paths = handed_in(folder)
    _refuse_full(out)
    table: list[dict[str, Any]] = []
    problems, without_id, right = 0, [], _kept()
    first: dict[tuple[str, str], int] = {}
    with template_of(datasets) as template:
        for number, path in enumerate(paths, 1):
            given = read(path, number, originals)
            try:
                found, fault = _graded(given, template, timeout, datasets, right)
                found = _told_twice(given, found, first)
                shown = page(given, found).encode("utf-8")
            except Exception as error:  # whatever one notebook did, the others are graded
                given, fault = _given_up(given, error), True
                found, shown = _unread(given), page(given, ()).encode("utf-8")
            problems += fault
            without_id += [] if given.student else [number]
            table += rows(given, found)
            write_whole(out / f"{_name(given)}.html", shown)
            write_whole(out / GRADES, as_csv(table).encode("utf-8"))
            tell(_line(given, found, len(paths)))
    return Graded(out, len(paths), problems, tuple(without_id))


def _given_up(given: Submission, error: Exception) -> Submission:
    """The same submission as one that cannot be read."""
    said = f"This notebook could not be graded ({type(error).__name__}): look at it by hand."
    return replace(given, words={}, content=None, problem=said)


def _unread(given: Submission) -> list[Mark]:
    """An error for each exercise of what cannot be read."""
    names = given.original.exercises if given.original else ()
    return [Mark(name, ERROR, note=given.problem) for name in names or ("",)]


def _told_twice(
    given: Submission, found: list[Mark], first: dict[tuple[str, str], int]
) -> list[Mark]:
    """The marks, with a note where an earlier submission (`first`) is the same copy."""
    if not given.student or given.original is None:
        return found
    earlier = first.setdefault((given.student, given.original.name), given.number)
    if earlier == given.number:
        return found
    note = f"Submission {earlier} is a copy of the same notebook with the same id. {found[0].note}"
    return [replace(found[0], note=note.strip()), *found[1:]]


def _refuse_full(out: Path) -> None:
    """Points are filled in by hand, so that a folder with anything in it stays as it is."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        full = any(out.iterdir())
    except OSError as error:
        raise ReportError(
            f"grade: expected a folder to write to at {out}, got: {error.strerror or error}. "
            "Choose another one with --out."
        ) from error
    if full:
        raise ReportError(
            f"grade: expected a new folder, got {out} with files in it. Points may be filled in "
            "there: choose another one with --out, or move it away."
        )


def _kept() -> Callable[[str, str], float]:
    """Right answers, each computed once."""
    known: dict[tuple[str, str], float] = {}

    def right(name: str, student: str) -> float:
        if (name, student) not in known:
            known[name, student] = EXERCISES[name].answer(student)
        return known[name, student]

    return right


def _graded(
    given: Submission,
    template: Path,
    timeout: float,
    datasets: Sequence[str],
    right: Callable[[str, str], float],
) -> tuple[list[Mark], bool]:
    """The marks of a submission, and whether something was wrong with it as a whole."""
    if given.content is None:
        return _unread(given), True
    assert given.original is not None
    if not given.original.exercises:
        return [Mark("", NO_ANSWER, note="There is nothing to grade in this notebook.")], False
    with tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as place:
        apart = Path(place, "a")
        shutil.copytree(template, apart)
        outcome = attempt(given.content, apart, timeout=timeout, datasets=datasets)
    return marks(given, outcome, right), outcome.end != FINISHED


def _name(given: Submission) -> str:
    """The name of a page: number, id and number of the notebook."""
    which = given.original.name.split("_")[0] if given.original else ""
    return "-".join(filter(None, (f"{given.number:03d}", given.student, which)))


def _line(given: Submission, found: Sequence[Mark], total: int) -> str:
    """How a submission went, for who waits."""
    right = sum(mark.state == RIGHT for mark in found)
    return f"{_name(given)} ({given.number} of {total}): {right} of {len(found)} right"
