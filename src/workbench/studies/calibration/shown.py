"""The calibration table as a page shows it: a table, a figure, or one sentence in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from workbench import plots
from workbench.studies.calibration.draws import MISTAKE, NEITHER, OBSERVED, PROXIES, SHOWN
from workbench.studies.calibration.judging import at_null
from workbench.studies.calibration.of_studies import tried
from workbench.studies.calibration.table import ENOUGH, Row, Table, read_table
from workbench.studies.present import Figure, Note, TableView
from workbench.studies.saying import digits, number

NO_TABLE = "There are no numbers here yet: workbench calibrate tries the methods and keeps them."
STALE = (
    "There are no numbers here: those that were kept are about other code than this. workbench "
    "calibrate makes them anew."
)
UNFINISHED = "There are no numbers here yet: workbench calibrate has not tried every method."
NAMED = 3  # rows that a caption calls by name
ERRORS = 2  # Monte-Carlo errors beyond which a bias is called one
JUDGED = {True: "pass", False: "FAIL", None: "shown only"}
TRAITS = {OBSERVED: "keenness and quality", PROXIES: "what a record shows", NEITHER: "nothing"}
FILLED, HOLLOW = "judged", "shown only"
PERCENT = dict.fromkeys(("truth held", "p below 0.05"), "{:.1%}")


@dataclass(frozen=True)
class Words:
    """
    What an estimator is called on a page.

    short : beside a mark. said : in a table. unit : of its estimates, which are shown times
    `factor`.
    """

    short: str
    said: str
    unit: str
    factor: float = 1.0


# What a row estimates -> its words. The key is the row's own, without what was adjusted for.
WORDS = {
    "H1.1": Words("H1.1 more often", "Are they back more often? (H1.1)", "in 100 people", 100),
    "H1.1w": Words("H1.1w everybody", "The same, of everybody (H1.1w)", "in 100 people", 100),
    "H1.2a": Words("H1.2a pace", "Are they back at a quicker pace? (H1.2a)", "log hazard ratio"),
    "H1.2a, days sooner": Words(
        "H1.2a in days", "How many days sooner are they back? (H1.2a in days)", "days"
    ),
    "H1.2b": Words(
        "H1.2b sooner", "Does a sooner answer quicken the pace? (H1.2b)",
        "log hazard ratio for each halving of the wait",
    ),
    "H1.3": Words("H1.3 in an hour", "Is a thread answered within an hour? (H1.3)", "in 100", 100),
    "two_lines, first slope": Words(
        "two lines, first", "Two lines: slope before the break", "responses for each doubling"
    ),
    "two_lines, second slope": Words(
        "two lines, second", "Two lines: slope after the break", "responses for each doubling"
    ),
    "two_lines, inverted U declared": Words(
        "two lines, turn", "Two lines: a turn is declared (inverted U)", "yes or no"
    ),
    "dawid_skene, skill of a rater": Words(
        "Dawid-Skene, skill", "Dawid and Skene's raters: how often one is right", "in 100", 100
    ),
    "dawid_skene, confidence less share right": Words(
        "Dawid-Skene, surety", "Dawid and Skene's raters: confidence less share right",
        "in 100", 100,
    ),
    "random_effects, mean effect": Words(
        "pooled, mean", "Pooled effect: mean of all communities", "units of the effect"
    ),
    "random_effects, effect of a further one": Words(
        "pooled, next one", "Pooled effect: in one more community", "units of the effect"
    ),
}  # fmt: skip


def words(row: Row) -> Words:
    """What the estimator of a row is called; its own key where nobody has given it words."""
    name = row.key.removesuffix(f", {row.target.adjusted}")
    return _all_words().get(name, Words(name, name, ""))


@cache
def _all_words() -> dict[str, Words]:
    """The words above, and those that a study has beside its own experiments."""
    found = dict(WORDS)
    for module in tried():
        found |= getattr(module, "WORDS", {})
    return found


def obstacle(table: Table | None, rows: Sequence[Row]) -> str:
    """Why these rows of a table cannot be shown, in one sentence; empty where they can."""
    if table is None:
        return NO_TABLE
    if not all(row.fresh for row in rows):
        return STALE
    unfinished = any(row.target.hypothesis in table.waiting for row in rows)
    return UNFINISHED if unfinished else ""


def standing(rows: Sequence[Row]) -> str:
    """How many data sets the rows rest on, and whether that is enough for a verdict."""
    counts = sorted({row.judged.replicates for row in rows})
    often = " or ".join(f"{count:,}" for count in counts)
    few = "" if counts[0] >= ENOUGH else f", fewer than the {ENOUGH:,} on which a verdict may rest"
    return f"Each row rests on {often} simulated data sets{few}."


def in_100(share: float, n: int) -> tuple[float, float, float]:
    """A share and its 95 % Wilson interval, in 100."""
    low, high = proportion_confint(round(share * n), n, method="wilson")
    return 100 * share, 100 * float(low), 100 * float(high)


def _rows(names: tuple[str, ...]) -> tuple[list[Row], str]:
    """The rows of these names, or why there are none; without names all but the mistakes."""
    table = read_table()
    rows = [row for row in (table.rows if table else ()) if row.target.hypothesis != MISTAKE]
    found = [row for row in rows if not names or row.target.hypothesis in names]
    why = obstacle(table, found)
    return ([], why) if why else (found, "" if found else NO_TABLE)


def recovery_table(*names: str) -> TableView | Note:
    """How each estimator did where the truth is known; all of them without names."""
    rows, why = _rows(names)
    if why:
        return Note(why)
    return TableView(
        pd.DataFrame([{**_seen(row), **_numbers(row)} for row in rows]),
        name="calibration",
        caption=f"Is the method right where the truth is known? {_verdict(rows)} {standing(rows)} "
        "Behind ± stands how far the bias may be off by chance. An honest 95 % interval holds the "
        "truth in 95 of 100 data sets, and its stated error is the true one (ratio 1). Where "
        "nothing was planted, p below 0.05 is a false alarm, 5 in 100 if the method is honest; "
        f"where something was, the same share is the power.{_left(rows)}",
        formats=PERCENT | {"stated / true error": "{:.2f}"},
        below={
            "estimated": ["unit"], "world": ["adjusted for", "truth"], "bias": ["give or take"],
            "p below 0.05": ["meaning"],
        },
        hidden=list(_numbers(rows[0])),
    )  # fmt: skip


def _p(row: Row) -> tuple[float | None, str | None]:
    """The share of p below 0.05, and what it is; neither where no null is fixed."""
    if row.target.null is None or row.judged.rejected is None:
        return None, None
    return row.judged.rejected, "false alarms" if at_null(row.target) else "power"


def _numbers(row: Row) -> dict[str, object]:
    """A row in the scale of its hypothesis, for the file beside the page."""
    one = row.judged
    return {
        "key": row.key, "true_value": one.truth, "mean_estimate": one.mean, "mean_error": one.bias,
        "monte_carlo_error": one.bias_error, "data_sets": one.replicates,
        "without_estimate": one.failed, "out_of_band": "; ".join(one.faults),
    }  # fmt: skip


def _seen(row: Row) -> dict[str, object]:
    """A row as it is read."""
    one, called, (share, meaning) = row.judged, words(row), _p(row)
    failed = f", {one.failed} of {one.replicates} without estimate" if one.failed else ""
    truth, bias, error = _bias(row)
    adjusted = TRAITS.get(row.target.adjusted, row.target.adjusted)
    return {
        "estimated": called.said,
        "unit": called.unit or None,
        "result": JUDGED[row.passed] + failed,
        "world": row.target.scenario,
        "adjusted for": None if row.target.adjusted == NEITHER else f"adjusted for {adjusted}",
        "truth": None if truth is None else f"truth: {truth}",
        "bias": bias,
        "give or take": error,
        "stated / true error": one.error_ratio,
        "truth held": one.coverage,
        "p below 0.05": share,
        "meaning": meaning,
    }


def _bias(row: Row) -> tuple[str | None, str | None, str | None]:
    """Truth, bias and its error; nothing for a yes or no, whose alarms and power say it all."""
    one, factor = row.judged, words(row).factor
    if one.coverage is None:
        return None, None, None
    bias, error = factor * one.bias, factor * one.bias_error
    places = digits([bias - ERRORS * error, bias + ERRORS * error])
    sign = "+" if round(bias, places) > 0 else ""
    said = f"{sign}{number(bias, places)}"
    return number(factor * one.truth, places), said, f"± {number(error, places)}"


def _called(row: Row) -> str:
    return f"{words(row).short} ({row.target.scenario})"


def _verdict(rows: Sequence[Row]) -> str:
    judged = [row for row in rows if row.passed is not None]
    if not judged:
        return "No row is judged here."
    failed = [row for row in judged if not row.passed]
    if not failed:
        return f"All {len(judged)} judged rows pass."
    faults = "; ".join(f"{_called(row)}: {', '.join(row.judged.faults)}" for row in failed)
    return (
        f"{len(judged) - len(failed)} of {len(judged)} judged rows pass. Out of the band: {faults}."
    )


def _left(rows: Sequence[Row]) -> str:
    """What adjustment for a record alone leaves, in the table's own numbers."""
    proxies = [row for row in rows if row.target.adjusted == PROXIES]
    off = [row for row in proxies if abs(row.judged.bias) > ERRORS * row.judged.bias_error]
    if not off:
        return ""
    up = sum(row.judged.bias > 0 for row in off)
    way = {len(off): ", always upwards", 0: ", always downwards"}.get(up, "")
    return (
        f" Adjusted for what a record shows, {len(off)} of {len(proxies)} estimates miss the truth "
        f"by more than {ERRORS} such errors{way}: a record hides how keen people are, and more "
        "people do not mend that."
    )


