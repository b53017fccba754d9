"""The mistakes as a page shows them: a table and a figure from the kept calibration table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from workbench import plots
from workbench.studies.calibration.judging import ALPHA
from workbench.studies.calibration.shown import NO_TABLE, STALE, in_100, obstacle, standing
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
from workbench.studies.saying import number

EXPECTED = 100 * ALPHA  # false alarms, and intervals that miss, in 100
TEMPTING, INSTEAD = "tempting analysis", "better analysis"
MEAN_ERRORS, IN_100 = "Mean errors", "False alarms, or intervals that miss"
CHANCE = "expected by chance"
TRIED_BEFORE = "tried with other code than this"
NOT_TRIED = "not tried yet"


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


@dataclass(frozen=True)
class Known:
    """A demonstration, how it did in the kept table, and why there is nothing to say of that."""

    demonstration: Demonstration
    kept: Shown | None
    why: str = ""


def _known(keys: tuple[str, ...]) -> list[Known]:
    """The mistakes of these keys; rows about other code take only their own mistake's numbers."""
    table = read_table()
    return [_standing(table, one) for one in demonstrations(*keys)]


def _standing(table: Table | None, one: Demonstration) -> Known:
    """A demonstration with its rows in the table, or with why they are not shown."""
    rows = {
        row.key: row
        for row in (table.rows if table else ())
        if row.experiment == one.experiment.name
    }
    why = obstacle(table, list(rows.values()))
    if why or not {NAIVE, BETTER} <= set(rows):
        return Known(one, None, why or NO_TABLE)
    return Known(one, Shown(one, rows[NAIVE], rows[BETTER]))


def must_fail_table(*keys: str) -> TableView:
    """
    Each mistake with its tempting and its better analysis, and how both did.

    Without keys all mistakes. Raises StudyError for a key that is none of theirs.
    """
    known = _known(keys)
    return TableView(
        pd.DataFrame([_line(one) for one in known]),
        name=re.sub(r"[^a-z0-9]+", "-", " ".join(("must fail", *keys)).lower()),
        caption="Tempting analyses of simulated data, whose truth is known, beside better ones of "
        "the same data. Below each stands how far it was off: on average, with what chance leaves "
        "open behind ±; or how often, with a 95 % interval. " + _told(known),
        below={
            "mistake": ["why it errs", "result"], "tempting analysis": ["its error"],
            "better analysis": ["its error there"],
        },
        hidden=["key", "how it errs", "in", "shown", "not shown because"],
    )  # fmt: skip


def _told(known: Sequence[Known]) -> str:
    """How many mistakes err as stated, and what keeps the numbers of others from the page."""
    shown = [one.kept for one in known if one.kept is not None]
    if not shown:
        return known[0].why
    done = sum(one.succeeds for one in shown)
    if len(shown) > 1:
        which = f"Of {len(shown)} mistakes, {done} {'errs' if done == 1 else 'err'} as stated"
    else:
        which = "The mistake errs as stated" if done else "The mistake does not err as stated"
    rest = standing([row for one in shown for row in (one.naive, one.better)])
    return f"{which} where the better analysis does not. {rest}{_without(known)}"


def _without(known: Sequence[Known]) -> str:
    """How many mistakes have no numbers beside others that have some, and why."""
    whys = [one.why for one in known if one.why]
    counted = ((whys.count(STALE), TRIED_BEFORE), (whys.count(NO_TABLE), NOT_TRIED))
    return "".join(f" Without numbers: {count}, {said}." for count, said in counted if count)


def _line(known: Known) -> dict[str, object]:
    one, kept = known.demonstration, known.kept
    missing = kept is not None and not kept.succeeds
    unit = "" if kept is None or kept.is_share else f", {one.unit}"
    return {
        "mistake": f"{one.title} ({one.key}).",
        "why it errs": one.why,
        "result": "NOT SHOWN by these data." if missing else None,
        "tempting analysis": one.naive,
        "its error": None if kept is None else f"{_said(kept, kept.naive)}{unit}",
        "better analysis": one.better + (f"; needs {one.refusal}" if one.refusal else ""),
        "its error there": None if kept is None else _said(kept, kept.better),
        "key": one.key,
        "how it errs": one.error,
        "in": one.unit,
        "shown": None if kept is None else kept.succeeds,
        "not shown because": known.why or None,
    }


