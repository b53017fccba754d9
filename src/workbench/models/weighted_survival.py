"""Waits of two arms made alike by weights: weighted Kaplan-Meier and its restricted mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.errors import ModelError
from workbench.models._columns import positive
from workbench.models.inputs import Flags, Floats, Whole, confidence, indicator, labels, numbers
from workbench.models.result import Estimate

# Numbers held at once while drawing replicates: 32 megabytes for each table of them.
CELLS = 4_000_000


@dataclass(frozen=True, kw_only=True)
class SurvivalDifference(Estimate):
    """
    Difference in restricted mean survival time, exposed minus unexposed, in the unit of `time`.

    Attributes
    ----------
    rmst_exposed, rmst_unexposed : mean time without the event up to `horizon`, by arm.
    horizon : where every time is cut, in the unit of `time`.
    replicates : bootstrap draws behind `std_error`, `low`, `high` and `p_value`.
    """

    estimate: float
    std_error: float
    low: float
    high: float
    p_value: float
    clusters: int
    rmst_exposed: float
    rmst_unexposed: float
    horizon: float
    replicates: int


def weighted_survival_difference(
    time: Any,
    event: Any,
    exposure: Any,
    weights: Any,
    *,
    horizon: float,
    clusters: Any,
    replicates: int,
    seed: int,
    level: float = 0.95,
) -> SurvivalDifference:
    """
    Compare two arms' weighted Kaplan-Meier curves by the area between them up to `horizon`.

    Each bootstrap replicate multiplies the weights by how often the row's cluster was drawn
    (multinomial, as many draws as clusters). The weights themselves are used again as they are and
    not estimated anew, which for weights from a propensity model makes the interval usually too
    wide rather than too narrow. Percentile interval; the p-value (null value 0) is twice the
    smaller share of replicates on one side of zero, counting one more there. Where a replicate
    lost its last rows before the horizon, its curve goes on flat.

    Parameters
    ----------
    time, event, exposure, weights, clusters : one value per unit. `event` is 1 where the time ended
        in the event, 0 where watching stopped; `weights` are above zero.

    Raises
    ------
    ModelError
        Empty or unequal columns, one arm only, a weight that is not above zero, a negative time, a
        horizon that is not positive or that an arm does not reach, fewer than 100 replicates, an
        arm so small that a replicate missed it, or no event that varies.

    Source
    ------
    Xie & Liu (2005), doi:10.1002/sim.2174 (weighted curve); Royston & Parmar (2013),
    doi:10.1186/1471-2288-13-152 (restricted mean).
    """
    where = "weighted_survival_difference"
    confidence(level, where=where)
    waits = numbers(time, where=where, name="time")
    n = len(waits)
    ended = indicator(event, where=where, name="event", rows=n).astype(float)
    exposed = indicator(exposure, where=where, name="exposure", rows=n)
    w = positive(weights, rows=n, where=where)
    groups = labels(clusters, where=where, name="clusters", rows=n)
    _watched(waits, ended, exposed, horizon, where=where)
    if replicates < 100:
        raise ModelError(
            f"{where}: expected at least 100 replicates, got {replicates}. "
            "Use 1,000 or more for a stable interval."
        )
    arms = [_arm(waits, ended, rows, horizon) for rows in (exposed, ~exposed)]
    one, zero = (float(_restricted_mean(arm, w[None, :])[0]) for arm in arms)
    draws = _draws(arms, w, groups, replicates, np.random.default_rng(seed), where=where)
    std_error = float(draws.std(ddof=1))
    if std_error == 0:
        raise ModelError(
            f"{where}: expected events before {horizon:g}, got none that vary. "
            "Choose a later horizon."
        )
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    one_side = min(int((draws <= 0).sum()), int((draws >= 0).sum())) + 1
    return SurvivalDifference(
        estimate=one - zero,
        std_error=std_error,
        low=float(low),
        high=float(high),
        p_value=min(1.0, 2 * one_side / (replicates + 1)),
        n=n,
        clusters=int(groups.max()) + 1,
        rmst_exposed=one,
        rmst_unexposed=zero,
        horizon=horizon,
        replicates=replicates,
    )


@dataclass(frozen=True, eq=False)
class _Arm:
    """
    One arm's rows in order of time, so that a curve needs only sums along that order.

    rows : places of the arm's rows among all rows. ended : their events. starts : first row of each
    distinct time. widths : of the steps of the curve up to the horizon.
    """

    rows: Whole
    ended: Floats
    starts: Whole
    widths: Floats


def _arm(waits: Floats, ended: Floats, chosen: Flags, horizon: float) -> _Arm:
    rows = np.flatnonzero(chosen)
    rows = rows[np.argsort(waits[rows], kind="stable")]
    times, starts = np.unique(waits[rows], return_index=True)
    steps = np.concatenate([[0.0], times[times <= horizon], [horizon]])
    return _Arm(rows, ended[rows], starts, np.diff(steps))


def _restricted_mean(arm: _Arm, weights: Floats) -> Floats:
    """Area under the weighted curve for each row of `weights` (draws x all units)."""
    w, steps = weights[:, arm.rows], len(arm.widths) - 1
    left = np.add.reduceat(w, arm.starts, axis=1)
    events = np.add.reduceat(w * arm.ended, arm.starts, axis=1)[:, :steps]
    at_risk = np.cumsum(left[:, ::-1], axis=1)[:, ::-1][:, :steps]
    hazard = np.divide(events, at_risk, out=np.zeros_like(events), where=at_risk > 0)
    return arm.widths[0] + np.cumprod(1 - hazard, axis=1) @ arm.widths[1:]


def _draws(
    arms: list[_Arm],
    weights: Floats,
    groups: Whole,
    replicates: int,
    rng: np.random.Generator,
    *,
    where: str,
) -> Floats:
    """Bootstrap differences, some replicates at a time so that the draws fit into memory."""
    count, step = int(groups.max()) + 1, max(1, CELLS // len(weights))
    differences = []
    for start in range(0, replicates, step):
        size = min(step, replicates - start)
        drawn = rng.integers(0, count, size=(size, count)) + count * np.arange(size)[:, None]
        times = np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count)
        drawn_weights = times[:, groups] * weights
        missed = sum(int((drawn_weights[:, arm.rows].sum(axis=1) == 0).sum()) for arm in arms)
        if missed:
            raise ModelError(
                f"{where}: expected both arms in every replicate, got {missed} without one. "
                "Bring more clusters with each exposure."
            )
        one, zero = (_restricted_mean(arm, drawn_weights) for arm in arms)
        differences.append(one - zero)
    return np.concatenate(differences)


def _watched(waits: Floats, ended: Floats, exposed: Flags, horizon: float, *, where: str) -> None:
    """Refuse negative times, a missing arm, and a horizon beyond what an arm shows."""
    if waits.min() < 0 or not horizon > 0:
        raise ModelError(
            f"{where}: expected times from 0 and a horizon above 0, got a time of {waits.min():g} "
            f"and a horizon of {horizon:g}. Check the clock's order and the unit."
        )
    for name, rows in (("exposed", exposed), ("unexposed", ~exposed)):
        if not rows.any():
            raise ModelError(
                f"{where}: expected units in both arms, got no {name} ones. "
                "Bring a comparison group."
            )
        last = waits[rows].max()
        if last < horizon and not ended[rows & (waits == last)].all():
            raise ModelError(
                f"{where}: expected a horizon up to {last:g}, the last time seen among the {name}, "
                f"got {horizon:g}. Choose an earlier one."
            )
