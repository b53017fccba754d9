"""Differences in risk between an exposed and an unexposed arm, adjusted for measured covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from workbench.errors import ModelError
from workbench.models import _columns
from workbench.models._columns import Columns
from workbench.models._logistic import Arms, outcome_model
from workbench.models.inputs import Floats, Whole, confidence, indicator, labels
from workbench.models.result import Estimate
from workbench.models.weighting import Propensity, limited_scores, scores_and_influence


@dataclass(frozen=True, kw_only=True)
class Effect(Estimate):
    """
    A risk difference (exposed minus unexposed, in probability) with what it rests on.

    `low`, `high` and `p_value` (null value 0) use Student's t with clusters - 1 degrees of freedom.

    Attributes
    ----------
    risk_exposed, risk_unexposed : mean risk were everybody exposed, were nobody exposed.
    risk_ratio, risk_ratio_low, risk_ratio_high : their ratio with its interval (delta method on the
        log scale); None where a risk of zero leaves it undefined.
    n_exposed, events_exposed, events_unexposed : rows and rows with the outcome, as observed.
    specification : the model that was fitted, in words.
    events_per_term : rows with the rarer outcome per model term; None without covariates.
    dropped : covariates and interactions left out because they were constant or repeated others.
    trimmed_share, effective_exposed, effective_unexposed, max_weight : weighting diagnostics of
        `aipw` and `ipw`, as in `weighting.Propensity`; None elsewhere.
    """

    estimate: float
    std_error: float
    low: float
    high: float
    p_value: float
    clusters: int
    risk_exposed: float
    risk_unexposed: float
    risk_ratio: float | None
    risk_ratio_low: float | None
    risk_ratio_high: float | None
    n_exposed: int
    events_exposed: int
    events_unexposed: int
    specification: str
    events_per_term: float | None
    dropped: tuple[str, ...] = ()
    trimmed_share: float | None = None
    effective_exposed: float | None = None
    effective_unexposed: float | None = None
    max_weight: float | None = None


def risk_difference(
    data: pd.DataFrame,
    *,
    outcome: str,
    exposure: str,
    covariates: Sequence[str],
    clusters: str,
    level: float = 0.95,
) -> Effect:
    """
    Risk difference by g-computation: a logistic model, averaged over all rows in both worlds.

    The model has exposure x covariate interactions where there are at least ten events of the rarer
    outcome per term, else main effects, else a ridge penalty on the standardised covariates (never
    on exposure or intercept); `specification` says which. The standard error is that of the
    influence function (logit score and standardisation), summed within clusters; its square is
    multiplied by G / (G - 1) for G clusters. A penalty is taken as known.

    Parameters
    ----------
    data : DataFrame, one row per unit. `outcome` and `exposure` are 0 or 1; covariates are numbers,
        yes/no or text (one indicator for each further value); `clusters` is the column of groups.

    Raises
    ------
    ModelError
        Empty or infinite values, a column not there, values other than 0 and 1, one arm only, a
        constant outcome, one outcome only within an arm, covariates that determine the exposure,
        fewer than two clusters, a level outside (0, 1).

    Source
    ------
    Robins (1986), doi:10.1016/0270-0255(86)90088-6; M-estimation: Stefanski & Boos (2002),
    doi:10.1198/000313002753631330.
    """
    where = "risk_difference"
    y, given, groups = checked_columns(
        data, outcome, exposure, covariates, clusters, level, where=where
    )
    arms = outcome_model(y, given, exposure=exposure, where=where)
    return contrast(y, given, groups, arms, level=level, where=where)


def crude_risk_difference(
    data: pd.DataFrame, *, outcome: str, exposure: str, clusters: str, level: float = 0.95
) -> Effect:
    """
    Difference of the two arms' shares, with clustered error and without any adjustment.

    Raises ModelError as `risk_difference` does.
    """
    return risk_difference(
        data, outcome=outcome, exposure=exposure, covariates=(), clusters=clusters, level=level
    )


def aipw(
    data: pd.DataFrame,
    *,
    outcome: str,
    exposure: str,
    covariates: Sequence[str],
    clusters: str,
    level: float = 0.95,
) -> Effect:
    """
    Doubly robust risk difference: right if the outcome model or the propensity model is right.

    Predicted risks of `risk_difference` plus inverse-probability-weighted residuals, with the
    scores of `weighting.propensity`. The standard error is the clustered spread of the row values,
    times the root of G / (G - 1). Parameters and errors as in `risk_difference`.

    Source
    ------
    Robins, Rotnitzky & Zhao (1994), doi:10.1080/01621459.1994.10476818.
    """
    where = "aipw"
    y, given, groups = checked_columns(
        data, outcome, exposure, covariates, clusters, level, where=where
    )
    model = outcome_model(y, given, exposure=exposure, where=where)
    scores = limited_scores(given, where=where)
    arm = given.exposure
    shares = np.column_stack([arm / scores.scores, (1 - arm) / (1 - scores.scores)])
    values = model.risk + shares * (y[:, None] - model.risk)
    arms = Arms(
        risk=values,
        influence=values - values.mean(axis=0),
        specification=f"outcome: {model.specification}. exposure: {scores.specification}",
        events_per_term=model.events_per_term,
        dropped=model.dropped,
    )
    return contrast(y, given, groups, arms, level=level, where=where, **reach(scores))


def ipw(
    data: pd.DataFrame,
    *,
    outcome: str,
    exposure: str,
    covariates: Sequence[str],
    clusters: str,
    level: float = 0.95,
) -> Effect:
    """
    Risk difference by inverse probability weighting: right if the propensity model is right.

    Each arm's mean with the weights of `weighting.propensity`, divided by their sum (Hajek), so
    that both risks stay between 0 and 1. The standard error is that of the influence function,
    clustered as in `risk_difference`; it counts that the scores are estimated, which makes it
    smaller than with scores taken as known. Limits of the scores and a penalty are taken as known.
    Parameters and errors as in `risk_difference`, but one arm may have one outcome only.

    Source
    ------
    Lunceford & Davidian (2004), doi:10.1002/sim.1903.
    """
    where = "ipw"
    y, given, groups = checked_columns(
        data, outcome, exposure, covariates, clusters, level, where=where
    )
    arms, scores = weighted_arms(y, given, where=where)
    return contrast(y, given, groups, arms, level=level, where=where, **reach(scores))


def weighted_arms(y: Floats, given: Columns, *, where: str) -> tuple[Arms, Propensity]:
    """Both arms' weighted risks with their influence, and the scores behind the weights."""
    scores, slopes, moves = scores_and_influence(given, where=where)
    risks, influences = [], []
    # An arm, its scores, and the sign with which the score of exposure enters its weights.
    for arm, chance, sign in (
        (given.exposure, scores.scores, 1.0),
        (1 - given.exposure, 1 - scores.scores, -1.0),
    ):
        weights = arm / chance / (arm / chance).mean()
        risk = float((weights * y).mean())
        gap = weights * (y - risk)
        slope = -sign * ((gap / chance)[:, None] * slopes).mean(axis=0)
        risks.append(np.full(len(y), risk))
        influences.append(gap + moves @ slope)
    arms = Arms(
        risk=np.column_stack(risks),
        influence=np.column_stack(influences),
        specification=f"exposure: {scores.specification}",
        events_per_term=scores.events_per_term,
        dropped=(),
    )
    return arms, scores


