"""The notebooks: committed clean, written to be read, and run by plain nbconvert too."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench.studies.refusals import NOTHING

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
# That of `workbench profile` lies in a folder of its own, so that `workbench run` leaves it alone.
NOTEBOOKS = [*sorted(FOLDER.glob("*.ipynb")), FOLDER / "profile" / "community.ipynb"]
STUDIES = [path for path in NOTEBOOKS if path.stem[:2].isdigit() and path.stem[:2] != "00"]
LONGEST_CELL = 12
LONGEST_GLOSSARY = 12
FEWEST_EXERCISES = 3
LONGEST_SECONDS = 300
LOOPS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While)

every = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
every_study = pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)


def cells(path: Path, kind: str | None = None) -> list[dict[str, Any]]:
    """The cells of a notebook, of one kind or of all."""
    found = json.loads(path.read_text("utf-8"))["cells"]
    return [cell for cell in found if kind in (None, cell["cell_type"])]


def source(cell: dict[str, Any]) -> str:
    """What stands in a cell."""
    return "".join(cell["source"])


def tags(cell: dict[str, Any]) -> list[str]:
    """A cell's tags."""
    return cell["metadata"].get("tags", [])


@every
def test_committed_without_outputs(path):
    """Results belong to reports: no output and no execution count is in the repository."""
    for cell in cells(path, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@every
def test_every_cell_has_an_id(path):
    """Ids are there and unique, so that a change of one cell is a change of one cell."""
    ids = [cell.get("id") for cell in cells(path)]

    assert all(ids)
    assert len(set(ids)) == len(ids)


@every
def test_the_notebook_says_where_it_belongs(path):
    """A title, a reading time and a part, which the index shows."""
    about = json.loads(path.read_text("utf-8"))["metadata"]["workbench"]

    assert source(cells(path)[0]).startswith("# ")
    assert about["minutes"] > 0
    assert about["part"] in ("learn", "study", "data", "check")


@every
def test_code_is_short_and_plain(path):
    """No cell is long, defines anything or loops: what computes is in the package."""
    for cell in cells(path, "code"):
        code = source(cell)
        assert len(code.splitlines()) <= LONGEST_CELL
        assert not [node for node in ast.walk(ast.parse(code)) if isinstance(node, LOOPS)]


@every
def test_the_knobs_come_first(path):
    """The first code cell, and no other, is tagged as the one with the parameters."""
    tagged = [
        number for number, cell in enumerate(cells(path, "code")) if "parameters" in tags(cell)
    ]

    assert tagged == [0]


@every
def test_text_comes_before_code(path):
    """A code cell has text within the two cells before it; a solution follows its exercise."""
    kinds = [cell["cell_type"] for cell in cells(path)]

    for number, kind in enumerate(kinds):
        if kind == "code":
            assert "markdown" in kinds[max(0, number - 2) : number]


def glossary(path: Path) -> list[str]:
    """The rows of the table of words."""
    text = "\n".join(source(cell) for cell in cells(path, "markdown"))
    table = text.partition("## Words")[2]
    rows = [line for line in table.splitlines() if line.startswith("|")]
    return rows[2:]


@every_study
def test_the_glossary_is_short(path):
    """A study explains its words, few enough to be read."""
    assert 0 < len(glossary(path)) <= LONGEST_GLOSSARY


@every_study
def test_exercises_check_themselves(path):
    """Three exercises or more, each with a check and with a solution right after it."""
    code = cells(path, "code")
    asked = [
        number for number, cell in enumerate(code) if re.search(r"^check\(", source(cell), re.M)
    ]

    assert len(asked) >= FEWEST_EXERCISES
    for number in asked:
        assert "solution" in tags(code[number + 1])
    assert sum("solution" in tags(cell) for cell in code) == len(asked)


@pytest.mark.parametrize("form", ["html", "workbench"])
@every
def test_plain_nbconvert_runs_it(path, form, tmp_path, at_embedded):
    """`jupyter nbconvert --execute` in any folder makes a page of it, with no help of ours."""
    done = subprocess.run(
        [
            sys.executable, "-m", "jupyter", "nbconvert", "--to", form, "--execute", str(path),
            "--output-dir", str(tmp_path),
        ],
        cwd=tmp_path, env={**os.environ, "WORKBENCH_DATASETS": "college-messages,chit-chat"},
        check=False, capture_output=True, text=True, timeout=LONGEST_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    page = (tmp_path / f"{path.stem}.html").read_text("utf-8")

    used = json.loads(path.read_text("utf-8"))["metadata"]["workbench"].get("data")
    if used is None or "college-messages" in used:
        # A study that neither of the two can carry says so.
        assert "College messages" in page or NOTHING in page
    assert "<table" in page
    assert "Traceback (most recent call last)" not in page
