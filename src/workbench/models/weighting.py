"""Weights that make two arms alike: propensity scores, and how alike the arms then are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from workbench.models import _columns
from workbench.models._columns import Columns
from workbench.models._logistic import best_fit, coefficient_influence, counted
from workbench.models.inputs import Floats

TRIM = (0.02, 0.98)


@dataclass(frozen=True, eq=False)
class Propensity:
    """
    The probability of being exposed, given the covariates, and the weights made of it.

    Attributes
    ----------
    scores : array (n,), after limiting to `TRIM`.
    weights : array (n,), inverse probability of the exposure that the row had.
    trimmed_share : share of rows whose score was moved to a limit.
    effective_exposed, effective_unexposed : rows that equal weights would need for the same
        precision, (sum w)^2 / sum w^2, by arm.
    max_weight : the largest weight.
    specification, events_per_term, dropped : as in `effects.Effect`.
    """

    scores: Floats
    weights: Floats
    trimmed_share: float
    effective_exposed: float
    effective_unexposed: float
    max_weight: float
    specification: str
    events_per_term: float | None
    dropped: tuple[str, ...]


def propensity(data: pd.DataFrame, *, exposure: str, covariates: Sequence[str]) -> Propensity:
    """
    Probability of exposure from a logistic model with main effects, limited to `TRIM`.

    Below ten rows of the smaller arm per term it has the ridge penalty of
    `effects.risk_difference`. Raises ModelError for empty values, one arm only, or covariates that
    determine the exposure.

    Source
    ------
    Rosenbaum & Rubin (1983), doi:10.1093/biomet/70.1.41.
    """
    where = "propensity"
    given = _columns.columns(data, exposure=exposure, covariates=covariates, where=where)
    return limited_scores(given, where=where)


def limited_scores(given: Columns, *, where: str) -> Propensity:
    """Scores, weights and diagnostics from checked columns."""
    return scores_and_influence(given, where=where)[0]


def scores_and_influence(given: Columns, *, where: str) -> tuple[Propensity, Floats, Floats]:
    """
    The same, the slopes of every row's score, and every row's influence on the coefficients.

    The slopes, a column a coefficient, are 0 where the score was moved to a limit.
    """
    arm, k = given.exposure, given.covariates.shape[1]
    design = np.column_stack([np.ones(len(arm)), given.covariates])
    coefficients, _, penalty, text, per_term = best_fit(
        arm, [(f"main effects ({counted(k)})", design)], unpenalised=1, where=where
    )
    raw = expit(design @ coefficients)
    scores = np.clip(raw, *TRIM)
    weights = np.where(arm == 1, 1 / scores, 1 / (1 - scores))
    slopes = design * np.where(scores == raw, raw * (1 - raw), 0.0)[:, None]
    influence = coefficient_influence(arm, design, coefficients, penalty)
    found = Propensity(
        scores=scores,
        weights=weights,
        trimmed_share=float((scores != raw).mean()),
        effective_exposed=_effective(weights[arm == 1]),
        effective_unexposed=_effective(weights[arm == 0]),
        max_weight=float(weights.max()),
        specification=text,
        events_per_term=per_term,
        dropped=given.dropped,
    )
    return found, slopes, influence


def _effective(weights: Floats) -> float:
    """How many equally weighted rows would be as precise (Kish)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def balance(
    data: pd.DataFrame, *, exposure: str, covariates: Sequence[str], weights: Any
) -> pd.DataFrame:
    """
    How alike the two arms are in each covariate, before and after weighting.

    Returns
    -------
    DataFrame, one row per covariate (one per further value of a text column)
        covariate : name. smd_before, smd_after : difference of the means in standard deviations,
        the unweighted ones of the two arms pooled, so that only the means move; infinite where the
        arms differ and do not vary. mean_exposed, mean_unexposed : before weighting.

    Raises
    ------
    ModelError
        Empty values, one arm only, or weights that are not one positive number a row.

    Source
    ------
    Austin & Stuart (2015), doi:10.1002/sim.6607.
    """
    where = "balance"
    _columns.require(data, [exposure, *covariates], where=where)
    arm = _columns.arms(data, exposure, where=where)
    w = _columns.positive(weights, rows=len(arm), where=where)
    values, names = _columns.expand(data, covariates, where=where)
    on, off = values[arm == 1], values[arm == 0]
    after = np.average(on, axis=0, weights=w[arm == 1])
    after = after - np.average(off, axis=0, weights=w[arm == 0])
    return pd.DataFrame(
        {
            "covariate": names,
            "smd_before": _in_spreads(on, off, on.mean(axis=0) - off.mean(axis=0)),
            "smd_after": _in_spreads(on, off, after),
            "mean_exposed": on.mean(axis=0),
            "mean_unexposed": off.mean(axis=0),
        }
    )


def _in_spreads(on: Floats, off: Floats, difference: Floats) -> Floats:
    """Difference over the arms' pooled spread; where neither varies, 0 or infinite."""
    spread = np.sqrt((on.var(axis=0) + off.var(axis=0)) / 2)
    still = (np.ptp(on, axis=0) == 0) & (np.ptp(off, axis=0) == 0) | (spread == 0)
    apart = on[0] - off[0]
    without = np.where(apart == 0, 0.0, np.copysign(np.inf, apart))
    return np.where(still, without, difference / np.where(still, 1.0, spread))
