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


def last_value(code: str, names: dict[str, Any]) -> Any:
    """Run code in these names; the value of its last line."""
    *before, last = ast.parse(code).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(before, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_solved_is_right_and_unsolved_helps(at_embedded, path):
    """As handed out an exercise gives its hint; with the value of its solution it is right."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    names: dict[str, Any] = {}
    for cell, after in zip(code, [*code[1:], None], strict=True):
        if {"parameters", "student", "given"} & set(tags(cell)):
            exec(source(cell), names)
        asked = ASKS.search(source(cell))
        if asked and after:
            name, checks = asked[1], re.sub(r"^answer_.+", "", source(cell), flags=re.MULTILINE)
            unsolved = last_value(source(cell), names)
            assert unsolved == f"{name}: no answer yet. Hint: {EXERCISES[name].hint}"

            names[f"answer_{name}"] = last_value(source(after), names)
            assert last_value(checks, names) == f"{name}: right."