def coverage_figure(*names: str) -> Figure | None:
    """
    How often the 95 % interval held the truth, against the band that chance allows.

    One row a question and world; crude differences are in the table only. None where there is
    nothing to draw: the table then says why.
    """
    rows, _ = _rows(names)
    known = [
        row for row in rows if row.judged.coverage is not None and row.target.adjusted in TRAITS
    ]
    if not known:
        return None
    drawn = pd.DataFrame([_mark(row) for row in known])
    lines = drawn["group"].nunique() + len(drawn[["group", "label"]].drop_duplicates())
    figure, (ax,) = plots.canvas(height=1.4 + 0.24 * lines)
    plots.grouped(
        drawn, unit="95 % intervals that held the truth, of 100", null=95.0,
        band_means="expected by chance", ax=ax,
    )  # fmt: skip
    said = _where(known)
    return Figure(
        figure,
        name="coverage",
        caption="How many of 100 intervals held the truth that was planted, with 95 % intervals; "
        "shaded: where an honest 95 % interval lies by chance. Filled marks are judged: keenness "
        "and quality are known, or there is nothing to adjust for. Hollow marks are shown only, "
        f"most of them adjusted for what a record shows. {said} {standing(known)}",
        alt=f"Marks on short intervals beside a line at 95 with a narrow band. {said}",
    )


