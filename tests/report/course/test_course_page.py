"""docs/course.md: it speaks of every notebook, exercise, prompt and state that there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from workbench.cli.notebooks import notebook_paths, number
from workbench.report.course import marks
from workbench.report.course.submission import original
from workbench.studies.exercises import EXERCISES

PAGE = (Path(__file__).parents[3] / "docs" / "course.md").read_text(encoding="utf-8")
PATH, NOTES = PAGE.partition("## Handing out")[0], PAGE.partition("## Notes for lecturers")[2]


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_every_notebook_is_on_the_path(path):
    """The table of sessions has each notebook, by a link or by its number."""
    assert re.search(rf"\| (?:\[{number(path)}\]\([^)]+\)|{number(path)})[,:]", PATH)


def test_sessions_are_no_longer_than_an_hour():
    """Every session has its minutes, numbered in order; none is longer than 60."""
    rows = [line.split("|") for line in PATH.splitlines() if re.match(r"\| \d", line)]

    assert [int(row[1]) for row in rows] == list(range(1, len(rows) + 1))
    assert all(0 < int(row[3]) <= 60 for row in rows)


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_is_given_and_has_its_wrong_answers(name):
    """Each exercise belongs to a session, and a lecturer finds what goes wrong in it."""
    sessions = {one for row in re.findall(r"\d[a-z](?: to \d[a-z])?", PATH) for one in _spread(row)}

    assert name in sessions
    assert re.search(rf"\*\*(?:\d[a-z], )*{name}\b", NOTES)


def _spread(said: str) -> list[str]:
    """3a to 3d -> 3a, 3b, 3c, 3d."""
    start, _, end = said.partition(" to ")
    return [f"{start[0]}{chr(n)}" for n in range(ord(start[1]), ord((end or start)[1]) + 1)]


def test_every_state_is_explained():
    """The table of states has those that the grader writes, and no others."""
    rows = re.findall(r"^\| ([a-z ]+) \| .+ \| .+ \|$", PAGE.partition("## Grading")[2], re.M)
    states = [row for row in rows if row not in ("state", "prompt")]

    assert states == [
        marks.RIGHT, marks.NOT_YET, marks.NO_ANSWER, marks.ERROR, marks.TIME_OUT, marks.TO_READ,
    ]  # fmt: skip


def test_every_prompt_says_what_good_words_are():
    """The three prompts of the studies have their points."""
    titles = {prompt.title for path in notebook_paths() for prompt in original(path).prompts}

    assert titles
    assert all(f"| {title.rstrip('.')} | " in NOTES for title in titles)


@pytest.mark.parametrize(
    "path",
    [path for path in notebook_paths() if original(path).prompts],
    ids=lambda path: path.stem,
)
def test_the_weight_of_words_is_the_one_that_is_told(path):
    """Three prompts of up to 2 points beside four checks of 1: six of ten points are for words."""
    graded = original(path)

    assert (2 * len(graded.prompts), len(graded.exercises)) == (6, 4)
    assert "Six of the ten points of a study are yours" in PAGE
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert "six of ten points are for words" in readme


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_the_sessions_are_as_long_as_the_notebook(path):
    """The sessions of a notebook add up to the minutes that its own file tells, within one."""
    rows = [line.split("|") for line in PATH.splitlines() if re.match(r"\| \d", line)]
    minutes = sum(int(row[3]) for row in rows if f"[{number(path)}]" in row[2])
    told = json.loads(path.read_text("utf-8"))["metadata"]["workbench"]["minutes"]

    assert abs(minutes - told) <= 1


@pytest.mark.parametrize(
    ("which", "part"), re.findall(r"\| \[(\w+)\]\([^)]+\), (?:to|from) \*([^*]+)\*", PATH)
)
def test_a_session_is_cut_where_the_notebook_is(which, part):
    """The part that a session ends or begins at is a heading of its notebook."""
    (path,) = [path for path in notebook_paths() if number(path) == which]

    headings = re.findall(r'"## ([^"\\]+)', path.read_text("utf-8"))
    assert any(heading.startswith(part) for heading in headings)
