"""The variance between communities: four estimators and its interval."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from workbench.errors import ModelError
from workbench.models.inputs import Floats

Method = Literal["REML", "ML", "DL", "PM"]

_STEPS = 200
_HALVINGS = 40
_TINY = 1e-10


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


def tau2(y: Floats, v: Floats, method: Method, *, where: str) -> float:
    """The estimated variance between communities, at zero or above."""
    k = len(y)
    if method == "PM":
        return _where_q_is(y, v, k - 1.0)
    weight = 1 / v
    removed = weight.sum() - (weight**2).sum() / weight.sum()
    moments = max(0.0, float((q_statistic(y, v, 0.0) - (k - 1)) / removed))
    if method == "DL":
        return moments
    return _most_likely(y, v, moments, restricted=method == "REML", where=where)


def _where_q_is(y: Floats, v: Floats, value: float) -> float:
    """Q falls as tau2 grows; zero where it is below `value` from the start."""
    if q_statistic(y, v, 0.0) <= value:
        return 0.0
    end = float(v.max() + np.ptp(y) ** 2)
    while q_statistic(y, v, end) > value:
        end *= 2
    return float(brentq(lambda t: q_statistic(y, v, t) - value, 0.0, end, xtol=1e-14, rtol=1e-13))


def _most_likely(y: Floats, v: Floats, start: float, *, restricted: bool, where: str) -> float:
    """Fisher scoring from the moment estimate; a step is halved until it loses no likelihood."""
    now, height = start, _log_likelihood(y, v, start, restricted)
    for _ in range(_STEPS):
        step = _step(y, v, now, restricted)
        for _ in range(_HALVINGS):
            ahead = max(0.0, now + step)
            reached = _log_likelihood(y, v, ahead, restricted)
            if reached >= height:
                break
            step /= 2
        if abs(ahead - now) <= _TINY * (now + float(v.min())):
            return ahead
        now, height = ahead, reached
    raise ModelError(
        f"{where}: expected the likelihood of tau2 to reach its top in {_STEPS} steps, got none. "
        "Use method='PM' or method='DL'."
    )


def _step(y: Floats, v: Floats, tau2: float, restricted: bool) -> float:
    """Slope of the log-likelihood over its expected curvature."""
    weight = 1 / (v + tau2)
    total, squares, cubes = (float((weight**power).sum()) for power in (1, 2, 3))
    far = float(weight**2 @ (y - weight @ y / total) ** 2)
    if not restricted:
        return (far - total) / squares
    trace = total - squares / total
    return (far - trace) / (squares - 2 * cubes / total + (squares / total) ** 2)


def _log_likelihood(y: Floats, v: Floats, tau2: float, restricted: bool) -> float:
    weight = 1 / (v + tau2)
    full = 0.5 * float(np.log(weight).sum()) - 0.5 * q_statistic(y, v, tau2)
    return full - 0.5 * float(np.log(weight.sum())) if restricted else full