def reach(scores: Propensity) -> dict[str, float]:
    """How far the weights reach."""
    names = ("trimmed_share", "effective_exposed", "effective_unexposed", "max_weight")
    return {name: getattr(scores, name) for name in names}


def checked_columns(
    data: pd.DataFrame,
    outcome: str,
    exposure: str,
    covariates: Sequence[str],
    clusters: str,
    level: float,
    *,
    where: str,
) -> tuple[Floats, Columns, Whole]:
    """Outcome, columns and cluster numbers, or the reason why they cannot be used."""
    confidence(level, where=where)
    _columns.require(data, [outcome, clusters], where=where)
    given = _columns.columns(data, exposure=exposure, covariates=covariates, where=where)
    happened = indicator(data[outcome], where=where, name=outcome, rows=len(data))
    if happened.all() or not happened.any():
        raise ModelError(
            f"{where}: expected 0 and 1 in {outcome}, got {happened[0]:d} in all {len(data):,} "
            "rows. Choose a longer window or more people."
        )
    groups = labels(data[clusters], where=where, name=clusters, rows=len(data))
    return happened.astype(float), given, groups


def contrast(
    y: Floats,
    given: Columns,
    groups: Whole,
    arms: Arms,
    *,
    level: float,
    where: str,
    **diagnostics: float,
) -> Effect:
    """Contrast the two mean risks, with the clustered covariance of their influence."""
    n, count, on = len(y), int(groups.max()) + 1, given.exposure == 1
    one, zero = (float(risk) for risk in arms.risk.mean(axis=0))
    sums = np.column_stack([np.bincount(groups, column) for column in arms.influence.T])
    covariance = sums.T @ sums / n**2 * count / (count - 1)
    signs = np.array([1.0, -1.0])
    std_error = float(np.sqrt(signs @ covariance @ signs))
    if std_error < 1e-12:
        raise ModelError(
            f"{where}: expected an arm in which the outcome varies, got risks {one:.0f} and "
            f"{zero:.0f}, which have no standard error. Bring more people."
        )
    quantile = float(stats.t.ppf((1 + level) / 2, count - 1))
    ratio_low = ratio_high = None
    if one > 0 and zero > 0:
        relative = signs / np.array([one, zero])
        width = quantile * float(np.sqrt(relative @ covariance @ relative))
        ratio_low, ratio_high = one / zero * np.exp(-width), one / zero * np.exp(width)
    return Effect(
        estimate=one - zero,
        std_error=std_error,
        low=one - zero - quantile * std_error,
        high=one - zero + quantile * std_error,
        p_value=float(2 * stats.t.sf(abs(one - zero) / std_error, count - 1)),
        n=n,
        clusters=count,
        risk_exposed=one,
        risk_unexposed=zero,
        risk_ratio=one / zero if zero > 0 else None,
        risk_ratio_low=ratio_low,
        risk_ratio_high=ratio_high,
        n_exposed=int(on.sum()),
        events_exposed=int(y[on].sum()),
        events_unexposed=int(y[~on].sum()),
        specification=arms.specification,
        events_per_term=arms.events_per_term,
        dropped=(*given.dropped, *arms.dropped),
        **diagnostics,
    )
