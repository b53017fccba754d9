"""How strong something unmeasured, or missing, would have to be to undo a result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import ModelError
from workbench.models.inputs import indicator, is_number, plausible, shown

# Above this share with the outcome, odds and hazard ratios lie visibly further from 1 than the
# risk ratio (VanderWeele 2020, doi:10.1111/biom.13197).
COMMON = 0.15
# Standard deviations between two groups, beyond which the divisor was none.
_FARTHEST = 100


@dataclass(frozen=True)
class EValue:
    """
    Risk ratios that an unmeasured confounder would need with exposure and with outcome, both.

    Attributes
    ----------
    point : to move the estimate to 1. limit : to move the interval's nearer limit to 1; 1 where the
        interval holds 1 already; None without an interval.
    """

    point: float
    limit: float | None


@dataclass(frozen=True)
class Bounds:
    """
    The risk differences that the missing outcomes leave possible.

    Attributes
    ----------
    low, high : with every missing outcome against, and in favour of, the exposed.
    missing_exposed, missing_unexposed : share of each arm without an outcome.
    n : rows, with and without an outcome.
    """

    low: float
    high: float
    missing_exposed: float
    missing_unexposed: float
    n: int


def e_value(
    risk_ratio: float, limit_low: float | None = None, limit_high: float | None = None
) -> EValue:
    """
    How strong an unmeasured confounder must be, at the least, to explain the risk ratio away.

    Raises
    ------
    ModelError
        A ratio that is not between 1e-50 and 1e50, or limits that do not enclose it.

    Source
    ------
    VanderWeele & Ding (2017), doi:10.7326/M16-2607.
    """
    where = "e_value"
    _ratio(risk_ratio, "risk ratio", where=where)
    point = _strength(risk_ratio)
    if limit_low is None or limit_high is None:
        return EValue(point, None)
    _ratio(limit_low, "lower limit", where=where)
    _ratio(limit_high, "upper limit", where=where)
    if not limit_low <= risk_ratio <= limit_high:
        raise ModelError(
            f"{where}: expected limits around {risk_ratio:g}, got {limit_low:g} and "
            f"{limit_high:g}. Pass the interval of this risk ratio."
        )
    if limit_low <= 1 <= limit_high:
        return EValue(point, 1.0)
    return EValue(point, _strength(limit_low if risk_ratio > 1 else limit_high))


def risk_ratio_from_odds_ratio(odds_ratio: float, *, outcome_share: float) -> float:
    """
    The risk ratio that an odds ratio stands for: its root where the outcome is common.

    `outcome_share` is the share of units with the outcome; up to 15 % the two are taken as equal.
    Raises ModelError for a ratio that is not above zero or a share outside [0, 1].

    Source
    ------
    VanderWeele (2020), doi:10.1111/biom.13197.
    """
    where = "risk_ratio_from_odds_ratio"
    _ratio(odds_ratio, "odds ratio", where=where)
    return math.sqrt(odds_ratio) if _is_common(outcome_share, where=where) else odds_ratio


def risk_ratio_from_hazard_ratio(hazard_ratio: float, *, outcome_share: float) -> float:
    """
    The risk ratio that a hazard ratio stands for, where `outcome_share` have had the event.

    (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1/HR)) above 15 %; up to there the two are taken as equal.
    Raises ModelError as `risk_ratio_from_odds_ratio`.

    Source
    ------
    VanderWeele (2020), doi:10.1111/biom.13197.
    """
    where = "risk_ratio_from_hazard_ratio"
    _ratio(hazard_ratio, "hazard ratio", where=where)
    if not _is_common(outcome_share, where=where):
        return hazard_ratio
    root = math.sqrt(hazard_ratio)
    # 1 - 0.5^x, without a difference of two numbers near 1.
    return math.expm1(-root * math.log(2)) / math.expm1(-math.log(2) / root)


def risk_ratio_from_standardised_difference(difference: float) -> float:
    """
    The risk ratio that a difference of `difference` standard deviations stands for.

    exp(0.91 d). Raises ModelError for a number that is not finite, or above 100 either way.

    Source
    ------
    VanderWeele & Ding (2017), doi:10.7326/M16-2607.
    """
    if not is_number(difference) or not abs(difference) <= _FARTHEST:
        raise ModelError(
            "risk_ratio_from_standardised_difference: expected a finite difference of at most "
            f"{_FARTHEST} standard deviations, got {shown(difference)}. Divide by a standard "
            "deviation above zero."
        )
    return math.exp(0.91 * difference)


def robustness_value(t: float, df: float) -> float:
    """
    Share of the residual variance, of exposure and of outcome, that a confounder must explain.

    As much in both would move a linear model's coefficient with this `t` on `df` degrees of freedom
    to zero. Between 0 and 1.

    Raises
    ------
    ModelError
        `t` is not finite, `df` is not above zero, or one is above 1e50 or below 1e-50.

    Source
    ------
    Cinelli & Hazlett (2020), doi:10.1111/rssb.12348.
    """
    if not (is_number(t) and (t == 0 or plausible(abs(t))) and plausible(df)):
        raise ModelError(
            "robustness_value: expected a t and degrees of freedom above zero of a plausible size, "
            f"got {shown(t)} and {shown(df)}. Take both from a fitted linear model."
        )
    f2 = t**2 / df
    # The same as (sqrt(f^4 + 4 f^2) - f^2) / 2, without a difference of two large numbers.
    return 2 * f2 / (math.sqrt(f2**2 + 4 * f2) + f2) if f2 else 0.0


def worst_case_bounds(outcome: Any, exposure: Any) -> Bounds:
    """
    Risk differences, exposed minus unexposed, that hold whatever the missing outcomes were.

    Parameters
    ----------
    outcome, exposure : one value per row; `outcome` 0, 1 or empty, `exposure` 0 or 1.

    Raises
    ------
    ModelError
        Values other than these, unequal lengths, one arm only.

    Source
    ------
    Manski (1990), American Economic Review 80(2), 319-323.
    """
    where = "worst_case_bounds"
    y = pd.Series(outcome).reset_index(drop=True)
    missing = y.isna().to_numpy()
    exposed = indicator(exposure, where=where, name="exposure", rows=len(y))
    if exposed.all() or not exposed.any():
        raise ModelError(
            f"{where}: expected 0 and 1 in exposure, got {int(exposed.sum()):,} exposed of "
            f"{len(y):,} rows. Bring a comparison group."
        )
    known = y.where(~missing, 0)
    happened = indicator(known, where=where, name="outcome", rows=len(y))
    least, most = happened.astype(float), (happened | missing).astype(float)
    return Bounds(
        low=float(least[exposed].mean() - most[~exposed].mean()),
        high=float(most[exposed].mean() - least[~exposed].mean()),
        missing_exposed=float(missing[exposed].mean()),
        missing_unexposed=float(np.mean(missing[~exposed])),
        n=len(y),
    )


def _strength(ratio: float) -> float:
    """The E-value of one ratio; one below 1 is as strong as its inverse."""
    above = max(ratio, 1 / ratio)
    return above + math.sqrt(above * (above - 1))


def _ratio(value: float, name: str, *, where: str) -> None:
    if not plausible(value):
        raise ModelError(
            f"{where}: expected the {name} above zero and of a plausible size, got {shown(value)}. "
            "Pass a ratio, not its logarithm."
        )


def _is_common(share: float, *, where: str) -> bool:
    if not is_number(share) or not 0 <= share <= 1:
        raise ModelError(
            f"{where}: expected an outcome share between 0 and 1, got {shown(share)}. "
            "Divide the units with the outcome by all units."
        )
    return share > COMMON
