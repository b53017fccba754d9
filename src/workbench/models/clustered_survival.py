"""Waits that depend on each other within clusters: Kaplan-Meier and its restricted mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats import t as student

from workbench.errors import ModelError
from workbench.models._product_limit import greenwood, limits, product_limit
from workbench.models.inputs import Flags, Floats, Whole, confidence, indicator, labels, numbers
from workbench.models.result import Estimate

# Clusters whose sums differ by less than this share of the estimate's scale differ by rounding.
_ROUNDING = 1e-12


def clustered_survival(
    time: Any, event: Any, clusters: Any, *, at: Any, level: float = 0.95
) -> pd.DataFrame:
    """
    S(t), the share waiting longer than t, at the times `at`; rows of a cluster may go together.

    The influence of a row is the derivative of S(t) by the row's weight, that is, at t,

        -S(t) (event_i 1{T_i <= t} / left(T_i) - sum over u <= min(T_i, t) of d_u / (Y_u left(u)))

    with Y at risk, d events and left = Y - d at a time. Its sums within the G clusters are squared,
    added and multiplied by G / (G - 1). The interval is made on the log-log scale with Student's t
    on G - 1 degrees of freedom. Where every row is a cluster and no wait is cut off, the standard
    error is that of a share, the root of S (1 - S) / (n - 1).

    Parameters
    ----------
    time : wait of each row, >= 0, in any one unit.
    event : true where the wait was seen to end, false where the record ended first.
    clusters : label of the group (a person, an hour) within which waits may depend on each other.
    at : times at which S is wanted, in the unit of `time`.

    Returns
    -------
    DataFrame, one row per requested time, in the order of `at`
        time, survival, std_error, low, high. `std_error` is NaN where S is 0; `low` and `high` are
        NaN where S is 0 or 1, or where all clusters are exactly alike: no interval exists there.

    Raises
    ------
    ModelError
        Empty values, unequal lengths, negative times, `event` other than 0 and 1, fewer than two
        clusters, a level outside (0, 1), or a time later than the last one observed while somebody
        was still waiting.

    Source
    ------
    Reid (1981), Annals of Statistics 9, 78-92 (influence); Ying & Wei (1994), Journal of
    Multivariate Analysis 50, 17-29 (sums within clusters).
    """
    return _at(time, event, clusters, at, level, where="clustered_survival", name="at")[0]


def clustered_survival_at(
    time: Any, event: Any, clusters: Any, t: float, *, level: float = 0.95
) -> Estimate:
    """
    S(t), the share waiting longer than `t`, as `clustered_survival` at one time; no p-value.

    Standard error and limits are None where they do not exist.

    Raises
    ------
    ModelError
        As `clustered_survival`.
    """
    where = "clustered_survival_at"
    table, n, count = _at(time, event, clusters, [t], level, where=where, name="t")
    share, *rest = table.iloc[0, 1:].to_list()
    std_error, low, high = (None if np.isnan(value) else value for value in rest)
    return Estimate(share, std_error, low, high, None, n, count)


def clustered_rmst(
    time: Any, event: Any, clusters: Any, horizon: float, *, level: float = 0.95
) -> Estimate:
    """
    Restricted mean: the average wait when every wait is cut at `horizon`, in the unit of `time`.

    The influence of a row is that on S(t), added up from 0 to the horizon; its sums within the G
    clusters, the factor G / (G - 1) and Student's t are as in `clustered_survival`. The interval is
    symmetric, and None where all clusters are exactly alike; no p-value.

    Raises
    ------
    ModelError
        As `clustered_survival`; `horizon` is not positive, or later than the last time observed
        while somebody was still waiting.

    Source
    ------
    Royston & Parmar (2013), doi:10.1186/1471-2288-13-152 (restricted mean); clusters as in
    `clustered_survival`.
    """
    where = "clustered_rmst"
    waits, ended, groups = _checked(time, event, clusters, level, where=where)
    mean, influence = _restricted(waits, ended, horizon, where=where)
    std_error = _clustered_error(influence, groups, scale=horizon)
    count = int(groups.max()) + 1
    if std_error == 0:
        return Estimate(mean, 0.0, None, None, None, len(waits), count)
    reach = float(student.ppf((1 + level) / 2, count - 1)) * std_error
    return Estimate(mean, std_error, mean - reach, mean + reach, None, len(waits), count)


def clustered_rmst_difference(
    time: Any, event: Any, group: Any, clusters: Any, horizon: float, *, level: float = 0.95
) -> Estimate:
    """
    Restricted mean where `group` is true minus where it is false; p-value against zero.

    A cluster may have rows in both groups: the influence of all its rows, on whichever mean, is
    added up before it is squared. G counts the clusters of both groups together. A group with few
    clusters has a standard error that is too small, whatever the number in the other.

    Raises
    ------
    ModelError
        As `clustered_rmst`, for each group; a group with rows in fewer than two clusters, whose
        spread between clusters cannot be seen; or nothing varies, so there is no test.

    Source
    ------
    As `clustered_rmst`.
    """
    where = "clustered_rmst_difference"
    waits, ended, groups = _checked(time, event, clusters, level, where=where)
    chosen = indicator(group, where=where, name="group", rows=len(waits))
    difference, influence = 0.0, np.zeros(len(waits))
    for sign, name, rows in ((1, "true", chosen), (-1, "false", ~chosen)):
        _enough(groups[rows], name, where=where)
        mean, part = _restricted(waits[rows], ended[rows], horizon, where=f"{where} (group {name})")
        difference += sign * mean
        influence[rows] = sign * part
    std_error = _clustered_error(influence, groups, scale=horizon)
    if std_error == 0:
        raise ModelError(
            f"{where}: expected clusters that differ before {horizon:g}, got none. "
            "Choose another horizon, or bring clusters that are not copies of each other."
        )
    count = int(groups.max()) + 1
    reach = float(student.ppf((1 + level) / 2, count - 1)) * std_error
    p_value = float(2 * student.sf(abs(difference) / std_error, count - 1))
    low, high = difference - reach, difference + reach
    return Estimate(difference, std_error, low, high, p_value, len(waits), count)


@dataclass(frozen=True, eq=False)
class _Curve:
    """
    A product-limit curve, with what the influence of its rows is made of.

    time, survival : distinct times, ascending, and S after each. place : of each row's time among
    them. own : what the row's own event takes off log S, by row, zero where the wait was cut off.
    shared : what one row more at risk gives back at each time.
    """

    time: Floats
    survival: Floats
    place: Whole
    own: Floats
    shared: Floats


def _curve(waits: Floats, ended: Flags) -> _Curve:
    time, place = np.unique(waits, return_inverse=True)
    events = np.bincount(place, ended, len(time)).astype(np.float64)
    at_risk = np.cumsum(np.bincount(place, minlength=len(time))[::-1])[::-1].astype(np.float64)
    left = at_risk - events
    # Where all leave, S is 0 whatever the weights, and so is what a row can change of it.
    jump = np.divide(1.0, left, out=np.zeros_like(left), where=left > 0)
    survival, shared = product_limit(at_risk, events), greenwood(at_risk, events)
    return _Curve(time, survival, place, np.where(ended, jump[place], 0.0), shared)


def _influence(curve: _Curve, effect: Floats) -> Floats:
    """Each row's pull on an estimate that falls by `effect` per unit of hazard at each time."""
    shared = np.cumsum(curve.shared * effect)
    return shared[curve.place] - curve.own * effect[curve.place]


