"""Which notebooks there are, found without importing anything that takes long."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

PACKAGE = Path(__file__).resolve().parents[1]


def notebook_folder() -> Path:
    """The notebooks beside the package in a clone, else those of the working folder."""
    clone = PACKAGE.parents[1] / "notebooks"
    return clone if clone.is_dir() else Path.cwd() / "notebooks"


def notebook_paths() -> list[Path]:
    """The notebooks in order."""
    return sorted(notebook_folder().glob("*.ipynb"))


def number(notebook: Path) -> str:
    """What the name begins with: 01 of 01_feedback_speed."""
    return notebook.stem.split("_")[0]


def data_of(notebook: Path) -> list[str] | None:
    """
    The names in a notebook's metadata `workbench.data`: communities, and data sets to be fetched.

    None where it has no such list: the notebook looks at all communities that are asked for.
    """
    about = json.loads(notebook.read_text(encoding="utf-8"))["metadata"].get("workbench", {})
    listed = about.get("data")
    return None if listed is None else [str(name) for name in listed]


class Number(click.ParamType):
    """The number of a notebook; those that there are stand in the help."""

    name = "number"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """The numbers to choose from."""
        return f"[{'|'.join(map(number, notebook_paths())) or 'NUMBER'}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The number as it is, or a wrong call."""
        there = [number(path) for path in notebook_paths()]
        if value not in there:
            self.fail(
                f"no notebook is numbered {value}; there are {', '.join(there) or 'none'}. "
                "Choose one of these.",
                param,
                ctx,
            )
        return str(value)
