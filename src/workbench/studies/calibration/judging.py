"""How an estimator did over many simulated data sets: bias, coverage, false alarms, power.

Every share comes with its Monte-Carlo error, and the allowed bands follow from the number of
replicates, so that few replicates do not fail a method for bad luck. Source: Morris, White &
Crowther (2019), doi:10.1002/sim.8086.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from statsmodels.stats.proportion import proportion_confint

from workbench.errors import StudyError
from workbench.studies.calibration.draws import (
    COVERAGE,
    FALSE_ALARM,
    INTERVAL,
    SHOWN,
    Draw,
    Target,
)

NOMINAL = 0.95
ALPHA = 0.05
# Monte-Carlo errors that a share or a bias may be off: at the first go, and where that missed and
# fresh data sets decide. Of a hundred right numbers five miss the first and none the second.
ERRORS, CONFIRMING = 2, 3
ROUNDING = 1e-9
SESOI_SHARE = 0.1
ERROR_RATIO = 0.1  # how far stated and true errors may lie apart, as a share
FEWEST = 20


@dataclass(frozen=True)
class Judged:
    """
    One target over all replicates.

    replicates, failed : data sets drawn, and those without an estimate. truth, mean : mean of what
    the estimates are held against, and of the estimates.
    bias, bias_error : mean distance from the truth, and its Monte-Carlo error. spread : standard
    deviation of the estimates. error_ratio : mean of the stated standard errors over that spread.
    coverage, coverage_low, coverage_high : share of intervals that hold the truth, and the band it
    must lie in. rejected, rejected_low, rejected_high : share of p below 0.05 with its Wilson
    interval: false alarms where the null is true, power elsewhere. faults : what was out of its
    band; empty for a target that passes or is only shown.
    """

    replicates: int
    failed: int
    truth: float
    mean: float
    bias: float
    bias_error: float
    spread: float
    error_ratio: float | None
    coverage: float | None
    coverage_low: float
    coverage_high: float
    rejected: float | None
    rejected_low: float | None
    rejected_high: float | None
    faults: tuple[str, ...]


def band(share: float, replicates: int, errors: int = ERRORS) -> tuple[float, float]:
    """The shares within so many Monte-Carlo errors of `share`."""
    reach = errors * math.sqrt(share * (1 - share) / replicates)
    return share - reach, share + reach


def judge(target: Target, draws: Sequence[Draw], *, errors: int = ERRORS) -> Judged:
    """
    Hold the draws of one target against its truth, within so many Monte-Carlo errors.

    Raises
    ------
    StudyError
        Fewer than 20 draws gave an estimate.
    """
    good = [draw for draw in draws if draw.failed is None]
    if len(good) < FEWEST:
        raise StudyError(
            f"calibration of {target.hypothesis}: expected at least {FEWEST} estimates, got "
            f"{len(good)} of {len(draws)}. Draw more data sets, or larger ones."
        )
    estimates = _column(good, "estimate")
    aims = np.array([target.truth if draw.aim is None else draw.aim for draw in good])
    off = estimates - aims
    spread, n = float(off.std(ddof=1)), len(good)
    bias, bias_error = float(off.mean()), math.hypot(spread / math.sqrt(n), target.truth_error)
    stated_errors, low, high = (_column(good, name) for name in ("std_error", "low", "high"))
    stated = not np.isnan(stated_errors).any()
    coverage = float(((low <= aims) & (aims <= high)).mean()) if stated else None
    p = _column(good, "p_value")
    rejected = None if np.isnan(p).any() else float((p < ALPHA).mean())
    first, last = band(NOMINAL, n, errors)
    limits = (None, None) if rejected is None else _wilson(rejected, n)
    judged = Judged(
        replicates=len(draws), failed=len(draws) - n, truth=float(aims.mean()),
        mean=float(estimates.mean()),
        bias=bias, bias_error=bias_error, spread=spread,
        error_ratio=float(np.sqrt((stated_errors**2).mean())) / spread if stated else None,
        coverage=coverage, coverage_low=first, coverage_high=last,
        rejected=rejected, rejected_low=limits[0], rejected_high=limits[1], faults=(),
    )  # fmt: skip
    return Judged(**{**vars(judged), "faults": tuple(_faults(target, judged, errors))})


def _column(draws: Sequence[Draw], name: str) -> npt.NDArray[np.float64]:
    values = [getattr(draw, name) for draw in draws]
    return np.array([math.nan if value is None else value for value in values], dtype=float)


def _wilson(share: float, n: int) -> tuple[float, float]:
    low, high = proportion_confint(round(share * n), n, alpha=1 - NOMINAL, method="wilson")
    return float(low), float(high)


def _said(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"


def _faults(target: Target, one: Judged, errors: int) -> list[str]:
    """What is out of its band; nothing for a target that is only shown."""
    if target.held_to == SHOWN:
        return []
    faults = [f"{one.failed} of {one.replicates} gave no estimate"] if one.failed else []
    if target.held_to == INTERVAL:
        faults += _bias_and_error(target, one, errors)
    if target.held_to in (INTERVAL, COVERAGE) and not (
        one.coverage is not None and one.coverage_low <= one.coverage <= one.coverage_high
    ):
        faults.append(
            f"coverage {_said(one.coverage)}, expected {one.coverage_low:.3f} to "
            f"{one.coverage_high:.3f}"
        )
    return faults + _false_alarms(target, one, errors)


def _bias_and_error(target: Target, one: Judged, errors: int) -> list[str]:
    faults = []
    allowed = max(errors * one.bias_error, SESOI_SHARE * (target.sesoi or 0.0))
    if abs(one.bias) >= allowed:
        faults.append(f"bias {one.bias:.3g}, allowed {allowed:.3g}")
    # A standard deviation from n values has a relative error of 1 / sqrt(2 (n - 1)).
    reach = max(ERROR_RATIO, errors / math.sqrt(2 * (one.replicates - one.failed - 1)))
    if one.error_ratio is None or abs(one.error_ratio - 1) > reach:
        faults.append(
            f"stated over true error {_said(one.error_ratio)}, expected {1 - reach:.2f} to "
            f"{1 + reach:.2f}"
        )
    return faults


def at_null(target: Target) -> bool:
    """Whether nothing is planted: the truth is what p-values are against, but for rounding."""
    if target.null is None:
        return False
    return abs(target.truth - target.null) <= target.truth_error + ROUNDING


def _false_alarms(target: Target, one: Judged, errors: int) -> list[str]:
    """
    Where nothing is planted, p is below 0.05 in 5 % of the data sets.

    Too seldom is no harm to a target that is held to nothing else.
    """
    if not at_null(target) or one.rejected is None:
        return []
    low, high = band(ALPHA, one.replicates - one.failed, errors)
    least = 0.0 if target.held_to == FALSE_ALARM else low
    if least <= one.rejected <= high:
        return []
    return [f"false alarms {one.rejected:.3f}, expected {least:.3f} to {high:.3f}"]
