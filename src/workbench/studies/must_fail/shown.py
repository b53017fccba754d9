"""The mistakes as a page shows them: a table and a figure from the kept calibration table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from workbench import plots
from workbench.studies.calibration.judging import ALPHA
from workbench.studies.calibration.shown import standing
from workbench.studies.calibration.table import Row, Table, read_table
from workbench.studies.must_fail.catalogue import demonstrations
from workbench.studies.must_fail.demonstration import (
    BETTER,
    COVERAGE,
    ERRORS_TOGETHER,
    FALSE_ALARMS,
    NAIVE,
    SIGN,
    Demonstration,
    errs,
    holds,
)
from workbench.studies.present import Figure, TableView

EXPECTED = 100 * ALPHA  # false alarms, and intervals that miss, in 100
TEMPTING = "The tempting analyses"
BETTER_ONES = "The better ones, same scale"
IN_100 = "False alarms, or intervals that miss"


@dataclass(frozen=True)
class Shown:
    """A demonstration with how its two analyses did in the kept table."""

    demonstration: Demonstration
    naive: Row
    better: Row

    @property
    def is_share(self) -> bool:
        """Whether the mistake is told as a share of data sets, and not as a bias."""
        return self.demonstration.error in (FALSE_ALARMS, COVERAGE)

    @property
    def succeeds(self) -> bool:
        """Whether the naive analysis errs as stated and the better one does not."""
        return errs(self.demonstration, self.naive) and holds(self.demonstration, self.better)


def _kept(table: Table | None, one: Demonstration) -> Shown | None:
    """The rows of a demonstration in the table, if it has them."""
    rows = {
        row.key: row
        for row in (table.rows if table else ())
        if row.experiment == one.experiment.name
    }
    return Shown(one, rows[NAIVE], rows[BETTER]) if {NAIVE, BETTER} <= set(rows) else None


def must_fail_table(*keys: str) -> TableView:
    """
    Each mistake with its tempting and its better analysis, and how both did.

    Without keys all mistakes. Raises StudyError for a key that is none of theirs.
    """
    table, chosen = read_table(), demonstrations(*keys)
    found = [_kept(table, one) for one in chosen]
    known = [one for one in found if one is not None]
    frame = pd.DataFrame([_line(one, kept) for one, kept in zip(chosen, found, strict=True)])
    done = sum(one.succeeds for one in known)
    return TableView(
        frame,
        name="must-fail",
        caption="Tempting analyses of simulated data, whose truth is known, beside better ones of "
        "the same data. Behind ± stands the Monte-Carlo error of a mean error, in brackets the 95 "
        f"% interval of a share. {_told(done, len(known))}{standing(table)}",
        formats={"shown": lambda value: {True: "yes", False: "NO"}[value]},
    )


def _told(done: int, known: int) -> str:
    if not known:
        return ""
    return f"Of {known} mistakes, {done} err as stated where the better analysis does not. "


def _line(one: Demonstration, kept: Shown | None) -> dict[str, object]:
    refusal = f"; needs {one.refusal}" if one.refusal else ""
    return {
        "mistake": f"{one.title} ({one.key})",
        "tempting analysis": one.naive,
        "why it errs": one.why,
        "how it errs": one.error,
        "its error": None if kept is None else _said(kept, kept.naive),
        "better analysis": one.better + refusal,
        "its error there": None if kept is None else _said(kept, kept.better),
        "in": _scale(one),
        "shown": None if kept is None else kept.succeeds,
    }


def _scale(one: Demonstration) -> str:
    """What the errors are counted in."""
    shares = {FALSE_ALARMS: "false alarms", COVERAGE: "intervals that miss the truth"}
    return shares.get(one.error, one.unit)


def _said(kept: Shown, row: Row) -> str:
    """The error of one analysis in words: a share with its interval, or a mean with its error."""
    if kept.is_share:
        share, low, high = _share(kept, row)
        return f"{share:.0f} in 100 ({low:.0f} to {high:.0f})"
    one, sign = row.judged, kept.demonstration.error == SIGN
    # Adding 0 takes the sign from a rounded zero.
    value = round(one.mean if sign else one.bias, 3) + 0.0
    error = f"{value:+.3f} ± {one.bias_error:.3f}"
    return f"{error} where {one.truth:+.3f} is true" if sign else error


def _share(kept: Shown, row: Row) -> tuple[float, float, float]:
    """False alarms, or intervals that miss the truth, in 100, with limits."""
    one = row.judged
    if kept.demonstration.error == FALSE_ALARMS:
        parts = (one.rejected, one.rejected_low, one.rejected_high)
        share, low, high = (100 * float(part or 0.0) for part in parts)
        return share, low, high
    missed = 1 - float(one.coverage or 0.0)
    reach = 2 * (missed * (1 - missed) / (one.replicates - one.failed)) ** 0.5
    return 100 * missed, 100 * max(0.0, missed - reach), 100 * min(1.0, missed + reach)


def must_fail_figure(*keys: str) -> Figure | TableView:
    """
    How far the tempting and the better analyses miss; a sentence where no table was made.

    Without keys all mistakes. Raises StudyError for a key that is none of theirs.
    """
    table = read_table()
    known = [kept for one in demonstrations(*keys) if (kept := _kept(table, one)) is not None]
    if not known:
        return TableView(
            pd.DataFrame(), name="must-fail-errors", caption=f"Not drawn. {standing(table)}"
        )
    biased, shares = ([one for one in known if one.is_share == share] for share in (False, True))
    figure, axes = plots.canvas(
        height=1.5 + 0.36 * max(len(biased), 2 * len(shares)),
        panels=2 * bool(biased) + bool(shares),
    )
    if biased:
        _draw_biases(biased, axes)
    if shares:
        _draw_shares(shares, axes[-1])
    said = "; ".join(
        f"{one.demonstration.key}: {_said(one, one.naive)}, better {_said(one, one.better)}"
        for one in known
    )
    done = sum(one.succeeds for one in known)
    return Figure(
        figure,
        name="must-fail-errors",
        caption="How far tempting and better analyses of the same simulated data miss the truth. "
        "A mean error is counted in standard errors of the tempting analysis, as one data set "
        "would show it, so that beyond 2 an interval would usually exclude the truth; false alarms "
        f"and misses should be {EXPECTED:.0f} in 100. {_told(done, len(known))}{standing(table)}",
        alt="Dots on short intervals: those of tempting analyses lie apart from the line that "
        f"says no error, those of better ones on it. {said}.",
    )


def _draw_biases(biased: Sequence[Shown], axes: Sequence[plots.Axes]) -> None:
    """Two panels on one scale: the mean errors of the tempting analyses, and of the better."""
    for ax, title, key in zip(axes, (TEMPTING, BETTER_ONES), (NAIVE, BETTER), strict=False):
        rows = pd.DataFrame(_bar(one, getattr(one, key)) for one in biased)
        plots.forest(rows, unit="mean error, standard errors of the tempting analysis", ax=ax)
        ax.set_title(title, loc="left")
    widest = max(abs(limit) for ax in axes[:2] for limit in ax.get_xlim())
    for ax in axes[:2]:
        ax.set_xlim(-widest, widest)


def _bar(kept: Shown, row: Row) -> dict[str, object]:
    """A mean error with two Monte-Carlo errors, in standard errors of the tempting analysis."""
    unit, one = kept.naive.judged.spread, row.judged
    middle, reach = one.bias / unit, 2 * one.bias_error / unit
    return {
        "label": kept.demonstration.key, "estimate": middle,
        "low": middle - reach, "high": middle + reach,
    }  # fmt: skip


def _draw_shares(shares: Sequence[Shown], ax: plots.Axes) -> None:
    """One panel: each mistake's tempting analysis, and its better one below."""
    rows = [
        dict(zip(("label", "estimate", "low", "high"), (label, *_share(one, row)), strict=True))
        for one in shares
        for label, row in ((one.demonstration.key, one.naive), ("  instead", one.better))
    ]
    n = min(row.judged.replicates for one in shares for row in (one.naive, one.better))
    reach = 100 * ERRORS_TOGETHER * (ALPHA * (1 - ALPHA) / n) ** 0.5
    plots.forest(
        pd.DataFrame(rows), unit="in 100 data sets", null=EXPECTED,
        band=(max(0.0, EXPECTED - reach), EXPECTED + reach), band_means="expected by chance", ax=ax,
    )  # fmt: skip
    ax.set_title(IN_100, loc="left")
