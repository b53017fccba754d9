"""Notebooks as an author saves them: small, without outputs, and run for real by the tests."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from executed import finding
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from workbench.report import BuildResult, build
from workbench.studies.finding import MIME
from workbench.studies.present import FIGURE_MIME, TABLE_MIME

# A picture of one grey pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


def write(path: Path, *sources: str, title: str = "A page", **metadata: object) -> Path:
    """Save a notebook with a heading and a code cell for each source; returns its path."""
    cells = [new_markdown_cell(f"# {title}", id="title")]
    cells += [new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(sources)]
    notebook = new_notebook(cells=cells, metadata={"workbench": metadata} if metadata else {})
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def show(data: dict[str, object]) -> str:
    """A cell that shows one output of these kinds."""
    return (
        "import json\nfrom IPython.display import display\n"
        f"display(json.loads({json.dumps(data)!r}), raw=True)"
    )


def show_table(name: str, csv: str) -> str:
    """A cell that shows a table of this name."""
    about = {"name": name, "caption": "A table.", "csv": csv}
    return show({"text/html": "<table><tr><td>1</td></tr></table>", TABLE_MIME: about})


def show_figure(name: str) -> str:
    """A cell that shows a figure of this name."""
    about = {"name": name, "caption": "A figure.", "alt": "One grey dot.", "lead": False}
    return show({"image/png": PIXEL, FIGURE_MIME: about})


def show_finding(**changes: object) -> str:
    """A cell that shows an invented finding."""
    return show({MIME: finding(**changes).to_json()})


def make(*notebooks: Path, output: Path, **changes: object) -> BuildResult:
    """Build with what most tests share; `changes` replace it."""
    options = {"datasets": ["garden"], "environment": {}, "key_parts": {"package": "1"}}
    return build(notebooks, output=output, **(options | changes))
