"""One effect in several communities: pooled, with how much the communities differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from scipy import stats

from workbench.errors import ModelError
from workbench.models import _heterogeneity
from workbench.models._heterogeneity import Method
from workbench.models.inputs import Floats, confidence, numbers, one_of
from workbench.models.result import ChiSquared, Estimate

Interval = Literal["HKSJ", "normal"]

# With fewer communities than this the variance between them is hardly known.
FEWEST = 5
# Above this ratio of standard errors one community is all of the mean, and sums lose their digits.
_WIDEST = 1e4


@dataclass(frozen=True, eq=False, kw_only=True)
class Pooled(Estimate):
    """
    The mean effect over communities, in the unit of the estimates; `n` counts communities.

    Attributes
    ----------
    method, interval : how tau2 and the interval were computed; method "fixed" has tau2 = 0.
    tau2 : variance of the true effects between communities. tau2_low, tau2_high : its Q-profile
        interval.
    q : Cochran's test of equal effects.
    i2 : share of the variance of the estimates that lies between communities, 0 to 1, with the
        interval that follows from that of tau2.
    prediction_low, prediction_high : where the true effect of a further community would lie:
        estimate +- quantile x sqrt(tau2 + std_error^2), with the quantile of `interval`: Student's
        t on k - 1 degrees of freedom for HKSJ, as metafor has it, else normal. Higgins et al.
        (2009) take k - 2, which is wider. Too short for few communities, as tau2 is taken as
        known: of nominal 95 %, simulations with 5 to 12 communities that differ saw 83 to 89 %
        (`docs/calibration.md`). None for the fixed effect.
    narrower : whether the interval is narrower than that of the fixed effect, as HKSJ's can be
        where the estimates scatter less than their errors lead to expect. Then show both: less
        scatter than chance gives is luck, not precision.
    reason : why no pooled verdict is to be read from it, in words; None where k >= 5.
    table : one row per community: term, estimate, std_error, low, high, p_value (normal), and
        weight, its share in the mean.
    """

    estimate: float
    std_error: float
    low: float
    high: float
    p_value: float
    method: str
    interval: Interval
    tau2: float
    tau2_low: float
    tau2_high: float
    q: ChiSquared
    i2: float
    i2_low: float
    i2_high: float
    prediction_low: float | None
    prediction_high: float | None
    narrower: bool
    reason: str | None
    table: pd.DataFrame


def fixed_effect(
    estimates: Any, std_errors: Any, *, labels: Sequence[str] | None = None, level: float = 0.95
) -> Pooled:
    """
    The mean weighted by precision: of these communities, and right if their effects are equal.

    Parameters and errors as in `random_effects`.
    """
    where = "fixed_effect"
    y, v, names = _checked(estimates, std_errors, labels, level, where=where)
    return _pooled(y, v, names, "fixed", 0.0, "normal", level, where=where)


def random_effects(
    estimates: Any,
    std_errors: Any,
    *,
    labels: Sequence[str] | None = None,
    method: Method = "REML",
    interval: Interval = "HKSJ",
    level: float = 0.95,
) -> Pooled:
    """
    The mean of the effects of communities like these, which may differ.

    Parameters
    ----------
    estimates, std_errors : one per community, the same estimand and unit (ratios as logarithms).
    labels : names of the communities, for the table.
    method : estimator of tau2: restricted or full maximum likelihood (REML, ML), DerSimonian and
        Laird (DL), Paule and Mandel (PM).
    interval : Hartung-Knapp-Sidik-Jonkman (t on k - 1 degrees of freedom) or normal.

    Raises
    ------
    ModelError
        One community, empty values, a standard error that is not above zero or 10,000 times as
        large as another, unequal lengths, an unknown method or interval, or
        estimates so alike that HKSJ has no error.

    Source
    ------
    Viechtbauer (2005), doi:10.3102/10769986030003261; IntHout, Ioannidis & Borm (2014),
    doi:10.1186/1471-2288-14-25; Q-profile: Viechtbauer (2007), doi:10.1002/sim.2514; prediction:
    Higgins, Thompson & Spiegelhalter (2009), doi:10.1111/j.1467-985X.2008.00552.x, with k - 1 in
    place of their k - 2 degrees of freedom.
    """
    where = "random_effects"
    y, v, names = _checked(estimates, std_errors, labels, level, where=where)
    one_of(method, get_args(Method), where=where, name="method")
    one_of(interval, get_args(Interval), where=where, name="interval")
    tau2 = _heterogeneity.tau2(y, v, method)
    return _pooled(y, v, names, method, tau2, interval, level, where=where)


def leave_one_out(
    estimates: Any,
    std_errors: Any,
    *,
    labels: Sequence[str] | None = None,
    method: Method = "REML",
    interval: Interval = "HKSJ",
    level: float = 0.95,
) -> pd.DataFrame:
    """
    The pooled effect without each community in turn: does one of them decide?

    Returns one row per community left out (`term`), with estimate, std_error, low, high, p_value,
    tau2 and i2 of the others. Errors as in `random_effects`, and for fewer than three communities.
    """
    where = "leave_one_out"
    y, v, names = _checked(estimates, std_errors, labels, level, where=where)
    if len(y) < 3:
        raise ModelError(
            f"{where}: expected at least three communities, got {len(y)}. Without one of two there "
            "is nothing to pool; show both."
        )
    rest = [
        random_effects(
            np.delete(y, i), np.sqrt(np.delete(v, i)),
            method=method, interval=interval, level=level,
        )
        for i in range(len(y))
    ]  # fmt: skip
    columns = ("estimate", "std_error", "low", "high", "p_value", "tau2", "i2")
    return pd.DataFrame(
        {"term": names, **{name: [getattr(part, name) for part in rest] for name in columns}}
    )


def _checked(
    estimates: Any, std_errors: Any, labels: Sequence[str] | None, level: float, *, where: str
) -> tuple[Floats, Floats, list[str]]:
    """Estimates, their variances, and names."""
    confidence(level, where=where)
    y = numbers(estimates, where=where, name="estimates")
    errors = numbers(std_errors, where=where, name="std_errors", rows=len(y))
    if errors.min() <= 0:
        raise ModelError(
            f"{where}: expected standard errors above zero, got {errors.min():g}. "
            "Leave out communities whose effect was not estimated."
        )
    if errors.max() > _WIDEST * errors.min():
        raise ModelError(
            f"{where}: expected standard errors of like size, got {errors.min():g} and "
            f"{errors.max():g}. Check the units, and leave out what was hardly estimated."
        )
    if len(y) < 2:
        raise ModelError(
            f"{where}: expected at least two communities, got one. Report its own estimate."
        )
    names = [str(i + 1) for i in range(len(y))] if labels is None else [str(one) for one in labels]
    if len(names) != len(y):
        raise ModelError(
            f"{where}: expected {len(y):,} labels, got {len(names):,}. Name every community once."
        )
    return y, errors**2, names


def _pooled(
    y: Floats,
    v: Floats,
    names: list[str],
    method: str,
    tau2: float,
    interval: Interval,
    level: float,
    *,
    where: str,
) -> Pooled:
    k, weight = len(y), 1 / (v + tau2)
    estimate = float(weight @ y / weight.sum())
    std_error, law = float(weight.sum() ** -0.5), stats.norm
    if interval == "HKSJ":
        spread = float(weight @ (y - estimate) ** 2 / (k - 1))
        std_error, law = std_error * spread**0.5, stats.t(k - 1)
        if std_error <= 1e-12 * float(np.sqrt(v.max())):
            raise ModelError(
                f"{where}: expected estimates that differ, got {estimate:g} in every community, "
                "which leaves HKSJ no error. Use interval='normal'."
            )
    quantile = float(law.ppf((1 + level) / 2))
    reach, predicted = quantile * std_error, quantile * float(np.hypot(tau2**0.5, std_error))
    q, typical = _heterogeneity.q_statistic(y, v, 0.0), _heterogeneity.typical_variance(v)
    ends = _heterogeneity.q_profile(y, v, level)
    # With tau2 = 0 by decree, I2 is read from Q, as Higgins & Thompson (2002) define it.
    own = max(0.0, (q - (k - 1)) / q) if method == "fixed" and q else tau2 / (tau2 + typical)
    return Pooled(
        estimate=estimate,
        std_error=std_error,
        low=estimate - reach,
        high=estimate + reach,
        p_value=float(2 * law.sf(abs(estimate) / std_error)),
        n=k,
        method=method,
        interval=interval,
        tau2=tau2,
        tau2_low=ends[0],
        tau2_high=ends[1],
        q=ChiSquared(q, k - 1, float(stats.chi2.sf(q, k - 1)), k),
        i2=own,
        i2_low=ends[0] / (ends[0] + typical),
        i2_high=ends[1] / (ends[1] + typical),
        prediction_low=None if method == "fixed" else estimate - predicted,
        prediction_high=None if method == "fixed" else estimate + predicted,
        narrower=interval == "HKSJ" and reach < _fixed_reach(v, level),
        reason=_too_few(k),
        table=_table(y, v, names, weight / weight.sum(), level),
    )


def _fixed_reach(v: Floats, level: float) -> float:
    """Half the width of the fixed effect's interval."""
    return float(stats.norm.ppf((1 + level) / 2) * (1 / v).sum() ** -0.5)


def _too_few(k: int) -> str | None:
    if k >= FEWEST:
        return None
    return f"{k} communities are fewer than {FEWEST}: shown side by side, without a pooled verdict"


def _table(y: Floats, v: Floats, names: list[str], weight: Floats, level: float) -> pd.DataFrame:
    errors, quantile = np.sqrt(v), float(stats.norm.ppf((1 + level) / 2))
    return pd.DataFrame(
        {
            "term": names,
            "estimate": y,
            "std_error": errors,
            "low": y - quantile * errors,
            "high": y + quantile * errors,
            "p_value": 2 * stats.norm.sf(np.abs(y) / errors),
            "weight": weight,
        }
    )
