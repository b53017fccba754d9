"""Which code a row of the calibration table is about, as a hash that better words do not change."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib import resources
from pathlib import Path

from workbench.studies.hypotheses import windows

# What decides the numbers of an experiment: files of these rooms that its world is drawn, measured
# or judged with, the files of study 1 that are drawn, and of a later study those of its package.
ROOMS = ("models", "simulate", "measures", "studies/calibration", "studies/must_fail")
STEPS = ("cohorts", "pace", "placebo", "returning", "waiting")
JUDGES = ("studies/calibration/draws.py", "studies/calibration/judging.py")
SHOWN = {"Figure", "TableView", "Note"}  # what functions return that only show
KIND = "questions and answers"  # of the simulated communities
# What shows or keeps the numbers, and decides none of them.
KEEPING = {"shown.py", "covered.py", "table.py", "running.py", "experiments.py", "of_studies.py"}
PACKAGE = "workbench."


def starts(draw: Callable[..., object]) -> tuple[str, ...]:
    """The files of the package in which a draw, and every function it was given, are written."""
    names = {module for module in _modules(draw) if module.startswith(PACKAGE)}
    return tuple(sorted(f"{name.removeprefix(PACKAGE).replace('.', '/')}.py" for name in names))


def _modules(given: object) -> Iterator[str]:
    """The modules of all functions in a partial, however deep."""
    if isinstance(given, partial):
        yield from _modules((given.func, *given.args, *given.keywords.values()))
    elif isinstance(given, Mapping):
        yield from _modules(tuple(given.values()))
    elif isinstance(given, tuple | list):
        for one in given:
            yield from _modules(one)
    elif callable(given):
        yield str(getattr(given, "__module__", ""))


@cache
def code_key(begin: tuple[str, ...]) -> str:
    """
    One hash over what the code does that is reached from the files `begin`, and of the judges.

    Comments, docstrings, sentences and layout do not count: better words make no row stale; nor
    does a file that nothing tried there imports.
    """
    package = Path(str(resources.files("workbench")))
    own = {name.rsplit("/", 1)[0] for name in begin}
    counted = {f"studies/feedback_speed/{step}.py" for step in STEPS}
    found = hashlib.sha256(repr(windows(KIND)).encode())
    for path in sorted(reached(package, (*JUDGES, *begin))):
        name = path.relative_to(package).as_posix()
        in_room = any(name.startswith(f"{room}/") for room in (*ROOMS, *own))
        if path.name not in KEEPING and (in_room or name in counted):
            found.update(name.encode())
            found.update(bare(path.read_text("utf-8")).encode())
    return found.hexdigest()


def bare(code: str) -> str:
    """
    What code does: its syntax tree without docstrings, and with its sentences blanked.

    Without imports, because the files that they name are counted themselves; and without functions
    that only show numbers: those that say they return a figure, a table or a note.
    """
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            node.value = ""
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
        node.body = [one for one in node.body if not _decides_nothing(one)]
    return ast.dump(tree)


def _decides_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef):
        named = {one.id for one in ast.walk(node.returns or node) if isinstance(one, ast.Name)}
        return node.returns is not None and bool(named & SHOWN)
    return isinstance(node, ast.Import | ast.ImportFrom)


def reached(package: Path, begin: tuple[str, ...]) -> set[Path]:
    """All files of the package that the files or folders `begin` import, however indirectly."""
    waiting = [path for start in begin for path in _files(package / start)]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path, package)
    return found


def _files(start: Path) -> list[Path]:
    return [start] if start.is_file() else list(start.rglob("*.py"))


def _imported(path: Path, package: Path) -> Iterator[Path]:
    """
    Files that one file imports by their full names.

    Of `from package import thing`, a file `thing` is meant where there is one: what else the
    package gathers decides nothing here.
    """
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _file(alias.name, package)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = list(_file(f"{node.module}.{alias.name}", package))
                yield from inner or _file(node.module, package)


def _file(name: str, package: Path) -> Iterator[Path]:
    """The file of a module or of a package, if it is one of `package`."""
    first, *rest = name.split(".")
    place = package.joinpath(*rest)
    if first == package.name:
        yield from filter(Path.is_file, (place.with_suffix(".py"), place / "__init__.py"))
