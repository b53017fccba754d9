"""Results as the index shows them: an interval in words, a figure a question, the table of all."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from workbench import plots
from workbench.report.answer import in_order
from workbench.studies.monitoring import LATER
from workbench.studies.present import Figure, short_names
from workbench.studies.saying import digits, number

Finding = Mapping[str, Any]

# Scales that are counted per hundred: what follows a number, and what stands on an axis.
PER_HUNDRED = {
    "probability": ("of 100", "share, of 100"),
    "risk difference": ("in 100", "difference, in 100"),
    "share of error less": ("in 100", "less error, in 100 of it"),
    "share of error less per SD of diversity": ("in 100", "less error per SD, in 100 of it"),
    "share of spread less": ("in 100", "less spread, in 100 of it"),
    "more right per doubling": ("in 100", "more right for twice as many, in 100"),
    "fewer wins after a win": ("in 100", "fewer wins, in 100"),
    "chance of winning": ("in 100", "difference in winning, in 100"),
    "fewer replies per doubling": ("in 100", "fewer replies for twice as much, in 100"),
    "fewer replies per doubling above the bend": (
        "in 100", "fewer replies for twice as much, in 100",
    ),
    "discrimination lost per doubling": ("in 100", "fewer told apart for twice as much, in 100"),
    "first-time share less per doubling": ("in 100", "fewer first-time writers, in 100"),
}  # fmt: skip
RESULTS = (
    "question",
    "community",
    "verdict",
    "estimate [95 % interval]",
    "worth acting on",
)


def unit(row: Finding) -> str:
    """What a finding's numbers count, as an axis says it."""
    return PER_HUNDRED.get(row["scale"], ("", row["scale"]))[1]


def _factor(row: Finding) -> int:
    return 100 if row["scale"] in PER_HUNDRED else 1


def _written(value: float, places: int) -> str:
    return number(value, places).replace("-", "−")


def _short(value: float) -> str:
    """A number that was chosen, such as a limit, in as few digits as it has, at most three."""
    return f"{float(f'{value:.3g}'):g}".replace("-", "−")


def interval(row: Finding, *, spoken: bool = False) -> str:
    """
    Estimate and 95 % interval, with two significant digits of the interval's width.

    `17.5 of 100 [16.9 to 18.1]`: shares and their differences are counted per hundred.
    """
    if row["estimate"] is None:
        return "not estimated" if spoken else "–"
    factor, after = _factor(row), PER_HUNDRED.get(row["scale"], ("", ""))[0]
    after = f" {after}" if after else ""
    estimate = factor * row["estimate"]
    if row["ci_low"] is None or row["ci_high"] is None:
        return _written(estimate, 3) + after
    low, high = factor * row["ci_low"], factor * row["ci_high"]
    places = digits([low, high]) if math.isfinite(high - low) and high > low else 3
    first, *ends = (_written(value, places) for value in (estimate, low, high))
    return f"{first}{after}" + (", from {} to {}" if spoken else " [{} to {}]").format(*ends)


def _worth(row: Finding) -> str:
    """The smallest difference worth acting on, in the unit of the estimate."""
    if row["sesoi"] is None:
        return "–"
    factor, after = _factor(row), PER_HUNDRED.get(row["scale"], ("", ""))[0]
    size = f"{_short(factor * row['sesoi'])} {after}".strip()
    return f"{size} from {_short(factor * row['null_value'])}" if row["null_value"] else size


def forests(rows: Sequence[Finding]) -> str:
    """A figure for each unit and each band: rows drawn together must be comparable."""
    return "".join(map(_forest, _alike(rows)))


def thumbnail(rows: Sequence[Finding], *, beside: Finding) -> str:
    """The picture of the rows that are comparable with one of them, without a caption."""
    group = next((group for group in _alike(rows) if beside in group), None)
    if group is None:
        return ""
    shown = _drawn(group, row_height=0.42)
    return f'<img class="thumb" src="{_source(shown)}" alt="{escape(shown.alt)}">'


def _alike(rows: Sequence[Finding]) -> list[list[Finding]]:
    """Estimated rows in groups of one unit and one band."""
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for row in rows:
        if row["estimate"] is not None:
            groups.setdefault((row["scale"], row["sesoi"], row["null_value"]), []).append(row)
    return list(groups.values())


