"""The variance between communities: four estimators and its interval."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from workbench.models.inputs import Floats

Method = Literal["REML", "ML", "DL", "PM"]

_GRID = 60  # values of tau2 from this share of the smallest variance up
_LEAST = 1e-4


def q_statistic(y: Floats, v: Floats, tau2: float) -> float:
    """Squared distances to the weighted mean, in units of the variances v + tau2."""
    weight = 1 / (v + tau2)
    return float(weight @ (y - weight @ y / weight.sum()) ** 2)


def typical_variance(v: Floats) -> float:
    """The sampling variance that I2 compares tau2 with (Higgins & Thompson 2002)."""
    weight = 1 / v
    return float((len(v) - 1) * weight.sum() / (weight.sum() ** 2 - (weight**2).sum()))


def q_profile(y: Floats, v: Floats, level: float) -> tuple[float, float]:
    """The tau2 at which Q is no surprise on either side, at zero or above."""
    quantiles = chi2.ppf([(1 + level) / 2, (1 - level) / 2], len(y) - 1)
    low, high = (_where_q_is(y, v, float(value)) for value in quantiles)
    return low, high


def tau2(y: Floats, v: Floats, method: Method) -> float:
    """The estimated variance between communities, at zero or above."""
    k = len(y)
    if method == "PM":
        return _where_q_is(y, v, k - 1.0)
    if method == "DL":
        weight = 1 / v
        removed = weight.sum() - (weight**2).sum() / weight.sum()
        return max(0.0, float((q_statistic(y, v, 0.0) - (k - 1)) / removed))
    return _most_likely(y, v, restricted=method == "REML")


def _where_q_is(y: Floats, v: Floats, value: float) -> float:
    """Q falls as tau2 grows; zero where it is below `value` from the start."""
    if q_statistic(y, v, 0.0) <= value:
        return 0.0
    end = float(v.max() + np.ptp(y) ** 2)
    while q_statistic(y, v, end) > value:
        end *= 2
    return float(brentq(lambda t: q_statistic(y, v, t) - value, 0.0, end, xtol=1e-14, rtol=1e-13))


def _most_likely(y: Floats, v: Floats, *, restricted: bool) -> float:
    """The highest of a grid of values, refined to where the slope between its neighbours is 0."""
    end = float(v.max() + np.ptp(y) ** 2)
    tried = np.concatenate([[0.0], np.geomspace(_LEAST * float(v.min()), end, _GRID)])
    best = int(np.argmax([_log_likelihood(y, v, float(t), restricted) for t in tried]))
    low, high = float(tried[max(best - 1, 0)]), float(tried[min(best + 1, len(tried) - 1)])
    if _slope(y, v, low, restricted) <= 0:
        return low
    root = brentq(lambda t: _slope(y, v, t, restricted), low, high, xtol=1e-14, rtol=1e-13)
    return float(root)


def _slope(y: Floats, v: Floats, tau2: float, restricted: bool) -> float:
    """Twice the slope of the log-likelihood."""
    weight = 1 / (v + tau2)
    total, squares = float(weight.sum()), float((weight**2).sum())
    far = float(weight**2 @ (y - weight @ y / total) ** 2)
    return far - total + (squares / total if restricted else 0.0)


def _log_likelihood(y: Floats, v: Floats, tau2: float, restricted: bool) -> float:
    weight = 1 / (v + tau2)
    full = 0.5 * float(np.log(weight).sum()) - 0.5 * q_statistic(y, v, tau2)
    return full - 0.5 * float(np.log(weight.sum())) if restricted else full
