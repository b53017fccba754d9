"""The exercises of the notebooks themselves: solved they are right, as handed out they help."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from workbench.studies.exercises import EXERCISES

FOLDER = Path(__file__).resolve().parents[3] / "notebooks"
ASKS = re.compile(r'^check\("(\w+)"', re.MULTILINE)


def source(cell: dict[str, Any]) -> str:
    """What stands in a cell."""
    return "".join(cell["source"])


def tags(cell: dict[str, Any]) -> list[str]:
    """A cell's tags."""
    return cell["metadata"].get("tags", [])


def asked() -> list[Any]:
    """Notebook, exercise, its cell and the solution that follows it."""
    found = []
    for path in sorted(FOLDER.glob("*.ipynb")):
        code = [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == "code"]
        for place, cell in enumerate(code):
            name = ASKS.search(source(cell))
            if name:
                found.append(pytest.param(code, place, id=name[1]))
    return found


def last_value(code: str, names: dict[str, Any]) -> Any:
    """Run code in these names; the value of its last line."""
    *before, last = ast.parse(code).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(before, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


@pytest.mark.parametrize(("code", "place"), asked())
def test_solved_is_right_and_unsolved_helps(at_embedded, code, place):
    """As handed out an exercise gives its hint; with the value of its solution it is right."""
    names: dict[str, Any] = {}
    for cell in code[:place]:
        if {"parameters", "student"} & set(tags(cell)):
            exec(source(cell), names)
    unsolved = last_value(source(code[place]), names)
    name = ASKS.search(source(code[place]))[1]
    assert unsolved == f"{name}: no answer yet. Hint: {EXERCISES[name].hint}"

    solution = last_value(source(code[place + 1]), names)
    solved = re.sub(rf"^answer_{name} = None.*$", "", source(code[place]), flags=re.MULTILINE)
    assert last_value(solved, {**names, f"answer_{name}": solution}) == f"{name}: right."