def _drawn(rows: Sequence[Finding], *, row_height: float = 0.5) -> Figure:
    """One row a community of so many inches, in the unit that is counted, beside the band."""
    first, factor = rows[0], _factor(rows[0])
    null, sesoi = factor * first["null_value"], first["sesoi"]
    band = None if sesoi is None else (null - factor * sesoi, null + factor * sesoi)
    named = short_names([row["community"] for row in rows])
    frame = pd.DataFrame(
        {
            # A dollar sign would begin a formula in the figure.
            "label": [named[row["community"]].replace("$", r"\$") for row in rows],
            "estimate": [row["estimate"] for row in rows],
            "low": [row["ci_low"] for row in rows],
            "high": [row["ci_high"] for row in rows],
        }
    ).astype({"estimate": float, "low": float, "high": float})
    frame[["estimate", "low", "high"]] *= factor
    lines = sum(max(1.0, 0.6 * plots.lines_of(label)) for label in frame["label"])
    figure, [axes] = plots.canvas(height=1.4 + row_height * lines)
    plots.forest(frame, unit=unit(first), band=band, null=null, ax=axes)
    caption = f"Estimates with their 95 % intervals ({unit(first)}), one row a community."
    caption += f" The shaded band is {_negligible(null)}." if band else ""
    return Figure(figure, first["hyp_id"], caption, _spoken(rows, band, null))


def _source(shown: Figure) -> str:
    return f"data:image/png;base64,{base64.b64encode(shown.png()).decode()}"


def _forest(rows: Sequence[Finding]) -> str:
    return framed(_drawn(rows))


def framed(shown: Figure) -> str:
    """A figure as HTML; its number comes when the page is put in order."""
    return (
        f'<figure data-name="{escape(shown.name)}">'
        f'<img src="{_source(shown)}" alt="{escape(shown.alt)}">'
        f"<figcaption>{escape(shown.caption)}</figcaption></figure>"
    )


def _negligible(null: float) -> str:
    small = "too small" if null == 0 else f"too close to {_short(null)}"
    return f"{small} to matter"


def _spoken(rows: Sequence[Finding], band: tuple[float, float] | None, null: float) -> str:
    """What the figure shows, number by number."""
    numbers = "; ".join(f"{row['community']}: {interval(row, spoken=True)}" for row in rows)
    text = f"Dots on intervals, {unit(rows[0])}. {numbers}."
    if band is not None:
        low, high = (_short(end) for end in band)
        text += f" What lies between {low} and {high} is {_negligible(null)}."
    return text


def _parts(row: Finding) -> list[str]:
    """Estimate and interval: a line may end between the two, and nowhere else."""
    estimate, bracket, rest = interval(row).partition(" [")
    return [estimate, f"[{rest}"] if bracket else [estimate]


def _result(row: Finding) -> str:
    """One row; what the estimate counts, in how many and by which design stands small below it."""
    kind = " (simulated)" if row["is_simulated"] else ""
    kind += " (looked at again)" if row.get("look") == LATER else ""
    about = f"{unit(row)}; n {row['n']:,}; design {row['grade']}"
    cells = (
        f'{escape(row["question"])}<br><span class="technical">{escape(row["hyp_id"])}</span>',
        escape(f"{row['community']}{kind}"),
        escape(row["verdict"]),
        " ".join(f'<span class="together">{escape(text)}</span>' for text in _parts(row))
        + f'<br><span class="technical">{escape(about)}</span>',
        escape(_worth(row)).replace(" from ", "<br>from "),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def results_table(findings: Sequence[Finding]) -> str:
    """Every finding of every page as a table, the answer first, and the ledger as a file."""
    rows = "".join(map(_result, in_order(findings)))
    if not rows:
        return "<p>No finding has been made yet.</p>"
    caption = (
        "Every finding of every page. Worth acting on: at least this much. Design: A randomised, "
        "B quasi-experiment, C adjusted, D descriptive."
    )
    ledger = '<p><a href="ledger.csv">All results with all digits (CSV)</a></p>'
    return plain_table(caption, RESULTS, rows) + ledger


def plain_table(caption: str, head: Sequence[str], rows: str) -> str:
    """A table of rows that are HTML already; caption and head are text."""
    titles = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    return (
        f'<div class="out"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
