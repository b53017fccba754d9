"""What was handed in: whose copy of which notebook it is, and what was written in plain words."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import ReportError
from workbench.report.course import untrusted
from workbench.report.course.copies import tags
from workbench.studies.exercises import EXERCISES
from workbench.studies.exercises.practice import ID

LARGEST_BYTES = 50_000_000
DOTS = "…"
_NUMBER = re.compile(r"(\d+)[ _-]")
_TITLE = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True)
class Prompt:
    """A question that is answered in words: id of its cell, its title, and the whole of it."""

    cell: str
    title: str
    asked: str


@dataclass(frozen=True)
class Original:
    """A notebook of the project as it was handed out: its name, its exercises, its questions."""

    name: str
    exercises: tuple[str, ...]
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True)
class Submission:
    """
    One file that was handed in.

    number : its place among all, in the order of their paths. student : the id of the copy, empty
    where it has none. original : what it is a copy of, None where that is not known. words : id of
    a prompt's cell -> what was written there. content : the notebook, None where it cannot be read.
    problem : a sentence in that case.
    """

    number: int
    student: str
    original: Original | None
    words: Mapping[str, str] = field(default_factory=dict)
    content: dict[str, Any] | None = None
    problem: str = ""


def original(path: Path) -> Original:
    """What a notebook of the project asks."""
    content = json.loads(path.read_text(encoding="utf-8"))
    start = _number_of(path.stem)
    asked = tuple(name for name in EXERCISES if start and name[:-1] == start)
    cells = [cell for cell in content["cells"] if "rubric" in tags(cell)]
    return Original(path.stem, asked, tuple(map(_prompt, cells)))


def _number_of(stem: str) -> str:
    """The number that a name begins with, without leading zeros; empty where there is none."""
    found = _NUMBER.match(stem)
    return found[1].lstrip("0") if found else ""


def _prompt(cell: Mapping[str, Any]) -> Prompt:
    asked = "".join(cell["source"]).removesuffix(DOTS).strip()
    title = _TITLE.search(asked)
    return Prompt(str(cell["id"]), title[1] if title else asked, asked)


def handed_in(folder: Path) -> list[Path]:
    """
    The notebooks in `folder` and below, in the order of their paths; Jupyter's own copies are none.

    Raises
    ------
    ReportError
        There is no such folder, or no notebook in it.
    """
    found = []
    for place, below, files in os.walk(folder):
        below[:] = [name for name in below if not name.startswith(".")]
        names = [name for name in files if name.endswith(".ipynb") and not name.startswith(".")]
        found += [Path(place, name) for name in names]
    if not found:
        raise ReportError(
            f"grade: expected a folder with notebooks at {folder}, found none. Put what was handed "
            "in there, one folder a student or all in one."
        )
    return sorted(found)


def read(path: Path, number: int, originals: Sequence[Original]) -> Submission:
    """One file that was handed in; one that cannot be read says so and does not raise."""
    known = {one.name: one for one in originals}
    by_name = [one for one in originals if path.stem.startswith(one.name)]
    guess = by_name[0] if by_name else None
    try:
        content = _content(path)
    except Exception:  # whatever is in there, the others are graded
        said = "This file cannot be read as a notebook: open it in JupyterLab and save it again."
        return Submission(number, "", guess, problem=said)
    about = content["metadata"].get("workbench")
    made = about.get("copy") if isinstance(about, dict) else None
    made = made if isinstance(made, dict) else {}
    student, of = (_text(made.get(name)) for name in ("student", "of"))
    mine = known.get(of, guess)
    if mine is None:
        said = "This is a copy of none of the notebooks: hand in the file that you were given."
        return Submission(number, _id(student), None, problem=said)
    return Submission(number, _id(student), mine, _words(content, mine), content)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _id(student: str) -> str:
    return student if ID.fullmatch(student) else ""


def _content(path: Path) -> dict[str, Any]:
    """A notebook of the usual form; raises whatever is wrong with any other file."""
    written = untrusted.content(path, most=LARGEST_BYTES + 1)
    if len(written) > LARGEST_BYTES:
        raise ValueError
    content = untrusted.parsed(written.decode("utf-8"))
    for cell in content["cells"]:
        cell["metadata"].get("tags")
        cell["source"] = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    if not isinstance(content["metadata"], dict):
        raise ValueError
    return dict(content)


def _words(content: Mapping[str, Any], mine: Original) -> dict[str, str]:
    """What was written below each prompt; empty where nothing was."""
    cells = {_text(cell.get("id")): cell["source"] for cell in content["cells"]}
    return {
        prompt.cell: str(cells.get(prompt.cell, ""))
        .replace(prompt.asked, "", 1)
        .strip(f" \n{DOTS}")
        for prompt in mine.prompts
    }
