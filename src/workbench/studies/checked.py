"""How every hypothesis's method did where the truth is known: one row a hypothesis."""

from __future__ import annotations

import pandas as pd

from workbench.studies.calibration.shown import coverage_figure, words
from workbench.studies.calibration.table import Row, Table, read_table, state
from workbench.studies.hypotheses import Hypothesis, hypotheses
from workbench.studies.present import Figure, TableView
from workbench.studies.verdict import FAILED, PASSED, UNAVAILABLE

SAID = {PASSED: "passed", FAILED: "FAILED", UNAVAILABLE: "not tried"}
STALE = "tried, but the code has changed since"


def calibration_by_hypothesis() -> TableView:
    """Passed, failed or not tried; how many worlds are judged and how many are shown only."""
    table = read_table()
    lines = [_line(row, table) for row in hypotheses().values()]
    results = [line["result"] for line in lines]
    counts = ", ".join(f"{results.count(word)} {word}" for word in dict.fromkeys(results))
    return TableView(
        pd.DataFrame(lines),
        name="calibration-by-hypothesis",
        caption="Is the method of each hypothesis right where the truth is known? Each was given "
        "simulated data, many times over, and is judged by its bias, by how often its 95 % "
        "interval holds the truth, and by its false alarms. Worlds in which it knows only what a "
        "record shows are shown and not judged, because there it cannot be right. Of "
        f"{len(lines)} hypotheses: {counts}. What has not passed cannot be called supported.",
        below={"question": ["hypothesis"], "result": ["out of the band"]},
    )


def _line(hypothesis: Hypothesis, table: Table | None) -> dict[str, object]:
    rows = list(table.of(hypothesis.id)) if table else []
    judged = [row for row in rows if row.passed is not None]
    sets = sum(row.judged.replicates for row in rows)
    return {
        "question": hypothesis.question,
        "hypothesis": hypothesis.id,
        "result": _result(hypothesis, table, rows),
        "out of the band": "; ".join(_faults(row) for row in judged if not row.passed) or None,
        "judged worlds passed": f"{sum(bool(row.passed) for row in judged)} of {len(judged)}"
        if judged
        else None,
        "shown only": len(rows) - len(judged) if rows else None,
        "simulated data sets": sets or None,
    }


def _result(hypothesis: Hypothesis, table: Table | None, rows: list[Row]) -> str:
    if rows and not all(row.fresh for row in rows):
        return STALE
    return SAID[state(hypothesis.id, table)]


def _faults(row: Row) -> str:
    return f"{words(row).short} ({row.target.scenario}): {', '.join(row.judged.faults)}"


def coverage_by_study() -> dict[str, Figure]:
    """Study -> how often its intervals held the truth; nothing for a study without numbers."""
    studies = dict.fromkeys(row.study for row in hypotheses().values())
    drawn = {study: coverage_figure(*hypotheses(study)) for study in studies}
    return {study: figure for study, figure in drawn.items() if figure is not None}