def _clustered_error(influence: Floats, groups: Whole, *, scale: float) -> float:
    """Root of the squared sums within clusters, times G / (G - 1); 0 where they are rounding."""
    totals = np.bincount(groups, influence)
    std_error = float(np.sqrt(len(totals) / (len(totals) - 1) * (totals**2).sum()))
    return std_error if std_error > _ROUNDING * scale else 0.0


def _at(
    time: Any, event: Any, clusters: Any, at: Any, level: float, *, where: str, name: str
) -> tuple[pd.DataFrame, int, int]:
    """The table of `clustered_survival`, with the numbers of rows and of clusters."""
    waits, ended, groups = _checked(time, event, clusters, level, where=where)
    wanted = numbers(at, where=where, name=name)
    curve = _curve(waits, ended)
    for t in (wanted.min(), wanted.max()):
        _observed(curve, t, where=where, name=name)
    steps = np.concatenate([[1.0], curve.survival])
    survival = steps[np.searchsorted(curve.time, wanted, side="right")]
    effects = (share * (curve.time <= t) for share, t in zip(survival, wanted, strict=True))
    errors = [_clustered_error(_influence(curve, e), groups, scale=1.0) for e in effects]
    std_error = np.where(survival > 0, errors, np.nan)
    count = int(groups.max()) + 1
    # `limits` reaches as far as the normal quantile; Student's reaches so many times as far.
    wider = student.ppf((1 + level) / 2, count - 1) / norm.ppf((1 + level) / 2)
    low, high = limits(survival, std_error * wider, level=level, transform="log-log")
    columns = {"time": wanted, "survival": survival, "std_error": std_error}
    return pd.DataFrame(columns | {"low": low, "high": high}), len(waits), count


def _restricted(waits: Floats, ended: Flags, horizon: float, *, where: str) -> tuple[float, Floats]:
    """Area under S up to the horizon, and each row's influence on it."""
    numbers([horizon], where=where, name="horizon")
    if horizon <= 0:
        raise ModelError(
            f"{where}: expected a horizon above zero, got {horizon:g}. Pass a duration."
        )
    curve = _curve(waits, ended)
    _observed(curve, horizon, where=where, name="horizon")
    edges = np.minimum(np.append(curve.time, horizon), horizon)
    areas = curve.survival * np.diff(edges)
    ahead = np.cumsum(areas[::-1])[::-1]
    return float(edges[0] + areas.sum()), _influence(curve, ahead)


def _checked(
    time: Any, event: Any, clusters: Any, level: float, *, where: str
) -> tuple[Floats, Flags, Whole]:
    confidence(level, where=where)
    waits = numbers(time, where=where, name="time")
    ended = indicator(event, where=where, name="event", rows=len(waits))
    groups = labels(clusters, where=where, name="clusters", rows=len(waits))
    if waits.min() < 0:
        raise ModelError(
            f"{where}: expected waits of zero or more, got {waits.min():g}. "
            "Check the order of the times."
        )
    return waits, ended, groups


def _observed(curve: _Curve, t: float, *, where: str, name: str) -> None:
    if not t >= 0:
        raise ModelError(f"{where}: expected {name} of zero or more, got {t:g}. Pass a duration.")
    if t > curve.time[-1] and curve.survival[-1] > 0:
        raise ModelError(
            f"{where}: expected {name} up to the last time observed ({curve.time[-1]:g}), "
            f"got {t:g}. Nobody was watched that long; choose an earlier one."
        )


def _enough(groups: Whole, name: str, *, where: str) -> None:
    count = len(np.unique(groups))
    if count < 2:
        raise ModelError(
            f"{where}: expected at least two clusters where group is {name}, got {count}. "
            "Bring more clusters; one does not show how clusters differ."
        )
