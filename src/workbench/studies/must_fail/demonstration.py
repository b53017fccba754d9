"""One mistake, shown: a tempting analysis that errs as stated, beside one that does not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd
import statsmodels.api as sm

from workbench.errors import ModelError, StudyError
from workbench.studies.calibration.draws import (
    MISTAKE,
    NEITHER,
    SHOWN,
    Draw,
    Experiment,
    Target,
)
from workbench.studies.calibration.judging import (
    ALPHA,
    NOMINAL,
    SESOI_SHARE,
    Judged,
)
from workbench.studies.calibration.table import Row

NAIVE, BETTER = "naive", "better"

TOO_HIGH, TOO_LOW, SIGN = "too high", "too low", "sign flips"
FAR, FALSE_ALARMS, COVERAGE = "far from the truth", "false alarms", "coverage"
ERRORS_STATED = (TOO_HIGH, TOO_LOW, SIGN, FAR, FALSE_ALARMS, COVERAGE)

# Many bands are looked at together: with two errors every other table would miss one by chance.
ERRORS_TOGETHER = 3

World = Callable[[int], pd.DataFrame]
Analysis = Callable[[pd.DataFrame], Draw]


@dataclass(frozen=True)
class Demonstration:
    """
    A mistake with the simulated world in which it shows.

    key : its name. title : in plain words. naive, why, better : the tempting analysis, why it is
    wrong, and what to do instead. error : how the naive one errs, one of `ERRORS_STATED`. unit : of
    both estimates. refusal : what no record holds, where the better analysis needs it; an honest
    answer from the record alone is then none. experiment : one draw of both, held to nothing.
    """

    key: str
    title: str
    naive: str
    why: str
    better: str
    error: str
    unit: str
    experiment: Experiment
    refusal: str = ""

    def __post_init__(self) -> None:
        """Refuse an error that nobody could check."""
        if self.error not in ERRORS_STATED:
            raise StudyError(
                f"must fail, {self.key}: expected an error among {', '.join(ERRORS_STATED)}, got "
                f"{self.error!r}. Choose one of these."
            )


def experiment(
    key: str,
    world: World,
    *,
    naive: Analysis,
    better: Analysis,
    scenario: str,
    truth: float = 0.0,
    worth: float | None = None,
) -> Experiment:
    """
    Both analyses of the same draws of one world.

    scenario : what is planted, in words. truth : what both are aimed at, and for tests of nothing 0
    as their null value. worth : smallest difference worth acting on; a tenth of it is allowed.
    """
    targets = {
        name: Target(MISTAKE, scenario, NEITHER, truth, sesoi=worth, held_to=SHOWN)
        for name in (NAIVE, BETTER)
    }
    analyses = {NAIVE: naive, BETTER: better}
    return Experiment(f"{MISTAKE}: {key}", targets, partial(_drawn, world, analyses))


def _drawn(world: World, analyses: Mapping[str, Analysis], seed: int) -> Mapping[str, Draw]:
    data = world(seed)
    return {name: _tried(analysis, data) for name, analysis in analyses.items()}


def _tried(analysis: Analysis, data: pd.DataFrame) -> Draw:
    """The estimate, or the reason why there is none."""
    try:
        return analysis(data)
    except ModelError as error:
        return Draw(failed=str(error))


def least_squares(
    data: pd.DataFrame, *, outcome: str, exposure: str, clusters: str | None = None
) -> Draw:
    """
    The slope of one column on another, with the usual errors or clustered ones.

    The usual ones count rows, which is what some mistakes are about.
    """
    model = sm.OLS(data[outcome].astype(float), sm.add_constant(data[[exposure]].astype(float)))
    if clusters is None:
        fitted = model.fit(use_t=True)
    else:
        groups = pd.factorize(data[clusters])[0]
        fitted = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    low, high = fitted.conf_int().loc[exposure]
    slope, error, p = (
        float(column[exposure]) for column in (fitted.params, fitted.bse, fitted.pvalues)
    )
    return Draw(slope, error, float(low), float(high), p)


def declared(*, found: bool) -> Draw:
    """What a test said that only says yes or no: an alarm or none."""
    return Draw(float(found), p_value=float(not found))


def errs(demonstration: Demonstration, row: Row) -> bool:
    """
    Whether a row errs as the naive analysis is said to, by more than `holds` allows.

    No row can do both.
    """
    one, reach = row.judged, _allowed(row)
    if demonstration.error == TOO_HIGH:
        return one.bias > reach
    if demonstration.error == TOO_LOW:
        return one.bias < -reach
    if demonstration.error == FAR:
        return abs(one.bias) > reach
    if demonstration.error == SIGN:
        return one.mean * one.truth < 0 and abs(one.mean) > reach
    if demonstration.error == FALSE_ALARMS:
        return one.rejected is not None and one.rejected > ALPHA + _reach(ALPHA, one)
    return one.coverage is not None and one.coverage < NOMINAL - _reach(NOMINAL, one)


def holds(demonstration: Demonstration, row: Row) -> bool:
    """
    Whether a row is inside its band where the naive analysis is said to err.

    The band is three Monte-Carlo errors wide; for a bias it is at least a tenth of the smallest
    difference worth acting on. For false alarms fewer are allowed. A row without some estimates
    does not hold.
    """
    one = row.judged
    if one.failed:
        return False
    if demonstration.error == FALSE_ALARMS:
        return one.rejected is not None and one.rejected <= ALPHA + _reach(ALPHA, one)
    if demonstration.error == COVERAGE:
        return one.coverage is not None and abs(one.coverage - NOMINAL) <= _reach(NOMINAL, one)
    return abs(one.bias) <= _allowed(row)


def _allowed(row: Row) -> float:
    """The largest bias that passes: three Monte-Carlo errors, or a tenth of what matters."""
    return max(ERRORS_TOGETHER * row.judged.bias_error, SESOI_SHARE * (row.target.sesoi or 0.0))


def _reach(share: float, one: Judged) -> float:
    return ERRORS_TOGETHER * math.sqrt(share * (1 - share) / one.replicates)
