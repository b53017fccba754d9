"""Waits that may still be going on: Kaplan-Meier, its quantiles and means, the log-rank test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm
from statsmodels.duration.survfunc import survdiff

from workbench.errors import ModelError
from workbench.models._product_limit import Transform, greenwood, known, limits, product_limit
from workbench.models.inputs import Floats, Whole, confidence, indicator, labels, numbers
from workbench.models.result import ChiSquared, Estimate

# A product of shares such as 9/10 * 8/9 misses a round number by some units of the last place.
_ROUNDING = 1e-12
Counts = Floats | Whole


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """
    The share still waiting, S(t), after each time at which somebody's wait ended.

    Attributes
    ----------
    table : DataFrame, one row per distinct time, ascending
        time : in the unit of the input.
        at_risk : units whose wait was at least this long.
        events, censored : units whose wait ended, or was cut off, at this time.
        survival : share waiting longer than `time`.
        std_error : Greenwood's; NaN once survival is 0.
        low, high : pointwise interval; NaN where survival is 1 or 0, where no interval exists.
    n, n_events : units, and those whose wait was seen to end.
    level, transform : of the intervals in `table`.
    """

    table: pd.DataFrame
    n: int
    n_events: int
    level: float
    transform: Transform


def kaplan_meier(
    time: Any, event: Any, *, level: float = 0.95, transform: Transform = "log-log"
) -> KaplanMeier:
    """
    Estimate S(t) from one row per unit.

    Parameters
    ----------
    time : wait of each unit, >= 0, in any one unit. A wait of zero is allowed: the unit is at risk
        at time 0 and S(0) drops below 1 if its event came there.
    event : true where the wait was seen to end, false where the record ended first.

    Raises
    ------
    ModelError
        Empty values, negative waits, `event` other than 0 and 1, an unknown transform or level.

    Source
    ------
    Kaplan & Meier (1958), doi:10.1080/01621459.1958.10501452.
    """
    waits = numbers(time, where="kaplan_meier", name="time")
    ended = indicator(event, where="kaplan_meier", name="event", rows=len(waits))
    times, units = np.unique(waits, return_counts=True)
    events = np.bincount(np.searchsorted(times, np.sort(waits[ended])), minlength=len(times))
    return _from_counts(times, events, units - events, level, transform, "kaplan_meier")


def kaplan_meier_from_counts(
    times: Any,
    events: Any,
    censored: Any,
    *,
    level: float = 0.95,
    transform: Transform = "log-log",
) -> KaplanMeier:
    """
    Estimate S(t) from counts: how many waits ended, and how many were cut off, at each time.

    Gives what `kaplan_meier` gives for the same units, whatever their number. Rows of the same time
    are added up; a time at which nobody left has no row in the result.

    Raises
    ------
    ModelError
        As `kaplan_meier`, and for counts that are negative, broken or all zero.
    """
    where = "kaplan_meier_from_counts"
    waits = numbers(times, where=where, name="times")
    ended = numbers(events, where=where, name="events", rows=len(waits))
    cut = numbers(censored, where=where, name="censored", rows=len(waits))
    counts = np.concatenate([ended, cut])
    odd = counts[(counts < 0) | (counts % 1 != 0)]
    if odd.size:
        raise ModelError(f"{where}: expected whole counts from 0, got {odd[0]:g}. Count units.")
    if not counts.any():
        raise ModelError(f"{where}: expected at least one unit, got none. Bring data.")
    return _from_counts(waits, ended, cut, level, transform, where)


def _from_counts(
    waits: Floats, ended: Counts, cut: Counts, level: float, transform: Transform, where: str
) -> KaplanMeier:
    confidence(level, where=where)
    known(transform, where=where)
    if waits.min() < 0:
        raise ModelError(
            f"{where}: expected waits of zero or more, got {waits.min():g}. "
            "Check the order of the times."
        )
    used = ended + cut > 0
    time, place = np.unique(waits[used], return_inverse=True)
    events, censored = (np.bincount(place, c[used]).astype(np.float64) for c in (ended, cut))
    at_risk = np.cumsum((events + censored)[::-1])[::-1]
    survival = product_limit(at_risk, events)
    std_error = survival * np.sqrt(np.cumsum(greenwood(at_risk, events)))
    std_error[survival == 0] = np.nan
    low, high = limits(survival, std_error, level=level, transform=transform)
    columns = {"time": time, "at_risk": at_risk, "events": events, "censored": censored}
    columns |= {"survival": survival, "std_error": std_error, "low": low, "high": high}
    counts = dict.fromkeys(("at_risk", "events", "censored"), np.int64)
    table = pd.DataFrame(columns).astype(counts)
    return KaplanMeier(table, int(at_risk[0]), int(events.sum()), level, transform)


def survival_at(km: KaplanMeier, t: float) -> Estimate:
    """
    S(t), the share waiting longer than `t`, with the interval of `km`; no p-value.

    Before the first event S is 1, and after the last it may be 0: there standard error or limits
    are None.

    Raises
    ------
    ModelError
        `t` is negative, or later than the last time observed while somebody was still waiting.
    """
    _observed(km, t, where="survival_at", name="t")
    row = int(np.searchsorted(km.table["time"], t, side="right")) - 1
    if row < 0:
        return Estimate(1.0, 0.0, None, None, None, km.n)
    names = ["survival", "std_error", "low", "high"]
    share, std_error, low, high = km.table[names].to_numpy()[row].tolist()
    return Estimate(share, _none(std_error), _none(low), _none(high), None, km.n)


def quantile(km: KaplanMeier, q: float, *, transform: Transform = "log-log") -> Estimate:
    """
    The first time by which a share `q` of the units has had the event; q = 0.5 is the median.

    The interval holds the times at which the pointwise interval of S holds 1 - q (Brookmeyer &
    Crowley 1982, doi:10.2307/2530286). Where the curve, or a limit of it, never falls to 1 - q, the
    value is None: not reached while people were watched. There is no standard error or p-value.

    Raises
    ------
    ModelError
        `q` is not between 0 and 1, or the transform is unknown.
    """
    if not 0 < q < 1:
        raise ModelError(
            f"quantile: expected a share between 0 and 1, got {q:g}. Pass 0.5 for the median."
        )
    known(transform, where="quantile")
    time, survival, std_error = km.table[["time", "survival", "std_error"]].to_numpy().T
    low, high = limits(survival, std_error, level=km.level, transform=transform)
    low[survival == 0] = 0.0
    estimate, first, last = (_first(time, curve, 1 - q) for curve in (survival, low, high))
    return Estimate(estimate, None, first, last, None, km.n)


def _first(time: Floats, curve: Floats, share: float) -> float | None:
    fallen = np.flatnonzero(curve <= share + _ROUNDING)
    return float(time[fallen[0]]) if fallen.size else None


def rmst(km: KaplanMeier, horizon: float) -> Estimate:
    """
    Restricted mean: the average wait when every wait is cut at `horizon`, in the unit of time.

    The area under S up to the horizon, with Greenwood's variance; the interval is symmetric, of the
    level of `km`; no p-value.

    Raises
    ------
    ModelError
        `horizon` is not positive, or later than the last time observed while somebody was still
        waiting: the curve is unknown there.

    Source
    ------
    Royston & Parmar (2013), doi:10.1186/1471-2288-13-152.
    """
    mean, std_error = _area(km, horizon, where="rmst")
    reach = norm.ppf((1 + km.level) / 2) * std_error
    return Estimate(mean, std_error, float(mean - reach), float(mean + reach), None, km.n)


def rmst_difference(km_a: KaplanMeier, km_b: KaplanMeier, horizon: float) -> Estimate:
    """
    Restricted mean of `km_a` minus that of `km_b`, two independent groups; p-value against zero.

    Raises
    ------
    ModelError
        As `rmst`; the two curves have different levels; or neither varies, so there is no test.
    """
    where = "rmst_difference"
    if km_a.level != km_b.level:
        raise ModelError(
            f"{where}: expected one confidence level, got {km_a.level:g} and {km_b.level:g}. "
            "Estimate both curves with the same level."
        )
    (mean_a, error_a), (mean_b, error_b) = (_area(km, horizon, where=where) for km in (km_a, km_b))
    difference, std_error = mean_a - mean_b, float(np.hypot(error_a, error_b))
    if std_error == 0:
        raise ModelError(
            f"{where}: expected events before {horizon:g} in one group at least, got none that "
            "leave somebody waiting. Choose another horizon."
        )
    reach = norm.ppf((1 + km_a.level) / 2) * std_error
    p_value = float(2 * norm.sf(abs(difference) / std_error))
    low, high = float(difference - reach), float(difference + reach)
    return Estimate(difference, std_error, low, high, p_value, km_a.n + km_b.n)


def _area(km: KaplanMeier, horizon: float, *, where: str) -> tuple[float, float]:
    """Area under S up to the horizon, and its standard error."""
    if not 0 < horizon < np.inf:
        raise ModelError(
            f"{where}: expected a finite horizon above zero, got {horizon:g}. Pass a duration."
        )
    _observed(km, horizon, where=where, name="horizon")
    seen = km.table[km.table["time"] <= horizon]
    widths = np.diff(np.concatenate([[0.0], seen["time"].to_numpy(), [horizon]]))
    areas = np.concatenate([[1.0], seen["survival"].to_numpy()]) * widths
    ahead = np.cumsum(areas[::-1])[::-1][1:]
    added = greenwood(*(seen[name].to_numpy(dtype=float) for name in ("at_risk", "events")))
    return float(areas.sum()), float(np.sqrt((ahead**2 * added).sum()))


def log_rank(time: Any, event: Any, group: Any, *, rho: float = 0.0) -> ChiSquared:
    """
    Test whether the groups have the same S(t).

    `rho` weighs each time by S(t) to this power just before it (Fleming & Harrington): 0 is the
    log-rank test, 1 the Peto-Peto test, which listens more to early differences.

    Raises
    ------
    ModelError
        As `kaplan_meier`; fewer than two groups; no event while two groups were at risk; negative
        `rho`.

    Source
    ------
    Mantel (1966); Harrington & Fleming (1982), doi:10.1093/biomet/69.3.553.
    """
    waits = numbers(time, where="log_rank", name="time")
    ended = indicator(event, where="log_rank", name="event", rows=len(waits))
    codes = labels(group, where="log_rank", name="group", rows=len(waits))
    if waits.min() < 0 or rho < 0:
        raise ModelError(
            f"log_rank: expected waits and rho of zero or more, got {min(waits.min(), rho):g}. "
            "Check the order of the times, and rho."
        )
    weights = {"weight_type": "fh", "fh_p": rho} if rho else {}
    try:
        # The weight after the last event is the logarithm of zero, and is never used.
        with np.errstate(divide="ignore"):
            statistic = float(survdiff(waits, ended * 1.0, codes, **weights)[0])
    except np.linalg.LinAlgError:
        raise ModelError(
            "log_rank: expected events while several groups were at risk, got none for a group. "
            "Leave that group out or watch longer."
        ) from None
    df = int(codes.max())
    return ChiSquared(statistic, df, float(chi2.sf(statistic, df)), len(waits))


def _observed(km: KaplanMeier, t: float, *, where: str, name: str) -> None:
    last = km.table.iloc[-1]
    if not t >= 0:
        raise ModelError(f"{where}: expected {name} of zero or more, got {t:g}. Pass a duration.")
    if t > last["time"] and last["survival"] > 0:
        raise ModelError(
            f"{where}: expected {name} up to the last time observed ({last['time']:g}), got {t:g}. "
            "Nobody was watched that long; choose an earlier one."
        )


def _none(value: float) -> float | None:
    return None if np.isnan(value) else value
