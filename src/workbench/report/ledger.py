"""The ledger: one row for every finding of every page, rebuilt whole."""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.errors import ReportError
from workbench.models.multiplicity import benjamini_hochberg, holm
from workbench.report.folder import write_whole
from workbench.studies.finding import LEDGER

ORDER = ("study", "hyp_id", "dataset_id", "estimand", "scale")


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
    return bool(row["prespecified"]) and not row["family"].endswith("exploratory")


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in ORDER)


def _distinct(findings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ledger rows in order; a finding shown on two pages counts once."""
    seen: dict[tuple[str, ...], dict[str, Any]] = {}
    for finding in findings:
        # A page that cannot be made any more may be older than a column.
        row = {name: finding.get(name) for name in LEDGER}
        if seen.setdefault(_key(row), row) != row:
            raise ReportError(
                f"ledger: expected one result of {row['hyp_id']} on {row['dataset_id']} "
                f"({row['scale']}), got two that differ. Build all pages again with --force."
            )
    return sorted(seen.values(), key=_key)
