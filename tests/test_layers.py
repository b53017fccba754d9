"""The rooms of the package: who may import whom, read from the imports of every module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import workbench

PACKAGE = Path(workbench.__file__).parent

# Room -> the rooms whose names may stand in its imports. Nobody imports the command line.
GROUND = {"errors"}
TABLES = GROUND | {"schema"}
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "schema": GROUND,
    "sources": TABLES,
    "data": TABLES | {"sources"},
    "simulate": TABLES | {"sources", "data"},
    "measures": TABLES,
    "models": GROUND,
    "plots": GROUND,
    "studies": TABLES | {"data", "simulate", "measures", "models", "plots"},
    "report": TABLES | {"data", "measures", "models", "plots", "studies"},
    "cli": TABLES | {"sources", "data", "simulate", "studies", "report"},
    "__init__": {"data"},
    "__main__": {"cli"},
}
FEWEST_WORDS = 20


def imported(code: str, module: str, *, package: bool = False) -> Iterator[str]:
    """
    Full names of the workbench modules that `code`, the text of `module`, may import.

    Of `from a import b`, both `a` and `a.b` are named, because `b` may be a module; of
    `from workbench import b` only the latter.
    """
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, module, package=package)
            names = [f"{base}.{alias.name}" for alias in node.names]
            names += [base] if base != "workbench" else []
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "workbench")


def _absolute(node: ast.ImportFrom, module: str, *, package: bool) -> str:
    """The module that a `from` import names, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    up = module.split(".")
    base = up[: len(up) - node.level + package]
    return ".".join([*base, *([node.module] if node.module else [])])


def room(module: str) -> str:
    """`workbench.data.store` -> `data`; the package itself -> `__init__`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def wrong(code: str, module: str, *, package: bool = False) -> list[str]:
    """One line for each import of `code` that runs against the layers."""
    mine = room(module)
    faults = []
    for name in imported(code, module, package=package):
        other = room(name)
        if other == mine:
            faults += _sibling(module, name)
        elif other not in ALLOWED[mine]:
            faults.append(f"{module} imports {name}")
    return faults


def _sibling(module: str, name: str) -> list[str]:
    """A reader may know its package and shared files with a leading `_`, but no other reader."""
    mine, theirs = module.split("."), name.split(".")
    inside = room(module) == "sources" == room(name) and len(mine) > 2 and len(theirs) > 2
    if not inside or theirs[2].startswith("_") or theirs[2] == mine[2]:
        return []
    is_module = (PACKAGE / "sources" / f"{theirs[2]}.py").exists()
    return [f"{module} imports {name}"] if is_module else []


def modules() -> dict[str, Path]:
    """Every module of the package by its full name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = ["workbench", *path.relative_to(PACKAGE).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@pytest.mark.parametrize("module", modules())
def test_imports_run_downwards(module):
    """No module imports a room above its own, a room it must not know, or a sibling reader."""
    path = modules()[module]

    assert wrong(path.read_text("utf-8"), module, package=path.name == "__init__.py") == []


@pytest.mark.parametrize(
    ("module", "code", "fault"),
    [
        ("workbench.models.cox", "import workbench.plots", "workbench.plots"),
        ("workbench.models.cox", "from workbench import schema", "workbench.schema"),
        ("workbench.models.cox", "from workbench.data import open", "workbench.data"),
        ("workbench.measures.response", "from workbench.models.cox import cox", "workbench.models"),
        ("workbench.plots", "from workbench.measures import collect", "workbench.measures"),
        ("workbench.sources.table", "from workbench.sources.vader import read", "vader"),
        ("workbench.sources.table", "from workbench.sources import vader", "vader"),
        ("workbench.sources.table", "from .vader import read", "vader"),
        ("workbench.sources.table", "from ..data import load", "workbench.data"),
        ("workbench.studies.verdict", "from workbench.report import build", "workbench.report"),
        ("workbench.errors", "from workbench import cli", "workbench.cli"),
        ("workbench.data.store", "def f():\n    from workbench import cli", "workbench.cli"),
        ("workbench.report.page", "from workbench.cli import text", "workbench.cli.text"),
        ("workbench.studies.claims", "import workbench as wb", "workbench"),
        ("workbench.studies.claims", "from workbench import nowhere", "workbench.nowhere"),
    ],
)
def test_a_wrong_arrow_is_found(module, code, fault):
    """An import that runs the wrong way is named, in a function and with leading dots too."""
    found = wrong(code, module)

    assert found
    assert all(line.startswith(f"{module} imports ") for line in found)
    assert any(fault in line for line in found)


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("workbench.sources.table", "from workbench.sources import Batch, Source, _columns"),
        ("workbench.sources.table", "from workbench.sources._times import read_times"),
        ("workbench.data.loading", "from workbench import sources"),
        ("workbench.studies.welcome", "from workbench.models.power import people_needed"),
        ("workbench.models.cox", "import numpy as np"),
        ("workbench.models.cox", "from .inputs import numbers"),
        ("workbench", "from workbench.data import open"),
    ],
)
def test_a_right_arrow_passes(module, code):
    """Rooms below, a room's own files, shared files of the readers and other packages pass."""
    assert wrong(code, module, package=module == "workbench") == []


def test_leading_dots_in_a_package_mean_the_package_itself():
    """In `sources/__init__.py`, `.` is `workbench.sources`; in a file beside it too."""
    inside = set(imported("from . import _times", "workbench.sources", package=True))
    beside = set(imported("from . import _times", "workbench.sources.table"))

    assert inside == beside == {"workbench.sources", "workbench.sources._times"}


def test_every_room_has_a_rule():
    """A new room must be given its place before anything can import it."""
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py"}
    rooms |= {path.parent.name for path in PACKAGE.glob("*/__init__.py")}

    assert rooms == set(ALLOWED)


@pytest.mark.parametrize("name", sorted(p.parent.name for p in PACKAGE.glob("*/__init__.py")))
def test_every_room_says_what_it_holds(name):
    """The docstring of a folder says what is in it, in a few sentences."""
    said = import_module(f"workbench.{name}").__doc__ or ""

    assert len(said.split()) >= FEWEST_WORDS


@pytest.mark.parametrize("module", modules())
def test_every_file_begins_with_what_it_is_for(module):
    """The first statement of every file is a docstring whose first line is a whole sentence."""
    said = ast.get_docstring(ast.parse(modules()[module].read_text("utf-8"))) or ""

    assert said.splitlines(), "expected a docstring"
    assert said.split("\n\n")[0].rstrip().endswith((".", "?", ":"))