def _said(kept: Shown, row: Row) -> str:
    """The error of one analysis in words: a share with its interval, or a mean with its error."""
    error = kept.demonstration.error
    if kept.is_share:
        share, low, high = _share(kept, row)
        what = "false alarms" if error == FALSE_ALARMS else "intervals miss the truth"
        return f"{share:.0f} of 100 {what} ({low:.0f} to {high:.0f})"
    one, sign = row.judged, error == SIGN
    said = f"{_signed(one.mean if sign else one.bias)} ± {number(one.bias_error, 3)}"
    return f"{said} where {_signed(one.truth)} is true" if sign else said


def _signed(value: float) -> str:
    """Three decimals with a sign; a rounded zero has none."""
    return ("+" if round(value, 3) > 0 else "") + number(value, 3)


def _share(kept: Shown, row: Row) -> tuple[float, float, float]:
    """False alarms, or intervals that miss the truth, in 100, with limits."""
    one = row.judged
    if kept.demonstration.error == FALSE_ALARMS:
        parts = (one.rejected, one.rejected_low, one.rejected_high)
        share, low, high = (100 * float(part or 0.0) for part in parts)
        return share, low, high
    return in_100(1 - float(one.coverage or 0.0), one.replicates - one.failed)


def must_fail_figure(*keys: str) -> Figure | None:
    """
    How far the tempting and the better analyses miss; None where there are no numbers.

    Without keys all mistakes. Raises StudyError for a key that is none of theirs.
    """
    every = _known(keys)
    known = [one.kept for one in every if one.kept is not None]
    if not known:
        return None
    biased, shares = ([one for one in known if one.is_share == share] for share in (False, True))
    panels = [(draw, part) for draw, part in ((_biases, biased), (_shares, shares)) if part]
    lines = [len(part) + 1 for _, part in panels]
    figure, axes = plots.canvas(
        height=(0.8 + 0.8 * len(panels) + 0.26 * sum(lines)) / len(panels), panels=len(panels),
        ratios=lines,
    )  # fmt: skip
    for ax, (draw, part) in zip(axes, panels, strict=True):
        draw(part, ax)
    said = "; ".join(
        f"{one.demonstration.key}: {_said(one, one.naive)}, better {_said(one, one.better)}"
        for one in known
    )
    return Figure(
        figure,
        name="must-fail-errors",
        caption="How far tempting and better analyses of the same simulated data miss the truth. "
        "A mean error is counted in standard errors of the tempting analysis, as one data set "
        "would show it, so that beyond 2 an interval would usually exclude the truth; false alarms "
        f"and misses should be {EXPECTED:.0f} in 100. {_told(every)}",
        alt="Marks on short intervals: hollow ones of tempting analyses lie apart from the line of "
        f"no error, filled ones of better analyses on it. {said}.",
    )


def _biases(known: Sequence[Shown], ax: plots.Axes) -> None:
    """Mean errors with two Monte-Carlo errors, in standard errors of the tempting analysis."""
    rows = []
    for one in known:
        spread = one.naive.judged.spread
        for kind, row in ((INSTEAD, one.better), (TEMPTING, one.naive)):
            middle, reach = row.judged.bias / spread, 2 * row.judged.bias_error / spread
            limits = (middle, middle - reach, middle + reach)
            rows.append(_mark(MEAN_ERRORS, one, kind, limits, (0.0, 0.0)))
    plots.grouped(
        pd.DataFrame(rows), unit="standard errors of the tempting analysis", null=0.0,
        band_means=CHANCE, ax=ax,
    )  # fmt: skip


def _shares(known: Sequence[Shown], ax: plots.Axes) -> None:
    """False alarms, or intervals that miss, in 100, with the band that chance allows."""
    rows = []
    for one in known:
        for kind, row in ((INSTEAD, one.better), (TEMPTING, one.naive)):
            reach = 100 * ERRORS_TOGETHER * (ALPHA * (1 - ALPHA) / row.judged.replicates) ** 0.5
            band = (max(0.0, EXPECTED - reach), EXPECTED + reach)
            rows.append(_mark(IN_100, one, kind, _share(one, row), band))
    plots.grouped(
        pd.DataFrame(rows), unit="of 100 data sets", null=EXPECTED, band_means=CHANCE, ax=ax
    )


def _mark(
    group: str,
    one: Shown,
    kind: str,
    limits: tuple[float, float, float],
    band: tuple[float, float],
) -> dict[str, object]:
    estimate, low, high = limits
    return {
        "group": group, "label": one.demonstration.key, "kind": kind, "estimate": estimate,
        "low": low, "high": high, "band_low": band[0], "band_high": band[1],
    }  # fmt: skip
