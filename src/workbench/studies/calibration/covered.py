"""Which code the calibration table is about, as one hash that better words do not change."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from workbench.studies.hypotheses import windows

# What decides the numbers of the table: files of these rooms that a world is drawn, measured or
# judged with, and the files of study 1 that are drawn.
STARTS = ("studies/calibration", "studies/must_fail")
ROOMS = ("models", "simulate", "measures", *STARTS)
STEPS = ("cohorts", "pace", "placebo", "returning", "waiting")
KIND = "questions and answers"  # of the simulated communities
WORDING = "shown.py"


@cache
def code_key() -> str:
    """
    One hash over what the code of estimators, measures, simulator and drawn steps does.

    Comments, docstrings, sentences and layout do not count: better words make no table stale; nor
    does a file that nothing tried here imports.
    """
    package = Path(str(resources.files("workbench")))
    counted = {f"studies/feedback_speed/{step}.py" for step in STEPS}
    found = hashlib.sha256(repr(windows(KIND)).encode())
    for path in sorted(reached(package, STARTS)):
        name = path.relative_to(package).as_posix()
        in_room = any(name.startswith(f"{room}/") for room in ROOMS)
        if path.name != WORDING and (in_room or name in counted):
            found.update(name.encode())
            found.update(bare(path.read_text("utf-8")).encode())
    return found.hexdigest()


def bare(code: str) -> str:
    """What code does: its syntax tree without docstrings and with its sentences blanked."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            node.value = ""
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


def reached(package: Path, starts: tuple[str, ...]) -> set[Path]:
    """All files of the package that files in the folders `starts` import, however indirectly."""
    waiting = [path for start in starts for path in (package / start).rglob("*.py")]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path, package)
    return found


def _imported(path: Path, package: Path) -> Iterator[Path]:
    """Files that one file imports by its full name; a name may be a module or something in one."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            first, *rest = name.split(".")
            place = package.joinpath(*rest)
            if first == package.name:
                yield from filter(Path.is_file, (place.with_suffix(".py"), place / "__init__.py"))
