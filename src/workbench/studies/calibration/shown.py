"""The calibration table as a page shows it: a table, a figure, and one sentence."""

from __future__ import annotations

import pandas as pd

from workbench import plots
from workbench.studies.calibration.draws import MISTAKE, SHOWN
from workbench.studies.calibration.table import Row, Table, read_table
from workbench.studies.present import Figure, TableView

STALE = (
    "The table was made for other code than this, so that it says nothing about the numbers on "
    "this page; `make calibrate` makes it anew."
)
NO_TABLE = "No calibration table was made; `make calibrate` makes it."
JUDGED = {True: "pass", False: "FAIL", None: "shown only"}


def _rows(names: tuple[str, ...]) -> tuple[Table | None, list[Row]]:
    table = read_table()
    found = [] if table is None else [row for row in table.rows if _wanted(row, names)]
    return table, found


def _wanted(row: Row, names: tuple[str, ...]) -> bool:
    """Of these names; without names all but the mistakes, which have a table of their own."""
    if names:
        return row.target.hypothesis in names
    return row.target.hypothesis != MISTAKE


def standing(table: Table | None) -> str:
    """Whether the table belongs to this code, and how many communities it rests on."""
    if table is None:
        return NO_TABLE
    if not table.fresh:
        return STALE
    return f"{table.replicates:,} simulated communities for each row, made by this very code."


def recovery_table(*names: str) -> TableView:
    """How each estimator did where the truth is known; all of them without names."""
    table, rows = _rows(names)
    frame = pd.DataFrame(
        [
            {
                "estimator": row.key.split(",")[0],
                "world": row.target.scenario,
                "adjusted for": row.target.adjusted,
                "truth": row.judged.truth,
                "mean estimate": row.judged.mean,
                "bias": row.judged.bias,
                "± (Monte Carlo)": row.judged.bias_error,
                "stated / true error": row.judged.error_ratio,
                "interval holds the truth": row.judged.coverage,
                "p below 0.05": row.judged.rejected,
                "no estimate": row.judged.failed,
                "result": JUDGED[row.passed],
            }
            for row in rows
        ]
    )
    failed = sum(row.passed is False for row in rows)
    judged = sum(row.passed is not None for row in rows)
    verdict = "all pass" if not failed else f"{failed} fail"
    return TableView(
        frame,
        name="calibration",
        caption=f"Is the method right where the truth is known? Of {judged} rows that are judged, "
        f"{verdict}. {standing(table)} An interval should hold the truth in 95 % of them; where "
        "nothing was planted, p should be below 0.05 in 5 %; elsewhere that share is the power. "
        "With proxies only, the simulated record hides how keen people are, as real ones do: what "
        "is left of the bias is shown, and no method that uses the record alone removes it.",
        formats={
            "interval holds the truth": "{:.1%}", "p below 0.05": "{:.1%}",
            "stated / true error": "{:.2f}", "truth": _short, "mean estimate": _short,
            "bias": _short, "± (Monte Carlo)": _short,
        },
    )  # fmt: skip


def _short(value: float) -> str:
    """Three decimals; a rounded zero has no sign."""
    text = f"{value:.3f}"
    return text.lstrip("-") if float(text) == 0 else text


def coverage_figure(*names: str) -> Figure | TableView:
    """How often the 95 % interval held the truth, against the band that chance allows."""
    table, rows = _rows(names)
    known = [row for row in rows if row.judged.coverage is not None]
    if not known:
        return TableView(pd.DataFrame(), name="coverage", caption=f"Not drawn. {standing(table)}")
    drawn = pd.DataFrame(_bar(row) for row in known)
    low = 100 * max(row.judged.coverage_low for row in known)
    high = 100 * min(row.judged.coverage_high for row in known)
    figure, (ax,) = plots.canvas(height=1.6 + 0.42 * len(drawn))
    plots.forest(
        drawn, unit="95 % intervals that held the truth, in 100", null=95.0, band=(low, high),
        band_means="expected by chance", ax=ax,
    )  # fmt: skip
    said = "; ".join(
        f"{label.replace(chr(10), ' ')}: {estimate:.0f}"
        for label, estimate in zip(drawn["label"], drawn["estimate"], strict=True)
    )
    return Figure(
        figure,
        name="coverage",
        caption="How many of 100 intervals held the truth that was planted; the band is what an "
        f"honest 95 % interval gives in {known[0].judged.replicates:,} communities. {said}. "
        f"{standing(table)}",
        alt=f"Dots on short intervals against a line at 95 and a narrow band. {said}.",
    )


def _bar(row: Row) -> dict[str, object]:
    """A share with its own Monte-Carlo interval."""
    share, n = float(row.judged.coverage or 0), row.judged.replicates - row.judged.failed
    reach = 2 * (share * (1 - share) / n) ** 0.5
    shown = " (shown only)" if row.target.held_to == SHOWN else ""
    return {
        "label": f"{row.key.split(',')[0]}, {row.target.scenario}\n{row.target.adjusted}{shown}",
        "estimate": 100 * share,
        "low": 100 * max(0.0, share - reach),
        "high": 100 * min(1.0, share + reach),
    }