def _mark(row: Row) -> dict[str, object]:
    one = row.judged
    share, low, high = in_100(float(one.coverage or 0.0), one.replicates - one.failed)
    return {
        "group": row.target.scenario, "label": words(row).short,
        "kind": HOLLOW if row.target.held_to == SHOWN else FILLED,
        "estimate": share, "low": low, "high": high,
        "band_low": 100 * one.coverage_low, "band_high": min(100.0, 100 * one.coverage_high),
    }  # fmt: skip


def _where(rows: Sequence[Row]) -> str:
    """How many marks of each kind lie in the band, and numbers for those that do not."""
    parts = []
    for kind in (FILLED, HOLLOW):
        own = [row for row in rows if (row.target.held_to == SHOWN) == (kind == HOLLOW)]
        out = [row for row in own if not _in_band(row)]
        if own:
            listed = _outside(out)
            word = "filled" if kind == FILLED else "hollow"
            parts.append(
                f"Of {len(own)} {word} marks {len(own) - len(out)} lie in the band"
                + (f"; outside: {listed}." if out else ".")
            )
    return " ".join(parts)


def _outside(rows: Sequence[Row]) -> str:
    """A few rows by name, many from the lowest to the highest."""
    shares = [100 * float(row.judged.coverage or 0.0) for row in rows]
    if len(rows) > NAMED:
        return f"{len(rows)}, at {min(shares):.0f} to {max(shares):.0f}"
    called = zip(rows, shares, strict=True)
    return "; ".join(f"{_called(row)} at {share:.0f}" for row, share in called)


def _in_band(row: Row) -> bool:
    one = row.judged
    return one.coverage_low <= float(one.coverage or 0.0) <= one.coverage_high
