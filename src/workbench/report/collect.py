"""What an executed notebook says: findings, and a file for each of its figures and tables."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from workbench.errors import ReportError
from workbench.report.answer import FINDING
from workbench.report.exporter import FIGURE, TABLE
from workbench.studies.finding import LEDGER

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
NUMBERS = (
    "estimate", "se", "ci_low", "ci_high", "p", "p_holm", "q_bh", "sesoi", "tost_p",
    "evalue_point", "evalue_ci", "spec_share_same_sign", "negcontrol_p", "n", "clusters",
)  # fmt: skip


@dataclass(frozen=True)
class Collected:
    """
    The findings of one page as plain JSON values, and file name -> bytes for the page's folder.

    `files` holds `<name>.png` for each figure and `<name>.csv` for each table.
    """

    findings: list[dict[str, Any]]
    files: dict[str, bytes]


@dataclass(frozen=True)
class About:
    """What the index says of a page: title, reading time in minutes, and the part it belongs to."""

    title: str
    minutes: int | None
    part: str


def about(notebook: NotebookNode, *, slug: str) -> About:
    """
    The first heading of a notebook, and its metadata `workbench: {minutes, part}`.

    `part` is `learn`, `data` (using one's own data) or `check`; without it, pages whose name begins
    with a capital A are checks, the others are for learning.
    """
    lines = (line for cell in notebook.cells if cell.cell_type == "markdown"
             for line in cell.source.splitlines())  # fmt: skip
    title = next((line[2:].strip() for line in lines if line.startswith("# ")), slug)
    own = notebook.metadata.get("workbench", {})
    part = own.get("part", "check" if slug.startswith("A") else "learn")
    return About(title, own.get("minutes"), part)


def collect(notebook: NotebookNode, *, page: str) -> Collected:
    """
    Findings, figures and tables among the outputs of an executed notebook.

    Raises
    ------
    ReportError
        Two figures or two tables have one name, a name cannot be a file's, a figure has no picture,
        or a finding lacks a field or has something else than a number where one belongs.
    """
    findings: list[dict[str, Any]] = []
    files: dict[str, bytes] = {}
    for where, data in _outputs(notebook, page):
        if FINDING in data:
            findings.append(_checked(data[FINDING], where))
        if FIGURE in data:
            picture = data.get("image/png")
            if not picture:
                raise ReportError(
                    f"{where}: expected a PNG with the figure, got none. Show it as a Figure."
                )
            _add(files, data[FIGURE]["name"], "png", base64.b64decode(picture), where)
        if TABLE in data:
            text = data[TABLE]["csv"]
            _add(files, data[TABLE]["name"], "csv", text.encode("utf-8"), where)
    return Collected(findings, files)


def _outputs(notebook: NotebookNode, page: str) -> Iterator[tuple[str, Any]]:
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            if output.output_type in ("display_data", "execute_result"):
                yield f"{page}, cell {number}", output.data


def _add(files: dict[str, bytes], name: str, ending: str, content: bytes, where: str) -> None:
    if not NAME.fullmatch(name):
        raise ReportError(
            f"{where}: expected a name of small letters, digits, - and _, got {name!r}. Rename it."
        )
    if f"{name}.{ending}" in files:
        kind = "figure" if ending == "png" else "table"
        raise ReportError(
            f"{where}: expected a new name, got a second {kind} called {name!r}. Rename one."
        )
    files[f"{name}.{ending}"] = content


def _checked(row: dict[str, Any], where: str) -> dict[str, Any]:
    missing = [name for name in LEDGER if name not in row]
    if missing:
        raise ReportError(
            f"{where}: expected a finding with all ledger columns, got one without "
            f"{', '.join(missing)}. Make it with workbench.studies.finding.Finding."
        )
    for name in NUMBERS:
        value = row[name]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is not None and not (number and not math.isnan(value)):
            raise ReportError(
                f"{where}: {name} of {row['hyp_id']} is not a number. "
                "Use None for what was not computed."
            )
    return dict(row)
