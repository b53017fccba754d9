"""What an executed notebook says: findings, and a file for each of its figures and tables."""

from __future__ import annotations

import base64
import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from workbench.errors import ReportError
from workbench.models.multiplicity import benjamini_hochberg, holm
from workbench.report.folder import write_whole
from workbench.studies.finding import LEDGER, MIME
from workbench.studies.present import FIGURE_MIME, TABLE_MIME

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
NUMBERS = (
    "estimate", "se", "ci_low", "ci_high", "p", "p_holm", "q_bh", "sesoi", "tost_p",
    "evalue_point", "evalue_ci", "spec_share_same_sign", "negcontrol_p", "n", "clusters",
)  # fmt: skip
ORDER = ("study", "hyp_id", "dataset_id", "estimand", "scale")


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
        if MIME in data:
            findings.append(_checked(data[MIME], where))
        if FIGURE_MIME in data:
            picture = data.get("image/png")
            if not picture:
                raise ReportError(
                    f"{where}: expected a PNG with the figure, got none. Show it as a Figure."
                )
            _add(files, data[FIGURE_MIME]["name"], "png", base64.b64decode(picture), where)
        if TABLE_MIME in data:
            text = data[TABLE_MIME]["csv"]
            _add(files, data[TABLE_MIME]["name"], "csv", text.encode("utf-8"), where)
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


def write_ledger(findings: Sequence[dict[str, Any]], path: Path) -> None:
    """
    Write `ledger.csv` whole: one row a finding, the columns of `LEDGER`, sorted.

    `p_holm` and `q_bh` are filled per data set and family. Empty means not computed; yes and no are
    `true` and `false`. Equal findings give equal bytes.

    Raises
    ------
    ReportError
        Two pages disagree about one finding.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(LEDGER)
    writer.writerows([_cell(row[name]) for name in LEDGER] for row in adjusted(findings))
    write_whole(path, text.getvalue().encode("utf-8"))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def adjusted(findings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    Ledger rows with p-values adjusted for the number of questions asked of a data set.

    Rows that were specified beforehand and belong to a confirmatory family share the error rate
    (Holm 1979); exploratory ones get a false discovery rate (Benjamini & Hochberg 1995,
    doi:10.1111/j.2517-6161.1995.tb02031.x). Verdicts are the studies' and stay.
    """
    groups: dict[tuple[str, str, bool], list[dict[str, Any]]] = defaultdict(list)
    for row in _distinct(findings):
        groups[row["dataset_id"], row["family"], _confirmatory(row)].append(row)
    done: list[dict[str, Any]] = []
    for (_, _, confirmatory), rows in groups.items():
        filled, other = ("p_holm", "q_bh") if confirmatory else ("q_bh", "p_holm")
        adjust = holm if confirmatory else benjamini_hochberg
        values = adjust([row["p"] for row in rows])
        done += [
            {**row, filled: None if math.isnan(value) else float(value), other: None}
            for row, value in zip(rows, values, strict=True)
        ]
    return sorted(done, key=_key)


def _confirmatory(row: dict[str, Any]) -> bool:
    return bool(row["prespecified"]) and not row["family"].startswith("exploratory")


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in ORDER)


def _distinct(findings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ledger rows in order; a finding shown on two pages counts once."""
    seen: dict[tuple[str, ...], dict[str, Any]] = {}
    for finding in findings:
        row = {name: finding[name] for name in LEDGER}
        if seen.setdefault(_key(row), row) != row:
            raise ReportError(
                f"ledger: expected one result of {row['hyp_id']} on {row['dataset_id']} "
                f"({row['scale']}), got two that differ. Build all pages again with --force."
            )
    return sorted(seen.values(), key=_key)
